"""A document as a grid of texts: cells by row and column, ranges such as C5:N5, headings over merged cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import pandas as pd

from briefkit.errors import FeedError, Problem, nearest

_RANGE = re.compile(r"([A-Z]{1,3})([1-9]\d*)(?::([A-Z]{1,3})([1-9]\d*))?")
JOINT = " | "
"""What stands between the parts of a heading of several rows."""


@cache
def cell_range(text: str) -> tuple[tuple[int, int], ...] | None:
    """Return the cells of a range as (row, column) from 0, row by row, or None where a text is no range.

    Examples
    --------
    >>> cell_range("C5:D5"), cell_range("B2"), cell_range("5C")
    (((4, 2), (4, 3)), ((1, 1),), None)
    """
    match = _RANGE.fullmatch(text)
    if not match:
        return None
    first, top, last, bottom = match.groups()
    columns = range(_column(first), _column(last or first) + 1)
    return tuple((row, column) for row in range(int(top) - 1, int(bottom or top)) for column in columns)


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def cell(grid: pd.DataFrame, place: tuple[int, int]) -> str:
    """Return the text of a cell; empty beyond the edge."""
    row, column = place
    return str(grid.iat[row, column]) if row < grid.shape[0] and column < grid.shape[1] else ""


def table(
    grid: pd.DataFrame, header: Sequence[int] = (1,), names: Sequence[str] = (), fill: Sequence[str] = ()
) -> pd.DataFrame:
    """Make the table below some heading rows.

    Parameters
    ----------
    grid : DataFrame of str
        As read, without headings.
    header : sequence of int
        Rows that hold headings, from 1. Of several rows the upper ones are filled to the right, as in merged cells,
        and the parts joined by ` | `.
    names : sequence of str
        Names of the columns where the document has none: then the rows below the last of `header` are all data.
    fill : sequence of str
        Columns whose empty cells are filled from above, as in merged cells.

    Raises
    ------
    FeedError
        If the grid has no such rows or columns.
    """
    last = max(header, default=0)
    if last > len(grid):
        raise unreadable("read.header", f"{len(grid)} rows", f"headings in row {last}", "correct the numbers")
    body = grid.iloc[last:].reset_index(drop=True)
    body.columns = pd.Index(list(names) or _headings(grid, header), dtype="object")[: body.shape[1]]
    for name in fill:
        if name not in body:
            raise no_column("read.fill", name, body)
        body[name] = body[name].mask(body[name] == "").ffill().fillna("")
    return body


def _headings(grid: pd.DataFrame, header: Sequence[int]) -> list[str]:
    rows = [grid.iloc[number - 1].str.strip() for number in sorted(header)]
    upper = [row.mask(row == "").ffill().fillna("") for row in rows[:-1]]
    parts = zip(*upper, rows[-1], strict=True)
    heads = [JOINT.join(part for part in dict.fromkeys(column) if part) for column in parts]
    counts: dict[str, int] = {}
    for at, head in enumerate(heads):  # two columns of one name would be taken for each other
        counts[head] = counts.get(head, 0) + 1
        heads[at] = head if counts[head] == 1 else f"{head} ({counts[head]})"
    return heads


def unreadable(place: str, found: str, expected: str, remedy: str) -> FeedError:
    """Make the error of a document that is not as its feed says; the reader of the feed names both."""
    return FeedError([Problem("", None, place, found, expected, remedy)])


def no_column(place: str, name: str, table: pd.DataFrame) -> FeedError:
    """Make the error of a document without a column that its feed names."""
    known = [str(column) for column in table.columns]
    shown = ", ".join(f'"{column}"' for column in known[:8]) + ("…" if known[8:] else "")
    return unreadable(place, f'"{name}"', f"a column of the document ({shown})", nearest(name, known))
