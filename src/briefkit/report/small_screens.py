"""What a phone shows of a chart: words as a list; of a picture wider than the screen its axis, its key, its middle."""

from __future__ import annotations

import re
from typing import Any

from briefkit.report import citation
from briefkit.report.markup import Node

WIDE = 60.0  # points that an axis may stay in view; names of rows would hide what they name
LATE = {"columns", "counts", "lines", "steps", "tenures"}  # time runs to the right: a small screen starts at its end


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
    return {"head": citation.day(row["date"]), "lines": [row["title"]]}


def _scoreboard(row: Node, unit: str) -> Node:
    head, *counts = row.items()
    return {"head": head[1], "counts": [(verdict, int(count)) for verdict, count in counts]}


def _bars(row: Node, unit: str) -> Node:
    return {"head": row["label"], "lines": [citation.amount(row["value"], unit) + _marked(row)], "amount": True}


def _spans(row: Node, unit: str) -> Node:
    (_, head), (nouns, count), (_, first), (_, last) = row.items()
    if count == 1:
        return {"head": head, "lines": [f"1 {nouns.removesuffix('s')}, {citation.day(first)}"]}
    return {"head": head, "lines": [f"{count} {nouns}, {citation.day(first)} to {citation.day(last)}"]}


def _tenures(row: Node, unit: str) -> Node:
    share = f" {citation.amount(row['value'], row['unit'])}" if row["value"] is not None else ""
    since, until = (
        f" {word} {citation.day(row[at])}" if row[at] else "" for word, at in (("from", "start"), ("to", "end"))
    )
    return {"head": row["object"], "lines": [f"{row['subject']}{share}{since}{until}{_marked(row)}"]}


def _compare(row: Node, unit: str) -> Node:
    readings = [(row[which], row[f"period_{which}"]) for which in ("then", "now")]
    told = [f"{citation.amount(value, row['unit'])} ({citation.day(period)})" for value, period in readings if period]
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


def opening(block: Node) -> str:
    """Share of a picture's width, in percent, that a phone shows first, in its middle; empty where that is the end.

    A map opens in its middle, events counted by year where most of them are, and a chart through time whose years go
    on after what was observed at the last observation.
    """
    if block.get("type") == "places":
        return "50"
    svg = str(block["svg"])
    years = {int(year): float(x) for x, year in re.findall(r'<text\b[^>]*\bx="([\d.]+)"[^>]*>(\d{4})</text>', svg)}
    width = re.search(r'viewBox="0 0 ([\d.]+)', svg)
    if len(years) < 2 or not width:
        return ""
    (first, at), (last, end) = min(years.items()), max(years.items())
    year = _year(block, last)
    return f"{100 * (at + (year - first) * (end - at) / (last - first)) / float(width[1]):.0f}" if year else ""


def _year(block: Node, end: int) -> float:
    """The year that a phone shows first, of a chart that goes on to another; 0 where the end is as good."""
    data = block.get("data") or {}
    rows = [dict(zip(data["columns"], row, strict=True)) for row in data.get("rows", [])]
    if block.get("type") == "counts":
        events = {row["year"]: next(reversed(row.values())) for row in rows}
        return sum(year * count for year, count in events.items()) / (sum(events.values()) or 1)
    if block.get("type") not in LATE or "period" not in data.get("columns", []):
        return 0
    seen = [int(row["period"][:4]) for row in rows if "forecast" not in str(row.get("status") or "")]
    return max(seen) if seen and end > max(seen) + 1 else 0


_SHAPE = r'<path [^>]*?d="M *(?P<left>[\d.]+)[^>]*/>'
_SAME = r'(?:<defs>(?:(?!</?defs).)*</defs>)?<use [^>]*?x="(?P=middle)"[^>]*/>'  # a half-full marker is two
_MARKER = rf'<use [^>]*?x="(?P<middle>[\d.]+)"[^>]*/>(?:{_SAME})?'
_WORDS = r'<text style="(?:(?!600)[^"])*anchor:start[^"]*" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)">(?P<words>[^<]+)</text>'
_ENTRY = re.compile(f"(?P<drawn>(?:{_SHAPE})?(?:{_MARKER})?){_WORDS}")
_HANDLE, _GAP = 2.4 * 8.4, 0.5 * 8.4  # points, as `charts._axes.legend` draws them


def keyed(svg: Any) -> tuple[Any, list[Node]]:
    """The picture, its key marked so that a phone can hide it there, and the key's entries: `swatch` and `words`."""
    from markupsafe import Markup

    found: list[Node] = []

    def entry(match: re.Match[str]) -> str:
        x, y = float(match["x"]) - _GAP - _HANDLE, float(match["y"])
        starts = [float(match[name]) - shift for name, shift in (("left", 0.0), ("middle", _HANDLE / 2)) if match[name]]
        if not starts or abs(starts[-1] - x) > 0.5:
            return match[0]
        box = f'viewBox="{x - 0.5:.1f} {y - 7:.1f} {_HANDLE + 1:.1f} 9"'
        drawn = re.sub("<defs>.*?</defs>", "", match["drawn"])  # which the picture has
        found.append({"swatch": Markup(f"<svg {box}>{drawn}</svg>"), "words": Markup(match["words"])})
        return f'<g class="key">{match[0]}</g>'

    return Markup(_ENTRY.sub(entry, str(svg))), found
