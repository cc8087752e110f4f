"""Shapes of the earth on a sheet of paper: GeoJSON, a projection centred on what is shown, circles of true distance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import Bbox
from pyproj import Geod, Transformer

from briefkit.charts.theme import WASH, WIDTH

_GLOBE = Geod(ellps="WGS84")


@dataclass(frozen=True)
class Sheet:
    """From longitude and latitude to points on the page."""

    project: Transformer
    west: float
    north: float
    scale: float  # metres to the point
    width: float
    height: float
    known: np.ndarray | None = None  # the edge of what is known, in points; the whole page without one

    def place(self, lonlat: Any) -> np.ndarray:
        """Points from the top left, shape (n, 2)."""
        lon, lat = np.asarray(lonlat, dtype=float).reshape(-1, 2).T
        x, y = self.project.transform(lon, lat)
        return np.column_stack([(x - self.west) / self.scale, (self.north - y) / self.scale])

    def holding(self, spots: Iterable[tuple[float, float]], box: tuple[float, float]) -> list[tuple[float, float]]:
        """The spots at which a box with its top left corner there is on the page, and on what is known, with air."""
        tried = list(spots)
        wide, high = box
        edges = np.array([[-3, -3], [wide + 3, -3], [wide + 3, high + 3], [-3, high + 3]])
        every = np.reshape(tried, (-1, 1, 2)) + edges
        held = np.asarray(self.inside(every.reshape(-1, 2)).reshape(-1, 4).all(axis=1))
        return [tried[at] for at in np.flatnonzero(held)]

    def inside(self, spots: np.ndarray) -> np.ndarray:
        """Which points are on the page, and on what is known."""
        on_page = ((spots >= 0) & (spots <= (self.width, self.height))).all(axis=1)
        if self.known is None or not on_page.any():
            return np.asarray(on_page)
        return np.asarray(on_page & Path(self.known).contains_points(spots))


def about(feature: Mapping[str, Any], name: str) -> Any:
    """Return a property of a GeoJSON feature, or None."""
    return (feature.get("properties") or {}).get(name)


def polygons(feature: Mapping[str, Any]) -> list[list[np.ndarray]]:
    """Polygons of a feature, each a list of its outer and inner edges."""
    kind, found = feature["geometry"]["type"], feature["geometry"]["coordinates"]
    nested = {"Polygon": [found], "MultiPolygon": found}.get(kind, [])
    return [[np.array(ring, dtype=float)[:, :2] for ring in polygon] for polygon in nested]


def parts(feature: Mapping[str, Any]) -> list[np.ndarray]:
    """The outer edges of a feature; a point is an edge of one corner."""
    found = [polygon[0] for polygon in polygons(feature)]
    return found or [np.array([feature["geometry"]["coordinates"][:2]], dtype=float)]


def outline(feature: Mapping[str, Any]) -> np.ndarray:
    """All corners of a feature."""
    return np.vstack(parts(feature))


def circle(lon: float, lat: float, km: float) -> np.ndarray:
    """Return points of shape (n, 2), longitude and latitude, at a distance in kilometres around a place."""
    around = np.arange(0.0, 362.0, 2.0)
    x, y, _ = _GLOBE.fwd(np.full_like(around, lon), np.full_like(around, lat), around, np.full_like(around, km * 1000))
    return np.column_stack([x, y])


def corners(extent: tuple[float, float, float, float]) -> np.ndarray:
    """Return a grid of points of an extent given as west, south, east, north."""
    west, south, east, north = extent
    lon, lat = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
    return np.column_stack([lon.ravel(), lat.ravel()])


def sheet_for(seen: list[np.ndarray], tallest: float, width: float = WIDTH - 6, *, air: float = 0.07) -> Sheet:
    """Lambert's equal-area projection about the middle of what is seen, as large as the column allows."""
    every = np.vstack(seen)
    lon, lat = (every.min(axis=0) + every.max(axis=0)) / 2
    project = Transformer.from_crs("EPSG:4326", f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84", always_xy=True)
    x, y = project.transform(*every.T)
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    more = air * max(east - west, north - south, 20_000.0)
    west, east, south, north = west - more, east + more, south - more, north + more
    scale = max((east - west) / width, (north - south) / tallest)
    height = min(tallest, max((north - south) / scale, 200.0))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    return Sheet(project, middle_x - width * scale / 2, middle_y + height * scale / 2, scale, width, height)


def area(sheet: Sheet, rings: list[np.ndarray], **look: Any) -> PathPatch:
    """A patch for a polygon with holes, cut at the edge of the page, no finer than the eye sees."""
    parts = []
    for ring in rings:
        cut = Path(_smooth(sheet.place(_fine(ring)))).clip_to_bbox(_page(sheet), inside=True)
        if np.shape(cut.vertices)[0] > 2:
            parts.append(cut)
    made = Path.make_compound_path(*parts) if parts else Path(np.zeros((1, 2)))
    return PathPatch(made, **look)


def _smooth(spots: np.ndarray, slack: float = 0.4) -> np.ndarray:
    """A line without the corners that nobody sees: those less than `slack` points off the way between others."""
    path = Path(spots)
    path.should_simplify, path.simplify_threshold = True, slack
    return np.asarray(path.cleaned(simplify=True).vertices)[:-1]


def _fine(ring: np.ndarray, step: float = 0.25) -> np.ndarray:
    """The same edge with no stretch longer than `step` degrees, so that it bends as the projection does."""
    parts = np.maximum(np.ceil(np.abs(np.diff(ring, axis=0)).max(axis=1, initial=0) / step), 1).astype(int)
    at = np.append(
        np.repeat(np.arange(len(parts)), parts) + np.concatenate([np.arange(n) / n for n in parts]), len(parts)
    )
    return np.column_stack([np.interp(at, np.arange(len(ring)), side) for side in ring.T])


def _page(sheet: Sheet) -> Bbox:
    return Bbox.from_bounds(0, 0, sheet.width, sheet.height)


def bounded(sheet: Sheet, bbox: Sequence[float] | None) -> Sheet:
    """A sheet that ends where nothing more is known: no blank strip above or below, and the edge in its memory."""
    if bbox is None:
        return sheet
    west, south, east, north = bbox
    along = np.linspace(0, 1, 40)
    lon = [west + along * (east - west), np.full(40, east), east - along * (east - west), np.full(40, west)]
    lat = [np.full(40, south), south + along * (north - south), np.full(40, north), north - along * (north - south)]
    edge = sheet.place(np.column_stack([np.concatenate(lon), np.concatenate(lat)]))
    top, low = max(edge[:, 1].min(), 0.0), min(edge[:, 1].max(), sheet.height)
    cut = replace(sheet, north=sheet.north - top * sheet.scale, height=low - top)
    return replace(cut, known=np.clip(edge - (0, top), (0, 0), (cut.width, cut.height)))


def ground(sheet: Sheet) -> PathPatch:
    """The ground of the map: the whole sheet, or as far as the shapes are known."""
    page = np.array([(0, 0), (sheet.width, 0), (sheet.width, sheet.height), (0, sheet.height), (0, 0)])
    spots = _smooth(page if sheet.known is None else sheet.known)
    return PathPatch(Path(np.vstack([spots, spots[:1]])), fc=WASH, lw=0, zorder=0)


def tiles(sheet: Sheet, features: Iterable[Mapping[str, Any]], step: float = 6.0) -> np.ndarray:
    """Small boxes that together fill some shapes, shape (n, 4): where a name would lie on land that is not its own."""
    x, y = np.meshgrid(np.arange(step / 2, sheet.width, step), np.arange(step / 2, sheet.height, step))
    spots = np.column_stack([x.ravel(), y.ravel()])
    rings = [Path(sheet.place(polygon[0])) for one in features for polygon in polygons(one)]
    inside = np.any([ring.contains_points(spots) for ring in rings], axis=0) if rings else np.zeros(len(spots), bool)
    return np.hstack([spots[inside] - step / 2, spots[inside] + step / 2])


def coast(sheet: Sheet, ring: np.ndarray, known: Sequence[float] | None) -> Path:
    """The edge of a polygon where it is on the page and no cut at the limit of what is known."""
    spots = sheet.place(ring)
    outside = (spots < -5) | (spots > np.array([sheet.width, sheet.height]) + 5)
    limit = np.zeros_like(outside)
    if known is not None:
        limit = at_limit(ring, known)
    drawn = ~((outside | limit)[1:] & (outside | limit)[:-1]).any(axis=1)
    codes = np.where(np.append(False, drawn), int(Path.LINETO), int(Path.MOVETO))
    kept = (codes == Path.LINETO) | np.append(drawn, False)
    runs = np.split(spots[kept], np.flatnonzero(codes[kept] == Path.MOVETO)[1:])
    lines = [Path(_smooth(run)) for run in runs if len(run) > 1]
    return Path.make_compound_path(*lines) if lines else Path(np.zeros((1, 2)))


def ring(sheet: Sheet, line: np.ndarray) -> Path:
    """A closed line, on the page or not."""
    spots = _smooth(sheet.place(line))
    return Path(np.vstack([spots, spots[:1]]), closed=True)


def rounded(sheet: Sheet, around: tuple[float, float, float]) -> Path:
    """A circle of true distance as ten curves, on the page or not: far less to send than its corners."""
    line = sheet.place(circle(*around))[:-1]
    turn = np.deg2rad(360 / len(line))
    along = (np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)) / (2 * np.sin(turn))
    ends, ways = line[::18], along[::18] * 4 / 3 * np.tan(np.pi / 20)
    nexts, back = np.roll(ends, -1, axis=0), np.roll(ways, -1, axis=0)
    curves = np.stack([ends + ways, nexts - back, nexts], axis=1).reshape(-1, 2)
    return Path(np.vstack([ends[:1], curves]), [Path.MOVETO] + [Path.CURVE4] * len(curves))


def at_limit(ring: np.ndarray, known: Sequence[float]) -> np.ndarray:
    """Which longitudes and latitudes of a line lie where what is known ends."""
    return np.asarray(np.abs(ring[:, None, :] - np.reshape(known, (2, 2))[None]).min(axis=1) < 0.002)


def dense(sheet: Sheet, outline: np.ndarray, step: float = 4.0) -> np.ndarray:
    """Points on the page along a line, no further apart than `step`."""
    spots = sheet.place(outline)
    if len(spots) < 2:
        return spots
    long = np.append(0.0, np.cumsum(np.hypot(*np.diff(spots, axis=0).T)))
    at = np.linspace(0, long[-1], int(long[-1] / step) + 2)
    return np.column_stack([np.interp(at, long, spots[:, 0]), np.interp(at, long, spots[:, 1])])
