"""Periods as statistical offices write them, turned into those of the ledger: Jul-26, Q3 2018, 平成30年3月, FY2018."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache

RHYTHMS = {"day": 1, "week": 7, "month": 31, "quarter": 92, "half-year": 184, "year": 366, "fiscal-year": 366}
"""Days, at most, of the periods of a rhythm."""
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_RECOGNISED = [
    re.compile(pattern)
    for pattern in (
        r"(?P<Y>\d{4})(?:-(?P<m>\d\d)(?:-(?P<d>\d\d)(?:[T ]\d\d:\d\d.*)?)?)?",
        r"(?P<Y>\d{4})[ -]?M(?P<m>\d{1,2})",
        r"(?P<Y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
        r"(?P<Y>\d{4})[ /-]?Q(?P<q>[1-4])|Q(?P<q2>[1-4])[ /-]?(?P<Y2>\d{4})",
        r"(?P<Y>\d{4})[ -]?[HS](?P<h>[12])",
        r"(?P<Y>\d{4})[ -]?W(?P<w>\d\d)",
        r"FY ?(?P<f>\d{4})",
        r"(?P<d>\d{1,2})? ?(?P<b>[^\W\d]+)\.? (?P<Y>\d{4})|(?P<Y2>\d{4}) (?P<b2>[^\W\d]+)\.?",
    )
]
_JAPANESE = re.compile(
    rf"(?:(?P<era>{'|'.join(_ERAS)})(?P<e>元|\d{{1,2}})|(?P<Y>\d{{4}}))(?:年|[./])"
    r"(?:(?P<f>度)|(?:第(?P<q>[1-4])四半期|(?P<first>\d{1,2})[-~〜–](?P<last>\d{1,2})月期?"
    r"|(?P<m>\d{1,2})(?:月(?:分|(?P<d>\d{1,2})日)?)?)?)?"
)
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d\d)",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "q": r"(?P<q>[1-4])",
    "h": r"(?P<h>[12])",
    "b": r"(?P<b>[^\W\d]+)\.?",
    "F": r"(?P<f>\d{4})(?:[/-]\d{2,4})?",
    "%": "%",
}


def is_form(form: str) -> bool:
    """Return whether a text is a form of periods: its directives are known, and one of them is a year.

    Examples
    --------
    >>> [form for form in ("%b-%y", "Q%q %Y", "%F", "%m", "%k %Y") if is_form(form)]
    ['%b-%y', 'Q%q %Y', '%F']
    """
    letters = re.findall(r"%(.)", form)
    return set(letters) <= set(_DIRECTIVES) and len(set(letters) & {"Y", "y", "F"}) == 1 == _most(letters)


def _most(letters: list[str]) -> int:
    return max(letters.count(letter) for letter in letters) if letters else 0


def parse_period(text: str, form: str = "", *, grain: str = "", language: str = "en") -> str | None:
    """Turn a period into the ledger's way of writing it, or None where it names none.

    Parameters
    ----------
    text : str
        As the document writes it.
    form : str
        Its form in directives: `%Y`, `%y` (two digits, 1970 to 2069), `%m`, `%d`, `%b` (name of a month, short or
        long), `%q` (quarter), `%h` (half-year), `%F` (fiscal year, as in 2018 or 2018/19). Without it a period is
        recognised where only one reading of it is possible.
    grain : str
        The rhythm of the series, where it is coarser than what is written: quarters told by their first day.
    language : str
        Of the names of months.

    Examples
    --------
    >>> [parse_period(text) for text in ("2018", "2018M9", "2018Q3", "Sep 2018", "平成30年9月", "平成30年度", "3/18")]
    ['2018', '2018-09', '2018-Q3', '2018-09', '2018-09', 'FY2018', None]
    >>> parse_period("Jul-26", "%b-%y"), parse_period("2012-04-01", grain="quarter")
    ('2026-07', '2012-Q2')
    """
    written = unicodedata.normalize("NFKC", text).strip()
    patterns = [_pattern(form)] if form else [*_RECOGNISED, _JAPANESE]
    match = next(filter(None, (pattern.fullmatch(written) for pattern in patterns)), None)
    parts = {name.rstrip("2"): part for name, part in match.groupdict().items() if part} if match else {}
    period = _written(parts, language) if parts else None
    return _coarsened(period, grain) if period and grain else period


def parse_periods(texts: Iterable[str], form: str = "", *, grain: str = "", language: str = "en") -> list[str | None]:
    """Turn many periods into the ledger's way of writing them, each text once; see `parse_period`."""
    known: dict[str, str | None] = {}
    return [
        known[text]
        if text in known
        else known.setdefault(text, parse_period(text, form, grain=grain, language=language))
        for text in texts
    ]


@cache
def _pattern(form: str) -> re.Pattern[str]:
    parts = re.split(r"%(.)", form)
    return re.compile("".join(_DIRECTIVES[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)))


def _written(parts: dict[str, str], language: str) -> str | None:
    """Write the parts of a period as the ledger does; None where there is no such month or day."""
    if "f" in parts and "Y" not in parts and "era" not in parts:
        return f"FY{parts['f']}"
    year = _year(parts)
    if "f" in parts:
        return f"FY{year}"
    if "first" in parts:
        return _span(year, int(parts["first"]), int(parts["last"]))
    for letter, sign in (("q", "Q"), ("h", "H"), ("w", "W")):
        if letter in parts:
            return f"{year}-{sign}{parts[letter]}"
    month = _months(language).get(parts["b"].casefold()) if "b" in parts else int(parts.get("m", 0)) or None
    if month is None:
        return None if "b" in parts or "m" in parts else f"{year}"
    try:
        day = date(int(year), month, int(parts.get("d", 1)))
    except ValueError:
        return None
    return day.isoformat() if "d" in parts else day.isoformat()[:7]


def _year(parts: dict[str, str]) -> str:
    if "era" in parts:
        return str(_ERAS[parts["era"]] + (1 if parts["e"] == "元" else int(parts["e"])))
    if "y" in parts:
        return str((1900 if int(parts["y"]) >= 70 else 2000) + int(parts["y"]))
    return parts["Y"]


def _span(year: str, first: int, last: int) -> str | None:
    """Write months as the quarter or half-year that they are."""
    if (first, last) in ((1, 3), (4, 6), (7, 9), (10, 12)):
        return f"{year}-Q{last // 3}"
    return f"{year}-H{last // 6}" if (first, last) in ((1, 6), (7, 12)) else None


def _coarsened(period: str, grain: str) -> str | None:
    """Return the period of a rhythm in which a day, month or quarter lies."""
    year, _, rest = period.partition("-")
    if grain == "day" or period.startswith("FY"):
        return period
    if grain == "year" or not rest:
        return year
    if rest[0] in "QHW":
        return f"{year}-H{(int(rest[1]) + 1) // 2}" if grain == "half-year" and rest[0] == "Q" else period
    month = int(rest[:2])
    day = date(int(year), month, int(rest[3:] or 1))
    iso = day.isocalendar()
    return {
        "month": f"{year}-{month:02}",
        "quarter": f"{year}-Q{(month + 2) // 3}",
        "half-year": f"{year}-H{(month + 5) // 6}",
        "fiscal-year": f"FY{int(year) - (month < 4)}",
        "week": f"{iso.year}-W{iso.week:02}",
    }[grain]


@cache
def _months(language: str) -> dict[str, int]:
    """Numbers of months by their names, short and long."""
    from babel.dates import get_month_names

    names = [
        (name, month)
        for width in ("abbreviated", "wide")
        for month, name in get_month_names(width, locale=language).items()
    ]
    return {name.casefold().rstrip("."): month for name, month in names} | ({"sept": 9} if language == "en" else {})
