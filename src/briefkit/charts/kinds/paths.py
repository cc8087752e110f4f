"""Draw proposals side by side: what follows on what in each, and which steps they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from briefkit.charts.canvas import use_points
from briefkit.charts.text_layout import block_height, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, TEXT, WASH, WIDTH, Look

_BETWEEN = 18.0  # points from a step to the next, for the arrow
_ARROW: Look = {"arrowstyle": "-|>", "color": MUTED, "lw": 1, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8}


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
        What a step says that all paths have; empty for none.
    gap : float
        Points between two columns.
    """
    if not any(paths.values()):
        return pd.DataFrame()
    width = (WIDTH - 6 - gap * (len(paths) - 1)) / len(paths)
    common = set.intersection(*(set(steps) for steps in paths.values())) if len(paths) > 1 and shared else set()
    texts = {name: wrap((notes or {}).get(name, ""), width, SMALL) for name in paths}
    head = 26 + max(block_height(text, SMALL) if text else 0 for text in texts.values())
    heights = _row_heights(paths, common, width)
    use_points(axes, head + sum(heights) + _BETWEEN * (len(heights) - 1) + 2)
    for column, (name, steps) in enumerate(paths.items()):
        left, top = column * (width + gap), head
        axes.text(left, 8, name, weight=STRONG, color=PALETTE[column], fontsize=TEXT + 1, va="center")
        axes.text(left, 18, texts[name], fontsize=SMALL, color=MUTED, va="top", linespacing=SPACING)
        for place, (step, height) in enumerate(zip(steps, heights, strict=False), 1):
            note = shared if step in common else ""
            _draw_step(axes, (left, top, width, height), place, wrap(step, width - 44), note, PALETTE[column])
            if place < len(steps):
                x, low = left + width / 2, top + height
                axes.annotate("", (x, low + _BETWEEN - 1), (x, low + 1), arrowprops=_ARROW)
            top += height + _BETWEEN
    rows = [(name, place, step, step in common) for name, steps in paths.items() for place, step in enumerate(steps, 1)]
    return pd.DataFrame(rows, columns=["path", "step", "words", "shared"])


def _row_heights(paths: Mapping[str, Sequence[str]], common: set[str], width: float) -> list[float]:
    """Return the height of each row: that of its tallest step."""
    heights: list[float] = [0.0] * max(len(steps) for steps in paths.values())
    for steps in paths.values():
        for place, step in enumerate(steps):
            height = block_height(wrap(step, width - 44)) + (12 if step in common else 0) + 14
            heights[place] = max(heights[place], height)
    return heights


def _draw_step(
    axes: Axes, box: tuple[float, float, float, float], place: int, text: str, note: str, colour: str
) -> None:
    """Draw a step in its box (left, top, width, height), with its number, its words and a note below them."""
    left, top, width, height = box
    look: Look = {"fc": WASH if note else PAPER, "ec": colour, "lw": 1.4 if note else 0.8}
    axes.add_artist(FancyBboxPatch((left, top), width, height, "round,pad=0,rounding_size=3", **look))
    number: Look = {"weight": STRONG, "color": colour, "fontsize": TEXT + 2}
    axes.text(left + 12, top + height / 2, str(place), ha="center", va="center", **number)
    middle = top + height / 2 - (6 if note else 0)
    axes.text(left + 26, middle, text, va="center", color=INK, linespacing=SPACING)
    if note:
        below = middle + block_height(text) / 2 + 6
        axes.text(left + 26, below, note, va="center", fontsize=SMALL, color=MUTED, linespacing=SPACING)
