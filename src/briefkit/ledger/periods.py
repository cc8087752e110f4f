"""Days and parts of days as the ledger writes them: 2018, 2018-09, 2018-09-12."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from briefkit.ledger.columns import distinct

_WRITTEN = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")


def is_period(text: str) -> bool:
    """Whether `text` names a day, a month or a year that exists."""
    return _first_day(text) is not None


@cache
def _first_day(written: str) -> date | None:
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        return date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        return None


def first_days(written: pd.Series) -> pd.Series:
    """First day of each period, as timestamps; NaT where nothing or nonsense stands.

    Parameters
    ----------
    written : Series of str
        `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    """
    return _days(written, _first_day)


def last_days(written: pd.Series) -> pd.Series:
    """Last day of each period, as timestamps: the day by which partial dates are compared.

    Parameters
    ----------
    written : Series of str
        `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    """
    return _days(written, last_day)


def _days(written: pd.Series, day: Callable[[str], date | None]) -> pd.Series:
    codes, texts = distinct(written)
    found = (day(text) if is_period(text) else None for text in texts.tolist())
    days = [one.isoformat() if one else "NaT" for one in found]  # texts, which numpy reads sooner than days
    return pd.Series(np.array([*days, "NaT"], dtype="datetime64[us]")[codes], index=written.index)


@cache
def last_day(written: str) -> date:
    """Last day of one period.

    Raises
    ------
    ValueError
        If `written` names no day, month or year.
    """
    first = _first_day(written)
    if first is None:
        raise ValueError(f'"{written}" is no day, month or year such as 2018-09-12, 2018-09 or 2018')
    parts = written.count("-") + 1
    if parts == 3:
        return first
    month = first.month if parts == 2 else 12
    return date(first.year, month, monthrange(first.year, month)[1])
