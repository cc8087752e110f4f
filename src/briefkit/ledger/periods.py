"""Days, months, quarters and years as the ledger writes them: 2018-09-12, 2018-09, 2018-Q3, 2018."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from briefkit.ledger.columns import Values, by_text

_WRITTEN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_QUARTER = re.compile(r"(\d{4})-Q([1-4])")


def is_period(text: str) -> bool:
    """Return whether a text names a day, a month, a quarter or a year that exists.

    Parameters
    ----------
    text : str
        Any text.

    Examples
    --------
    >>> [text for text in ("2018", "2018-02", "2018-Q3", "2018-02-30", "12 September") if is_period(text)]
    ['2018', '2018-02', '2018-Q3']
    """
    return _first_day(text) is not None


def is_date(text: str) -> bool:
    """Return whether a text names a day, a month or a year, as a date does: nothing is published on a quarter."""
    return is_period(text) and not _QUARTER.fullmatch(text)


def last_day(written: str) -> date:
    """Return the last day of a period: the day by which partial dates are compared.

    Parameters
    ----------
    written : str
        `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-Q1`.

    Raises
    ------
    ValueError
        If `written` names no day, month, quarter or year.

    Examples
    --------
    >>> last_day("2020-02")
    datetime.date(2020, 2, 29)
    """
    return _last_day(written)


def first_days(written: pd.Series) -> pd.Series:
    """Return the first day of each period.

    Parameters
    ----------
    written : Series of str
        `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-Q1`.

    Returns
    -------
    Series of datetime64
        NaT where a cell is empty or names no period.
    """
    return by_text(written, lambda texts: _days(texts, _first_day))


def last_days(written: pd.Series) -> pd.Series:
    """Return the last day of each period; see `first_days`.

    Examples
    --------
    >>> import pandas as pd
    >>> last_days(pd.Series(["2018", "2018-09", ""])).dt.date.tolist()
    [datetime.date(2018, 12, 31), datetime.date(2018, 9, 30), NaT]
    """
    return by_text(written, lambda texts: _days(texts, _last_day))


def _days(texts: pd.Index, day: Callable[[str], date | None]) -> Values:
    days = (day(text) if is_period(text) else None for text in texts.tolist())
    # numpy reads texts faster than dates
    return np.array([day.isoformat() if day else "NaT" for day in days], dtype="datetime64[us]")


@cache
def _first_day(written: str) -> date | None:
    if quarter := _QUARTER.fullmatch(written):
        written = f"{quarter[1]}-{3 * int(quarter[2]) - 2:02}"
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        return date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        return None


@cache
def _last_day(written: str) -> date:
    first = _first_day(written)
    if first is None:
        raise ValueError(f'"{written}" is no day, month, quarter or year such as 2018-09-12, 2018-09, 2018-Q3 or 2018')
    parts = written.count("-") + 1
    if parts == 3:
        return first
    month = first.month + 2 * ("Q" in written) if parts == 2 else 12
    return date(first.year, month, monthrange(first.year, month)[1])
