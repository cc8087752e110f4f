"""Where a figure, event, relation or claim comes from, where it is read, and what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from briefkit.analysis.verdicts import premises, resting
from briefkit.errors import UnknownName
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.readings import records
from briefkit.ledger.rules import relation_ids
from briefkit.notebook.outputs import Section

ROWS = {"figure": ("observations", "figure"), "event": ("events", "event"), "claim": ("verdicts", "claim")}


@dataclass(frozen=True)
class Answer:
    """What is known of one id.

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


def why(name: str, ledger: Ledger, sections: Iterable[Section] = ()) -> Answer:
    """All that the ledger and the executed sections say of one id.

    Raises
    ------
    UnknownName
        If nothing has this id; offers the nearest.
    """
    noun, about = _found(name, ledger)
    rows = _rows(name, noun, ledger)
    named = {row["source"] for row in rows if "source" in row} | ({name} if noun == "source" else set())
    table = ledger.tables["sources"]
    sources = {row["source"]: row for row in records(table[table["source"].isin(named)].drop(columns="line"))}
    read = [(section.section, cells) for section in sections if (cells := _cells(name, section))]
    rest = {str(row["claim"]): premises(row) for row in records(ledger.tables["claims"])}
    return Answer(name, noun, about, rows, sources, read, list(resting(name, rest)))


def _found(name: str, ledger: Ledger) -> tuple[str, dict[str, Any]]:
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
    """Cells whose recorded questions asked for it, counted from 1."""
    asked = {query["cell"] + 1 for query in section.queries if name in map(str, query["args"].values())}
    shown = {block["cell"] + 1 for block in section.blocks if name in _named(block)}
    return sorted(asked | shown)


def _named(value: Any) -> set[str]:
    """Every figure, event, claim and source that a block names."""
    if isinstance(value, Mapping):
        own = {str(value[key]) for key in ("figure", "event", "claim", "source") if isinstance(value.get(key), str)}
        if {"subject", "relation", "object"} <= set(value):
            own.add(f"{value['subject']}|{value['relation']}|{value['object']}")
        return own.union(*(_named(one) for one in value.values()))
    return set().union(*(_named(one) for one in value)) if isinstance(value, list) else set()
