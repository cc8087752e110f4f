"""What the tables hold on a day in answer to each question, and a hash by which two answers are told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefkit.errors import UnknownName
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import EVENT, RELATION, Reading, records
from briefkit.ledger.vintages import Histories, Known

RowHashes = Callable[[str], Any]
Places = npt.NDArray[np.int64]
_NOWHERE: Places = np.empty(0, dtype="int64")
_WRITER = json.JSONEncoder(sort_keys=True, default=str)


class Lists:
    """What a ledger lists, whatever the day: figures, claims, sources, and the names of events.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Of the ledger.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame]) -> None:
        self._tables = tables

    @cached_property
    def figures(self) -> dict[str, Reading]:
        """Rows of `figures.csv` by figure."""
        return {str(row["figure"]): row for row in records(self._tables["figures"].drop(columns="line"))}

    @cached_property
    def claims(self) -> dict[Any, Reading]:
        """Rows of `claims.csv` by claim."""
        return {row["claim"]: row for row in records(self._tables["claims"].drop(columns="line"))}

    @cached_property
    def sources(self) -> dict[Any, Reading]:
        """Publisher, title, url and published day of each source."""
        columns = ["source", "publisher", "title", "url", "published"]
        return {row["source"]: row for row in records(self._tables["sources"][columns])}

    @cached_property
    def events(self) -> set[str]:
        """Events of any day."""
        return set(self._tables["events"]["event"])


class Answers:
    """Questions to the ledger as of one day: each method is one, and its name and arguments are what a trace records.

    Parameters
    ----------
    seen : callable
        Gives of `events`, `relations` and `verdicts` the rows published on or before `day`.
    day : date
        The as-of day.
    lists : Lists
        Of the ledger.
    histories : Histories
        Of the ledger: observations of every day, of which those known by `day` are read.
    marks : callable
        Gives, for a table's name, a hash of each row by the table's index.
    shapes : mapping of str to dict
        GeoJSON by name.
    overrides : iterable of mapping
        `figure`, `value`, `reason` and perhaps `period`.
    """

    def __init__(
        self,
        seen: Callable[[str], pd.DataFrame],
        day: date,
        *,
        lists: Lists,
        histories: Histories,
        row_hashes: RowHashes,
        shapes: Mapping[str, Any],
        overrides: Iterable[Mapping[str, Any]],
    ) -> None:
        self._seen, self.on, self._row_hashes, self._shapes = seen, day, row_hashes, shapes
        self._lists, self._histories = lists, histories
        self._overrides = {str(one["figure"]): dict(one) for one in overrides}

    def sha(self, question: str, answer: Any) -> str:
        """Hash of an answer: of rows by what is in them, wherever they stand; of the rest by its JSON."""
        hashed = hashlib.sha256()
        for part in answer if isinstance(answer, tuple) else (answer,):
            if isinstance(part, Known):
                hashed.update(part.row_hashes)
            elif isinstance(part, (pd.DataFrame, np.ndarray)):
                places = part.index.to_numpy() if isinstance(part, pd.DataFrame) else part
                hashed.update(self._row_hashes(_TABLES[question])[places].tobytes())
            else:
                hashed.update(_WRITER.encode(part).encode())
        return hashed.hexdigest()[:16]

    # -- figures -------------------------------------------------------------------------------

    def figure(self, figure: str) -> tuple[Reading, Known, Reading | None]:
        """Row of `figures.csv`, what was known by the day, and what an edition sets.

        Raises
        ------
        UnknownName
            If `figures.csv` has no such figure.
        """
        head = self._lists.figures.get(figure)
        if head is None:
            raise UnknownName("figure", figure, self._lists.figures)
        return head, self._histories.known(figure, self.on), self._overrides.get(figure)

    def figures(self, prefix: str) -> list[str]:
        """Ids of figures that start so."""
        return [figure for figure in self._lists.figures if figure.startswith(prefix)]

    def is_figure(self, name: str) -> bool:
        """Whether `figures.csv` has a figure of this name."""
        return name in self._lists.figures

    # -- events and relations ------------------------------------------------------------------

    def event(self, event: str) -> Places:
        """The place of one event; none while it was not published.

        Raises
        ------
        UnknownName
            If the ledger has no such event on any day.
        """
        if event not in self._lists.events:
            raise UnknownName("event", event, sorted(self._lists.events))
        return self._event_places.get(event, _NOWHERE)

    def happened(self, place: Places) -> pd.Series:
        """The row of an event at its place."""
        return self._events.loc[place[0]]

    def events(self, prefix: str | Sequence[str], kind: str, actor: str, since: str, until: str) -> pd.DataFrame:
        """Events known, by day; see `Snapshot.events`."""
        rows = self._events
        chosen = rows["event"].str.startswith((prefix,) if isinstance(prefix, str) else tuple(prefix))
        if kind:
            chosen &= rows["kind"] == kind
        if actor:
            chosen &= (";" + rows["actors"] + ";").str.contains(f";{actor};", regex=False)
        if since:
            chosen &= rows["day"] >= pd.Timestamp(since)
        if until:
            chosen &= rows["day"] <= pd.Timestamp(last_day(until))
        return rows[chosen]

    def relations(
        self, subject: str, relation: str, object: str, active: bool | None, among: Collection[str]
    ) -> pd.DataFrame:
        """Relations known, as last published; see `Snapshot.relations`."""
        rows = self._relations
        chosen = pd.Series(True, index=rows.index)
        for column, wanted in (("subject", subject), ("relation", relation), ("object", object)):
            if wanted:
                chosen &= rows[column] == wanted
        if active is not None:
            chosen &= rows["active"] == active
        if among:
            chosen &= rows["subject"].isin(list(among)) & rows["object"].isin(list(among))
        return rows[chosen]

    @cached_property
    def _events(self) -> pd.DataFrame:
        rows = self._seen("events").drop_duplicates(["event", "source"], keep="last")
        recalled = rows["status"].str.startswith("recalled")
        rows = rows.assign(recalled=recalled).sort_values(["recalled", "line"], kind="stable")
        return rows.drop_duplicates("event").sort_values(["day", "event"])[[*EVENT, "day"]]

    @cached_property
    def _event_places(self) -> dict[str, Places]:
        """Where the row of each event stands."""
        labels = self._events.index.to_numpy()
        return {event: labels[at : at + 1] for at, event in enumerate(self._events["event"])}

    @cached_property
    def _relations(self) -> pd.DataFrame:
        key = ["subject", "relation", "object", "start"]
        rows = self._seen("relations").drop_duplicates(key, keep="last")
        return rows.assign(active=rows["end"] == "").sort_values("line")[[*RELATION, "active"]]

    # -- claims, sources, shapes ---------------------------------------------------------------

    def claim(self, claim: str) -> Reading:
        """The row of `claims.csv`.

        Raises
        ------
        UnknownName
            If there is none.
        """
        if claim not in self._lists.claims:
            raise UnknownName("claim", claim, self._lists.claims)
        return dict(self._lists.claims[claim])

    def claims(self) -> list[Reading]:
        """All rows of `claims.csv`, in its order."""
        return [dict(row) for row in self._lists.claims.values()]

    def verdicts(self, claim: str) -> pd.DataFrame:
        """Judgements of a claim, oldest first."""
        table = self._seen("verdicts")
        return table[table["claim"] == claim]

    def source(self, source: str) -> Reading | None:
        """Publisher, title, url and published day of a source."""
        return self._lists.sources.get(source)

    def knows(self, name: str) -> bool:
        """Whether anything of this name is known by the day: a figure, event, relation (`a|b|c`) or claim."""
        return name in self._names or len(self._histories.known(name, self.on)) > 0

    def shapes(self, name: str) -> Reading:
        """A GeoJSON feature collection as of the day; see `Snapshot.shapes`.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        if name not in self._shapes:
            raise UnknownName("shapes", name, self._shapes)
        there = [one for one in self._shapes[name]["features"] if self._is_there(one["properties"])]
        return {**self._shapes[name], "features": there}

    def _is_there(self, properties: Reading) -> bool:
        known, ended = properties.get("known_by"), properties.get("ended_by")
        return (not known or self.knows(known)) and not (ended and self.knows(ended))

    @cached_property
    def _names(self) -> set[str]:
        relations = self._seen("relations")
        named = set(relations["subject"] + "|" + relations["relation"] + "|" + relations["object"])
        return named | set(self._seen("events")["event"]) | set(self._lists.claims)

    # -- the day -------------------------------------------------------------------------------

    def day(self) -> str:
        """The as-of day itself, where more than what was known by it matters."""
        return self.on.isoformat()

    def after(self, day: str) -> bool:
        """Whether the as-of day is after a day, ISO."""
        return self.day() > day

    def then(self) -> str:
        """The day when the brief's claims were made, or the as-of day if that is earlier."""
        return min([self.day(), max((str(row["made"]) for row in self._lists.claims.values()), default=self.day())])


_TABLES = {
    "event": "events",
    "events": "events",
    "relations": "relations",
    "verdicts": "verdicts",
}
