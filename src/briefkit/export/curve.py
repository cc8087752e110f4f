"""The history of a figure as a small line, drawn by hand: a page for each figure cannot wait for a plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

from briefkit.export import cite

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 10, 70, 16, 26
SIGN = 7.2  # width of a digit


@dataclass(frozen=True)
class _Point:
    day: date
    value: float
    ahead: bool


def curve(history: Iterable[tuple[Any, float, str]], unit: str) -> tuple[str, str]:
    """A line of a figure's values through time, forecasts as rings on a dashed line, and what one sees in it.

    Parameters
    ----------
    history : iterable of (Timestamp, float, str)
        Day, value and status of each period, oldest first; the day in the middle of it.
    unit : str
        As a reader sees it.

    Returns
    -------
    svg, alt : str
        Both empty where there are not two values to join.
    """
    points = [_Point(end.date(), float(value), "forecast" in status) for end, value, status in history]
    if len(points) < 2 or points[0].day == points[-1].day or unit == "yes or no":
        return "", ""
    lines = _lines(min(p.value for p in points), max(p.value for p in points))
    drawn = "".join([*_ground(lines, unit), *_years(points), *_line(points, lines, unit)])
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" style="font-family:var(--sans)"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawn}</svg>', _said(points, unit)


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
        label = f"{value:.0f}" if unit == "year" else cite.number(value)
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
        if year in (first, last) or min(abs(x - other) for other in near) > 5 * SIGN:
            yield _text(x, HEIGHT - 6, str(year), "start" if year == first else "end" if year == last else "middle")


def _line(points: list[_Point], lines: list[float], unit: str) -> Iterable[str]:
    places = [(_along(p.day, points), _high(p.value, lines), p.ahead) for p in points]
    for (x, y, _), (to_x, to_y, ahead) in pairwise(places):
        dashed = ' stroke-dasharray="5 4"' if ahead else ""
        yield f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" fill="none"{dashed} style="stroke:var(--link)" '
        yield 'stroke-width="2"/>'
    for x, y, ahead in places:
        fill = "var(--paper)" if ahead else "var(--link)"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" style="fill:{fill};stroke:var(--link)" stroke-width="1.5"/>'


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
    return f"{cite.amount(point.value, unit)} in {point.day.year}"
