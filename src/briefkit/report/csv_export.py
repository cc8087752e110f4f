"""Rows that a page shows as CSV: as text, and as an address that holds it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote


def sheet(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV; a cell that a spreadsheet would run is made text."""
    written = io.StringIO()
    csv.writer(written).writerows([re.sub(r"^(?=[=+@\t])", "'", str(cell)) for cell in row] for row in rows)
    return written.getvalue()


def inside(text: str) -> str:
    """A sheet as an address that holds it."""
    return "data:text/csv;charset=utf-8," + quote(text, safe=",;:()/")
