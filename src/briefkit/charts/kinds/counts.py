"""How many events a year, one block each, told apart by a column such as the place."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from briefkit.charts.axes import blocks, legend, years
from briefkit.charts.screen_layout import RIGHT_EDGE, labelled_years, place_of_year
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, STRONG, Look, size

_HATCH = ("", "///", "xx", "---", "|||")  # the eye may not know the colour


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
    year, kind = events["day"].dt.year, events[by].where(events[by].notna() & (events[by] != ""), rest)
    often = kind[kind != rest].value_counts().rename_axis("kind").reset_index()
    often = often.sort_values(["count", "kind"], ascending=[False, True])
    named = list(often["kind"][often["count"] > 1][:most])
    table = pd.crosstab(year, kind.where(kind.isin(named), rest))
    first, last = int(since or year.min()), int(until or year.max())
    columns = [*named, *([rest] if rest in table else [])]
    table = table.reindex(index=range(first, last + 1), columns=columns, fill_value=0)
    total = table.sum(axis=1)
    size(axes, min(block, 200 / total.max()) * total.max() + 14)
    looks = dict(zip(columns, [*[*zip(PALETTE, _HATCH, strict=True)][: len(named)], (MUTED, "")], strict=True))
    base, every = total * 0, range(first, last + 1)
    for name in columns:
        colour, hatch = looks[name]
        stack = [
            (year, low + at) for year, low, many in zip(every, base, table[name], strict=True) for at in range(many)
        ]
        if stack:
            look: Look = {"fc": colour, "ec": PAPER, "lw": 1.2, "hatch": hatch, "alpha": _alpha(name, rest)}
            blocks(axes, [year + 0.13 for year, _ in stack], 0.74, 1, [low for _, low in stack], **look)
        base = base + table[name]
    for at, count in zip(total.index, total, strict=True):
        look = {"fontsize": SMALL, "color": INK if count else MUTED, "weight": STRONG if count else 400}
        axes.annotate(
            str(count), (at + 0.5, count), (0, 2), textcoords="offset points", ha="center", va="bottom", **look
        )
    years(axes, first, last + 1, most=18)
    axes.set(ylim=(0, total.max() + 14 / min(block, 200 / total.max())), yticks=[])
    handles = [
        Patch(facecolor=looks[name][0], edgecolor=PAPER, hatch=looks[name][1], alpha=_alpha(name, rest))
        for name in columns
    ]
    legend(axes, handles, [f"{name} {int(table[name].sum())}" for name in columns], above=6, right=True)
    shown = table.rename_axis("year").reset_index()
    return shown.assign(**{noun: total.to_numpy()})


def _alpha(name: str, rest: str) -> float:
    return 0.45 if name == rest else 1.0


def opening(axes: Axes, shown: pd.DataFrame) -> float:
    """Return where most of the events are, in percent of the width of the picture."""
    counts = shown.iloc[:, -1]
    if len(labelled_years(axes)) < 2 or not counts.sum():
        return RIGHT_EDGE
    return place_of_year(axes, float((shown["year"] * counts).sum() / counts.sum()))
