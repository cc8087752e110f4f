"""How the claims stand: one mark each, by group and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.screen_layout import Row
from briefkit.charts.text_layout import tall, wrap
from briefkit.charts.theme import GRID, INK, MUTED, SMALL, SPACING, STRONG, VERDICT, VERDICT_MARK, WIDTH, Look, points

FIELDS = ("claim", "section", "kind_of_claim", "verdict")
"""What is shown of a claim, and what may group them."""


def draw(
    axes: Axes,
    claims: Iterable[Mapping[str, Any]],
    *,
    by: str = "section",
    labels: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Draw a row per group and a column per verdict, with a number and as many marks.

    Parameters
    ----------
    claims : iterable of mapping
        claim, verdict and the key `by`.
    by : str
        What makes the rows; they come in the order of the claims.
    labels : mapping, optional
        Words for the values of `by`.
    """
    rows = list(claims)
    if not rows:
        return pd.DataFrame()
    groups = list(dict.fromkeys(str(row[by]) for row in rows))
    verdicts = [
        verdict for verdict in VERDICT if verdict != "unknown" or any(row["verdict"] == verdict for row in rows)
    ]
    pairs = [(str(row[by]), row["verdict"]) for row in rows]
    number = np.array([[pairs.count((group, verdict)) for verdict in verdicts] for group in groups])
    name, step = 112.0, 9.0
    wide = (WIDTH - 6 - name) / len(verdicts)
    line = int((wide - 30) // step)
    words = [wrap((labels or {}).get(group, group.replace("_", " ").capitalize()), name - 8) for group in groups]
    heights = [
        max(tall(text), step * -(-int(most) // line)) + 10 for text, most in zip(words, number.max(axis=1), strict=True)
    ]
    points(axes, sum(heights) + 44)
    top = 22.0
    look: Look
    for column, verdict in enumerate(verdicts):
        left = name + column * wide
        look = {"color": VERDICT[verdict], "weight": STRONG, "va": "center"}
        axes.plot(left + 4, 8, marker=VERDICT_MARK[verdict], ms=5.5, color=VERDICT[verdict], mew=0)
        axes.text(left + 13, 8, verdict, **look)
    for text, height, counts in zip(words, heights, number, strict=True):
        axes.plot([0, WIDTH - 6], [top, top], color=GRID, lw=0.6)
        axes.text(0, top + height / 2, text, va="center", color=INK, linespacing=SPACING)
        for column, verdict in enumerate(verdicts):
            _cell(axes, name + column * wide, top + height / 2, int(counts[column]), verdict, line, step)
        top += height
    axes.plot([0, WIDTH - 6], [top, top], color=MUTED, lw=0.8)
    axes.text(0, top + 11, "All", va="center", weight=STRONG)
    for column, verdict in enumerate(verdicts):
        look = {"color": VERDICT[verdict], "weight": STRONG, "va": "center"}
        axes.text(name + column * wide, top + 11, f"{number[:, column].sum()} of {len(rows)}", **look)
    table = pd.DataFrame(number, columns=verdicts)
    table.insert(0, by, [text.replace("\n", " ") for text in words])
    return table


def _cell(axes: Axes, left: float, mid: float, count: int, verdict: str, line: int, step: float) -> None:
    look: Look = {"weight": STRONG, "color": VERDICT[verdict]} if count else {"color": MUTED}
    axes.text(left, mid, str(count), va="center", fontsize=SMALL + 1, **look)
    at = np.arange(count)
    rows = -(-count // line)
    x, y = left + 22 + at % line * step, mid + (at // line - (rows - 1) / 2) * step
    axes.plot(x, y, ls="", marker=VERDICT_MARK[verdict], ms=5.5, color=VERDICT[verdict], mew=0)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Count the verdicts of a group."""
    (_, group), *counts = row.items()
    return {"head": group, "counts": [(verdict, int(count)) for verdict, count in counts]}
