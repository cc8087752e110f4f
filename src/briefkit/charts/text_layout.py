"""Lay out words on a chart: how wide they are, where they break, and where they go without touching."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties

from briefkit import formatting
from briefkit.charts.text_metrics import measure
from briefkit.charts.theme import SPACING, TEXT, font_families

LEADING = 1.424 * SPACING  # line to line, in sizes of type: matplotlib's own height of a line, drawn closer


@lru_cache(maxsize=4096)
def text_width(text: str, size: float = TEXT, weight: int = 400) -> float:
    """Return the width of one line in points, as the shipped fonts set it."""
    font = FontProperties(family=list(font_families()), size=size, weight=weight)
    return measure(text, font)[0]


def wrap(text: str, width: float, size: float = TEXT, weight: int = 400) -> str:
    r"""Break a text between words so that no line is wider than so many points; a single long word may be.

    A no-break space holds two words together.

    Examples
    --------
    >>> wrap("Share of crude oil", 45)
    'Share of\ncrude oil'
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def block_height(text: str, size: float = TEXT) -> float:
    """Return the height of a block of lines in points."""
    return (text.count("\n") + 1) * size * LEADING


def block_width(text: str, size: float = TEXT, weight: int = 400) -> float:
    """Return the width of the widest line of a block in points."""
    return max(text_width(line, size, weight) for line in text.split("\n"))


def spread_labels(
    targets: Sequence[float], heights: Sequence[float], *, low: float = -np.inf, ordered: bool = False
) -> list[float]:
    """Place labels as near to their targets as can be so that none overlap.

    Parameters
    ----------
    targets, heights : sequence of float
        Middle that each label would like to have, and its height, in the same unit; labels come in the order of the
        targets.
    low : float
        No label reaches below this.
    ordered : bool
        Labels come in the order given instead.

    Returns
    -------
    list of float
        Middles, in the order given.

    References
    ----------
    Least squares under an order: pool adjacent violators; M. Ayer and others (1955), Ann. Math. Stat. 26, 641-647.

    Examples
    --------
    >>> spread_labels([10, 12, 40], [6, 6, 6])
    [8.0, 14.0, 40.0]
    """
    if not len(targets):
        return []
    order = sorted(range(len(targets)), key=lambda place: 0 if ordered else targets[place])
    offsets = np.cumsum([0.0] + [(heights[a] + heights[b]) / 2 for a, b in pairwise(order)])
    pools: list[list[float]] = []  # [sum, count]
    for place, offset in zip(order, offsets, strict=True):
        pools.append([targets[place] - offset, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1] = [pools[-1][0] + total, pools[-1][1] + count]
    means = [total / count for total, count in pools for _ in range(int(count))]
    floor = low + heights[order[0]] / 2
    middles = [0.0] * len(targets)
    for place, mean, offset in zip(order, means, offsets, strict=True):
        middles[place] = float(max(mean, floor) + offset)
    return middles


def find_free_place(
    box: tuple[float, float],
    corners: Sequence[tuple[float, float]],
    taken: np.ndarray,
    prices: np.ndarray | None = None,
) -> tuple[tuple[float, float], float, float]:
    """Find the first of some corners at which a box costs least.

    Parameters
    ----------
    box : pair of float
        Width and height in points.
    corners : sequence of pair
        Lower left corners in points, best first.
    taken : array of shape (n, 4)
        Boxes x0, y0, x1, y1 that should stay free; points are boxes of no size.
    prices : array of shape (len(corners),), optional
        What a corner costs besides what is hidden of `taken`, such as its distance, in square points; never below 0.

    Returns
    -------
    corner : pair of float
    hidden, cost : float
        How much the box hides there, and what it costs in all, in square points.
    """
    left, low, right, high = np.ascontiguousarray(taken.T)
    best, least = (corners[0], 0.0), np.inf
    for (x, y), price in zip(corners, np.zeros(len(corners)) if prices is None else prices, strict=True):
        if price >= least:
            continue
        met = np.flatnonzero((right >= x) & (left <= x + box[0]) & (high >= y) & (low <= y + box[1]))
        widths = np.minimum(x + box[0], right[met]) - np.maximum(x, left[met])
        heights = np.minimum(y + box[1], high[met]) - np.maximum(y, low[met])
        hidden = float((np.maximum(widths, 1) * np.maximum(heights, 1)).sum())
        if hidden + price < least:
            best, least = ((x, y), hidden), hidden + float(price)
    return *best, least


def value_label(value: float, unit: str = "") -> str:
    """Write a value beside its mark; a unit that stands above the chart is left out, all but the percent sign.

    Examples
    --------
    >>> value_label(8.5, "percent"), value_label(2230, "billion yen"), value_label(float("nan"))
    ('8.5%', '2,230', 'not known')
    """
    return formatting.amount(value, unit if unit == "percent" else "")


def fonts_cover(text: str) -> bool:
    """Return whether the shipped fonts have all letters of a text."""
    return all(ord(letter) in _letters(font_families()) for letter in text if not letter.isspace())


@lru_cache(maxsize=2)
def _letters(families: tuple[str, ...]) -> frozenset[int]:
    files = [font_manager.findfont(FontProperties(family=[family])) for family in families]
    return frozenset(code for file in files for code in font_manager.get_font(file).get_charmap())


def value_of(value: Any) -> float:
    """Return the number in a Figure, a Quantity or a plain number."""
    return float(getattr(value, "value", value))
