"""The history of a figure as a small line, drawn by hand: a page for each figure cannot wait for a plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

from briefkit.report import citation
from briefkit.report.provenance import FLAGS

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 10, 70, 16, 26
SIGN = 7.2  # width of a digit


@dataclass(frozen=True)
class Curve:
    """A picture, what one sees in it, and what it shows in a line; all empty where there are not two values to join."""

    svg: str = ""
    alt: str = ""
    finding: str = ""


@dataclass(frozen=True)
class _Point:
    day: date
    value: float
    flags: list[str]

    @property
    def ahead(self) -> bool:
        return "forecast" in self.flags

    @property
    def hollow(self) -> bool:
        return self.ahead or "recalled" in self.flags


def curve(history: Iterable[tuple[Any, float, list[str]]], unit: str) -> Curve:
    """A line of a figure's values through time, from zero as in the brief's own charts, and what one sees in it.

    Values recalled and forecast are rings, forecasts on a dashed line; the signs of all marks stand above their values.

    Parameters
    ----------
    history : iterable of (Timestamp, float, list of str)
        Day, value and marks of each period, oldest first; the day in the middle of it.
    unit : str
        As a reader sees it.
    """
    points = [_Point(end.date(), float(value), flags) for end, value, flags in history]
    if len(points) < 2 or points[0].day == points[-1].day or unit == "yes or no":
        return Curve()
    base = [] if unit == "year" else [0.0]
    lines = _lines(min([p.value for p in points] + base), max([p.value for p in points] + base))
    drawn = "".join([*_ground(lines, unit), *_years(points), *_line(points, lines, unit)])
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" style="font-family:var(--sans)"'
    seen = [p for p in points if not p.ahead] or points
    finding = f"{_at(seen[0], unit)}, {_at(seen[-1], unit)}" if len(seen) > 1 else _at(seen[0], unit)
    return Curve(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>', _said(points, unit), finding)


def _lines(low: float, high: float) -> list[float]:
    """Two to seven round values that hold all others."""
    size = max(abs(low), abs(high), 1.0)
    span = high - low if high - low > size * 1e-6 else size
    power = 10 ** math.floor(math.log10(span / 3))
    step = next(round_one * power for round_one in (1, 2, 2.5, 5, 10) if round_one * power >= span / 4)
    first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
    return [float(f"{place * step:.12g}") for place in range(first, last + 1)]


def _high(value: float, lines: list[float]) -> float:
    return TOP + (lines[-1] - value) / (lines[-1] - lines[0]) * (HEIGHT - TOP - BOTTOM)


def _along(day: date, points: list[_Point]) -> float:
    first, last = points[0].day.toordinal(), points[-1].day.toordinal()
    return LEFT + 6 + (day.toordinal() - first) / (last - first) * (WIDTH - LEFT - RIGHT - 12)


def _ground(lines: list[float], unit: str) -> Iterable[str]:
    for value in lines:
        y = _high(value, lines)
        label = f"{value:.0f}" if unit == "year" else citation.number(value)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" style="stroke:var(--line)"/>'
        yield _text(WIDTH - RIGHT + 8, y + 4.5, label, "start")


def _years(points: list[_Point]) -> Iterable[str]:
    """Ticks where years begin; in the middle of a year its name: first, last, and those between that have room."""
    first, last = points[0].day.year, points[-1].day.year
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) / size <= 6)
    for year in range(first + 1, last + 1, 1 if last - first <= 40 else step):
        yield f'<path d="M{_along(date(year, 1, 1), points):.1f} {HEIGHT - BOTTOM}v4" style="stroke:var(--soft)"/>'
    for year in dict.fromkeys([first, *range(first - first % step + step, last, step), last]):
        x = _along(min(max(date(year, 7, 1), points[0].day), points[-1].day), points)
        near = [_along(end.day, points) for end in (points[0], points[-1])]
        if year in (first, last) or min(abs(x - other) for other in near) > 7.5 * SIGN:
            yield _text(x, HEIGHT - 6, str(year), "start" if year == first else "end" if year == last else "middle")


def _line(points: list[_Point], lines: list[float], unit: str) -> Iterable[str]:
    places = [(_along(p.day, points), _high(p.value, lines), p) for p in points]
    for (x, y, _), (to_x, to_y, point) in pairwise(places):
        dashed = ' stroke-dasharray="5 4"' if point.ahead else ""
        yield f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" fill="none"{dashed} style="stroke:var(--link)" '
        yield 'stroke-width="2"/>'
    for x, y, point in places:
        fill = "var(--paper)" if point.hollow else "var(--link)"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" style="fill:{fill};stroke:var(--link)" stroke-width="1.5"/>'
        yield _text(x, y - 7, "".join(FLAGS[mark][0] for mark in point.flags), "middle") if point.flags else ""


def _text(x: float, y: float, text: str, anchor: str) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {at} font-size="13" style="fill:var(--soft)">{escape(text)}</text>'


def _said(points: list[_Point], unit: str) -> str:
    """What a reader sees: both ends, and the extremes where they lie between."""
    seen = [p for p in points if not p.ahead] or points
    ends = f"A line of {len(points)} values, from {_at(points[0], unit)} to {_at(points[-1], unit)}"
    low, high = min(seen, key=lambda p: p.value), max(seen, key=lambda p: p.value)
    ends_too = (seen[0], seen[-1])
    turns = [f"{word} {_at(p, unit)}" for word, p in (("lowest", low), ("highest", high)) if p not in ends_too]
    ahead = sum(p.ahead for p in points)
    return "; ".join([ends, *turns, *([f"{ahead} of them forecast"] if ahead else [])]) + "."


def _at(point: _Point, unit: str) -> str:
    return f"{citation.amount(point.value, unit)} in {point.day.year}"
