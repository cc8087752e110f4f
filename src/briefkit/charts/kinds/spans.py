"""From the first to the last of several rows of events, with a dot for each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import decimal_year, years
from briefkit.charts.screen_layout import Row
from briefkit.charts.text_layout import wrap
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, PAPER, SMALL, SPACING, Look, size


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
    held = {label: frame.sort_values("day") for label, frame in formats.items()}
    if all(frame.empty for frame in held.values()):
        return pd.DataFrame()
    every = pd.concat([decimal_year(frame["day"]) for frame in held.values()])
    end = float(decimal_year(pd.Series([until]))[0]) if until else float(every.max())
    size(axes, row * len(held) + 4)
    years(axes, float(since or np.floor(every.min())), max(end, float(every.max())) + 0.15)
    found = []
    for place, (label, frame) in enumerate(held.items()):
        axes.axhline(place, color=GRID, lw=0.6, zorder=0)
        words = f"no {noun}"
        if len(frame):
            at = decimal_year(frame["day"])
            axes.plot([at.min(), at.max()], [place, place], color=PALETTE[0], lw=6, alpha=0.25, solid_capstyle="round")
            axes.plot(at, [place] * len(at), "o", ms=5, color=PALETTE[0], mec=PAPER, mew=0.6)
            months = list(dict.fromkeys(formatting.day(date[:7], short=True) for date in frame["date"].iloc[[0, -1]]))
            words = f"{len(frame)} {noun}{'s' if len(frame) > 1 else ''}\n{' – '.join(months)}"
            found.append((label, len(frame), frame["date"].iloc[0], frame["date"].iloc[-1]))
        look: Look = {"color": INK if len(frame) else MUTED, "fontsize": SMALL, "va": "center", "linespacing": SPACING}
        axes.annotate(
            words, (1, place), (10, 0), xycoords=axes.get_yaxis_transform(), textcoords="offset points", **look
        )
    axes.set_yticks(range(len(held)), [wrap(label, 120) for label in held], linespacing=SPACING)
    axes.tick_params(axis="y", labelcolor=INK, labelsize=SMALL + 0.5)
    axes.set_ylim(len(held) - 0.4, -0.6)
    return pd.DataFrame(found, columns=["format", f"{noun}s", "first", "last"])


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Count the events of a format, with the days of the first and the last."""
    (_, label), (nouns, count), *dates = row.items()
    first, last = (formatting.day(date) for _, date in dates)
    return {
        "head": label,
        "lines": [f"1 {nouns.removesuffix('s')}, {first}" if count == 1 else f"{count} {nouns}, {first} to {last}"],
    }
