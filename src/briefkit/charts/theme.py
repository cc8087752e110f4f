"""The one look of all charts: colours, type, and the canvas they are drawn on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from briefkit.charts.text_metrics import LayoutCanvas

Look = dict[str, Any]  # how something is drawn, by matplotlib's names

INK = "#111a22"
MUTED = "#55606b"
GRID = "#d5dbe1"
PAPER = "#ffffff"
WASH = "#eef1f4"
LAND = "#e3e0d8"
# Told apart with every common colour blindness and in greyscale; each 4.5:1 or better on white.
PALETTE = ("#2443b8", "#bb5a14", "#157060", "#701060", "#1c2b36")
VERDICT = {"holds": "#157060", "weakened": "#8a5a00", "overturned": "#a3162a", "unknown": "#55606b"}
# A verdict is read by its shape and word; the colour comes on top.
VERDICT_MARK = {"holds": "o", "weakened": "D", "overturned": "X", "unknown": "s"}
COLOURS = {
    "ink": INK,
    "muted": MUTED,
    "grid": GRID,
    "paper": PAPER,
    "wash": WASH,
    "land": LAND,
    **{f"series-{place}": colour for place, colour in enumerate(PALETTE, 1)},
    **{f"verdict-{verdict}": colour for verdict, colour in VERDICT.items()},
}

WIDTH = 170 / 25.4 * 72  # points: the width of a column on A4 paper
COLUMN = 680  # pixels: the width of a column on a screen
MARGIN = 3.0  # points around the picture
TEXT, SMALL = 9.0, 8.4  # points on paper; on a screen 12 px and more
SPACING = 0.86  # of lines, where 1 is matplotlib's
STRONG = 600  # weight of what stands out, as shipped
LEGEND_ID = "legend"  # by which the SVG is searched for it

_FOLDERS = [Path(__file__).parents[1] / "fonts"]


def use_fonts(folder: Path) -> None:
    """Write letters that the shipped fonts lack with those in `folder`, if there is one."""
    if folder.is_dir() and folder not in _FOLDERS:
        _FOLDERS[1:] = [folder]
        families.cache_clear()


def font_files() -> list[Path]:
    """The shipped fonts, then the brief's."""
    return [file for folder in _FOLDERS for file in sorted(folder.glob("*.ttf"))]


@cache
def families() -> tuple[str, ...]:
    """Font families in order of preference: those shipped, then the brief's, or the one that matplotlib brings."""
    manager = font_manager.fontManager
    shipped: dict[str, list[font_manager.FontEntry]] = {}
    for file in font_files():
        manager.addfont(str(file))
        entry = manager.ttflist[-1]
        if "Serif" not in entry.name:
            shipped.setdefault(entry.name, []).append(entry)
    for entries in shipped.values():
        if all(entry.weight != STRONG for entry in entries):  # a script of one weight stands in for the other
            manager.ttflist.append(replace(entries[0], weight=STRONG))
    return tuple(shipped) or ("DejaVu Sans",)


def _settings() -> dict[str, object]:
    thin = {"axes.linewidth": 0.6, "grid.linewidth": 0.5, "lines.linewidth": 1.8, "hatch.linewidth": 0.6}
    text = {"font.family": list(families()), "font.size": TEXT, "text.color": INK, "text.parse_math": False}
    sizes = {f"{part}.labelsize": SMALL for part in ("xtick", "ytick")} | {"legend.fontsize": SMALL}
    lines = {"axes.edgecolor": MUTED, "grid.color": GRID, "xtick.color": MUTED, "ytick.color": MUTED}
    spines = {f"axes.spines.{side}": side == "bottom" for side in ("left", "right", "top", "bottom")}
    faces = {"figure.facecolor": "none", "axes.facecolor": "none", "axes.axisbelow": True}
    ticks = {"xtick.major.size": 3, "ytick.major.size": 0, "xtick.bottom": True, "xtick.major.width": 0.6}
    written = {"svg.fonttype": "none", "svg.hashsalt": "briefkit", "axes.unicode_minus": True}
    return thin | text | sizes | lines | spines | faces | ticks | written


@contextmanager
def canvas() -> Iterator[Axes]:
    """Axes as wide as a column, in the house's look; settings of the caller come back afterwards."""
    import seaborn

    with matplotlib.rc_context():
        seaborn.set_theme(style="ticks", palette=list(PALETTE), rc=_settings())
        figure = Figure(figsize=(WIDTH / 72, 240 / 72), dpi=72)
        LayoutCanvas(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        figure.patch.set_visible(False)  # see-through on any page, and nothing to send
        axes.patch.set_visible(False)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_label_coords(0, 0)  # has no label: none to place beside the ticks, at each measurement
        yield axes


def size(axes: Axes, height: float, *, width: float = WIDTH) -> None:
    """Give the drawing area of `axes` a height in points; the figure grows around it in `fit`."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(WIDTH / 72, height / 72)
    axes.set_position((0, 0, width / WIDTH, 1))


def fit(axes: Axes) -> None:
    """Move the edges so that all labels are in the picture: height of the drawing kept, width given up."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    for line in [line for line in axes.lines if not len(np.atleast_1d(line.get_xdata()))]:
        line.remove()  # one without points would count as a mark in the corner
    edges = None
    for _ in range(3):
        plot, tight = axes.get_window_extent().frozen(), axes.get_tightbbox()
        assert tight is not None
        left, right = max(plot.x0 - tight.x0, 0) + MARGIN, max(tight.x1 - plot.x1, 0) + MARGIN
        below, above = max(plot.y0 - tight.y0, 0) + MARGIN, max(tight.y1 - plot.y1, 0) + MARGIN
        if edges == (edges := (left, right, below, above)):
            break
        height, width = plot.height + below + above, WIDTH - left - right
        figure.set_size_inches(WIDTH / 72, height / 72)
        axes.set_position((left / WIDTH, below / height, width / WIDTH, plot.height / height))
        if width == plot.width:
            break  # nothing moved against the drawing


def points(axes: Axes, height: float) -> None:
    """Make the drawing area a sheet measured in points, origin at the top left, without axes."""
    size(axes, height, width=WIDTH - 2 * MARGIN)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH - 2 * MARGIN)
    axes.set_ylim(height, 0)
