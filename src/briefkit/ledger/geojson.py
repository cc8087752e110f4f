"""Places of a GeoJSON file that lies beside the ledger, as of a day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from briefkit.ledger.readings import Event, Figure, Reading
from briefkit.ledger.snapshot import Snapshot


def sites(shapes: Mapping[str, Any], kind: str, snapshot: Snapshot) -> list[Reading]:
    """Return the points of a kind, with what makes them known.

    Parameters
    ----------
    shapes : GeoJSON feature collection
        As `Snapshot.shapes` gives it: only what is known on the day.
    kind : str
        Property `kind` of the points.
    snapshot : Snapshot
        What was known on the day.

    Returns
    -------
    list of dict
        `name`, `lon` and `lat` in degrees, and `since`, the event or figure that the property `known_by` names, if any.
    """
    return [
        _position(point) | {"name": point["name"], "since": _known_by(point, snapshot)}
        for point in _points(shapes, kind)
    ]


def rings(shapes: Mapping[str, Any], kind: str, snapshot: Snapshot, period: str | None = None) -> list[Reading]:
    """Return circles around points with the property `range_figure`, the id of a figure in km.

    Parameters
    ----------
    shapes, kind, snapshot
        As for `sites`.
    period : str or None
        Of the figure; the latest when None.

    Returns
    -------
    list of dict
        `label`, `lon` and `lat` in degrees, and the figure `km`, of the points whose range is known.
    """
    points = [point for point in _points(shapes, kind) if point.get("range_figure")]
    ranges = [(point, snapshot.figure(point["range_figure"], period)) for point in points]
    return [_position(point) | {"label": point["name"], "km": km} for point, km in ranges if km.known]


def _points(shapes: Mapping[str, Any], kind: str) -> list[Reading]:
    """Return the properties of the points of a kind, with their coordinates."""
    return [
        feature["properties"] | {"coordinates": feature["geometry"]["coordinates"]}
        for feature in shapes["features"]
        if feature["properties"].get("kind") == kind and feature["geometry"]["type"] == "Point"
    ]


def _position(point: Reading) -> Reading:
    lon, lat = point["coordinates"]
    return {"lon": lon, "lat": lat}


def _known_by(point: Reading, snapshot: Snapshot) -> Event | Figure | None:
    name = str(point.get("known_by") or "")
    if not name:
        return None
    return snapshot.figure(name) if snapshot.is_figure(name) else snapshot.event(name)
