"""A figure through time: one value per period, by the preferred source, perhaps set aside by an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.internals import create_dataframe_from_blocks

from briefkit.ledger.columns import distinct, numbers, places_of
from briefkit.ledger.periods import first_days, last_day, last_days
from briefkit.ledger.readings import Figure, Reading, number_or_none

Cells = npt.NDArray[Any]
Places = npt.NDArray[np.int64]
_NOWHERE: Places = np.empty(0, dtype="int64")
_NUMBERS = ["value", "low", "high"]
_WORDS = ["published", "source", "status", "note"]
_VALUES = [*_NUMBERS, "revised_from"]
_COLUMNS = pd.Index([*_NUMBERS, *_WORDS, "revised_from", "start", "end"])
_AT = {name: np.array([at]) for at, name in enumerate(_COLUMNS)}
_VALUES_AT = np.concatenate([_AT[name] for name in _VALUES])


class Histories:
    """The observations of a ledger, by figure: each is set in order when it is first asked for.

    Parameters
    ----------
    observations : DataFrame
        Of every day, as text, in the order of their lines.
    orders : mapping of str to str
        For each figure its sources in order of preference, with semicolons between.
    """

    def __init__(self, observations: pd.DataFrame, orders: Mapping[str, str]) -> None:
        self._orders = orders
        texts = {name: distinct(observations[name]) for name in ("figure", "period", *_NUMBERS, *_WORDS)}
        self._codes = {name: codes for name, (codes, _) in texts.items()}
        each = {name: texts[name][1].to_series() for name in ("period", *_WORDS)}
        first, last = first_days(each["period"]), last_days(each["period"])
        self._meanings: dict[str, tuple[str, Cells]] = {
            **{name: (name, each[name].to_numpy(dtype=object)) for name in ("period", *_WORDS)},
            **{name: (name, numbers(texts[name][1])) for name in _NUMBERS},
            "start": ("period", first.to_numpy()),
            "end": ("period", last.to_numpy()),
            "time": ("period", np.argsort(np.lexsort((first, last)))),
            "day": ("published", last_days(each["published"]).to_numpy()),
            "recalled": ("status", np.array([text.startswith("recalled") for text in each["status"]], dtype=bool)),
            "forecast": ("status", np.array(["forecast" in text for text in each["status"]], dtype=bool)),
        }
        figure = self._codes["figure"]
        self._numbers = {name: at for at, name in enumerate(texts["figure"][1].tolist())}
        self._ends = np.cumsum([0, *np.bincount(figure, minlength=len(self._numbers))])
        self._order = places_of(figure)
        self._made: dict[str, Vintages] = {}

    def known(self, figure: str, on: date) -> Known:
        """What was known of a figure on a day; of one that has no observation, nothing."""
        made = self._made.get(figure)
        if made is None:
            made = self._made[figure] = self._vintages(figure)
        return made.known(on)

    def _vintages(self, figure: str) -> Vintages:
        at = self._numbers.get(figure)
        rows = _NOWHERE if at is None else self._order[self._ends[at] : self._ends[at + 1]]
        rows = rows[np.argsort(self._cells("day", rows), kind="stable")]
        return Vintages({name: self._cells(name, rows) for name in self._meanings}, self._orders.get(figure, ""))

    def _cells(self, name: str, rows: Places) -> Cells:
        """What the texts of some rows mean; each different text was asked once."""
        column, meanings = self._meanings[name]
        return meanings[self._codes[column][rows]]


class Vintages:
    """The observations of one figure, of every day: by period, of each period those first that are preferred.

    The source that stands first in the order of preference, then what is not recalled, then the last published.

    Parameters
    ----------
    cells : mapping of str to array
        The rows as `Histories` gathers them, by day and line.
    order : str
        Sources in order of preference, with semicolons between.
    """

    def __init__(self, cells: Mapping[str, Cells], order: str) -> None:
        self.days, count = cells["day"], len(cells["day"])
        until, revised = np.full(count, count), np.full(count, np.nan)
        last: dict[Any, int] = {}
        value = cells["value"]
        for at, key in enumerate(zip(cells["time"].tolist(), cells["source"].tolist(), strict=True)):
            before = last.get(key)
            if before is not None:
                until[before] = at
                if value[before] != value[at]:
                    revised[at] = value[before]
            last[key] = at
        ranks = {source: rank for rank, source in enumerate(order.split(";"))}
        rank = np.array([ranks.get(source, len(ranks)) for source in cells["source"].tolist()])
        since = np.arange(count)
        by = np.lexsort((-since, cells["recalled"], rank, cells["time"]))
        whole = {**cells, "revised_from": revised, "since": since, "until": until}
        self.cells = {name: column[by] for name, column in whole.items()}
        self._last = Known(self, _NOWHERE, 0)

    def known(self, on: date) -> Known:
        """What was known on a day: the same object as for the day that was asked before, if no more was known."""
        count = int(self.days.searchsorted(np.datetime64(on, "us"), side="right"))
        if count != self._last.count:
            places = np.flatnonzero((self.cells["since"] < count) & (self.cells["until"] >= count))
            self._last = Known(self, places, count)
        return self._last

    @cached_property
    def row_hashes(self) -> Cells:
        """Numbers by which rows are told apart, whatever else the ledger holds."""
        words = [pd.util.hash_array(self.cells[name], categorize=False) for name in ("period", *_WORDS)]
        values = [self.cells[name].view("uint64") for name in _VALUES]
        return np.column_stack([*words, *values])

    def history(self, places: Places) -> pd.DataFrame:
        """Some of the observations, by period; put together from columns as pandas keeps them, which is quick."""
        blocks = [(cells.take(places), _AT[name]) for name, cells in self._columns.items()]
        blocks.append((self._values[:, places], _VALUES_AT))
        return create_dataframe_from_blocks(blocks, index=self._periods.take(places), columns=_COLUMNS.view())

    @cached_property
    def _periods(self) -> pd.Index:
        return pd.Index(self.cells["period"], dtype="str", name="period")

    @cached_property
    def _values(self) -> Cells:
        return np.stack([self.cells[name] for name in _VALUES])

    @cached_property
    def _columns(self) -> dict[str, Any]:
        """What stands beside the values."""
        texts = {name: pd.array(self.cells[name], dtype="str") for name in _WORDS}
        return texts | {name: pd.array(self.cells[name]) for name in ("start", "end")}


class Known:
    """What was known of a figure on a day: of each period and source the observation last published.

    Parameters
    ----------
    vintages : Vintages
        Of the figure.
    places : array of int
        Where they stand in it.
    count : int
        How many vintages were known.

    Attributes
    ----------
    made : dict
        Figures read of it so far, by what was asked.
    """

    def __init__(self, vintages: Vintages, places: Places, count: int) -> None:
        self._all, self._places, self.count = vintages, places, count
        self.made: dict[Any, Figure] = {}

    def __len__(self) -> int:
        return len(self._places)

    @cached_property
    def row_hashes(self) -> bytes:
        """What tells it apart from what was known on another day, or is in another ledger."""
        return self._all.row_hashes[self._places].tobytes()

    def history(self, source: str = "") -> pd.DataFrame:
        """One row per period, by the preferred source, or by the one that is given; made anew for each who asks."""
        return self._all.history(self._preferred(source))

    def reading(self, period: str | None, source: str = "") -> Reading:
        """What the history says of a period, or of the latest, as parts of a `Figure`; nothing where it has no such."""
        places, cells = self._preferred(source), self._all.cells
        if period is None:
            observed = places[~cells["forecast"][places]]
            places = observed if len(observed) else places
        else:
            places = places[cells["period"][places] == period]
        if not len(places):
            return {}
        at = int(places[-1])
        read = {name: cells[name].item(at) for name in ("period", *_WORDS)}
        read |= {name: number_or_none(cells[name].item(at)) for name in _VALUES}
        return read | {"others": () if source else self.others(read["period"], read["source"])}

    def others(self, period: str, source: str) -> tuple[Reading, ...]:
        """What other sources than `source` say of a period."""
        cells, places = self._all.cells, self._places
        found = places[cells["period"][places] == period]
        found = found[cells["source"][found] != source]
        if not len(found):
            return ()
        found = found[np.argsort(cells["since"][found])]
        names = ["source", "value", "published", "status"]
        columns = [cells[name][found].tolist() for name in names]
        return tuple(dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))

    def _preferred(self, source: str) -> Places:
        """Of each period the first."""
        places = self._places
        if source:
            places = places[self._all.cells["source"][places] == source]
        time = self._all.cells["time"][places]
        return places[np.concatenate(([True], time[1:] != time[:-1]))] if len(places) else places


def latest(history: pd.DataFrame) -> str | None:
    """The last period observed; a forecast only where nothing was."""
    periods, statuses = history.index.tolist(), history["status"].tolist()
    observed = [period for period, status in zip(periods, statuses, strict=True) if "forecast" not in status]
    return str((observed or periods)[-1]) if periods else None


def overridden(figure: Figure, wanted: Mapping[str, Any], day: date) -> Figure:
    """The figure with the value that an edition sets, and what the ledger had in its place.

    Parameters
    ----------
    figure : Figure
        With its history.
    wanted : mapping
        `value`, `reason`, and perhaps `period`; else the latest.
    day : date
        The as-of day.
    """
    period = str(wanted.get("period") or latest(figure.history) or day.isoformat())
    was = figure.history["value"].get(period) if len(figure.history) else None
    row = {"value": float(wanted["value"]), "published": day.isoformat(), "source": "", "status": "overridden"}
    row |= {"note": str(wanted["reason"]), "end": pd.Timestamp(last_day(period))}
    one = pd.DataFrame(row, index=pd.Index([period], name="period")).reindex(columns=_COLUMNS)
    kept = figure.history.drop(index=period, errors="ignore")
    history = pd.concat([kept, one]).sort_values("end") if len(kept) else one
    override = {"value": None if was is None else float(was), "reason": row["note"], "period": period}
    return replace(figure, history=history, override=override)
