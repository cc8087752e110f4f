"""Test what settles claims: whether something holds, by how much, and where it would flip."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from briefkit.analysis.quantity import Amount, called
from briefkit.formatting import decimal
from briefkit.ledger.readings import Event, Reading, readings_of


@dataclass(frozen=True)
class Condition:
    """Whether something holds, by how much, and where it would flip.

    Conditions combine with `&`, `|` and `~`; what is not known stays so unless the other side decides.

    Attributes
    ----------
    holds : bool or None
        None when what it needs is not known.
    words : str
        The condition as a sentence for whoever checks it.
    margin, unit : float or None, str
        Distance from the threshold, 0 or more where it holds; between shares in percentage points.
    flips_at, level_unit : float or None, str
        The threshold; of a share in percent.
    readings : tuple of dict
        What was compared.
    tolerance : bool
        Whether the margin is what is left of a tolerance, not the distance to a threshold.
    """

    holds: bool | None
    words: str
    margin: float | None = None
    flips_at: float | None = None
    unit: str = ""
    level_unit: str = ""
    readings: tuple[Reading, ...] = ()
    tolerance: bool = False

    def __bool__(self) -> bool:
        return bool(self.holds)

    def __and__(self, other: Condition) -> Condition:
        """Both hold; the nearer margin counts."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds and other.holds)
        if False in (self.holds, other.holds):
            holds = False
        return _combined(self, other, holds, "and")

    def __or__(self, other: Condition) -> Condition:
        """At least one holds."""
        holds = None if None in (self.holds, other.holds) else bool(self.holds or other.holds)
        if True in (self.holds, other.holds):
            holds = True
        return _combined(self, other, holds, "or")

    def __invert__(self) -> Condition:
        """The opposite."""
        margin = None if self.margin is None else -self.margin
        holds = None if self.holds is None else not self.holds
        return replace(self, holds=holds, words=f"not ({self.words})", margin=margin)


def at_least(amount: Amount, threshold: float | Amount) -> Condition:
    """Test whether an amount is a threshold or more.

    Examples
    --------
    >>> share = ledger.as_of("2018-10-12").figure("energy.share")
    >>> at_least(share, 15).holds, at_least(share, 15).margin
    (False, -6.5)
    """
    return _compared(amount, threshold, "is at least", 1)


def at_most(amount: Amount, threshold: float | Amount) -> Condition:
    """Test whether an amount is a threshold or less."""
    return _compared(amount, threshold, "is at most", -1)


def more_than(amount: Amount, threshold: float | Amount) -> Condition:
    """Test whether an amount is greater than a threshold."""
    return _compared(amount, threshold, "is more than", 1, strict=True)


def less_than(amount: Amount, threshold: float | Amount) -> Condition:
    """Test whether an amount is smaller than a threshold."""
    return _compared(amount, threshold, "is less than", -1, strict=True)


def near(amount: Amount, target: float | Amount, *, within: float) -> Condition:
    """Test whether an amount lies within a distance of a target; it flips at the nearer edge.

    Examples
    --------
    >>> near(ledger.as_of("2018-10-12").figure("energy.share"), 9, within=0.5).holds
    True
    """
    level, readings = _level(target)
    value, aim, distance = decimal(amount.value), decimal(level), decimal(within)
    words = f"{called(amount)} is within {within:g} of {level:g}"
    if not amount.known or aim.is_nan():
        return _unknown(amount, words, readings)
    margin = distance - abs(value - aim)
    edge = aim + distance if value >= aim else aim - distance
    return replace(_measured(amount, words, margin, edge, readings, holds=margin >= 0), tolerance=True)


def happened(*events: Event) -> Condition:
    """Test whether all events are on record by the day; what is not on record has not happened, as far as known.

    Examples
    --------
    >>> happened(ledger.as_of("2018-10-12").event("summit")).holds
    True
    """
    words = " and ".join(f"{event.event} is on record" for event in events)
    return Condition(all(event.known for event in events), words, readings=tuple(readings_of(*events)))


def some(rows: pd.DataFrame, what: str) -> Condition:
    """Test whether there is any row among events or relations known by the day."""
    return Condition(bool(len(rows)), f"{what} on record", readings=tuple(readings_of(rows)))


def dated(event: Event, period: str) -> Condition:
    """Test whether an event happened in a period such as 2018-09."""
    words = f"{event.event} is dated {period}"
    return Condition(event.date.startswith(period) if event.known else None, words, readings=event.readings)


def expected(condition: Condition, ruled_out: Condition) -> Condition:
    """Test a statement about years to come: true once `condition` holds, false once it is ruled out, else not known."""
    holds = True if condition.holds else False if ruled_out.holds else None
    return replace(condition, holds=holds, readings=condition.readings + ruled_out.readings)


def _compared(amount: Amount, threshold: float | Amount, words: str, sign: int, *, strict: bool = False) -> Condition:
    level, readings = _level(threshold)
    name = f"{level:g}" if isinstance(threshold, (int, float)) else called(threshold)
    sentence = f"{called(amount)} {words} {name}"
    edge = decimal(level)
    if not amount.known or edge.is_nan():
        return _unknown(amount, sentence, readings)
    margin = (decimal(amount.value) - edge) * sign
    return _measured(amount, sentence, margin, edge, readings, holds=margin > 0 if strict else margin >= 0)


def _measured(
    amount: Amount, words: str, margin: Decimal, edge: Decimal, readings: tuple[Reading, ...], *, holds: bool
) -> Condition:
    """Make a condition of a comparison; verdict and margin come from one decimal, so that they agree."""
    if amount.unit == "yes or no":  # a yes has no distance from a no
        return Condition(holds, words, readings=(*amount.readings, *readings))
    unit = "percentage points" if amount.unit == "percent" else amount.unit
    return Condition(holds, words, _float(margin), _float(edge), unit, amount.unit, (*amount.readings, *readings))


def _unknown(amount: Amount, words: str, readings: tuple[Reading, ...]) -> Condition:
    return Condition(None, words, unit=amount.unit, readings=(*amount.readings, *readings))


def _float(value: Decimal) -> float:
    """Round a margin or an edge to ten decimals, but never to nothing: the sign is that of the verdict."""
    return (round(float(value), 10) or float(value)) + 0.0  # adding nothing takes the sign off −0


def _level(threshold: float | Amount) -> tuple[float, tuple[Reading, ...]]:
    if isinstance(threshold, (int, float)):
        return float(threshold), ()
    return threshold.value, tuple(threshold.readings)


def _combined(first: Condition, second: Condition, holds: bool | None, word: str) -> Condition:
    """Combine two conditions; the margin is that of the part which decides the answer."""
    deciding = [part for part in (first, second) if part.holds is holds or holds is (word == "and")]
    measured = [part for part in deciding if part.margin is not None]
    pick = min if word == "and" else max
    nearest = pick(measured, key=lambda part: part.margin or 0.0) if measured else Condition(holds, "")
    words = f"{first.words} {word} {second.words}"
    return replace(nearest, holds=holds, words=words, readings=first.readings + second.readings)
