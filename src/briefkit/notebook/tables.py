"""Make tables of ledger rows, figures, or cells that a notebook writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from briefkit import formatting
from briefkit.analysis.quantity import Phrase, Quantity
from briefkit.annotated import AnnotatedText
from briefkit.ledger.readings import Event, Figure, Reading, readings_of, records
from briefkit.notebook import filters

_AMOUNT = re.compile(
    r"[+\u2212-]?\d[\d,]*(?:\.\d+)?%?(?:[\s\u00a0][^\dA-Z][^\d]{,24})?"
)  # what has a capital is a month
_NOTHING = ("", "not known", "none", "\u2013", "\u2014")

Say = Callable[..., AnnotatedText]
Cell = AnnotatedText | str
Table = tuple[list[Reading], list[list[Cell]]]


def table(data: Any, columns: Mapping[str, str] | None, say: Say) -> Table:
    """Make columns and rows of a table.

    Parameters
    ----------
    data : DataFrame, list of Figure, or dict
        Rows of the ledger; figures, a row for each reading, perhaps in a pair with a template for the note; or for
        each row header a list of cells.
    columns : mapping of str to str
        Columns and their headers.
    say : callable
        Renders a template.

    Returns
    -------
    columns : list of dict
        `title`, `align` (left or right) and `header` (whether its cells head their rows).
    rows : list of list
        Cells, each annotated or plain text.
    """
    if isinstance(data, pd.DataFrame):
        head, rows = _of_frame(data, columns or {str(name): str(name) for name in data.columns})
    elif isinstance(data, Mapping):
        head, rows = _of_cells(data, list(columns or [""]), say)
    else:
        titles = columns or {"figure": "Figure", "period": "Period", "value": "Value"}
        head, rows = _of_figures(data, titles, say)
    return [column | {"header": place == 0} for place, column in enumerate(head)], rows


def _of_frame(data: pd.DataFrame, columns: Mapping[str, str]) -> Table:
    head = [_column(title, pd.api.types.is_numeric_dtype(data[name])) for name, title in columns.items()]
    return head, [[_ledger_cell(name, row) for name in columns] for row in records(data)]


def _of_cells(data: Mapping[str, Sequence[Any]], titles: Sequence[str], say: Say) -> Table:
    rows: list[list[Cell]] = [[header, *(_cell(value, say) for value in cells)] for header, cells in data.items()]
    columns = [[str(row[place]) for row in rows if place < len(row)] for place in range(len(titles))]
    return [_column(title, _numeric(cells)) for title, cells in zip(titles, columns, strict=True)], rows


def _of_figures(data: Sequence[Any], titles: Mapping[str, str], say: Say) -> Table:
    pairs = [entry if isinstance(entry, tuple) else (entry, "") for entry in data]
    known = {(figure.figure, figure.period, remark): figure for figure, remark in pairs if figure.known}
    head = [_column(title, name == "value") for name, title in titles.items()]
    rows = [[_figure_cell(name, figure, remark, say) for name in titles] for (*_, remark), figure in known.items()]
    return head, rows


def _figure_cell(name: str, figure: Figure, remark: str, say: Say) -> Cell:
    written: dict[str, Callable[[], Cell]] = {
        "figure": lambda: figure.title,
        "period": lambda: say("{{ figure | period }}", figure=figure),
        "value": lambda: say("{{ figure }}", figure=figure),
        "note": lambda: say(remark) if remark else figure.note,
        "published": lambda: formatting.day(figure.published),
    }
    return written[name]()


def _column(title: str, numeric: bool) -> Reading:
    return {"title": title, "align": "right" if numeric else "left"}


def _numeric(cells: list[str]) -> bool:
    """Return whether a column holds amounts, or pairs of them, apart from cells that say that there is none."""
    parts = [part for cell in cells if cell not in _NOTHING for part in re.split(" (?:and|to) ", cell)]
    return bool(parts) and all(map(_AMOUNT.fullmatch, parts))


def _ledger_cell(name: str, row: Reading) -> Cell:
    """Write a cell of a ledger row; its value, or the day of an event, brings the row's readings."""
    value = row[name]
    if isinstance(value, (AnnotatedText, Figure, Quantity, Event)):
        return value if isinstance(value, AnnotatedText) else AnnotatedText.of(filters.phrase(value))
    text: str = "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
    if name in ("date", "start", "end", "published"):
        text = formatting.day(text)
    readings = readings_of(pd.DataFrame([row]))
    if name in ("date", "value") and text and readings:
        return AnnotatedText.of(Phrase(text, tuple(readings)))
    return text.replace(";", ", ") if name == "actors" else text


def _cell(value: Any, say: Say) -> Cell:
    """Write a cell that a notebook gave: annotated text, a template, or something that knows its source."""
    if isinstance(value, (AnnotatedText, str)):
        return say(value) if isinstance(value, str) else value
    return say("{{ value }}", value=value) if getattr(value, "known", True) else formatting.NOT_KNOWN
