"""A few figures year by year, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from briefkit.charts.axes import MARKS, blocks, history, legend, series, values, years
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.text_layout import value_label
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, STRONG, Look, size

opening = latest_observation
_HATCH = ("", "///", "xxx")  # the eye may not know the colour


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
    """
    drawn = [(each, history(each.figure, since, until)) for each in series(figures, labels)]
    drawn = [(each, rows[rows["period"].str.len() == 4]) for each, rows in drawn]
    drawn = [(each, rows) for each, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    size(axes, height)
    every = pd.concat([rows for _, rows in drawn])
    values(axes, float(every["value"].max()), drawn[0][0].figure.unit)
    years(axes, float(np.floor(every["begin"].min())), float(np.ceil(every["until"].max() - 0.01)), most=15)
    wide = 0.8 / len(drawn)
    unsure: set[str] = set()
    for place, (each, rows) in enumerate(drawn):
        at = rows["at"].round(1) - 0.4 + (place + 0.5) * wide
        unsure |= {mark for mark in ("recalled", "forecast") if rows[mark].any()}
        for faint, some in rows.groupby(rows["recalled"] | rows["forecast"]):
            where = at[some.index] - wide * 0.45, wide * 0.9, some["value"]
            look: Look = {"fc": "none", "ec": each.colour} if faint else {"fc": each.colour, "ec": PAPER}
            if faint:  # below the hatch, which would fade with it
                blocks(axes, *where, fc=(each.colour, 0.3), lw=0)
            blocks(axes, *where, hatch=_HATCH[place % len(_HATCH)], lw=0.6, **look)
        last = rows.iloc[-1]
        side = "right" if place == 0 else "left" if place == len(drawn) - 1 else "center"
        edge = at.iloc[-1] + wide * 0.45 * {"right": 1, "left": -1, "center": 0}[side]
        look = {"ha": side, "va": "bottom", "fontsize": SMALL, "color": each.colour, "weight": STRONG}
        axes.annotate(value_label(last["value"]), (edge, last["value"]), (0, 2), textcoords="offset points", **look)
    handles = [
        Patch(fc=each.colour, ec=PAPER, hatch=_HATCH[place % len(_HATCH)], lw=0.6)
        for place, (each, _) in enumerate(drawn)
    ]
    words = [each.label for each, _ in drawn]
    if unsure:
        said = " or ".join(MARKS[mark][1] for mark in MARKS if mark in unsure)
        handles, words = [*handles, Patch(facecolor=(MUTED, 0.3), edgecolor=MUTED)], [*words, said]
    legend(axes, handles, words, above=10, right=True)
    axes.spines["bottom"].set_edgecolor(INK)
    kept = ["period", "value", "published", "source", "status"]
    return pd.concat(
        [rows[kept].assign(figure=each.figure.figure, label=each.label) for each, rows in drawn], ignore_index=True
    )[["figure", "label", *kept]]
