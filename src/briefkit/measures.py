"""Arithmetic that carries unit, source and formula, and refuses to mix what does not belong together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from briefkit.errors import UnitError
from briefkit.figure import EVENT, Event, Figure, Read, reads_of, records
from briefkit.period import last_day


@dataclass(frozen=True)
class Quantity:
    """A computed value: what it is, in which unit, by which formula, from which readings."""

    value: float
    unit: str
    formula: str = ""
    reads: tuple[Read, ...] = ()
    title: str = ""

    @property
    def known(self) -> bool:
        """Whether all that it was computed from is known."""
        return not math.isnan(self.value)


Amount = Figure | Quantity


@dataclass(frozen=True)
class Test:
    """Whether something holds, by how much, and where it would flip.

    `holds` is None when what it needs is not known. `margin` is in `unit`, `flips_at` in `level_unit`:
    between shares the one is in percentage points, the other in percent.
    """

    holds: bool | None
    words: str
    margin: float | None = None
    flips_at: float | None = None
    unit: str = ""
    level_unit: str = ""
    reads: tuple[Read, ...] = ()
    __test__ = False  # pytest takes a class of this name for its own

    def __bool__(self) -> bool:
        return bool(self.holds)

    def __and__(self, other: Test) -> Test:
        """Both hold; the nearer margin counts."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds and other.holds)
        if False in (self.holds, other.holds):
            holds = False
        return _joined(self, other, holds, "and")

    def __or__(self, other: Test) -> Test:
        """At least one holds."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds or other.holds)
        if True in (self.holds, other.holds):
            holds = True
        return _joined(self, other, holds, "or")

    def __invert__(self) -> Test:
        """The opposite."""
        margin = None if self.margin is None else -self.margin
        return replace(
            self, holds=None if self.holds is None else not self.holds, words=f"not ({self.words})", margin=margin
        )


def parameter(name: str, value: float, unit: str = "") -> Quantity:
    """A value that the edition sets, such as a threshold."""
    return Quantity(float(value), unit, reads=({"kind": "parameter", "name": name, "value": value, "unit": unit},))


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
    return _made(value, "percent", f"{_name(part)} ÷ {_name(whole)} × 100", part, whole)


def ratio(part: Amount, whole: Amount, *, mixing: bool = False) -> Quantity:
    """How many times `whole` goes into `part`; as `share`, without the percent."""
    return replace(
        share(part, whole, mixing=mixing),
        value=share(part, whole, mixing=mixing).value / 100,
        unit="count",
        formula=f"{_name(part)} ÷ {_name(whole)}",
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
    return _made(new.value - old.value, unit, f"{_name(new)} − {_name(old)}", new, old)


def growth(new: Amount, old: Amount, *, mixing: bool = False) -> Quantity:
    """Change from `old` to `new` in percent of `old`.

    Raises
    ------
    UnitError
        If the units differ, or the sources do and `mixing` is false.
    """
    _alike(new, old, mixing=mixing)
    value = (new.value / old.value - 1) * 100 if old.value else float("nan")
    return _made(value, "percent", f"({_name(new)} ÷ {_name(old)} − 1) × 100", new, old)


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
    return _made(sum(part.value for part in parts), parts[0].unit, " + ".join(map(_name, parts)), *parts)


def count(things: pd.DataFrame | Sequence[Any], *, what: str = "entries of the ledger") -> Quantity:
    """How many events, relations or figures there are."""
    return Quantity(float(len(things)), "count", f"number of {what}", tuple(reads_of(things)))


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
        return Quantity(float("nan"), "months", reads=tuple(reads_of(start, end)))
    months = (days[1].year - days[0].year) * 12 + days[1].month - days[0].month - (days[1].day < days[0].day)
    return Quantity(float(months), "months", f"from {days[0]} to {days[1]}", tuple(reads_of(start, end)))


def days_between(start: Event | Figure | str, end: Event | Figure | str) -> Quantity:
    """Days from one dated thing to another; as `months_between`."""
    days = _days(start, end)
    if days is None:
        return Quantity(float("nan"), "days", reads=tuple(reads_of(start, end)))
    return Quantity(
        float((days[1] - days[0]).days), "days", f"from {days[0]} to {days[1]}", tuple(reads_of(start, end))
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
    formula = f"Wilson score interval of {_name(poll)} with {n} respondents"
    low, high = max(0.0, middle - half) * 100, min(1.0, middle + half) * 100
    return _made(low, "percent", formula, poll), _made(high, "percent", formula, poll)


# -- tests ---------------------------------------------------------------------------------------


def at_least(amount: Amount, threshold: float | Amount) -> Test:
    """Whether `amount` is `threshold` or more."""
    return _compared(amount, threshold, "is at least", 1)


def at_most(amount: Amount, threshold: float | Amount) -> Test:
    """Whether `amount` is `threshold` or less."""
    return _compared(amount, threshold, "is at most", -1)


def more_than(amount: Amount, threshold: float | Amount) -> Test:
    """Whether `amount` is greater than `threshold`."""
    return _compared(amount, threshold, "is more than", 1, strict=True)


def less_than(amount: Amount, threshold: float | Amount) -> Test:
    """Whether `amount` is smaller than `threshold`."""
    return _compared(amount, threshold, "is less than", -1, strict=True)


def near(amount: Amount, target: float | Amount, *, within: float) -> Test:
    """Whether `amount` lies within a distance of `target`; flips at the nearer edge."""
    aim, reads = _level(target)
    margin = within - abs(amount.value - aim)
    edge = aim + math.copysign(within, amount.value - aim)
    words = f"{_name(amount)} is within {within:g} of {aim:g}"
    return _test(amount, words, margin, edge, reads, holds=margin >= -1e-9)


def happened(*events: Event) -> Test:
    """Whether all events are on record by the day; what is not on record has not happened, as far as known."""
    words = " and ".join(f"{event.event} is on record" for event in events)
    return Test(all(event.known for event in events), words, reads=tuple(reads_of(*events)))


def some(things: pd.DataFrame, what: str) -> Test:
    """Whether the ledger knows of any such event or relation by the day."""
    return Test(bool(len(things)), f"{what} on record", reads=tuple(reads_of(things)))


def dated(event: Event, period: str) -> Test:
    """Whether an event happened in a period such as 2018-09."""
    words = f"{event.event} is dated {period}"
    return Test(event.date.startswith(period) if event.known else None, words, reads=event.reads)


def expected(test: Test, ruled_out: Test) -> Test:
    """A statement about years to come: true once `test` holds, false once it is ruled out, not known until then."""
    holds = True if test.holds else False if ruled_out.holds else None
    return replace(test, holds=holds, reads=test.reads + ruled_out.reads)


def _compared(amount: Amount, threshold: float | Amount, words: str, sign: int, *, strict: bool = False) -> Test:
    level, reads = _level(threshold)
    margin = (amount.value - level) * sign
    name = f"{level:g}" if isinstance(threshold, (int, float)) else _name(threshold)
    holds = margin > 0 if strict else margin >= 0
    return _test(amount, f"{_name(amount)} {words} {name}", margin, level, reads, holds=holds)


def _test(amount: Amount, words: str, margin: float, edge: float, more: tuple[Read, ...], *, holds: bool) -> Test:
    reads = tuple(amount.reads) + more
    if math.isnan(margin):
        return Test(None, words, unit=amount.unit, reads=reads)
    if amount.unit == "yes or no":
        return Test(holds, words, reads=reads)  # a yes has no distance from a no
    unit = "percentage points" if amount.unit == "percent" else amount.unit
    return Test(holds, words, round(margin, 10) + 0.0, round(edge, 10) + 0.0, unit, amount.unit, reads)


def _level(threshold: float | Amount) -> tuple[float, tuple[Read, ...]]:
    if isinstance(threshold, (int, float)):
        return float(threshold), ()
    return threshold.value, tuple(threshold.reads)


def _joined(one: Test, other: Test, holds: bool | None, word: str) -> Test:
    """Both tests in one; the margin is that of the part which decides the answer."""
    deciding = [test for test in (one, other) if test.holds is holds or holds is (word == "and")]
    measured = [test for test in deciding if test.margin is not None]
    pick = min if word == "and" else max
    nearest = pick(measured, key=lambda test: test.margin or 0.0) if measured else Test(holds, "")
    words = f"{one.words} {word} {other.words}"
    return Test(
        holds, words, nearest.margin, nearest.flips_at, nearest.unit, nearest.level_unit, one.reads + other.reads
    )


# -- inside --------------------------------------------------------------------------------------


def _alike(one: Amount, other: Amount, *, mixing: bool, period: bool = False) -> None:
    """Refuse to compute with different units, or silently with different sources or periods."""
    if one.unit != other.unit:
        raise UnitError(
            f'found "{one.unit}" ({_name(one)}) and "{other.unit}" ({_name(other)}), expected one unit; convert one'
        )
    sources = {read["source"] for read in (*one.reads, *other.reads) if "source" in read}
    if len(sources) > 1 and not mixing:
        raise UnitError(
            f"found values of {' and '.join(sorted(sources))} ({_name(one)}, {_name(other)}), expected one source; "
            "pass mixing=True if the definitions agree: the note will name both"
        )
    periods = {read["period"] for read in (*one.reads, *other.reads) if "period" in read}
    if period and len(periods) > 1 and not mixing:
        raise UnitError(
            f"found {_name(one)} of {' and '.join(sorted(periods))} with {_name(other)}, expected one period; "
            "read both of the same period, or pass mixing=True"
        )


def _extreme(figure: Figure, *, highest: bool) -> Figure:
    if not len(figure.history):
        return figure
    observed = figure.history[~figure.history["status"].str.contains("forecast")]
    values = (observed if len(observed) else figure.history)["value"]
    return at(figure, str(values.idxmax() if highest else values.idxmin()))


def _made(value: float, unit: str, formula: str, *parts: Amount) -> Quantity:
    return Quantity(value, unit, formula, tuple(reads_of(*parts)))


def _name(amount: Amount) -> str:
    if isinstance(amount, Figure):
        return f"{amount.title}, {amount.period}" if amount.known else f"{amount.title} (not known)"
    if amount.title:
        return amount.title
    if amount.formula:
        return f"({amount.formula})"
    names = [str(read["name"]).replace("_", " ") for read in amount.reads if read["kind"] == "parameter"]
    return names[0] if names else "a computed value"
