"""Where things on the page come from: notes, what they read, sources, and the places that use each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from briefkit.formatting import day
from briefkit.report import markup
from briefkit.report.amounts import amount
from briefkit.report.markup import Node, Notes
from briefkit.report.model import Report, readings_in

FLAGS = {
    "forecast": ("f", "a forecast or a plan, not an observation"),
    "provisional": ("p", "provisional; the source may still revise it"),
    "estimate": ("e", "not counted or measured; its source estimates it"),
    "derived": ("d", "worked out from other values on record"),
    "revised": ("r", "revised by its source since it was first published"),
    "recalled": ("u", "recalled; no document of it was seen"),
    "disputed": ("≠", "another source gives a different value"),
    "overridden": ("o", "set by the editors of this edition against the ledger"),
}
"""Letter and meaning of each flag, as statistical offices mark observations."""
FLAG_LETTERS = {flag: letter for flag, (letter, _) in FLAGS.items()}
MOST_NAMED = 4  # readings that a note names at all
MOST_IN_FULL = 3  # readings that a note tells in full; of more it names each in a few words


class SourceIndex:
    """Every source that a report knows, where the page uses it, and what its ids are called.

    Parameters
    ----------
    report : Report
        Its own sources, and those that its blocks and claims carry.
    """

    def __init__(self, report: Report) -> None:
        known = known_sources(report)
        publishers = {key: (source.get("publisher") or "").casefold() for key, source in known.items()}
        order = sorted(known, key=lambda key: (publishers[key], known[key].get("published") or "", key))
        self.known = {key: known[key] for key in order}
        self.places: dict[str, dict[str, Node]] = {key: {} for key in order}
        self.names = _names(report)
        self.as_of = str(report.edition.get("as_of", ""))
        blocks = (block for section in report.sections for block in section.blocks)
        self.settled = {block["claim"] for block in blocks if block["kind"] == "claim"}

    def add_use(self, source: str | None, place: Node, text: str, href: str) -> None:
        """Record that a place of the page rests on a source; twice the same is once, and so are claims of a section."""
        if source not in self.places:
            return
        spots = self.places[source].setdefault(place["id"], {**place, "spots": []})["spots"]
        if not any(spot["href"] == href or spot["text"] == text == "claims" for spot in spots):
            spots.append({"text": text, "href": href})

    def known_since(self, reading: Node) -> str:
        """Say when a value came out: with the document named, or before it, where that only repeats it."""
        published, source = day(reading.get("published")), self.known.get(reading.get("source") or "", {})
        if not published:
            return ""
        return f"{'published' if published == day(source.get('published')) else 'known from'} {published}"

    def publisher(self, source: str | None) -> str:
        """Return the name of who says it."""
        return self.known.get(source or "", {}).get("publisher") or source or ""

    def source_line(self, readings: Iterable[Node]) -> list[Node]:
        """List the publishers behind readings, each once and linked to its first entry in the list of sources."""
        sources = dict.fromkeys(reading["source"] for reading in readings if reading.get("source"))
        first: dict[str, str] = {}
        for source in sources:
            first.setdefault(self.publisher(source), self.source_id(source))
        return [{"children": markup.text_nodes(publisher), "id": address} for publisher, address in first.items()]

    def source_id(self, source: str | None) -> str:
        """Return the id of a source's entry; empty for one that is not in the ledger."""
        return f"source-{slug(source)}" if source and source in self.known else ""

    def claim_id(self, claim: str) -> str:
        """Return the id of the place that settles a claim; empty when no section came to it."""
        return f"claim-{slug(claim)}" if claim in self.settled else ""

    def entries(self, numbers: Mapping[str, str]) -> list[Node]:
        """List the sources that the page uses, with their places; charts and tables by their numbers, keyed by id."""
        return [self._entry(source, numbers) for source, places in self.places.items() if places]

    def _entry(self, key: str, numbers: Mapping[str, str]) -> Node:
        source = self.known[key]
        return {
            "id": self.source_id(key),
            **describe_source(source, key),
            "later": bool(self.as_of) and (source.get("published") or "") > self.as_of,
            "places": [
                place | {"spots": [spot | {"text": numbers.get(spot["href"], spot["text"])} for spot in place["spots"]]}
                for place in self.places[key].values()
            ],
        }


def describe_source(source: Mapping[str, Any], fallback: str = "") -> Node:
    """Return publisher, title, web address and day of a source as a page shows them.

    Parameters
    ----------
    source : mapping
        Its row in the ledger.
    fallback : str
        Title of a source that has none.
    """
    url = str(source.get("url") or "")
    return {
        "publisher": markup.text_nodes(source.get("publisher") or ""),
        "title": markup.text_nodes(source.get("title") or fallback),
        "url": url if url.lower().startswith(("http://", "https://")) else "",
        "published": day(source.get("published")),
    }


def known_sources(report: Report) -> dict[str, Node]:
    """Collect the sources of a report by id: its own, and those that its blocks and claims carry."""
    carriers = [*(block for section in report.sections for block in section.blocks), *report.claims]
    carried = {key: source for carrier in carriers for key, source in (carrier.get("sources") or {}).items()}
    return carried | {source["source"]: source for source in report.sources}


def _names(report: Report) -> dict[str, str]:
    """Collect what to call a premise: the title of a figure or event, the statement of a claim."""
    readings = [reading for section in report.sections for reading in readings_in(section.blocks)]
    titles = {reading["figure"]: reading["title"] for reading in readings if reading.get("kind") == "observation"}
    titles |= {reading["event"]: reading["title"] for reading in readings if reading.get("kind") == "event"}
    return {**report.names, **titles} | {claim["claim"]: claim["statement"] for claim in report.claims}


def note_entries(notes: Notes, place: Node, index: SourceIndex) -> list[Node]:
    """Return a section's notes as the page lists them, and record in the index where each source is used."""
    entries = []
    for note in notes.by_provenance.values():
        readings = note.get("readings") or []
        for reading in readings:
            for source in [reading.get("source"), *(other["source"] for other in reading.get("others") or [])]:
                index.add_use(source, place, str(note["n"]), note["id"])
        head = {name: note.get(name) or "" for name in ("id", "n", "text", "refs", "formula")}
        entries.append({**head, "flags": note.get("flags") or [], **_readings(readings, index)})
    return entries


def _readings(readings: list[Node], index: SourceIndex) -> Node:
    """Return the readings that a note lists; where it counts claims, the page lists them all elsewhere."""
    counts_claims = len(readings) > MOST_IN_FULL and all(reading["kind"] == "claim" for reading in readings)
    named = [] if counts_claims else readings[:MOST_NAMED]
    return {
        "readings": [_reading(reading, index) for reading in named],
        "more": 0 if counts_claims else len(readings) - len(named),
        "short": len(readings) > MOST_IN_FULL,
        "counted": counts_claims,
    }


def _reading(reading: Node, index: SourceIndex) -> Node:
    """Return one line of a note: what was read, its value, and who says so since when."""
    subject, period = _subject(reading, index)
    unit, source, value = reading.get("unit"), reading.get("source"), reading.get("value")
    return {
        "what": markup.text_nodes(subject),
        "figure": reading.get("figure") or "",
        "href": index.claim_id(reading["claim"]) if reading["kind"] in {"claim", "verdict"} else "",
        "period": day(period),
        "value": "" if value is None else amount(value, unit),
        "publisher": markup.text_nodes(index.publisher(source)),
        "id": index.source_id(source),
        "published": index.known_since(reading),
        "comment": markup.text_nodes(_sentence(reading.get("note"))),
        "flags": reading_flags(reading),
        "others": [_other(other, unit, index) for other in reading.get("others") or []],
        "override": _override(reading.get("override"), unit),
    }


def _subject(reading: Node, index: SourceIndex) -> tuple[str, str]:
    """Say what a reading is about, and of which period."""
    kind = reading["kind"]
    if kind in {"observation", "event"}:
        return reading.get("title") or "", reading.get("period") or reading.get("date") or ""
    if kind == "relation":
        words = (reading.get("subject"), reading.get("relation"), reading.get("object"))
        return " ".join(str(word) for word in words).replace("_", " "), reading.get("start") or ""
    if kind == "parameter":
        return f"{reading.get('name') or ''}, given by this edition".replace("_", " "), ""
    statement = index.names.get(reading["claim"], str(reading["claim"]).replace("_", " ")).rstrip(".")
    verdict = f" ({reading['verdict']})" if reading.get("verdict") else ""
    if kind == "claim":
        return f"The brief says: \u201c{statement}\u201d{verdict}", ""
    return f"Judged by the editors on {day(reading.get('published'))}: \u201c{statement}\u201d{verdict}", ""


def _other(other: Node, unit: str | None, index: SourceIndex) -> Node:
    """Return the value that another source gives."""
    source = other["source"]
    return {
        "value": amount(other["value"], unit),
        "publisher": index.publisher(source),
        "id": index.source_id(source),
    }


def _override(override: Any, unit: str | None) -> str:
    """Say which value the editors replaced, and why."""
    if not override:
        return ""
    return _sentence(f"Set by the editors instead of {amount(override.get('value'), unit)}: {override['reason']}")


def _sentence(text: str | None) -> str:
    """Write text with a capital and a full stop, as it stands among other sentences."""
    text = (text or "").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""


def reading_flags(reading: Node) -> list[str]:
    """List the flags of one reading that have a letter.

    Examples
    --------
    >>> reading_flags({"status": "verified;provisional", "override": {"value": 1}})
    ['provisional', 'overridden']
    """
    status = [flag for flag in (reading.get("status") or "").split(";") if flag in FLAGS]
    return status + (["overridden"] if reading.get("override") else [])


def collect_flags(node: Any) -> set[str]:
    """Collect the flags that occur anywhere in a part of the page model."""
    flags: set[str] = set()
    stack = [node]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            flags.update(part.get("flags", ()), part.get("among", ()))
            stack += [value for key, value in part.items() if isinstance(value, (dict, list)) and key != "flags"]
        elif isinstance(part, list):
            stack += part
    return flags


def explain_flags(flags: Iterable[str]) -> list[Node]:
    """Return flags with letter and meaning, in the order of `FLAGS`."""
    return [
        {"flag": flag, "letter": letter, "meaning": meaning}
        for flag, (letter, meaning) in FLAGS.items()
        if flag in flags
    ]


def slug(text: str) -> str:
    """Make an id of text: small letters, digits, dots and hyphens.

    Examples
    --------
    >>> slug("Énergie: LNG share"), slug("trade.share")
    ('energie-lng-share', 'trade.share')
    """
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", ascii_text.lower()).strip("-.")
