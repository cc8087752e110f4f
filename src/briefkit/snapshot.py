"""What was known on a day: figures, events and relations; reading them records the trace."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import pandas as pd

from briefkit.errors import UnknownName
from briefkit.figure import EVENT, RELATION, Event, Figure, Read, records
from briefkit.history import latest, overridden, preferred
from briefkit.period import last_day


class Snapshot:
    """The ledger as it was known at the end of one day.

    Nothing published later is in it, by construction: it is handed filtered tables.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        `figures`, `observations`, `events`, `relations`, `claims`, `verdicts`, `sources`; all but figures,
        claims and sources hold only rows published on or before `day`.
    day : date
        The as-of day.
    shapes : mapping of str to dict
        GeoJSON by name.
    overrides : iterable of mapping
        `figure`, `value`, `reason` and perhaps `period`, as an edition sets them.
    """

    def __init__(
        self,
        tables: Mapping[str, pd.DataFrame],
        day: date,
        *,
        shapes: Mapping[str, Any] | None = None,
        overrides: Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.day = day
        self._tables = tables
        self._shapes = shapes or {}
        self._overrides = {str(one["figure"]): dict(one) for one in overrides}
        self.queries: list[Read] = []

    # -- figures -------------------------------------------------------------------------------

    def figure(self, figure: str, period: str | None = None, *, source: str = "") -> Figure:
        """Value of a figure: of `period`, or of the latest period observed.

        A forecast is the latest only where nothing was observed. With `source`, what that source alone says.

        Raises
        ------
        UnknownName
            If `figures.csv` has no such figure.
        """
        head = self._figures.get(figure)
        if head is None:
            raise UnknownName("figure", figure, self._figures)
        rows = self._rows(figure)
        self._asked("figure", {"figure": figure}, [head, rows, self._overrides.get(figure)])
        rows = rows[rows["source"] == source] if source else rows
        history = preferred(rows, str(head["sources"]))
        made = Figure(figure, str(head["title"]), str(head["unit"]), str(head["definition"]), history=history)
        if figure in self._overrides:
            made = overridden(made, self._overrides[figure], self.day)
        if period is None:
            period = latest(made.history)
        return _at(made, rows, period)

    def figures(self, prefix: str) -> list[Figure]:
        """The figures whose id starts with `prefix` and of which anything is known, by id."""
        found = [self.figure(figure) for figure in self._figures if figure.startswith(prefix)]
        return [figure for figure in found if figure.known]

    @cached_property
    def _figures(self) -> dict[str, Read]:
        return {str(row["figure"]): row for row in records(self._tables["figures"].drop(columns="line"))}

    @cached_property
    def _positions(self) -> Mapping[Any, Any]:
        return self._tables["observations"].groupby("figure", sort=False).indices

    def _rows(self, figure: str) -> pd.DataFrame:
        return self._tables["observations"].iloc[self._positions.get(figure, [])]

    # -- events and relations ------------------------------------------------------------------

    def event(self, event: str) -> Event:
        """One event; `known` is false while it was not published.

        Raises
        ------
        UnknownName
            If the ledger has no such event on any day.
        """
        rows = self._events[self._events["event"] == event]
        self._asked("event", {"event": event}, rows)
        if rows.empty:
            if event not in self._event_ids:
                raise UnknownName("event", event, sorted(self._event_ids))
            return Event(event)
        return Event(**{name: str(rows.iloc[0][name]) for name in EVENT})

    def events(
        self,
        *,
        prefix: str | Sequence[str] = "",
        kind: str = "",
        actor: str = "",
        since: str = "",
        until: str = "",
    ) -> pd.DataFrame:
        """Events known, one row each, by day.

        Parameters
        ----------
        prefix, kind, actor : str
            Start of the id (or several of them), kind, and one of the actors; empty for all.
        since, until : str
            First and last day, both within.

        Returns
        -------
        DataFrame
            event, date, kind, title, actors, place, published, source, status, day (last day of `date`).
        """
        all_of_them = self._events
        chosen = all_of_them["event"].str.startswith((prefix,) if isinstance(prefix, str) else tuple(prefix))
        chosen &= (all_of_them["kind"] == kind) | (not kind)
        if actor:
            chosen &= (";" + all_of_them["actors"] + ";").str.contains(f";{actor};", regex=False)
        if since:
            chosen &= all_of_them["day"] >= pd.Timestamp(since)
        if until:
            chosen &= all_of_them["day"] <= pd.Timestamp(last_day(until))
        found = all_of_them[chosen].sort_values(["day", "event"], kind="stable").reset_index(drop=True)
        self._asked("events", {"prefix": prefix, "kind": kind, "actor": actor, "since": since, "until": until}, found)
        return found

    def relations(
        self,
        *,
        subject: str = "",
        relation: str = "",
        object: str = "",
        active: bool | None = None,
        among: Collection[str] = (),
    ) -> pd.DataFrame:
        """Relations known, one row each as last published, with `active`: not known to have ended.

        With `among`, only those whose subject and object are both in it.
        """
        rows = self._relations
        asked = {"subject": subject, "relation": relation, "object": object}
        chosen = pd.Series(True, index=rows.index)
        for column, wanted in asked.items():
            chosen &= (rows[column] == wanted) | (not wanted)
        if active is not None:
            chosen &= rows["active"] == active
        if among:
            chosen &= rows["subject"].isin(list(among)) & rows["object"].isin(list(among))
        found = rows[chosen].reset_index(drop=True)
        self._asked("relations", asked | {"active": active, "among": list(among)}, found)
        return found

    @cached_property
    def _events(self) -> pd.DataFrame:
        rows = self._tables["events"].drop_duplicates(["event", "source"], keep="last")
        recalled = rows["status"].str.startswith("recalled")
        rows = rows.assign(recalled=recalled).sort_values(["recalled", "line"], kind="stable")
        return rows.drop_duplicates("event")[[*EVENT, "day"]]

    @cached_property
    def _event_ids(self) -> set[str]:
        return set(self._tables["event_ids"]["event"])

    @cached_property
    def _relations(self) -> pd.DataFrame:
        key = ["subject", "relation", "object", "start"]
        rows = self._tables["relations"].drop_duplicates(key, keep="last")
        return rows.assign(active=rows["end"] == "").sort_values("line")[[*RELATION, "active"]]

    # -- claims, sources, shapes ---------------------------------------------------------------

    def claim(self, claim: str) -> Read:
        """The row of `claims.csv`.

        Raises
        ------
        UnknownName
            If there is none.
        """
        table = self._tables["claims"]
        rows = table[table["claim"] == claim]
        self._asked("claim", {"claim": claim}, rows)
        if rows.empty:
            raise UnknownName("claim", claim, table["claim"])
        return {str(name): value for name, value in rows.iloc[0].drop("line").items()}

    def claims(self) -> list[Read]:
        """All rows of `claims.csv`, in its order."""
        table = self._tables["claims"].drop(columns="line")
        self._asked("claims", {}, table)
        return records(table)

    def verdicts(self, claim: str) -> list[Read]:
        """An analyst's judgements of a claim, published by the day, oldest first."""
        table = self._tables["verdicts"]
        rows = table[table["claim"] == claim]
        self._asked("verdicts", {"claim": claim}, rows)
        return records(rows.drop(columns=["line", "day"]))

    def knows(self, name: str) -> bool:
        """Whether anything of this name is known by the day: a figure, event, relation (`a|b|c`) or claim."""
        return name in self._names

    def is_figure(self, name: str) -> bool:
        """Whether `figures.csv` has a figure of this name."""
        return name in self._figures

    @cached_property
    def _names(self) -> set[str]:
        relations = self._tables["relations"]
        named = set(relations["subject"] + "|" + relations["relation"] + "|" + relations["object"])
        named |= set(self._tables["observations"]["figure"]) | set(self._tables["events"]["event"])
        return named | set(self._tables["claims"]["claim"])

    def sources(self, reads: Iterable[Read]) -> dict[str, Read]:
        """The sources of some reads, by id, with publisher, title, url and published day."""
        wanted = {str(read["source"]) for read in reads if read.get("source")}
        wanted |= {str(other["source"]) for read in reads for other in read.get("others", ())}
        return {source: self._sources[source] for source in sorted(wanted & self._sources.keys())}

    @cached_property
    def _sources(self) -> dict[Any, Read]:
        columns = ["source", "publisher", "title", "url", "published"]
        return {row["source"]: row for row in records(self._tables["sources"][columns])}

    def shapes(self, name: str) -> Read:
        """A GeoJSON feature collection that lies beside the ledger, as of the day.

        A feature with the property `known_by`, an event or figure, is in it once that is known, and until
        that of `ended_by` is.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        if name not in self._shapes:
            raise UnknownName("shapes", name, self._shapes)
        there = [one for one in self._shapes[name]["features"] if self._is_there(one["properties"])]
        shapes = self._shapes[name] | {"features": there}
        self._asked("shapes", {"name": name}, shapes)
        return shapes

    def _is_there(self, properties: Read) -> bool:
        known, ended = properties.get("known_by"), properties.get("ended_by")
        return (not known or self.knows(known)) and not (ended and self.knows(ended))

    # -- trace ---------------------------------------------------------------------------------

    def _asked(self, query: str, args: Read, answer: Any) -> None:
        self.queries.append({"query": query, "args": args, "sha": digest(answer)})

    def ask(self, query: str, args: Read) -> str:
        """Put a recorded question again and return the digest of today's answer."""
        getattr(self, query)(**args)
        return str(self.queries.pop()["sha"])


def digest(answer: Any) -> str:
    """Short hash of an answer: frames by their cells, the rest by its JSON."""
    parts = answer if isinstance(answer, list) else [answer]
    text = "\n".join(
        part.drop(columns="line", errors="ignore").to_csv(index=False)
        if isinstance(part, pd.DataFrame)
        else json.dumps(part, sort_keys=True, default=str)
        for part in parts
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _at(figure: Figure, rows: pd.DataFrame, period: str | None) -> Figure:
    """The figure as read for one period; not known when the history has none such."""
    if period is None or period not in figure.history.index:
        return figure
    read = figure.at(period)
    others = rows[(rows["period"] == period) & (rows["source"] != read.source)]
    override = figure.override if figure.override and figure.override["period"] == period else None
    return replace(read, others=tuple(records(others[["source", "value", "published", "status"]])), override=override)
