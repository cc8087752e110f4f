"""Days and parts of days as the ledger writes them: 2018, 2018-09, 2018-09-12."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache

import pandas as pd

PATTERN = r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?"
_WRITTEN = re.compile(PATTERN)


@cache
def is_period(text: str) -> bool:
    """Whether `text` names a day, a month or a year that exists."""
    return bool(_WRITTEN.fullmatch(text)) and _exists(text)


def _exists(text: str) -> bool:
    year, month, day = (int(part) for part in f"{text}-01-01".split("-")[:3])
    return year > 0 and day <= monthrange(year, month)[1]


def first_days(written: pd.Series) -> pd.Series:
    """First day of each period, as timestamps; NaT where nothing or nonsense stands.

    Parameters
    ----------
    written : Series of str
        `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    """
    codes, unique = pd.factorize(written)
    padded = pd.Series(unique, dtype="str").str.cat(["-01-01"] * len(unique)).str.slice(0, 10)
    short = pd.Series(unique, dtype="str").str.len()
    padded = padded.where(short != 7, pd.Series(unique, dtype="str") + "-01")
    days = pd.to_datetime(padded, format="%Y-%m-%d", errors="coerce")
    days = days.where(pd.Series(unique, dtype="str").str.fullmatch(PATTERN).fillna(False).astype(bool))
    return pd.Series(days.to_numpy().take(codes), index=written.index).where(codes >= 0)


def last_days(written: pd.Series) -> pd.Series:
    """Last day of each period, as timestamps: the day by which partial dates are compared.

    Parameters
    ----------
    written : Series of str
        `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    """
    first, length = first_days(written), written.str.len()
    month_end = first + pd.offsets.MonthEnd(0)
    year_end = first + pd.offsets.YearEnd(0)
    return first.where(length == 10, month_end.where(length == 7, year_end))


@cache
def last_day(written: str) -> date:
    """Last day of one period.

    Raises
    ------
    ValueError
        If `written` names no day, month or year.
    """
    if not is_period(written):
        raise ValueError(f'"{written}" is no day, month or year such as 2018-09-12, 2018-09 or 2018')
    year, month, day = (*(int(part) for part in written.split("-")), 0, 0)[:3]
    return date(year, month or 12, day or monthrange(year, month or 12)[1])
