"""A figure through time: one value per period, by the preferred source, perhaps set aside by an edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from briefkit.figure import Figure
from briefkit.period import last_day

COLUMNS = ["value", "low", "high", "published", "source", "status", "note", "revised_from", "start", "end"]


def preferred(rows: pd.DataFrame, order: str) -> pd.DataFrame:
    """One row per period: the source that stands first in the order of preference, then the last published."""
    rank = {source: place for place, source in enumerate(order.split(";"))}
    ranked = rows.assign(
        rank=rows["source"].map(rank).fillna(len(rank)), recalled=rows["status"].str.startswith("recalled")
    )
    chosen = ranked.sort_values(
        ["rank", "recalled", "day", "line"], ascending=[True, True, False, False], kind="stable"
    )
    one_each = chosen.drop_duplicates("period").sort_values(["end", "start"], kind="stable")
    return one_each.set_index("period")[COLUMNS]


def latest(history: pd.DataFrame) -> str | None:
    """The last period observed; a forecast only where nothing was."""
    if not len(history):
        return None
    observed = history[~history["status"].str.contains("forecast")]
    return str((observed if len(observed) else history).index[-1])


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
