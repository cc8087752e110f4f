"""Make the axes that a chart is drawn on, and fit the picture around them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from briefkit.charts.text_metrics import LayoutCanvas
from briefkit.charts.theme import MARGIN, PALETTE, WIDTH, rc_settings


@contextmanager
def canvas() -> Iterator[Axes]:
    """Make axes as wide as a column, in the look of all charts; settings of the caller come back afterwards."""
    import seaborn

    with matplotlib.rc_context():
        seaborn.set_theme(style="ticks", palette=list(PALETTE), rc=rc_settings())
        figure = Figure(figsize=(WIDTH / 72, 240 / 72), dpi=72)
        LayoutCanvas(figure)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        figure.patch.set_visible(False)  # see-through on any page, and nothing to send
        axes.patch.set_visible(False)
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_label_coords(0, 0)  # no label: matplotlib need not place one at each measurement
        yield axes


def set_height(axes: Axes, height: float, *, width: float = WIDTH) -> None:
    """Give the drawing area a height and a width in points; `fit_to_labels` lets the figure grow around it."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.set_size_inches(WIDTH / 72, height / 72)
    axes.set_position((0, 0, width / WIDTH, 1))


def fit_to_labels(axes: Axes) -> None:
    """Move the edges so that all labels are in the picture: the drawing keeps its height and gives up width."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    for line in [line for line in axes.lines if not len(np.atleast_1d(line.get_xdata()))]:
        line.remove()  # one without points would count as a dot in the corner
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


def use_points(axes: Axes, height: float) -> None:
    """Measure the drawing area in points from its top left corner, without axes."""
    set_height(axes, height, width=WIDTH - 2 * MARGIN)
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH - 2 * MARGIN)
    axes.set_ylim(height, 0)
