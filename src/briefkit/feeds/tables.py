"""Documents as tables of text: CSV, spreadsheets, tables of HTML pages, SDMX, JSON-stat and JSON."""

from __future__ import annotations

import csv
import fnmatch
import io
import json
import logging
import math
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

import pandas as pd

from briefkit.errors import BriefError
from briefkit.feeds import grid as grids
from briefkit.feeds.grid import unreadable

Options = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """A document as a table.

    Attributes
    ----------
    rows : DataFrame of str
        One column for each heading or dimension; `key`, where the format has one.
    grid : DataFrame of str or None
        All cells by place, where the format has places.
    updated : str
        When the document says that it was prepared; empty where it does not.
    """

    rows: pd.DataFrame
    grid: pd.DataFrame | None = None
    updated: str = ""


def read_table(body: bytes, format: str, options: Options, limit: int) -> Table:
    """Read a document as a table of text.

    Parameters
    ----------
    body : bytes
        As fetched.
    format : str
        `csv`, `xlsx`, `html`, `sdmx`, `json-stat` or `json`.
    options : mapping
        What a feed says under `read`.
    limit : int
        Bytes that a packed document may hold, unpacked.

    Raises
    ------
    FeedError
        If the document is not of the format.
    """
    refuse_bomb(body, limit)
    if "member" in options:
        body = _member(body, str(options["member"]))
    try:
        return _READERS[format](body, options)
    except (BriefError, ImportError):
        raise
    except Exception as error:  # each library has its own ways to say that a document is broken
        found = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else 'no reason'}"
        raise unreadable("format", found, f"a document of the format {format}", "look at it") from error


def refuse_bomb(body: bytes, limit: int) -> None:
    """Refuse a zip archive, as spreadsheets are, that holds more than `limit` bytes; it is unpacked to count them.

    Raises
    ------
    FeedError
        If it holds more.
    """
    if not body.startswith(b"PK\x03\x04"):
        return
    left = limit
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                while left >= 0 and (piece := member.read(min(1 << 20, left + 1))):
                    left -= len(piece)
            if left < 0:
                expected = f"at most {limit / 1e6:g} MB unpacked"
                raise unreadable("document", "a packed file that holds more", expected, "raise limits.megabytes")


def _member(body: bytes, pattern: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        names = sorted(name for name in archive.namelist() if fnmatch.fnmatchcase(name, pattern))
        if len(names) != 1:
            shown = ", ".join(archive.namelist()[:8])
            raise unreadable("read.member", f"{len(names)} files like {pattern}", f"one of {shown}", "name it")
        return archive.read(names[0])


# -- rows and columns of cells -------------------------------------------------------------------


def _csv(body: bytes, options: Options) -> Table:
    text = _decoded(body, options)
    rows = list(csv.reader(io.StringIO(text), delimiter=options.get("separator", ",")))
    return _of_grid(rows, options)


def _decoded(body: bytes, options: Options) -> str:
    encoding = options.get("encoding", "utf-8-sig")
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        found = f"byte 0x{body[error.start]:02x}, which is not {encoding}"
        expected = f"text in {encoding}"
        raise unreadable("read.encoding", found, expected, "name the encoding, such as cp932 for Japanese") from error


def _xlsx(body: bytes, options: Options) -> Table:
    sheet = options.get("sheet", 1)
    book = pd.ExcelFile(io.BytesIO(body), engine="calamine")
    names = [str(name) for name in book.sheet_names]
    if (isinstance(sheet, str) and sheet not in names) or (isinstance(sheet, int) and not 1 <= sheet <= len(names)):
        raise unreadable("read.sheet", f'"{sheet}"', f"one of {', '.join(names)}", "correct the name or number")
    name = sheet - 1 if isinstance(sheet, int) else sheet
    cells = book.parse(name, header=None, dtype=object, na_filter=False)
    return _of_grid([[text(value) for value in row] for row in cells.to_numpy().tolist()], options)


def _html(body: bytes, options: Options) -> Table:
    """Read one table of a page, merged cells repeated; pandas would turn codes such as 007 into numbers."""
    from lxml import html

    choice, tables = options.get("table", 1), list(html.fromstring(_decoded(body, options)).iter("table"))
    if isinstance(choice, str):
        chosen = [table for table in tables if choice in " ".join(table.text_content().split())]
    else:
        chosen = tables[choice - 1 : choice]
    if not chosen:
        found = f'"{choice}"' if isinstance(choice, str) else str(choice)
        raise unreadable("read.table", found, f"a text or number of one of {len(tables)} tables", "correct it")
    return _of_grid(_rows_of(chosen[0]), options)


def _rows_of(table: Any) -> list[list[str]]:
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    cells: dict[tuple[int, int], str] = {}
    for at, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while (at, column) in cells:
                column += 1
            tall, wide = (max(1, min(int(cell.get(name) or 1), 1000)) for name in ("rowspan", "colspan"))
            written = " ".join(cell.text_content().split())
            cells |= {(at + down, column + right): written for down in range(tall) for right in range(wide)}
            column += wide
    width = max((column + 1 for _, column in cells), default=0)
    return [[cells.get((at, column), "") for column in range(width)] for at in range(len(rows))]


def _of_grid(rows: Iterable[list[str]], options: Options) -> Table:
    rows = list(rows)
    width = max(map(len, rows), default=0)
    grid = pd.DataFrame([row + [""] * (width - len(row)) for row in rows], dtype="object")
    names = options.get("names", ())
    header = options.get("header", () if names else (1,))
    return Table(grids.table(grid, header, names, options.get("fill", ())), grid)


def text(value: Any) -> str:
    """Write the value of a cell as a person would: whole numbers without decimals, days in ISO.

    Examples
    --------
    >>> [text(value) for value in (2018.0, 0.1, None, date(2018, 9, 1), " a ")]
    ['2018', '0.1', '', '2018-09-01', 'a']
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    return str(value).strip()


# -- statistical formats -------------------------------------------------------------------------


def _sdmx(body: bytes, options: Options) -> Table:
    if not body.lstrip().startswith((b"<", b"{")):
        return _csv(body, options)  # SDMX-CSV is a table already
    import sdmx

    log, level = logging.getLogger("sdmx"), logging.getLogger("sdmx").level
    log.setLevel(logging.ERROR)  # it warns that a message without its structure is read as it stands
    try:
        message: Any = sdmx.read_sdmx(io.BytesIO(body))
    finally:
        log.setLevel(level)
    if not getattr(message, "data", None):
        raise unreadable("document", f"a {type(message).__name__} without data", "observations", "ask for data")
    frames = [_observations(dataset, dataset.structured_by or message.structure) for dataset in message.data]
    rows = pd.concat(frames, ignore_index=True).fillna("")
    prepared = getattr(message.header, "prepared", None)
    return Table(rows, updated=prepared.date().isoformat() if prepared else "")


def _observations(dataset: Any, structure: Any) -> pd.DataFrame:
    """Return dimensions, attributes and values of a data set as text, with the key of each series."""
    import sdmx

    frame = sdmx.to_pandas(dataset, attributes="osgd").reset_index()
    frame = frame.rename(columns={"value": "OBS_VALUE"})
    rows = pd.DataFrame({str(name): [text(value) for value in frame[name].tolist()] for name in frame})
    ordered = sorted(structure.dimensions, key=lambda dimension: dimension.order or 0)
    names = [dimension.id for dimension in ordered if dimension.id in rows and dimension.id != "TIME_PERIOD"]
    return rows.assign(key=rows[names].agg(".".join, axis="columns") if names else "")


def _json_stat(body: bytes, options: Options) -> Table:
    """Read JSON-stat 1 and 2: the values of a cube in row-major order, its dimensions by their categories.

    No library of PyPI that reads it has had a release since 2023, and this is all there is to it.
    """
    found = json.loads(_decoded(body, options), parse_float=str, parse_int=str)
    cube = found if found.get("class") == "dataset" else next(iter(found.values()))
    dimension = cube["dimension"]
    ids, sizes = (cube.get(name) or dimension[name] for name in ("id", "size"))
    categories = [_categories(dimension[name]["category"]) for name in ids]
    if [len(found) for found in categories] != [int(size) for size in sizes]:
        raise unreadable("document", "categories and sizes that differ", "one category for each place", "look at it")
    rows = pd.DataFrame(list(product(*categories)), columns=ids, dtype="object")
    times = (cube.get("role") or dimension.get("role") or {}).get("time") or ["time"]
    rows["key"] = [".".join(parts) for parts in rows.drop(columns=times, errors="ignore").to_numpy().tolist()]
    for name in ("value", "status"):
        rows[name] = _cube_cells(cube.get(name), len(rows))
    time = next((name for name in times if name in rows), "")
    return Table(rows.assign(period=rows[time]) if time else rows, updated=str(cube.get("updated") or "")[:10])


def _categories(category: Mapping[str, Any]) -> list[str]:
    index = category.get("index") or list(category["label"])
    return list(index) if isinstance(index, list) else sorted(index, key=lambda name: int(index[name]))


def _cube_cells(cells: Any, count: int) -> list[str]:
    """Return one text for each place of a cube: from a list, a mapping by place, or one text for all."""
    if isinstance(cells, dict) and isinstance(cells.get("value"), list):  # as Eurostat wrote status in JSON-stat 1
        cells = cells["value"]
    if isinstance(cells, list):
        return [text(value) for value in [*cells, *[None] * (count - len(cells))]]
    if isinstance(cells, dict):
        return [text(cells.get(str(place))) for place in range(count)]
    return [text(cells)] * count


def _json(body: bytes, options: Options) -> Table:
    found = json.loads(_decoded(body, options), parse_float=str, parse_int=str)
    for step in filter(None, str(options.get("path", "")).split(".")):
        try:
            found = found[int(step)] if isinstance(found, list) else found[step]
        except (LookupError, ValueError, TypeError):
            raise unreadable("read.path", f'"{step}"', f"a step in {_steps(found)}", "correct the path") from None
    if isinstance(found, dict) and not any(isinstance(value, (dict, list)) for value in found.values()):
        found = [{"key": key, "value": value} for key, value in found.items()]
    if not isinstance(found, list):
        raise unreadable("read.path", _steps(found), "a list of records", "name the place of the list")
    records = [row if isinstance(row, dict) else {str(at): cell for at, cell in enumerate(row)} for row in found]
    frame = pd.json_normalize(records)
    rows = pd.DataFrame({str(name): [text(value) for value in frame[name].tolist()] for name in frame})
    names = options.get("names", ())
    return Table(rows.rename(columns=dict(zip(rows.columns, names, strict=False))))


def _steps(found: Any) -> str:
    if isinstance(found, dict):
        return "a mapping of " + ", ".join(list(found)[:8])
    return f"a list of {len(found)}" if isinstance(found, list) else f'"{found}"'


_READERS: dict[str, Callable[[bytes, Options], Table]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "html": _html,
    "sdmx": _sdmx,
    "json-stat": _json_stat,
    "json": _json,
}
