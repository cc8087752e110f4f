"""The report for machines: edition.json, a public format with a version and a schema."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from briefkit.errors import ExportError
from briefkit.report import markup
from briefkit.report.markup import Node
from briefkit.report.model import Report, readings_in
from briefkit.report.provenance import known_sources

FORMAT = 1
_FIGURE_KEYS = ("figure", "period", "value", "unit", "published", "source", "status")
_SOURCE_KEYS = ("source", "publisher", "title", "url", "published")


def render(report: Report) -> str:
    """Write the record as JSON text: the same report gives the same bytes.

    Raises
    ------
    ExportError
        If the record does not keep to its own schema.
    """
    edition = record(report)
    _check(edition)
    return json.dumps(edition, ensure_ascii=False, indent=1) + "\n"


def record(report: Report) -> dict[str, Any]:
    """Collect the figures read, claims settled and sources used by an edition."""
    readings = [(section.section, reading) for section in report.sections for reading in readings_in(section.blocks)]
    edition = report.edition
    return {
        "format": FORMAT,
        "edition": str(edition.get("edition", "")),
        "as_of": str(edition.get("as_of", "")),
        "title": edition.get("title") or "",
        **{name: str(edition[name]) for name in ("subtitle", "introduction") if edition.get(name)},
        **({"bottom_line": line} if (line := bottom_line(report)) else {}),
        "sections": [{"section": s.section, "title": s.title, "status": s.status} for s in report.sections],
        "figures": _figures(readings),
        "claims": sorted((_claim(claim) for claim in report.claims), key=lambda claim: claim["claim"]),
        "sources": _sources(report, {reading["source"] for _, reading in readings if reading.get("source")}),
    }


def bottom_line(report: Report) -> str:
    """Return what stands on the cover, as plain text; empty where no section draws the line."""
    blocks = [block for section in report.sections for block in section.blocks if block["kind"] == "prose"]
    return " ".join(markup.plain_text(block["text"]) for block in blocks if block.get("role") == "bottom_line")


def _figures(readings: Iterable[tuple[str, Node]]) -> list[Node]:
    """Return one entry per value, with the sections that use it, in the order of the ids."""
    entries: dict[tuple[str, ...], Node] = {}
    for section, reading in readings:
        if reading.get("kind") != "observation":
            continue
        key = tuple(str(reading.get(name)) for name in _FIGURE_KEYS)
        entry = entries.setdefault(key, _figure(reading))
        if section not in entry["used_in"]:
            entry["used_in"].append(section)
    return [entries[key] for key in sorted(entries)]


def _figure(reading: Node) -> Node:
    entry = {name: reading.get(name) for name in _FIGURE_KEYS} | {"value": _number(reading.get("value")), "used_in": []}
    if override := reading.get("override"):
        entry["override"] = {"value": _number(override.get("value")), "reason": override["reason"]}
    return entry


def _claim(claim: Node) -> Node:
    flips_at, unit = claim.get("flips_at"), claim.get("unit")
    entry = {name: claim[name] for name in ("claim", "section", "statement", "verdict")}
    entry |= {"margin": _number(claim.get("margin")), "premises": list(claim.get("premises") or [])}
    entry |= {"level_unit": claim["level_unit"]} if claim.get("level_unit") else {}
    entry |= {"due": True} if claim.get("review_due") else {}
    entry |= {"fell": list(claim["overturned_premises"])} if claim.get("overturned_premises") else {}
    return entry | ({"unit": unit} if unit else {}) | ({"flips_at": flips_at} if _number(flips_at) is not None else {})


def _sources(report: Report, used: set[str]) -> list[Node]:
    known = known_sources(report)
    return [{name: known.get(key, {"source": key}).get(name) or "" for name in _SOURCE_KEYS} for key in sorted(used)]


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else value


@cache
def _validator() -> Any:
    from jsonschema import Draft202012Validator

    schema = (files("briefkit.report") / "templates" / "edition.schema.json").read_text("utf-8")
    return Draft202012Validator(json.loads(schema))


def _check(edition: Node) -> None:
    """Refuse a record that does not keep to the schema."""
    errors = _validator().iter_errors(edition)
    wrong = [f"edition.json: {'.'.join(map(str, error.path)) or 'whole'}: {error.message}" for error in errors]
    if wrong:
        raise ExportError("\n".join(wrong))
