"""A table of the ledger as it lies on disk: CSV that an editor, a spreadsheet or `briefkit add` wrote."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from briefkit.errors import LedgerError, Problem
from briefkit.ledger.columns import texts_where

_BLANK_END = re.compile(r"(?:\r?\n[ \t]*)+\Z")


def read_table(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read one table, every cell as the text that stands there.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8.
    columns : list of str
        The header that it must have.

    Returns
    -------
    DataFrame
        `columns`, of text, and `line`, the line of the file (the header is line 1).

    Raises
    ------
    LedgerError
        If there is no such file, if it is not UTF-8, has another header, or rows with more or fewer cells.
    """
    text = _decode(path)
    header = next(csv.reader([text.partition("\n")[0].rstrip("\r")]), [])
    if header != columns:
        raise LedgerError([_header_problem(path, header, columns)])
    if not _is_even(text, len(columns)):
        uneven = list(_uneven_rows(path, text, len(columns)))
        if uneven:
            raise LedgerError(uneven)
    frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, na_values=[], skip_blank_lines=False)
    return frame.assign(line=range(2, len(frame) + 2))


def _decode(path: Path) -> str:
    """Return the text of a file without its byte-order mark and the blank lines at its end."""
    if not path.is_file():
        remedy = "create it with its header line, or name the brief's folder with --project"
        raise LedgerError([Problem(str(path), None, "", "no file", "a table of the ledger", remedy)])
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)  # Excel begins a file with a byte-order mark
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x}, which is not UTF-8"
        raise LedgerError([Problem(str(path), line, "", found, "text in UTF-8", "save it as UTF-8")]) from error
    end = len(text.rstrip(" \t\r\n"))
    return text[:end] + _BLANK_END.sub("\n", text[end:])


def _header_problem(path: Path, header: list[str], columns: list[str]) -> Problem:
    found = f'"{",".join(header)}"'
    if any(mark in "".join(header) for mark in ";\t") and len(header) == 1:
        return Problem(str(path), 1, "header", found, "columns parted by commas", "save it as comma-separated")
    if not set(header) & set(columns):
        remedy = f"put it back: {','.join(columns)}"
        return Problem(str(path), 1, "", found, "the header line, which is missing", remedy)
    missing = [column for column in columns if column not in header]
    more = [column for column in header if column not in columns]
    remedy = "; ".join([f"add {', '.join(missing)}"] * bool(missing) + [f"take out {', '.join(more)}"] * bool(more))
    return Problem(str(path), 1, "header", found, f'"{",".join(columns)}"', remedy or "put the columns in this order")


def _is_even(text: str, width: int) -> bool:
    """Return whether all rows have as many cells as the header; pandas fills short ones without a word."""
    try:
        return all(map(width.__eq__, map(len, csv.reader(io.StringIO(text), strict=True))))
    except csv.Error:
        return False


def _uneven_rows(path: Path, text: str, width: int) -> Iterator[Problem]:
    """Name rows with more or fewer cells than the header."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if len(row) == width:
                continue
            if any(cell.strip() for cell in row):
                remedy = "put text with commas in double quotes" if len(row) > width else "add the missing commas"
                yield Problem(str(path), reader.line_num, "", f"{len(row)} cells", f"{width} cells", remedy)
            elif len(row) > width:  # one with fewer cells is read as an empty row, which `tidy` names
                yield Problem(str(path), reader.line_num, "", "an empty row", "none", "delete it")
    except csv.Error as error:
        yield Problem(str(path), reader.line_num, "", str(error), "quoted text that ends", "close the quote")


def with_rows(raw: bytes, rows: Iterable[Iterable[str]]) -> bytes:
    """Return the bytes of a table with more rows, all before it as it was but for blank lines at its end."""
    ending = b"\r\n" if b"\r\n" in raw else b"\n"
    written = io.StringIO()
    csv.writer(written, lineterminator=ending.decode()).writerows(rows)
    return raw.rstrip(b" \t\r\n") + ending + written.getvalue().encode()


def tidy(tables: Mapping[str, pd.DataFrame]) -> tuple[list[Problem], dict[str, pd.DataFrame]]:
    """Find what editors and spreadsheets leave behind: empty rows, and spaces around cells.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text columns as read, and `line`.

    Returns
    -------
    problems : list of Problem
        Each names its table where the file's name is to stand.
    tables : dict of str to DataFrame
        Without the empty rows and the spaces.
    """
    problems: list[Problem] = []
    tidied = {}
    for name, frame in tables.items():
        columns = frame.columns.drop("line")
        empty = _is_empty(frame[columns])
        lines = frame.loc[empty, "line"]
        problems += [Problem(name, int(line), "", "an empty row", "none", "delete it") for line in lines]
        tidied[name] = frame[~empty] if empty.any() else frame
        for column in columns:
            texts = texts_where(tidied[name][column], lambda text: text != text.strip())
            if texts:
                spaced = tidied[name][tidied[name][column].isin(texts)]
                problems += [
                    Problem(name, int(line), column, f'"{cell}"', "a cell without space around it", "remove the space")
                    for line, cell in zip(spaced["line"], spaced[column], strict=True)
                ]
                tidied[name] = tidied[name].assign(**{column: tidied[name][column].str.strip()})
    return problems, tidied


def _is_empty(cells: pd.DataFrame) -> pd.Series:
    """Return which rows have no cell with text: blank lines, or the bare commas that a spreadsheet leaves."""
    empty = pd.Series(True, index=cells.index)
    for column in cells:
        empty &= cells[column].isin(texts_where(cells[column], lambda text: not text.strip()))
        if not empty.any():
            break
    return empty
