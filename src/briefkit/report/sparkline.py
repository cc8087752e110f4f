"""The history of a figure as a small line in SVG: a page for each figure cannot wait for a plotting library."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import pairwise
from typing import Any

from briefkit.report.amounts import amount, number
from briefkit.report.provenance import FLAG_LETTERS

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 10, 70, 16, 26
DIGIT_WIDTH = 7.2


@dataclass(frozen=True)
class Sparkline:
    """A picture, its alt text and its title; all empty where there are not two values to join."""

    svg: str = ""
    alt: str = ""
    title: str = ""


@dataclass(frozen=True)
class _Point:
    day: date
    value: float
    flags: list[str]

    @property
    def is_forecast(self) -> bool:
        return "forecast" in self.flags

    @property
    def is_hollow(self) -> bool:
        return self.is_forecast or "recalled" in self.flags


def sparkline(history: Iterable[tuple[Any, float, list[str]]], unit: str) -> Sparkline:
    """Draw a figure's values through time as a line, from zero as in the brief's own charts.

    Values recalled and forecast are rings, forecasts on a dashed line; the letters of flags stand above their values.

    Parameters
    ----------
    history : iterable of (Timestamp, float, list of str)
        Day, value and flags of each period, oldest first; the day is the middle of the period.
    unit : str
        As a reader sees it.
    """
    points = [_Point(middle.date(), float(value), flags) for middle, value, flags in history]
    if len(points) < 2 or points[0].day == points[-1].day or unit == "yes or no":
        return Sparkline()
    base = [] if unit == "year" else [0.0]
    values = [point.value for point in points] + base
    lines = _gridlines(min(values), max(values))
    drawing = "".join([*_grid(lines, unit), *_years(points), *_line(points, lines)])
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" style="font-family:var(--sans)"'
    observed = [point for point in points if not point.is_forecast] or points
    title = ", ".join(_value_in_year(point, unit) for point in (observed[0], observed[-1])[: len(observed)])
    return Sparkline(f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{drawing}</svg>', _alt(points, unit), title)


def _gridlines(low: float, high: float) -> list[float]:
    """Return two to seven round values that hold all others.

    Examples
    --------
    >>> _gridlines(0, 8.7)
    [0.0, 2.5, 5.0, 7.5, 10.0]
    """
    size = max(abs(low), abs(high), 1.0)
    span = high - low if high - low > size * 1e-6 else size
    power = 10 ** math.floor(math.log10(span / 3))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= span / 4)
    first, last = math.floor(low / step), max(math.ceil(high / step), math.floor(low / step) + 1)
    return [float(f"{count * step:.12g}") for count in range(first, last + 1)]


def _y(value: float, lines: list[float]) -> float:
    return TOP + (lines[-1] - value) / (lines[-1] - lines[0]) * (HEIGHT - TOP - BOTTOM)


def _x(day: date, points: list[_Point]) -> float:
    first, last = points[0].day.toordinal(), points[-1].day.toordinal()
    return LEFT + 6 + (day.toordinal() - first) / (last - first) * (WIDTH - LEFT - RIGHT - 12)


def _grid(lines: list[float], unit: str) -> Iterable[str]:
    for value in lines:
        y = _y(value, lines)
        label = f"{value:.0f}" if unit == "year" else number(value)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" style="stroke:var(--line)"/>'
        yield _text(WIDTH - RIGHT + 8, y + 4.5, label, "start")


def _years(points: list[_Point]) -> Iterable[str]:
    """Draw ticks where years begin; in the middle of a year its name: first, last, and those between that have room."""
    first, last = points[0].day.year, points[-1].day.year
    step = next(size for size in (1, 2, 5, 10, 20, 50, 100, 1000) if (last - first) / size <= 6)
    for year in range(first + 1, last + 1, 1 if last - first <= 40 else step):
        yield f'<path d="M{_x(date(year, 1, 1), points):.1f} {HEIGHT - BOTTOM}v4" style="stroke:var(--soft)"/>'
    for year in dict.fromkeys([first, *range(first - first % step + step, last, step), last]):
        x = _x(min(max(date(year, 7, 1), points[0].day), points[-1].day), points)
        ends = [_x(end.day, points) for end in (points[0], points[-1])]
        if year in (first, last) or min(abs(x - other) for other in ends) > 7.5 * DIGIT_WIDTH:
            yield _text(x, HEIGHT - 6, str(year), "start" if year == first else "end" if year == last else "middle")


def _line(points: list[_Point], lines: list[float]) -> Iterable[str]:
    places = [(_x(point.day, points), _y(point.value, lines), point) for point in points]
    for (x, y, _), (to_x, to_y, point) in pairwise(places):
        dashed = ' stroke-dasharray="5 4"' if point.is_forecast else ""
        yield f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" fill="none"{dashed} style="stroke:var(--link)" '
        yield 'stroke-width="2"/>'
    for x, y, point in places:
        fill = "var(--paper)" if point.is_hollow else "var(--link)"
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" style="fill:{fill};stroke:var(--link)" stroke-width="1.5"/>'
        yield _text(x, y - 7, "".join(FLAG_LETTERS[flag] for flag in point.flags), "middle") if point.flags else ""


def _text(x: float, y: float, text: str, anchor: str) -> str:
    at = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {at} font-size="13" style="fill:var(--soft)">{escape(text)}</text>'


def _alt(points: list[_Point], unit: str) -> str:
    """Say what a reader sees: both ends, and the extremes where they lie between."""
    observed = [point for point in points if not point.is_forecast] or points
    ends = f"{_value_in_year(points[0], unit)} to {_value_in_year(points[-1], unit)}"
    low, high = min(observed, key=lambda point: point.value), max(observed, key=lambda point: point.value)
    extremes = [
        f"{word} {_value_in_year(point, unit)}"
        for word, point in (("lowest", low), ("highest", high))
        if point not in (observed[0], observed[-1])
    ]
    forecasts = sum(point.is_forecast for point in points)
    forecast = [f"{forecasts} of them forecast"] if forecasts else []
    return "; ".join([f"A line of {len(points)} values, from {ends}", *extremes, *forecast]) + "."


def _value_in_year(point: _Point, unit: str) -> str:
    return f"{amount(point.value, unit)} in {point.day.year}"
