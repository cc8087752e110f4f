"""Draw legends: a row of symbols with words, and what the looks of flagged values mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.transforms import offset_copy

from briefkit.charts.text_layout import block_width, text_width
from briefkit.charts.theme import INK, LEGEND_ID, MUTED, PAPER, SMALL, WIDTH, Look

HALF: Look = {"fillstyle": "left", "markerfacecoloralt": PAPER}  # a dot of which one half is full

FLAG_SYMBOLS: dict[str, tuple[Look, str]] = {
    "recalled": ({"marker": "o", "mfc": PAPER, "mec": MUTED, "ls": ""}, "recalled, no document seen"),
    "partial": ({"marker": "d", "mfc": PAPER, "mec": MUTED, "ls": ""}, "part of a year"),
    "provisional": ({"marker": "o", "mfc": MUTED, "mec": MUTED, "ls": "", **HALF}, "provisional, first release"),
    "forecast": ({"marker": "", "ls": (0, (3, 2)), "color": MUTED}, "forecast or plan"),
    "carried": ({"marker": "", "ls": (0, (1, 1.6)), "lw": 1.4, "color": MUTED}, "no later count is known"),
    "interval": (
        {"marker": "", "lw": 5, "alpha": 0.3, "color": MUTED, "solid_capstyle": "butt"},
        "range given by the source",
    ),
}


def flag_legend(axes: Axes, flags: Iterable[str], *, below: float = 20, right: bool = False) -> None:
    """Say under the axis what the looks of flagged values mean, as far as there are any.

    Parameters
    ----------
    flags : iterable of str
        Keys of `FLAG_SYMBOLS` that are drawn.
    below, right
        As for `legend`.
    """
    drawn = set(flags)
    entries = [entry for flag, entry in FLAG_SYMBOLS.items() if flag in drawn]
    handles = [Line2D([], [], **look) for look, _ in entries]
    legend(axes, handles, [words for _, words in entries], below=below, right=right)


def legend(
    axes: Axes, handles: Sequence[Any], words: Sequence[str], *, below: float = 0, above: float = 0, right: bool = False
) -> None:
    """Draw symbols with words in a row, or in several where one is too long; without symbols nothing.

    Parameters
    ----------
    handles : sequence of artist
        The symbols, as matplotlib's legends take them.
    words : sequence of str
        One for each symbol.
    below, above : float
        Points under the drawing, or above it.
    right : bool
        At the right, where a phone opens the chart, if it is short enough.
    """
    if not handles:
        return
    labels = axes.get_yticklabels() if axes.axison else []
    beside = max((block_width(label.get_text(), SMALL) for label in labels), default=0)
    rows = sum(text_width(text, SMALL) + 42 for text in words) / min(440, WIDTH - 15 - beside)
    edge, shift = (0, -below) if below else (1, above)
    right = right and (not below or rows < 0.7)  # a long one would reach past the value axis
    corner = {(True, False): 2, (True, True): 1, (False, False): 3, (False, True): 4}[bool(below), right]
    place = offset_copy(axes.transAxes, axes.get_figure(root=True), x=0, y=shift, units="points")
    look: Look = {"frameon": False, "borderpad": 0, "borderaxespad": 0, "handlelength": 2.4, "handletextpad": 0.5}
    look |= {"columnspacing": 1.4, "labelcolor": MUTED if below else INK, "loc": corner}
    look |= {"bbox_to_anchor": (int(right), edge), "bbox_transform": place}
    artist = Legend(axes, list(handles), list(words), ncols=int(np.ceil(len(words) / np.ceil(rows))), **look)
    artist.set_gid(LEGEND_ID)
    axes.add_artist(artist).set_clip_on(False)
