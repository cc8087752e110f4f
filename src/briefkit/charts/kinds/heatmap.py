"""Claims through time: one row each, one column per edition or month, the verdict by shape and colour."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from briefkit.charts.axes import legend
from briefkit.charts.text_layout import tall, width, wrap
from briefkit.charts.theme import GRID, INK, MUTED, SMALL, SPACING, VERDICT, VERDICT_MARK, WIDTH, Look, points


def draw(
    axes: Axes,
    verdicts: pd.DataFrame,
    *,
    labels: Mapping[str, str] | None = None,
    name: float = 250,
) -> pd.DataFrame:
    """Draw a cell for each claim and column.

    Parameters
    ----------
    verdicts : DataFrame
        One row per claim (index: id), one column per edition or month; cells are verdicts, empty where not made.
    labels : mapping of claim to str, optional
        Words for a row.
    name : float
        Room for the words of a row in points.
    """
    if verdicts.empty:
        return pd.DataFrame()
    step = (WIDTH - 6 - name) / verdicts.shape[1]
    words = [wrap((labels or {}).get(str(claim), str(claim)), name - 10, SMALL) for claim in verdicts.index]
    heights = [max(tall(text, SMALL) + 6, 15) for text in words]
    points(axes, sum(heights) + 20)
    every = max(1, -(-max(int(width(str(column), SMALL)) + 6 for column in verdicts.columns) // int(step)))
    for at, column in enumerate(verdicts.columns):
        if at % every == 0:
            axes.text(name + (at + 0.5) * step, 8, str(column), ha="center", va="center", fontsize=SMALL, color=MUTED)
    top = 18.0
    for text, height, (_, cells) in zip(words, heights, verdicts.iterrows(), strict=True):
        axes.plot([0, WIDTH - 6], [top, top], color=GRID, lw=0.5)
        axes.text(0, top + height / 2, text, va="center", fontsize=SMALL, color=INK, linespacing=SPACING)
        for at, verdict in enumerate(cells):
            if verdict not in VERDICT:
                continue
            left, colour = name + at * step, VERDICT[verdict]
            axes.add_artist(Rectangle((left + 0.6, top + 0.8), step - 1.2, height - 1.6, fc=colour, alpha=0.16, lw=0))
            mark: Look = {"marker": VERDICT_MARK[verdict], "ms": min(5.5, step - 2), "color": colour, "mew": 0}
            axes.plot(left + step / 2, top + height / 2, **mark)
        top += height
    found = [verdict for verdict in VERDICT if (verdicts == verdict).any(axis=None)]
    marks = [Line2D([], [], ls="", marker=VERDICT_MARK[one], color=VERDICT[one], mew=0, ms=5.5) for one in found]
    legend(axes, marks, found, below=8)
    return verdicts.rename_axis("claim").reset_index()
