"""What a row of the ledger must be: one vectorised rule per kind of mistake, and all bad rows at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd

from briefkit.errors import Problem, nearest
from briefkit.ledger.columns import numbers, texts_where
from briefkit.ledger.csv_tables import tidy
from briefkit.ledger.periods import first_days, is_date, is_period, last_days
from briefkit.ledger.schema import PATTERNS, SCHEMA, STATUSES, Column

Tables = Mapping[str, pd.DataFrame]

_ID = re.compile(PATTERNS["id"])
_STATUS = re.compile(PATTERNS["status"])
_FORMULA = re.compile(r"[=+@\t\r]|-[^\d\s]")
"""How a cell begins that a spreadsheet runs."""


def problems(tables: Tables, files: Mapping[str, str]) -> list[Problem]:
    """Find all that is wrong with the rows.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text columns as read, and `line`.
    files : mapping of str to str
        The name of each table's file, as the user knows it.

    Returns
    -------
    list of Problem
        By file and line, each once; empty where every row can be believed.
    """
    untidy, tables = tidy(tables)
    cells = (_cell_problems(table, column, tables) for table in tables for column in SCHEMA[table].columns)
    rows = (rule(tables) for rule in (_repeated, _order, _published_before, _ranges, _ends, _lists))
    found = chain(untidy, chain.from_iterable(chain(cells, rows)))
    return sorted({_in_file(problem, files) for problem in found})


def published_after(tables: Tables, files: Mapping[str, str], today: date) -> list[Problem]:
    """Find rows published after today, which nobody can know yet; `problems` never reads the clock.

    Parameters
    ----------
    tables, files : mapping
        As for `problems`; some of the tables will do.
    today : date
        The last day on which a row may be published.
    """
    expected = f"a day on which it was known, no later than today ({today})"
    remedy = "correct the year; what a value is about stands in period, and a plan is marked ;forecast in status"
    found: list[Problem] = []
    for table, frame in tables.items():
        if "published" in frame:
            ahead = first_days(frame["published"]) > pd.Timestamp(today)
            found += _bad_rows(table, frame, ahead, "published", expected, remedy)
    return [_in_file(problem, files) for problem in found]


def relation_ids(relations: pd.DataFrame) -> set[str]:
    """Return the names under which claims rest on relations: `subject|relation|object`."""
    parts = zip(relations["subject"], relations["relation"], relations["object"], strict=True)
    return {"|".join(part) for part in parts}


def _in_file(problem: Problem, files: Mapping[str, str]) -> Problem:
    return Problem(files[problem.file], problem.line, problem.place, problem.found, problem.expected, problem.remedy)


def _bad_rows(
    table: str,
    frame: pd.DataFrame,
    wrong: pd.Series,
    column: str,
    expected: str,
    remedy: str | Callable[[str], str],
) -> Iterator[Problem]:
    """Yield a problem for each row that is wrong."""
    if not wrong.any():
        return
    for line, cell in frame.loc[wrong.astype(bool), ["line", column]].itertuples(index=False):
        advice = remedy if isinstance(remedy, str) else remedy(cell)
        yield Problem(table, int(line), column, f'"{cell}"' if cell != "" else "nothing", expected, advice)


def _unless(is_right: Callable[[str], Any]) -> Callable[[str], bool]:
    """Return a test for cells that are filled, and not right."""
    return lambda text: text != "" and not is_right(text)


def _offer(ids: Iterable[str], otherwise: str = "") -> Callable[[str], str]:
    """Return advice for a cell: the nearest ids."""
    return lambda cell: nearest(cell, list(ids)) + otherwise


# -- cells -----------------------------------------------------------------------------------------


def _cell_problems(table: str, column: Column, tables: Tables) -> Iterator[Problem]:
    """Check the cells of one column by what the schema says of it."""
    frame, name = tables[table], column.name
    texts = frame[name].unique().tolist()

    def check(wrong: Callable[[str], Any], expected: str, remedy: str | Callable[[str], str]) -> Iterator[Problem]:
        found = list(filter(wrong, texts))
        return _bad_rows(table, frame, frame[name].isin(found), name, expected, remedy) if found else iter(())

    if column.required:
        yield from check("".__eq__, "a value", "fill the cell")
    if column.kind != "number":
        yield from check(_FORMULA.match, "text that no spreadsheet runs", "put a word before the sign")
        yield from check(_has_line_break, "one line of text", "take out the line break")
    if column.kind == "number":
        remedy = _number_advice("the unit has a column of its own" if "unit" in frame else "the unit is in figures.csv")
        wrong = (frame[name] != "") & ~np.isfinite(numbers(frame[name]))
        yield from _bad_rows(table, frame, wrong, name, "a finite number such as 8.5", remedy)
    elif column.kind == "day":
        expected = "a day, month or year such as 2018-09-12, 2018-09 or 2018"
        yield from check(_unless(is_date), expected, "correct the date")
    elif column.kind == "period":
        expected = "a day, month, quarter or year such as 2018-09-12, 2018-09, 2018-Q3 or 2018"
        yield from check(_unless(is_period), expected, "correct the period")
    elif column.kind == "status":
        expected = f"verified or recalled, then perhaps ;{' ;'.join(STATUSES[2:])}"
        yield from check(_unless(_STATUS.fullmatch), expected, "correct the word")
    elif column.choices:
        yield from check(_unless(column.choices.__contains__), " or ".join(column.choices), _offer(column.choices))
    elif column.target:
        ids = tables[column.target][name]
        offer = _offer(ids, f" or add it to {column.target}.csv")
        yield from check(_unless(set(ids).__contains__), f"an id of {column.target}.csv", offer)
    elif column.kind == "id":
        expected = "an id of small letters, digits, _ - and dots, such as energy.import_share.lng"
        yield from check(_unless(_ID.fullmatch), expected, "rename it")


def _has_line_break(text: str) -> bool:
    return ("\n" in text or "\r" in text) and not _FORMULA.match(text)


def _number_advice(unit: str) -> Callable[[str], str]:
    def advise(cell: str) -> str:
        if cell.endswith("%"):
            return f"write {cell.rstrip('% ')}; {unit}"
        if "," in cell:
            return "use a point for decimals and nothing for thousands"
        return "type the digit zero" if "O" in cell else "correct the number"

    return advise


# -- rows ------------------------------------------------------------------------------------------


def _repeated(tables: Tables) -> Iterator[Problem]:
    """Find rows that have the key of an earlier one."""
    for table, frame in tables.items():
        key = list(SCHEMA[table].key)
        repeated = frame.duplicated(key)
        if not repeated.any():
            continue
        expected = f"one row for each {', '.join(key)}"
        for _, row in frame[repeated & (frame[key[0]] != "")].iterrows():
            first = frame[(frame[key] == row[key]).all(axis="columns")].iloc[0]
            differing = [f'{name} ("{first[name]}")' for name in SCHEMA[table].names if row[name] != first[name]]
            comparison = f"differs in {' and '.join(differing)}" if differing else "says the same"
            remedy = f"line {first['line']} {comparison}: delete one; a correction has a later published day"
            yield Problem(table, int(row["line"]), key[0], f'"{row[key[0]]}"', expected, remedy)


def _order(tables: Tables) -> Iterator[Problem]:
    for column, beyond in (("low", pd.Series.gt), ("high", pd.Series.lt)):
        frame = tables["observations"]
        frame = frame[frame[column] != ""]
        wrong = beyond(numbers(frame[column]), numbers(frame["value"]))
        yield from _bad_rows("observations", frame, wrong, column, "low ≤ value ≤ high", "correct one of the three")


def _published_before(tables: Tables) -> Iterator[Problem]:
    """Find what was published before it could be observed; a forecast may be."""
    remedy = "correct it, or mark the row as ;forecast in status"
    for table, column, days, expected in (
        ("observations", "period", last_days, "a day on or after the end of the period"),
        ("events", "date", first_days, "a day on or after the event"),
    ):
        frame = tables[table]
        forecast = frame["status"].isin(texts_where(frame["status"], lambda status: "forecast" in status))
        wrong = (last_days(frame["published"]) < days(frame[column])) & ~forecast
        yield from _bad_rows(table, frame, wrong, "published", expected, remedy)


def _ranges(tables: Tables) -> Iterator[Problem]:
    """Find shares outside 0 to 100, answers that are neither yes nor no, values of relations without a unit."""
    frame, units = tables["observations"], tables["figures"].drop_duplicates("figure").set_index("figure")["unit"]
    shares = frame[frame["figure"].isin(units.index[units == "percent"])]
    yes_or_no = frame[frame["figure"].isin(units.index[units == "yes or no"])]
    for column in ("value", "low", "high"):
        share, answer = numbers(shares[column]), numbers(yes_or_no[column])
        wrong = (share < 0) | (share > 100)
        expected = "0 to 100, for a figure in percent"
        yield from _bad_rows("observations", shares, wrong, column, expected, "check the unit")
        wrong = answer.notna() & ~answer.isin([0, 1])
        yield from _bad_rows("observations", yes_or_no, wrong, column, "1 for yes or 0 for no", "correct it")
    relations = tables["relations"]
    wrong = (relations["unit"] == "") & (relations["value"] != "")
    yield from _bad_rows("relations", relations, wrong, "unit", "the unit of the value", "write it as read")


def _ends(tables: Tables) -> Iterator[Problem]:
    """Find relations that end before they start, or after they were published."""
    frame = tables["relations"]
    wrong = first_days(frame["end"]) > last_days(frame["published"])
    remedy = "leave the end empty here and add a row, published when the end was known"
    yield from _bad_rows("relations", frame, wrong, "end", "a day that was past when the row was published", remedy)
    wrong = last_days(frame["end"]) < first_days(frame["start"])
    yield from _bad_rows("relations", frame, wrong, "end", "a day on or after the start", "correct one of the two")


def _lists(tables: Tables) -> Iterator[Problem]:
    """Check cells that hold several ids."""
    sources = set(tables["sources"]["source"])
    facts = {*tables["figures"]["figure"], *tables["events"]["event"], *tables["claims"]["claim"]}
    facts |= relation_ids(tables["relations"])
    kinds = "ids of figures, events, relations (subject|relation|object)"
    yield from _members("figures", "sources", tables, sources, "ids of sources.csv", "sources.csv")
    yield from _members("verdicts", "evidence", tables, facts | sources, f"{kinds}, claims or sources", "the ledger")
    yield from _members("claims", "premises", tables, facts, f"{kinds} or claims", "the ledger")


def _members(table: str, column: str, tables: Tables, ids: set[str], expected: str, place: str) -> Iterator[Problem]:
    """Check each member of the `;`-separated cells of a column."""
    members = tables[table][["line", column]].assign(**{column: tables[table][column].str.split(";")})
    members = members.explode(column).reset_index(drop=True)
    offer = _offer(sorted(ids), f" or add it to {place}")
    wrong = ~members[column].isin(ids) & (members[column] != "")
    yield from _bad_rows(table, members, wrong, column, expected, offer)
