"""Draw how the claims stand: one symbol each, by group and verdict."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.canvas import use_points
from briefkit.charts.screen_layout import Row
from briefkit.charts.text_layout import block_height, wrap
from briefkit.charts.theme import GRID, INK, MUTED, SMALL, SPACING, STRONG, VERDICT, VERDICT_MARKER, WIDTH, Look

FIELDS = ("claim", "section", "kind_of_claim", "verdict")
_NAMES, _STEP = 112.0, 9.0  # points for the names of groups, and from symbol to symbol


def draw(
    axes: Axes,
    claims: Iterable[Mapping[str, Any]],
    *,
    by: str = "section",
    labels: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Draw a row per group and a column per verdict, with a number and as many symbols.

    Parameters
    ----------
    claims : iterable of mapping
        claim, verdict and the key `by`.
    by : str
        What makes the rows; they come in the order of the claims.
    labels : mapping, optional
        Words for the values of `by`.
    """
    pairs = [(str(claim[by]), claim["verdict"]) for claim in claims]
    if not pairs:
        return pd.DataFrame()
    groups, present = list(dict.fromkeys(group for group, _ in pairs)), {verdict for _, verdict in pairs}
    verdicts = [verdict for verdict in VERDICT if verdict != "unknown" or verdict in present]
    counts = np.array([[pairs.count((group, verdict)) for verdict in verdicts] for group in groups])
    width = (WIDTH - 6 - _NAMES) / len(verdicts)
    per_line = int((width - 30) // _STEP)
    names = [(labels or {}).get(group, group.replace("_", " ").capitalize()) for group in groups]
    texts = [wrap(name, _NAMES - 8) for name in names]
    symbols = [_STEP * -(-int(most) // per_line) for most in counts.max(axis=1)]
    heights = [max(block_height(text), symbol) + 10 for text, symbol in zip(texts, symbols, strict=True)]
    use_points(axes, sum(heights) + 44)
    lefts = [_NAMES + column * width for column in range(len(verdicts))]
    _draw_head(axes, verdicts, lefts)
    top = 22.0
    for text, height, row in zip(texts, heights, counts, strict=True):
        axes.plot([0, WIDTH - 6], [top, top], color=GRID, lw=0.6)
        axes.text(0, top + height / 2, text, va="center", color=INK, linespacing=SPACING)
        for verdict, left, count in zip(verdicts, lefts, row, strict=True):
            _draw_cell(axes, left, top + height / 2, int(count), verdict, per_line)
        top += height
    _draw_totals(axes, top, verdicts, lefts, counts)
    table = pd.DataFrame(counts, columns=verdicts)
    table.insert(0, by, [text.replace("\n", " ") for text in texts])
    return table


def _draw_head(axes: Axes, verdicts: list[str], lefts: list[float]) -> None:
    for verdict, left in zip(verdicts, lefts, strict=True):
        axes.plot(left + 4, 8, marker=VERDICT_MARKER[verdict], ms=5.5, color=VERDICT[verdict], mew=0)
        axes.text(left + 13, 8, verdict, color=VERDICT[verdict], weight=STRONG, va="center")


def _draw_cell(axes: Axes, left: float, middle: float, count: int, verdict: str, per_line: int) -> None:
    """Write a number, and draw as many symbols in lines beside it."""
    look: Look = {"weight": STRONG, "color": VERDICT[verdict]} if count else {"color": MUTED}
    axes.text(left, middle, str(count), va="center", fontsize=SMALL + 1, **look)
    place, lines = np.arange(count), -(-count // per_line)
    x, y = left + 22 + place % per_line * _STEP, middle + (place // per_line - (lines - 1) / 2) * _STEP
    axes.plot(x, y, ls="", marker=VERDICT_MARKER[verdict], ms=5.5, color=VERDICT[verdict], mew=0)


def _draw_totals(axes: Axes, top: float, verdicts: list[str], lefts: list[float], counts: np.ndarray) -> None:
    axes.plot([0, WIDTH - 6], [top, top], color=MUTED, lw=0.8)
    axes.text(0, top + 11, "All", va="center", weight=STRONG)
    for verdict, left, total in zip(verdicts, lefts, counts.sum(axis=0), strict=True):
        look: Look = {"color": VERDICT[verdict], "weight": STRONG, "va": "center"}
        axes.text(left, top + 11, f"{total} of {counts.sum()}", **look)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Count the verdicts of a group."""
    (_, group), *counts = row.items()
    return {"head": group, "counts": [(verdict, int(count)) for verdict, count in counts]}
