"""What a phone shows of a chart: words as a list, and the value axis of a picture that must be moved sideways."""

from __future__ import annotations

import re
from typing import Any

from briefkit.export import cite
from briefkit.export.told import Node

WIDE = 60.0  # points that an axis may stay in view; names of rows would hide what they name


def listed(block: Node) -> list[Node]:
    """A chart that is mostly words as a list: dates with words, names with amounts, groups with counts.

    Each entry has `head`, `lines`, `counts`, pairs of verdict and number, and `amount`: whether its line is one. Rows
    with one head are one entry. Other kinds give none.
    """
    data = block.get("data") or {}
    rows = [dict(zip(data["columns"], row, strict=True)) for row in data.get("rows", [])]
    told = _KINDS.get(block.get("type") or "")
    found: list[Node] = []
    for entry in (told(row, block.get("unit") or "") for row in rows if told):
        if found and found[-1]["head"] == entry["head"]:
            found[-1]["lines"] += entry["lines"]
        else:
            found.append({"lines": [], "counts": [], "amount": False} | entry)
    return found


def _marked(row: Node) -> str:
    """What a reader must be told of the value, in words, as a picture tells it by its looks."""
    told = [mark for mark in str(row.get("status") or "").split(";") if mark not in ("", "verified")]
    return f" ({', '.join(told)})" if told else ""


def _timeline(row: Node, unit: str) -> Node:
    return {"head": cite.day(row["date"]), "lines": [row["title"]]}


def _scoreboard(row: Node, unit: str) -> Node:
    head, *counts = row.items()
    return {"head": head[1], "counts": [(verdict, int(count)) for verdict, count in counts]}


def _bars(row: Node, unit: str) -> Node:
    return {"head": row["label"], "lines": [cite.amount(row["value"], unit) + _marked(row)], "amount": True}


def _spans(row: Node, unit: str) -> Node:
    (_, head), (nouns, count), (_, first), (_, last) = row.items()
    if count == 1:
        return {"head": head, "lines": [f"1 {nouns.removesuffix('s')}, {cite.day(first)}"]}
    return {"head": head, "lines": [f"{count} {nouns}, {cite.day(first)} to {cite.day(last)}"]}


def _tenures(row: Node, unit: str) -> Node:
    share = f" {cite.amount(row['value'], row['unit'])}" if row["value"] is not None else ""
    since, until = (
        f" {word} {cite.day(row[at])}" if row[at] else "" for word, at in (("from", "start"), ("to", "end"))
    )
    return {"head": row["object"], "lines": [f"{row['subject']}{share}{since}{until}{_marked(row)}"]}


def _compare(row: Node, unit: str) -> Node:
    readings = [(row[which], row[f"period_{which}"]) for which in ("then", "now")]
    told = [f"{cite.amount(value, row['unit'])} ({cite.day(period)})" for value, period in readings if period]
    return {"head": row["label"], "lines": [" → ".join(dict.fromkeys(told))]}


_KINDS = {"timeline": _timeline, "scoreboard": _scoreboard, "bars": _bars, "spans": _spans, "tenures": _tenures}
_KINDS |= {"compare": _compare}


def axis(svg: Any) -> Node | None:
    """Width of the value axis that the picture says it has, and the size of the whole, in its own units."""
    found = re.search(r'<svg\b[^>]*\bdata-axis="([\d.]+)"', str(svg))
    size = re.search(r'<svg\b[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"', str(svg))
    if not found or not size or float(found[1]) > WIDE:
        return None
    return {
        "wide": found[1],
        "share": f"{100 * float(found[1]) / float(size[1]):.2f}",
        "width": size[1],
        "height": size[2],
    }
