"""A computed value with its unit, its formula and the readings behind it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from briefkit.figure import Figure, Read


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


def parameter(name: str, value: float, unit: str = "") -> Quantity:
    """A value that the edition sets, such as a threshold."""
    return Quantity(float(value), unit, reads=({"kind": "parameter", "name": name, "value": value, "unit": unit},))


def called(amount: Amount) -> str:
    """What a formula calls an amount: title and period, or its own formula."""
    if isinstance(amount, Figure):
        return f"{amount.title}, {amount.period}" if amount.known else f"{amount.title} (not known)"
    if amount.title:
        return amount.title
    if amount.formula:
        return f"({amount.formula})"
    names = [str(read["name"]).replace("_", " ") for read in amount.reads if read["kind"] == "parameter"]
    return names[0] if names else "a computed value"
