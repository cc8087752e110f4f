"""Carry unit, formula and readings along with computed values and with words."""

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
    readings : tuple of dict
        What is behind it; empty for words and dates of the page's own.
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
        """Return the note as it travels in an output, see `AnnotatedText`."""
        flagged = list(dict.fromkeys(flag for reading in self.readings for flag in flags(reading)))
        formula, lang = self.formula or None, self.lang or None
        return {"text": self.text, "formula": formula, "lang": lang, "flags": flagged, "readings": list(self.readings)}


Amount = Figure | Quantity


def parameter(name: str, value: float, unit: str = "") -> Quantity:
    """Return a value that the edition sets, such as a threshold.

    Examples
    --------
    >>> parameter("band_low", 15, "percent").value
    15.0
    """
    return Quantity(float(value), unit, readings=({"kind": "parameter", "name": name, "value": value, "unit": unit},))


def called(amount: Amount) -> str:
    """Return what a formula calls an amount: title and period, or its own formula.

    Examples
    --------
    >>> called(ledger.as_of("2018-10-12").figure("energy.share")), called(parameter("band_low", 15))
    ('Share of LNG, 2017', 'band low')
    """
    if isinstance(amount, Figure):
        return f"{amount.title}, {amount.period}" if amount.known else f"{amount.title} (not known)"
    if amount.title:
        return amount.title
    if amount.formula:
        return f"({amount.formula})"
    names = (str(reading["name"]) for reading in amount.readings if reading["kind"] == "parameter")
    return next(names, "a computed value").replace("_", " ")
