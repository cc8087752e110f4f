"""Write names on a map where they hide neither a shape, a place, a circle nor each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from briefkit.charts.map_projection import (
    Feature,
    MapProjection,
    circle_points,
    feature_property,
    outer_rings,
    points_along,
    polygons,
    vertices,
)
from briefkit.charts.text_layout import block_height, block_width, find_free_place, fonts_cover, value_label, value_of
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, Look

Names = Sequence[str]
Box = tuple[float, float, float, float]
NOTHING = np.zeros((0, 2))
_LABEL_WEIGHT = 5  # a name that is covered is so much worse than a coast
_CIRCLE_WEIGHT = 3  # and a circle that runs through a name so much
_ANGLES = np.deg2rad([0, 180, 35, -35, 145, -145, 60, -60, 120, -120, 90, -90, 15, -15, 165, -165])


@dataclass(frozen=True)
class Label:
    """Lines to write near some outlines; `strong` is None for a site, false for a name that may be left out."""

    lines: list[str]
    outlines: list[np.ndarray]
    strong: bool | None
    colour: str = INK

    @property
    def weights(self) -> list[int]:
        """The weight of the type of each line."""
        return [STRONG if self.strong and place == 0 else 400 for place in range(len(self.lines))]

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        corners = np.vstack(self.outlines)
        lon, lat = (corners.min(axis=0) + corners.max(axis=0)) / 2
        return float(lon), float(lat)


@dataclass(frozen=True)
class Site:
    """A place; `seen` is the year of its last sighting where that is old."""

    name: str
    lon: float
    lat: float
    seen: str = ""


@dataclass(frozen=True)
class Circle:
    """A circle around a place, with its look."""

    lon: float
    lat: float
    km: float
    name: str
    colour: str
    dash: tuple[float, ...]

    @property
    def geometry(self) -> tuple[float, float, float]:
        """Longitude, latitude and kilometres."""
        return self.lon, self.lat, self.km

    @property
    def distance(self) -> str:
        """The radius in words."""
        return f"{value_label(self.km)}\u00a0km"


def feature_labels(
    features: list[Feature],
    highlight: str,
    names: Names,
    group: str,
    groups: Mapping[str, Names],
    values: Mapping[str, Any],
) -> list[Label]:
    """Return one label for each shape, or for each group of shapes; parameters are those of `places.draw`."""
    labels: dict[str, Label] = {}
    for feature in features:
        strong, shared = bool(feature_property(feature, highlight)), str(feature_property(feature, group) or "")
        own = [str(feature_property(feature, name) or "") for name in names]
        lines = list(groups.get(shared, [shared])) if shared else own
        lines = [line for line in lines if line and fonts_cover(line)][: None if strong else 1]
        if not lines:
            continue
        value = values.get(lines[0])
        if value is not None and getattr(value, "known", True):
            lines.append(f"{value_label(value_of(value))} {getattr(value, 'unit', '')}".strip())
        label = labels.setdefault(shared or f"{lines[0]} ", Label(lines, [], strong))
        label.outlines.extend(outer_rings(feature))
    return list(labels.values())


def occupied_boxes(
    projection: MapProjection,
    features: list[Feature],
    sites: list[Site],
    circles: list[Circle],
    land: list[Feature],
) -> np.ndarray:
    """Return boxes that words should leave free: shapes with a little air, sites, the lines of circles and coasts.

    Returns
    -------
    array of shape (n, 4)
        left, top, right and bottom in points; what is worse to hide stands there more than once.
    """
    edges = [points_along(projection, polygon[0]) for feature in features for polygon in polygons(feature)]
    filled = [_filled(edge) for edge in edges]
    filled += [projection.to_page(vertices(feature)) for feature in features if not polygons(feature)]
    shapes = np.unique(np.round(np.vstack([*filled, NOTHING])), axis=0)
    places = np.vstack([NOTHING, *(projection.to_page((site.lon, site.lat)) for site in sites)])
    lines = [points_along(projection, circle_points(*circle.geometry)) for circle in circles]
    rings = np.unique(np.round(np.vstack([*lines, NOTHING])), axis=0)
    coasts = [points_along(projection, polygon[0]) for feature in land for polygon in polygons(feature)]
    coast = np.unique(np.round(np.vstack([*coasts, NOTHING])), axis=0)
    airs = [(shapes, 3), (places, 6), (coast, 0), *[(rings, 2)] * _CIRCLE_WEIGHT]
    return np.vstack([np.hstack([points - air, points + air]) for points, air in airs])


def _filled(edge: np.ndarray, step: float = 5.0) -> np.ndarray:
    """Fill a closed line with the same line, smaller and smaller."""
    inner = edge - edge.mean(axis=0)
    shares = np.linspace(1, 0, int(np.hypot(*inner.T).max() / step) + 2)
    return np.vstack([edge.mean(axis=0) + inner * share for share in shares])


def write_label(axes: Axes, projection: MapProjection, label: Label, taken: np.ndarray) -> np.ndarray:
    """Write a label where it hides least; a name that may be left out is, where it would hide anything.

    The name of a site may break at its comma, where that hides less.

    Parameters
    ----------
    label : Label
    taken : array of shape (n, 4)
        Boxes that should stay free.

    Returns
    -------
    array of shape (n, 4)
        The boxes taken, with those of the label and its leader.
    """
    broken = [part for line in label.lines for part in re.split("(?<=,) ", line)]
    forms = [label, replace(label, lines=broken)] if label.strong is None and broken != label.lines else [label]
    placed = [(place, form) for form in forms if (place := _place(projection, form, taken)) is not None]
    if not placed:
        return taken
    (_, hidden, box), label = min(placed, key=lambda candidate: candidate[0][0])
    if hidden and label.strong is False:
        return taken
    leader = _leader(projection, label, box)
    axes.plot(*leader[[0, -1][: len(leader)]].T, color=label.colour, lw=0.5, zorder=4)
    for line, (text, weight) in enumerate(zip(label.lines, label.weights, strict=True)):
        look: Look = {"fontsize": SMALL, "weight": weight, "va": "center", "zorder": 6, "linespacing": SPACING}
        colour = MUTED if label.strong is False else label.colour
        axes.text(box[0], box[1] + block_height("", SMALL) * (line + 0.5), text, color=colour, **look)
    block = [[box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1]]
    return np.vstack([taken, np.hstack([leader - 1, leader + 1]), *block * _LABEL_WEIGHT])


def _place(projection: MapProjection, label: Label, taken: np.ndarray) -> tuple[float, float, Box] | None:
    """Find the best place of a label: its cost in all, how much it hides, and its box; None where there is none."""
    edge = np.vstack([points_along(projection, outline) for outline in label.outlines])
    seen = edge[projection.contains(edge)]
    if not len(seen):
        return None
    all_seen = len(seen) == len(edge)
    x, y = projection.to_page(label.middle)[0] if all_seen else (seen.min(axis=0) + seen.max(axis=0)) / 2
    width = max(block_width(line, SMALL, weight) for line, weight in zip(label.lines, label.weights, strict=True))
    height = block_height("\n" * (len(label.lines) - 1), SMALL)
    distances = [5, 10, 16] if label.strong is False else [7, 12, 18, 26, 36, 48, 62, 80, 100, 120]
    corners = [
        (x + np.cos(angle) * (out + width / 2) - width / 2, y + np.sin(angle) * (out + height / 2) - height / 2)
        for out in distances
        for angle in _ANGLES
    ]
    inside = projection.corners_inside(corners, (width, height))
    if not inside:
        return None
    prices = _prices((x, y), inside, (width, height), taken)
    (left, top), hidden, cost = find_free_place((width, height), inside, taken, prices)
    return cost, hidden, (left, top, left + width, top + height)


def _prices(
    point: tuple[float, float],
    corners: list[tuple[float, float]],
    box: tuple[float, float],
    taken: np.ndarray,
) -> np.ndarray:
    """Return what each corner costs a label: the length of its leader, and the names and sites that this crosses."""
    near = np.clip(point, corners, np.add(corners, box))
    leader = np.linspace(np.broadcast_to(point, near.shape), near, 24)[6:]
    x, y = leader[..., :1], leader[..., 1:]
    left, top, right, low = taken[taken[:, 2] - taken[:, 0] > 11].T
    crossed = ((x > left) & (x < right) & (y > top) & (y < low)).any(axis=0).sum(axis=1)
    return np.asarray(np.hypot(*(near - point).T) / 3 + 30 * crossed)


def _leader(projection: MapProjection, label: Label, box: Box) -> np.ndarray:
    """Return points from the label to its shape; none when the two stand close together."""
    edge = np.vstack([points_along(projection, outline) for outline in label.outlines])
    near = np.clip(edge, box[:2], box[2:])
    distance = np.hypot(*(edge - near).T)
    at = int(distance.argmin())
    if distance[at] < 12:
        return NOTHING
    return np.linspace(edge[at], near[at] + 3 * (edge[at] - near[at]) / distance[at], int(distance[at] / 3) + 2)


def write_region(
    axes: Axes, projection: MapProjection, words: str, lonlat: tuple[float, float], taken: np.ndarray
) -> np.ndarray:
    """Write the name of a region at its place, and return the boxes taken with its own."""
    x, y = projection.to_page(lonlat)[0]
    width, height = block_width(words, SMALL), block_height(words, SMALL)
    if not projection.corners_inside([(x - width / 2, y - height / 2)], (width, height)):
        return taken
    look: Look = {"ha": "center", "va": "center", "color": MUTED, "fontsize": SMALL, "style": "italic"}
    axes.text(x, y, words, linespacing=SPACING, **look)
    return np.vstack([taken, [x - width / 2, y - height / 2, x + width / 2, y + height / 2]])


def write_circle_label(
    axes: Axes, projection: MapProjection, circle: Circle, taken: np.ndarray, others: list[np.ndarray]
) -> np.ndarray:
    """Write name and radius on the line of a circle, where that hides least and is far from the lines of others.

    Returns
    -------
    array of shape (n, 4)
        The boxes taken, with its own.
    """
    words = ": ".join(filter(None, [circle.name, circle.distance]))
    width, height = block_width(words, SMALL) + 6, block_height(words, SMALL) + 2
    line = projection.to_page(circle_points(*circle.geometry))
    inside = projection.corners_inside([(x - width / 2, y - height / 2) for x, y in line], (width, height))
    if not inside:
        return taken
    # what stands nearer than 40 points to another circle may be read as its name
    corner, crossing = np.reshape(inside, (-1, 1, 2)), np.vstack([*others, NOTHING])
    apart = crossing - np.clip(crossing, corner, np.add(corner, (width, height)))
    near = 40 - np.hypot(apart[..., 0], apart[..., 1]).min(axis=1, initial=40)
    (left, top), *_ = find_free_place((width, height), inside, taken, near * 20)
    axes.add_artist(Rectangle((left, top), width, height, fc=PAPER, lw=0, zorder=5))
    look: Look = {"ha": "center", "va": "center", "fontsize": SMALL, "color": circle.colour, "zorder": 6}
    axes.text(left + width / 2, top + height / 2, words, linespacing=SPACING, **look)
    return np.vstack([taken, *[[left, top, left + width, top + height]] * _LABEL_WEIGHT])
