"""Arithmetic that carries unit, source and formula, and refuses to mix what does not belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from briefkit.analysis.quantity import Amount, Quantity, called
from briefkit.errors import UnitError
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import EVENT, Event, Figure, readings_of, records
from briefkit.ledger.snapshot import Snapshot


def share(part: Amount, whole: Amount, *, mixing: bool = False) -> Quantity:
    """What percentage of `whole` is `part`.

    Parameters
    ----------
    part, whole : Figure or Quantity
        In the same unit, of the same period.
    mixing : bool
        Allow values from different sources or periods; the note behind the number then says so.

    Raises
    ------
    UnitError
        If the units differ, or sources or periods do and `mixing` is false.
    """
    _alike(part, whole, mixing=mixing, period=True)
    value = part.value / whole.value * 100 if whole.value else float("nan")
    return _made(value, "percent", f"{called(part)} ÷ {called(whole)} × 100", part, whole)


def ratio(part: Amount, whole: Amount, *, mixing: bool = False) -> Quantity:
    """How many times `whole` goes into `part`; as `share`, without the percent."""
    return replace(
        share(part, whole, mixing=mixing),
        value=share(part, whole, mixing=mixing).value / 100,
        unit="count",
        formula=f"{called(part)} ÷ {called(whole)}",
    )


def change(new: Amount, old: Amount, *, mixing: bool = False) -> Quantity:
    """`new` less `old`, in their unit; for shares in percentage points.

    Raises
    ------
    UnitError
        If the units differ, or the sources do and `mixing` is false.
    """
    _alike(new, old, mixing=mixing)
    unit = "percentage points" if new.unit == "percent" else new.unit
    return _made(new.value - old.value, unit, f"{called(new)} − {called(old)}", new, old)


def growth(new: Amount, old: Amount, *, mixing: bool = False) -> Quantity:
    """Change from `old` to `new` in percent of `old`.

    Raises
    ------
    UnitError
        If the units differ, or the sources do and `mixing` is false.
    """
    _alike(new, old, mixing=mixing)
    value = (new.value / old.value - 1) * 100 if old.value else float("nan")
    return _made(value, "percent", f"({called(new)} ÷ {called(old)} − 1) × 100", new, old)


def total(*parts: Amount, mixing: bool = False) -> Quantity:
    """Sum of values in one unit.

    Raises
    ------
    UnitError
        If there is nothing to add, the units differ, or sources or periods do and `mixing` is false.
    """
    if not parts:
        raise UnitError("total: found nothing to add, expected at least one figure; name one")
    for part in parts[1:]:
        _alike(parts[0], part, mixing=mixing, period=True)
    return _made(sum(part.value for part in parts), parts[0].unit, " + ".join(map(called, parts)), *parts)


def count(things: pd.DataFrame | Sequence[Any], *, what: str = "entries on record") -> Quantity:
    """How many events, relations or figures there are."""
    return Quantity(float(len(things)), "count", f"number of {what}", tuple(readings_of(things)))


def peak(figure: Figure) -> Figure:
    """The reading of the period in which the figure was highest; forecasts apart."""
    return _extreme(figure, highest=True)


def trough(figure: Figure) -> Figure:
    """The reading of the period in which the figure was lowest; forecasts apart."""
    return _extreme(figure, highest=False)


def at(figure: Figure, period: str) -> Figure:
    """The figure's reading of one period, from its history; not known when it has none such."""
    return figure.at(period)


def earlier(figure: Figure, periods: int = 1) -> Figure:
    """The reading some periods before this one; not known when the history does not go so far back."""
    index = list(figure.history.index)
    place = index.index(figure.period) - periods if figure.period in index else -1
    return at(figure, index[place] if place >= 0 else "")


def running(figure: Figure) -> Figure:
    """Running total of a figure that is given in rounds, marked as derived."""
    if not len(figure.history):
        return figure
    history = figure.history.assign(
        value=figure.history["value"].cumsum(), status=figure.history["status"] + ";derived", note="running total"
    )
    return at(
        replace(figure, title=f"{figure.title}, running total", history=history, period=""), str(history.index[-1])
    )


def first(figure: Figure) -> Figure:
    """The earliest reading of the figure."""
    return at(figure, str(figure.history.index[0]) if len(figure.history) else "")


def then_and_now(then: Snapshot, *figures: Figure) -> list[tuple[Figure, Figure]]:
    """Each figure as another day knew it, beside the figure itself.

    Parameters
    ----------
    then : Snapshot
        Of the other day, such as `brief.then`.
    *figures : Figure
        As known now; their own periods may be later.
    """
    return [(then.figure(figure.figure), figure) for figure in figures]


def earliest(events: pd.DataFrame) -> Event:
    """The first of some events; not known when there is none."""
    return _row(events.head(1))


def latest(events: pd.DataFrame) -> Event:
    """The last of some events; not known when there is none."""
    return _row(events.tail(1))


def _row(events: pd.DataFrame) -> Event:
    return next((Event(**{name: str(row[name]) for name in EVENT}) for row in records(events)), Event(""))


def months_between(start: Event | Figure | str, end: Event | Figure | str) -> Quantity:
    """Whole months from one dated thing to another.

    Parameters
    ----------
    start, end : Event, Figure or str
        Partial days count as their last day; text is a day as the ledger writes it.
    """
    days = _days(start, end)
    if days is None:
        return Quantity(float("nan"), "months", readings=tuple(readings_of(start, end)))
    months = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month - (days[1].day < days[0].day)
    return Quantity(float(months), "months", f"from {days[0]} to {days[1]}", tuple(readings_of(start, end)))


def days_between(start: Event | Figure | str, end: Event | Figure | str) -> Quantity:
    """Days from one dated thing to another; as `months_between`."""
    days = _days(start, end)
    if days is None:
        return Quantity(float("nan"), "days", readings=tuple(readings_of(start, end)))
    return Quantity(
        float((days[1] - days[0]).days), "days", f"from {days[0]} to {days[1]}", tuple(readings_of(start, end))
    )


def _days(*things: Event | Figure | str) -> list[date] | None:
    """Last days of dated things; None where one is not known."""
    written = [
        thing if isinstance(thing, str) else thing.date if isinstance(thing, Event) else thing.period
        for thing in things
    ]
    return [last_day(one) for one in written] if all(written) else None


def interval(poll: Amount, respondents: int) -> tuple[Quantity, Quantity]:
    """Interval that holds the true share behind a poll in 95 of 100 polls.

    Parameters
    ----------
    poll : Figure or Quantity
        In percent, 0 to 100.
    respondents : int
        Sample size, at least 1.

    Returns
    -------
    low, high : Quantity
        Percent, within 0 to 100.

    Raises
    ------
    UnitError
        If `poll` is not in percent or there are no respondents.

    References
    ----------
    Score interval of E. B. Wilson (1927), J. Am. Stat. Assoc. 22, 209-212.
    """
    if poll.unit != "percent" or respondents < 1:
        raise UnitError(f"interval: found {poll.unit} and {respondents} respondents, expected percent and at least 1")
    p, n, z = poll.value / 100, respondents, 1.959963984540054
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    formula = f"Wilson score interval of {called(poll)} with {n} respondents"
    low, high = max(0.0, middle - half) * 100, min(1.0, middle + half) * 100
    return _made(low, "percent", formula, poll), _made(high, "percent", formula, poll)


# -- inside --------------------------------------------------------------------------------------


def _alike(one: Amount, other: Amount, *, mixing: bool, period: bool = False) -> None:
    """Refuse to compute with different units, or silently with different sources or periods."""
    if one.unit != other.unit:
        raise UnitError(
            f'found "{one.unit}" ({called(one)}) and "{other.unit}" ({called(other)}), expected one unit; convert one'
        )
    sources = {read["source"] for read in (*one.readings, *other.readings) if "source" in read}
    if len(sources) > 1 and not mixing:
        raise UnitError(
            f"found values of {' and '.join(sorted(sources))} ({called(one)}, {called(other)}), expected one source; "
            "pass mixing=True if the definitions agree: the note will name both"
        )
    periods = {read["period"] for read in (*one.readings, *other.readings) if "period" in read}
    if period and len(periods) > 1 and not mixing:
        raise UnitError(
            f"found {called(one)} of {' and '.join(sorted(periods))} with {called(other)}, expected one period; "
            "read both of the same period, or pass mixing=True"
        )


def _extreme(figure: Figure, *, highest: bool) -> Figure:
    if not len(figure.history):
        return figure
    observed = figure.history[~figure.history["status"].str.contains("forecast")]
    values = (observed if len(observed) else figure.history)["value"]
    return at(figure, str(values.idxmax() if highest else values.idxmin()))


def _made(value: float, unit: str, formula: str, *parts: Amount) -> Quantity:
    return Quantity(value, unit, formula, tuple(readings_of(*parts)))
