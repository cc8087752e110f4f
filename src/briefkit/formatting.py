"""Write numbers and days as text.

One rule for all pages: a number is taken as the decimal that the ledger wrote, and half-way cases are rounded away from
zero. The comparisons behind a verdict use the same decimal, see `decimal`. Babel groups digits, names months and knows
which form of a noun or an ordinal a number asks for; it is imported when the first number is written.
"""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

LANGUAGE = "en"
NOT_KNOWN, MINUS = "not known", "−"
WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split()
SINGULAR = {"people": "person", "percentage points": "percentage point"}
SINGULAR |= {f"{unit}s": unit for unit in ("month", "year", "day", "point")}
_DIGITS_OF_A_FLOAT, _LAST_WHOLE_NUMBER = 15, 2**53  # a float holds all decimals and whole numbers up to these
_DATE = re.compile(r"(\d{4})(?:-(\d\d?))?(?:-(\d\d?))?(?!\d|-Q)")
_PATTERNS = ["y", "MMMM y", "d MMMM y"]


# ── Rounding


def decimal(value: float) -> Decimal:
    """Return the decimal that a float stands for: its shortest text, without the noise after the 15th digit.

    Verdicts, margins and told numbers all start here, so that they agree. Whole numbers are exact.

    Examples
    --------
    >>> decimal(8.45), decimal(0.1 + 0.2)
    (Decimal('8.45'), Decimal('0.3'))
    """
    if abs(value) <= _LAST_WHOLE_NUMBER and value == int(value):
        return Decimal(int(value))
    exact = Decimal(repr(float(value)))
    return Context(prec=_DIGITS_OF_A_FLOAT, rounding=ROUND_HALF_UP).plus(exact).normalize()


def round_half_up(value: float, digits: int = 0) -> Decimal:
    """Round to so many decimals; what lies half way goes away from zero.

    Examples
    --------
    >>> [str(round_half_up(value)) for value in (0.5, 1.5, 2.5, -2.5)]
    ['1', '2', '3', '-3']
    >>> str(round_half_up(8.45, 1))
    '8.5'
    """
    written, step = decimal(value), Decimal(1).scaleb(-digits)
    context = Context(prec=max(28, written.adjusted() + digits + 2))
    return written.quantize(step, ROUND_HALF_UP, context) + 0  # adding nothing takes the sign off −0


def rounded(value: float) -> float:
    """Round a computed value to what a reader can use: three digits, or all digits of the whole number.

    Examples
    --------
    >>> rounded(4.4449), rounded(0.012345), rounded(2230.5)
    (4.44, 0.0123, 2231.0)
    """
    written = decimal(value)
    return float(round_half_up(value, max(0, 2 - written.adjusted()) if written else 0))


def digits_apart(value: float, threshold: float, digits: int) -> int:
    """Return the fewest decimals, `digits` or more, with which a number is told on its own side of a threshold.

    Examples
    --------
    >>> digits_apart(14.96, 15, 1), digits_apart(14.96, 15, 0), digits_apart(14.2, 15, 0)
    (2, 2, 0)
    """
    written, edge = decimal(value), decimal(threshold)
    most = max(digits, -int(written.as_tuple().exponent))
    sides = ((places, round_half_up(value, places).compare(edge)) for places in range(digits, most + 1))
    return next((places for places, side in sides if side == written.compare(edge)), most)


# ── Numbers


def number(value: float | None, digits: int | None = None, *, exact: bool = False, against: float | None = None) -> str:
    """Write a number, grouped by thousands, with a true minus sign.

    Parameters
    ----------
    value : float or None
        None and NaN are "not known".
    digits : int, optional
        Decimals. Without them as many as the ledger has, up to four digits or two decimals; else, as in the result of
        a division, one.
    exact : bool
        All digits of the ledger, as a checker wants them.
    against : float, optional
        A threshold: a rounding that would reach or pass it, where the value does not, gets more decimals.

    Examples
    --------
    >>> number(2230.5), number(-8.15, 1), number(100 / 7), number(2.5, 0), number(-0.01, 0), number(None)
    ('2,230.5', '−8.2', '14.3', '3', '0', 'not known')
    >>> number(3.14159), number(3.14159, exact=True), number(14.96, 0, against=15)
    ('3.1', '3.14159', '14.96')
    """
    if value is None or math.isnan(value):
        return NOT_KNOWN
    places = _places(value, digits, exact)
    if against is not None and (more := digits_apart(value, against, places)) != places:
        return number(value, more)
    text = _grouped(round_half_up(value, places), places)
    return text if digits is not None or places == 0 or exact else text.removesuffix(".0")


def _places(value: float, digits: int | None, exact: bool) -> int:
    """Return how many decimals are written."""
    if digits is not None:
        return digits
    written = decimal(value)
    places = max(0, -int(written.as_tuple().exponent))
    return places if exact or places <= 2 or len(written.as_tuple().digits) <= 4 else 1


@lru_cache(maxsize=4096)
def _grouped(value: Decimal, places: int) -> str:
    from babel.numbers import format_decimal

    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    text = str(format_decimal(value, pattern, LANGUAGE, decimal_quantization=False))
    return text.replace("-", MINUS)


def amount(
    value: float | None,
    unit: str | None,
    digits: int | None = None,
    *,
    exact: bool = False,
    against: float | None = None,
    space: str = " ",
) -> str:
    """Write a value with its unit.

    Parameters
    ----------
    value, digits, exact, against
        As for `number`.
    unit : str or None
        As the ledger names it.
    space : str
        What stands before a unit that is a word, such as a no-break space.

    Examples
    --------
    >>> amount(8.5, "percent"), amount(2230, "billion yen"), amount(1, "people"), amount(1, "yes or no")
    ('8.5%', '2,230 billion yen', '1 person', 'yes')
    """
    text = number(value, digits, exact=exact, against=against)
    if value is None or text == NOT_KNOWN:
        return NOT_KNOWN
    if unit == "yes or no":
        return "yes" if value else "no"
    if unit in ("year", "percent"):
        return f"{text}%" if unit == "percent" else str(round_half_up(value))
    singular = SINGULAR.get(unit or "", unit) if text.removeprefix(MINUS) == "1" else unit
    return text if unit in (None, "", "count") else f"{text}{space}{singular}"


def margin(value: float | None, unit: str | None, *, space: str = " ") -> str:
    """Write the distance from the value at which a claim flips, with its sign; "none" at that value.

    Percent become points. What has no distance, as a yes from a no, gives an empty text.

    Examples
    --------
    >>> margin(-6.5, "percent"), margin(3, "people"), margin(0, "people"), margin(None, "")
    ('−6.5 points', '+3 people', 'none', '')
    """
    if value is None or math.isnan(value) or unit == "yes or no":
        return ""
    if value == 0:
        return "none"
    points = "points" if unit in ("percent", "percentage points") else unit
    return f"{'+' if value > 0 else MINUS}{amount(rounded(abs(value)), points, exact=True, space=space)}"


# ── Words for numbers


@cache
def _locale() -> Locale:
    from babel import Locale

    return Locale.parse(LANGUAGE)


def spelled(value: float) -> str:
    """Write a whole number in words up to twelve, in digits above.

    Examples
    --------
    >>> spelled(3), spelled(0), spelled(27), spelled(2.5)
    ('three', 'no', '27', '2.5')
    """
    return WORDS[int(value)] if value == int(value) and 0 <= value < len(WORDS) else number(value)


def ordinal(value: float) -> str:
    """Write which in a row: in words up to twelve, in digits with their ending above.

    Examples
    --------
    >>> ordinal(3), ordinal(22), ordinal(111)
    ('third', '22nd', '111th')
    """
    place = int(value)
    endings = {"one": "st", "two": "nd", "few": "rd"}
    return (
        ORDINALS[place] if 0 < place < len(ORDINALS) else f"{place}{endings.get(_locale().ordinal_form(place), 'th')}"
    )


def noun(count: float, one: str, many: str = "") -> str:
    """Return the form of a noun that a number asks for; without `many` the singular with an s.

    Examples
    --------
    >>> noun(1, "meeting"), noun(3, "meeting"), noun(2, "country", "countries")
    ('meeting', 'meetings', 'countries')
    """
    return one if _locale().plural_form(decimal(count)) == "one" else many or f"{one}s"


def plural(count: float, one: str, many: str = "") -> str:
    """Write a number in digits with its noun.

    Examples
    --------
    >>> plural(1, "claim"), plural(3, "claim"), plural(2, "country", "countries")
    ('1 claim', '3 claims', '2 countries')
    """
    return f"{number(count)} {noun(count, one, many)}"


# ── Days


@lru_cache(maxsize=4096)
def day(written: str | None, *, short: bool = False) -> str:
    """Write a full or partial ISO date as a reader does; what is no date stays as it is written.

    Parameters
    ----------
    written : str or None
        `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or `YYYY-Q1`; nothing gives an empty text.
    short : bool
        With three letters of the month, for a chart.

    Examples
    --------
    >>> day("2018-09-12"), day("2018-09"), day("2018-Q3"), day("2018"), day("2018-09-12", short=True)
    ('12 September 2018', 'September 2018', 'Q3 2018', '2018', '12 Sep 2018')
    """
    if not (match := _DATE.match(written or "")):
        return re.sub(r"^(\d{4})-(Q[1-4])$", r"\2 \1", written or "")
    parts = [int(part) for part in match.groups() if part]
    try:
        first = date(*[*parts, 1, 1][:3])
    except ValueError:
        return str(written)
    return _dated(first, _PATTERNS[len(parts) - 1], short)


def month(place: int, *, short: bool = False) -> str:
    """Name a month, 1 to 12.

    Examples
    --------
    >>> month(9), month(9, short=True)
    ('September', 'Sep')
    """
    return _dated(date(2000, place, 1), "MMMM", short)


def _dated(first: date, pattern: str, short: bool) -> str:
    from babel.dates import format_date

    return str(format_date(first, pattern.replace("MMMM", "MMM") if short else pattern, LANGUAGE))
