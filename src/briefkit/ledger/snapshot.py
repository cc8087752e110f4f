"""What was known on a day: figures, events and relations; reading them records the trace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd

from briefkit.ledger.queries import Answers
from briefkit.ledger.readings import EVENT, Event, Figure, Reading, records
from briefkit.ledger.vintages import Known, latest, overridden


class Snapshot:
    """The ledger as it was known at the end of one day.

    Nothing published later is in it: its answers are of that day.

    Parameters
    ----------
    answers : Answers
        The ledger as of the day.
    """

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self._hashes: dict[str, str] = {}
        self.queries: list[Reading] = []

    # -- figures -------------------------------------------------------------------------------

    def figure(self, figure: str, period: str | None = None, *, source: str = "") -> Figure:
        """Value of a figure: of `period`, or of the latest period observed.

        A forecast is the latest only where nothing was observed. With `source`, what that source alone says.

        Raises
        ------
        UnknownName
            If `figures.csv` has no such figure.
        """
        head, known, override = self._ask("figure", figure=figure)
        if override:
            return self._overridden(head, known, override, period=period, source=source)
        made = known.made.get((period, source))
        if made is None:
            made = known.made[period, source] = Figure(**_about(head), **known.reading(period, source))
        return replace(made, history=partial(known.history, source))

    def _overridden(self, head: Reading, known: Known, override: Reading, *, period: str | None, source: str) -> Figure:
        """The figure as an edition sets it, and others say of it; not known when the history has no such period."""
        day = date.fromisoformat(self._ask("day"))
        figure = overridden(Figure(**_about(head), history=known.history(source)), override, day)
        if period is None:
            period = str(latest(figure.history))
        if period not in figure.history.index:
            return figure
        read = figure.at(period)
        others, was = () if source else known.others(period, read.source), figure.override or {}
        return replace(read, others=others, override=was if was.get("period") == period else None)

    def figures(self, prefix: str) -> list[Figure]:
        """The figures whose id starts with `prefix` and of which anything is known, by id."""
        found = [self.figure(figure) for figure in self._ask("figures", prefix=prefix)]
        return [figure for figure in found if figure.known]

    def is_figure(self, name: str) -> bool:
        """Whether `figures.csv` has a figure of this name."""
        return bool(self._ask("is_figure", name=name))

    # -- events and relations ------------------------------------------------------------------

    def event(self, event: str) -> Event:
        """One event; `known` is false while it was not published.

        Raises
        ------
        UnknownName
            If the ledger has no such event on any day.
        """
        place = self._ask("event", event=event)
        if not len(place):
            return Event(event)
        row = self._answers.happened(place)
        return Event(**{name: str(row[name]) for name in EVENT})

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
        found = self._ask("events", prefix=prefix, kind=kind, actor=actor, since=since, until=until)
        return found.reset_index(drop=True)

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
        asked = {"subject": subject, "relation": relation, "object": object, "active": active, "among": list(among)}
        return self._ask("relations", **asked).reset_index(drop=True)

    # -- claims, sources, shapes ---------------------------------------------------------------

    def claim(self, claim: str) -> Reading:
        """The row of `claims.csv`.

        Raises
        ------
        UnknownName
            If there is none.
        """
        return dict(self._ask("claim", claim=claim))

    def claims(self) -> list[Reading]:
        """All rows of `claims.csv`, in its order."""
        return list(self._ask("claims"))

    def verdicts(self, claim: str) -> list[Reading]:
        """An analyst's judgements of a claim, published by the day, oldest first."""
        return records(self._ask("verdicts", claim=claim).drop(columns=["line", "day"]))

    def knows(self, name: str) -> bool:
        """Whether anything of this name is known by the day: a figure, event, relation (`a|b|c`) or claim."""
        return bool(self._ask("knows", name=name))

    def sources(self, readings: Iterable[Reading]) -> dict[str, Reading]:
        """The sources of some reads, by id, with publisher, title, url and published day."""
        wanted = {str(read["source"]) for read in readings if read.get("source")}
        wanted |= {str(other["source"]) for read in readings for other in read.get("others", ())}
        found = {source: self._ask("source", source=source) for source in sorted(wanted)}
        return {source: record for source, record in found.items() if record}

    def shapes(self, name: str) -> Reading:
        """A GeoJSON feature collection that lies beside the ledger, as of the day.

        A feature with the property `known_by`, an event or figure, is in it once that is known, and until
        that of `ended_by` is.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        return dict(self._ask("shapes", name=name))

    # -- the day -------------------------------------------------------------------------------

    def day(self) -> str:
        """The as-of day: to be asked where the answer depends on the day itself, not only on what was known by it."""
        return str(self._ask("day"))

    def after(self, day: str) -> bool:
        """Whether the as-of day is after a day, ISO."""
        return bool(self._ask("after", day=day))

    def then(self) -> str:
        """The day when the brief's claims were made, or the as-of day if that is earlier."""
        return str(self._ask("then"))

    # -- trace ---------------------------------------------------------------------------------

    def _ask(self, query: str, **args: Any) -> Any:
        answer = getattr(self._answers, query)(**args)
        self.queries.append({"query": query, "args": args, "sha": self._answers.sha(query, answer)})
        return answer

    def sha(self, query: str, args: Reading) -> str:
        """Put a recorded question again and return the hash of the answer; a question that fails has none.

        Raises
        ------
        UnknownName
            If what it asks for is no longer in the ledger.
        """
        key = f"{query}{args}"
        if key not in self._hashes:
            self._hashes[key] = self._answers.sha(query, getattr(self._answers, query)(**args))
        return self._hashes[key]


def _about(head: Reading) -> Reading:
    """What `figures.csv` says of a figure, as parts of a `Figure`."""
    return {name: head[name] for name in ("figure", "title", "unit", "definition")}
