"""Figures side by side at their latest value: one bar each, longest on top."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.axes import series
from briefkit.charts.screen_layout import Row, amount, flag_words
from briefkit.charts.text_layout import value_label, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, SMALL, SPACING, STRONG, Look, size


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
    drawn = sorted(series(figures, labels), key=lambda each: (-each.figure.value, each.label))
    if not drawn:
        return pd.DataFrame()
    chosen = {highlight} if isinstance(highlight, str) else set(highlight)
    picked = [bool(chosen & {each.figure.figure, each.label}) for each in drawn]
    size(axes, row * len(drawn) + 6)
    height = [each.figure.value for each in drawn]
    quiet = PALETTE[0]
    colours = [PALETTE[1] if pick else quiet for pick in picked]
    recalled = [each.figure.status.startswith("recalled") for each in drawn]
    bars = axes.barh(range(len(drawn)), height, height=0.68, color=colours, edgecolor=colours, lw=0.8)
    for bar, faint in zip(bars, recalled, strict=True):
        bar.set_alpha(0.35 if faint else 1)
    for place, (each, pick) in enumerate(zip(drawn, picked, strict=True)):
        words = value_label(each.figure.value, each.figure.unit)
        words += f"  {highlight_note}" if pick and highlight_note else ""
        words += " (recalled)" if recalled[place] else ""
        look: Look = {"weight": STRONG if pick else 400, "color": PALETTE[1] if pick else INK, "va": "center_baseline"}
        axes.annotate(words, (each.figure.value, place), (4, 0), textcoords="offset points", fontsize=SMALL, **look)
    axes.set_yticks(range(len(drawn)), [wrap(each.label, 150, SMALL) for each in drawn], linespacing=SPACING)
    for text, pick in zip(axes.get_yticklabels(), picked, strict=True):
        text.set(color=PALETTE[1] if pick else INK, weight=STRONG if pick else 400)
    axes.set(ylim=(len(drawn) - 0.5, -0.5), xlim=(0, max([*height, 1e-9]) * 1.02), xticks=[])
    axes.spines["bottom"].set_visible(False)
    axes.axvline(0, color=MUTED, lw=0.8)
    kept = [
        (
            e.figure.figure,
            e.label,
            e.figure.period,
            e.figure.value,
            e.figure.published,
            e.figure.source,
            e.figure.status,
        )
        for e in drawn
    ]
    return pd.DataFrame(kept, columns=["figure", "label", "period", "value", "published", "source", "status"])


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Write the value of a bar under its label."""
    return {"head": row["label"], "lines": [amount(row["value"], unit) + flag_words(row)], "amount": True}
