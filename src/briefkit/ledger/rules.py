"""What a row of the ledger must be: one vectorised rule per kind of mistake, and all bad rows at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from briefkit.errors import Problem, nearest
from briefkit.ledger.columns import distinct, is_unique, number, numbers, which
from briefkit.ledger.csv_tables import tidied
from briefkit.ledger.periods import first_days, is_period, last_days

Tables = Mapping[str, pd.DataFrame]

COLUMNS = {
    "figures": ["figure", "title", "unit", "section", "definition", "sources"],
    "observations": ["figure", "period", "value", "low", "high", "published", "source", "status", "note"],
    "events": ["event", "date", "kind", "title", "actors", "place", "published", "source", "status"],
    "relations": [
        *["subject", "relation", "object", "value", "unit", "start", "end"],
        *["published", "source", "status", "note"],
    ],
    "claims": ["claim", "section", "kind", "statement", "premises", "made", "review_by", "brief_value"],
    "verdicts": ["claim", "verdict", "published", "why", "evidence"],
    "sources": ["source", "publisher", "title", "url", "published"],
}
VERDICTS = ["holds", "weakened", "overturned", "unknown"]
CLAIM_KINDS = ["figure", "event", "relation", "judgement"]
STATUSES = ["verified", "recalled", "forecast", "derived", "provisional", "estimate"]

_KEYS = {
    "figures": ["figure"],
    "observations": ["figure", "period", "published", "source"],
    "events": ["event", "published", "source"],
    "relations": ["subject", "relation", "object", "start", "published", "source"],
    "claims": ["claim"],
    "verdicts": ["claim", "published"],
    "sources": ["source"],
}
_FILLED = {
    "figures": ["figure", "title", "unit", "section"],
    "observations": ["figure", "period", "value", "published", "source", "status"],
    "events": ["event", "date", "kind", "title", "published", "source", "status"],
    "relations": ["subject", "relation", "object", "published", "source", "status"],
    "claims": ["claim", "section", "kind", "statement", "made"],
    "verdicts": ["claim", "verdict", "published", "why"],
    "sources": ["source", "publisher", "title"],
}
_DAYS = {
    "observations": ["period", "published"],
    "events": ["date", "published"],
    "relations": ["start", "end", "published"],
    "claims": ["made", "review_by"],
    "verdicts": ["published"],
    "sources": ["published"],
}
_NUMBERS = {"observations": ["value", "low", "high"], "relations": ["value"]}
_CHOICES = {("verdicts", "verdict"): VERDICTS, ("claims", "kind"): CLAIM_KINDS}
_POINTERS = {("observations", "figure"): "figures", ("verdicts", "claim"): "claims"} | {
    (table, "source"): "sources" for table in ("observations", "events", "relations")
}
_ID = re.compile(r"[a-z0-9_]+(?:[.\-][a-z0-9_]+)*")
_STATUS = re.compile(rf"(verified|recalled)(;({'|'.join(STATUSES[2:])}))*")
_RUN = re.compile(r"[=+@\t\r]|-[^\d\s]")


def problems(tables: Tables, files: Mapping[str, str]) -> list[Problem]:
    """All that is wrong with the rows, by file and line.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text columns as read, and `line`.
    files : mapping of str to str
        The name of each table's file, as the user knows it.
    """
    rules = (_empty, _formula, _ids, _days, _numbers, _choices, _pointers, _statuses, _keys)
    left, tables = tidied(tables)
    general = (rule(table, tables) for table in tables for rule in rules)
    special = (rule(tables) for rule in (_order, _early, _units, _ends, _listed, _premises))
    found = chain(left, chain.from_iterable(chain(general, special)))
    return sorted({_named(problem, files) for problem in found})


def unknowable(tables: Tables, files: Mapping[str, str], today: date) -> list[Problem]:
    """Rows published after today: nobody can know them yet. Asked apart, for the rules never read the clock."""
    expected = f"a day on which it was known, no later than today ({today})"
    remedy = "correct the year; what a value is about stands in period, and a plan is marked ;forecast in status"
    found: list[Problem] = []
    for table in (name for name in tables if "published" in _DAYS.get(name, [])):
        frame = tables[table]
        ahead = first_days(frame["published"]) > pd.Timestamp(today)
        found += _bad(table, frame, ahead, "published", expected, remedy)
    return [_named(problem, files) for problem in found]


def _named(problem: Problem, files: Mapping[str, str]) -> Problem:
    return Problem(files[problem.file], problem.line, problem.place, problem.found, problem.expected, problem.remedy)


def _bad(
    table: str,
    frame: pd.DataFrame,
    wrong: pd.Series | Callable[[str], Any],
    column: str,
    expected: str | Callable[[str], str],
    remedy: str | Callable[[str], str],
) -> Iterator[Problem]:
    """One problem for each row that is wrong, or whose text is, which each different text is asked once."""
    if not isinstance(wrong, pd.Series):
        if not (texts := which(frame[column], wrong)):
            return
        wrong = frame[column].isin(texts)
    bad = wrong.to_numpy(dtype=bool)
    if not bad.any():
        return
    for line, cell in frame.loc[bad, ["line", column]].itertuples(index=False):
        said = expected if isinstance(expected, str) else expected(cell)
        advice = remedy if isinstance(remedy, str) else remedy(cell)
        yield Problem(table, int(line), column, f'"{cell}"' if cell != "" else "nothing", said, advice)


def _empty(table: str, tables: Tables) -> Iterator[Problem]:
    for column in _FILLED[table]:
        yield from _bad(table, tables[table], "".__eq__, column, "a value", "fill the cell")


def _formula(table: str, tables: Tables) -> Iterator[Problem]:
    frame = tables[table]
    for column in set(COLUMNS[table]) - set(_NUMBERS.get(table, [])):
        yield from _bad(table, frame, _RUN.match, column, "text that no spreadsheet runs", "put a word before the sign")
        yield from _bad(table, frame, _is_broken, column, "one line of text", "take out the line break")


def _is_broken(text: str) -> bool:
    return ("\n" in text or "\r" in text) and not _RUN.match(text)


def _ids(table: str, tables: Tables) -> Iterator[Problem]:
    column = _KEYS[table][0]
    if table in ("figures", "claims", "sources", "events"):
        expected = "an id of small letters, digits, _ - and dots, such as energy.import_share.lng"
        yield from _bad(table, tables[table], _but(_ID.fullmatch), column, expected, "rename it")


def _but(is_right: Callable[[str], Any]) -> Callable[[str], bool]:
    """What is filled, and not right."""
    return lambda text: text != "" and not is_right(text)


def _days(table: str, tables: Tables) -> Iterator[Problem]:
    for column in _DAYS.get(table, []):
        expected = "a day, month or year such as 2018-09-12, 2018-09 or 2018"
        yield from _bad(table, tables[table], _but(is_period), column, expected, "correct the date")


def _numbers(table: str, tables: Tables) -> Iterator[Problem]:
    frame = tables[table]
    for column in _NUMBERS.get(table, []):
        texts = distinct(frame[column])[1]
        odd = frozenset(texts[~np.isfinite(numbers(texts)) & (texts != "")]).__contains__
        yield from _bad(table, frame, odd, column, "a finite number such as 8.5", partial(_digits, table))


def _digits(table: str, cell: str) -> str:
    if cell.endswith("%"):
        unit = "the unit has a column of its own" if table == "relations" else "the unit is in figures.csv"
        return f"write {cell.rstrip('% ')}; {unit}"
    if "," in cell:
        return "use a point for decimals and nothing for thousands"
    return "type the digit zero" if "O" in cell else "correct the number"


def _choices(table: str, tables: Tables) -> Iterator[Problem]:
    for (named, column), words in _CHOICES.items():
        if named == table:
            wrong, expected = _but(words.__contains__), " or ".join(words)
            yield from _bad(table, tables[table], wrong, column, expected, _offer(words))


def _pointers(table: str, tables: Tables) -> Iterator[Problem]:
    for (named, column), target in _POINTERS.items():
        if named == table:
            known = tables[target][_KEYS[target][0]]
            remedy = _offer(known, f" or add it to {target}.csv")
            wrong = _but(set(known).__contains__)
            yield from _bad(table, tables[table], wrong, column, f"an id of {target}.csv", remedy)


def _offer(known: Iterable[str], otherwise: str = "") -> Callable[[str], str]:
    return lambda cell: nearest(cell, list(known)) + otherwise


def _statuses(table: str, tables: Tables) -> Iterator[Problem]:
    if "status" in COLUMNS[table]:
        expected = f"verified or recalled, then perhaps ;{' ;'.join(STATUSES[2:])}"
        yield from _bad(table, tables[table], _but(_STATUS.fullmatch), "status", expected, "correct the word")


def _keys(table: str, tables: Tables) -> Iterator[Problem]:
    frame, key = tables[table], _KEYS[table]
    if is_unique(frame[key]):
        return
    again = frame.duplicated(key) & (frame[key[0]] != "")
    expected = f"one row for each {', '.join(key)}"
    for one, first in _pairs(frame, again, key):
        differ = [f'{name} ("{first[name]}")' for name in COLUMNS[table] if one[name] != first[name]]
        told = f"differs in {' and '.join(differ)}" if differ else "says the same"
        remedy = f"line {first['line']} {told}: delete one; a correction has a later published day"
        yield Problem(table, int(one["line"]), key[0], f'"{one[key[0]]}"', expected, remedy)


def _pairs(frame: pd.DataFrame, again: pd.Series, key: list[str]) -> Iterator[tuple[pd.Series, pd.Series]]:
    """Rows that repeat a key, each with the first row that has it."""
    for _, one in frame[again].iterrows():
        yield one, frame[(frame[key] == one[key]).all(axis="columns")].iloc[0]


def _order(tables: Tables) -> Iterator[Problem]:
    for column, beyond in (("low", pd.Series.gt), ("high", pd.Series.lt)):
        frame = tables["observations"]
        frame = frame[frame[column] != ""]
        wrong = beyond(number(frame[column]), number(frame["value"]))
        yield from _bad("observations", frame, wrong, column, "low ≤ value ≤ high", "correct one of the three")


def _early(tables: Tables) -> Iterator[Problem]:
    remedy = "correct it, or mark the row as ;forecast in status"
    for table, column, days, expected in (
        ("observations", "period", last_days, "a day on or after the end of the period"),
        ("events", "date", first_days, "a day on or after the event"),
    ):
        frame = tables[table]
        forecast = frame["status"].isin(which(frame["status"], lambda status: "forecast" in status))
        early = (last_days(frame["published"]) < days(frame[column])) & ~forecast
        yield from _bad(table, frame, early, "published", expected, remedy)


def _units(tables: Tables) -> Iterator[Problem]:
    frame, figures = tables["observations"], tables["figures"].drop_duplicates("figure")
    of_unit = (figures.loc[figures["unit"] == unit, "figure"].tolist() for unit in ("percent", "yes or no"))
    percent, whether = (frame[frame["figure"].isin(its)] for its in of_unit)
    for column in ("value", "low", "high"):
        shares, answers = number(percent[column]), number(whether[column])
        beyond, neither = (shares < 0) | (shares > 100), answers.notna() & ~answers.isin([0, 1])
        yield from _bad("observations", percent, beyond, column, "0 to 100, for a figure in percent", "check the unit")
        yield from _bad("observations", whether, neither, column, "1 for yes or 0 for no", "correct it")
    stray = (tables["relations"]["unit"] == "") & (tables["relations"]["value"] != "")
    yield from _bad("relations", tables["relations"], stray, "unit", "the unit of the value", "write it as read")


def _ends(tables: Tables) -> Iterator[Problem]:
    frame = tables["relations"]
    late = first_days(frame["end"]) > last_days(frame["published"])
    remedy = "leave the end empty here and add a row, published when the end was known"
    yield from _bad("relations", frame, late, "end", "a day that was past when the row was published", remedy)
    back = last_days(frame["end"]) < first_days(frame["start"])
    yield from _bad("relations", frame, back, "end", "a day on or after the start", "correct one of the two")


def _listed(tables: Tables) -> Iterator[Problem]:
    known = set(tables["sources"]["source"])
    remedy = _offer(tables["sources"]["source"], " or add it to sources.csv")
    yield from _members("figures", "sources", tables, known, "ids of sources.csv", remedy)
    known |= set(tables["figures"]["figure"]) | set(tables["events"]["event"]) | set(tables["claims"]["claim"])
    known |= relation_ids(tables["relations"])
    everything = _offer(sorted(known), " or add it to the ledger")
    expected = "ids of figures, events, relations (subject|relation|object), claims or sources"
    yield from _members("verdicts", "evidence", tables, known, expected, everything)


def _premises(tables: Tables) -> Iterator[Problem]:
    known = set(tables["figures"]["figure"]) | set(tables["events"]["event"]) | set(tables["claims"]["claim"])
    known |= relation_ids(tables["relations"])
    remedy = _offer(sorted(known), " or add it to the ledger")
    expected = "ids of figures, events, relations (subject|relation|object) or claims"
    yield from _members("claims", "premises", tables, known, expected, remedy)


def _members(
    table: str, column: str, tables: Tables, known: set[str], expected: str, remedy: Callable[[str], str]
) -> Iterator[Problem]:
    """Check each member of a `;`-separated cell."""
    one_each = tables[table][["line", column]].assign(**{column: tables[table][column].str.split(";")})
    one_each = one_each.explode(column).reset_index(drop=True)
    wrong = ~one_each[column].isin(known) & (one_each[column] != "")
    yield from _bad(table, one_each, wrong, column, expected, remedy)


def relation_ids(relations: pd.DataFrame) -> set[str]:
    """Names under which claims rest on relations: `subject|relation|object`."""
    parts = zip(relations["subject"], relations["relation"], relations["object"], strict=True)
    return {"|".join(part) for part in parts}
