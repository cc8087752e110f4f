"""Make data/islands.geojson from Natural Earth 1:10m, as the npm package world-atlas ships it.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python scripts/islands.py package/countries-10m.json

The islands and their names in three scripts stand in islands.csv beside this file; an island that
Natural Earth does not draw becomes a point. Russian and Japanese land in the window is clipped to it.
Same input, same bytes.
"""

from __future__ import annotations

import csv
import json
import sys
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Ring = list[Point]

HERE = Path(__file__).parent
WEST, SOUTH, EAST, NORTH = 140.0, 42.0, 158.0, 52.5
COUNTRIES = {"Russia": "643", "Japan": "392"}  # ISO 3166-1 numeric
SMALLEST = 0.01  # square degrees: smaller rings of the context land are left out
BASES = [  # name, longitude, latitude, what tells of it, what tells of its end, figure of its range
    ("Garrison, Iturup", 147.65, 45.06, "military.garrison", "", ""),
    ("Su-35 fighters, Iturup", 147.96, 45.26, "military.su35.2018", "", ""),
    ("Bastion missiles, Iturup", 147.87, 45.24, "military.missiles.south_kurils", "", "military.range.bastion"),
    ("Bal missiles, Kunashir", 145.86, 44.03, "military.missiles.south_kurils", "", "military.range.bal"),
    ("S-300V4 missiles, Iturup", 147.62, 44.92, "military.missiles.s300v4", "military.missiles.s300v4_gone", ""),
    ("Airfield, Matua", 153.26, 48.05, "military.matua.airfield", "", ""),
    ("Bastion missiles, Matua", 153.23, 48.09, "military.missiles.matua", "", "military.range.bastion"),
    ("Bastion missiles, Paramushir", 156.12, 50.67, "military.missiles.paramushir", "", "military.range.bastion"),
]


def decode_arcs(topology: dict[str, Any]) -> list[Ring]:
    """Arcs of a TopoJSON file in degrees."""
    (kx, ky), (dx, dy) = topology["transform"]["scale"], topology["transform"]["translate"]
    made = []
    for arc in topology["arcs"]:
        xs, ys = (list(accumulate(steps)) for steps in zip(*arc, strict=True))
        made.append([(x * kx + dx, y * ky + dy) for x, y in zip(xs, ys, strict=True)])
    return made


def outer_rings(topology: dict[str, Any], country: str) -> list[Ring]:
    """Outer rings of one country, as closed lists of points; lakes are left out."""
    arcs = decode_arcs(topology)
    (shape,) = [g for g in topology["objects"]["countries"]["geometries"] if g.get("id") == country]
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    return [join([arcs[i] if i >= 0 else arcs[~i][::-1] for i in polygon[0]]) for polygon in polygons]


def join(arcs: list[Ring]) -> Ring:
    """One ring of arcs that share their end points."""
    return arcs[0] + [point for arc in arcs[1:] for point in arc[1:]]


def clip(ring: Ring) -> Ring:
    """Part of a ring inside the window (Sutherland and Hodgman 1974)."""
    edges = [(0, WEST, 1), (0, EAST, -1), (1, SOUTH, 1), (1, NORTH, -1)]
    for axis, limit, side in edges:
        kept: Ring = []
        for a, b in pairwise(ring):
            inside_a, inside_b = (side * (p[axis] - limit) >= 0 for p in (a, b))
            if inside_a != inside_b:
                part = (limit - a[axis]) / (b[axis] - a[axis])
                kept.append((a[0] + part * (b[0] - a[0]), a[1] + part * (b[1] - a[1])))
            if inside_b:
                kept.append(b)
        ring = kept + kept[:1]
    return ring


def rounded(ring: Ring) -> list[list[float]]:
    """Points to three decimals, repeats taken out, counterclockwise as RFC 7946 asks."""
    points = [[round(x, 3), round(y, 3)] for x, y in ring]
    line = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
    return line if signed_area(line) > 0 else line[::-1]


def signed_area(ring: Any) -> float:
    """Shoelace area in square degrees, positive if counterclockwise."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2


def centroid(ring: Ring) -> Point:
    """Centre of gravity of a ring, in degrees."""
    crosses = [(a, b, a[0] * b[1] - b[0] * a[1]) for a, b in pairwise(ring)]
    total = 3 * sum(c for *_, c in crosses)
    return sum((a[0] + b[0]) * c for a, b, c in crosses) / total, sum((a[1] + b[1]) * c for a, b, c in crosses) / total


def nearest(ring_centres: list[Point], place: Point) -> int | None:
    """Index of the ring whose centre lies on the place (within a twentieth of a degree), if any."""
    away = [max(abs(x - place[0]), abs(y - place[1])) for x, y in ring_centres]
    best = min(range(len(away)), key=away.__getitem__)
    return best if away[best] < 0.05 else None


def feature(kind: str, geometry: dict[str, Any], **properties: Any) -> dict[str, Any]:
    """One GeoJSON feature."""
    return {"type": "Feature", "properties": {"kind": kind, **properties}, "geometry": geometry}


def polygon(ring: Ring) -> dict[str, Any]:
    """GeoJSON polygon without holes."""
    return {"type": "Polygon", "coordinates": [rounded(ring)]}


def point(lon: float, lat: float) -> dict[str, Any]:
    """GeoJSON point."""
    return {"type": "Point", "coordinates": [round(lon, 3), round(lat, 3)]}


def islands(rings: list[Ring]) -> tuple[list[dict[str, Any]], set[int]]:
    """Features of the islands, and the rings that they used."""
    centres = [centroid(ring) for ring in rings]
    made, used = [], set()
    with (HERE / "islands.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = float(row.pop("lon")), float(row.pop("lat"))
            area = float(row.pop("area_km2") or 0) or None
            disputed = row.pop("disputed") == "true"
            found = nearest(centres, place)
            used |= set() if found is None else {found}
            shape = point(*place) if found is None else polygon(rings[found])
            about = {"area_km2": area, "disputed": disputed, "outline": found is not None, "label": list(place)}
            made.append(feature("island", shape, **row, **about))
    return made, used


def collection(topology: dict[str, Any]) -> dict[str, Any]:
    """All features: islands, context land, bases."""
    rings = {name: [clip(r) for r in outer_rings(topology, code)] for name, code in COUNTRIES.items()}
    rings = {name: [r for r in found if len(r) > 3 and signed_area(r)] for name, found in rings.items()}
    made, used = islands(rings["Russia"])
    for name, found in rings.items():
        land = [ring for i, ring in enumerate(found) if not (name == "Russia" and i in used)]
        land = [ring for ring in land if abs(signed_area(ring)) >= SMALLEST]
        made += [feature("land", polygon(ring), country=name) for ring in land]
    for name, lon, lat, known_by, ended_by, reach in BASES:
        about = {"known_by": known_by, "ended_by": ended_by, "range_figure": reach}
        made.append(feature("base", point(lon, lat), name=name, **about))
    about = {
        "title": "The Kuril Islands and the land around them",
        "attribution": "Made with Natural Earth, public domain (1:10m, version 4.1, from npm world-atlas 2.0.2)",
        "note": "Bases and points are placed from memory, on the island that the source names; labels are centres.",
        "made_by": "scripts/islands.py",
    }
    return {"type": "FeatureCollection", "bbox": [WEST, SOUTH, EAST, NORTH], "metadata": about, "features": made}


if __name__ == "__main__":
    atlas = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = json.dumps(collection(atlas), ensure_ascii=False, separators=(",", ":"))
    lines = text.replace('{"type":"Feature","', '\n{"type":"Feature","')
    (HERE.parent / "data" / "islands.geojson").write_text(lines + "\n", encoding="utf-8")
