"""One reading of the ledger with all that says where it comes from: a figure, an event, and what they record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

import pandas as pd

Reading = dict[str, Any]
EVENT = ["event", "date", "kind", "title", "actors", "place", "published", "source", "status"]
RELATION = ["subject", "relation", "object", "value", "unit", "start", "end", "published", "source", "status", "note"]


@dataclass(frozen=True)
class Figure:
    """One reading of a measured quantity, with all that says where it comes from.

    Attributes
    ----------
    figure, title, unit, definition : str
        From `figures.csv`.
    period : str
        What the value is about: `2017`, `2018-08`, `2018-09-12`; empty when not known.
    value, low, high : float
        In `unit`; `value` is NaN when nothing was published by the as-of day.
    published, source, status, note : str
        From the observation.
    history : DataFrame
        One row per period (index), by the preferred source: value, low, high, published, source,
        status, note, revised_from, start, end; sorted by end.
    others : tuple of dict
        What other sources say of the same period.
    override : dict or None
        The ledger's value and the analyst's reason, where an edition sets the value.
    """

    figure: str
    title: str
    unit: str
    definition: str = ""
    period: str = ""
    value: float = float("nan")
    low: float | None = None
    high: float | None = None
    published: str = ""
    source: str = ""
    status: str = ""
    note: str = ""
    revised_from: float | None = None
    history: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)
    others: tuple[Reading, ...] = ()
    override: Reading | None = None

    @property
    def known(self) -> bool:
        """Whether anything was published by the as-of day."""
        return bool(self.period)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The provenance of this value: one observation, or none."""
        return (self._read(),) if self.known else ()

    @property
    def history_readings(self) -> tuple[Reading, ...]:
        """The provenance of every value of the history, for a chart that draws it."""
        keys = ["value", "published", "source", "status", "note"]
        rows = records(self.history[keys]) if len(self.history) else []
        head = {"kind": "observation", "figure": self.figure, "title": self.title, "unit": self.unit}
        return tuple(head | {"period": str(period)} | row for period, row in zip(self.history.index, rows, strict=True))

    def at(self, period: str) -> Figure:
        """The reading of one period, from the history; not known when that has none such."""
        if period == self.period:
            return self
        if period not in self.history.index:
            return Figure(self.figure, self.title, self.unit, self.definition, history=self.history)
        place = self.history.index.tolist().index(period)
        row: Reading = dict(self.history.iloc[place])
        return replace(
            self,
            period=period,
            value=float(row["value"]),
            low=number_or_none(row["low"]),
            high=number_or_none(row["high"]),
            revised_from=number_or_none(row["revised_from"]),
            **{name: str(row[name]) for name in ("published", "source", "status", "note")},  # type: ignore[arg-type]
            others=(),
            override=None,
        )

    def _read(self) -> Reading:
        columns = ("figure", "title", "period", "value", "unit", "published", "source", "status", "note")
        read: Reading = {"kind": "observation"} | {name: getattr(self, name) for name in columns}
        return read | {"others": list(self.others), "override": self.override, "revised_from": self.revised_from}


@dataclass(frozen=True)
class Event:
    """Something that happened, with its day (`date`, perhaps partial) and its source."""

    event: str
    date: str = ""
    kind: str = ""
    title: str = ""
    actors: str = ""
    place: str = ""
    published: str = ""
    source: str = ""
    status: str = ""

    @property
    def known(self) -> bool:
        """Whether it was published by the as-of day."""
        return bool(self.date)

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The provenance of this event, or nothing when it is not known."""
        columns = ("event", "title", "date", "published", "source", "status")
        return ({"kind": "event"} | {name: getattr(self, name) for name in columns},) if self.known else ()


def readings_of(*things: Any) -> list[Reading]:
    """Provenance of anything a notebook holds: figures, quantities, events, frames, and lists or dicts of these."""
    found: list[Reading] = []
    for thing in things:
        if isinstance(thing, pd.DataFrame):
            found += _frame_readings(thing)
        elif isinstance(thing, Mapping):
            found += readings_of(*thing.values())
        elif isinstance(thing, (list, tuple, set)):
            found += readings_of(*thing)
        else:
            found += list(getattr(thing, "readings", ()))
    return found


def _frame_readings(frame: pd.DataFrame) -> list[Reading]:
    if "event" in frame:
        kind, columns = "event", ["event", "title", "date", "published", "source", "status"]
    elif {"subject", "relation", "object", "published"} <= set(frame):
        kind, columns = "relation", [column for column in RELATION if column != "note"]
    else:
        return []
    rows = records(frame[columns])
    return [{"kind": kind} | {name: None if pd.isna(cell) else cell for name, cell in row.items()} for row in rows]


def records(frame: pd.DataFrame) -> list[Reading]:
    """The rows of a frame as records."""
    names, columns = [str(name) for name in frame], [frame[name].tolist() for name in frame]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def flags(read: Reading) -> list[str]:
    """What a reader must be told of a value: recalled, forecast, derived, provisional, estimate, revised."""
    found = [mark for mark in str(read.get("status", "")).split(";") if mark and mark != "verified"]
    if read.get("override") and "overridden" not in found:
        found.append("overridden")
    if read.get("revised_from") is not None:
        found.append("revised")
    if any(not _same(read["value"], other["value"]) for other in read.get("others", ())):
        found.append("disputed")
    return found


def _same(value: float, other: float) -> bool:
    """Whether another source's value may be the same one, rounded to the digits in which it is shown: 8.65 as 8.6."""
    shown = f"{value:.10g}".partition(".")[2]
    return bool(abs(value - other) <= 0.5 * 10.0 ** -len(shown) * (1 + 1e-9))


def number_or_none(cell: float) -> float | None:
    """A cell as a number; none where it is empty."""
    return None if isnan(cell) else float(cell)
