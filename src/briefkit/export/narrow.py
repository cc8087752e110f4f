"""What a phone shows of a chart: words as a list, and the value axis of a picture that must be moved sideways."""

from __future__ import annotations

import re
from typing import Any

from briefkit.export import cite
from briefkit.export.told import Node

WIDE = 60.0  # points that an axis may stay in view; names of rows would hide what they name


def listed(block: Node) -> list[Node]:
    """A chart that is mostly words as a list: dates with words, or groups with what was counted in each.

    Each entry has `head`, `text` and `counts`, pairs of verdict and number; other kinds give none.
    """
    columns, rows = (block.get("data") or {}).get("columns", []), (block.get("data") or {}).get("rows", [])
    if not rows:
        return []
    if block.get("type") == "timeline":
        date, title = columns.index("date"), columns.index("title")
        return [{"head": cite.day(row[date]), "text": row[title], "counts": []} for row in rows]
    if block.get("type") == "scoreboard":
        counts = [[(verdict, int(count)) for verdict, count in zip(columns[1:], row[1:], strict=True)] for row in rows]
        return [{"head": row[0], "text": "", "counts": each} for row, each in zip(rows, counts, strict=True)]
    return []


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
