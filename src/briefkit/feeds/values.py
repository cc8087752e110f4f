"""Values as documents write them: digits grouped or not, minus as △, flags behind the number; and what flags mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

MISSING = {
    "",
    ":",
    "-",
    "--",
    "…",
    "...",
    "..",
    ".",
    "–",
    "—",
    "x",
    "X",
    "n/a",
    "n.a.",
    "NA",
    "N/A",
    "NaN",
    "#N/A",
    "null",
    "***",
    "‐",
}
"""Texts that stand for no value, beside those that a feed names."""
FLAGS = {
    # Eurostat's observation flags, and what the OECD and national offices share with them
    **{
        "p": "provisional",
        "e": "estimate",
        "s": "estimate",
        "f": "forecast",
        "r": "",
        "b": "",
        "d": "",
        "u": "",
        "n": "",
    },
    **{"c": "missing", "z": "missing", ":": "missing"},
    # CL_OBS_STATUS of SDMX
    **{
        "A": "",
        "B": "",
        "D": "",
        "E": "estimate",
        "F": "forecast",
        "G": "",
        "I": "estimate",
        "N": "",
        "P": "provisional",
    },
    **{"S": "", "T": "", "U": "", "V": "", "W": ""},
    **dict.fromkeys("HKLMOQ", "missing"),
}
"""What a flag says of a value, where a feed does not say otherwise; empty for what the ledger need not know."""
_MINUS = "-−–‐△▲"
_TAIL = r"(?:[eE](?P<power>[+-]?\d+))?\s?(?P<flags>[A-Za-z]{1,3}|\([A-Za-z]{1,3}\))?\s?%?"


def _number(point: str, comma: str) -> re.Pattern[str]:
    groups = rf"\d{{1,3}}(?:[{comma} '’\u00a0\u202f]\d{{3}})+(?:{point}\d*)?|\d+(?:{point}\d*)?|{point}\d+"
    return re.compile(rf"(?P<sign>[{_MINUS}+]?)\s?(?P<number>{groups}){_TAIL}")


_NUMBERS = {".": _number(r"\.", ","), ",": _number(",", ".")}


def parse_value(text: str, decimal: str = ".") -> tuple[Decimal, str] | None:
    """Read a number and the flags behind it, or None where there is none.

    Digits that are grouped must be so by threes: 1,5 is no number unless the decimal sign is a comma.

    Examples
    --------
    >>> [str(parse_value(text)[0]) for text in ("1,234.5", "△8.1", "−3", "1.5E+3", "12.3p")]
    ['1234.5', '-8.1', '-3', '1.5E+3', '12.3']
    >>> parse_value("12.3 (p)")[1], parse_value("1,5"), str(parse_value("1,5", ",")[0])
    ('p', None, '1.5')
    """
    written = unicodedata.normalize("NFKC", text).strip()
    match = _NUMBERS[decimal].fullmatch(written)
    if not match:
        return None
    digits = re.sub(r"[^\d" + decimal + "]", "", match["number"]).replace(",", ".")
    number = Decimal(digits).scaleb(int(match["power"] or 0))
    return (-number if match["sign"] and match["sign"] in _MINUS else number), (match["flags"] or "").strip("()")


def status_of(flags: str, own: Mapping[str, str]) -> list[str] | None:
    """Return what flags say of a value, each word once, or None for a flag that nobody has explained.

    Parameters
    ----------
    flags : str
        A flag, or several in a row.
    own : mapping of str to str
        What the feed says that they mean.

    Examples
    --------
    >>> status_of("p", {}), status_of("ep", {}), status_of("A", {}), status_of("?", {})
    (['provisional'], ['estimate', 'provisional'], [], None)
    """
    meanings = {**FLAGS, **own}
    parts = [flags] if flags in meanings else [flag for flag in flags if flag not in " ,;"]
    if any(flag not in meanings for flag in parts if flag):
        return None
    return [word for word in dict.fromkeys(meanings[flag] for flag in parts if flag) if word]


def scaled(number: Decimal, scale: Decimal, decimals: int | None) -> str:
    """Write a number times a scale as the ledger does, rounded half up where decimals are given.

    Examples
    --------
    >>> scaled(Decimal("129318200.0"), Decimal("1e-6"), 2), scaled(Decimal("0.25"), Decimal(-1), 1)
    ('129.32', '-0.3')
    """
    value = number * scale
    if decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    value = value.normalize() + 0
    return format(value, "f")
