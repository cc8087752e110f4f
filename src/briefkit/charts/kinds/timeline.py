"""Dated events down a line of time; their words never touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import calendar, decimal_year, key
from briefkit.charts.screen_layout import Row
from briefkit.charts.text_layout import spread, tall, width, wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, WIDTH, Look, points


def draw(
    axes: Axes,
    events: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    highlight: Collection[str] = (),
    since: int | None = None,
    until: int | None = None,
    air: float = 5,
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
    air : float
        Points between two labels, at least.
    """
    if events.empty:
        return pd.DataFrame()
    rows = events.sort_values(["day", "event"], kind="stable").reset_index(drop=True)
    at = decimal_year(rows["day"]).to_numpy()
    first, last = float(since or np.floor(at.min())), float(until or np.ceil(at.max()))
    line, left = 34.0, 78.0
    dates = [formatting.day(text, short=True) for text in rows["date"]]
    words = left + max(width(date, SMALL, STRONG) for date in dates) + 8
    texts = [
        wrap((labels or {}).get(event, title), WIDTH - 8 - words)
        for event, title in zip(rows["event"], rows["title"], strict=True)
    ]
    heights = [tall(text) + air for text in texts]
    height = max(sum(heights) * 1.08, 150.0)
    down = 8 + (at - first) / (last - first) * (height - 16)
    middles = np.array(spread(list(down), heights, low=0))
    over = max(0.0, middles[-1] + heights[-1] / 2 - height)
    middles = -np.array(spread(list(-down[::-1]), heights[::-1], low=-height))[::-1] if over else middles
    points(axes, max(height, height - min(0.0, float(middles[0]) - heights[0] / 2)))
    axes.vlines(line, 8, height - 8, color=MUTED, lw=1.2)
    _scale(axes, first, last, line, height)
    for place, (mid, spot, text, date) in enumerate(zip(middles, down, texts, dates, strict=True)):
        strong = rows["event"][place] in set(highlight)
        colour = PALETTE[1] if strong else INK
        face = PAPER if str(rows["status"][place]).startswith("recalled") else PALETTE[1] if strong else PALETTE[0]
        axes.plot([line, left - 10, left - 3], [spot, mid, mid], color=GRID, lw=0.8, zorder=1)
        edge = PALETTE[1] if strong else PALETTE[0]
        axes.plot(line, spot, marker="o", ms=5.5 if strong else 4.5, mfc=face, mec=edge, mew=1.1, zorder=3)
        top = mid - (tall(text) - tall("")) / 2
        axes.text(left, top, date, fontsize=SMALL, weight=STRONG, color=colour, va="center")
        look: Look = {"color": colour, "va": "center", "linespacing": SPACING, "weight": STRONG if strong else 400}
        axes.text(words, mid, text, **look)
    key(axes, {"recalled"} if rows["status"].str.startswith("recalled").any() else (), below=6)
    return rows[["event", "date", "title", "published", "source", "status"]]


def _scale(axes: Axes, first: float, last: float, line: float, height: float) -> None:
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step * 14 <= height)
    begins, labels = calendar(first, last, step)
    for begin in begins:
        spot = 8 + (begin - first) / (last - first) * (height - 16)
        axes.plot([line - 4, line], [spot, spot], color=MUTED, lw=0.6)
    for at, year in labels:
        spot = 8 + (at - first) / (last - first) * (height - 16)
        axes.text(line - 7, spot, year, ha="right", va="center", fontsize=SMALL, color=MUTED)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write the words of an event under its date."""
    return {"head": formatting.day(row["date"]), "lines": [row["title"]]}
