"""Turn values into words that follow the number: what `{{ figure | filter }}` puts into a sentence.

Each filter gives a `Phrase`, which carries the readings of its value. A value that is not known on the day is refused:
a template asks `{% if … .known %}` first.
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pandas as pd

from briefkit import formatting
from briefkit.analysis import measures
from briefkit.analysis.likelihood import likelihood_word
from briefkit.analysis.quantity import Phrase, Quantity
from briefkit.errors import ExportError
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Event, Figure, readings_of


def phrase(value: Any) -> Phrase:
    """Return the words for a value where no filter is named: of a figure its amount, of an event its title.

    Raises
    ------
    ExportError
        If a number would reach the page without its source.
    """
    if isinstance(value, Phrase):
        return value
    if isinstance(value, (Figure, Quantity)):
        return amount(value)
    if isinstance(value, Event):
        return Phrase(value.title, value.readings)
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        return Phrase(value)
    raise ExportError(
        f"prose: found a naked {type(value).__name__} ({value!r}), expected something that knows its source; "
        "use the figure itself, a measure, brief.parameter(…) or the filters date and period"
    )


# ── Numbers


def amount(value: Figure | Quantity, digits: int | None = None, against: Any = None) -> Phrase:
    """Write a number with its unit: 8.5%, 2,230 billion yen, 903 people, yes.

    Parameters
    ----------
    value : Figure or Quantity
        Known on the day.
    digits : int, optional
        Decimals; see `formatting.number`.
    against : Figure, Quantity or float, optional
        A threshold that the rounded number must not reach or pass where the value does not.

    Examples
    --------
    >>> share = ledger.as_of("2018-10-12").figure("energy.share")
    >>> str(amount(share)), str(amount(share, 0)), str(amount(share, 0, against=9))
    ('8.5%', '9%', '8.5%')
    """
    threshold = None if against is None else _number(against)
    return _with_source(value, formatting.amount(_known(value), value.unit, digits, against=threshold))


def num(value: Figure | Quantity, digits: int | None = None) -> Phrase:
    """Write a number without its unit."""
    return _with_source(value, formatting.number(_known(value), digits))


def size(value: Figure | Quantity, digits: int | None = None) -> Phrase:
    """Write a number with its unit and without its sign, after words that say which way: fell by 4.1 points."""
    return amount(replace(value, value=abs(_known(value))), digits)


def spelled(value: Figure | Quantity | pd.DataFrame) -> Phrase:
    """Write a whole number, or how many rows there are, in words up to twelve, in digits above: nine, 27."""
    counted = _counted(value)
    return _with_source(counted, formatting.spelled(_known(counted)))


def plural(value: Figure | Quantity | pd.DataFrame, one: str, many: str = "") -> Phrase:
    """Write a number in words with its noun: one meeting, three meetings.

    Examples
    --------
    >>> str(plural(ledger.as_of("2018-10-12").events(), "meeting"))
    'one meeting'
    """
    counted = _counted(value)
    number = _known(counted)
    return _with_source(counted, f"{formatting.spelled(number)} {formatting.noun(number, one, many)}")


def ordinal(value: Figure | Quantity) -> Phrase:
    """Write which in a row: third, 22nd."""
    return _with_source(value, formatting.ordinal(_known(value)))


def _counted(value: Figure | Quantity | pd.DataFrame) -> Figure | Quantity:
    return measures.count(value) if isinstance(value, pd.DataFrame) else value


def _known(value: Figure | Quantity) -> float:
    if math.isnan(value.value):
        name = getattr(value, "figure", "") or getattr(value, "formula", "") or "a value"
        raise ExportError(f"prose: {name} is not known on this day; ask {{% if … .known %}} first")
    return value.value


def _number(value: Any) -> float:
    return float(value) if isinstance(value, numbers.Real) else _known(value)


def _with_source(value: Figure | Quantity, text: str) -> Phrase:
    return Phrase(text, tuple(value.readings), getattr(value, "formula", ""))


# ── Days


def date(dated: Event | Figure | str) -> Phrase:
    """Write a day, of an event, a figure's period or ISO text: 12 September 2018, September 2018, 2018."""
    return Phrase(formatting.day(_written(dated)), dated.readings if isinstance(dated, Event) else ())


def day(event: Event) -> Phrase:
    """Write the day of an event without its year: 12 September."""
    words = date(event)
    return replace(words, text=words.text.rsplit(" ", 1)[0])


def month(dated: Event | Figure | str) -> Phrase:
    """Write month and year of a day: September 2018."""
    return replace(date(dated), text=formatting.day(_written(dated)[:7]))


def year(dated: Event | Figure | str) -> Phrase:
    """Write the year alone."""
    return replace(date(dated), text=_written(dated)[:4])


def until(length: Figure) -> Phrase:
    """Write the day on which a length in days ends that begins with its period: 18 June 2026."""
    return _with_source(length, formatting.day(_end(length)))


def lapsed(length: Figure, day: str, past: str = "ended", ahead: str = "ends") -> Phrase:
    """Choose `past` where a length in days that begins with its period is over on a day, ISO; `ahead` while it runs."""
    return Phrase(past if _end(length) < day else ahead)


def since(relations: pd.DataFrame) -> Phrase:
    """Write when the first of some relations began, with its reading."""
    started = relations[relations["start"] != ""].sort_values("start", kind="stable")
    if started.empty:
        raise ExportError("prose: none of these relations has a start on this day; ask {% if … | length %} first")
    return Phrase(formatting.day(str(started["start"].iloc[0])), tuple(readings_of(started.head(1))))


def begun(relations: pd.DataFrame) -> Phrase:
    """Write the years in which the first and the last of some relations began: from 2013 to 2018, in 2013."""
    years = sorted({written[:4] for written in relations["start"] if written})
    words = f"from {years[0]} to {years[-1]}" if len(years) > 1 else f"in {years[0]}"
    return Phrase(words, tuple(readings_of(relations)))


def _written(dated: Event | Figure | str) -> str:
    """Return a day or period as the ledger writes it."""
    written = dated if isinstance(dated, str) else dated.date if isinstance(dated, Event) else dated.period
    if not written:
        name = dated.event if isinstance(dated, Event) else getattr(dated, "figure", "nothing")
        raise ExportError(f"prose: {name} has no date on this day; ask {{% if … .known %}} first")
    return written


def _end(length: Figure) -> str:
    return (last_day(length.period) + timedelta(days=_known(length))).isoformat()


# ── Wording


def versus(new: Any, old: Any, more: str = "more", less: str = "less", same: str = "as much") -> Phrase:
    """Choose `more`, `less` or `same`, as the numbers are."""
    difference = formatting.decimal(_number(new)).compare(formatting.decimal(_number(old)))
    return Phrase(more if difference > 0 else less if difference < 0 else same)


def rose(new: Any, old: Any) -> Phrase:
    """Choose `rose`, `fell` or `stayed the same`, as the numbers are."""
    return versus(new, old, "rose", "fell", "stayed the same")


def reached(value: Any, threshold: Any) -> Phrase:
    """Choose `reached` or `stayed below`, as a number is to a threshold."""
    return versus(value, threshold, "reached", "stayed below", "reached")


def likelihood(chance: Quantity) -> Phrase:
    """Write the word of the likelihood scale for a chance in percent, 0 to 100."""
    return _with_source(chance, likelihood_word(_known(chance)))


def named(event: Event) -> Phrase:
    """Write the title of an event, with its first letter as it stands."""
    return Phrase(event.title, event.readings)


def lang(text: str, code: str) -> Phrase:
    """Mark a word of another language, for screen readers and hyphenation."""
    return Phrase(str(text), lang=code)


def joined(values: Iterable[Any], last: str = "and") -> Phrase:
    """Write a list in words, with the readings of all: a, b and c."""
    phrases = [phrase(value) for value in values]
    *head, tail = [words.text for words in phrases] or [""]
    text = f"{', '.join(head)} {last} {tail}" if head else tail
    return Phrase(text, tuple(reading for words in phrases for reading in words.readings))


def cap(value: Any) -> Phrase:
    """Begin words with a capital letter, as a sentence does."""
    words = phrase(value)
    return replace(words, text=words.text[:1].upper() + words.text[1:])


_FILTERS: list[Callable[..., Phrase]] = [amount, num, size, spelled, plural, ordinal, date, day, year, month, until]
_FILTERS += [lapsed, begun, since, versus, rose, reached, likelihood, named, lang, joined, cap]
FILTERS = {function.__name__: function for function in _FILTERS} | {"period": date}
