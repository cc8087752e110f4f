"""Places of a GeoJSON file that lies beside the ledger, as of a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from briefkit.ledger.readings import Event, Figure, Reading
from briefkit.ledger.snapshot import Snapshot


def sites(shapes: Mapping[str, Any], kind: str, snapshot: Snapshot) -> list[Reading]:
    """Points of a kind: name, lon, lat, and as `since` the event or figure that makes them known.

    Parameters
    ----------
    shapes : GeoJSON feature collection
        As `Snapshot.shapes` gives it: only what is known on the day.
    kind : str
        Property `kind` of the points.
    snapshot : Snapshot
        What was known on the day.
    """
    return [_spot(one) | {"name": one["name"], "since": _since(one, snapshot)} for one in _points(shapes, kind)]


def rings(shapes: Mapping[str, Any], kind: str, snapshot: Snapshot, period: str | None = None) -> list[Reading]:
    """Circles around points with the property `range_figure`, a figure in km: label, lon, lat, km.

    Parameters
    ----------
    shapes, kind, snapshot
        As for `sites`.
    period : str or None
        Of the figure; the latest when None.
    """
    ranged = [one for one in _points(shapes, kind) if one.get("range_figure")]
    found = [(one, snapshot.figure(one["range_figure"], period)) for one in ranged]
    return [_spot(one) | {"label": one["name"], "km": km} for one, km in found if km.known]


def _points(shapes: Mapping[str, Any], kind: str) -> Iterator[Reading]:
    """Properties of the points of a kind, with their coordinates."""
    for one in shapes["features"]:
        if one["properties"].get("kind") == kind and one["geometry"]["type"] == "Point":
            yield one["properties"] | {"coordinates": one["geometry"]["coordinates"]}


def _spot(point: Reading) -> Reading:
    lon, lat = point["coordinates"]
    return {"lon": lon, "lat": lat}


def _since(point: Reading, snapshot: Snapshot) -> Event | Figure | None:
    known = str(point.get("known_by") or "")
    return None if not known else snapshot.figure(known) if snapshot.is_figure(known) else snapshot.event(known)
