"""The tables of facts: loaded, every row checked, and seen as of a day."""

from __future__ import annotations

import copy
import json
import os
import pickle
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.errors import LedgerError, Problem
from briefkit.hashing import stamp
from briefkit.ledger import archive
from briefkit.ledger.columns import number
from briefkit.ledger.csv_tables import appended, read_table
from briefkit.ledger.periods import last_day, last_days
from briefkit.ledger.queries import Answers, Lists
from briefkit.ledger.rules import COLUMNS, problems, unknowable
from briefkit.ledger.snapshot import Snapshot
from briefkit.ledger.vintages import Histories
from briefkit.storage import replace_file

_DATED = ("events", "relations", "verdicts")
"""Other tables whose rows say when they were published."""
_LARGE = "observations"
"""The table that may grow long: its columns stay categorical, each different text once."""


class Ledger:
    """All that the ledger holds, of every day.

    Parameters
    ----------
    folder : Path
        Where the tables lie.
    tables : mapping of str to DataFrame
        Checked rows as text, those of `observations` categorical, with `line`, the line of the file.
    shapes : mapping of str to dict
        GeoJSON files that lie beside the tables.
    """

    def __init__(self, folder: Path, tables: Mapping[str, pd.DataFrame], shapes: Mapping[str, Any]) -> None:
        self.folder = folder
        self.tables = tables
        self.shapes = shapes
        self._marked: dict[str, Any] = {}

    def as_of(self, day: str | date, *, overrides: Iterable[Mapping[str, Any]] = ()) -> Snapshot:
        """What was known at the end of `day`.

        For each figure, period and source the observation last published on or before the day; of two
        published on the same day the later row counts.

        Parameters
        ----------
        day : str or date
            ISO day, month or year; the last two mean their last day.
        overrides : iterable of mapping
            Values that an edition sets: figure, value, reason, perhaps period.

        Raises
        ------
        ValueError
            If `day` is no day.
        """
        on = last_day(day) if isinstance(day, str) else day
        seen = cache(lambda name: _until(self._dated[name], on))
        about: dict[str, Any] = {"lists": self._lists, "row_hashes": self._row_hashes, "shapes": self.shapes}
        return Snapshot(Answers(seen, on, histories=self._histories, overrides=overrides, **about))

    def seen_from(self, folder: Path) -> Ledger:
        """The same ledger, its folder written in another way."""
        seen = copy.copy(self)
        seen.folder = folder
        return seen

    @cached_property
    def _lists(self) -> Lists:
        return Lists(self.tables)

    @cached_property
    def _histories(self) -> Histories:
        orders = {figure: str(row["sources"]) for figure, row in self._lists.figures.items()}
        return Histories(self.tables[_LARGE], orders)

    def _row_hashes(self, name: str) -> Any:
        """A hash of each row of a table, by the index that its rows keep in every snapshot."""
        if name not in self._marked:
            table = self._dated[name].drop(columns=["line", "key"], errors="ignore")
            self._marked[name] = pd.util.hash_pandas_object(table, index=False).to_numpy()
        return self._marked[name]

    @cached_property
    def last_published(self) -> date:
        """The last day on which anything in the ledger was published: the latest as-of day that it supports."""
        return self.published.max().date()

    @cached_property
    def published(self) -> pd.Series:
        """Days on which something became known, as timestamps, each once."""
        written = [self.tables[name]["published"].drop_duplicates().astype("str") for name in (_LARGE, *_DATED)]
        return last_days(pd.concat(written).drop_duplicates()).drop_duplicates()

    @cached_property
    def _dated(self) -> dict[str, pd.DataFrame]:
        """The other tables whose rows have a published day, oldest first, with days and numbers as such."""
        made = {name: _by_day(self.tables[name]) for name in _DATED}
        made["relations"] = made["relations"].assign(value=number(made["relations"]["value"]))
        made["events"] = made["events"].assign(happened=last_days(made["events"]["date"]))
        return made


def load_ledger(folder: str | Path = "data", *, cache: str = "") -> Ledger:
    """Load the ledger in `folder` and check every row.

    Parameters
    ----------
    folder : str or Path
        Where the CSV tables lie.
    cache : str
        A store in which the rows of a large ledger, once checked, are kept between commands; see `archive`.

    Raises
    ------
    LedgerError
        With every problem in every table.

    Examples
    --------
    >>> ledger = load_ledger("data")                                      # doctest: +SKIP
    >>> ledger.as_of("2018-10-12").figure("energy.import_share.lng").value  # doctest: +SKIP
    8.5
    """
    folder = Path(folder)
    stamps = _stamps(folder)
    _CHECKED[stamps] = ledger = _CHECKED.pop(stamps, None) or _handed(stamps) or _loaded(folder, cache)
    if len(_CHECKED) > 4:
        del _CHECKED[next(iter(_CHECKED))]
    return ledger if ledger.folder == folder else ledger.seen_from(folder)


_CHECKED: dict[tuple[Any, ...], Ledger] = {}
"""A few ledgers, by how their files stood; the one asked for last stands last."""


def _stamps(folder: Path) -> tuple[Any, ...]:
    home = folder.resolve()
    return home, *map(stamp, sorted([*home.glob("*.csv"), *home.glob("*.geojson")]))


def checked() -> bytes:
    """The ledger that this process has loaded last, without what it has read of it: see `adopt`."""
    last = list(_CHECKED.items())[-1:]
    return pickle.dumps([(stamps, Ledger(book.folder, book.tables, book.shapes)) for stamps, book in last])


def adopt(ledger: bytes) -> None:
    """Count as loaded what another process has `checked`, for as long as its files stay as they are."""
    _CHECKED.update(pickle.loads(ledger))


LEDGER_VARIABLE = "BRIEFKIT_HANDED_LEDGER"
"""Environment variable that names a file to kernels, with what whoever started them has `checked`."""


def _handed(stamps: tuple[Any, ...]) -> Ledger | None:
    file = Path(os.environ.get(LEDGER_VARIABLE, ""))
    if file.is_file():
        adopt(file.read_bytes())
    return _CHECKED.pop(stamps, None)


def _loaded(folder: Path, cache: str) -> Ledger:
    shapes, wrong = _read_shapes(folder)
    try:
        read = archive.checked(folder, cache, lambda: _read(folder))
    except LedgerError as error:
        wrong = [*error.problems, *wrong]
    if wrong:
        raise LedgerError(wrong)
    small = {name: table.astype(dict.fromkeys(COLUMNS[name], "str")) for name, table in read.items() if name != _LARGE}
    return Ledger(folder, read | small, shapes)


def _read(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables, every row checked."""
    read: dict[str, pd.DataFrame] = {}
    wrong: list[Problem] = []
    for name, columns in COLUMNS.items():
        try:
            read[name] = read_table(folder / f"{name}.csv", columns)
        except LedgerError as error:
            wrong += error.problems
    wrong = wrong or problems(read, {name: str(folder / f"{name}.csv") for name in COLUMNS})
    if wrong:
        raise LedgerError(wrong)
    return read


def append(folder: str | Path, table: str, row: Mapping[str, str], *, today: date | None = None) -> int:
    """Append one row to a table, if the ledger with it can be believed.

    Two that append at once lose nothing: the folder is locked, and the file is replaced in one step.

    Parameters
    ----------
    folder : str or Path
        Where the tables lie.
    table : str
        `observations`, `sources` or another table.
    row : mapping of str to str
        Cells by column; what is left out is empty.
    today : date or None
        Refuse a row that was published later than this.

    Returns
    -------
    int
        The line of the new row.

    Raises
    ------
    LedgerError
        With every problem; nothing is written then.
    """
    from filelock import FileLock

    path = Path(folder) / f"{table}.csv"
    with FileLock(Path(folder) / ".ledger.lock"):
        book = load_ledger(folder)
        line = len(book.tables[table]) + 2
        cells = {column: row.get(column, "") for column in COLUMNS[table]}
        new = pd.DataFrame([cells | {"line": line}]).astype(dict.fromkeys(cells, "str"))
        old = book.tables[table].astype(new.dtypes)
        whole = {**book.tables, table: pd.concat([old, new], ignore_index=True)}
        files = {name: str(Path(folder) / f"{name}.csv") for name in COLUMNS}
        wrong = problems(whole, files) + (unknowable({table: new}, files, today) if today else [])
        if wrong:
            raise LedgerError(wrong)
        replace_file(path, appended(path.read_bytes(), cells.values()))
    return line


def _until(table: pd.DataFrame, day: date) -> pd.DataFrame:
    """The rows of a table sorted by day that were published by the end of `day`."""
    seen = table.iloc[: table["day"].searchsorted(pd.Timestamp(day), side="right")]
    return seen.drop(columns="day").rename(columns={"happened": "day"}) if "happened" in seen else seen


def _by_day(table: pd.DataFrame) -> pd.DataFrame:
    """A table with its days, oldest first; of one day in the order of its lines."""
    day = last_days(table["published"])
    return table.assign(day=day).sort_values("day", kind="stable", ignore_index=True)


def _read_shapes(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    shapes, wrong = {}, []
    for path in sorted(folder.glob("*.geojson")):
        try:
            shapes[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            wrong.append(Problem(str(path), None, "", str(error), "GeoJSON in UTF-8", "make the file again"))
    return shapes, wrong
