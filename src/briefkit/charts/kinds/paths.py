"""Proposals side by side: what follows on what in each, and which steps they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from briefkit.charts.text_layout import tall, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, TEXT, WASH, WIDTH, Look, points


def draw(
    axes: Axes,
    paths: Mapping[str, Sequence[str]],
    *,
    notes: Mapping[str, str] | None = None,
    shared: str = "in both",
    gap: float = 26,
) -> pd.DataFrame:
    """Draw one column per path, its steps from top to bottom; steps that every path has are filled and say so.

    Parameters
    ----------
    paths : mapping of name to steps
        Two or three; steps in the same words are the same step.
    notes : mapping of name to str, optional
        Words under the name of a path: whose it is, since when.
    shared : str
        Mark of a step that all paths have; empty for none.
    gap : float
        Points between two columns.
    """
    if not any(paths.values()):
        return pd.DataFrame()
    wide_ = (WIDTH - 6 - gap * (len(paths) - 1)) / len(paths)
    common = set.intersection(*(set(steps) for steps in paths.values())) if len(paths) > 1 and shared else set()
    texts = {name: [wrap(step, wide_ - 44) for step in steps] for name, steps in paths.items()}
    notes = {name: wrap((notes or {}).get(name, ""), wide_, SMALL) for name in paths}
    head = 18 + max(tall(note, SMALL) if note else 0 for note in notes.values()) + 8
    rows = max(len(steps) for steps in paths.values())
    heights = [
        max(tall(text[at]) + (12 if paths[name][at] in common else 0) for name, text in texts.items() if at < len(text))
        + 14
        for at in range(rows)
    ]
    points(axes, head + sum(heights) + 18 * (rows - 1) + 2)
    for column, (name, steps) in enumerate(paths.items()):
        left, top = column * (wide_ + gap), head
        axes.text(left, 8, name, weight=STRONG, color=PALETTE[column], fontsize=TEXT + 1, va="center")
        axes.text(left, 18, notes[name], fontsize=SMALL, color=MUTED, va="top", linespacing=SPACING)
        for at, (step, text) in enumerate(zip(steps, texts[name], strict=True)):
            mark = shared if step in common else ""
            _step(axes, left, top, wide_, heights[at], str(at + 1), text, mark, PALETTE[column])
            if at + 1 < len(steps):
                arrow: Look = {
                    "arrowstyle": "-|>",
                    "color": MUTED,
                    "lw": 1,
                    "shrinkA": 0,
                    "shrinkB": 0,
                    "mutation_scale": 8,
                }
                middle = left + wide_ / 2
                axes.annotate("", (middle, top + heights[at] + 17), (middle, top + heights[at] + 1), arrowprops=arrow)
            top += heights[at] + 18
    kept = [(name, at, step, step in common) for name, steps in paths.items() for at, step in enumerate(steps, 1)]
    return pd.DataFrame(kept, columns=["path", "step", "words", "shared"])


def _step(
    axes: Axes, left: float, top: float, width: float, height: float, at: str, text: str, mark: str, colour: str
) -> None:
    shape = "round,pad=0,rounding_size=3"
    face = WASH if mark else PAPER
    axes.add_artist(FancyBboxPatch((left, top), width, height, shape, fc=face, ec=colour, lw=1.4 if mark else 0.8))
    axes.text(left + 12, top + height / 2, at, ha="center", va="center", weight=STRONG, color=colour, fontsize=TEXT + 2)
    middle = top + height / 2 - (6 if mark else 0)
    axes.text(left + 26, middle, text, va="center", color=INK, linespacing=SPACING)
    if mark:
        spot = middle + tall(text) / 2 + 6
        axes.text(left + 26, spot, mark, va="center", fontsize=SMALL, color=MUTED, linespacing=SPACING)
