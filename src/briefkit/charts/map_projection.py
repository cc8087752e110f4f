"""Project shapes of the earth onto a page: GeoJSON, a projection centred on what is shown, circles of true distance."""

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

Feature = Mapping[str, Any]
_GLOBE = Geod(ellps="WGS84")


@dataclass(frozen=True)
class MapProjection:
    """The way from longitude and latitude to points on the page.

    Attributes
    ----------
    transformer : Transformer
        From degrees to metres.
    west, north : float
        Metres of the top left corner.
    scale : float
        Metres to the point.
    width, height : float
        Of the page in points.
    limit : array of shape (n, 2), optional
        The edge of what is known, in points; the whole page without one.
    """

    transformer: Transformer
    west: float
    north: float
    scale: float
    width: float
    height: float
    limit: np.ndarray | None = None

    def to_page(self, lonlat: Any) -> np.ndarray:
        """Return points from the top left corner, shape (n, 2), of longitudes and latitudes of that shape."""
        lon, lat = np.asarray(lonlat, dtype=float).reshape(-1, 2).T
        x, y = self.transformer.transform(lon, lat)
        return np.column_stack([(x - self.west) / self.scale, (self.north - y) / self.scale])

    def to_lonlat(self, points: np.ndarray) -> np.ndarray:
        """Return longitudes and latitudes, shape (n, 2), of points on the page."""
        x, y = self.west + points[:, 0] * self.scale, self.north - points[:, 1] * self.scale
        return np.column_stack(self.transformer.transform(x, y, direction="INVERSE"))

    def corners_inside(
        self, corners: Iterable[tuple[float, float]], box: tuple[float, float]
    ) -> list[tuple[float, float]]:
        """Return the top left corners at which a box is on the page, and on what is known, with three points of air."""
        tried = list(corners)
        width, height = box
        edges = np.array([[-3, -3], [width + 3, -3], [width + 3, height + 3], [-3, height + 3]])
        points = np.reshape(tried, (-1, 1, 2)) + edges
        inside = np.asarray(self.contains(points.reshape(-1, 2)).reshape(-1, 4).all(axis=1))
        return [tried[place] for place in np.flatnonzero(inside)]

    def contains(self, points: np.ndarray) -> np.ndarray:
        """Return which points are on the page, and on what is known."""
        on_page = ((points >= 0) & (points <= (self.width, self.height))).all(axis=1)
        if self.limit is None or not on_page.any():
            return np.asarray(on_page)
        return np.asarray(on_page & Path(self.limit).contains_points(points))


def fit_projection(
    seen: list[np.ndarray], tallest: float, width: float = WIDTH - 6, *, air: float = 0.07
) -> MapProjection:
    """Fit Lambert's equal-area projection to what is seen, as large as the column allows.

    Parameters
    ----------
    seen : list of array of shape (n, 2)
        Longitudes and latitudes that must be on the page.
    tallest, width : float
        Of the page in points.
    air : float
        Share of the larger side that stays free around what is seen.
    """
    every = np.vstack(seen)
    lon, lat = (every.min(axis=0) + every.max(axis=0)) / 2
    crs = f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84"
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = transformer.transform(*every.T)
    west, east, south, north = x.min(), x.max(), y.min(), y.max()
    more = air * max(east - west, north - south, 20_000.0)
    west, east, south, north = west - more, east + more, south - more, north + more
    scale = max((east - west) / width, (north - south) / tallest)
    height = min(tallest, max((north - south) / scale, 200.0))
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    left, top = middle_x - width * scale / 2, middle_y + height * scale / 2
    return MapProjection(transformer, left, top, scale, width, height)


def limit_to(projection: MapProjection, bbox: Sequence[float] | None) -> MapProjection:
    """End a map where nothing more is known: no blank strip above or below, and the edge as its `limit`."""
    if bbox is None:
        return projection
    west, south, east, north = bbox
    along = np.linspace(0, 1, 40)
    lon = [west + along * (east - west), np.full(40, east), east - along * (east - west), np.full(40, west)]
    lat = [np.full(40, south), south + along * (north - south), np.full(40, north), north - along * (north - south)]
    edge = projection.to_page(np.column_stack([np.concatenate(lon), np.concatenate(lat)]))
    top, low = max(edge[:, 1].min(), 0.0), min(edge[:, 1].max(), projection.height)
    cut = replace(projection, north=projection.north - top * projection.scale, height=low - top)
    return replace(cut, limit=np.clip(edge - (0, top), (0, 0), (cut.width, cut.height)))


# ── Shapes as longitudes and latitudes


def feature_property(feature: Feature, name: str) -> Any:
    """Return a property of a GeoJSON feature, or None."""
    return (feature.get("properties") or {}).get(name)


def polygons(feature: Feature) -> list[list[np.ndarray]]:
    """Return the polygons of a feature, each a list of its outer and inner edges, shape (n, 2)."""
    kind, coordinates = feature["geometry"]["type"], feature["geometry"]["coordinates"]
    nested = {"Polygon": [coordinates], "MultiPolygon": coordinates}.get(kind, [])
    return [[np.array(ring, dtype=float)[:, :2] for ring in polygon] for polygon in nested]


def outer_rings(feature: Feature) -> list[np.ndarray]:
    """Return the outer edges of a feature; a point is an edge of one corner."""
    rings = [polygon[0] for polygon in polygons(feature)]
    return rings or [np.array([feature["geometry"]["coordinates"][:2]], dtype=float)]


def vertices(feature: Feature) -> np.ndarray:
    """Return all corners of a feature, shape (n, 2)."""
    return np.vstack(outer_rings(feature))


def circle_points(lon: float, lat: float, km: float) -> np.ndarray:
    """Return points of shape (n, 2), longitude and latitude, at a distance in kilometres around a place."""
    azimuth = np.arange(0.0, 362.0, 2.0)
    full = np.full_like(azimuth, 1.0)
    x, y, _ = _GLOBE.fwd(full * lon, full * lat, azimuth, full * (km * 1000))
    return np.column_stack([x, y])


def extent_grid(extent: tuple[float, float, float, float]) -> np.ndarray:
    """Return a grid of points of an extent given as west, south, east, north."""
    west, south, east, north = extent
    lon, lat = np.meshgrid(np.linspace(west, east, 9), np.linspace(south, north, 9))
    return np.column_stack([lon.ravel(), lat.ravel()])


def at_limit(ring: np.ndarray, known: Sequence[float]) -> np.ndarray:
    """Return which longitudes and latitudes of a line lie where what is known ends."""
    return np.asarray(np.abs(ring[:, None, :] - np.reshape(known, (2, 2))[None]).min(axis=1) < 0.002)


# ── Shapes on the page


def polygon_patch(projection: MapProjection, rings: list[np.ndarray], **look: Any) -> PathPatch:
    """Return a patch for a polygon with holes, cut at the edge of the page, no finer than the eye sees."""
    page = Bbox.from_bounds(0, 0, projection.width, projection.height)
    paths = [Path(_simplify(projection.to_page(_densify(ring)))).clip_to_bbox(page, inside=True) for ring in rings]
    paths = [path for path in paths if np.shape(path.vertices)[0] > 2]
    return PathPatch(Path.make_compound_path(*paths) if paths else Path(np.zeros((1, 2))), **look)


def _simplify(points: np.ndarray, slack: float = 0.4) -> np.ndarray:
    """Drop the corners of a line that nobody sees: those less than `slack` points off the way between others."""
    path = Path(points)
    path.should_simplify, path.simplify_threshold = True, slack
    return np.asarray(path.cleaned(simplify=True).vertices)[:-1]


def _densify(ring: np.ndarray, step: float = 0.25) -> np.ndarray:
    """Cut an edge into stretches no longer than `step` degrees, so that it bends as the projection does."""
    counts = np.maximum(np.ceil(np.abs(np.diff(ring, axis=0)).max(axis=1, initial=0) / step), 1).astype(int)
    fractions = np.concatenate([np.arange(count) / count for count in counts])
    at = np.append(np.repeat(np.arange(len(counts)), counts) + fractions, len(counts))
    return np.column_stack([np.interp(at, np.arange(len(ring)), side) for side in ring.T])


def closed_path(projection: MapProjection, ring: np.ndarray) -> Path:
    """Return a closed line, on the page or not."""
    points = _simplify(projection.to_page(ring))
    return Path(np.vstack([points, points[:1]]), closed=True)


def ground_patch(projection: MapProjection) -> PathPatch:
    """Return the ground of the map: the whole page, or as far as the shapes are known."""
    width, height = projection.width, projection.height
    page = np.array([(0, 0), (width, 0), (width, height), (0, height), (0, 0)])
    edge = _simplify(page if projection.limit is None else projection.limit)
    return PathPatch(Path(np.vstack([edge, edge[:1]])), fc=WASH, lw=0, zorder=0)


def land_boxes(projection: MapProjection, features: Iterable[Feature], step: float = 6.0) -> np.ndarray:
    """Return small boxes that fill some shapes, shape (n, 4): a name there would lie on land that is not its own."""
    middles = [np.arange(step / 2, side, step) for side in (projection.width, projection.height)]
    x, y = np.meshgrid(*middles)
    points = np.column_stack([x.ravel(), y.ravel()])
    rings = [Path(projection.to_page(polygon[0])) for feature in features for polygon in polygons(feature)]
    inside = np.any([ring.contains_points(points) for ring in rings], axis=0) if rings else np.zeros(len(points), bool)
    return np.hstack([points[inside] - step / 2, points[inside] + step / 2])


def coast_path(projection: MapProjection, ring: np.ndarray, known: Sequence[float] | None) -> Path:
    """Return the edge of a polygon where it is on the page and no cut at the limit of what is known."""
    points = projection.to_page(ring)
    outside = (points < -5) | (points > np.array([projection.width, projection.height]) + 5)
    limit = at_limit(ring, known) if known is not None else np.zeros_like(outside)
    drawn = ~((outside | limit)[1:] & (outside | limit)[:-1]).any(axis=1)
    codes = np.where(np.append(False, drawn), int(Path.LINETO), int(Path.MOVETO))
    used = (codes == Path.LINETO) | np.append(drawn, False)
    runs = np.split(points[used], np.flatnonzero(codes[used] == Path.MOVETO)[1:])
    lines = [Path(_simplify(run)) for run in runs if len(run) > 1]
    return Path.make_compound_path(*lines) if lines else Path(np.zeros((1, 2)))


def circle_path(projection: MapProjection, circle: tuple[float, float, float]) -> Path:
    """Return a circle of true distance (lon, lat, km) as ten curves, which take far fewer bytes than its corners."""
    line = projection.to_page(circle_points(*circle))[:-1]
    angle = np.deg2rad(360 / len(line))
    along = (np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)) / (2 * np.sin(angle))
    ends, tangents = line[::18], along[::18] * 4 / 3 * np.tan(np.pi / 20)
    next_ends, next_tangents = np.roll(ends, -1, axis=0), np.roll(tangents, -1, axis=0)
    curves = np.stack([ends + tangents, next_ends - next_tangents, next_ends], axis=1).reshape(-1, 2)
    return Path(np.vstack([ends[:1], curves]), [Path.MOVETO] + [Path.CURVE4] * len(curves))


def points_along(projection: MapProjection, ring: np.ndarray, step: float = 4.0) -> np.ndarray:
    """Return points on the page along a line, no further apart than `step`, shape (n, 2)."""
    points = projection.to_page(ring)
    if len(points) < 2:
        return points
    length = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    at = np.linspace(0, length[-1], int(length[-1] / step) + 2)
    return np.column_stack([np.interp(at, length, points[:, 0]), np.interp(at, length, points[:, 1])])
