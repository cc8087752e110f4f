"""Draw a map: shapes, places and circles of true distance, in a projection centred on what is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from briefkit.charts.canvas import use_points
from briefkit.charts.legend import legend
from briefkit.charts.map_insets import Extent, draw_locator, draw_scale_bar
from briefkit.charts.map_labels import (
    Circle,
    Label,
    Names,
    Site,
    feature_labels,
    occupied_boxes,
    write_circle_label,
    write_label,
    write_region,
)
from briefkit.charts.map_projection import (
    Feature,
    MapProjection,
    at_limit,
    circle_path,
    circle_points,
    closed_path,
    coast_path,
    extent_grid,
    feature_property,
    fit_projection,
    ground_patch,
    land_boxes,
    limit_to,
    points_along,
    polygon_patch,
    polygons,
    vertices,
)
from briefkit.charts.text_layout import value_of
from briefkit.charts.theme import INK, LAND, MUTED, PALETTE, PAPER, Look
from briefkit.ledger.periods import last_day

CLIPPED = True
# Colour and dash of the circles, in their order; the second colour is that of the shapes that stand out.
_CIRCLE_LOOKS = tuple(zip((PALETTE[0], *PALETTE[2:]), ((4, 2), (8, 2), (1.5, 1.2), (7, 1.5, 1.5, 1.5)), strict=True))
_PALE = (PALETTE[1], 0.35)


def draw(
    axes: Axes,
    shapes: Mapping[str, Any],
    *,
    highlight: str = "disputed",
    apart: Collection[str] = (),
    kinds: tuple[str, str] = ("", ""),
    kind: str = "kind",
    land: str = "land",
    names: Names = ("name",),
    group: str = "group",
    group_names: Mapping[str, Names] | None = None,
    values: Mapping[str, Any] | None = None,
    sites: Iterable[Any] = (),
    rings: Iterable[Mapping[str, Any]] = (),
    max_age_years: Mapping[str, float] | None = None,
    until: str = "",
    extent: Extent | None = None,
    regions: Iterable[tuple[str, float, float]] = (),
    locator: Extent | None = None,
    tallest: float = 430,
) -> pd.DataFrame:
    """Draw a map.

    Parameters
    ----------
    shapes : GeoJSON feature collection
        Polygons and points; those whose property `kind` is `land` are ground without a name.
    highlight : str
        Property that is true of the shapes the title speaks of.
    apart, kinds : collection of str, pair of str
        Names or groups of those that it sets apart: the others are paler. What the legend calls these and the others.
    names : sequence of str
        Properties with names, one line each; the others only for highlighted shapes. A name that the shipped
        fonts cannot write is left out.
    group, group_names : str, mapping of group to names
        Property whose shapes share one label, and the label in the order of `names`.
    values : mapping of name to Figure or Quantity, optional
        A value below a name, such as an area.
    sites : iterable of GeoJSON features or mappings
        Places: name with lon and lat; left out while `since`, an event or figure, is not known.
    rings : iterable of mapping
        Circles: lon, lat, km (number, Figure or Quantity), label; left out like sites, and with a
        site in their middle. Each has a colour and a dash of its own, which a site of its name shares, and is named
        on its line; one too small for that, at its site.
    max_age_years, until : mapping of name to years, and a day, optional
        A site last seen so many years before the as-of day is drawn hollow, with the year.
    extent : west, south, east, north, optional
        By default all that is highlighted, with sites and rings, as far as the shapes are known (their `bbox`).
    regions : iterable of (words, lon, lat)
        Names of lands and seas, in grey.
    locator : west, south, east, north, optional
        Corners of a small map of the wider region in a corner.
    tallest : float
        Height in points that the map does not pass.
    """
    features = [feature for feature in shapes.get("features", []) if feature.get("geometry")]
    grounds = [feature for feature in features if feature_property(feature, kind) == land]
    named = [feature for feature in features if not _is_point(feature) and feature not in grounds]
    named += [feature for feature in features if _is_point(feature) and feature_property(feature, highlight)]
    shown_sites, hidden = _split_sites(sites, max_age_years or {}, until)
    circles = _circles(rings, hidden)
    seen = [vertices(feature) for feature in named if feature_property(feature, highlight)]
    seen = seen or [vertices(feature) for feature in features]
    if not seen:
        return pd.DataFrame()
    projection = _projection(seen, shown_sites, circles, shapes.get("bbox"), extent, tallest)
    use_points(axes, projection.height)
    axes.set(xlim=(0, projection.width))
    sea = ground_patch(projection)
    axes.add_artist(sea)
    for feature in [feature for feature in features if feature in grounds or feature in named]:
        strong = bool(feature_property(feature, highlight))
        pale = apart and not {feature_property(feature, names[0]), feature_property(feature, group)} & {*apart}
        face, edge = (_PALE if pale else PALETTE[1], PALETTE[1]) if strong else (LAND, MUTED)
        _draw_feature(axes, projection, feature, face, edge, shapes.get("bbox"))
    for circle in circles:
        look: Look = {"ec": circle.colour, "fc": (circle.colour, 0.05), "ls": (0, circle.dash), "lw": 1.1}
        axes.add_artist(PathPatch(circle_path(projection, circle.geometry), zorder=3, **look)).set_clip_path(sea)
    occupied = occupied_boxes(projection, named, shown_sites, circles, grounds)
    taken = draw_scale_bar(axes, projection, np.vstack([occupied, land_boxes(projection, grounds)]))
    if locator:
        taken = draw_locator(axes, projection, features, locator, taken)
    for words, lon, lat in regions:
        taken = write_region(axes, projection, words, (lon, lat), taken)
    labels = feature_labels(named, highlight, names, group, group_names or {}, values or {})
    _write_names(axes, projection, labels, shown_sites, circles, taken)
    if apart:
        legend(axes, [Patch(fc=face, ec=PALETTE[1], lw=0.5) for face in (PALETTE[1], _PALE)], kinds, below=6)
    return _shown(labels, shown_sites, circles)


def _is_point(feature: Feature) -> bool:
    return "Point" in feature["geometry"]["type"]


def _circles(rings: Iterable[Mapping[str, Any]], hidden: set[tuple[float, float]]) -> list[Circle]:
    """Return the circles that are known, but for those around a hidden site, each with a look of its own."""
    known = [ring for ring in rings if _is_known(ring) and (float(ring["lon"]), float(ring["lat"])) not in hidden]
    places = [(float(ring["lon"]), float(ring["lat"]), value_of(ring["km"]), str(ring["label"])) for ring in known]
    return [Circle(*place, *_CIRCLE_LOOKS[at % len(_CIRCLE_LOOKS)]) for at, place in enumerate(places)]


def _projection(
    seen: list[np.ndarray],
    sites: list[Site],
    circles: list[Circle],
    bbox: Any,
    extent: Extent | None,
    tallest: float,
) -> MapProjection:
    """Fit the map to an extent; without one to all that is seen, with sites and circles, as far as shapes are known."""
    if extent is not None:
        return limit_to(fit_projection([extent_grid(extent)], tallest, air=0.05), bbox)
    seen = seen + [np.array([[site.lon, site.lat]]) for site in sites]
    seen += [circle_points(*circle.geometry) for circle in circles]
    known = np.reshape(bbox or (-180, -90, 180, 90), (2, 2))
    return limit_to(fit_projection([np.clip(points, *known) for points in seen], tallest), bbox)


def _write_names(
    axes: Axes,
    projection: MapProjection,
    labels: list[Label],
    sites: list[Site],
    circles: list[Circle],
    taken: np.ndarray,
) -> None:
    """Write all names, the most important first, each where the earlier ones have left place."""
    for label in [label for label in labels if label.strong]:
        taken = write_label(axes, projection, label, taken)
    small = {circle.name: circle for circle in circles if circle.km * 1000 / projection.scale < 90}
    colours = {circle.name: circle.colour for circle in circles}
    for site in sites:
        colour = colours.get(site.name, INK)
        _draw_site(axes, projection, site, colour)
        lines = [site.name, f"last seen {site.seen}"] if site.seen else [site.name]
        lines += [f"range {small[site.name].distance}"] if site.name in small else []
        taken = write_label(axes, projection, Label(lines, [np.array([[site.lon, site.lat]])], None, colour), taken)
    at_site = {site.name for site in sites} & set(small)
    for circle in [circle for circle in circles if circle.name not in at_site]:
        others = [points_along(projection, circle_points(*other.geometry)) for other in circles if other is not circle]
        taken = write_circle_label(axes, projection, circle, taken, others)
    for label in [label for label in labels if not label.strong]:
        taken = write_label(axes, projection, label, taken)


def _draw_site(axes: Axes, projection: MapProjection, site: Site, colour: str) -> None:
    x, y = projection.to_page((site.lon, site.lat))[0]
    look: Look = {"mfc": PAPER, "mec": colour, "mew": 1} if site.seen else {"mfc": colour, "mec": PAPER, "mew": 0.7}
    axes.plot(x, y, marker="^", ms=6, zorder=5, **look)


def _is_known(place: Mapping[str, Any]) -> bool:
    """Return whether what makes a place or a range known was published by the day."""
    return all(getattr(place.get(part), "known", True) for part in ("since", "km"))


def _split_sites(
    sites: Iterable[Any], max_age_years: Mapping[str, float], until: str
) -> tuple[list[Site], set[tuple[float, float]]]:
    """Return the sites to show, and where the others are: a circle around one of them would give it away."""
    pairs = [(_site(place, max_age_years, until), _is_known(place)) for place in sites]
    shown = [site for site, known in pairs if known]
    hidden = {(site.lon, site.lat) for site, known in pairs if not known}
    return shown, hidden - {(site.lon, site.lat) for site in shown}


def _site(place: Any, max_age_years: Mapping[str, float], until: str) -> Site:
    if "geometry" in place:
        lon, lat, *_ = place["geometry"]["coordinates"]
        return Site(str(feature_property(place, "name")), float(lon), float(lat))
    name, since = str(place["name"]), place.get("since")
    day = getattr(since, "date", "") or getattr(since, "period", "")
    old = False
    if name in max_age_years and until and day:
        old = last_day(until) > last_day(day) + timedelta(days=max_age_years[name] * 365.25)
    return Site(name, float(place["lon"]), float(place["lat"]), day[:4] if old else "")


def _draw_feature(axes: Axes, projection: MapProjection, feature: Feature, face: Any, edge: str, known: Any) -> None:
    """Draw a shape; where it is only cut off at the edge of what is known it gets no coast."""
    for rings in polygons(feature):
        corners = np.vstack(rings)
        on_page = projection.contains(projection.to_page(corners)).all()
        if on_page and not (known is not None and at_limit(corners, known).any()):
            shape = Path.make_compound_path(*(closed_path(projection, ring) for ring in rings))
            axes.add_artist(PathPatch(shape, fc=face, ec=edge, lw=0.5, zorder=2))
            continue
        axes.add_artist(polygon_patch(projection, rings, fc=face, lw=0, zorder=2))
        for ring in rings:
            axes.add_artist(PathPatch(coast_path(projection, ring, known), fc="none", ec=edge, lw=0.5, zorder=2))
    if feature["geometry"]["type"] == "Point":
        x, y = projection.to_page(feature["geometry"]["coordinates"][:2])[0]
        axes.plot(x, y, "o", ms=2.6, color=face, mec=edge, mew=0.5, zorder=2)


def _shown(labels: list[Label], sites: list[Site], circles: list[Circle]) -> pd.DataFrame:
    rows: list[Any] = [("shape", "; ".join(label.lines), *label.middle, None) for label in labels]
    rows += [("site", site.name, site.lon, site.lat, None) for site in sites]
    rows += [("circle", circle.name, *circle.geometry) for circle in circles]
    return pd.DataFrame(rows, columns=["what", "name", "lon", "lat", "km"])


def opening(axes: Axes, shown: pd.DataFrame) -> float:
    """Return the middle of the map, in percent of its width."""
    return 50.0
