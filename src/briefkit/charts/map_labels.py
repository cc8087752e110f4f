"""Names on a map: written where they hide neither a shape, a place, a circle nor each other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from briefkit.charts.map_projection import Sheet, about, circle, dense, outline, parts, polygons
from briefkit.charts.text_layout import covered, free_place, tall, value_label, value_of, wide
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, Look

Names = Sequence[str]
Box = tuple[float, float, float, float]
_NAME = 5  # a name that is covered is so much worse than a coast
_CIRCLE = 3  # and a circle that runs through a name so much


@dataclass(frozen=True)
class Label:
    """Lines to write near some outlines; `strong` is None for a site, false for a name that may be left out."""

    lines: list[str]
    parts: list[np.ndarray]
    strong: bool | None
    colour: str = INK

    @property
    def weights(self) -> list[int]:
        """Of the type of each line."""
        return [STRONG if self.strong and at == 0 else 400 for at in range(len(self.lines))]

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle."""
        every = np.vstack(self.parts)
        lon, lat = (every.min(axis=0) + every.max(axis=0)) / 2
        return float(lon), float(lat)


@dataclass(frozen=True)
class Spot:
    """A site; `seen` is the year of its last sighting where that is old."""

    name: str
    lon: float
    lat: float
    seen: str = ""


@dataclass(frozen=True)
class Ring:
    """A circle around a place, with its look."""

    lon: float
    lat: float
    km: float
    name: str
    colour: str
    dash: tuple[float, ...]

    @property
    def around(self) -> tuple[float, float, float]:
        """Longitude, latitude and kilometres."""
        return self.lon, self.lat, self.km

    @property
    def reach(self) -> str:
        """Its radius in words."""
        return f"range {value_label(self.km)}\u00a0km"


def labels_of(
    named: list[Any], highlight: str, names: Names, group: str, groups: Mapping[str, Names], values: Mapping[str, Any]
) -> list[Label]:
    """One label for each shape, or for each group of shapes."""
    found: dict[str, Label] = {}
    for one in named:
        strong, shared = bool(about(one, highlight)), str(about(one, group) or "")
        lines = list(groups.get(shared, [shared])) if shared else [str(about(one, name) or "") for name in names]
        lines = [line for line in lines if line and covered(line)][: None if strong else 1]
        if not lines:
            continue
        thing = values.get(lines[0])
        if thing is not None and getattr(thing, "known", True):
            lines.append(f"{value_label(value_of(thing))} {getattr(thing, 'unit', '')}".strip())
        found.setdefault(shared or f"{lines[0]} ", Label(lines, [], strong)).parts.extend(parts(one))
    return list(found.values())


def busy(sheet: Sheet, named: list[Any], spots: list[Spot], circles: list[Ring], land: list[Any]) -> np.ndarray:
    """Boxes that words should leave free: shapes with a little air, sites, the lines of circles and coasts."""
    edges = [dense(sheet, polygon[0]) for one in named for polygon in polygons(one)]
    # a shape is filled by itself drawn smaller and smaller
    edges = [_filled(edge) for edge in edges]
    edges += [sheet.place(outline(one)) for one in named if not polygons(one)]
    along = np.unique(np.round(np.vstack([*edges, np.zeros((0, 2))])), axis=0)
    marks = np.vstack([sheet.place((one.lon, one.lat)) for one in spots]) if spots else np.zeros((0, 2))
    rings = np.vstack([*(dense(sheet, circle(*one.around)) for one in circles), np.zeros((0, 2))])
    coasts = np.vstack([*(dense(sheet, polygon[0]) for one in land for polygon in polygons(one)), np.zeros((0, 2))])
    coasts, rings = (np.unique(np.round(lines), axis=0) for lines in (coasts, rings))
    boxes = [np.hstack([along - 3, along + 3]), np.hstack([marks - 6, marks + 6]), np.hstack([coasts, coasts])]
    return np.vstack([*boxes, *[np.hstack([rings - 2, rings + 2])] * _CIRCLE])


def _filled(edge: np.ndarray, step: float = 5.0) -> np.ndarray:
    """A closed line with the same line inside it, smaller and smaller."""
    inner = edge - edge.mean(axis=0)
    shares = np.linspace(1, 0, int(np.hypot(*inner.T).max() / step) + 2)
    return np.vstack([edge.mean(axis=0) + inner * share for share in shares])


def write(axes: Axes, sheet: Sheet, label: Label, taken: np.ndarray) -> np.ndarray:
    """Write a block of lines where it hides least; a name that may be left out is, where it would hide anything.

    The name of a site may break at its comma, where that hides less.
    """
    broken = [part for line in label.lines for part in re.split("(?<=,) ", line)]
    forms = [label, replace(label, lines=broken)] if label.strong is None and broken != label.lines else [label]
    found = [(place, form) for form in forms if (place := _place(sheet, form, taken)) is not None]
    if not found:
        return taken
    (_, hidden, box), label = min(found, key=lambda one: one[0][0])
    if hidden and label.strong is False:
        return taken
    line = _leader(sheet, label, box)
    axes.plot(*line[[0, -1][: len(line)]].T, color=label.colour, lw=0.5, zorder=4)
    for at, (text, weight) in enumerate(zip(label.lines, label.weights, strict=True)):
        look: Look = {"fontsize": SMALL, "weight": weight, "va": "center", "zorder": 6, "linespacing": SPACING}
        colour = MUTED if label.strong is False else label.colour
        axes.text(box[0], box[1] + tall("", SMALL) * (at + 0.5), text, color=colour, **look)
    block = [[box[0] - 2, box[1] - 1, box[2] + 2, box[3] + 1]]
    return np.vstack([taken, np.hstack([line - 1, line + 1]), *block * _NAME])


def _place(sheet: Sheet, label: Label, taken: np.ndarray) -> tuple[float, float, Box] | None:
    """The best place of a label: what it costs in all, how much it hides, and its box; None where there is none."""
    edge = np.vstack([dense(sheet, part) for part in label.parts])
    seen = edge[sheet.inside(edge)]
    if not len(seen):
        return None
    x, y = sheet.place(label.middle)[0] if len(seen) == len(edge) else (seen.min(axis=0) + seen.max(axis=0)) / 2
    long = max(wide(line, SMALL, weight) for line, weight in zip(label.lines, label.weights, strict=True))
    box = (long, tall("\n" * (len(label.lines) - 1), SMALL))
    far = [5, 10, 16] if label.strong is False else [7, 12, 18, 26, 36, 48, 62, 80, 100, 120]
    turns = np.deg2rad([0, 180, 35, -35, 145, -145, 60, -60, 120, -120, 90, -90, 15, -15, 165, -165])
    corners = [
        (x + np.cos(turn) * (out + box[0] / 2) - box[0] / 2, y + np.sin(turn) * (out + box[1] / 2) - box[1] / 2)
        for out in far
        for turn in turns
    ]
    inside = sheet.holding(corners, box)
    if not inside:
        return None
    prices = _prices((x, y), inside, box, taken)
    (left, top), hidden, cost = free_place(box, inside, taken, prices)
    return cost, hidden, (left, top, left + box[0], top + box[1])


def _prices(spot: tuple[float, float], corners: Any, box: tuple[float, float], taken: np.ndarray) -> np.ndarray:
    """What each corner costs a label of that size: a long leader from the spot, and the names and sites it crosses."""
    near = np.clip(spot, corners, np.add(corners, box))
    way = np.linspace(np.broadcast_to(spot, near.shape), near, 24)[6:]
    x, y = way[..., :1], way[..., 1:]
    left, top, right, low = taken[taken[:, 2] - taken[:, 0] > 11].T
    crossed = ((x > left) & (x < right) & (y > top) & (y < low)).any(axis=0).sum(axis=1)
    return np.asarray(np.hypot(*(near - spot).T) / 3 + 30 * crossed)


def _leader(sheet: Sheet, label: Label, box: Box) -> np.ndarray:
    """Points from the label to its shape; none when the two stand close together."""
    edge = np.vstack([dense(sheet, part) for part in label.parts])
    near = np.clip(edge, box[:2], box[2:])
    apart = np.hypot(*(edge - near).T)
    at = int(apart.argmin())
    if apart[at] < 12:
        return np.zeros((0, 2))
    return np.linspace(edge[at], near[at] + 3 * (edge[at] - near[at]) / apart[at], int(apart[at] / 3) + 2)


def region(axes: Axes, sheet: Sheet, words: str, lonlat: tuple[float, float], taken: np.ndarray) -> np.ndarray:
    """Write the name of a region at its place and return the boxes taken, with its own."""
    x, y = sheet.place(lonlat)[0]
    long, high = wide(words, SMALL), tall(words, SMALL)
    if not sheet.holding([(x - long / 2, y - high / 2)], (long, high)):
        return taken
    look: Look = {"ha": "center", "va": "center", "color": MUTED, "fontsize": SMALL, "style": "italic"}
    axes.text(x, y, words, linespacing=SPACING, **look)
    return np.vstack([taken, [x - long / 2, y - high / 2, x + long / 2, y + high / 2]])


def ring_label(axes: Axes, sheet: Sheet, ring: Ring, taken: np.ndarray, others: list[np.ndarray]) -> np.ndarray:
    """Name a circle on its line: words and distance, where that hides least and is far from the other circles."""
    words = ": ".join(filter(None, [ring.name, f"{value_label(ring.km)}\u00a0km"]))
    box = (wide(words, SMALL) + 6, tall(words, SMALL) + 2)
    line = sheet.place(circle(*ring.around))
    corners = [(x - box[0] / 2, y - box[1] / 2) for x, y in line]
    inside = sheet.holding(corners, box)
    if not inside:
        return taken
    # what stands nearer than 40 points to another circle may be read as its name
    corner, crossing = np.reshape(inside, (-1, 1, 2)), np.vstack([*others, np.zeros((0, 2))])
    apart = crossing - np.clip(crossing, corner, corner + box)
    near = 40 - np.hypot(apart[..., 0], apart[..., 1]).min(axis=1, initial=40)
    (left, top), *_ = free_place(box, inside, taken, near * 20)
    axes.add_artist(Rectangle((left, top), *box, fc=PAPER, lw=0, zorder=5))
    look: Look = {"ha": "center", "va": "center", "fontsize": SMALL, "color": ring.colour, "zorder": 6}
    axes.text(left + box[0] / 2, top + box[1] / 2, words, linespacing=SPACING, **look)
    return np.vstack([taken, *[[left, top, left + box[0], top + box[1]]] * _NAME])
