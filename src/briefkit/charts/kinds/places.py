"""A map: shapes, places and circles of true distance, in a projection centred on what is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch, PathPatch
from matplotlib.path import Path

from briefkit.charts.axes import legend
from briefkit.charts.map_labels import Label, Names, Ring, Spot, busy, labels_of, region, ring_label, write
from briefkit.charts.map_projection import (
    Sheet,
    about,
    area,
    at_limit,
    bounded,
    circle,
    coast,
    corners,
    dense,
    ground,
    outline,
    polygons,
    ring,
    rounded,
    sheet_for,
    tiles,
)
from briefkit.charts.text_layout import free_place, value_of
from briefkit.charts.theme import INK, LAND, MUTED, PALETTE, PAPER, SMALL, Look, points
from briefkit.ledger.periods import last_day

# Colour and dash of the circles, in their order; the second colour is that of the shapes that stand out.
_RINGS = tuple(zip((PALETTE[0], *PALETTE[2:]), ((4, 2), (8, 2), (1.5, 1.2), (7, 1.5, 1.5, 1.5)), strict=True))
_PALE = (PALETTE[1], 0.35)
CLIPPED = True


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
    extent: tuple[float, float, float, float] | None = None,
    regions: Iterable[tuple[str, float, float]] = (),
    locator: tuple[float, float, float, float] | None = None,
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
        Names or groups of those that it sets apart: the others are paler. What the key calls these and the others.
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
    shelf_years, until : mapping of name to years, and a day, optional
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
    features = [one for one in shapes.get("features", []) if one.get("geometry")]
    named = [one for one in features if about(one, kind) != land and "Point" not in one["geometry"]["type"]]
    named += [one for one in features if one["geometry"]["type"] == "Point" and about(one, highlight)]
    spots, hidden = _known(sites, max_age_years or {}, until)
    told = [one for one in rings if _seen(one) and (float(one["lon"]), float(one["lat"])) not in hidden]
    circles = [
        Ring(float(one["lon"]), float(one["lat"]), value_of(one["km"]), str(one["label"]), *_RINGS[at % len(_RINGS)])
        for at, one in enumerate(told)
    ]
    seen = [outline(one) for one in named if about(one, highlight)] or [outline(one) for one in features]
    if not seen:
        return pd.DataFrame()
    seen += [np.array([[one.lon, one.lat]]) for one in spots] + [circle(*one.around) for one in circles]
    known = np.reshape(shapes.get("bbox") or (-180, -90, 180, 90), (2, 2))
    wanted = [np.clip(one, *known) for one in seen] if extent is None else [corners(extent)]
    sheet = bounded(sheet_for(wanted, tallest, air=0.07 if extent is None else 0.05), shapes.get("bbox"))
    points(axes, sheet.height)
    axes.set(xlim=(0, sheet.width))
    sea = ground(sheet)
    axes.add_artist(sea)
    for one in features:
        if about(one, kind) == land or one in named:
            strong, pale = bool(about(one, highlight)), not {about(one, names[0]), about(one, group)} & {*apart}
            face = _PALE if apart and pale else PALETTE[1]
            _shape(axes, sheet, one, *((face, PALETTE[1]) if strong else (LAND, MUTED)), shapes.get("bbox"))
    grounds = [one for one in features if about(one, kind) == land]
    taken = np.vstack([busy(sheet, named, spots, circles, grounds), tiles(sheet, grounds)])
    for one in circles:
        look: Look = {"ec": one.colour, "fc": (one.colour, 0.05), "ls": (0, one.dash), "lw": 1.1, "zorder": 3}
        axes.add_artist(PathPatch(rounded(sheet, one.around), **look)).set_clip_path(sea)
    taken = _bar(axes, sheet, taken)
    if locator:
        taken = _locator(axes, sheet, features, locator, taken)
    for words, lon, lat in regions:
        taken = region(axes, sheet, words, (lon, lat), taken)
    labels = labels_of(named, highlight, names, group, group_names or {}, values or {})
    _say(axes, sheet, labels, spots, circles, taken)
    if apart:
        legend(axes, [Patch(fc=face, ec=PALETTE[1], lw=0.5) for face in (PALETTE[1], _PALE)], kinds, below=6)
    return _shown(labels, spots, circles)


def _say(
    axes: Axes, sheet: Sheet, labels: list[Label], spots: list[Spot], circles: list[Ring], taken: np.ndarray
) -> None:
    """Write all names, the most important first, each where the earlier ones have left room."""
    for label in [one for one in labels if one.strong]:
        taken = write(axes, sheet, label, taken)
    small = {one.name: one for one in circles if one.km * 1000 / sheet.scale < 90}
    colours = {one.name: one.colour for one in circles}
    for spot in spots:
        x, y = sheet.place((spot.lon, spot.lat))[0]
        colour = colours.get(spot.name, INK)
        look: Look = {"mfc": PAPER, "mec": colour, "mew": 1} if spot.seen else {"mfc": colour, "mec": PAPER, "mew": 0.7}
        axes.plot(x, y, marker="^", ms=6, zorder=5, **look)
        lines = [spot.name, f"last seen {spot.seen}"] if spot.seen else [spot.name]
        lines += [small[spot.name].reach] if spot.name in small else []
        taken = write(axes, sheet, Label(lines, [np.array([[spot.lon, spot.lat]])], None, colour), taken)
    named = {spot.name for spot in spots}
    for one in circles:
        if one.name not in small or one.name not in named:
            others = [dense(sheet, circle(*other.around)) for other in circles if other is not one]
            taken = ring_label(axes, sheet, one, taken, others)
    for label in [one for one in labels if not one.strong]:
        taken = write(axes, sheet, label, taken)


def _seen(one: Mapping[str, Any]) -> bool:
    """Whether what makes a place or a range known was published by the day."""
    return all(getattr(one.get(part), "known", True) for part in ("since", "km"))


def _known(sites: Iterable[Any], shelf: Mapping[str, float], until: str) -> tuple[list[Spot], set[tuple[float, float]]]:
    """The sites to show, and where the others are: a circle around one of them would give it away."""
    every = [(_site(one, shelf, until), _seen(one)) for one in sites]
    shown = {(place.lon, place.lat) for place, seen in every if seen}
    return [place for place, seen in every if seen], {(one.lon, one.lat) for one, seen in every if not seen} - shown


def _site(one: Any, shelf: Mapping[str, float], until: str) -> Spot:
    if "geometry" in one:
        lon, lat, *_ = one["geometry"]["coordinates"]
        return Spot(str(about(one, "name")), float(lon), float(lat))
    name, since = str(one["name"]), one.get("since")
    day = getattr(since, "date", "") or getattr(since, "period", "")
    old = name in shelf and until and day and last_day(until) > last_day(day) + timedelta(days=shelf[name] * 365.25)
    return Spot(name, float(one["lon"]), float(one["lat"]), day[:4] if old else "")


def _shape(axes: Axes, sheet: Sheet, feature: Mapping[str, Any], face: Any, edge: str, known: Any) -> None:
    """One shape; where it is only cut off at the edge of what is known it gets no coast."""
    for rings in polygons(feature):
        every = np.vstack(rings)
        if sheet.inside(sheet.place(every)).all() and not (known is not None and at_limit(every, known).any()):
            shape = Path.make_compound_path(*(ring(sheet, edges) for edges in rings))
            axes.add_artist(PathPatch(shape, fc=face, ec=edge, lw=0.5, zorder=2))
            continue
        axes.add_artist(area(sheet, rings, fc=face, lw=0, zorder=2))
        for edges in rings:
            axes.add_artist(PathPatch(coast(sheet, edges, known), fc="none", ec=edge, lw=0.5, zorder=2))
    if feature["geometry"]["type"] == "Point":
        x, y = sheet.place(feature["geometry"]["coordinates"][:2])[0]
        axes.plot(x, y, "o", ms=2.6, color=face, mec=edge, mew=0.5, zorder=2)


def _bar(axes: Axes, sheet: Sheet, taken: np.ndarray) -> np.ndarray:
    """A scale bar of a round length, as low as there is room for it."""
    room = sheet.width * sheet.scale / 4000
    km = max(factor * 10**power for power in range(4) for factor in (1, 2, 5) if factor * 10**power <= max(room, 1))
    long = km * 1000 / sheet.scale
    box = (long + 24, 24)
    tops = np.arange(sheet.height - box[1] - 6, sheet.height / 2, -6.0)
    spots = [(left, top) for top in tops for left in (sheet.width - box[0] - 6, 6, *range(12, int(sheet.width), 12))]
    (left, top), *_ = free_place(box, sheet.holding(spots, box) or spots, taken)
    start, low = left + 10, top + 18
    axes.plot([start, start, start + long, start + long], [low - 4, low, low, low - 4], color=INK, lw=1, zorder=5)
    axes.text(start + long / 2, low - 5, f"{km:,} km", ha="center", va="bottom", fontsize=SMALL, zorder=6)
    return np.vstack([taken, [left, top, left + box[0], top + box[1]]])


def _locator(
    axes: Axes, sheet: Sheet, features: list[Any], extent: tuple[float, float, float, float], taken: np.ndarray
) -> np.ndarray:
    """The wider region, small, with the frame of the map in it."""
    small = sheet_for([corners(extent)], 92, 92)
    box = (small.width, small.height)
    spots = [(6, 6), (sheet.width - box[0] - 6, 6), (6, sheet.height - box[1] - 6)]
    (left, top), *_ = free_place(box, spots, taken)
    inset = axes.inset_axes((left, top, *box), transform=axes.transData, zorder=7)
    inset.set(xlim=(0, box[0]), ylim=(box[1], 0), xticks=[], yticks=[], facecolor=PAPER)
    for spine in inset.spines.values():
        spine.set(visible=True, linewidth=0.6, edgecolor=MUTED)
    for one in features:
        for rings in polygons(one):
            inset.add_artist(area(small, rings, fc=(MUTED, 0.5), lw=0))
    frame = np.array([[0, 0], [sheet.width, 0], [sheet.width, sheet.height], [0, sheet.height], [0, 0]])
    lon, lat = sheet.project.transform(
        sheet.west + frame[:, 0] * sheet.scale, sheet.north - frame[:, 1] * sheet.scale, direction="INVERSE"
    )
    inset.add_artist(
        PathPatch(Path(small.place(np.column_stack([lon, lat])), closed=False), fc="none", ec=PALETTE[1], lw=1.2)
    )
    return np.vstack([taken, [left, top, left + box[0], top + box[1]]])


def _shown(labels: list[Label], spots: list[Spot], circles: list[Ring]) -> pd.DataFrame:
    rows: list[Any] = [("shape", "; ".join(one.lines), *one.middle, None) for one in labels]
    rows += [("site", one.name, one.lon, one.lat, None) for one in spots]
    rows += [("circle", one.name, *one.around) for one in circles]
    return pd.DataFrame(rows, columns=["what", "name", "lon", "lat", "km"])


def opening(axes: Axes, shown: pd.DataFrame) -> float:
    """Return the middle of the map, in percent of its width."""
    return 50.0
