"""Tables: rows of the ledger, figures, or cells that a notebook writes, as the page needs them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from briefkit import annotated
from briefkit.analysis.quantity import Phrase, Quantity
from briefkit.ledger.readings import Event, Figure, Reading, readings_of, records
from briefkit.notebook import filters, prose

_NUMBER = re.compile(
    r"[+\u2212-]?\d[\d,]*(?:\.\d+)?%?(?:[\s\u00a0][^\dA-Z][^\d]{,24})?"
)  # what has a capital is a month
_NONE = ("", "not known", "none", "\u2013", "\u2014")

Say = Callable[..., Reading]


def table(data: Any, columns: Mapping[str, str] | None, say: Say) -> tuple[list[Reading], list[list[Any]]]:
    """Columns and rows of a table.

    Parameters
    ----------
    data : DataFrame, list of Figure, or dict
        Rows of the ledger; figures, a row for each reading, perhaps in a pair with a template for the note; or for
        each row header a list of cells.
    columns : mapping of str to str
        Columns and their headers.
    say : callable
        Renders a template.
    """
    if isinstance(data, pd.DataFrame):
        chosen = columns or {str(name): str(name) for name in data.columns}
        head = [_column(title, data[name]) for name, title in chosen.items()]
        rows = [[_cell(name, row) for name in chosen] for row in records(data)]
    elif isinstance(data, Mapping):
        rows = [[header, *(_said(cell, say) for cell in cells)] for header, cells in data.items()]
        below = [[flat(row[place]) for row in rows if place < len(row)] for place in range(len(columns or [""]))]
        aligned = ["right" if _numeric(column) else "left" for column in below]
        head = [{"title": title, "align": align} for title, align in zip(columns or [""], aligned, strict=True)]
    else:
        pairs = [one if isinstance(one, tuple) else (one, "") for one in data]
        found = {(one.figure, one.period, remark): (one, remark) for one, remark in pairs if one.known}
        known = list(found.values())
        titles = columns or {"figure": "Figure", "period": "Period", "value": "Value"}
        head = [{"title": title, "align": "right" if name == "value" else "left"} for name, title in titles.items()]
        cells = {"figure": lambda one: one.title, "period": lambda one: say("{{ x | period }}", x=one)}
        cells |= {"value": lambda one: say("{{ x }}", x=one), "note": lambda one: one.note}
        cells["published"] = lambda one: filters.date(one.published).text
        rows = [
            [say(remark) if remark and name == "note" else cells[name](figure) for name in titles]
            for figure, remark in known
        ]
    return [one | {"header": place == 0} for place, one in enumerate(head)], rows


def _numeric(cells: list[str]) -> bool:
    """Whether a column holds amounts, or pairs of them, apart from cells that say that there is none."""
    found = [part for cell in cells if cell not in _NONE for part in re.split(" (?:and|to) ", cell)]
    return bool(found) and all(map(_NUMBER.fullmatch, found))


def _column(title: str, cells: pd.Series) -> Reading:
    return {"title": title, "align": "right" if pd.api.types.is_numeric_dtype(cells) else "left"}


def _cell(name: str, row: Reading) -> Any:
    """A cell of a ledger row: its text, with the row's provenance as the note of its first number or day."""
    value = row[name]
    if isinstance(value, (dict, Figure, Quantity, Event)):
        return value if isinstance(value, dict) else prose.tell("{{ x }}", {"x": value})
    text: str = "" if pd.isna(value) else f"{value:g}" if isinstance(value, float) else str(value)
    if name in ("date", "start", "end", "published") and text:
        text = filters.date(text).text
    readings = readings_of(pd.DataFrame([row]))
    if name in ("date", "value") and text and readings:
        return annotated.noted(Phrase(text, tuple(readings)).note())
    return text.replace(";", ", ") if name == "actors" else text


def _said(cell: Any, say: Say) -> Any:
    if isinstance(cell, str):
        return say(cell)
    if not getattr(cell, "known", True):
        return "not known"
    return cell if isinstance(cell, dict) else say("{{ x }}", x=cell)


def flat(cell: Any) -> str:
    """A cell as plain text."""
    return annotated.plain(cell) if isinstance(cell, dict) else str(cell)
