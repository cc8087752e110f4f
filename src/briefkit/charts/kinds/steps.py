"""Running totals: each holds from its day until the next one; what follows the last count is only carried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import Series, decimal_year, end_labels, history, key, rule, series, values, years
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.text_layout import value_label
from briefkit.charts.theme import PAPER, size

opening = latest_observation
_SHAPES = ("o", "s", "^", "D", "v")  # of the counts, one for each stair: the eye may not know its colour


def draw(
    axes: Axes,
    *figures: Any,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    since: int | None = None,
    until: str | int | None = None,
    moments: Mapping[float, str] | None = None,
    breaks: Mapping[str, str] | None = None,
    break_label: str = "",
    break_note: str = "no later count",
    qualifiers: Mapping[str, str] | None = None,
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
    breaks : mapping of id to str, optional
        A day (ISO) after which what was counted before tells nothing more of that figure, because the world changed;
        without a day there is no break. The stair ends there and starts anew with the next count; where there is
        none, the name at its end says `break_note`. The day is marked with `break_label`.
    qualifiers : mapping of id to str, optional
        Words before the last count at the end of a stair, such as "more than".
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
    marks: set[str] = set()
    anchors = []
    for (each, rows), shape in zip(drawn, cycle(_SHAPES), strict=False):
        last, cut = rows.iloc[-1], _cut(each, breaks, end)
        before, after = rows[rows["until"] <= cut], rows[rows["until"] > cut]
        for part, stop in ((before, min(cut, end)), (after, end)):
            _stair(axes, part, stop, each.colour, shape, rise=part is before or before.empty)
            marks |= {"carried"} if len(part) and stop > part["until"].iloc[-1] else set()
        marks |= {"recalled"} if rows["recalled"].any() else set()
        counted = f"{value_label(last['value'], each.figure.unit)} ({formatting.day(last['period'][:7])})"
        counted = f"{(qualifiers or {}).get(each.figure.figure, '').strip()} {counted}".strip()
        words = f"{each.label}: " + counted.replace(" ", "\u00a0")
        stopped = cut <= end and after.empty
        words += f", {break_note}" if stopped else ""
        anchors.append((cut if stopped else end, last["value"], words, each.colour))
        if cut <= end and break_label:
            moments = {cut: break_label} | dict(moments or {})
    end_labels(axes, anchors)
    for at_, words in (moments or {}).items():
        rule(axes, at_, words)
    key(axes, marks, right=True)
    kept = ["period", "value", "published", "source", "status"]
    return pd.concat(
        [rows[kept].assign(figure=each.figure.figure, label=each.label) for each, rows in drawn], ignore_index=True
    )[["figure", "label", *kept]]


def _cut(each: Series, breaks: Mapping[str, str] | None, end: float) -> float:
    """The time of a figure's break as a decimal year; beyond the end where there is none by then."""
    written = (breaks or {}).get(each.figure.figure, "")
    cut = float(decimal_year(pd.Series([written]))[0]) if written else end + 1
    return cut if cut <= end else end + 1


def _stair(axes: Axes, rows: pd.DataFrame, stop: float, colour: str, shape: str, *, rise: bool) -> None:
    """Counts as a stair, from nothing where it is to `rise`; dots carry the last one on to `stop`."""
    if rows.empty:
        return
    at, total = [*rows["until"]], [*rows["value"]]
    axes.step([at[0], *at][not rise :], [0, *total][not rise :], where="post", color=colour, lw=1.8)
    face = np.where(rows["recalled"], PAPER, colour)
    axes.scatter(at, total, s=14, marker=shape, c=face, edgecolors=colour, linewidths=1.1, zorder=3, clip_on=False)
    if stop > at[-1]:
        axes.plot([at[-1], stop], [total[-1]] * 2, color=colour, ls=(0, (1, 1.6)), lw=1.4, alpha=0.8)
