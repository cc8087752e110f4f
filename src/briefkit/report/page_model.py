"""The page model: a report as one nested dict of plain values, which every template only has to lay out.

What needs a decision is decided here once for all formats: numbers of notes, ids, which sources a chart names,
where each source is used, how claims are counted, what stands on the cover. Its keys: templates/README.md.
"""

from __future__ import annotations

from collections import Counter
from string import ascii_lowercase
from typing import Any

from briefkit.formatting import day, plural
from briefkit.hashing import Memo
from briefkit.report import citation, markup
from briefkit.report.blocks import BlockBuilder, tally, verdict_entry
from briefkit.report.card_png import FILE as CARD_FILE
from briefkit.report.markup import Node, Notes
from briefkit.report.model import DATA_BLOCKS, Report
from briefkit.report.provenance import SourceIndex, collect_flags, explain_flags, note_entries, slug

_MODELS = Memo(8)
_TEXT_KEYS = ("subtitle", "introduction", "edition", "as_of", "publisher", "licence")
_OBJECTIONS = {  # what may speak against a release, as a reader understands it
    "errors": "a check of its ledger and notebooks found errors",
    "unchecked": "some of its sentences awaited fact-checking",
    "review": "some of its judgements were past their review date",
    "bytes": "two renders of it differed",
}
_FIXED_IDS = "top main contents claims sources cite reading marks files summary concluded"


def build_page_model(report: Report) -> Node:
    """Build the page model of a report, to be read, not changed.

    Parameters
    ----------
    report : Report
        An edition, executed and read back, or a part of it.

    Raises
    ------
    ExportError
        If a chart has no alt text.
    """
    return _MODELS.get_or_make(report.digest, lambda: _PageBuilder(report).model())


class _PageBuilder:
    """Builds the page model of one report: counts notes, charts and tables, and hands out ids as it goes."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.as_of = day(str(report.edition.get("as_of", "")))
        self.ids = set(_FIXED_IDS.split())
        self.next_note, self.counts = 1, Counter(report.earlier_counts)
        self.index = SourceIndex(report)
        sections = {section.section for section in report.sections}
        self.claims = [claim for claim in report.claims if claim["section"] in sections]
        self.root = "../" if report.main_page else ""

    def model(self) -> Node:
        """Build the whole page."""
        report, edition, cover = self.report, self.report.edition, self._cover()
        sections = [self._section(section) for section in report.sections]
        blocks = [block for section in sections for block in section["blocks"]]
        numbers = {block["id"]: block["number"] for block in blocks if "number" in block}
        return {
            **{name: str(edition.get(name) or "") for name in _TEXT_KEYS},
            "title": edition.get("title") or "Untitled",
            "lang": edition.get("language") or "en",
            "authors": citation.authors(edition),
            "as_of_text": self.as_of,
            "description": _description(cover, edition),
            "card": self._card(),
            "main_page": report.main_page,
            "all_editions": "../index.html" if report.has_companion_files and not report.main_page else "",
            "root": self.root,
            "figure_pages": f"{self.root}figures/" if report.has_companion_files else "",
            "cover": cover,
            "tally": tally(self.claims),
            "sections": sections,
            "claims": self._scores(),
            "flag_legend": explain_flags(collect_flags([cover, sections])),
            "sources": self.index.entries(numbers),
            "cite": citation.citation(edition),
            "files": [dict(file) for file in report.files],
            "since": self._since(),
            "released": [_remark(allowed) for allowed in edition.get("allowed") or []],
        }

    def _cover(self) -> Node:
        """Build the cover: bottom line, the numbers that matter, and the claims of the section that draws the line."""
        notes, place = Notes(self.next_note), {"id": "summary", "title": "Summary"}
        blocks = [(section, block) for section in self.report.sections for block in section.blocks]
        lines = [pair for pair in blocks if pair[1]["kind"] == "prose" and pair[1].get("role") == "bottom_line"]
        numbers = [item for _, block in blocks if block["kind"] == "numbers" for item in block["items"]]
        concluding = {section.section for section, _ in lines}
        bottom_line = [node for _, line in lines for node in markup.blocks(line["text"], notes)]
        key_numbers = [{name: markup.inline(item[name], notes) for name in ("label", "value")} for item in numbers]
        return {
            "bottom_line": bottom_line,
            "numbers": key_numbers,
            "flag_legend": explain_flags(collect_flags([bottom_line, key_numbers])),
            "claims": [self._score(claim) for claim in self.claims if claim["section"] in concluding],
            "notes": self._close(notes, place),
        }

    def _card(self) -> Node | None:
        """Build address and alt text of the social card beside the page."""
        if not self.report.has_companion_files:
            return None
        verdicts = ", ".join(f"{entry['count']} {entry['words']}" for entry in tally(self.report.claims))
        address = citation.address(self.report.edition.get("url"), CARD_FILE)
        return {
            "href": self.root + address if address == CARD_FILE else address,
            "alt": f"As of {self.as_of}" + f": {verdicts}" * bool(verdicts),
        }

    def _since(self) -> Node | None:
        """Build what changed since the edition before, in a sentence and claim by claim."""
        since, is_part = self.report.since, bool(self.report.main_page)
        if not since:
            return None
        old = {claim["claim"]: claim["old"] for claim in since["claims"]}
        moved = [self._score(claim) | {"old": old[claim["claim"]]} for claim in self.claims if claim["claim"] in old]
        if is_part and not moved:  # how many figures changed is known of the whole brief alone
            return None
        figures = plural(since["figures"], "figure has a new value", "figures have new values")
        claims = plural(len(moved), "claim")
        words = f"{figures}, and the verdict on {claims} moved."
        if is_part:
            words = f"The verdict on {claims} of this section moved."
        return {"edition": since["edition"], "words": words, "claims": moved}

    def _section(self, section: Any) -> Node:
        """Build one section, with its notes."""
        name, report = self._unique(section.section), self.report
        place = {"id": name, "title": section.title}
        after = len(report.sections) - report.sections.index(section) - 1  # the first is made last
        letters = ascii_lowercase[after % 26] * (after // 26 + 1)  # from the end: what reads claims is first
        notes = Notes(self.next_note, letters)
        builder = BlockBuilder(
            place, notes, index=self.index, unique=self._unique, premise=self._premise, edition=report.edition
        )
        blocks = list(builder.build(section))
        self._number(blocks)
        return {
            **place,
            "question": section.question or "",
            "status": section.status,
            "blocks": blocks,
            "notes": self._close(notes, place),
        }

    def _number(self, blocks: list[Node]) -> None:
        """Number charts and tables over the whole report; their ids, which stay, say nothing of their place."""
        for block in blocks:
            if block["t"] in DATA_BLOCKS:
                self.counts[block["t"]] += 1
                block["number"] = f"{block['t'].capitalize()} {self.counts[block['t']]}"

    def _close(self, notes: Notes, place: Node) -> list[Node]:
        """Return the entries of a part's notes; the next part counts on from there."""
        self.next_note = notes.last + 1
        return note_entries(notes, place, self.index)

    def _unique(self, name: str) -> str:
        """Make an id that nothing else on the page has."""
        base = slug(name) or "part"
        candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(self.ids) + 2))
        chosen = next(candidate for candidate in candidates if candidate not in self.ids)
        self.ids.add(chosen)
        return chosen

    def _premise(self, premise: str) -> Node:
        """Return text and address of a premise."""
        text = self.index.names.get(premise, premise.replace("|", " ").replace("_", " "))
        return {"text": text.rstrip("."), "href": self.index.claim_id(premise)}

    def _score(self, claim: Node) -> Node:
        """Return the line of a claim in a list of claims."""
        address = self.index.claim_id(claim["claim"])
        return verdict_entry(claim) | {"id": f"score-{slug(claim['claim'])}", "href": address}

    def _scores(self) -> list[Node]:
        """Return the lines of all claims, by section in the page's order."""
        scores = []
        for section in self.report.sections:
            rows = [self._score(claim) for claim in self.claims if claim["section"] == section.section]
            if rows:
                scores.append({"id": f"score-{slug(section.section)}", "title": section.title, "rows": rows})
        return scores


def _remark(allowed: Node) -> str:
    """Say in sentences what spoke against the release of an edition, and why its editors released it all the same."""
    reason = str(allowed["reason"]).rstrip(".")
    return f"This edition was released while {_OBJECTIONS.get(allowed['what'], allowed['what'])}. {reason}."


def _description(cover: Node, edition: Node) -> str:
    """Return what a search engine or a messenger shows below the title, at most 300 characters."""
    text = " ".join(markup.plain(block.get("children", [])) for block in cover["bottom_line"])
    return (text or edition.get("subtitle") or edition.get("title") or "").strip()[:300]
