"""One reading of the ledger with all that says where it comes from: a figure, an event, and what they record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import isnan
from typing import Any

import pandas as pd

Reading = dict[str, Any]
EVENT = ["event", "date", "kind", "title", "actors", "place", "published", "source", "status"]
_EVENT_READING = ["event", "title", "date", "published", "source", "status"]
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
        if not self.known:
            return ()
        names = ("figure", "title", "period", "value", "unit", "published", "source", "status", "note")
        reading: Reading = {"kind": "observation"} | {name: getattr(self, name) for name in names}
        return (reading | {"others": list(self.others), "override": self.override, "revised_from": self.revised_from},)

    @property
    def history_readings(self) -> tuple[Reading, ...]:
        """The provenance of every value of the history, for a chart that draws it."""
        columns = ["value", "published", "source", "status", "note"]
        rows = records(self.history[columns]) if len(self.history) else []
        head = {"kind": "observation", "figure": self.figure, "title": self.title, "unit": self.unit}
        return tuple(head | {"period": str(period)} | row for period, row in zip(self.history.index, rows, strict=True))

    def at(self, period: str) -> Figure:
        """Return the figure in another period of its history.

        Parameters
        ----------
        period : str
            As written in the ledger.

        Returns
        -------
        Figure
            With the same history and without what others say; not `known` where the history has no such period.

        Examples
        --------
        >>> imports = ledger.as_of("2018-10-12").figure("trade.imports")
        >>> imports.value, imports.at("2016").value, imports.at("2015").known
        (1.2, 1.5, False)
        """
        if period == self.period:
            return self
        if period not in self.history.index:
            return Figure(self.figure, self.title, self.unit, self.definition, history=self.history)
        row: Reading = dict(self.history.iloc[self.history.index.tolist().index(period)])
        return replace(
            self,
            period=period,
            value=float(row["value"]),
            low=_number_or_none(row["low"]),
            high=_number_or_none(row["high"]),
            revised_from=_number_or_none(row["revised_from"]),
            **{name: str(row[name]) for name in ("published", "source", "status", "note")},  # type: ignore[arg-type]
            others=(),
            override=None,
        )


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
        return ({"kind": "event"} | {name: getattr(self, name) for name in _EVENT_READING},) if self.known else ()


def readings_of(*things: Any) -> list[Reading]:
    """Collect the provenance of anything that a notebook holds.

    Parameters
    ----------
    *things
        Figures, quantities, events, frames of events or relations, and lists or dicts of these; others have none.

    Returns
    -------
    list of dict
        In the order of the things, each with its `kind`: observation, event or relation.

    Examples
    --------
    >>> known = ledger.as_of("2018-10-12")
    >>> [reading["published"] for reading in readings_of(known.figure("energy.share"), [known.event("summit")], 15)]
    ['2018-03-29', '2018-09-12']
    >>> readings_of(known.events())[0]["title"]
    'A summit'
    """
    readings: list[Reading] = []
    for thing in things:
        if isinstance(thing, pd.DataFrame):
            readings += _frame_readings(thing)
        elif isinstance(thing, Mapping):
            readings += readings_of(*thing.values())
        elif isinstance(thing, (list, tuple, set)):
            readings += readings_of(*thing)
        else:
            readings += list(getattr(thing, "readings", ()))
    return readings


def _frame_readings(frame: pd.DataFrame) -> list[Reading]:
    if "event" in frame:
        kind, columns = "event", _EVENT_READING
    elif {"subject", "relation", "object", "published"} <= set(frame):
        kind, columns = "relation", [column for column in RELATION if column != "note"]
    else:
        return []
    rows = records(frame[columns])
    return [{"kind": kind} | {name: None if pd.isna(cell) else cell for name, cell in row.items()} for row in rows]


def records(frame: pd.DataFrame) -> list[Reading]:
    """Return the rows of a frame as dicts; `DataFrame.to_dict` does the same in many times the time.

    Examples
    --------
    >>> import pandas as pd
    >>> records(pd.DataFrame({"period": ["2017"], "value": [8.5]}))
    [{'period': '2017', 'value': 8.5}]
    """
    names, columns = [str(name) for name in frame], [frame[name].tolist() for name in frame]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def flags(reading: Reading) -> list[str]:
    """Return what a reader must be told of a value.

    Parameters
    ----------
    reading : dict
        `status`, and of an observation perhaps `value`, `override`, `revised_from` and `others`.

    Returns
    -------
    list of str
        Of recalled, forecast, derived, provisional, estimate, overridden, revised, disputed; `verified` goes unsaid.

    Examples
    --------
    >>> flags({"status": "recalled;forecast"})
    ['recalled', 'forecast']
    >>> flags({"status": "verified", "value": 8.7, "others": [{"value": 9.1}]})
    ['disputed']
    """
    words = [word for word in str(reading.get("status", "")).split(";") if word and word != "verified"]
    if reading.get("override") and "overridden" not in words:
        words.append("overridden")
    if reading.get("revised_from") is not None:
        words.append("revised")
    if any(not _is_same(reading["value"], other["value"]) for other in reading.get("others", ())):
        words.append("disputed")
    return words


def _is_same(value: float, other: float) -> bool:
    """Return whether another source's value, rounded to the digits in which this one is shown, is it: 8.65 and 8.6."""
    decimals = len(f"{value:.10g}".partition(".")[2])
    return bool(abs(value - other) <= 0.5 * 10.0**-decimals * (1 + 1e-9))


def _number_or_none(cell: float) -> float | None:
    """Return a cell as a number; None where it is empty."""
    return None if isnan(cell) else float(cell)
