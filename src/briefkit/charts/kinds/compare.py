"""Then and now: one small scale per figure, so that any units can stand together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.screen_layout import Row, amount
from briefkit.charts.text_layout import tall, value_label, wide, wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, WIDTH, Look, points


def draw(
    axes: Axes,
    *pairs: tuple[Any, Any],
    labels: Mapping[str, str] | Sequence[str] | None = None,
    names: tuple[str, str] = ("then", "now"),
    room: float = 160,
) -> pd.DataFrame:
    """Draw one row per pair of readings of a figure: a hollow dot for then, a full one for now.

    Parameters
    ----------
    pairs : pair of Figure
        Earlier and later reading; a pair of which one is not known shows the other alone, and one that is the same
        reading twice says so. Where no pair has moved there is nothing to draw: each row tells its value.
    labels : mapping of id to str, or sequence, optional
        By default the titles.
    names : pair of str
        What the two are called at the head.
    room : float
        Points for the words of a row.
    """
    rows = [pair for pair in pairs if pair[0].known or pair[1].known]
    if not rows:
        return pd.DataFrame()
    if isinstance(labels, Mapping):
        said = [labels.get(then.figure, then.title) for then, _ in rows]
    else:
        given = dict(zip(map(id, pairs), labels, strict=True)) if labels else {}
        said = [given[id(pair)] for pair in rows] if labels else [then.title for then, _ in rows]
    words = [wrap(text, room - 12) for text in said]
    moved = any(then.known and now.known and _differ(then, now) for then, now in rows)
    heights = [max(tall(text) + 22, 38 if moved else 30) for text in words]
    top = 22.0 if moved else 2.0
    points(axes, sum(heights) + top)
    left, right = room + 42, WIDTH - 60
    if moved:
        _head(axes, names, left, right)
    for pair, text, height in zip(rows, words, heights, strict=True):
        axes.plot([0, WIDTH - 6], [top, top], color=GRID, lw=0.6)
        unit = next(one.unit for one in pair if one.known)
        named = "" if unit in ("percent", "count", "") else unit
        axes.text(0, top + (height - tall(named) * bool(named)) / 2, text, va="center", linespacing=SPACING)
        axes.text(0, top + height / 2 + tall(text) / 2, named, va="center", fontsize=SMALL, color=MUTED)
        if moved:
            _row(axes, pair, left, right, top + height / 2)
        else:
            one = next(one for one in reversed(pair) if one.known)
            told = f"{value_label(one.value, one.unit)} ({formatting.day(one.period)})"
            axes.text(left, top + height / 2, told, va="center", color=PALETTE[0], weight=STRONG)
        top += height
    kept = [
        (now.figure, text, now.unit, *(cell for one in pair for cell in (one.period, one.value, one.source)))
        for pair, text in zip(rows, said, strict=True)
        for now in pair[1:]
    ]
    return pd.DataFrame(
        kept,
        columns=["figure", "label", "unit", "period_then", "then", "source_then", "period_now", "now", "source_now"],
    )


def _differ(then: Any, now: Any) -> bool:
    return bool((then.period, then.value) != (now.period, now.value))


def _head(axes: Axes, names: tuple[str, str], left: float, right: float) -> None:
    axes.text(0, 8, "Each row on its own scale; | is zero", va="center", fontsize=SMALL, color=MUTED)
    start = (left + right) / 2 - (wide(names[0], SMALL) + wide(names[1], SMALL, STRONG) + 50) / 2
    axes.plot(start, 8, "o", ms=6, mfc=PAPER, mec=PALETTE[0], mew=1.3)
    axes.text(start + 8, 8, names[0], va="center", fontsize=SMALL, color=MUTED)
    second = start + 34 + wide(names[0], SMALL)
    axes.plot(second, 8, "o", ms=6, color=PALETTE[0])
    axes.text(second + 8, 8, names[1], va="center", fontsize=SMALL, color=PALETTE[0], weight=STRONG)


def _row(axes: Axes, pair: tuple[Any, Any], left: float, right: float, mid: float) -> None:
    """A scale from zero to the larger value; the words stand outside the two dots."""
    now = pair[1]
    found = [one.value for one in pair if one.known]
    low, high = min(0.0, *found), max(0.0, *found)
    scale = (right - left) / ((high - low) or 1)
    zero = left - low * scale
    spots = [left + (one.value - low) * scale if one.known else None for one in pair]
    clear = all(spot is None or abs(spot - zero) > 60 or spot == zero for spot in spots)
    axes.plot([zero, zero], [mid - 3, mid + 5] if clear else [mid + 11, mid + 16], color=MUTED, lw=0.8)  # below words
    if spots[0] is not None and spots[1] is not None and spots[0] != spots[1]:
        axes.plot([spots[0], spots[1]], [mid + 1, mid + 1], color=PALETTE[0], lw=2.2, alpha=0.45, solid_capstyle="butt")
    same = pair[0].known and not _differ(pair[0], now)
    looks: tuple[Look, Look] = ({"mfc": PAPER, "mec": PALETTE[0], "mew": 1.3}, {"color": PALETTE[0]})
    first_left = spots[0] is None or spots[1] is None or spots[0] <= spots[1]
    sides = (first_left, not first_left)
    for later, one, spot, look, mine in zip((False, True), pair, spots, looks, sides, strict=True):
        if spot is None:
            continue
        axes.plot(spot, mid + 1, "o", ms=6, zorder=3, **look)
        if same and not later:
            if spot > left + 40:
                axes.text(spot - 9, mid + 1, "no newer value", ha="right", va="center", fontsize=SMALL, color=MUTED)
            continue
        side = "right" if mine else "left"
        style: Look = {"color": PALETTE[0], "weight": STRONG} if later else {"color": INK}
        words = f"{value_label(one.value, one.unit)}\n{formatting.day(one.period, short=True)}"
        shift = -7 if mine else 7
        axes.text(spot + shift, mid + 1, words, ha=side, va="center", fontsize=SMALL, linespacing=SPACING, **style)
    if None in spots:
        axes.text(right + 7, mid + 1, "not known", va="center", fontsize=SMALL, color=MUTED)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write both readings of a figure under its label; what has not moved is written once."""
    readings = [(row[side], row[f"period_{side}"]) for side in ("then", "now")]
    values = [f"{amount(value, row['unit'])} ({formatting.day(period)})" for value, period in readings if period]
    return {"head": row["label"], "lines": [" → ".join(dict.fromkeys(values))]}
