"""Update the ledger from its feeds: fetched side by side, compared, previewed, appended all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from briefkit.execution.dask_cluster import connect
from briefkit.execution.progress import Progress
from briefkit.feeds.archive import Archive
from briefkit.feeds.check_feeds import refuse_wrong_feeds
from briefkit.feeds.collect import Collected, collect
from briefkit.feeds.comparison import Comparison, compare
from briefkit.feeds.feed import Feed, load_feeds
from briefkit.feeds.fetch import PAUSE
from briefkit.ledger.ledger import Ledger, append_rows, load_ledger
from briefkit.project.layout import Project, editions_in
from briefkit.publishing import compare as editions
from briefkit.report.diff import Difference

AT_ONCE = 8
"""How many feeds are fetched at once; of one host no more than `fetch.PER_HOST`."""


@dataclass(frozen=True)
class Update:
    """What the feeds bring.

    Attributes
    ----------
    feeds : tuple of Feed
        Those that were asked.
    collected : tuple of Collected
        What their documents say.
    comparisons : tuple of Comparison
        What of it the ledger does not know.
    """

    feeds: tuple[Feed, ...]
    collected: tuple[Collected, ...]
    comparisons: tuple[Comparison, ...]

    @property
    def rows(self) -> list[dict[str, str]]:
        """What is to be appended."""
        return [row for comparison in self.comparisons for row in comparison.rows]

    @property
    def exit_code(self) -> int:
        """4 where a source was not reached, 2 where a document is not as its feed says, 3 for changes, else 0."""
        if any(collected.unreachable for collected in self.collected):
            return 4
        if any(collected.wrong for collected in self.collected) or any(one.unexpected for one in self.comparisons):
            return 2
        return 3 if self.rows or any(len(one.withdrawn) for one in self.comparisons) else 0


def look(
    project: Project,
    names: Sequence[str] = (),
    *,
    today: date,
    archive: Archive | None,
    keep: bool = True,
    accepted: Iterable[str] = (),
    scheduler: str = "",
    progress: Progress | None = None,
) -> Update:
    """Fetch feeds and compare what they bring with the ledger, which is left as it is.

    Parameters
    ----------
    project : Project
        The brief.
    names : sequence of str
        Feeds; all of them where there is none.
    today : date
        The day of the fetch.
    archive : Archive or None
        Documents seen before.
    keep : bool
        Whether new documents go to the archive.
    accepted : iterable of str
        Figures whose jumps somebody has looked at.
    scheduler : str
        Address of a Dask scheduler, whose workers fetch and read; see `dask_cluster.connect`.
    progress : callable
        Called as feeds are done.

    Raises
    ------
    BriefError
        If a feed or the ledger cannot be used; nothing is fetched then.
    """
    feeds, ledger = usable_feeds(project, names)
    ask = partial(collect, root=project.root.resolve(), archive=archive, today=today, keep=keep, pause=PAUSE)
    collected: dict[str, Collected] = {}
    if archive:
        archive.load()
    with _pool(scheduler) as submit:
        running = [(feed, submit(ask, feed)) for feed in feeds]
        for feed, future in running:
            collected[feed.name] = future.result()
            _tell(progress, feed, collected[feed.name])
    everything = tuple(collected[feed.name] for feed in feeds)
    return Update(tuple(feeds), everything, _compared(feeds, everything, ledger, accepted))


def usable_feeds(project: Project, names: Sequence[str] = ()) -> tuple[list[Feed], Ledger]:
    """Load feeds and the ledger, and check that they fit.

    Raises
    ------
    BriefError
        If one of them cannot be used.
    """
    ledger, feeds = load_ledger(project.data), load_feeds(project.feeds)
    refuse_wrong_feeds(feeds, ledger)
    return (load_feeds(project.feeds, names) if names else feeds), ledger


def _compared(
    feeds: Iterable[Feed], collected: Iterable[Collected], ledger: Ledger, accepted: Iterable[str]
) -> tuple[Comparison, ...]:
    observed, accepted = ledger.tables["observations"], set(accepted)
    pairs = zip(feeds, collected, strict=True)
    return tuple(
        compare(feed, one.observations, observed, accepted, partly=bool(one.unreachable or one.wrong))
        for feed, one in pairs
    )


def append(project: Project, update: Update, *, today: date, accepted: Iterable[str] = ()) -> int:
    """Append what feeds bring, all of it or nothing, and return how many rows there were.

    Under the lock of the ledger it is compared once more, so that of two updates at once the second appends nothing
    that the first has brought.

    Raises
    ------
    LedgerError
        If the ledger with the rows could not be believed; nothing is written then.
    """
    shown = {row_key(row) for row in update.rows}

    def choose(ledger: Ledger) -> list[dict[str, str]]:
        again = _compared(update.feeds, update.collected, ledger, accepted)
        return [row for comparison in again for row in comparison.rows if row_key(row) in shown]

    return append_rows(project.data, "observations", choose, today=today)


def row_key(row: Mapping[str, str]) -> tuple[str, ...]:
    """Return what tells a row of observations from others."""
    return tuple(row[name] for name in ("figure", "period", "published", "source", "value", "status"))


def preview(
    project: Project, rows: Sequence[Mapping[str, str]], *, today: date, progress: Progress | None = None
) -> Difference | None:
    """Compare the latest edition as of today with and without some rows; None where there is no edition.

    Raises
    ------
    BriefError
        If the ledger with the rows could not be believed, or a section fails.
    """
    if not rows or not editions_in(project.params):
        return None
    return editions.moves(project, rows, today=today, day=today.isoformat(), progress=progress)


# -- side by side --------------------------------------------------------------------------------


@contextmanager
def _pool(scheduler: str) -> Iterator[Callable[..., Future[Collected]]]:
    """Fetch in threads, which mostly wait, or on the workers of a Dask cluster."""
    if scheduler:
        with connect(scheduler) as client:
            yield partial(client.submit, pure=False)
        return
    pool = ThreadPoolExecutor(AT_ONCE)
    try:
        yield pool.submit
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _tell(progress: Progress | None, feed: Feed, collected: Collected) -> None:
    if progress is None:
        return
    progress("update", feed.name, 1, 1)
    finished = getattr(progress, "finished", None)
    if finished is not None:
        how = "not reached" if collected.unreachable else "not readable" if collected.wrong else "read"
        finished("update", feed.name, how)
