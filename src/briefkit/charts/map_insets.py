"""Draw what helps to read a map: its scale bar, and a small map of the wider region."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from briefkit.charts.map_projection import (
    Feature,
    MapProjection,
    extent_grid,
    fit_projection,
    polygon_patch,
    polygons,
)
from briefkit.charts.text_layout import find_free_place
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL

Extent = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


def draw_scale_bar(axes: Axes, projection: MapProjection, taken: np.ndarray) -> np.ndarray:
    """Draw a scale bar of a round length, as low as it finds a place, and return the boxes taken with its own."""
    longest = max(projection.width * projection.scale / 4000, 1)
    lengths = [factor * 10**power for power in range(4) for factor in (1, 2, 5)]
    km = max(length for length in lengths if length <= longest)
    length = km * 1000 / projection.scale
    box = (length + 24, 24)
    tops = np.arange(projection.height - box[1] - 6, projection.height / 2, -6.0)
    lefts = (projection.width - box[0] - 6, 6, *range(12, int(projection.width), 12))
    corners = [(left, top) for top in tops for left in lefts]
    (left, top), *_ = find_free_place(box, projection.corners_inside(corners, box) or corners, taken)
    start, end, low = left + 10, left + 10 + length, top + 18
    axes.plot([start, start, end, end], [low - 4, low, low, low - 4], color=INK, lw=1, zorder=5)
    axes.text((start + end) / 2, low - 5, f"{km:,} km", ha="center", va="bottom", fontsize=SMALL, zorder=6)
    return np.vstack([taken, [left, top, left + box[0], top + box[1]]])


def draw_locator(
    axes: Axes, projection: MapProjection, features: list[Feature], extent: Extent, taken: np.ndarray
) -> np.ndarray:
    """Draw the wider region, small, with the frame of the map in it, and return the boxes taken with its own."""
    small = fit_projection([extent_grid(extent)], 92, 92)
    width, height = projection.width, projection.height
    box = (small.width, small.height)
    corners = [(6, 6), (width - box[0] - 6, 6), (6, height - box[1] - 6)]
    (left, top), *_ = find_free_place(box, corners, taken)
    inset = axes.inset_axes((left, top, *box), transform=axes.transData, zorder=7)
    inset.set(xlim=(0, box[0]), ylim=(box[1], 0), xticks=[], yticks=[], facecolor=PAPER)
    for spine in inset.spines.values():
        spine.set(visible=True, linewidth=0.6, edgecolor=MUTED)
    for rings in [rings for feature in features for rings in polygons(feature)]:
        inset.add_artist(polygon_patch(small, rings, fc=(MUTED, 0.5), lw=0))
    frame = projection.to_lonlat(np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]]))
    inset.add_artist(PathPatch(Path(small.to_page(frame), closed=False), fc="none", ec=PALETTE[1], lw=1.2))
    return np.vstack([taken, [left, top, left + box[0], top + box[1]]])
