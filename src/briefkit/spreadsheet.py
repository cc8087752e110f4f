"""A table of the ledger as it lies on disk: CSV that an editor, a spreadsheet or `briefkit add` wrote."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from briefkit.errors import LedgerError, Problem

_BLANK_END = re.compile(r"(\r?\n[ \t]*)+\Z")


def read_table(path: Path, columns: list[str]) -> pd.DataFrame:
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
        remedy = "create it with its header line, or name the brief's folder with --project"
        raise LedgerError([Problem(str(path), None, "", "no file", "a table of the ledger", remedy)])
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")  # Excel begins a file with a byte-order mark
        end = len(text.rstrip()) - len(text)  # only the end is looked at: a search of the whole takes long
        return text if not end else text[:end] + _BLANK_END.sub("\n", text[end:])
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x}, which is not UTF-8"
        raise LedgerError([Problem(str(path), line, "", found, "text in UTF-8", "save it as UTF-8")]) from error


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
        odd = {column: cells for column in columns if (cells := _spaced(frame[column]))}
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


def _spaced(cells: pd.Series) -> list[str]:
    """Cells with space around them; each that occurs is looked at once."""
    return [cell for cell in cells.unique().tolist() if cell != cell.strip()]


def _empty(cells: pd.DataFrame, odd: Mapping[str, list[str]]) -> pd.Series:
    """Rows without any cell: a blank line, or the bare commas that a spreadsheet leaves."""
    empty = pd.Series(True, index=cells.index)
    for column in cells:
        blank = ["", *(cell for cell in odd.get(str(column), []) if not cell.strip())]
        empty &= cells[column].isin(blank)
        if not empty.any():
            break
    return empty
