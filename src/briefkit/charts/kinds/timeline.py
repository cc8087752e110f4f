"""Draw dated events down a line of time; their words never touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import year_ticks
from briefkit.charts.canvas import use_points
from briefkit.charts.legend import flag_legend
from briefkit.charts.screen_layout import Row
from briefkit.charts.series import decimal_year
from briefkit.charts.text_layout import block_height, spread_labels, text_width, wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, WIDTH, Look

_LINE, _DATES = 34.0, 78.0  # points from the left: the line of time, and the dates
_EDGE = 8.0  # points above and below the line


def draw(
    axes: Axes,
    events: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    highlight: Collection[str] = (),
    since: int | None = None,
    until: int | None = None,
    gap: float = 5,
) -> pd.DataFrame:
    """Draw a dot per event at its true place in time, joined to its date and words at the right.

    Parameters
    ----------
    events : DataFrame
        event, date, title, day, as the snapshot gives them.
    labels : mapping of event id to str, optional
        Words instead of the title.
    highlight : collection of str
        Events that the title speaks of.
    since, until : int, optional
        First and last year of the line.
    gap : float
        Points between two labels, at least.
    """
    if events.empty:
        return pd.DataFrame()
    rows = events.sort_values(["day", "event"], kind="stable").reset_index(drop=True)
    days = decimal_year(rows["day"]).to_numpy()
    first, last = float(since or np.floor(days.min())), float(until or np.ceil(days.max()))
    dates = [formatting.day(date, short=True) for date in rows["date"]]
    left = _DATES + max(text_width(date, SMALL, STRONG) for date in dates) + 8
    titles = [(labels or {}).get(event, title) for event, title in zip(rows["event"], rows["title"], strict=True)]
    texts = [wrap(title, WIDTH - 8 - left) for title in titles]
    heights = [block_height(text) + gap for text in texts]
    height = max(sum(heights) * 1.08, 150.0)
    dots = _EDGE + (days - first) / (last - first) * (height - 2 * _EDGE)
    middles = _label_middles(dots, heights, height)
    use_points(axes, max(height, height - min(0.0, float(middles[0]) - heights[0] / 2)))
    axes.vlines(_LINE, _EDGE, height - _EDGE, color=MUTED, lw=1.2)
    _draw_scale(axes, first, last, height)
    strong = rows["event"].isin(list(highlight))
    recalled = rows["status"].str.startswith("recalled")
    for place, (dot, middle) in enumerate(zip(dots, middles, strict=True)):
        _draw_dot(axes, dot, middle, strong=strong[place], hollow=recalled[place])
        look: Look = {"color": PALETTE[1] if strong[place] else INK, "va": "center"}
        top = middle - (block_height(texts[place]) - block_height("")) / 2
        axes.text(_DATES, top, dates[place], fontsize=SMALL, weight=STRONG, **look)
        weight = STRONG if strong[place] else 400
        axes.text(left, middle, texts[place], linespacing=SPACING, weight=weight, **look)
    flag_legend(axes, {"recalled"} if recalled.any() else (), below=6)
    return rows[["event", "date", "title", "published", "source", "status"]]


def _label_middles(dots: np.ndarray, heights: Sequence[float], height: float) -> np.ndarray:
    """Place labels near their dots: from the top down, or from the bottom up where they would end below it."""
    middles = np.array(spread_labels(list(dots), heights, low=0))
    if middles[-1] + heights[-1] / 2 <= height:
        return middles
    return -np.array(spread_labels(list(-dots[::-1]), heights[::-1], low=-height))[::-1]


def _draw_dot(axes: Axes, dot: float, middle: float, *, strong: bool, hollow: bool) -> None:
    """Draw an event on the line, with a leader to its date."""
    colour = PALETTE[1] if strong else PALETTE[0]
    axes.plot([_LINE, _DATES - 10, _DATES - 3], [dot, middle, middle], color=GRID, lw=0.8, zorder=1)
    look: Look = {"marker": "o", "ms": 5.5 if strong else 4.5, "mfc": PAPER if hollow else colour, "mec": colour}
    axes.plot(_LINE, dot, mew=1.1, zorder=3, **look)


def _draw_scale(axes: Axes, first: float, last: float, height: float) -> None:
    """Tick the line where years begin, and name as many as there is place for."""
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step * 14 <= height)
    begins, labels = year_ticks(first, last, step)
    points = (height - 2 * _EDGE) / (last - first)
    for begin in begins:
        y = _EDGE + (begin - first) * points
        axes.plot([_LINE - 4, _LINE], [y, y], color=MUTED, lw=0.6)
    for year, label in labels:
        y = _EDGE + (year - first) * points
        axes.text(_LINE - 7, y, label, ha="right", va="center", fontsize=SMALL, color=MUTED)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write the words of an event under its date."""
    return {"head": formatting.day(row["date"]), "lines": [row["title"]]}
