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
from briefkit.period import first_days, last_day, last_days
from briefkit.texts import distinct, places_of

Places = npt.NDArray[np.int64]
_NOWHERE: Places = np.empty(0, dtype="int64")
_WORDS = ["published", "source", "status", "note"]
COLUMNS = ["value", "low", "high", "published", "source", "status", "note", "revised_from", "start", "end"]


class Histories:
    """The observations of a ledger, set in order once, so that each figure is read from a few rows of them.

    Parameters
    ----------
    observations : DataFrame
        Of every day, by day and line; the index is the rows' places: figure, period, day, and `COLUMNS`.
    orders : mapping of str to str
        For each figure its sources in order of preference, with semicolons between.

    Attributes
    ----------
    made : dict
        Figures read so far, by the hash of what they were made from.
    """

    def __init__(self, observations: pd.DataFrame, orders: Mapping[str, str]) -> None:
        self._day = observations["day"].to_numpy()
        self._texts = {name: distinct(observations[name]) for name in ("figure", "period", *_WORDS)}
        self._numbers = {name: observations[name].to_numpy() for name in COLUMNS if name not in _WORDS}
        self._codes = {
            name: {text: code for code, text in enumerate(self._texts[name][1].tolist())}
            for name in ("figure", "period", "source")
        }
        figure, figures = self._texts["figure"]
        self._ends = np.cumsum([0, *np.bincount(figure, minlength=len(figures))])
        self._order = places_of(figure)
        periods = self._texts["period"][1].to_series()
        self._time = np.argsort(np.lexsort((first_days(periods), last_days(periods))))
        self._recalled = np.array([text.startswith("recalled") for text in self._texts["status"][1]], dtype=bool)
        self._orders = {
            self._codes["figure"].get(figure): [self._codes["source"].get(source) for source in order.split(";")]
            for figure, order in orders.items()
            if order
        }
        self.made: dict[Any, Figure] = {}

    def known(self, figure: str, on: date) -> Places:
        """Where the observations of a figure stand that were known on a day: of each period and source the last."""
        code = self._codes["figure"].get(figure)
        if code is None:
            return _NOWHERE
        found = self._order[self._ends[code] : self._ends[code + 1]]
        until = self._day.searchsorted(np.datetime64(on, "us"), side="right")
        found = found[: found.searchsorted(until)][::-1]
        key = self._of("period", found) * len(self._codes["source"]) + self._of("source", found)
        return np.sort(found[np.unique(key, return_index=True)[1]])

    def history(self, places: Places, source: str = "") -> pd.DataFrame:
        """One row per period: the source that stands first in the order of preference, then the last published.

        Parameters
        ----------
        places : array of int
            The observations of one figure that were known on a day.
        source : str
            Only those of this one, if given.
        """
        chosen = places[self._of("source", places) == self._codes["source"].get(source, -1)] if source else places
        recalled = self._recalled[self._of("status", chosen)]
        chosen = chosen[np.lexsort((-chosen, recalled, self._rank(chosen)))]
        time = self._time[self._of("period", chosen)]
        return self._rows(chosen[np.unique(time, return_index=True)[1]])

    def others(self, places: Places, period: str, source: str) -> tuple[Read, ...]:
        """What other sources than `source` say of a period."""
        same = self._of("period", places) == self._codes["period"].get(period, -1)
        found = places[same & (self._of("source", places) != self._codes["source"].get(source, -1))]
        return tuple(records(self._rows(found)[["source", "value", "published", "status"]])) if len(found) else ()

    def _of(self, name: str, places: Places) -> Places:
        """Numbers of the texts that stand in some places."""
        return self._texts[name][0][places].astype("int64")

    def _rank(self, places: Places) -> Places:
        """Where the sources of some observations of a figure stand in its order of preference."""
        order = self._orders.get(self._of("figure", places[:1]).item(), []) if len(places) else []
        ranks = {source: rank for rank, source in enumerate(order)}
        return np.array(
            [ranks.get(source, len(order)) for source in self._of("source", places).tolist()], dtype="int64"
        )

    def _rows(self, places: Places) -> pd.DataFrame:
        """Observations, by period, with texts as such."""
        texts = {name: self._texts[name][1].array.take(self._of(name, places)) for name in ("period", *_WORDS)}
        cells = {name: texts[name] if name in texts else self._numbers[name][places] for name in COLUMNS}
        return pd.DataFrame(cells, index=pd.Index(texts["period"], name="period"), copy=False)


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
