"""The ledger on one day: figures, events, relations, claims; every question is recorded in the trace."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from briefkit.errors import UnknownName
from briefkit.ledger.catalogue import Catalogue, look_up
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Event, Figure, Reading, records
from briefkit.ledger.trace import Traced, recorded
from briefkit.ledger.vintages import FigureAsOf, overridden


class Snapshot(Traced):
    """The ledger as it was known at the end of one day: nothing published later is in it.

    Parameters
    ----------
    catalogue : Catalogue
        All that the ledger holds.
    day : date
        The as-of day.
    overrides : iterable of mapping
        Values that an edition sets: `figure`, `value`, `reason` and perhaps `period`.
    """

    def __init__(self, catalogue: Catalogue, day: date, *, overrides: Iterable[Mapping[str, Any]] = ()) -> None:
        super().__init__()
        self._catalogue, self._day, self._facts = catalogue, day, catalogue.facts.as_of(day)
        self._vintages: dict[str, pd.DataFrame] = {}
        self._overrides = {str(override["figure"]): dict(override) for override in overrides}

    # -- figures -------------------------------------------------------------------------------

    def figure(self, figure: str, period: str | None = None, *, source: str = "") -> Figure:
        """Return a figure in a period, or in the latest observed.

        Parameters
        ----------
        figure : str
            Id of the figure.
        period : str or None
            As written in the ledger. A forecast counts as the latest only where nothing was observed.
        source : str
            The only source to be heard; by default the preferred one, with what the others say.

        Returns
        -------
        Figure
            With its history; not `known` where nothing was published by the day.

        Raises
        ------
        UnknownName
            If `figures.csv` has no such figure.

        Examples
        --------
        >>> share = ledger.as_of("2018-10-12").figure("energy.share")
        >>> share.value, share.period, share.published
        (8.5, '2017', '2018-03-29')
        """
        row, known, override = self._figure(figure)
        head = {name: row[name] for name in ("figure", "title", "unit", "definition")}
        if not override:
            return known.figure(head, period, source)
        changed = overridden(Figure(**head, history=known.history(source)), override, date.fromisoformat(self.day()))
        reading = known.read(changed, period, source)
        was = changed.override or {}
        return replace(reading, override=was) if reading.known and was.get("period") == reading.period else reading

    @recorded("figure")
    def _figure(self, figure: str) -> tuple[Reading, FigureAsOf, Reading | None]:
        """Return the row of `figures.csv`, what was known by the day, and what an edition sets."""
        row = look_up("figure", figure, self._catalogue.figures)
        return row, self._catalogue.vintages.known(figure, self._day), self._overrides.get(figure)

    @recorded("vintages")
    def vintages(self, figure: str) -> pd.DataFrame:
        """Return every observation of a figure that was published by the day.

        Parameters
        ----------
        figure : str
            Id of the figure.

        Returns
        -------
        DataFrame
            One row each, the newest period first, within it by source and published day. Texts as the ledger has
            them: figure, period, value, low, high, published, source, status, note; `revised_from`, the value that
            the same source had published before, where it was another; `replaced`, when a later one was published.
            `start` and `end` are the first and last day of the period.

        Raises
        ------
        UnknownName
            If `figures.csv` has no such figure.

        Examples
        --------
        >>> ledger.as_of("2018-10-12").vintages("trade.imports")[["period", "value", "published"]]
          period value   published
        0   2017   1.2  2018-03-29
        1   2016   1.5  2017-03-29
        """
        look_up("figure", figure, self._catalogue.figures)
        self._vintages = self._vintages or self._catalogue.vintages.published(self._day)
        return self._vintages.get(figure, self._vintages[""])

    @recorded("figures")
    def _figure_ids(self, prefix: str) -> list[str]:
        return [figure for figure in self._catalogue.figures if figure.startswith(prefix)]

    def figures(self, prefix: str) -> list[Figure]:
        """Return the figures whose id starts with `prefix` and of which anything is known, in the ledger's order."""
        figures = [self.figure(figure) for figure in self._figure_ids(prefix=prefix)]
        return [figure for figure in figures if figure.known]

    @recorded("is_figure")
    def is_figure(self, name: str) -> bool:
        """Return whether `figures.csv` has a figure of this name."""
        return name in self._catalogue.figures

    # -- events and relations ------------------------------------------------------------------

    @recorded("event")
    def event(self, event: str) -> Event:
        """Return one event; `known` is false while it was not published.

        Raises
        ------
        UnknownName
            If the ledger has no such event on any day.
        """
        if event not in self._catalogue.event_ids:
            raise UnknownName("event", event, sorted(self._catalogue.event_ids))
        return self._facts.event_by_id.get(event, Event(event))

    @recorded("events")
    def events(
        self, *, prefix: str | Sequence[str] = "", kind: str = "", actor: str = "", since: str = "", until: str = ""
    ) -> pd.DataFrame:
        """Return events known, by day.

        Parameters
        ----------
        prefix : str or sequence of str
            Start of the id, or several of them; empty for all.
        kind, actor : str
            Kind, and one of the actors; empty for all.
        since, until : str
            First and last day, both within; a month or a year counts whole.

        Returns
        -------
        DataFrame
            One row each, as the preferred source tells it: event, date, kind, title, actors, place, published,
            source, status, and `day`, the last day of `date`.
        """
        rows = self._facts.events
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

    @recorded("relations")
    def relations(
        self,
        *,
        subject: str = "",
        relation: str = "",
        object: str = "",
        active: bool | None = None,
        among: Collection[str] = (),
    ) -> pd.DataFrame:
        """Return relations known, each as last published.

        Parameters
        ----------
        subject, relation, object : str
            What the cell must say; empty for all.
        active : bool or None
            Whether it is not known to have ended; None for both.
        among : collection of str
            Only those whose subject and object are both in it; empty for all.

        Returns
        -------
        DataFrame
            One row each, in the order of the ledger: the columns of `relations.csv` and `active`; `value` is a number.
        """
        rows = self._facts.relations
        chosen = pd.Series(True, index=rows.index)
        for column, text in (("subject", subject), ("relation", relation), ("object", object)):
            if text:
                chosen &= rows[column] == text
        if active is not None:
            chosen &= rows["active"] == active
        if among:
            chosen &= rows["subject"].isin(list(among)) & rows["object"].isin(list(among))
        return rows[chosen]

    # -- claims, sources, shapes ---------------------------------------------------------------

    @recorded("claim")
    def claim(self, claim: str) -> Reading:
        """Return the row of `claims.csv`.

        Raises
        ------
        UnknownName
            If there is none.
        """
        return dict(look_up("claim", claim, self._catalogue.claims))

    @recorded("claims")
    def claims(self) -> list[Reading]:
        """Return all rows of `claims.csv`, in its order."""
        return [dict(claim) for claim in self._catalogue.claims.values()]

    @recorded("verdicts")
    def verdicts(self, claim: str) -> list[Reading]:
        """Return an analyst's judgements of a claim that were published by the day, oldest first."""
        return records(self._facts.verdicts(claim))

    @recorded("knows")
    def knows(self, name: str) -> bool:
        """Return whether anything is known by the day: a figure, event, claim, or relation (`a|b|c`)."""
        return self._knows(name)

    @recorded("source")
    def source(self, source: str) -> Reading | None:
        """Return publisher, title, url and published day of a source; None where the ledger does not list it."""
        return self._catalogue.sources.get(source)

    def sources(self, readings: Iterable[Reading]) -> dict[str, Reading]:
        """Return the sources of some readings, and of what others said, by id; see `source`."""
        ids = {str(reading["source"]) for reading in readings if reading.get("source")}
        ids |= {str(other["source"]) for reading in readings for other in reading.get("others", ())}
        rows = {source: self.source(source=source) for source in sorted(ids)}
        return {source: row for source, row in rows.items() if row}

    @recorded("shapes")
    def shapes(self, name: str) -> Reading:
        """Return a GeoJSON feature collection that lies beside the ledger, as of the day.

        A feature is in it from the day when what its property `known_by` names is known, until `ended_by` is.

        Raises
        ------
        UnknownName
            If there is none of this name.
        """
        shapes = look_up("shapes", name, self._catalogue.shapes)
        return {**shapes, "features": [feature for feature in shapes["features"] if self._is_there(feature)]}

    def _is_there(self, feature: Reading) -> bool:
        known, ended = (feature["properties"].get(name) for name in ("known_by", "ended_by"))
        return (not known or self._knows(known)) and not (ended and self._knows(ended))

    def _knows(self, name: str) -> bool:
        known = name in self._catalogue.claims or name in self._facts.names
        return known or len(self._catalogue.vintages.known(name, self._day)) > 0

    # -- the day -------------------------------------------------------------------------------

    @recorded("day")
    def day(self) -> str:
        """Return the as-of day, ISO; to be asked only where more matters than what was known by it."""
        return self._day.isoformat()

    @recorded("after")
    def after(self, day: str) -> bool:
        """Return whether the as-of day is after a day, ISO."""
        return self._day.isoformat() > day

    @recorded("then")
    def then(self) -> str:
        """Return the day when the brief's claims were made, ISO, or the as-of day if that is earlier."""
        return min(self._day.isoformat(), self._catalogue.last_made or self._day.isoformat())
