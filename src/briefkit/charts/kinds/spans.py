"""Draw several rows of events from the first to the last, with a dot for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.screen_layout import Row
from briefkit.charts.series import decimal_day, decimal_year
from briefkit.charts.text_layout import wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, Look


def draw(
    axes: Axes,
    formats: Mapping[str, pd.DataFrame],
    *,
    since: int | None = None,
    until: str | None = None,
    noun: str = "meeting",
    row: float = 26,
) -> pd.DataFrame:
    """Draw one row per format: a bar from first to last, a dot per event, their number, first and last month in words.

    Parameters
    ----------
    formats : mapping of str to DataFrame
        Events with `date` and `day`; a format without any is named all the same.
    since : int, optional
        First year.
    until : str, optional
        Day to which the axis runs, such as the as-of day.
    noun : str
        What a dot is, in the singular.
    row : float
        Height of a row in points.
    """
    held = {label: events.sort_values("day") for label, events in formats.items()}
    if all(events.empty for events in held.values()):
        return pd.DataFrame()
    days = pd.concat([decimal_year(events["day"]) for events in held.values()])
    end = decimal_day(until) if until else float(days.max())
    set_height(axes, row * len(held) + 4)
    year_axis(axes, float(since or np.floor(days.min())), max(end, float(days.max())) + 0.15)
    for place, events in enumerate(held.values()):
        _draw_row(axes, place, events, noun)
    axes.set_yticks(range(len(held)), [wrap(label, 120) for label in held], linespacing=SPACING)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=SMALL + 0.5)
    axes.set_ylim(len(held) - 0.4, -0.6)
    counted = [(label, len(events), *events["date"].iloc[[0, -1]]) for label, events in held.items() if len(events)]
    return pd.DataFrame(counted, columns=["format", f"{noun}s", "first", "last"])


def _draw_row(axes: Axes, place: int, events: pd.DataFrame, noun: str) -> None:
    """Draw the events of one format, and write their number and months at the right."""
    axes.axhline(place, color=GRID, lw=0.6, zorder=0)
    words = f"no {noun}"
    if len(events):
        days = decimal_year(events["day"])
        ends = [days.min(), days.max()]
        axes.plot(ends, [place, place], color=PALETTE[0], lw=6, alpha=0.25, solid_capstyle="round")
        axes.plot(days, [place] * len(days), "o", ms=5, color=PALETTE[0], mec=PAPER, mew=0.6)
        months = dict.fromkeys(formatting.day(date[:7], short=True) for date in events["date"].iloc[[0, -1]])
        words = f"{formatting.plural(len(events), noun)}\n{' – '.join(months)}"
    look: Look = {"color": INK if len(events) else MUTED, "fontsize": SMALL, "va": "center", "linespacing": SPACING}
    look |= {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
    axes.annotate(words, (1, place), (10, 0), **look)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Count the events of a format, with the days of the first and the last."""
    (_, label), (nouns, count), *dates = row.items()
    first, last = (formatting.day(date) for _, date in dates)
    ends = first if count == 1 else f"{first} to {last}"
    return {"head": label, "lines": [f"{formatting.plural(count, nouns.removesuffix('s'))}, {ends}"]}
