"""Running totals: each holds from its day until the next one; what follows the last count is only carried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts._axes import decimal_year, end_labels, history, key, rule, series, values, years
from briefkit.charts._text import day, number
from briefkit.charts._theme import PAPER, size


def draw(
    axes: Axes,
    *figures: Any,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    since: int | None = None,
    until: str | int | None = None,
    moments: Mapping[float, str] | None = None,
    height: float = 200,
) -> pd.DataFrame:
    """Draw one stair per figure, named at its end with its last count and the month of that.

    Parameters
    ----------
    figures : Figure
        Running totals, dated by the day from which they hold.
    labels : mapping of id to str, or sequence, optional
        By default the titles without the words that all share.
    since : int, optional
        First year.
    until : str or int, optional
        Day (or year) to which the last count is carried on, dotted; the as-of day, say.
    moments : mapping of decimal year to str, optional
        Vertical lines with words on top.
    """
    last_day = decimal_year(pd.Series([str(until)]))[0] if isinstance(until, str) else until and float(until)
    drawn = [(each, history(each.figure, since)) for each in series(figures, labels)]
    drawn = [(each, rows[rows["until"] <= (last_day or 9999) + 0.01]) for each, rows in drawn]
    drawn = [(each, rows) for each, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    size(axes, height)
    every = pd.concat([rows for _, rows in drawn])
    values(axes, float(every["value"].max()), drawn[0][0].figure.unit, whole=True)
    end = float(max(last_day or 0, every["until"].max()))
    years(axes, float(since or every["until"].min() - 0.3), end + 0.05)
    marks, anchors = set(), []
    for each, rows in drawn:
        at, total, last = [*rows["until"]], [*rows["value"]], rows.iloc[-1]
        axes.step([at[0], *at], [0, *total], where="post", color=each.colour, lw=1.8)
        face = np.where(rows["recalled"], PAPER, each.colour)
        axes.scatter(rows["until"], rows["value"], s=14, c=face, edgecolors=each.colour, linewidths=1.1, zorder=3)
        marks |= {"recalled"} if rows["recalled"].any() else set()
        if end > at[-1]:
            axes.plot([at[-1], end], [total[-1]] * 2, color=each.colour, ls=(0, (1, 1.6)), lw=1.4, alpha=0.8)
            marks |= {"carried"}
        counted = f"{number(total[-1], each.figure.unit)} ({day(last['period'][:7], short=False)})"
        anchors.append((end, total[-1], f"{each.label}: " + counted.replace(" ", "\u00a0"), each.colour))
    end_labels(axes, anchors)
    for at_, words in (moments or {}).items():
        rule(axes, at_, words)
    key(axes, marks, right=True)
    kept = ["period", "value", "published", "source", "status"]
    return pd.concat(
        [rows[kept].assign(figure=each.figure.figure, label=each.label) for each, rows in drawn], ignore_index=True
    )[["figure", "label", *kept]]
