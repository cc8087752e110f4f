"""A table of the ledger as it lies on disk: CSV that an editor, a spreadsheet or `briefkit add` wrote."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from briefkit.errors import LedgerError, Problem
from briefkit.ledger.columns import distinct, which

_BLANK_END = re.compile(rb"(\r?\n[ \t]*)+\Z")
_PIECE = 32_000_000
"""Bytes read at a time."""


def read_table(path: Path, columns: list[str]) -> pd.DataFrame:
    """One table with line numbers, each different text of a column once; refuses what is not a table of these columns.

    Returns
    -------
    DataFrame
        Categorical columns of text, and `line`.
    """
    raw = _utf8(path)
    head = raw[: raw.find(b"\n") + 1] or raw
    header = next(csv.reader([head.decode().rstrip("\r\n")]), [])
    if header != columns:
        raise LedgerError([_header_problem(path, header, columns)])
    try:
        frame = _parsed(raw, head, columns)
        even = _is_even(raw, frame)
    except pd.errors.ParserError:
        even = False
    uneven = [] if even else list(_ragged(path, raw.decode(), len(columns)))
    if uneven:
        raise LedgerError(uneven)
    return frame.assign(line=range(2, len(frame) + 2))


def _parsed(raw: bytes, head: bytes, columns: list[str]) -> pd.DataFrame:
    """The cells of a table, read piece by piece, which takes less memory.

    Each piece begins with the header as if it were a row, lest pandas take a column of nothing but numbers for numbers.
    """
    given: Any = {"dtype": "category", "keep_default_na": False, "na_values": [], "skip_blank_lines": False}
    pieces = [
        pd.read_csv(io.BytesIO(head + piece), header=None, names=columns, low_memory=False, **given).iloc[1:]
        for piece in _pieces(raw, len(head))
    ]
    return pd.DataFrame({name: _joined([piece[name].array for piece in pieces], name) for name in columns})


def _pieces(raw: bytes, start: int) -> Iterator[bytes]:
    """Some hundred thousand lines at a time; all of them where a quoted cell may hold a line break."""
    size = len(raw) if b'"' in raw else _PIECE
    while True:
        end = raw.find(b"\n", start + size) + 1 or len(raw)
        yield raw[start:end]
        start = end
        if end == len(raw):
            break


def _joined(pieces: list[Any], name: str) -> pd.Categorical:
    """The cells of a column; its name is no text of it, unless a cell says the same."""
    cells = union_categoricals(pieces, sort_categories=True) if len(pieces) > 1 else pieces[0]
    codes, at = cells.codes, cells.categories.tolist().index(name)
    if (codes == at).any():
        return cells
    return pd.Categorical.from_codes(codes - (codes > at), cells.categories.delete(at), validate=False)


def _is_even(raw: bytes, frame: pd.DataFrame) -> bool:
    """Whether all commas are between cells or in one, so that no row is short; pandas fills short rows in silence."""
    commas = (len(frame) + 1) * (frame.shape[1] - 1)
    if b'"' in raw:
        for codes, texts in (distinct(frame[column]) for column in frame):
            if any("\n" in text for text in texts.tolist()):
                return False
            commas += int(np.array([text.count(",") for text in texts.tolist()])[codes].sum())
    return raw.count(b",") == commas


def _utf8(path: Path) -> bytes:
    if not path.is_file():
        remedy = "create it with its header line, or name the brief's folder with --project"
        raise LedgerError([Problem(str(path), None, "", "no file", "a table of the ledger", remedy)])
    raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)  # Excel begins a file with a byte-order mark
    try:
        if not raw.isascii():
            raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x}, which is not UTF-8"
        raise LedgerError([Problem(str(path), line, "", found, "text in UTF-8", "save it as UTF-8")]) from error
    end = len(raw)
    while end and raw[end - 1] in b" \t\r\n":  # only the end is looked at: a search of the whole takes long
        end -= 1
    tidy = _BLANK_END.sub(b"\n", raw[end:])
    return raw if tidy == raw[end:] else raw[:end] + tidy


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


def _ragged(path: Path, text: str, width: int) -> Iterator[Problem]:
    """Rows with more or fewer cells than the header; read again by the csv module, which counts lines."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                if len(row) > width:  # fewer cells are an empty row to `tidied`
                    yield Problem(str(path), reader.line_num, "", "an empty row", "none", "delete it")
            elif len(row) != width:
                remedy = "put text with commas in double quotes" if len(row) > width else "add the missing commas"
                yield Problem(str(path), reader.line_num, "", f"{len(row)} cells", f"{width} cells", remedy)
    except csv.Error as error:
        yield Problem(str(path), reader.line_num, "", str(error), "quoted text that ends", "close the quote")


def appended(raw: bytes, cells: Iterable[str]) -> bytes:
    """The bytes of a table with one more row; nothing before it is touched, its last blank lines apart."""
    ending = b"\r\n" if b"\r\n" in raw else b"\n"
    written = io.StringIO()
    csv.writer(written, lineterminator=ending.decode()).writerow(cells)
    return raw.rstrip(b" \t\r\n") + ending + written.getvalue().encode()


def tidied(tables: Mapping[str, pd.DataFrame]) -> tuple[list[Problem], dict[str, pd.DataFrame]]:
    """What editors and spreadsheets leave behind, as problems by table: empty rows, spaces around cells; and the rest.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Text columns as read, and `line`.
    """
    found: list[Problem] = []
    tidy = {}
    for name, frame in tables.items():
        columns = [column for column in frame.columns if column != "line"]
        odd = {column: cells for column in columns if (cells := which(frame[column], _is_spaced))}
        empty = _empty(frame[columns], odd)
        found += [
            Problem(name, int(line), "", "an empty row", "none", "delete it") for line in frame.loc[empty, "line"]
        ]
        tidy[name] = frame[~empty] if empty.any() else frame
        for column, cells in odd.items():
            wrong = tidy[name][tidy[name][column].isin(cells)]
            for line, cell in zip(wrong["line"], wrong[column], strict=True):
                expected, remedy = "a cell without space around it", "remove the space"
                found.append(Problem(name, int(line), column, f'"{cell}"', expected, remedy))
            tidy[name] = tidy[name].assign(**{column: tidy[name][column].str.strip()})
    return found, tidy


def _is_spaced(cell: str) -> bool:
    return cell != cell.strip()


def _empty(cells: pd.DataFrame, odd: Mapping[str, list[str]]) -> pd.Series:
    """Rows without any cell: a blank line, or the bare commas that a spreadsheet leaves."""
    empty = pd.Series(True, index=cells.index)
    for column in cells:
        blank = ["", *(cell for cell in odd.get(str(column), []) if not cell.strip())]
        empty &= cells[column].isin(blank)
        if not empty.any():
            break
    return empty
