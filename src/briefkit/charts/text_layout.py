"""Words on a chart: how wide they are, where they break, and where they go without touching."""

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
from briefkit.charts.theme import SPACING, TEXT, families

LEADING = 1.424 * SPACING  # line to line, in sizes of type: matplotlib's own height of a line, drawn closer


@lru_cache(maxsize=4096)
def width(text: str, size: float = TEXT, weight: int = 400) -> float:
    """Width of one line in points, as the shipped fonts set it."""
    font = FontProperties(family=list(families()), size=size, weight=weight)
    return measure(text, font)[0]


def wrap(text: str, room: float, size: float = TEXT, weight: int = 400) -> str:
    """Break `text` between words so that no line is wider than `room` points (a single long word may be).

    A no-break space holds two words together.
    """
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, weight) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(lines)


def tall(text: str, size: float = TEXT) -> float:
    """Height of a block of lines in points."""
    return (text.count("\n") + 1) * size * LEADING


def wide(text: str, size: float = TEXT, weight: int = 400) -> float:
    """Width of the widest line of a block in points."""
    return max(width(line, size, weight) for line in text.split("\n"))


def spread(
    wanted: Sequence[float], heights: Sequence[float], *, low: float = -np.inf, ordered: bool = False
) -> list[float]:
    """Middles for labels that would like to stand at `wanted`, moved as little as need be so that none overlap.

    Parameters
    ----------
    wanted, heights : sequence of float
        Middle and height of each label, in the same unit; labels come in the order of `wanted`.
    low : float
        No label reaches below this.
    ordered : bool
        Labels come in the order given instead.

    Returns
    -------
    list of float
        Least-squares solution (pool adjacent violators), in the order given.
    """
    if not len(wanted):
        return []
    order = sorted(range(len(wanted)), key=lambda place: 0 if ordered else wanted[place])
    offsets = np.cumsum([0.0] + [(heights[a] + heights[b]) / 2 for a, b in pairwise(order)])
    pools: list[list[float]] = []  # [sum, count]
    for place, offset in zip(order, offsets, strict=True):
        pools.append([wanted[place] - offset, 1])
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] > pools[-1][0] / pools[-1][1]:
            total, count = pools.pop()
            pools[-1] = [pools[-1][0] + total, pools[-1][1] + count]
    flat = [total / count for total, count in pools for _ in range(int(count))]
    floor = low + heights[order[0]] / 2
    middles = [0.0] * len(wanted)
    for place, base, offset in zip(order, flat, offsets, strict=True):
        middles[place] = max(base, floor) + float(offset)
    return middles


def free_place(
    box: tuple[float, float],
    spots: Sequence[tuple[float, float]],
    taken: np.ndarray,
    prices: np.ndarray | None = None,
) -> tuple[tuple[float, float], float, float]:
    """The first of `spots` (lower left corners) where a box costs least, how much it hides there, and what it costs.

    Parameters
    ----------
    box : pair of float
        Width and height.
    spots : sequence of pair
        Corners, best first.
    taken : array of shape (n, 4)
        Boxes x0, y0, x1, y1 that should stay free; points are boxes of no size.
    prices : array of shape (len(spots),), optional
        What a corner costs besides what is hidden of `taken`, such as its distance, in square points; never below 0.
    """
    left, low, right, high = np.ascontiguousarray(taken.T)
    found, least = (spots[0], 0.0), np.inf
    for (x, y), price in zip(spots, np.zeros(len(spots)) if prices is None else prices, strict=True):
        if price >= least:
            continue
        met = np.flatnonzero((right >= x) & (left <= x + box[0]) & (high >= y) & (low <= y + box[1]))
        wide = np.minimum(x + box[0], right[met]) - np.maximum(x, left[met])
        tall = np.minimum(y + box[1], high[met]) - np.maximum(y, low[met])
        hidden = float((np.maximum(wide, 1) * np.maximum(tall, 1)).sum())
        if hidden + price < least:
            found, least = ((x, y), hidden), hidden + float(price)
    return *found, least


def value_label(value: float, unit: str = "") -> str:
    """Write a value beside its mark; a unit that stands above the chart is left out, all but the percent sign.

    Examples
    --------
    >>> value_label(8.5, "percent"), value_label(2230, "billion yen"), value_label(float("nan"))
    ('8.5%', '2,230', 'not known')
    """
    return formatting.amount(value, unit if unit == "percent" else "")


def covered(text: str) -> bool:
    """Whether the shipped fonts have all letters of `text`."""
    return all(ord(letter) in _letters(families()) for letter in text if not letter.isspace())


@lru_cache(maxsize=2)
def _letters(names: tuple[str, ...]) -> frozenset[int]:
    files = [font_manager.findfont(FontProperties(family=[name])) for name in names]
    return frozenset(code for file in files for code in font_manager.get_font(file).get_charmap())


def value_of(thing: Any) -> float:
    """The number in a Figure, a Quantity or a plain number."""
    return float(getattr(thing, "value", thing))
