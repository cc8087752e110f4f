"""Events, relations and verdicts, as published by a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import pandas as pd

from briefkit.ledger.columns import numbers
from briefkit.ledger.periods import last_days
from briefkit.ledger.readings import EVENT, RELATION, Event, records
from briefkit.ledger.rules import relation_ids

TABLES = ("events", "relations", "verdicts")


class DatedFacts:
    """Rows of the tables with a published day that hold no observations.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Of the ledger, as text, with `line`.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        rows = {name: _by_day(tables[name]) for name in TABLES}
        rows["events"]["day"] = last_days(rows["events"]["date"])
        rows["relations"]["value"] = numbers(rows["relations"]["value"])
        self._rows = rows

    def as_of(self, day: date) -> FactsAsOf:
        """Return what was published by the end of a day."""
        return FactsAsOf(self._rows, day)


class FactsAsOf:
    """Events, relations and verdicts known on a day.

    Parameters
    ----------
    rows : mapping of str to DataFrame
        `events`, `relations` and `verdicts` of every day by `known`, the last day of `published`; index: a hash of each
        row. Of events `day` is the last day of `date`.
    day : date
        The as-of day.
    """

    def __init__(self, rows: Mapping[str, pd.DataFrame], day: date) -> None:
        self._rows, self._day = rows, pd.Timestamp(day)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Of each event the row last published, not a recalled one where there is another, by day."""
        rows = self._published("events").drop_duplicates(["event", "source"], keep="last")
        rows = rows.assign(recalled=rows["status"].str.startswith("recalled"))
        rows = rows.sort_values(["recalled", "line"], kind="stable").drop_duplicates("event")
        return rows.sort_values(["day", "event"])[[*EVENT, "day"]]

    @cached_property
    def event_by_id(self) -> dict[str, Event]:
        """The same by id."""
        return {row["event"]: Event(**row) for row in records(self.events[EVENT])}

    @cached_property
    def relations(self) -> pd.DataFrame:
        """Of each relation the row last published, in the order of the ledger; `active`: not known to have ended."""
        rows = self._published("relations").drop_duplicates(["subject", "relation", "object", "start"], keep="last")
        return rows.assign(active=rows["end"] == "").sort_values("line")[[*RELATION, "active"]]

    def verdicts(self, claim: str) -> pd.DataFrame:
        """Return judgements of a claim, the oldest first."""
        rows = self._published("verdicts")
        return rows[rows["claim"] == claim].drop(columns=["line", "known"])

    @cached_property
    def names(self) -> set[str]:
        """Ids of the events, and of the relations as `subject|relation|object`."""
        return relation_ids(self._published("relations")) | set(self._published("events")["event"])

    def _published(self, table: str) -> pd.DataFrame:
        rows = self._rows[table]
        return rows.iloc[: rows["known"].searchsorted(self._day, side="right")]


def _by_day(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table by `known`, the last day of `published`, and line; index: a hash of each row."""
    hashes = pd.util.hash_pandas_object(table.drop(columns="line"), index=False)
    rows = table.set_axis(hashes.to_numpy()).assign(known=last_days(table["published"]).to_numpy())
    return rows.sort_values("known", kind="stable")
