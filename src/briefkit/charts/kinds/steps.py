"""Draw running totals: each holds from its day until the next one; what follows the last count is only carried on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit import formatting
from briefkit.charts.axes import Anchor, end_labels, value_axis, vertical_rule, year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.legend import flag_legend
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.series import Series, decimal_day, history_rows, labelled_series, shown_rows
from briefkit.charts.text_layout import value_label
from briefkit.charts.theme import PAPER

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
        A day (ISO) after which what was counted before says nothing more of that figure, because the world changed;
        without a day there is no break. The stair ends there and starts anew with the next count; where there is
        none, the name at its end says `break_note`. The day is marked with `break_label`.
    qualifiers : mapping of id to str, optional
        Words before the last count at the end of a stair, such as "more than".
    height : float
        Of the drawing in points.
    """
    last_day = decimal_day(until) if isinstance(until, str) else until and float(until)
    drawn = [(series, history_rows(series.figure, since)) for series in labelled_series(figures, labels)]
    drawn = [(series, rows[rows["until"] <= (last_day or 9999) + 0.01]) for series, rows in drawn]
    drawn = [(series, rows) for series, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    set_height(axes, height)
    every = pd.concat([rows for _, rows in drawn])
    value_axis(axes, float(every["value"].max()), drawn[0][0].figure.unit, integers=True)
    end = float(max(last_day or 0, every["until"].max()))
    year_axis(axes, float(since or every["until"].min() - 0.3), end + 0.05)
    flags = {"recalled"} if every["recalled"].any() else set()
    cuts = [_break_of(series, breaks, end) for series, _ in drawn]
    for (series, rows), cut, shape in zip(drawn, cuts, cycle(_SHAPES), strict=False):
        before, after = rows[rows["until"] <= cut], rows[rows["until"] > cut]
        for part, stop in ((before, min(cut, end)), (after, end)):
            _draw_stair(axes, part, stop, series.colour, shape, rise=part is before or before.empty)
            flags |= {"carried"} if len(part) and stop > part["until"].iloc[-1] else set()
    notes = [
        break_note if rows["until"].iloc[-1] <= cut <= end else "" for (_, rows), cut in zip(drawn, cuts, strict=True)
    ]
    ends = [cut if note else end for cut, note in zip(cuts, notes, strict=True)]
    named = zip(drawn, ends, notes, strict=True)
    end_labels(axes, [_anchor(series, rows.iloc[-1], x, qualifiers or {}, note) for (series, rows), x, note in named])
    marked = {cut: break_label for cut in reversed(cuts) if cut <= end and break_label}
    for x, words in (marked | dict(moments or {})).items():
        vertical_rule(axes, x, words)
    flag_legend(axes, flags, right=True)
    return shown_rows(drawn)


def _break_of(series: Series, breaks: Mapping[str, str] | None, end: float) -> float:
    """Return the time of a figure's break as a decimal year; beyond the end where there is none by then."""
    day = (breaks or {}).get(series.figure.figure, "")
    cut = decimal_day(day) if day else end + 1
    return cut if cut <= end else end + 1


def _anchor(series: Series, last: pd.Series, x: float, qualifiers: Mapping[str, str], note: str) -> Anchor:
    """Return where the name of a stair belongs, with its last count, the month of that, and a note."""
    count = f"{value_label(last['value'], series.figure.unit)} ({formatting.day(last['period'][:7])})"
    count = f"{qualifiers.get(series.figure.figure, '').strip()} {count}".strip().replace(" ", "\u00a0")
    words = f"{series.label}: {count}" + (f", {note}" if note else "")
    return x, last["value"], words, series.colour


def _draw_stair(axes: Axes, rows: pd.DataFrame, stop: float, colour: str, shape: str, *, rise: bool) -> None:
    """Draw counts as a stair, from zero where it is to `rise`; dots carry the last one on to `stop`."""
    if rows.empty:
        return
    at, total = [*rows["until"]], [*rows["value"]]
    axes.step([at[0], *at][not rise :], [0, *total][not rise :], where="post", color=colour, lw=1.8)
    face = np.where(rows["recalled"], PAPER, colour)
    axes.scatter(at, total, s=14, marker=shape, c=face, edgecolors=colour, linewidths=1.1, zorder=3, clip_on=False)
    if stop > at[-1]:
        axes.plot([at[-1], stop], [total[-1]] * 2, color=colour, ls=(0, (1, 1.6)), lw=1.4, alpha=0.8)
