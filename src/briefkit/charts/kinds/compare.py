"""Draw figures then and now: one small scale per figure, so that any units can stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.canvas import use_points
from briefkit.charts.screen_layout import Row, amount
from briefkit.charts.text_layout import block_height, block_width, value_label, wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, WIDTH, Look

Pair = tuple[Any, Any]
_COLUMNS = ["figure", "label", "unit", "period_then", "then", "source_then", "period_now", "now", "source_now"]
_THEN: Look = {"mfc": PAPER, "mec": PALETTE[0], "mew": 1.3}
_NOW: Look = {"color": PALETTE[0]}


def draw(
    axes: Axes,
    *pairs: Pair,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    names: tuple[str, str] = ("then", "now"),
    width: float = 160,
) -> pd.DataFrame:
    """Draw one row per pair of readings of a figure: a hollow dot for then, a full one for now.

    Parameters
    ----------
    pairs : pair of Figure
        Earlier and later reading; a pair of which one is not known shows the other alone, and one that is the same
        reading twice says so. Where no pair has moved there are no scales: each row writes its value.
    labels : mapping of id to str, or sequence, optional
        By default the titles.
    names : pair of str
        What the two are called at the head.
    width : float
        Points for the words of a row.
    """
    titles = _labels(pairs, labels)
    rows = [(pair, title) for pair, title in zip(pairs, titles, strict=True) if pair[0].known or pair[1].known]
    if not rows:
        return pd.DataFrame()
    words = [wrap(title, width - 12) for _, title in rows]
    moved = any(then.known and now.known and _differ(then, now) for (then, now), _ in rows)
    heights = [max(block_height(text) + 22, 38 if moved else 30) for text in words]
    top = 22.0 if moved else 2.0
    use_points(axes, sum(heights) + top)
    left, right = width + 42, WIDTH - 60
    if moved:
        _draw_head(axes, names, left, right)
    for (pair, _), text, height in zip(rows, words, heights, strict=True):
        _write_label(axes, pair, text, top, height)
        if moved:
            _draw_scale(axes, pair, left, right, top + height / 2)
        else:
            figure = next(figure for figure in reversed(pair) if figure.known)
            value = f"{value_label(figure.value, figure.unit)} ({formatting.day(figure.period)})"
            axes.text(left, top + height / 2, value, va="center", color=PALETTE[0], weight=STRONG)
        top += height
    cells = [[cell for figure in pair for cell in (figure.period, figure.value, figure.source)] for pair, _ in rows]
    shown = [[pair[1].figure, title, pair[1].unit, *row] for (pair, title), row in zip(rows, cells, strict=True)]
    return pd.DataFrame(shown, columns=_COLUMNS)


def _labels(pairs: Sequence[Pair], labels: Mapping[str, str] | Sequence[str] | None) -> list[str]:
    if isinstance(labels, Mapping):
        return [labels.get(then.figure, then.title) for then, _ in pairs]
    return list(labels) if labels else [then.title for then, _ in pairs]


def _differ(then: Any, now: Any) -> bool:
    return bool((then.period, then.value) != (now.period, now.value))


def _draw_head(axes: Axes, names: tuple[str, str], left: float, right: float) -> None:
    """Say above the scales what the dots and the strokes mean."""
    axes.text(0, 8, "Each row on its own scale; | is zero", va="center", fontsize=SMALL, color=MUTED)
    start = (left + right) / 2 - (block_width(names[0], SMALL) + block_width(names[1], SMALL, STRONG) + 50) / 2
    axes.plot(start, 8, "o", ms=6, **_THEN)
    axes.text(start + 8, 8, names[0], va="center", fontsize=SMALL, color=MUTED)
    second = start + 34 + block_width(names[0], SMALL)
    axes.plot(second, 8, "o", ms=6, **_NOW)
    axes.text(second + 8, 8, names[1], va="center", fontsize=SMALL, color=PALETTE[0], weight=STRONG)


def _write_label(axes: Axes, pair: Pair, text: str, top: float, height: float) -> None:
    """Draw a line above a row, and write its words with the unit below them, if that is a word."""
    unit = next(figure.unit for figure in pair if figure.known)
    unit = "" if unit in ("percent", "count", "") else unit
    axes.plot([0, WIDTH - 6], [top, top], color=GRID, lw=0.6)
    axes.text(0, top + (height - block_height(unit) * bool(unit)) / 2, text, va="center", linespacing=SPACING)
    axes.text(0, top + height / 2 + block_height(text) / 2, unit, va="center", fontsize=SMALL, color=MUTED)


def _draw_scale(axes: Axes, pair: Pair, left: float, right: float, middle: float) -> None:
    """Draw a scale from zero to the larger value; the words stand outside the two dots."""
    then, now = pair
    values = [figure.value for figure in pair if figure.known]
    low, high = min(0.0, *values), max(0.0, *values)
    scale = (right - left) / ((high - low) or 1)
    zero = left - low * scale
    x_then, x_now = (left + (figure.value - low) * scale if figure.known else None for figure in pair)
    clear = all(x is None or abs(x - zero) > 60 or x == zero for x in (x_then, x_now))
    zero_line = [middle - 3, middle + 5] if clear else [middle + 11, middle + 16]  # below words
    axes.plot([zero, zero], zero_line, color=MUTED, lw=0.8)
    if x_then is not None and x_now is not None and x_then != x_now:
        axes.plot([x_then, x_now], [middle + 1] * 2, color=PALETTE[0], lw=2.2, alpha=0.45, solid_capstyle="butt")
    rising = x_then is None or x_now is None or x_then <= x_now
    note: Look = {"va": "center", "fontsize": SMALL, "color": MUTED}
    if x_then is not None:
        axes.plot(x_then, middle + 1, "o", ms=6, zorder=3, **_THEN)
        if _differ(then, now):
            _write_value(axes, then, x_then, middle, left_of=rising, color=INK)
        elif x_then > left + 40:
            axes.text(x_then - 9, middle + 1, "no newer value", ha="right", **note)
    if x_now is not None:
        axes.plot(x_now, middle + 1, "o", ms=6, zorder=3, **_NOW)
        _write_value(axes, now, x_now, middle, left_of=not rising, color=PALETTE[0], weight=STRONG)
    if x_then is None or x_now is None:
        axes.text(right + 7, middle + 1, "not known", **note)


def _write_value(axes: Axes, figure: Any, x: float, middle: float, *, left_of: bool, **look: Any) -> None:
    words = f"{value_label(figure.value, figure.unit)}\n{formatting.day(figure.period, short=True)}"
    side, shift = ("right", -7) if left_of else ("left", 7)
    axes.text(x + shift, middle + 1, words, ha=side, va="center", fontsize=SMALL, linespacing=SPACING, **look)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write both readings of a figure under its label; what has not moved is written once."""
    readings = [(row[side], row[f"period_{side}"]) for side in ("then", "now")]
    values = [f"{amount(value, row['unit'])} ({formatting.day(period)})" for value, period in readings if period]
    return {"head": row["label"], "lines": [" → ".join(dict.fromkeys(values))]}
