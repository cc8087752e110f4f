"""Draw how many events a year, one block each, in groups by a column such as the place.

Each event is a block that can be counted: seaborn's `histplot` stacks bars, whose blocks and hatches would have to be
drawn over them, and takes 50 ms where the blocks take 3 ms.
"""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from briefkit.charts.axes import boxes, year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.legend import legend
from briefkit.charts.screen_layout import RIGHT_EDGE, labelled_years, place_of_year
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, STRONG, Look

_LOOKS: list[Look] = [
    {"fc": colour, "ec": PAPER, "hatch": hatch, "alpha": 1.0}
    for colour, hatch in zip(PALETTE, ("", "///", "xx", "---", "|||"), strict=True)  # the eye may not know the colour
]
_REST: Look = {"fc": MUTED, "ec": PAPER, "hatch": "", "alpha": 0.45}


def draw(
    axes: Axes,
    events: pd.DataFrame,
    *,
    by: str = "place",
    most: int = 4,
    rest: str = "elsewhere",
    since: int | None = None,
    until: int | None = None,
    noun: str = "events",
    block: float = 15,
) -> pd.DataFrame:
    """Draw one block per event, stacked by year; the number of a year stands on top.

    Parameters
    ----------
    events : DataFrame
        With `day` and the column `by`.
    most : int
        So many values of `by` get a colour, the most frequent; all others are `rest`.
    since, until : int, optional
        First and last year; years without an event between them are shown as 0.
    noun : str
        What is counted.
    block : float
        Height of one event in points; smaller when the tallest column would pass 200.
    """
    if events.empty:
        return pd.DataFrame()
    table = _count(events, by, most, rest, since, until)
    total = table.sum(axis=1)
    block = min(block, 200 / total.max())
    set_height(axes, block * total.max() + 14)
    looks = dict(zip(table.columns, _LOOKS, strict=False)) | {rest: _REST}
    base = total * 0
    for group in table.columns:
        stack = [
            (year, base[year] + at)
            for year, count in zip(table.index, table[group], strict=True)
            for at in range(count)
        ]
        if stack:
            boxes(axes, [year + 0.13 for year, _ in stack], 0.74, 1, [low for _, low in stack], lw=1.2, **looks[group])
        base = base + table[group]
    for year, count in zip(total.index, total, strict=True):
        look: Look = {"color": INK if count else MUTED, "weight": STRONG if count else 400, "fontsize": SMALL}
        look |= {"textcoords": "offset points", "ha": "center", "va": "bottom"}
        axes.annotate(str(count), (year + 0.5, count), (0, 2), **look)
    year_axis(axes, int(table.index[0]), int(table.index[-1]) + 1, most=18)
    axes.set(ylim=(0, total.max() + 14 / block), yticks=[])
    handles = [Patch(**looks[group]) for group in table.columns]
    legend(axes, handles, [f"{group} {int(table[group].sum())}" for group in table.columns], above=6, right=True)
    return table.rename_axis("year").reset_index().assign(**{noun: total.to_numpy()})


def _count(events: pd.DataFrame, by: str, most: int, rest: str, since: int | None, until: int | None) -> pd.DataFrame:
    """Count the events of each year and group: the most frequent groups, in their order, then the rest."""
    year, group = events["day"].dt.year, events[by].where(events[by].notna() & (events[by] != ""), rest)
    frequent = group[group != rest].value_counts().rename_axis("group").reset_index()
    frequent = frequent.sort_values(["count", "group"], ascending=[False, True])
    named = list(frequent["group"][frequent["count"] > 1][:most])
    table = pd.crosstab(year, group.where(group.isin(named), rest))
    years = range(int(since or year.min()), int(until or year.max()) + 1)
    return table.reindex(index=years, columns=[*named, *([rest] if rest in table else [])], fill_value=0)


def opening(axes: Axes, shown: pd.DataFrame) -> float:
    """Return where most of the events are, in percent of the width of the picture."""
    counts = shown.iloc[:, -1]
    if len(labelled_years(axes)) < 2 or not counts.sum():
        return RIGHT_EDGE
    return place_of_year(axes, float((shown["year"] * counts).sum() / counts.sum()))
