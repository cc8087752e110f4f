"""All that a ledger holds, in the order in which it is asked for: by id, or by figure and day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, TypeVar

import pandas as pd

from briefkit.errors import UnknownName
from briefkit.ledger.dated_facts import DatedFacts
from briefkit.ledger.readings import Reading, records
from briefkit.ledger.vintages import VintageIndex

T = TypeVar("T")


def look_up(noun: str, name: str, known: Mapping[str, T]) -> T:
    """Return what has a name.

    Raises
    ------
    UnknownName
        If nothing has; offers the nearest names.
    """
    if name not in known:
        raise UnknownName(noun, name, known)
    return known[name]


class Catalogue:
    """The tables of a ledger, each put in order when it is first asked for.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Of the ledger, as text, with `line`.
    shapes : mapping of str to dict
        GeoJSON by name.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], shapes: Mapping[str, Any]) -> None:
        self._tables, self.shapes = tables, shapes

    @cached_property
    def figures(self) -> dict[str, Reading]:
        """Rows of `figures.csv` by figure."""
        return self._by_id("figures", "figure")

    @cached_property
    def claims(self) -> dict[str, Reading]:
        """Rows of `claims.csv` by claim."""
        return self._by_id("claims", "claim")

    @cached_property
    def sources(self) -> dict[str, Reading]:
        """Rows of `sources.csv` by source."""
        return self._by_id("sources", "source")

    @cached_property
    def event_ids(self) -> set[str]:
        """The events of any day."""
        return set(self._tables["events"]["event"])

    @cached_property
    def vintages(self) -> VintageIndex:
        """Observations, each figure's sources in order of preference."""
        return VintageIndex(
            self._tables["observations"], {figure: str(row["sources"]) for figure, row in self.figures.items()}
        )

    @cached_property
    def facts(self) -> DatedFacts:
        """Events, relations and verdicts."""
        return DatedFacts(self._tables)

    @cached_property
    def last_made(self) -> str:
        """The last day on which a claim was made, ISO; empty where there are no claims."""
        return max((str(claim["made"]) for claim in self.claims.values()), default="")

    def _by_id(self, table: str, column: str) -> dict[str, Reading]:
        return {str(row[column]): row for row in records(self._tables[table].drop(columns="line"))}
