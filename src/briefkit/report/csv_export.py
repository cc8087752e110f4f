"""Rows that a page shows as CSV: as text, and as an address that holds it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote


def csv_text(rows: Iterable[Iterable[Any]]) -> str:
    r"""Write rows as CSV; a cell that a spreadsheet would run as a formula is made text.

    Examples
    --------
    >>> csv_text([["period", "value"], [2017, "=1+1"]])
    "period,value\r\n2017,'=1+1\r\n"
    """
    file = io.StringIO()
    csv.writer(file).writerows([re.sub(r"^(?=[=+@\t])", "'", str(cell)) for cell in row] for row in rows)
    return file.getvalue()


def data_url(text: str) -> str:
    """Return a `data:` address that holds the text of a CSV file."""
    return "data:text/csv;charset=utf-8," + quote(text, safe=",;:()/")
