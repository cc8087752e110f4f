"""Who held what share, from when to when: one bar per relation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts._axes import decimal_year, years
from briefkit.charts._text import number, wide
from briefkit.charts._theme import GRID, INK, MUTED, PALETTE, SMALL, SPACING, STRONG, Look, size
from briefkit.period import first_days, last_days


def draw(
    axes: Axes,
    relations: pd.DataFrame,
    *,
    until: str,
    by: str = "object",
    labels: Mapping[str, str] | None = None,
    highlight: tuple[str, ...] = (),
    since: int | None = None,
    row: float = 15,
) -> pd.DataFrame:
    """Draw a bar per relation from its start to its end, or to the as-of day, under the name of what is held.

    Parameters
    ----------
    relations : DataFrame
        subject, object, value, unit, start, end, as the snapshot gives them; without a start a bar begins at the left.
    until : str
        The as-of day.
    by : str
        `object` groups the bars by what is held, `subject` by who holds.
    labels : mapping of name to str, optional
        Other words for a name.
    highlight : tuple of str
        Names whose bars the title speaks of; all others are grey.
    since : int, optional
        First year shown.
    row : float
        Height of a bar's row in points.
    """
    if relations.empty:
        return pd.DataFrame()
    other = "subject" if by == "object" else "object"
    rows = relations.assign(begin=_day(relations["start"], first_days), finish=_day(relations["end"], last_days))
    end = float(decimal_year(pd.Series([until]))[0])
    first = float(since or np.floor(rows["begin"].min() if rows["begin"].notna().any() else end - 10))
    rows = rows[rows["finish"].fillna(end) >= first].sort_values(
        [by, "begin", other], kind="stable", na_position="first"
    )
    said = {name: (labels or {}).get(name, name) for name in [*rows[by], *rows[other]]}
    lines: list[tuple[str, pd.DataFrame | None]] = []
    for name, group in rows.groupby(by, sort=False):
        lines.append((said[name], None))
        lines += [(f"   {said[holder]}", held) for holder, held in group.groupby(other, sort=False)]
    size(axes, row * len(lines) + 4)
    years(axes, first, max(end, first + 1) + 0.1)
    for at, (_, held) in enumerate(lines):
        if held is None:
            axes.axhline(at - 0.5, color=GRID, lw=0.6, zorder=0)
            continue
        strong = not highlight or bool({*held["subject"], *held["object"]} & set(highlight))
        _row(axes, at, held, (first, end), PALETTE[0] if strong else MUTED)
    axes.set_yticks(range(len(lines)), [name for name, _ in lines])
    for text, (_, held) in zip(axes.get_yticklabels(), lines, strict=True):
        text.set(color=INK, weight=STRONG if held is None else 400, ha="left", linespacing=SPACING)
    axes.tick_params(axis="y", pad=max(wide(name, SMALL, STRONG) for name, _ in lines) + 6)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    return rows[["subject", "relation", "object", "value", "unit", "start", "end", "source", "status"]]


def _day(written: pd.Series, edge: Callable[[pd.Series], pd.Series]) -> pd.Series:
    return decimal_year(edge(written.fillna("").astype("str")))


def _row(axes: Axes, at: int, held: pd.DataFrame, span: tuple[float, float], colour: str) -> None:
    """The bars of one holder, those that have ended paler; words beside the last."""
    begin, finish = (
        held["begin"].fillna(span[0]).clip(lower=span[0]),
        held["finish"].fillna(span[1]).clip(upper=span[1]),
    )
    finish = finish.where(finish < begin.shift(-1).fillna(span[1]), begin.shift(-1).fillna(span[1]))
    faces = [(colour, 0.85 if pd.isna(one) else 0.35) for one in held["finish"]]
    axes.barh([at] * len(held), finish - begin, 0.62, begin, color=faces, lw=0)
    ended = held["finish"].dropna().clip(upper=span[1])
    axes.vlines(ended, at - 0.31, at + 0.31, color=colour, lw=2)
    shares = [number(one) for one in held["value"] if pd.notna(one)]
    unit = str(held["unit"].iloc[-1])
    words = number(held["value"].iloc[-1], unit) if pd.notna(held["value"].iloc[-1]) else ""
    look: Look = {"textcoords": "offset points", "va": "center", "fontsize": SMALL}
    if len(ended) < len(held):
        before = f", before {shares[-2]}" if len(shares) > 1 and shares[-2] != shares[-1] else ""
        place = axes.get_yaxis_transform()
        axes.annotate(words + before, (1, at), (4, 0), xycoords=place, color=colour, weight=STRONG, **look)
    else:
        last = float(ended.max())
        axes.annotate(f"{words} until {int(last)}".strip(), (last, at), (4, 0), color=MUTED, **look)
