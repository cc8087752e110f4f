"""Draw figures side by side at their latest value: one bar each, longest on top.

Matplotlib draws the bars: seaborn's `barplot` takes as many lines for bars of given colours and transparency, and 45 ms
for 3 ms, which more than doubles the time of this chart.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.canvas import set_height
from briefkit.charts.screen_layout import Row, amount, flag_words
from briefkit.charts.series import labelled_series
from briefkit.charts.text_layout import value_label, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, SMALL, SPACING, STRONG, Look

_COLUMNS = ("figure", "period", "value", "published", "source", "status")


def draw(
    axes: Axes,
    *figures: Any,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    highlight: str | Collection[str] = (),
    highlight_note: str = "",
    row: float = 15,
) -> pd.DataFrame:
    """Draw one horizontal bar per figure with its value.

    Parameters
    ----------
    figures : Figure, or list of Figure
        At the value that each holds.
    labels : mapping of id to str, or sequence, optional
        By default the titles without the words that all share.
    highlight : str or collection of str
        Ids or labels of the bars that the title speaks of.
    highlight_note : str
        Words beside the value of a highlighted bar.
    row : float
        Height of a row in points.
    """
    drawn = sorted(labelled_series(figures, labels), key=lambda series: (-series.figure.value, series.label))
    if not drawn:
        return pd.DataFrame()
    chosen = {highlight} if isinstance(highlight, str) else set(highlight)
    strong = [bool(chosen & {series.figure.figure, series.label}) for series in drawn]
    recalled = [series.figure.status.startswith("recalled") for series in drawn]
    values = [series.figure.value for series in drawn]
    colours = [PALETTE[1] if highlighted else PALETTE[0] for highlighted in strong]
    set_height(axes, row * len(drawn) + 6)
    bars = axes.barh(range(len(drawn)), values, height=0.68, color=colours, edgecolor=colours, lw=0.8)
    for bar, faint in zip(bars, recalled, strict=True):
        bar.set_alpha(0.35 if faint else 1)
    axes.set_yticks(range(len(drawn)), [wrap(series.label, 150, SMALL) for series in drawn], linespacing=SPACING)
    for place, (series, highlighted) in enumerate(zip(drawn, strong, strict=True)):
        words = value_label(series.figure.value, series.figure.unit)
        words += f"  {highlight_note}" if highlighted and highlight_note else ""
        words += " (recalled)" if recalled[place] else ""
        look: Look = {"weight": STRONG if highlighted else 400, "color": PALETTE[1] if highlighted else INK}
        end = (series.figure.value, place)
        axes.annotate(words, end, (4, 0), textcoords="offset points", fontsize=SMALL, va="center_baseline", **look)
        axes.get_yticklabels()[place].set(**look)
    axes.set(ylim=(len(drawn) - 0.5, -0.5), xlim=(0, max([*values, 1e-9]) * 1.02), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=MUTED, lw=0.8)
    rows = [{column: getattr(series.figure, column) for column in _COLUMNS} for series in drawn]
    shown = pd.DataFrame(rows, columns=_COLUMNS)
    shown.insert(1, "label", [series.label for series in drawn])
    return shown


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write the value of a bar under its label."""
    return {"head": row["label"], "lines": [amount(row["value"], unit) + flag_words(row)], "amount": True}
