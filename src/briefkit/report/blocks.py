"""The blocks of one section: each payload of the executed notebook as a block of the page model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from briefkit.analysis.verdicts import SCALE
from briefkit.errors import ExportError
from briefkit.report import citation, markup
from briefkit.report.markup import Node, Notes
from briefkit.report.provenance import Origins, flagged, flags, slug

VERDICTS = {"holds": "✓", "weakened": "△", "overturned": "✗", "unknown": "?"}


class Parts:
    """A section's payloads, each in its turn.

    Parameters
    ----------
    where : dict
        id and title of the section.
    notes, origins : Notes, Origins
        Where notes and uses of sources are kept.
    unique : callable
        Makes an id that nothing else on the page has.
    premise : callable
        Text and address of a premise.
    edition : dict
        What the edition says of itself.
    """

    def __init__(
        self,
        where: Node,
        notes: Notes,
        *,
        origins: Origins,
        unique: Callable[[str], str],
        premise: Callable[[str], Node],
        edition: Node,
    ) -> None:
        self.where, self.notes, self.origins = where, notes, origins
        self.unique, self.premise, self.edition = unique, premise, edition

    def all(self, section: Any) -> Iterable[Node]:
        """Blocks in order; claims that follow each other stand together."""
        group: list[Node] = []
        for block in section.blocks:
            made = [one for one in self._made(block) if not self._said(one, section)]
            if block["kind"] == "claim":
                group += made
                continue
            if made and group:
                yield {"t": "claims", "items": group}
                group = []
            yield from made
        if group:
            yield {"t": "claims", "items": group}

    def _made(self, block: Node) -> list[Node]:
        makers = {
            "markdown": self._markdown,
            "prose": self._prose,
            "chart": self._chart,
            "table": self._table,
            "claim": self._claim,
            "error": self._error,
            "text": self._text,
        }
        return makers[block["kind"]](block) if block["kind"] in makers else []

    def _said(self, block: Node, section: Any) -> bool:
        """Whether the section's head says it already: its title and its question."""
        if block.get("t") == "heading" and block["level"] == 1:
            return True
        return (
            block.get("t") == "paragraph" and markup.plain(block["kids"]).strip() == (section.question or "-").strip()
        )

    def _named(self, blocks: list[Node]) -> list[Node]:
        for block in blocks:
            if block["t"] == "heading":
                block["id"] = self.unique(f"{self.where['id']}-{markup.plain(block['kids'])}")
        return blocks

    def _markdown(self, block: Node) -> list[Node]:
        return self._named(markup.blocks({"text": block["text"], "notes": []}, self.notes))

    def _prose(self, block: Node) -> list[Node]:
        return [] if block.get("role") == "bottom_line" else self._named(markup.blocks(block["told"], self.notes))

    def _chart(self, block: Node) -> list[Node]:
        if not (block.get("alt") or "").strip():
            where = f"{self.where['id']}: chart {block['chart']!r}"
            raise ExportError(f"{where}: found no alt text, expected what a reader would see; say it with alt=")
        data = block.get("data") or {"columns": [], "rows": []}
        shown = {
            "alt": block["alt"],
            "svg": block["svg"],
            "layout": block.get("layout") or {},
            "caption": markup.inline(block.get("caption"), self.notes),
            "data": {
                "columns": [str(column).replace("_", " ") for column in data["columns"]],
                "rows": [[_datum(cell) for cell in row] for row in data["rows"]],
            },
        }
        head = self._shown(block, "chart", "title")
        return [{"t": "chart", **head, **shown} | _signs([head["title"], shown["caption"]], block)]

    def _table(self, block: Node) -> list[Node]:
        head = self._shown(block, "table", "caption")
        rows = [[markup.inline(cell, self.notes) for cell in row] for row in block["rows"]]
        shown = {"t": "table", **head, "columns": block["columns"], "rows": rows}
        return [shown | _signs([head["title"], rows], block)]

    def _shown(self, block: Node, kind: str, title: str) -> Node:
        """What a chart and a table have in common: id, title, unit, sources, as-of day."""
        name, nodes = self.unique(str(block[kind])), markup.inline(block[title], self.notes)
        readings = block.get("readings") or []
        for read in readings:
            self.origins.use(read.get("source"), self.where, kind, name)
        return {
            "id": name,
            "title": nodes,
            "name": markup.plain(nodes),
            "unit": "" if block.get("unit") == "count" else block.get("unit") or "",
            "sources": self.origins.line(readings),
            "as_of": citation.day(str(self.edition.get("as_of", ""))),
            "cite": citation.part(self.edition, markup.plain(nodes), f"{self.edition.get('url') or ''}#{name}"),
        }

    def _claim(self, block: Node) -> list[Node]:
        entry = verdict(block)
        for read in block.get("readings") or []:
            self.origins.use(read.get("source"), self.where, "claims", entry["id"])
        why = markup.inline(block.get("why"), self.notes)
        rests = {key: [self.premise(one) for one in block.get(key) or []] for key in ("premises", "fell")}
        weakened = rests["fell"] if block["verdict"] == "weakened" else []
        name = markup.plain(entry["statement"])
        lowered = block.get("lowered", True)
        rests |= {"fell": weakened}
        return [{**entry, **rests, "lowered": lowered, "name": name, "why": why, "printed": block.get("printed")}]

    def _error(self, block: Node) -> list[Node]:
        if block.get("expected"):
            return [{"t": "code", "text": f"{block['ename']}: {block['evalue']}"}]
        lines = block.get("traceback") or []
        trace = re.sub("\x1b\\[[0-9;]*m", "", lines if isinstance(lines, str) else "\n".join(lines))
        cell = block.get("cell", -1)
        name, value = block["ename"], block["evalue"]
        return [
            {
                "t": "error",
                "cell": None if cell is None or cell < 0 else cell,
                "name": name,
                "value": value,
                "trace": trace,
            }
        ]

    def _text(self, block: Node) -> list[Node]:
        return [{"t": "code", "text": block["text"].rstrip("\n")}] if block["text"].strip() else []


def verdict(claim: Node) -> Node:
    """What stands on a claim's badge and beside it."""
    unit, flips = claim.get("unit"), claim.get("flips_at")
    said = unit not in {None, "", "count", "yes or no"}  # a bare number says nothing of what it counts
    level = claim.get("level_unit") or unit  # between shares a distance is in points, a level in percent
    return {
        "id": f"claim-{slug(claim['claim'])}",
        "claim": claim["claim"],
        "statement": markup.foreign(claim["statement"]),
        "verdict": claim["verdict"],
        "sign": VERDICTS[claim["verdict"]],
        "margin": citation.margin(claim.get("margin"), unit) if said else "",
        "flips_at": "" if flips is None or not said else citation.amount(citation.rounded(flips), level),
        "due": (citation.day(claim.get("review_by")) or "by now") if claim.get("due") else "",
    }


def tally(claims: Iterable[Node]) -> list[Node]:
    """How many claims have each verdict, those that none has left out."""
    found = [claim["verdict"] for claim in claims]
    counts = {verdict: found.count(verdict) for verdict in VERDICTS if verdict in found}
    return [
        {
            "verdict": verdict,
            "sign": VERDICTS[verdict],
            "count": count,
            "words": "hold" if verdict == "holds" and count != 1 else verdict,
            "meaning": SCALE[verdict],
        }
        for verdict, count in counts.items()
    ]


def _signs(written: list[Any], block: Node) -> Node:
    """Marks that stand on words of a chart or table, and those that other values of it have."""
    signs, every = flagged(written), {mark for read in block.get("readings") or [] for mark in flags(read)}
    return {"flags": sorted(signs), "among": sorted(every - signs)}


def _datum(cell: Any) -> str:
    """A cell of data: a number without separators, as programs read it, and nobody takes a year for a quantity."""
    return "" if cell is None else cell if isinstance(cell, str) else f"{cell:.12g}"
