"""Trace a figure, event, relation, claim or source: its rows, the cells that read it, the claims that rest on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from briefkit.analysis.premises import claims_resting_on, premises_of
from briefkit.errors import UnknownName
from briefkit.execution.progress import Progress
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.readings import records
from briefkit.ledger.rules import relation_ids
from briefkit.notebook.outputs import Section
from briefkit.project.layout import Project, editions_in
from briefkit.publishing.compare import report_of

ROWS = {"figure": ("observations", "figure"), "event": ("events", "event"), "claim": ("verdicts", "claim")}


@dataclass(frozen=True)
class Lineage:
    """Where one id comes from, where it is read, and what rests on it.

    Attributes
    ----------
    name, noun : str
        The id, and what it is: figure, event, relation, claim or source.
    about : dict
        Its row: title, unit, definition, statement and the like.
    rows : list of dict
        Observations with their vintages, rows of the event or relation, or dated verdicts; with `line`.
    sources : dict
        Sources of the rows, by id.
    read_in : list of (section, cells)
        Which cells of which section read it, in the editions given.
    rests : list of (claim, distance)
        Claims that rest on it: 1 directly, 2 through a premise, and so on.
    stands : dict or None
        Of a claim, the verdict in the latest edition: edition, as_of, verdict, margin, unit, fell.
    """

    name: str
    noun: str
    about: dict[str, Any]
    rows: list[dict[str, Any]]
    sources: dict[str, dict[str, Any]]
    read_in: list[tuple[str, list[int]]]
    rests: list[tuple[str, int]]
    stands: dict[str, Any] | None = None


def of_latest_edition(project: Project, name: str, progress: Progress | None = None) -> Lineage:
    """Trace an id through the ledger and the latest edition's sections.

    Raises
    ------
    UnknownName
        If nothing has this id; before anything runs.
    """
    ledger = load_ledger(project.data)
    trace(name, ledger)
    report = report_of(project, editions_in(project.params)[-1], progress=progress)
    verdicts = (_verdict(claim, report.edition) for claim in report.claims if claim["claim"] == name)
    return replace(trace(name, ledger, report.sections), stands=next(verdicts, None))


def trace(name: str, ledger: Ledger, sections: Iterable[Section] = ()) -> Lineage:
    """Trace an id through the ledger and executed sections.

    Raises
    ------
    UnknownName
        If nothing has this id; offers the nearest.
    """
    noun, about = _row_of(name, ledger)
    rows = _rows(name, noun, ledger)
    named = {row["source"] for row in rows if "source" in row} | ({name} if noun == "source" else set())
    table = ledger.tables["sources"]
    sources = {row["source"]: row for row in records(table[table["source"].isin(named)].drop(columns="line"))}
    read_in = [(section.section, cells) for section in sections if (cells := _cells(name, section))]
    premises = {str(row["claim"]): premises_of(row) for row in records(ledger.tables["claims"])}
    return Lineage(name, noun, about, rows, sources, read_in, list(claims_resting_on(name, premises)))


def _verdict(claim: Mapping[str, Any], edition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verdict of a claim with the edition that it belongs to."""
    verdict = {key: claim.get(key) for key in ("verdict", "margin", "unit")}
    overturned = list(claim.get("overturned_premises") or [])
    return {"edition": edition["edition"], "as_of": edition["as_of"], **verdict, "fell": overturned}


def _row_of(name: str, ledger: Ledger) -> tuple[str, dict[str, Any]]:
    """Return what an id is (its noun), and the row that describes it."""
    for noun in ("figure", "event", "claim", "source"):
        table = ledger.tables[f"{noun}s"]
        rows = table[table[noun] == name]
        if len(rows):
            return noun, records(rows.drop(columns="line"))[0]
    relations = relation_ids(ledger.tables["relations"])
    if name in relations:
        return "relation", dict(zip(("subject", "relation", "object"), name.split("|"), strict=True))
    known = set(relations)
    for noun in ("figure", "event", "claim", "source"):
        known |= set(ledger.tables[f"{noun}s"][noun])
    raise UnknownName("id", name, sorted(known))


def _rows(name: str, noun: str, ledger: Ledger) -> list[dict[str, Any]]:
    """Return the rows in which an id stands, by day of publication; of a figure by period first."""
    if noun == "source":
        tables = ("observations", "events", "relations")
        return [row for key in tables for row in records(_where(ledger.tables[key], "source", name))]
    if noun == "relation":
        table = ledger.tables["relations"]
        chosen = table[table["subject"] + "|" + table["relation"] + "|" + table["object"] == name]
        return records(chosen.sort_values(["published", "line"]))
    key, column = ROWS[noun]
    order = ["period", "published", "line"] if noun == "figure" else ["published", "line"]
    return records(_where(ledger.tables[key], column, name).sort_values(order))


def _where(table: Any, column: str, name: str) -> Any:
    return table[table[column] == name]


def _cells(name: str, section: Section) -> list[int]:
    """List the cells whose recorded queries or outputs name an id, counted from 1."""
    asked = {query["cell"] + 1 for query in section.queries if name in map(str, query["args"].values())}
    shown = {block["cell"] + 1 for block in section.blocks if name in _named(block)}
    return sorted(asked | shown)


def _named(value: Any) -> set[str]:
    """Collect every figure, event, claim, source and relation that a block names."""
    if isinstance(value, Mapping):
        own = {str(value[key]) for key in ("figure", "event", "claim", "source") if isinstance(value.get(key), str)}
        if {"subject", "relation", "object"} <= set(value):
            own.add(f"{value['subject']}|{value['relation']}|{value['object']}")
        return own.union(*(_named(part) for part in value.values()))
    return set().union(*(_named(part) for part in value)) if isinstance(value, list) else set()
