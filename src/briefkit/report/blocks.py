"""The blocks of one section: each payload of the executed notebook as a block of the page model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from briefkit import formatting
from briefkit.analysis.verdicts import VERDICT_MEANINGS
from briefkit.errors import ExportError
from briefkit.formatting import day
from briefkit.report import citation, markup
from briefkit.report.amounts import amount, margin
from briefkit.report.markup import Node, Notes
from briefkit.report.provenance import SourceIndex, collect_flags, reading_flags, slug

VERDICT_SYMBOLS = {"holds": "✓", "weakened": "△", "overturned": "✗", "unknown": "?"}


class BlockBuilder:
    """Builds the blocks of one section from its payloads.

    Parameters
    ----------
    place : dict
        id and title of the section.
    notes, index : Notes, SourceIndex
        Where notes and uses of sources are recorded.
    unique : callable
        Makes an id that nothing else on the page has.
    premise : callable
        Returns text and address of a premise.
    edition : dict
        What the edition says of itself.
    """

    def __init__(
        self,
        place: Node,
        notes: Notes,
        *,
        index: SourceIndex,
        unique: Callable[[str], str],
        premise: Callable[[str], Node],
        edition: Node,
    ) -> None:
        self.place, self.notes, self.index = place, notes, index
        self.unique, self.premise, self.edition = unique, premise, edition

    def build(self, section: Any) -> Iterator[Node]:
        """Yield the section's blocks in order; claims that follow each other stand together.

        Raises
        ------
        ExportError
            If a chart has no alt text.
        """
        claims: list[Node] = []
        for payload in section.blocks:
            blocks = [block for block in self._blocks(payload) if not _repeats_head(block, section)]
            if payload["kind"] == "claim":
                claims += blocks
                continue
            if blocks and claims:
                yield {"t": "claims", "items": claims}
                claims = []
            yield from blocks
        if claims:
            yield {"t": "claims", "items": claims}

    def _blocks(self, payload: Node) -> list[Node]:
        builders = {
            "markdown": self._markdown,
            "prose": self._prose,
            "chart": self._chart,
            "table": self._table,
            "claim": self._claim,
            "error": self._error,
            "text": self._text,
        }
        return builders[payload["kind"]](payload) if payload["kind"] in builders else []

    def _markdown(self, payload: Node) -> list[Node]:
        return self._with_ids(markup.blocks(payload["text"], self.notes))

    def _prose(self, payload: Node) -> list[Node]:
        if payload.get("role") == "bottom_line":  # which stands on the cover
            return []
        return self._with_ids(markup.blocks(payload["text"], self.notes))

    def _with_ids(self, blocks: list[Node]) -> list[Node]:
        for block in blocks:
            if block["t"] == "heading":
                block["id"] = self.unique(f"{self.place['id']}-{markup.plain(block['children'])}")
        return blocks

    def _chart(self, payload: Node) -> list[Node]:
        if not (payload.get("alt") or "").strip():
            where = f"{self.place['id']}: chart {payload['chart']!r}"
            raise ExportError(f"{where}: found no alt text, expected what a reader would see; say it with alt=")
        data = payload.get("data") or {"columns": [], "rows": []}
        chart = {
            "alt": payload["alt"],
            "svg": payload["svg"],
            "layout": payload.get("layout") or {},
            "caption": markup.inline(payload.get("caption"), self.notes),
            "data": {
                "columns": [str(column).replace("_", " ") for column in data["columns"]],
                "rows": [[_data_cell(cell) for cell in row] for row in data["rows"]],
            },
        }
        head = self._head(payload, "chart", "title")  # after the caption, whose notes come first
        return [{"t": "chart", **head, **chart} | _flags([head["title"], chart["caption"]], payload)]

    def _table(self, payload: Node) -> list[Node]:
        head = self._head(payload, "table", "caption")
        rows = [[markup.inline(cell, self.notes) for cell in row] for row in payload["rows"]]
        table = {"t": "table", **head, "columns": payload["columns"], "rows": rows}
        return [table | _flags([head["title"], rows], payload)]

    def _head(self, payload: Node, kind: str, title: str) -> Node:
        """Return what a chart and a table have in common: id, title, unit, sources, as-of day."""
        name, nodes = self.unique(str(payload[kind])), markup.inline(payload[title], self.notes)
        readings = payload.get("readings") or []
        for reading in readings:
            self.index.add_use(reading.get("source"), self.place, kind, name)
        return {
            "id": name,
            "title": nodes,
            "name": markup.plain(nodes),
            "unit": "" if payload.get("unit") == "count" else payload.get("unit") or "",
            "sources": self.index.source_line(readings),
            "as_of": day(str(self.edition.get("as_of", ""))),
            "cite": citation.part(self.edition, markup.plain(nodes), f"{self.edition.get('url') or ''}#{name}"),
        }

    def _claim(self, payload: Node) -> list[Node]:
        entry = verdict_entry(payload)
        for reading in payload.get("readings") or []:
            self.index.add_use(reading.get("source"), self.place, "claims", entry["id"])
        overturned = payload.get("overturned_premises") if payload["verdict"] == "weakened" else None
        return [
            {
                **entry,
                "premises": [self.premise(premise) for premise in payload.get("premises") or []],
                "overturned_premises": [self.premise(premise) for premise in overturned or []],
                "weakened_by_premises": payload.get("weakened_by_premises", True),
                "name": markup.plain(entry["statement"]),
                "why": markup.inline(payload.get("why"), self.notes),
                "printed": payload.get("printed"),
            }
        ]

    def _error(self, payload: Node) -> list[Node]:
        if payload.get("expected"):
            return [{"t": "code", "text": f"{payload['ename']}: {payload['evalue']}"}]
        lines, cell = payload.get("traceback") or [], payload.get("cell", -1)
        trace = re.sub("\x1b\\[[0-9;]*m", "", lines if isinstance(lines, str) else "\n".join(lines))
        cell = None if cell is None or cell < 0 else cell
        return [{"t": "error", "cell": cell, "name": payload["ename"], "value": payload["evalue"], "trace": trace}]

    def _text(self, payload: Node) -> list[Node]:
        return [{"t": "code", "text": payload["text"].rstrip("\n")}] if payload["text"].strip() else []


def verdict_entry(claim: Node) -> Node:
    """Return what stands on a claim's badge and beside it: statement, verdict, margin, where it turns."""
    unit, flips_at = claim.get("unit"), claim.get("flips_at")
    has_unit = unit not in {None, "", "count", "yes or no"}  # a bare number says nothing of what it counts
    level = claim.get("level_unit") or unit  # between shares a distance is in points, a level in percent
    return {
        "id": f"claim-{slug(claim['claim'])}",
        "claim": claim["claim"],
        "statement": markup.text_nodes(claim["statement"]),
        "verdict": claim["verdict"],
        "symbol": VERDICT_SYMBOLS[claim["verdict"]],
        "margin": margin(claim.get("margin"), unit) if has_unit else "",
        "flips_at": "" if flips_at is None or not has_unit else amount(formatting.rounded(flips_at), level),
        "review_due": (day(claim.get("review_by")) or "by now") if claim.get("review_due") else "",
    }


def tally(claims: Iterable[Node]) -> list[Node]:
    """Count the claims with each verdict; a verdict that none has is left out.

    Examples
    --------
    >>> entries = tally([{"verdict": "holds"}, {"verdict": "overturned"}, {"verdict": "holds"}])
    >>> [(entry["symbol"], entry["count"], entry["words"]) for entry in entries]
    [('✓', 2, 'hold'), ('✗', 1, 'overturned')]
    """
    verdicts = [claim["verdict"] for claim in claims]
    return [
        {
            "verdict": verdict,
            "symbol": symbol,
            "count": verdicts.count(verdict),
            "words": "hold" if verdict == "holds" and verdicts.count(verdict) != 1 else verdict,
            "meaning": VERDICT_MEANINGS[verdict],
        }
        for verdict, symbol in VERDICT_SYMBOLS.items()
        if verdict in verdicts
    ]


def _repeats_head(block: Node, section: Any) -> bool:
    """Tell whether a block says what the section's head says already: its title or its question."""
    if block.get("t") == "heading" and block["level"] == 1:
        return True
    question = (section.question or "-").strip()
    return block.get("t") == "paragraph" and markup.plain(block["children"]).strip() == question


def _flags(written: list[Any], payload: Node) -> Node:
    """Return the flags that stand on words of a chart or table, and those that other values of it have."""
    on_words = collect_flags(written)
    on_values = {flag for reading in payload.get("readings") or [] for flag in reading_flags(reading)}
    return {"flags": sorted(on_words), "among": sorted(on_values - on_words)}


def _data_cell(cell: Any) -> str:
    """Write a cell of data: a number without separators, as programs read it, so that a year is no quantity."""
    return "" if cell is None else cell if isinstance(cell, str) else f"{cell:.12g}"
