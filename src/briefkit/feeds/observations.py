"""Observations in a document: the rows and cells that belong to each figure, as the ledger writes them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from briefkit.feeds.document import Document, header_day
from briefkit.feeds.feed import Feed, Series
from briefkit.feeds.grid import cell, cell_range, no_column
from briefkit.feeds.period_forms import parse_period, parse_periods
from briefkit.feeds.tables import Table
from briefkit.feeds.values import MISSING, parse_value, scaled, status_of
from briefkit.ledger.periods import is_period, last_days

COLUMNS = ["figure", "period", "value", "published", "source", "status", "note", "seen"]
"""Those of the ledger that a feed fills, `value` empty where there is none, and the day when the document was seen."""
FIRST_SEEN = ", first seen then"
"""Ends the note of a row whose day of publication nobody says: only that of the fetch is known."""


@dataclass(frozen=True)
class Unexpected:
    """Something in a document that nobody should append unseen.

    Attributes
    ----------
    kind : str
        `unit`, `frequency`, `jump`, `vanished`, `ambiguous`, `value`, `period`, `flag`, `published` or `same day`.
    figure, period : str
        What it is about.
    found, expected : str
        What the document has, and what it should.
    """

    kind: str
    figure: str
    period: str
    found: str
    expected: str


@dataclass(frozen=True)
class Observations:
    """All that a document says of the figures of a feed, and what is wrong with it."""

    rows: pd.DataFrame
    unexpected: tuple[Unexpected, ...] = ()


def observations(feed: Feed, table: Table, document: Document) -> Observations:
    """Find the observations of a feed's figures in a document.

    Parameters
    ----------
    feed : Feed
        Which figures, and how they are selected.
    table : Table
        The document, read.
    document : Document
        Where it comes from.

    Returns
    -------
    Observations
        Rows of `COLUMNS` as text. What is unexpected of a figure keeps all its rows back.

    Raises
    ------
    FeedError
        If the document has no column that the feed names.
    """
    reader = _Reader(feed, table, document)
    cells, wrong = _selected(feed, table)
    rows = pd.DataFrame(reader.rows(cells), columns=COLUMNS, dtype="str")
    wrong += reader.unexpected
    return Observations(rows[~rows["figure"].isin({problem.figure for problem in wrong})], tuple(wrong))


# -- which cells belong to a figure --------------------------------------------------------------

Cells = pd.DataFrame
"""Of each cell of a figure: `at`, the place of its series in the feed, and `period`, `value`, `flags`, `published`."""
_CELLS = ["at", "period", "value", "flags", "published"]


def _selected(feed: Feed, table: Table) -> tuple[Cells, list[Unexpected]]:
    """Return the cells of all figures of a feed, and what the document says besides that the feed does not expect."""
    rows = _prepared(feed, table.rows)
    alike: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    parts, wrong = [pd.DataFrame(columns=_CELLS)], list[Unexpected]()
    for at, series in enumerate(feed.series):
        if series.cells:
            parts.append(_of_range(series, at, table))
        else:
            alike[tuple(column for column, _ in series.where), series.value].append(at)
    for (columns, value), places in alike.items():
        own = _chosen(rows, columns, [(at, feed.series[at].where) for at in places])
        wrong += _contradictions(own, {at: feed.series[at] for at in places})
        parts.append(_of_rows(feed, own, value))
    ranged = {at: series for at, series in enumerate(feed.series) if series.cells}
    wrong += [problem for series in ranged.values() for problem in _contradicted(series, table)]
    return pd.concat(parts, ignore_index=True), wrong


def _prepared(feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table with `period_`, the period as the document writes it."""
    period = feed.period
    if period.get("across"):
        form = {"form": period.get("form", ""), "language": period.get("language", "en")}
        across = [name for name in rows if parse_period(str(name), **form)]
        if not across:
            raise no_column("period.across", "a period", rows)
        others = [name for name in rows if name not in across]
        return rows.melt(others, across, var_name="period_", value_name="value_")
    names = [period["column"]] if isinstance(period["column"], str) else period["column"]
    names = names if names != [""] else ["period"]
    if all(series.cells for series in feed.series):
        return rows
    for name in names:
        if name not in rows:
            raise no_column("period.column", name, rows)
    return rows.assign(period_=rows[names].agg("".join, axis="columns") if names[1:] else rows[names[0]])


def _chosen(
    rows: pd.DataFrame, columns: Sequence[str], chosen_series: Sequence[tuple[int, tuple[tuple[str, str], ...]]]
) -> pd.DataFrame:
    """Return the rows of some series that are selected by the same columns, with `at`; all rows where by none."""
    for column in columns:
        if column not in rows:
            raise no_column("series.where", column, rows)
    selection = pd.DataFrame({"at": [at for at, _ in chosen_series]})
    for place, column in enumerate(columns):
        selection[column] = pd.Series([where[place][1] for _, where in chosen_series], dtype=rows[column].dtype)
    return rows.merge(selection, on=list(columns)) if columns else rows.merge(selection, how="cross")


def _of_rows(feed: Feed, rows: pd.DataFrame, value: str) -> Cells:
    kind, column = feed.published
    names = {
        "value": value or ("value_" if "value_" in rows else feed.value),
        "flags": feed.flags["column"],
        "published": column if kind == "column" else "",
    }
    for place, name in names.items():
        optional = place == "flags" and "status" not in feed.settings
        if name and name not in rows and not optional:
            raise no_column(place, name, rows.drop(columns=["at", "period_"]))
    cells = {place: rows.get(name, "") for place, name in names.items()}
    return pd.DataFrame({"at": rows["at"], "period": rows["period_"], **cells})


def _of_range(series: Series, at: int, table: Table) -> Cells:
    values, periods = (
        [_cell(table, place) for place in cell_range(text) or ()] for text in (series.cells, series.periods)
    )
    return pd.DataFrame({"at": at, "period": periods, "value": values, "flags": "", "published": ""})


def _cell(table: Table, place: tuple[int, int]) -> str:
    return "" if table.grid is None else cell(table.grid, place)


def _contradictions(rows: pd.DataFrame, group: Mapping[int, Series]) -> Iterator[Unexpected]:
    """Yield where columns say something else in a series' rows than the feed expects, such as another unit."""
    expected: dict[str, dict[int, str]] = defaultdict(dict)
    for at, series in group.items():
        for name, text in series.expect:
            expected[name][at] = text
    for name, texts in expected.items():
        if name not in rows:
            raise no_column("series.expect", name, rows.drop(columns=["at", "period_"]))
        asked = rows["at"].map(texts)
        odd = rows[asked.notna() & (rows[name] != asked)].drop_duplicates("at")
        for at, found in zip(odd["at"], odd[name], strict=True):
            yield Unexpected("unit", group[at].figure, "", f'{name} "{found}"', f'"{texts[at]}"')


def _contradicted(series: Series, table: Table) -> Iterator[Unexpected]:
    """Yield the cells that say something else than a series of cells expects."""
    for name, text in series.expect:
        place = cell_range(name)
        found = _cell(table, place[0]) if place else ""
        if found != text:
            yield Unexpected("unit", series.figure, "", f'{name} "{found}"', f'"{text}"')


# -- what the cells say --------------------------------------------------------------------------


class _Reader:
    """Turns cells into rows of the ledger, and notes what is unexpected."""

    def __init__(self, feed: Feed, table: Table, document: Document) -> None:
        self._feed, period = feed, feed.period
        self._form = {
            name: period.get(name, other) for name, other in (("form", ""), ("grain", ""), ("language", "en"))
        }
        self._missing = MISSING | set(feed.settings.get("missing", ()))
        self._decimal, self._flags = feed.read.get("decimal", "."), feed.flags["flags"]
        self._scales = [Decimal(series.scale) * series.sign for series in feed.series]
        self._day, seen = _published(feed, table, document)
        self._note, self._seen = document.note + seen, document.day
        self.unexpected: list[Unexpected] = []

    def rows(self, cells: Cells) -> list[list[str]]:
        """Return one row for each cell that says something, each statement once.

        Two values of one period mean that a series is not narrow enough.
        """
        periods = parse_periods(cells["period"].tolist(), **self._form)
        chosen: dict[tuple[str, str, str], list[str]] = {}
        for *written, period in zip(*(cells[name].tolist() for name in _CELLS), periods, strict=True):
            row = self._row(self._feed.series[written[0]], period, *written)
            if row is None:
                continue
            other = chosen.setdefault((row[0], row[1], row[3]), row)
            if other[2] != row[2]:
                found = f"{other[2] or 'no value'} and {row[2] or 'no value'}"
                self._refuse("ambiguous", row[0], row[1], found, "one value for each period: narrow series.where")
        return list(chosen.values())

    def _row(
        self, series: Series, period: str | None, at: int, written: str, value: str, flags: str, published: str
    ) -> list[str] | None:
        figure, is_missing = series.figure, value.strip() in self._missing
        if period is None or not is_period(period):
            expected = "a period that the ledger knows"
            return None if is_missing else self._refuse("period", figure, written, f'"{written}"', expected)
        number = None if is_missing else parse_value(value, self._decimal)
        if number is None and not is_missing:
            return self._refuse("value", figure, period, f'"{value}"', "a number")
        words = status_of(flags.strip() + (number[1] if number else ""), self._flags)
        if words is None:
            return self._refuse("flag", figure, period, f'"{flags}"', "a flag that status.flags explains")
        day = parse_period(published) if published else self._day
        if day is None:
            return self._refuse("published", figure, period, f'"{published}"', "a day")
        known = number is not None and "missing" not in words
        text = scaled(number[0], self._scales[at], series.decimals) if number and known else ""
        status = ";".join(["verified", *(word for word in words if word != "missing")])
        return [figure, period, text, day, self._feed.source, status, self._note, self._seen]

    def _refuse(self, kind: str, figure: str, period: str, found: str, expected: str) -> list[str] | None:
        """Note what is unexpected, and return no row."""
        self.unexpected.append(Unexpected(kind, figure, period, found, expected))
        return None


def _published(feed: Feed, table: Table, document: Document) -> tuple[str, str]:
    """Return the day on which a document was published, and a mark where only the day is known on which it was seen."""
    kind, where = feed.published
    day = ""
    if kind == "last-modified":
        day = header_day(document.headers.get("last-modified", ""))
    elif kind == "header":
        day = header_day(document.headers.get(where.lower(), "")) or (
            table.updated if where.lower() == "prepared" else ""
        )
    elif kind == "calendar":
        day = max((release for release in where if release <= document.day), default="")
    return (day, "") if day or kind == "column" else (document.day, FIRST_SEEN)


def marked_forecasts(rows: pd.DataFrame) -> pd.DataFrame:
    """Mark as forecasts what was published before its period had ended, as the ledger asks."""
    ahead = last_days(rows["published"]) < last_days(rows["period"])
    unmarked = ahead & ~rows["status"].str.contains("forecast")
    return rows.assign(status=rows["status"].mask(unmarked, rows["status"] + ";forecast"))


def concatenated(parts: Iterable[Observations]) -> Observations:
    """Put the observations of several documents of a feed together, in their order."""
    parts = list(parts)
    frames = [part.rows for part in parts if len(part.rows)]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=COLUMNS, dtype="str")
    problems = tuple(problem for part in parts for problem in part.unexpected)
    return Observations(rows, problems)
