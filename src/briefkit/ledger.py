"""The tables of facts: loaded, every row checked, and seen as of a day."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.errors import LedgerError, Problem
from briefkit.period import first_days, last_day, last_days
from briefkit.rules import COLUMNS, number, problems
from briefkit.snapshot import Snapshot


class Ledger:
    """All that the ledger holds, of every day.

    Parameters
    ----------
    folder : Path
        Where the tables lie.
    tables : mapping of str to DataFrame
        Checked rows as text, with `line`, the line of the file.
    shapes : mapping of str to dict
        GeoJSON files that lie beside the tables.
    """

    def __init__(self, folder: Path, tables: Mapping[str, pd.DataFrame], shapes: Mapping[str, Any]) -> None:
        self.folder = folder
        self.tables = tables
        self.shapes = shapes
        self._marked: dict[str, Any] = {}
        self._made: dict[Any, Any] = {}

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
        seen = {name: _until(table, on) for name, table in self._dated.items()}
        seen["observations"] = seen["observations"].drop_duplicates("key", keep="last")
        whole = {name: self.tables[name] for name in ("figures", "claims", "sources")}
        ids = {"event_ids": self.tables["events"][["event"]].drop_duplicates()}
        tables = {**whole, **seen, **ids}
        return Snapshot(tables, on, marks=self._marks, shapes=self.shapes, overrides=overrides, made=self._made)

    def _marks(self, name: str) -> Any:
        """A hash of each row of a table, by the index that its rows keep in every snapshot."""
        if name not in self._marked:
            table = self._dated[name].drop(columns=["line", "key"], errors="ignore")
            self._marked[name] = pd.util.hash_pandas_object(table, index=False).to_numpy()
        return self._marked[name]

    @cached_property
    def last_published(self) -> date:
        """The last day on which anything in the ledger was published: the latest as-of day that it supports."""
        return max(table["day"].max() for table in self._dated.values() if len(table)).date()

    @cached_property
    def _dated(self) -> dict[str, pd.DataFrame]:
        """The tables whose rows have a published day, oldest first, with days and numbers as such."""
        made = {}
        for name in ("observations", "events", "relations", "verdicts"):
            table = self.tables[name]
            table = table.assign(day=last_days(table["published"])).sort_values(["day", "line"], kind="stable")
            made[name] = table.reset_index(drop=True)
        made["observations"] = _with_vintages(made["observations"])
        made["relations"] = made["relations"].assign(value=number(made["relations"]["value"]))
        made["events"] = made["events"].assign(published_day=made["events"]["day"])
        return made


def load_ledger(folder: str | Path = "data") -> Ledger:
    """Load the ledger in `folder` and check every row.

    Parameters
    ----------
    folder : str or Path
        Where the CSV tables lie.

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
    files = sorted([*folder.glob("*.csv"), *folder.glob("*.geojson")])
    stamps = tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)
    return _loaded(folder, folder.resolve(), stamps)


@lru_cache(maxsize=4)
def _loaded(folder: Path, *_: Any) -> Ledger:
    """A ledger, once for as long as its files stay as they are."""
    read: dict[str, pd.DataFrame] = {}
    wrong: list[Problem] = []
    for name, columns in COLUMNS.items():
        try:
            read[name] = _read_table(folder / f"{name}.csv", columns)
        except LedgerError as error:
            wrong += error.problems
    shapes, wrong_shapes = _read_shapes(folder)
    if not wrong:
        wrong = problems(read, {name: str(folder / f"{name}.csv") for name in COLUMNS})
    if wrong or wrong_shapes:
        raise LedgerError([*wrong, *wrong_shapes])
    return Ledger(folder, read, shapes)


def append(folder: str | Path, table: str, row: Mapping[str, str]) -> int:
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
        new = pd.DataFrame([cells | {"line": line}]).astype(book.tables[table].dtypes)
        whole = {**book.tables, table: pd.concat([book.tables[table], new], ignore_index=True)}
        wrong = problems(whole, {name: str(Path(folder) / f"{name}.csv") for name in COLUMNS})
        if wrong:
            raise LedgerError(wrong)
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerow(cells.values())
        text = path.read_text(encoding="utf-8")
        aside = path.with_name(f".{path.name}.new")
        aside.write_text(text + "\n" * (not text.endswith("\n")) + written.getvalue(), encoding="utf-8", newline="")
        aside.replace(path)
    return line


def _until(table: pd.DataFrame, day: date) -> pd.DataFrame:
    """The rows of a table sorted by day that were published by the end of `day`."""
    seen = table.iloc[: table["day"].searchsorted(pd.Timestamp(day), side="right")]
    if "published_day" in seen:
        return seen.assign(day=last_days(seen["date"])).drop(columns="published_day")
    return seen


def _with_vintages(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers, days, a key for each figure, period and source, and the value that each row revises."""
    codes = [pd.factorize(table[column])[0] for column in ("figure", "period", "source")]
    key = (codes[0].astype("int64") * (max(codes[1], default=0) + 1) + codes[1]) * (max(codes[2], default=0) + 1)
    values = {column: number(table[column]) for column in ("value", "low", "high")}
    made = table.assign(key=key + codes[2], start=first_days(table["period"]), end=last_days(table["period"]), **values)
    before = made.groupby("key", sort=False)["value"].shift()
    return made.assign(revised_from=before.where(before != made["value"]))


def _read_table(path: Path, columns: list[str]) -> pd.DataFrame:
    """One table as text with line numbers; refuses what is not a table of these columns."""
    text = _decoded(path)
    header = next(csv.reader([text.split("\n", 1)[0].rstrip("\r")]), [])
    if header != columns:
        raise LedgerError([_header_problem(path, header, columns)])
    try:
        frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, skip_blank_lines=False, na_values=[])
        uneven_looking = frame.index.dtype != "int64" or _looks_ragged(text, len(columns))
    except pd.errors.ParserError:
        uneven_looking = True
    if uneven_looking:
        uneven = list(_ragged(path, text, len(columns)))
        if uneven:
            raise LedgerError(uneven)
    return frame.fillna("").assign(line=range(2, len(frame) + 2))


def _decoded(path: Path) -> str:
    if not path.is_file():
        remedy = "create it with its header line, or point --ledger to the folder that holds it"
        raise LedgerError([Problem(str(path), None, "", "no file", "a table of the ledger", remedy)])
    raw = path.read_bytes()
    if raw.startswith(b"\xef\xbb\xbf"):
        remedy = "save it as UTF-8 without BOM"
        raise LedgerError([Problem(str(path), 1, "", "a byte-order mark", "the header", remedy)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x}, which is not UTF-8"
        raise LedgerError([Problem(str(path), line, "", found, "text in UTF-8", "save it as UTF-8")]) from error


def _header_problem(path: Path, header: list[str], columns: list[str]) -> Problem:
    found = f'"{",".join(header)}"'
    if any(mark in "".join(header) for mark in ";\t") and len(header) == 1:
        return Problem(str(path), 1, "header", found, "columns parted by commas", "save it as comma-separated")
    missing = [column for column in columns if column not in header]
    more = [column for column in header if column not in columns]
    remedy = "; ".join([f"add {', '.join(missing)}"] * bool(missing) + [f"take out {', '.join(more)}"] * bool(more))
    return Problem(str(path), 1, "header", found, f'"{",".join(columns)}"', remedy or "put the columns in this order")


def _looks_ragged(text: str, width: int) -> bool:
    """Whether some line seems to have more or fewer cells; pandas fills short rows in silence."""
    lines = pd.Series(text.rstrip("\n").split("\n"), dtype="str")
    quoted = lines.str.contains('"', regex=False)
    if (lines[~quoted].str.count(",") != width - 1).any():
        return True
    return any(len(row) != width for row in csv.reader(lines[quoted]))


def _ragged(path: Path, text: str, width: int) -> Iterator[Problem]:
    """Rows with more or fewer cells than the header; read again by the csv module, which counts lines."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if len(row) != width:
                remedy = "put text with commas in double quotes" if len(row) > width else "add the missing commas"
                yield Problem(str(path), reader.line_num, "", f"{len(row)} cells", f"{width} cells", remedy)
    except csv.Error as error:
        yield Problem(str(path), reader.line_num, "", str(error), "quoted text that ends", "close the quote")


def _read_shapes(folder: Path) -> tuple[dict[str, Any], list[Problem]]:
    shapes, wrong = {}, []
    for path in sorted(folder.glob("*.geojson")):
        try:
            shapes[path.stem] = json.loads(path.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            wrong.append(Problem(str(path), None, "", str(error), "GeoJSON in UTF-8", "make the file again"))
    return shapes, wrong
