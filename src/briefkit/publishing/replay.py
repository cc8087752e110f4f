"""Replay the archive: the fed rows of the ledger built again from its documents, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from briefkit.errors import Problem
from briefkit.feeds.archive import Archive, Sighting
from briefkit.feeds.collect import Collected, read_documents
from briefkit.feeds.comparison import ROW, compare
from briefkit.feeds.feed import Feed
from briefkit.ledger.readings import Reading, records
from briefkit.project.layout import Project
from briefkit.publishing.update import row_key, usable_feeds


@dataclass(frozen=True)
class Replay:
    """The fed rows of the ledger, beside those that the archive gives.

    Attributes
    ----------
    same : int
        How many rows are in both.
    lost : list of dict
        Rows that the archive gives and the ledger has not.
    extra : list of dict
        Rows that the ledger has from a feed and the archive does not give, with `line`.
    wrong : tuple of Problem
        What is in the archive and cannot be read.
    """

    same: int
    lost: list[Reading]
    extra: list[Reading]
    wrong: tuple[Problem, ...] = ()


def replay(project: Project, archive: Archive, names: Sequence[str] = ()) -> Replay:
    """Build the fed rows of the ledger again from the archive; the ledger is left as it is.

    Raises
    ------
    BriefError
        If a feed or the ledger cannot be used, or a document of the archive is lost or changed.
    """
    feeds, ledger = usable_feeds(project, names)
    observed = ledger.tables["observations"]
    observed = observed.astype(dict.fromkeys(observed.columns.drop("line"), "str"))
    same, lost, extra, wrong = 0, list[Reading](), list[Reading](), list[Problem]()
    for feed in feeds:
        own = observed[observed["note"].str.startswith(f"feed {feed.name}, fetched ")]
        rows = list[Reading]()
        for collected, known in _steps(feed, observed, own, archive):
            wrong += collected.wrong
            rows += _rows(feed, collected, pd.concat([known, pd.DataFrame(rows, columns=known.columns)]), own)
        built, stored = {row_key(row) for row in rows}, {row_key(row) for row in records(own)}
        same += len(built & stored)
        lost += [row for row in rows if row_key(row) not in stored]
        extra += [row for row in records(own) if row_key(row) not in built]
    return Replay(same, lost, extra, tuple(wrong))


def _steps(
    feed: Feed, observed: pd.DataFrame, own: pd.DataFrame, archive: Archive
) -> Iterator[tuple[Collected, pd.DataFrame]]:
    """Yield what the documents said each time that one was new, and what the ledger had by hand until then."""
    by_hand, latest = observed.drop(index=own.index), dict[str, Sighting]()
    for sighting in archive.sightings(feed.name):
        latest[sighting.address] = sighting
        documents = [archive.document(other) for other in latest.values()]
        lines = own.loc[own["note"].str.contains(f"sha256:{sighting.sha256[:12]}", regex=False), "line"]
        before = by_hand["line"] < lines.min() if len(lines) else by_hand["published"] <= sighting.day
        yield read_documents(feed, documents), by_hand[before]


def _rows(feed: Feed, collected: Collected, known: pd.DataFrame, own: pd.DataFrame) -> list[Reading]:
    """Return what the documents brought: of jumps those that somebody had accepted, for the ledger has them."""
    known = known.assign(line=range(2, len(known) + 2)).fillna("")
    stored = {row_key(row) for row in records(own)}
    certain = compare(feed, collected.observations, known).rows
    every = compare(feed, collected.observations, known, [series.figure for series in feed.series]).rows
    keys = {row_key(row) for row in certain} | stored
    return [{name: row[name] for name in ROW} for row in every if row_key(row) in keys]
