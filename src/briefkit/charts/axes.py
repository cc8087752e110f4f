"""Draw what charts through time share: axes of years and values, labels at the ends of lines, rules and boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import offset_copy

from briefkit import formatting
from briefkit.charts.text_layout import block_height, spread_labels, value_label, wrap
from briefkit.charts.theme import GRID, MUTED, SMALL, SPACING, STRONG, Look

Anchor = tuple[float, float, str, str]
"""Where a label belongs: x, y, its words and their colour."""


def year_axis(axes: Axes, low: float, high: float, *, most: int = 10) -> None:
    """Tick the x axis where years begin, with each label in the middle of its year; months in less than 2.2 years.

    Parameters
    ----------
    low, high : float
        Decimal years.
    most : int
        So many labels at most.
    """
    axes.set_xlim(low, high)
    if high - low < 2.2:
        quarters = [year + part / 4 for year in range(int(low), int(high) + 1) for part in range(4)]
        ticks = [tick for tick in quarters if low <= tick <= high]
        months = [formatting.day(f"{int(tick)}-{round(tick % 1 * 12) + 1}", short=True) for tick in ticks]
        axes.set_xticks(ticks, [month.replace(" ", "\n") for month in months])
        return
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (high - low) / step <= most)
    begins, labels = year_ticks(low, high, step)
    axes.set_xticks([place for place, _ in labels], [year for _, year in labels])
    axes.tick_params(axis="x", length=0, pad=6)
    end = -3 / axes.get_window_extent().height
    ticks_path = Path([point for begin in begins for point in ((begin, 0), (begin, end))], [1, 2] * len(begins))
    look: Look = {"transform": axes.get_xaxis_transform(), "clip_on": False, "gid": "years"}
    axes.add_artist(PathPatch(ticks_path, ec=MUTED, lw=0.6, fc="none", **look))  # one path for all ticks is small


def year_ticks(low: float, high: float, step: int) -> tuple[list[float], list[tuple[float, str]]]:
    """Return where years begin, and each `step`-th year with the place of its label.

    A year's label stands in its middle, between two ticks; over more than forty years, where a year is hardly seen, at
    its beginning, and only the years that are named have a tick.

    Examples
    --------
    >>> year_ticks(2015.5, 2018, 1)
    ([2016.0, 2017.0, 2018.0], [(2015.5, '2015'), (2016.5, '2016'), (2017.5, '2017')])
    """
    years = range(int(np.ceil(low - 1e-9)), int(high + 1e-9) + 1)
    if high - low > 40:
        named = [year for year in years if year % step == 0]
        return [float(year) for year in named], [(float(year), str(year)) for year in named]
    named = [year for year in range(int(np.floor(low)), int(high) + 1) if year % step == 0]
    return [float(year) for year in years], [(year + 0.5, str(year)) for year in named if low <= year + 0.5 <= high]


def value_axis(axes: Axes, high: float, unit: str, *, low: float = 0.0, integers: bool = False) -> None:
    """Scale the y axis from a round number at or below `low` to one above `high`, with at most five lines.

    Parameters
    ----------
    high, low : float
        Largest and smallest value.
    unit : str
        Percent are written beside each number.
    integers : bool
        Only whole numbers, as of counts.
    """
    steps = [factor * 10.0**power for power in range(-3, 9) for factor in (1, 2, 2.5, 5)]
    step = next(step for step in steps if (high - low) / step <= 5 and (step % 1 == 0 or not integers))
    first, last = np.floor(low / step) * step, np.ceil(high / step - 1e-9) * step
    ticks = np.arange(first, last + step / 2, step)
    axes.set_ylim(first, last)
    axes.set_yticks(ticks, [value_label(round(float(tick), 6), unit) for tick in ticks])
    axes.grid(axis="y", clip_on=False)


def end_labels(axes: Axes, anchors: Sequence[Anchor], *, width: float = 118) -> None:
    """Write labels at the right edge, each as near as can be to the height of its anchor, with a thin leader.

    Parameters
    ----------
    anchors : sequence of (x, y, words, colour)
        Ends of lines in data coordinates.
    width : float
        Points for the words.
    """
    texts = [wrap(text, width, weight=STRONG) for _, _, text, _ in anchors]
    inverse = axes.transAxes.inverted()
    ends = [inverse.transform(axes.transData.transform((x, y))) for x, y, *_ in anchors]
    plot = axes.get_window_extent().height
    middles = spread_labels([end[1] * plot for end in ends], [block_height(text) + 3 for text in texts], low=-6)
    beside = offset_copy(axes.transAxes, axes.get_figure(root=True), x=12, units="points")
    leader: Look = {"arrowstyle": "-", "color": MUTED, "lw": 0.5, "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 5}
    look: Look = {"weight": STRONG, "va": "center", "linespacing": SPACING, "arrowprops": leader}
    for (x, y, _, colour), text, middle in zip(anchors, texts, middles, strict=True):
        axes.annotate(text, (x, y), (1, middle / plot), textcoords=beside, color=colour, **look)


def boxes(axes: Axes, left: Any, width: float, height: Any, base: Any = 0.0, **look: Any) -> None:
    """Draw upright boxes of one look as one shape, which a page sends in fewer bytes than many.

    Parameters
    ----------
    left, height, base : float or array of shape (n,)
        Left edges, heights and lower edges in data coordinates.
    width : float
        Of all boxes.
    **look
        Of the patch.
    """
    x, y, top = np.broadcast_arrays(np.asarray(left, float), np.asarray(base, float), np.asarray(height, float))
    top = y + top
    corners = np.stack([[x, y], [x + width, y], [x + width, top], [x, top], [x, y]])  # corner, axis, box
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    axes.add_artist(PathPatch(Path(corners.transpose(2, 0, 1).reshape(-1, 2), codes * len(x)), **look))


def vertical_rule(axes: Axes, x: float, words: str) -> None:
    """Draw a thin vertical line at a decimal year, with words on top."""
    axes.axvline(x, color=GRID, lw=1, zorder=0)
    place = offset_copy(axes.get_xaxis_transform(), axes.get_figure(root=True), y=3, units="points")
    low, high = axes.get_xlim()
    side = "right" if x > high - (high - low) / 8 else "left" if x < low + (high - low) / 8 else "center"
    axes.text(x, 1, words, transform=place, ha=side, va="bottom", color=MUTED, fontsize=SMALL)
