"""Collect what the documents of a feed say today: fetched, kept, read; what cannot be had or read is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from briefkit.errors import BriefError, FeedError, Problem, SourceUnreachable
from briefkit.feeds.addresses import requests
from briefkit.feeds.archive import Archive, Sighting
from briefkit.feeds.document import Document
from briefkit.feeds.feed import Feed
from briefkit.feeds.fetch import PAUSE, Request, fetch
from briefkit.feeds.observations import Observations, concatenated, observations
from briefkit.feeds.tables import read_table


@dataclass(frozen=True)
class Collected:
    """What the documents of a feed say.

    Attributes
    ----------
    feed : str
        Its name.
    observations : Observations
        Of all documents that could be read.
    documents : tuple of Sighting
        Those documents.
    fetched : int
        How many of them were sent, and not only said to be unchanged.
    unreachable : tuple of SourceUnreachable
        Those that could not be had.
    wrong : tuple of Problem
        What could not be read.
    """

    feed: str
    observations: Observations
    documents: tuple[Sighting, ...] = ()
    fetched: int = 0
    unreachable: tuple[SourceUnreachable, ...] = ()
    wrong: tuple[Problem, ...] = ()


def collect(
    feed: Feed, root: Path, archive: Archive | None, today: date, *, keep: bool = True, pause: float = PAUSE
) -> Collected:
    """Fetch and read the documents of a feed; never raises for what a server or a document does.

    Parameters
    ----------
    feed : Feed
        The feed.
    root : Path
        The brief's folder.
    archive : Archive or None
        Documents seen before; without it every document is fetched anew and counts as first seen today.
    today : date
        The day of the fetch.
    keep : bool
        Whether new documents go to the archive.
    pause : float
        See `fetch`.
    """
    fetched: list[tuple[Document, bool]] = []
    unreachable: list[SourceUnreachable] = []
    try:
        asked = requests(feed, root, today)
    except BriefError as error:
        return Collected(feed.name, concatenated([]), wrong=(_problem(feed, "url", error),))
    for request in asked:
        try:
            fetched.append(_fetched(request, archive, today, keep, pause))
        except SourceUnreachable as error:
            unreachable.append(error)
        except BriefError as error:
            return Collected(feed.name, concatenated([]), wrong=(_problem(feed, "url", error),))
    if fetched and "periods" in feed.settings:  # the newest may not be out yet, the oldest no longer be there
        unreachable = [error for error in unreachable if not error.found.startswith("404")]
    read = read_documents(feed, [document for document, _ in fetched])
    count = sum(is_new for _, is_new in fetched)
    return replace(read, fetched=count, unreachable=tuple(unreachable))


def read_documents(feed: Feed, documents: list[Document]) -> Collected:
    """Read documents of a feed that were fetched before."""
    parts, sightings, wrong = list[Observations](), list[Sighting](), list[Problem]()
    for document in documents:
        try:
            table = read_table(document.body, feed.format, feed.read, feed.limits[0])
            parts.append(observations(feed, table, document))
            sightings.append(Sighting.of(document))
        except FeedError as error:
            wrong += _named(feed, document, error)
        except ImportError as error:
            missing = BriefError(f"found no {error.name}, expected it; install briefkit[feeds]")
            wrong.append(_problem(feed, "format", missing))
    return Collected(feed.name, concatenated(parts), tuple(sightings), wrong=tuple(wrong))


def _fetched(request: Request, archive: Archive | None, today: date, keep: bool, pause: float) -> tuple[Document, bool]:
    """Return a document, and whether it is another than what was last seen."""
    last = archive.latest(request.feed, request.address) if archive else None
    document = fetch(request, today.isoformat(), last.headers if last else None, pause=pause)
    if archive is None:
        return document or _missing(request), True
    if document is None:
        return archive.document(last) if last else _missing(request), False
    document = archive.keep(document) if keep else archive.seen(document)
    return document, not (last and last.sha256 == document.sha256)


def _missing(request: Request) -> Document:
    raise SourceUnreachable(request.address, "304 without a question", "try again later")


def _problem(feed: Feed, place: str, error: BriefError) -> Problem:
    found, _, remedy = str(error).partition("; ")
    found, _, expected = found.partition(", expected ")
    found = found.rpartition("found ")[2]
    return Problem(str(feed.path), None, place, found, expected or "a feed that can be used", remedy or "correct it")


def _named(feed: Feed, document: Document, error: FeedError) -> Iterator[Problem]:
    """Yield problems of a document with the feed and the document that they are about."""
    for problem in error.problems:
        found = f"{problem.found} in {document.address}"
        yield replace(problem, file=problem.file or str(feed.path), found=found)
