"""The tables of facts: loaded, every row checked, and seen as of a day."""

from __future__ import annotations

import copy
import json
import os
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.errors import BriefError, LedgerError, Problem
from briefkit.hashing import Stamp, stamp
from briefkit.ledger.catalogue import Catalogue
from briefkit.ledger.csv_tables import read_table, with_rows
from briefkit.ledger.periods import last_day, last_days
from briefkit.ledger.rules import problems, published_after
from briefkit.ledger.schema import SCHEMA
from briefkit.ledger.snapshot import Snapshot
from briefkit.storage import replace_file


class Ledger:
    """All that the ledger holds, of every day.

    Parameters
    ----------
    folder : Path
        Where the tables lie.
    tables : mapping of str to DataFrame
        Checked rows as text, with `line`, the line of the file; those of `observations` are categorical, which keeps
        each different text once.
    shapes : mapping of str to dict
        GeoJSON files that lie beside the tables.
    """

    def __init__(self, folder: Path, tables: Mapping[str, pd.DataFrame], shapes: Mapping[str, Any]) -> None:
        self.folder = folder
        self.tables = tables
        self.shapes = shapes

    def as_of(self, day: str | date, *, overrides: Iterable[Mapping[str, Any]] = ()) -> Snapshot:
        """Return what was known at the end of a day.

        For each figure, period and source the observation last published on or before the day; of two published on
        the same day the later row counts.

        Parameters
        ----------
        day : str or date
            ISO day, month or year; the last two mean their last day.
        overrides : iterable of mapping
            Values that an edition sets: `figure`, `value`, in the figure's unit, `reason`, perhaps `period`.

        Raises
        ------
        ValueError
            If `day` is no day.

        Examples
        --------
        >>> [ledger.as_of(day).figure("energy.share").known for day in ("2018-03-28", "2018-03")]
        [False, True]
        >>> setting = {"figure": "energy.share", "value": 15, "reason": "a scenario"}
        >>> ledger.as_of("2018-10-12", overrides=[setting]).figure("energy.share").override
        {'value': 8.5, 'reason': 'a scenario', 'period': '2017'}
        """
        on = last_day(day) if isinstance(day, str) else day
        return Snapshot(self._catalogue, on, overrides=overrides)

    def seen_from(self, folder: Path) -> Ledger:
        """Return the same ledger, its folder written in another way."""
        ledger = copy.copy(self)
        ledger.folder = folder
        return ledger

    @cached_property
    def _catalogue(self) -> Catalogue:
        return Catalogue(self.tables, self.shapes)

    @cached_property
    def last_published(self) -> date:
        """The last day on which anything was published: the latest as-of day that the ledger supports.

        Examples
        --------
        >>> ledger.last_published
        datetime.date(2018, 9, 12)
        """
        return self.published.max().date()

    @cached_property
    def published(self) -> pd.Series:
        """Days on which something became known, as timestamps, each once."""
        dated = ("observations", "events", "relations", "verdicts")
        written = pd.concat([self.tables[name]["published"] for name in dated])
        return last_days(written.drop_duplicates()).drop_duplicates()


# -- loading ---------------------------------------------------------------------------------------


def load_ledger(folder: str | Path = "data") -> Ledger:
    """Load the ledger in a folder and check every row.

    Parameters
    ----------
    folder : str or Path
        Where the CSV tables lie.

    Returns
    -------
    Ledger
        The same one for as long as no file in the folder changes.

    Raises
    ------
    LedgerError
        With every problem in every table.

    Examples
    --------
    >>> load_ledger(ledger.folder).as_of("2018-10-12").figure("energy.share").value
    8.5
    """
    folder = Path(folder)
    stamps = _stamps(folder)
    _LOADED[stamps] = ledger = _LOADED.pop(stamps, None) or _adopted(stamps) or _load(folder)
    if len(_LOADED) > 4:
        del _LOADED[next(iter(_LOADED))]
    return ledger if ledger.folder == folder else ledger.seen_from(folder)


Stamps = tuple[Path | Stamp, ...]
_LOADED: dict[Stamps, Ledger] = {}
"""A few checked ledgers by the state of their files, the one asked for last at the end."""
LEDGER_VARIABLE = "BRIEFKIT_HANDED_LEDGER"
"""Environment variable that names to kernels a file with the `pickled_ledger` of the process that started them."""


def pickled_ledger() -> bytes:
    """Return the ledger that this process has loaded last, for other processes to `adopt_ledger`."""
    last = list(_LOADED.items())[-1:]
    return pickle.dumps([(stamps, Ledger(ledger.folder, ledger.tables, ledger.shapes)) for stamps, ledger in last])


def adopt_ledger(pickled: bytes) -> None:
    """Count as loaded what another process has loaded and checked, for as long as its files stay as they are."""
    _LOADED.update(pickle.loads(pickled))


def _adopted(stamps: Stamps) -> Ledger | None:
    """Return the ledger of the process that started this one, if its files are still as they were."""
    file = Path(os.environ.get(LEDGER_VARIABLE, ""))
    if file.is_file():
        adopt_ledger(file.read_bytes())
    return _LOADED.pop(stamps, None)


def _stamps(folder: Path) -> Stamps:
    home = folder.resolve()
    return home, *map(stamp, sorted([*home.glob("*.csv"), *home.glob("*.geojson")]))


def _load(folder: Path) -> Ledger:
    shapes, wrong = _read_shapes(folder)
    tables: dict[str, pd.DataFrame] = {}
    unread: list[Problem] = []
    for name, path in _files(folder).items():
        try:
            tables[name] = read_table(path, SCHEMA[name].names)
            if name == "observations":
                tables[name] = tables[name].astype(dict.fromkeys(SCHEMA[name].names, "category"))
        except LedgerError as error:
            unread += error.problems
    wrong += unread or problems(tables, _names(folder))  # rows are compared across tables: all must be read
    if wrong:
        raise LedgerError(wrong)
    return Ledger(folder, tables, shapes)


def _files(folder: Path) -> dict[str, Path]:
    return {name: folder / f"{name}.csv" for name in SCHEMA}


def _names(folder: Path) -> dict[str, str]:
    """Return the names of the files for messages."""
    return {name: str(path) for name, path in _files(folder).items()}


def _read_shapes(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    """Read the GeoJSON files beside the tables, by name without suffix."""
    shapes, wrong = {}, []
    for path in sorted(folder.glob("*.geojson")):
        try:
            shapes[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            wrong.append(Problem(str(path), None, "", str(error), "GeoJSON in UTF-8", "make the file again"))
    return shapes, wrong


# -- appending -------------------------------------------------------------------------------------


def append(folder: str | Path, table: str, row: Mapping[str, str], *, today: date | None = None) -> int:
    """Append one row to a table, if the ledger with it can be believed; return its line.

    See `append_rows`.
    """
    append_rows(folder, table, lambda _: [row], today=today)
    return len(load_ledger(folder).tables[table]) + 1


def append_rows(
    folder: str | Path,
    table: str,
    choose: Callable[[Ledger], Sequence[Mapping[str, str]]],
    *,
    today: date | None = None,
) -> int:
    """Append rows to a table, all of them or none, if the ledger with them can be believed.

    Two that append at once lose nothing and double nothing: the folder is locked, rows are chosen for the ledger as
    it is then, and the file is replaced in one step.

    Parameters
    ----------
    folder : str or Path
        Where the tables lie.
    table : str
        `observations`, `sources` or another table.
    choose : callable
        Given the ledger, returns the rows: cells by column; what is left out is empty.
    today : date or None
        Refuse a row that was published later than this.

    Returns
    -------
    int
        How many rows were appended.

    Raises
    ------
    LedgerError
        With every problem; nothing is written then.
    BriefError
        If the file cannot be written, as where a disk is full; it is as it was then.
    """
    from filelock import FileLock

    folder = Path(folder)
    path, columns = _files(folder)[table], SCHEMA[table].names
    with FileLock(folder / ".ledger.lock"):
        ledger = load_ledger(folder)
        rows = [{column: row.get(column, "") for column in columns} for row in choose(ledger)]
        if not rows:
            return 0
        tables, first = dict(ledger.tables), len(ledger.tables[table]) + 2
        new = pd.DataFrame(rows, columns=columns, dtype="str").assign(line=range(first, first + len(rows)))
        tables[table] = pd.concat([tables[table].astype(new.dtypes), new], ignore_index=True)
        wrong = problems(tables, _names(folder))
        wrong += published_after({table: new}, _names(folder), today) if today else []
        if wrong:
            raise LedgerError(wrong)
        try:
            replace_file(path, with_rows(path.read_bytes(), (row.values() for row in rows)))
        except OSError as error:
            expected, remedy = f"to append {len(rows)} rows", "nothing was written; see to it and try again"
            raise BriefError(f"{path}: found {error.strerror}, expected {expected}; {remedy}") from error
    return len(rows)
