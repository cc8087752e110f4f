"""Where things on the page come from: notes, what they read, sources, and the places that use each of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from briefkit.report import citation, markup
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
FLAG_LETTERS = {mark: sign for mark, (sign, _) in FLAGS.items()}
MOST = 4  # readings that a note names at all
FULL = 3  # readings that a note tells in full; of more it names each in a few words


class Origins:
    """Every source that a report knows, where the page uses it, and what its ids are called.

    Parameters
    ----------
    report : Report
        Its own sources, and those that its blocks and claims carry.
    """

    def __init__(self, report: Report) -> None:
        known = known_sources(report)
        name = {key: (known[key].get("publisher") or "").casefold() for key in known}
        order = sorted(known, key=lambda key: (name[key], known[key].get("published") or "", key))
        self.known = {key: known[key] for key in order}
        self.places: dict[str, dict[str, Node]] = {key: {} for key in order}
        self.names = _names(report)
        self.as_of = str(report.edition.get("as_of", ""))
        blocks = (block for section in report.sections for block in section.blocks)
        self.settled = {block["claim"] for block in blocks if block["kind"] == "claim"}

    def use(self, key: str | None, where: Node, text: str, href: str) -> None:
        """Remember that a place of the page rests on a source; twice the same is once."""
        if key not in self.places:
            return
        place = self.places[key].setdefault(where["id"], {**where, "spots": []})
        told_already = {spot["href"] for spot in place["spots"]} | {spot["text"] for spot in place["spots"]} & {
            "claims"
        }
        if href not in told_already and text not in told_already:
            place["spots"].append({"text": text, "href": href})

    def known_since(self, read: Node) -> str:
        """When a value came out: with the document named, or before it, where that only repeats it."""
        day, source = citation.day(read.get("published")), self.known.get(read.get("source") or "", {})
        return day and ("published" if day == citation.day(source.get("published")) else "known from") + f" {day}"

    def publisher(self, key: str | None) -> str:
        """Name of who says it."""
        return self.known.get(key or "", {}).get("publisher") or key or ""

    def line(self, readings: Iterable[Node]) -> list[Node]:
        """Source line: each publisher once, linked to its first entry in the list."""
        keys = dict.fromkeys(read["source"] for read in readings if read.get("source"))
        first: dict[str, str] = {}
        for key in keys:
            first.setdefault(self.publisher(key), self.address(key))
        return [{"kids": markup.foreign(name), "id": address} for name, address in first.items()]

    def address(self, key: str | None) -> str:
        """Id of the source's entry; empty for one that is not in the ledger."""
        return f"source-{slug(key)}" if key and key in self.known else ""

    def place(self, claim: str) -> str:
        """Id of the place that settles a claim; empty when no section came to it."""
        return f"claim-{slug(claim)}" if claim in self.settled else ""

    def listed(self, numbers: Mapping[str, str]) -> list[Node]:
        """Those that the page uses, with their places; charts and tables by their numbers, given by id."""
        return [self._entry(key, numbers) for key, places in self.places.items() if places]

    def _entry(self, key: str, numbers: Mapping[str, str]) -> Node:
        source = self.known[key]
        url = source.get("url") or ""
        return {
            "id": self.address(key),
            "publisher": markup.foreign(source.get("publisher") or ""),
            "title": markup.foreign(source.get("title") or key),
            "url": url if re.match(r"https?://", url, re.IGNORECASE) else "",
            "published": citation.day(source.get("published")),
            "later": bool(self.as_of) and (source.get("published") or "") > self.as_of,
            "places": [
                place | {"spots": [spot | {"text": numbers.get(spot["href"], spot["text"])} for spot in place["spots"]]}
                for place in self.places[key].values()
            ],
        }


def known_sources(report: Report) -> dict[str, Node]:
    """Records of sources by id: the report's own, and those that its blocks and claims bring."""
    carriers = [*(block for section in report.sections for block in section.blocks), *report.claims]
    known = {key: source for carrier in carriers for key, source in (carrier.get("sources") or {}).items()}
    return known | {source["source"]: source for source in report.sources}


def _names(report: Report) -> dict[str, str]:
    """What to call a premise: the title of a figure or event, the statement of a claim."""
    readings = [read for section in report.sections for read in readings_in(section.blocks)]
    found = {read["figure"]: read["title"] for read in readings if read.get("kind") == "observation"}
    found |= {read["event"]: read["title"] for read in readings if read.get("kind") == "event"}
    return {**report.names, **found} | {claim["claim"]: claim["statement"] for claim in report.claims}


def printed(notes: Notes, where: Node, origins: Origins) -> list[Node]:
    """Notes of a section ready to print; remembers where each source is used."""
    for note in notes.known.values():
        for read in note.get("readings") or []:
            for key in [read.get("source"), *(other["source"] for other in read.get("others") or [])]:
                origins.use(key, where, str(note["n"]), note["id"])
    return [
        {name: note.get(name) or "" for name in ("id", "n", "text", "refs", "formula")}
        | {"flags": note.get("flags") or [], **_told(note.get("readings") or [], origins)}
        for note in notes.known.values()
    ]


def _told(readings: list[Node], origins: Origins) -> Node:
    """What a note tells of its readings; where it counts claims, the page lists them all elsewhere."""
    counted = len(readings) > FULL and all(read["kind"] == "claim" for read in readings)
    named = [] if counted else readings[:MOST]
    return {
        "readings": [_read(read, origins) for read in named],
        "more": 0 if counted else len(readings) - len(named),
        "short": len(readings) > FULL,
        "counted": counted,
    }


def flags(read: Node) -> list[str]:
    """Marks of one reading that have a sign."""
    own = [mark for mark in (read.get("status") or "").split(";") if mark in FLAGS]
    return own + (["overridden"] if read.get("override") else [])


def flagged(node: Any) -> set[str]:
    """Marks that occur anywhere in a part of the page model."""
    found: set[str] = set()
    left = [node]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            found.update(part.get("flags", ()), part.get("among", ()))
            left += [value for key, value in part.items() if isinstance(value, (dict, list)) and key != "flags"]
        elif isinstance(part, list):
            left += part
    return found


def slug(text: str) -> str:
    """Text as an id: small letters, digits, dots and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9.]+", "-", plain.lower()).strip("-.")


def _read(read: Node, origins: Origins) -> Node:
    """One line of a note: what was read, its value, and who says so since when."""
    what, period = _subject(read, origins)
    unit, key = read.get("unit"), read.get("source")
    value = read.get("value")
    return {
        "what": markup.foreign(what),
        "figure": read.get("figure") or "",
        "href": origins.place(read["claim"]) if read["kind"] in {"claim", "verdict"} else "",
        "period": citation.day(period),
        "value": "" if value is None else citation.amount(value, unit),
        "publisher": markup.foreign(origins.publisher(key)),
        "id": origins.address(key),
        "published": origins.known_since(read),
        "comment": markup.foreign(_sentence(read.get("note"))),
        "flags": flags(read),
        "others": [_other(other, unit, origins) for other in read.get("others") or []],
        "override": _override(read.get("override"), unit),
    }


def _subject(read: Node, origins: Origins) -> tuple[str, str]:
    """What a reading is about, in words, and its period."""
    kind = read["kind"]
    if kind in {"observation", "event"}:
        return read.get("title") or "", read.get("period") or read.get("date") or ""
    if kind == "relation":
        words = (read.get("subject"), read.get("relation"), read.get("object"))
        return " ".join(str(word) for word in words).replace("_", " "), read.get("start") or ""
    if kind == "parameter":
        return f"{read.get('name') or ''}, given by this edition".replace("_", " "), ""
    said = origins.names.get(read["claim"], str(read["claim"]).replace("_", " ")).rstrip(".")
    verdict = f" ({read['verdict']})" if read.get("verdict") else ""
    if kind == "claim":
        return f"The brief says: \u201c{said}\u201d{verdict}", ""
    return f"Judged by the editors on {citation.day(read.get('published'))}: \u201c{said}\u201d{verdict}", ""


def _other(other: Node, unit: str | None, origins: Origins) -> Node:
    key = other["source"]
    return {
        "value": citation.amount(other["value"], unit),
        "publisher": origins.publisher(key),
        "id": origins.address(key),
    }


def _override(given: Any, unit: str | None) -> str:
    if not given:
        return ""
    return _sentence(f"Set by the editors instead of {citation.amount(given.get('value'), unit)}: {given['reason']}")


def _sentence(text: str | None) -> str:
    """Text with a full stop and a capital, as it stands beside other sentences."""
    text = (text or "").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""
