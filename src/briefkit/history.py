"""A figure through time: one value per period, by the preferred source, perhaps set aside by an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefkit.figure import Figure, Read, records
from briefkit.period import last_day

Places = npt.NDArray[np.int64]
_NOWHERE: Places = np.empty(0, dtype="int64")
COLUMNS = ["value", "low", "high", "published", "source", "status", "note", "revised_from", "start", "end"]


class Histories:
    """The observations of a ledger, set in order once, so that each figure is read from a few rows of them.

    Parameters
    ----------
    observations : DataFrame
        Of every day, by day; the index is the rows' places: figure, day, line, key (a number for each figure, period
        and source), and `COLUMNS`.
    orders : mapping of str to str
        For each figure its sources in order of preference, with semicolons between.

    Attributes
    ----------
    made : dict
        Figures read so far, by the hash of what they were made from.
    """

    def __init__(self, observations: pd.DataFrame, orders: Mapping[str, str]) -> None:
        pairs = observations[["figure", "source"]].drop_duplicates()
        ranks = {
            (figure, source): place for figure, order in orders.items() for place, source in enumerate(order.split(";"))
        }
        keys = pd.MultiIndex.from_frame(pairs)
        ranked = pd.Series([ranks.get(pair, len(ranks)) for pair in keys], index=keys, dtype="int64")
        rank = ranked.reindex(pd.MultiIndex.from_frame(observations[["figure", "source"]])).to_numpy()
        recalled = observations["status"].str.startswith("recalled").to_numpy(dtype=bool)
        line, day = observations["line"].to_numpy(dtype="int64"), observations["day"].to_numpy().astype("int64")
        self._choice = _places(np.lexsort((-line, -day, recalled, rank)))
        time = [observations[column].to_numpy().astype("int64") for column in ("start", "end")]
        self._time = _places(np.lexsort(tuple(time)))
        codes, figures = pd.factorize(observations["figure"])
        order, ends = np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes, minlength=len(figures)))
        starts = np.concatenate([[0], ends])
        self._places = {name: order[starts[at] : ends[at]] for at, name in enumerate(figures)}
        self._day, self._key = observations["day"].to_numpy(), observations["key"].to_numpy()
        self._period, self._periods = pd.factorize(observations["period"])
        self._source = observations["source"].to_numpy(dtype=object)
        self._rows = observations.set_index("period")[COLUMNS]
        self.made: dict[Any, Figure] = {}

    def known(self, figure: str, on: date) -> Places:
        """Where the observations of a figure stand that were known on a day: of each period and source the last."""
        places = self._places.get(figure, _NOWHERE)
        places = places[: self._day[places].searchsorted(np.datetime64(on), side="right")][::-1]
        return np.sort(places[np.unique(self._key[places], return_index=True)[1]])

    def history(self, places: Places, source: str = "") -> pd.DataFrame:
        """One row per period: the source that stands first in the order of preference, then the last published.

        Parameters
        ----------
        places : array of int
            The observations of one figure that were known on a day.
        source : str
            Only those of this one, if given.
        """
        chosen = places[self._source[places] == source] if source else places
        chosen = chosen[np.argsort(self._choice[chosen])]
        chosen = chosen[np.unique(self._period[chosen], return_index=True)[1]]
        return self._rows.take(chosen[np.argsort(self._time[chosen])])

    def others(self, places: Places, period: str, source: str) -> tuple[Read, ...]:
        """What other sources than `source` say of a period."""
        same = np.array([self._periods[code] == period for code in self._period[places]], dtype=bool)
        found = places[same & (self._source[places] != source)]
        columns = ["source", "value", "published", "status"]
        return tuple(records(self._rows.take(found)[columns])) if len(found) else ()


def _places(order: Places) -> Places:
    """Where each row stands in an order."""
    found = np.empty(len(order), dtype="int64")
    found[order] = np.arange(len(order))
    return found


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
    one = pd.DataFrame(row, index=pd.Index([period], name="period")).reindex(columns=COLUMNS)
    kept = figure.history.drop(index=period, errors="ignore")
    history = pd.concat([kept, one]).sort_values("end") if len(kept) else one
    override = {"value": None if was is None else float(was), "reason": row["note"], "period": period}
    return replace(figure, history=history, override=override)
