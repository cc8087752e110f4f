"""The page model: a report as one nested dict of plain values, which every template only has to lay out.

What needs a decision is decided here once for all formats: numbers of notes, ids, which sources a chart names,
where each source is used, how claims are counted, what stands on the cover. Its keys: templates/README.md.
"""

from __future__ import annotations

from collections import Counter
from string import ascii_lowercase
from typing import Any

from briefkit.hashing import Memo
from briefkit.report import citation, markup
from briefkit.report.blocks import Parts, tally, verdict
from briefkit.report.card_png import FILE as CARD
from briefkit.report.markup import Node, Notes
from briefkit.report.model import SHOWN, Report
from briefkit.report.provenance import FLAGS, Origins, flagged, printed, slug

_MADE = Memo(8)
_PLAIN = ("subtitle", "introduction", "edition", "as_of", "publisher", "licence")
_OBJECTIONS = {  # what may speak against a release, as a reader understands it
    "errors": "a check of its ledger and notebooks found errors",
    "unchecked": "some of its sentences awaited fact-checking",
    "review": "some of its judgements were past their review date",
    "bytes": "two renders of it differed",
}
_TAKEN = "top main contents claims sources cite reading marks files summary concluded"


def compose(report: Report) -> Node:
    """Page model of a report, to be read, not changed.

    Raises
    ------
    ExportError
        When a chart has no alt text.
    """
    return _MADE.get_or_make(report.digest, lambda: _Page(report).model())


class _Page:
    """A report on its way to the page model."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.as_of = citation.day(str(report.edition.get("as_of", "")))
        self.ids = set(_TAKEN.split())
        self.count, self.shown = 1, Counter(report.before)
        self.origins = Origins(report)
        here = {section.section for section in report.sections}
        self.claims = [claim for claim in report.claims if claim["section"] in here]

    def model(self) -> Node:
        """The whole page."""
        edition, cover = self.report.edition, self._cover()
        sections = [self._section(section) for section in self.report.sections]
        used = flagged([cover, sections])
        numbers = {block["id"]: block["number"] for part in sections for block in part["blocks"] if "number" in block}
        return {
            **{name: str(edition.get(name) or "") for name in _PLAIN},
            "title": edition.get("title") or "Untitled",
            "lang": edition.get("language") or "en",
            "authors": citation.authors(edition),
            "as_of_text": self.as_of,
            "description": _description(cover, edition),
            "card": self._card(),
            "home": self.report.home,
            "shelf": "../index.html" if self.report.beside and not self.report.home else "",
            "beside": "../" if self.report.home else "",
            "figures": f"{'../' if self.report.home else ''}figures/" if self.report.beside else "",
            "cover": cover,
            "tally": tally(self.claims),
            "sections": sections,
            "claims": self._scores(),
            "flags": _explained(used),
            "sources": self.origins.listed(numbers),
            "cite": citation.citation(edition),
            "files": [dict(file) for file in self.report.files],
            "since": self._since(),
            "released": [_remark(one) for one in edition.get("allowed") or []],
        }

    def _cover(self) -> Node:
        """Bottom line, the numbers that matter, and the claims of the section that draws the line."""
        notes, where = Notes(self.count), {"id": "summary", "title": "Summary"}
        found = [(section, block) for section in self.report.sections for block in section.blocks]
        lines = [(s, b) for s, b in found if b["kind"] == "prose" and b.get("role") == "bottom_line"]
        numbers = [item for _, block in found if block["kind"] == "numbers" for item in block["items"]]
        homes = {section.section for section, _ in lines}
        bottom_line = [node for _, line in lines for node in markup.blocks(line["told"], notes)]
        shown = [{name: markup.inline(item[name], notes) for name in ("label", "value")} for item in numbers]
        return {
            "bottom_line": bottom_line,
            "numbers": shown,
            "signs": _explained(flagged([bottom_line, shown])),
            "claims": [self._score(claim) for claim in self.claims if claim["section"] in homes],
            "notes": self._closed(notes, where),
        }

    def _card(self) -> Node | None:
        """The picture beside the page: where messengers find it, and what it shows."""
        if not self.report.beside:
            return None
        up = "../" if self.report.home else ""
        said = ", ".join(f"{one['count']} {one['words']}" for one in tally(list(self.report.claims)))
        address = citation.address(self.report.edition.get("url"), CARD)
        return {
            "href": up + address if address == CARD else address,
            "alt": f"As of {self.as_of}" + f": {said}" * bool(said),
        }

    def _since(self) -> Node | None:
        """What changed since the edition before, in a sentence and claim by claim."""
        since = self.report.since
        if not since:
            return None
        before = {one["claim"]: one["old"] for one in since["claims"]}
        moved = [
            self._score(claim) | {"old": before[claim["claim"]]} for claim in self.claims if claim["claim"] in before
        ]
        if self.report.home and not moved:  # what is known of figures is known of the whole brief alone
            return None
        figures = citation.many(since["figures"], "figure has a new value", "figures have new values")
        claims = citation.many(len(moved), "claim", "claims")
        words = f"{figures}, and the verdict on {claims} moved."
        if self.report.home:
            words = f"The verdict on {claims} of this section moved."
        return {"edition": since["edition"], "words": words, "claims": moved}

    def _section(self, section: Any) -> Node:
        name = self._unique(section.section)
        where, edition = {"id": name, "title": section.title}, self.report.edition
        after = len(self.report.sections) - self.report.sections.index(section) - 1  # the first is made last
        notes = Notes(
            self.count, ascii_lowercase[after % 26] * (after // 26 + 1)
        )  # from the end: what reads claims is first
        parts = Parts(where, notes, origins=self.origins, unique=self._unique, premise=self._premise, edition=edition)
        blocks = list(parts.all(section))
        self._number(blocks)
        heads = [{"id": b["id"], "kids": b["kids"]} for b in blocks if b["t"] == "heading" and b["level"] == 2]
        head = {"title": section.title, "question": section.question or "", "status": section.status}
        return {"id": name, **head, "blocks": blocks, "heads": heads, "notes": self._closed(notes, where)}

    def _number(self, blocks: list[Node]) -> None:
        """Charts and tables are counted over the whole report; their ids, which stay, say nothing of their place."""
        for block in blocks:
            if block["t"] in SHOWN:
                self.shown[block["t"]] += 1
                block["number"] = f"{block['t'].capitalize()} {self.shown[block['t']]}"

    def _closed(self, notes: Notes, where: Node) -> list[Node]:
        self.count = notes.last + 1
        return printed(notes, where, self.origins)

    def _unique(self, wanted: str) -> str:
        base = slug(wanted) or "part"
        candidates = (base if number == 1 else f"{base}-{number}" for number in range(1, len(self.ids) + 2))
        chosen = next(candidate for candidate in candidates if candidate not in self.ids)
        self.ids.add(chosen)
        return chosen

    def _premise(self, premise: str) -> Node:
        text = self.origins.names.get(premise, premise.replace("|", " ").replace("_", " "))
        return {"text": text.rstrip("."), "href": self.origins.place(premise)}

    def _score(self, claim: Node) -> Node:
        return verdict(claim) | {"id": f"score-{slug(claim['claim'])}", "href": self.origins.place(claim["claim"])}

    def _scores(self) -> list[Node]:
        """All claims, by section in the page's order."""
        by = {
            section.section: [c for c in self.claims if c["section"] == section.section]
            for section in self.report.sections
        }
        titles = {section.section: section.title for section in self.report.sections}
        return [
            {"id": f"score-{slug(name)}", "title": titles[name], "rows": [self._score(claim) for claim in claims]}
            for name, claims in by.items()
            if claims
        ]


def _remark(allowed: Node) -> str:
    """In sentences what spoke against the release of an edition, and why its editors released it all the same."""
    reason = str(allowed["reason"]).rstrip(".")
    return f"This edition was released while {_OBJECTIONS.get(allowed['what'], allowed['what'])}. {reason}."


def _description(cover: Node, edition: Node) -> str:
    """What a search engine or a messenger shows below the title."""
    text = " ".join(markup.plain(block.get("kids", [])) for block in cover["bottom_line"])
    return (text or edition.get("subtitle") or edition.get("title") or "").strip()[:300]


def _explained(used: set[str]) -> list[Node]:
    """Marks with their signs and what they mean, in their order."""
    return [{"mark": mark, "sign": sign, "meaning": said} for mark, (sign, said) in FLAGS.items() if mark in used]
