"""Wording that follows the number: what `{{ figure | filter }}` puts into a sentence, with its readings."""

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


def said(value: Any) -> Phrase:
    """What a value says when no filter is named: a figure its number and unit, an event its title.

    Raises
    ------
    ExportError
        If a number would reach the page without its source.
    """
    if isinstance(value, Phrase):
        return value
    if isinstance(value, (Figure, Quantity)):
        return told(value)
    if isinstance(value, Event):
        return Phrase(value.title, value.readings)
    if isinstance(value, str) and not any(letter.isdigit() for letter in value):
        return Phrase(value)
    raise ExportError(
        f"prose: found a naked {type(value).__name__} ({value!r}), expected something that knows its source; "
        "use the figure itself, a measure, brief.parameter(…) or the filters date and period"
    )


# -- numbers -------------------------------------------------------------------------------------


def told(amount: Figure | Quantity, digits: int | None = None) -> Phrase:
    """A number with its unit: 8.5%, 2,230 billion yen, 903 people, yes.

    Raises
    ------
    ExportError
        If the value is not known on the day.
    """
    return _with_source(amount, formatting.amount(_known(amount), amount.unit, digits))


def num(amount: Figure | Quantity, digits: int | None = None) -> Phrase:
    """A number without its unit."""
    return _with_source(amount, formatting.number(_known(amount), digits))


def size(amount: Figure | Quantity, digits: int | None = None) -> Phrase:
    """A number with its unit and without its sign, for sentences that say which way: fell by 4.1 percentage points."""
    return told(replace(amount, value=abs(_known(amount))), digits)


def spelled(amount: Figure | Quantity | pd.DataFrame) -> Phrase:
    """A whole number in words up to twelve, in digits above: nine, 27."""
    amount = measures.count(amount) if isinstance(amount, pd.DataFrame) else amount
    return _with_source(amount, formatting.spelled(_known(amount)))


def plural(amount: Figure | Quantity | pd.DataFrame, one: str, many: str = "") -> Phrase:
    """A number in words with its noun: one meeting, three meetings."""
    count = measures.count(amount) if isinstance(amount, pd.DataFrame) else amount
    return _with_source(count, f"{formatting.spelled(_known(count))} {formatting.noun(count.value, one, many)}")


def ordinal(amount: Figure | Quantity) -> Phrase:
    """Which in a row: third, 22nd."""
    return _with_source(amount, formatting.ordinal(_known(amount)))


def _known(amount: Figure | Quantity) -> float:
    if math.isnan(amount.value):
        name = getattr(amount, "figure", "") or getattr(amount, "formula", "") or "a value"
        raise ExportError(f"prose: {name} is not known on this day; ask {{% if … .known %}} first")
    return amount.value


def _with_source(amount: Figure | Quantity, text: str) -> Phrase:
    return Phrase(text, tuple(amount.readings), getattr(amount, "formula", ""))


# -- days ----------------------------------------------------------------------------------------


def date(thing: Event | Figure | str) -> Phrase:
    """A day in words, of an event, a figure's period or ISO text: 12 September 2018, September 2018, 2018."""
    written = thing if isinstance(thing, str) else thing.date if isinstance(thing, Event) else thing.period
    if not written:
        name = thing.event if isinstance(thing, Event) else getattr(thing, "figure", "nothing")
        raise ExportError(f"prose: {name} has no date on this day; ask {{% if … .known %}} first")
    return Phrase(formatting.day(written), tuple(thing.readings) if isinstance(thing, Event) else ())


def day(thing: Event) -> Phrase:
    """The day of an event without its year: 12 September."""
    whole = date(thing)
    return replace(whole, text=whole.text.rsplit(" ", 1)[0])


def until(length: Figure) -> Phrase:
    """The day on which a length in days ends that begins with its period: 18 June 2026."""
    return _with_source(length, date(_end(length)).text)


def lapsed(length: Figure, day: str, past: str = "ended", ahead: str = "ends") -> Phrase:
    """`past` where a length in days that begins with its period is over on a day, ISO; `ahead` while it runs."""
    return Phrase(past if _end(length) < day else ahead)


def _end(length: Figure) -> str:
    return (last_day(length.period) + timedelta(days=_known(length))).isoformat()


def month(thing: Event | Figure | str) -> Phrase:
    """Month and year of a day: September 2018."""
    whole = date(thing)
    return replace(whole, text=" ".join(whole.text.split(" ")[-2:]))


def since(relations: pd.DataFrame) -> Phrase:
    """When the first of some relations began, with its reading."""
    started = relations[relations["start"] != ""].sort_values("start", kind="stable")
    if started.empty:
        raise ExportError("prose: none of these relations has a start on this day; ask {% if … | length %} first")
    return replace(date(str(started["start"].iloc[0])), readings=tuple(readings_of(started.head(1))))


def begun(relations: pd.DataFrame) -> Phrase:
    """The years in which the first and the last of some relations began: from 2013 to 2018, in 2013."""
    found = sorted({written[:4] for written in relations["start"] if written})
    words = f"from {found[0]} to {found[-1]}" if len(found) > 1 else f"in {found[0]}"
    return Phrase(words, tuple(readings_of(relations)))


def year(thing: Event | Figure | str) -> Phrase:
    """The year alone."""
    whole = date(thing)
    return replace(whole, text=whole.text.rsplit(" ", 1)[-1])


# -- wording -------------------------------------------------------------------------------------


def versus(new: Any, old: Any, more: str = "more", less: str = "less", same: str = "as much") -> Phrase:
    """`more`, `less` or `same`, as the numbers are."""
    difference = _value(new) - _value(old)
    return Phrase(more if difference > 0 else less if difference < 0 else same)


def rose(new: Any, old: Any) -> Phrase:
    """`rose`, `fell` or `stayed the same`."""
    return versus(new, old, "rose", "fell", "stayed the same")


def reached(amount: Any, threshold: Any) -> Phrase:
    """`reached` or `stayed below` a threshold."""
    return Phrase("reached" if _value(amount) >= _value(threshold) else "stayed below")


def likelihood(chance: Quantity) -> Phrase:
    """The word of the likelihood scale for a chance in percent, from 0 to 100."""
    return _with_source(chance, likelihood_word(_known(chance)))


def named(event: Event) -> Phrase:
    """Title of an event, with its first letter as it stands."""
    return Phrase(event.title, event.readings)


def lang(text: str, code: str) -> Phrase:
    """A word in another language, marked as such for screen readers and hyphenation."""
    return Phrase(str(text), lang=code)


def joined(things: Iterable[Any], last: str = "and") -> Phrase:
    """A list in words: a, b and c; the readings of all of them."""
    spoken = [said(thing) for thing in things]
    *head, tail = [one.text for one in spoken] or [""]
    text = f"{', '.join(head)} {last} {tail}" if head else tail
    return Phrase(text, tuple(read for one in spoken for read in one.readings))


def cap(text: Any) -> Phrase:
    """The same with a capital letter, to begin a sentence."""
    spoken = said(text)
    return replace(spoken, text=spoken.text[:1].upper() + spoken.text[1:])


def _value(amount: Any) -> float:
    return float(amount) if isinstance(amount, numbers.Real) else _known(amount)


_NAMED: list[Callable[..., Phrase]] = [told, num, size, spelled, plural, ordinal, date, day, year, month, until, lapsed]
_NAMED += [begun, since, versus, rose, reached, likelihood, named, lang, joined, cap]
FILTERS = {one.__name__: one for one in _NAMED} | {"pct": told, "period": date}
