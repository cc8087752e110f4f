"""A figure through time: every value that was published for each period, and what was known of it on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefkit.ledger.columns import numbers
from briefkit.ledger.periods import first_days, last_day, last_days
from briefkit.ledger.readings import Figure, Reading

Values = npt.NDArray[Any]
_NONE: Values = np.empty(0, dtype="int64")
_KEY = ["figure", "period", "source"]
_NUMBERS = ["value", "low", "high"]
_WORDS = ["published", "source", "status", "note"]
_HISTORY = [*_NUMBERS, *_WORDS, "revised_from", "start", "end"]


class VintageIndex:
    """The observations of a ledger, in the order of figures, periods, sources and days.

    Parameters
    ----------
    observations : DataFrame
        Of every day, as text, with `line`, in the order of their lines.
    sources : mapping of str to str
        For each figure its sources in order of preference, parted by semicolons.

    Attributes
    ----------
    rows : DataFrame
        The observations as written, with `start` and `end` of the period; `day`, the last day of `published`; `until`,
        the day of the next vintage of the same period and source, NaT if there is none; and `revised`, whether the one
        before had another value.
    histories : DataFrame
        The same rows by `period` (index), as a figure's history shows them, in `revised_from` the value before.
    """

    def __init__(self, observations: pd.DataFrame, sources: Mapping[str, str]) -> None:
        self.sources = sources
        start, end = first_days(observations["period"]), last_days(observations["period"])
        rows = observations.assign(start=start, end=end, day=last_days(observations["published"]))
        rows = rows.sort_values(["figure", "end", "start", "source", "day"], ignore_index=True)
        again, value = rows.duplicated(_KEY), numbers(rows["value"])
        revised = again & (value != value.shift())
        until = rows["day"].shift(-1).where(again.shift(-1, fill_value=False))
        self.rows = rows.assign(until=until, revised=revised)
        as_numbers = {name: numbers(rows[name]) for name in _NUMBERS} | {"revised_from": value.shift().where(revised)}
        histories = rows.assign(**as_numbers).astype(dict.fromkeys(["period", *_WORDS], "str"))
        self.histories = histories.set_index("period")[_HISTORY].copy()  # a copy has numbers side by side
        self._places: dict[Any, Values] = dict(self.rows.groupby("figure", sort=False, observed=True).indices)  # type: ignore[arg-type]
        self._known: dict[str, FigureAsOf] = {}

    def known(self, figure: str, day: date) -> FigureAsOf:
        """Return what was known of a figure at the end of a day; of one without observations, nothing.

        The same object as for the day that was asked before, if no more was known.
        """
        on, places = np.datetime64(day, "us"), self._places.get(figure, _NONE)
        published = places[self.columns["day"][places] <= on]
        known = self._known.get(figure)
        if known is None or len(known.published) != len(published):
            known = self._known[figure] = FigureAsOf(self, figure, published, on)
        return known

    def published(self, day: date) -> dict[str, pd.DataFrame]:
        """Return all rows published by a day, by figure, the newest period first; index: a hash of each row.

        Under the empty id stands a frame without rows.
        """
        end, until = pd.Timestamp(day), self.rows["until"]
        rows = self.rows.astype(dict.fromkeys([*_KEY, *_NUMBERS, *_WORDS], "str"))
        rows["revised_from"] = rows["value"].shift().where(rows["revised"], "")
        rows["replaced"] = rows["published"].shift(-1).where(until <= end, "")
        rows = rows.set_axis(self.row_hashes).loc[(rows["day"] <= end).to_numpy()]
        rows = rows.sort_values(["figure", "end", "start"], ascending=[True, False, False])
        rows = rows.drop(columns=["line", "day", "until", "revised"])
        return {"": rows.iloc[:0], **{str(figure): group for figure, group in rows.groupby("figure", sort=False)}}

    @cached_property
    def columns(self) -> dict[str, Values]:
        """What is known of each row, as arrays."""
        arrays = {str(name): self.histories[name].to_numpy() for name in _HISTORY}
        arrays |= {name: self.rows[name].to_numpy() for name in ("line", "day", "until")}
        return arrays | {"period": self.histories.index.to_numpy()}

    @cached_property
    def row_hashes(self) -> Values:
        """A hash of each row, the same wherever it stands and whatever else the ledger holds."""
        rows = self.rows[["period", *_NUMBERS, *_WORDS]].assign(revised_from=self.histories["revised_from"].to_numpy())
        return pd.util.hash_pandas_object(rows, index=False).to_numpy()


class FigureAsOf:
    """What was known of a figure on a day: of each period and source the observation last published.

    Parameters
    ----------
    index : VintageIndex
        Of the ledger.
    figure : str
        Id of the figure.
    published : array of int
        Places in the index of all that was published of it by the day.
    on : datetime64
        The day.
    """

    def __init__(self, index: VintageIndex, figure: str, published: Values, on: np.datetime64) -> None:
        self._index, self.published = index, published
        self._order = index.sources.get(figure, "").split(";")
        self._last = published[~(index.columns["until"][published] <= on)]
        self._figures: dict[Any, Figure] = {}

    def __len__(self) -> int:
        return len(self._last)

    @cached_property
    def row_hashes(self) -> bytes:
        """What tells it apart from what was known on another day, or is in another ledger."""
        return self._index.row_hashes[self._last].tobytes()

    def history(self, source: str = "") -> pd.DataFrame:
        """Return one row per period, by the preferred source or by the one that is named; see `Figure.history`."""
        return self._index.histories.take(self._preferred(source))

    def figure(self, head: Reading, period: str | None, source: str) -> Figure:
        """Return the figure in a period, or in the latest; not known where its history has no such.

        Parameters
        ----------
        head : dict
            Figure, title, unit and definition.
        period : str or None
            As written in the ledger; the latest observed when None.
        source : str
            The only source to be heard; empty for the preferred one.
        """
        if (period, source) not in self._figures:
            figure = self.read(Figure(**head, history=self.history(source)), period, source)
            self._figures[period, source] = figure
        figure = self._figures[period, source]
        return replace(figure, history=figure.history.copy(deep=False))  # what the caller does to it is theirs

    def read(self, figure: Figure, period: str | None, source: str) -> Figure:
        """Return a figure with a history in a period of it, or in the latest, with what others say."""
        period = latest(figure.history) if period is None else period
        if period not in figure.history.index:
            return figure
        reading = figure.at(str(period))
        return replace(reading, others=() if source else self._others(reading.period, reading.source))

    def _others(self, period: str, source: str) -> tuple[Reading, ...]:
        """Return what other sources than `source` say of a period, in the order in which they were published."""
        columns, places = self._index.columns, self._last
        places = places[(columns["period"][places] == period) & (columns["source"][places] != source)]
        places = places[np.lexsort((columns["line"][places], columns["day"][places]))]
        names = ["source", "value", "published", "status"]
        rows = zip(*(columns[name][places].tolist() for name in names), strict=True)
        return tuple(dict(zip(names, row, strict=True)) for row in rows)

    def _preferred(self, source: str) -> Values:
        """Return places by period, of each period one.

        That of the source which comes first in the order of preference, then what is not recalled, then the newest.
        """
        columns, places = self._index.columns, self._last
        if source:
            places = places[columns["source"][places] == source]
        ranks = {name: rank for rank, name in enumerate(self._order)}
        rank = [ranks.get(name, len(ranks)) for name in columns["source"][places].tolist()]
        recalled = [status.startswith("recalled") for status in columns["status"][places].tolist()]
        newest = (-columns["line"][places], -columns["day"][places].view("int64"))
        keys: Any = (*newest, recalled, rank, columns["start"][places], columns["end"][places])
        places = places[np.lexsort(keys)]
        period = columns["period"][places]
        return places[np.concatenate(([True], period[1:] != period[:-1]))] if len(places) else places


def latest(history: pd.DataFrame) -> str | None:
    """Return the last period observed; a forecast only where nothing was."""
    periods, statuses = history.index.tolist(), history["status"].tolist()
    observed = [period for period, status in zip(periods, statuses, strict=True) if "forecast" not in status]
    return str((observed or periods)[-1]) if periods else None


def overridden(figure: Figure, setting: Mapping[str, Any], day: date) -> Figure:
    """Return a figure with the value that an edition sets, and what the ledger had in its place.

    Parameters
    ----------
    figure : Figure
        With its history.
    setting : mapping
        `value`, in the unit of the figure, `reason`, and perhaps `period`; else the latest.
    day : date
        The as-of day.
    """
    period = str(setting.get("period") or latest(figure.history) or day.isoformat())
    before = figure.history["value"].get(period) if len(figure.history) else None
    row = {"value": float(setting["value"]), "published": day.isoformat(), "source": "", "status": "overridden"}
    row |= {"note": str(setting["reason"]), "end": pd.Timestamp(last_day(period))}
    new = pd.DataFrame(row, index=pd.Index([period], name="period")).reindex(columns=_HISTORY)
    old = figure.history.drop(index=period, errors="ignore")
    history = pd.concat([old, new]).sort_values("end") if len(old) else new
    override = {"value": None if before is None else float(before), "reason": row["note"], "period": period}
    return replace(figure, history=history, override=override)
