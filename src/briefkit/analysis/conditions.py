"""Tests that settle claims: whether something holds, by how much, and where it would flip."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from briefkit.analysis.quantity import Amount, called
from briefkit.ledger.readings import Event, Reading, readings_of


@dataclass(frozen=True)
class Condition:
    """Whether something holds, by how much, and where it would flip.

    `holds` is None when what it needs is not known. `margin` is in `unit`, `flips_at` in `level_unit`:
    between shares the one is in percentage points, the other in percent. `tolerance` marks a margin that is
    room within a tolerance, not the distance to a threshold.
    """

    holds: bool | None
    words: str
    margin: float | None = None
    flips_at: float | None = None
    unit: str = ""
    level_unit: str = ""
    readings: tuple[Reading, ...] = ()
    tolerance: bool = False
    __test__ = False  # pytest takes a class of this name for its own

    def __bool__(self) -> bool:
        return bool(self.holds)

    def __and__(self, other: Condition) -> Condition:
        """Both hold; the nearer margin counts."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds and other.holds)
        if False in (self.holds, other.holds):
            holds = False
        return _joined(self, other, holds, "and")

    def __or__(self, other: Condition) -> Condition:
        """At least one holds."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds or other.holds)
        if True in (self.holds, other.holds):
            holds = True
        return _joined(self, other, holds, "or")

    def __invert__(self) -> Condition:
        """The opposite."""
        margin = None if self.margin is None else -self.margin
        return replace(
            self, holds=None if self.holds is None else not self.holds, words=f"not ({self.words})", margin=margin
        )


def at_least(amount: Amount, threshold: float | Amount) -> Condition:
    """Whether `amount` is `threshold` or more."""
    return _compared(amount, threshold, "is at least", 1)


def at_most(amount: Amount, threshold: float | Amount) -> Condition:
    """Whether `amount` is `threshold` or less."""
    return _compared(amount, threshold, "is at most", -1)


def more_than(amount: Amount, threshold: float | Amount) -> Condition:
    """Whether `amount` is greater than `threshold`."""
    return _compared(amount, threshold, "is more than", 1, strict=True)


def less_than(amount: Amount, threshold: float | Amount) -> Condition:
    """Whether `amount` is smaller than `threshold`."""
    return _compared(amount, threshold, "is less than", -1, strict=True)


def near(amount: Amount, target: float | Amount, *, within: float) -> Condition:
    """Whether `amount` lies within a distance of `target`; flips at the nearer edge."""
    aim, readings = _level(target)
    margin = within - abs(amount.value - aim)
    edge = aim + math.copysign(within, amount.value - aim)
    words = f"{called(amount)} is within {within:g} of {aim:g}"
    return replace(_test(amount, words, margin, edge, readings, holds=margin >= -1e-9), tolerance=True)


def happened(*events: Event) -> Condition:
    """Whether all events are on record by the day; what is not on record has not happened, as far as known."""
    words = " and ".join(f"{event.event} is on record" for event in events)
    return Condition(all(event.known for event in events), words, readings=tuple(readings_of(*events)))


def some(things: pd.DataFrame, what: str) -> Condition:
    """Whether the ledger knows of any such event or relation by the day."""
    return Condition(bool(len(things)), f"{what} on record", readings=tuple(readings_of(things)))


def dated(event: Event, period: str) -> Condition:
    """Whether an event happened in a period such as 2018-09."""
    words = f"{event.event} is dated {period}"
    return Condition(event.date.startswith(period) if event.known else None, words, readings=event.readings)


def expected(test: Condition, ruled_out: Condition) -> Condition:
    """A statement about years to come: true once `test` holds, false once it is ruled out, not known until then."""
    holds = True if test.holds else False if ruled_out.holds else None
    return replace(test, holds=holds, readings=test.readings + ruled_out.readings)


def _compared(amount: Amount, threshold: float | Amount, words: str, sign: int, *, strict: bool = False) -> Condition:
    level, readings = _level(threshold)
    margin = (amount.value - level) * sign
    name = f"{level:g}" if isinstance(threshold, (int, float)) else called(threshold)
    holds = margin > 0 if strict else margin >= 0
    return _test(amount, f"{called(amount)} {words} {name}", margin, level, readings, holds=holds)


def _test(
    amount: Amount, words: str, margin: float, edge: float, more: tuple[Reading, ...], *, holds: bool
) -> Condition:
    readings = tuple(amount.readings) + more
    if math.isnan(margin):
        return Condition(None, words, unit=amount.unit, readings=readings)
    if amount.unit == "yes or no":
        return Condition(holds, words, readings=readings)  # a yes has no distance from a no
    unit = "percentage points" if amount.unit == "percent" else amount.unit
    return Condition(holds, words, round(margin, 10) + 0.0, round(edge, 10) + 0.0, unit, amount.unit, readings)


def _level(threshold: float | Amount) -> tuple[float, tuple[Reading, ...]]:
    if isinstance(threshold, (int, float)):
        return float(threshold), ()
    return threshold.value, tuple(threshold.readings)


def _joined(one: Condition, other: Condition, holds: bool | None, word: str) -> Condition:
    """Both tests in one; the margin is that of the part which decides the answer."""
    deciding = [test for test in (one, other) if test.holds is holds or holds is (word == "and")]
    measured = [test for test in deciding if test.margin is not None]
    pick = min if word == "and" else max
    nearest = pick(measured, key=lambda test: test.margin or 0.0) if measured else Condition(holds, "")
    words = f"{one.words} {word} {other.words}"
    return replace(nearest, holds=holds, words=words, readings=one.readings + other.readings)
