"""What selects the values of each figure from the documents of a feed: written in the feed, or in a table beside it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from briefkit.errors import FeedError, Problem
from briefkit.yaml_files import Lines


@dataclass(frozen=True)
class Series:
    """What selects the values of one figure from a document, and what is done to them.

    Attributes
    ----------
    figure : str
        The id in `figures.csv`.
    where, expect : tuple of (str, str)
        What columns say in its rows; what columns or cells must say besides.
    value : str
        The column of its values; empty for that of the feed.
    cells, periods : str
        Ranges of cells that hold values and their periods, such as `C5:N5`.
    scale : str
        A decimal by which values are multiplied.
    sign : int
        1, or -1 where the document has the other sign.
    decimals : int or None
        How many the ledger keeps; None for those of the document.
    unit : str
        The unit of the figure, where the feed insists on it.
    jump : float
        How many times its largest change so far a change may be before somebody has to look.
    line : int or None
        Where the feed says so.
    """

    figure: str
    where: tuple[tuple[str, str], ...] = ()
    expect: tuple[tuple[str, str], ...] = ()
    value: str = ""
    cells: str = ""
    periods: str = ""
    scale: str = "1"
    sign: int = 1
    decimals: int | None = None
    unit: str = ""
    jump: float = 2.0
    line: int | None = None


def series_of_mapping(stated: Mapping[str, Mapping[str, Any]], lines: Lines) -> Iterator[Series]:
    """Read series from what a feed says under `series`, by figure."""
    for figure, selection in stated.items():
        options = dict(selection)
        for name in ("where", "expect"):
            options[name] = tuple((str(column), _text(cell)) for column, cell in options.get(name, {}).items())
        options["scale"] = _text(options.get("scale", 1))
        yield Series(str(figure), **options, line=lines.get(("series", figure)))


def _text(value: Any) -> str:
    return repr(value) if isinstance(value, float) else str(value)


_CONVERTED = {"sign": int, "decimals": int, "jump": float}


def series_of_table(path: Path, name: str) -> Iterator[Series]:
    """Read series from a CSV file beside the feed: figure, options by their names, `where COLUMN`, `expect COLUMN`."""
    file = path.with_name(name)
    if Path(name).name != name or not file.is_file():
        remedy = "create it with a column figure, or name another"
        raise FeedError([Problem(str(path), None, "series", f'"{name}"', "a csv file beside the feed", remedy)])
    with file.open(encoding="utf-8-sig", newline="") as opened:
        reader = csv.DictReader(opened)
        options = {"figure", "value", "cells", "periods", "scale", "sign", "decimals", "unit", "jump"}
        odd = [
            one for one in reader.fieldnames or [] if one not in options and not one.startswith(("where ", "expect "))
        ]
        if odd or "figure" not in (reader.fieldnames or []):
            found = f'"{odd[0]}"' if odd else "no column figure"
            expected = "figure, an option of series, where COLUMN or expect COLUMN"
            raise FeedError([Problem(str(file), 1, "header", found, expected, "rename the column")])
        yield from (_from_row(row, reader.line_num, file) for row in reader)


def _from_row(row: Mapping[str, str], line: int, file: Path) -> Series:
    filled = {name: cell for name, cell in row.items() if cell}
    pairs = {
        name: tuple((column[len(name) + 1 :], cell) for column, cell in filled.items() if column.startswith(f"{name} "))
        for name in ("where", "expect")
    }
    options: dict[str, Any] = {name: cell for name, cell in filled.items() if " " not in name}
    try:
        options |= {name: convert(options[name]) for name, convert in _CONVERTED.items() if name in options}
        float(options.get("scale", 1))
    except ValueError as error:
        raise FeedError([Problem(str(file), line, "", str(error), "numbers", "correct the row")]) from error
    return Series(**(options | pairs), line=line)
