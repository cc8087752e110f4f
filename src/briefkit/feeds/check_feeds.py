"""What is wrong with feeds beside the ledger, found without the network; and which are past their rhythm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from briefkit.errors import FeedError, Problem, nearest
from briefkit.feeds.feed import Feed, load_feeds
from briefkit.feeds.period_forms import RHYTHMS
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.periods import last_days


def feed_problems(feeds: Iterable[Feed], ledger: Ledger) -> list[Problem]:
    """List what feeds name that the ledger does not have, and figures that two feeds of one source bring.

    Parameters
    ----------
    feeds : iterable of Feed
        All feeds of a brief.
    ledger : Ledger
        Its figures, units and sources.
    """
    figures, sources = ledger.tables["figures"], ledger.tables["sources"]["source"]
    units = dict(zip(figures["figure"].astype(str), figures["unit"].astype(str), strict=True))
    known_sources, problems = set(sources.astype(str)), list[Problem]()
    owners: dict[tuple[str, str], str] = {}
    for feed in feeds:
        if feed.source not in known_sources:
            remedy = nearest(feed.source, known_sources) + " or add it to sources.csv"
            problems.append(Problem(str(feed.path), None, "source", f'"{feed.source}"', "an id of sources.csv", remedy))
        problems += _series_problems(feed, units, owners)
    return problems


def check_feeds(folder: Path, ledger: Ledger) -> tuple[list[Feed], list[Problem]]:
    """Load the feeds of a folder, and list what is wrong with them; without the network."""
    try:
        feeds = load_feeds(folder)
    except FeedError as error:
        return [], list(error.problems)
    return feeds, feed_problems(feeds, ledger)


def refuse_wrong_feeds(feeds: Iterable[Feed], ledger: Ledger) -> None:
    """Refuse feeds that do not fit the ledger.

    Raises
    ------
    FeedError
        With every problem.
    """
    problems = feed_problems(feeds, ledger)
    if problems:
        raise FeedError(problems)


def _series_problems(feed: Feed, units: dict[str, str], owners: dict[tuple[str, str], str]) -> Iterator[Problem]:
    file = str(feed.path)
    for series in feed.series:
        place = f"series.{series.figure}"
        unit = units.get(series.figure)
        if unit is None:
            remedy = nearest(series.figure, units) + " or add it to figures.csv"
            yield Problem(file, series.line, place, f'"{series.figure}"', "a figure of the ledger", remedy)
        elif series.unit and series.unit != unit:
            remedy = "correct unit, and with it scale"
            yield Problem(file, series.line, place, f'the unit "{series.unit}"', f'"{unit}", as in figures.csv', remedy)
        other = owners.setdefault((series.figure, feed.source), feed.name)
        if other != feed.name:
            found = f"a figure that {other} brings from the same source"
            yield Problem(file, series.line, place, found, "one feed for each figure and source", "take one out")


def overdue(feeds: Iterable[Feed], ledger: Ledger, today: date) -> Iterator[Problem]:
    """Yield feeds that have brought nothing for longer than their rhythm, and half of it again.

    Parameters
    ----------
    feeds : iterable of Feed
        Those without `every` are never late.
    ledger : Ledger
        What was published last.
    today : date
        The day on which somebody asks.
    """
    observed = ledger.tables["observations"]
    for feed in feeds:
        rhythm = str(feed.settings.get("every", ""))
        own = observed[observed["figure"].isin({series.figure for series in feed.series})]
        days = last_days(own.loc[own["source"] == feed.source, "published"].astype("str").drop_duplicates())
        days = days[days <= pd.Timestamp(today)]
        if not rhythm:
            continue
        last = days.max().date() if len(days) else None
        if last is None or today - last > timedelta(days=RHYTHMS[rhythm] * 1.5):
            found = f"last published {last}" if last else "nothing published"
            expected, remedy = f"something every {rhythm}", f"briefkit update {feed.name}"
            yield Problem(str(feed.path), None, "every", found, expected, remedy)
