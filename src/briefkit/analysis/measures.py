"""Compute with figures: results carry unit, source and formula; what does not belong together is refused.

Sums, shares and changes are worked out on the decimals of the ledger, as comparisons are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pandas as pd

from briefkit.analysis.quantity import Amount, Quantity, called
from briefkit.errors import UnitError
from briefkit.formatting import decimal
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import EVENT, Event, Figure, readings_of, records
from briefkit.ledger.snapshot import Snapshot


def share(part: Amount, whole: Amount, *, mixing: bool = False) -> Quantity:
    """Return what percentage of `whole` is `part`.

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

    Examples
    --------
    >>> known = ledger.as_of("2018-10-12")
    >>> share(known.figure("trade.imports"), known.figure("trade.total")).value
    60.0
    """
    _refuse_mixture(part, whole, mixing=mixing, period=True)
    value = decimal(part.value) / decimal(whole.value) * 100 if whole.value else Decimal("NaN")
    return _computed(value, "percent", f"{called(part)} ÷ {called(whole)} × 100", part, whole)


def change(new: Amount, old: Amount, *, mixing: bool = False) -> Quantity:
    """Subtract `old` from `new`, in their unit; between shares in percentage points.

    Raises
    ------
    UnitError
        If the units differ, or the sources do and `mixing` is false.

    Examples
    --------
    >>> imports = ledger.as_of("2018-10-12").figure("trade.imports")
    >>> change(imports, earlier(imports)).value
    -0.3
    """
    _refuse_mixture(new, old, mixing=mixing)
    unit = "percentage points" if new.unit == "percent" else new.unit
    return _computed(decimal(new.value) - decimal(old.value), unit, f"{called(new)} − {called(old)}", new, old)


def growth(new: Amount, old: Amount, *, mixing: bool = False) -> Quantity:
    """Return the change from `old` to `new` in percent of `old`.

    Raises
    ------
    UnitError
        If the units differ, or the sources do and `mixing` is false.
    """
    _refuse_mixture(new, old, mixing=mixing)
    value = (decimal(new.value) / decimal(old.value) - 1) * 100 if old.value else Decimal("NaN")
    return _computed(value, "percent", f"({called(new)} ÷ {called(old)} − 1) × 100", new, old)


def total(*parts: Amount, mixing: bool = False) -> Quantity:
    """Add values in one unit.

    Raises
    ------
    UnitError
        If there is nothing to add, the units differ, or sources or periods do and `mixing` is false.
    """
    if not parts:
        raise UnitError("total: found nothing to add, expected at least one figure; name one")
    for part in parts[1:]:
        _refuse_mixture(parts[0], part, mixing=mixing, period=True)
    return _computed(
        sum((decimal(part.value) for part in parts), Decimal()), parts[0].unit, " + ".join(map(called, parts)), *parts
    )


def count(rows: pd.DataFrame | Sequence[Any], *, what: str = "entries on record") -> Quantity:
    """Count events, relations or figures.

    Examples
    --------
    >>> count(ledger.as_of("2018-10-12").events()).value
    1.0
    """
    return Quantity(float(len(rows)), "count", f"number of {what}", tuple(readings_of(rows)))


def peak(figure: Figure) -> Figure:
    """Return the reading of the period in which a figure was highest; forecasts apart."""
    return _extreme(figure, highest=True)


def trough(figure: Figure) -> Figure:
    """Return the reading of the period in which a figure was lowest; forecasts apart."""
    return _extreme(figure, highest=False)


def at(figure: Figure, period: str) -> Figure:
    """Return a figure's reading of one period, from its history; not known when it has none such."""
    return figure.at(period)


def earlier(figure: Figure, periods: int = 1) -> Figure:
    """Return the reading some periods before this one; not known when the history does not go so far back."""
    index = list(figure.history.index)
    place = index.index(figure.period) - periods if figure.period in index else -1
    return at(figure, index[place] if place >= 0 else "")


def running(figure: Figure) -> Figure:
    """Add up a figure that is given in rounds; the running total is marked as derived."""
    history = figure.history
    if not len(history):
        return figure
    totals = [float(total) for total in accumulate(map(decimal, history["value"]))]
    history = history.assign(value=totals, status=history["status"] + ";derived", note="running total")
    whole = replace(figure, title=f"{figure.title}, running total", history=history, period="")
    return at(whole, str(history.index[-1]))


def first(figure: Figure) -> Figure:
    """Return the earliest reading of a figure."""
    return at(figure, str(figure.history.index[0]) if len(figure.history) else "")


def then_and_now(then: Snapshot, *figures: Figure) -> list[tuple[Figure, Figure]]:
    """Pair each figure as another day knew it with the figure itself.

    Parameters
    ----------
    then : Snapshot
        Of the other day, such as `brief.then`.
    *figures : Figure
        As known now; their own periods may be later.
    """
    return [(then.figure(figure.figure), figure) for figure in figures]


def earliest(events: pd.DataFrame) -> Event:
    """Return the first of some events; not known when there is none."""
    return _row(events.head(1))


def latest(events: pd.DataFrame) -> Event:
    """Return the last of some events; not known when there is none."""
    return _row(events.tail(1))


def _row(events: pd.DataFrame) -> Event:
    return next((Event(**{name: str(row[name]) for name in EVENT}) for row in records(events)), Event(""))


def months_between(start: Event | Figure | str, end: Event | Figure | str) -> Quantity:
    """Count the whole months from one dated thing to another.

    Parameters
    ----------
    start, end : Event, Figure or str
        Partial days count as their last day; text is a day as the ledger writes it.

    Examples
    --------
    >>> months_between("2014-01-31", "2015-10-08").value
    20.0
    """
    return _between(start, end, "months", _months)


def days_between(start: Event | Figure | str, end: Event | Figure | str) -> Quantity:
    """Count the days from one dated thing to another; as `months_between`.

    Examples
    --------
    >>> days_between("2018-01", "2018-03-01").value
    29.0
    """
    return _between(start, end, "days", lambda first, last: (last - first).days)


def _between(
    start: Event | Figure | str, end: Event | Figure | str, unit: str, length: Callable[[date, date], int]
) -> Quantity:
    readings = tuple(readings_of(start, end))
    written = [_written(start), _written(end)]
    if not all(written):
        return Quantity(float("nan"), unit, readings=readings)
    first, last = map(last_day, written)
    return Quantity(float(length(first, last)), unit, f"from {first} to {last}", readings)


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def _written(dated: Event | Figure | str) -> str:
    """Return the day or period of a dated thing as the ledger writes it; empty where it is not known."""
    return dated if isinstance(dated, str) else dated.date if isinstance(dated, Event) else dated.period


def _refuse_mixture(first: Amount, second: Amount, *, mixing: bool, period: bool = False) -> None:
    """Refuse to compute with different units, or silently with different sources or periods."""
    if first.unit != second.unit:
        raise UnitError(
            f'found "{first.unit}" ({called(first)}) and "{second.unit}" ({called(second)}), expected one unit; '
            "convert one"
        )
    readings = (*first.readings, *second.readings)
    sources = {reading["source"] for reading in readings if "source" in reading}
    if len(sources) > 1 and not mixing:
        raise UnitError(
            f"found values of {' and '.join(sorted(sources))} ({called(first)}, {called(second)}), expected one "
            "source; pass mixing=True if the definitions agree: the note will name both"
        )
    periods = {reading["period"] for reading in readings if "period" in reading}
    if period and len(periods) > 1 and not mixing:
        raise UnitError(
            f"found {called(first)} of {' and '.join(sorted(periods))} with {called(second)}, expected one period; "
            "read both of the same period, or pass mixing=True"
        )


def _extreme(figure: Figure, *, highest: bool) -> Figure:
    if not len(figure.history):
        return figure
    observed = figure.history[~figure.history["status"].str.contains("forecast")]
    values = (observed if len(observed) else figure.history)["value"]
    return at(figure, str(values.idxmax() if highest else values.idxmin()))


def _computed(value: Decimal, unit: str, formula: str, *parts: Amount) -> Quantity:
    return Quantity(float(value), unit, formula, tuple(readings_of(*parts)))
