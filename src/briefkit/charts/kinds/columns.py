"""Draw a few figures year by year, side by side.

Boxes of one series are one path with one hatch: seaborn's `barplot` has neither a hatch for each series nor a paler
look for what is not observed, draws a rectangle for each value, and takes 45 ms more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from briefkit.charts.axes import boxes, value_axis, year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.legend import FLAG_SYMBOLS, legend
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.series import Series, history_rows, labelled_series, shown_rows
from briefkit.charts.text_layout import value_label
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, STRONG, Look

opening = latest_observation
_HATCH = ("", "///", "xxx")  # the eye may not know the colour
_UNSURE = ("recalled", "forecast")


def draw(
    axes: Axes,
    *figures: Any,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    since: int | None = None,
    until: int | None = None,
    height: float = 190,
) -> pd.DataFrame:
    """Draw grouped columns, one group a year; a year without a value stays empty.

    Parameters
    ----------
    figures : Figure
        Two, or three; yearly values are drawn, other periods are not.
    labels : mapping of id to str, or sequence, optional
        By default the titles without the words that all share.
    since, until : int, optional
        First and last year.
    height : float
        Of the drawing in points.
    """
    drawn = [(series, history_rows(series.figure, since, until)) for series in labelled_series(figures, labels)]
    drawn = [(series, rows[rows["period"].str.len() == 4]) for series, rows in drawn]
    drawn = [(series, rows) for series, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    set_height(axes, height)
    every = pd.concat([rows for _, rows in drawn])
    value_axis(axes, float(every["value"].max()), drawn[0][0].figure.unit)
    year_axis(axes, float(np.floor(every["begin"].min())), float(np.ceil(every["until"].max() - 0.01)), most=15)
    for place, (series, rows) in enumerate(drawn):
        _draw_series(axes, series, rows, place, len(drawn))
    handles = [_swatch(series, place) for place, (series, _) in enumerate(drawn)]
    words = [series.label for series, _ in drawn]
    if every[[*_UNSURE]].any(axis=None):
        meaning = " or ".join(FLAG_SYMBOLS[flag][1] for flag in _UNSURE if every[flag].any())
        handles, words = [*handles, Patch(facecolor=(MUTED, 0.3), edgecolor=MUTED)], [*words, meaning]
    legend(axes, handles, words, above=10, right=True)
    axes.spines["bottom"].set_edgecolor(INK)
    return shown_rows(drawn)


def _draw_series(axes: Axes, series: Series, rows: pd.DataFrame, place: int, count: int) -> None:
    """Draw the columns of one figure in its place of the group, and write the last value on top."""
    width = 0.8 / count
    middle = rows["at"].round(1) - 0.4 + (place + 0.5) * width
    for faint, alike in rows.groupby(rows["recalled"] | rows["forecast"]):
        box = middle[alike.index] - width * 0.45, width * 0.9, alike["value"]
        look: Look = {"fc": "none", "ec": series.colour} if faint else {"fc": series.colour, "ec": PAPER}
        if faint:  # below the hatch, which would fade with it
            boxes(axes, *box, fc=(series.colour, 0.3), lw=0)
        boxes(axes, *box, hatch=_HATCH[place % len(_HATCH)], lw=0.6, **look)
    last = rows.iloc[-1]
    side = "right" if place == 0 else "left" if place == count - 1 else "center"
    edge = middle.iloc[-1] + width * 0.45 * {"right": 1, "left": -1, "center": 0}[side]
    look = {"ha": side, "va": "bottom", "fontsize": SMALL, "color": series.colour, "weight": STRONG}
    axes.annotate(value_label(last["value"]), (edge, last["value"]), (0, 2), textcoords="offset points", **look)


def _swatch(series: Series, place: int) -> Patch:
    return Patch(fc=series.colour, ec=PAPER, hatch=_HATCH[place % len(_HATCH)], lw=0.6)
