"""Computed values and words that carry their unit, their formula and the readings behind them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from briefkit.ledger.readings import Figure, Reading, flags


@dataclass(frozen=True)
class Quantity:
    """A computed value: what it is, in which unit, by which formula, from which readings."""

    value: float
    unit: str
    formula: str = ""
    readings: tuple[Reading, ...] = ()
    title: str = ""

    @property
    def known(self) -> bool:
        """Whether all that it was computed from is known."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Phrase:
    """What one `{{ … }}` puts into a sentence.

    Attributes
    ----------
    text : str
        Plain text, never markup.
    reads : tuple of dict
        The readings behind it; empty for words and dates of the page's own.
    formula : str
        How it was computed, or empty.
    lang : str
        Language code of a foreign word, or empty.
    """

    text: str
    readings: tuple[Reading, ...] = ()
    formula: str = ""
    lang: str = ""

    def __str__(self) -> str:
        return self.text

    def note(self) -> Reading:
        """The note as it travels in an output."""
        found = dict.fromkeys(mark for read in self.readings for mark in flags(read))
        named = {"formula": self.formula or None, "lang": self.lang or None}
        return {"text": self.text, **named, "flags": list(found), "readings": list(self.readings)}


Amount = Figure | Quantity


def parameter(name: str, value: float, unit: str = "") -> Quantity:
    """A value that the edition sets, such as a threshold."""
    return Quantity(float(value), unit, readings=({"kind": "parameter", "name": name, "value": value, "unit": unit},))


def called(amount: Amount) -> str:
    """What a formula calls an amount: title and period, or its own formula."""
    if isinstance(amount, Figure):
        return f"{amount.title}, {amount.period}" if amount.known else f"{amount.title} (not known)"
    if amount.title:
        return amount.title
    if amount.formula:
        return f"({amount.formula})"
    names = [str(read["name"]).replace("_", " ") for read in amount.readings if read["kind"] == "parameter"]
    return names[0] if names else "a computed value"
