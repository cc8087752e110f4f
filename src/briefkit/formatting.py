"""Write numbers and days as text."""

from __future__ import annotations

WORDS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
ORDINALS = [
    *["zeroth", "first", "second", "third", "fourth", "fifth", "sixth"],
    *["seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"],
]
MONTHS = [
    *["January", "February", "March", "April", "May", "June", "July"],
    *["August", "September", "October", "November", "December"],
]
SINGULAR = {
    "people": "person",
    "months": "month",
    "years": "year",
    "days": "day",
    "percentage points": "percentage point",
}


def number(value: float, digits: int | None = None) -> str:
    """Write a number grouped by thousands; without `digits` as many decimals as the ledger has, or one when computed.

    Examples
    --------
    >>> number(2230.5), number(-8.125, 1)
    ('2,230.5', '−8.1')
    """
    if digits is None:
        text = (
            f"{value:,.10g}"
            if float(f"{value:.4g}") == value or value == round(value, 2)
            else f"{value:,.1f}".removesuffix(".0")
        )
    else:
        text = f"{value:,.{digits}f}"
    if "e" in text:
        text = f"{value:,.0f}"
    if set(text) <= set("-0."):
        text = text.lstrip("-")
    return text.replace("-", "−")


def amount(value: float, unit: str, digits: int | None = None) -> str:
    """Write a value with its unit.

    Examples
    --------
    >>> amount(8.5, "percent"), amount(2230, "billion yen"), amount(1, "people"), amount(1, "yes or no")
    ('8.5%', '2,230 billion yen', '1 person', 'yes')
    """
    text = number(value, digits)
    singular = SINGULAR.get(unit, unit) if text in ("1", "−1") else unit
    written = {
        "percent": f"{text}%",
        "count": text,
        "year": text.replace(",", ""),
        "": text,
        "yes or no": "yes" if value else "no",
    }
    return written.get(unit, f"{text} {singular}")


def spelled(value: float) -> str:
    """Write a whole number in words up to twelve, in digits above."""
    return WORDS[int(value)] if value == int(value) and 0 <= value < len(WORDS) else number(value)


def day(written: str) -> str:
    """Write a full or partial ISO date as a reader does: 12 September 2018, September 2018, 2018."""
    year, *rest = written.split("-")
    month = [MONTHS[int(rest[0]) - 1]] if rest else []
    return " ".join([*(str(int(part)) for part in rest[1:]), *month, year])
