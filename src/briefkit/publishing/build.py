"""Render editions: YAML in, folders out, each swapped in whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from briefkit.errors import SectionFailed
from briefkit.execution.forkserver import warm_up
from briefkit.execution.pool import executor, keep_ready
from briefkit.execution.progress import Progress
from briefkit.execution.result_cache import ResultCache
from briefkit.execution.run import Job, Result
from briefkit.execution.schedule import Idle, Schedule
from briefkit.ledger.ledger import Ledger
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare
from briefkit.publishing import edition_folder, editions_index
from briefkit.publishing.assemble import assemble
from briefkit.publishing.prefetch import Prefetch
from briefkit.report.model import Report
from briefkit.storage import Store


@dataclass(frozen=True)
class Rendered:
    """An edition that was rendered.

    Attributes
    ----------
    name : str
        The edition.
    folder : Path
        Where its pages are; ends in `.failed` where a section failed.
    failed : tuple of SectionFailed
        Errors of its sections.
    seconds : mapping of str to float
        How long each section took that ran, and `pages`.
    why : mapping of str to str
        Why each section ran or did not, beginning with `ran` or `reused`.
    """

    name: str
    folder: Path
    failed: tuple[SectionFailed, ...]
    seconds: Mapping[str, float]
    why: Mapping[str, str] = field(default_factory=dict)


def render(project: Project, options: RenderOptions, progress: Progress | None = None) -> Iterator[Rendered]:
    """Execute and render editions; all input is checked before anything runs.

    Parameters
    ----------
    project : Project
        The brief.
    options : RenderOptions
        Which editions, in which formats.
    progress : callable
        Called with edition, section, cells done and cells in all; its `finished`, where it has one, as `Schedule` says.

    Yields
    ------
    Rendered
        Each edition when its folder is in place.

    Raises
    ------
    BriefError
        If the ledger, an edition or a notebook cannot be used: with every problem.
    """
    if not options.scheduler:
        warm_up()
    ledger, editions = prepare(project, options)
    out = options.out or project.root / "build"
    out.mkdir(parents=True, exist_ok=True)
    edition_folder.recover(out)
    prefetch = Prefetch(project, options, ledger, partial(assemble, project, ledger))
    for edition, report, results in executed(project, options, ledger, editions, progress, prefetch):
        started = time.monotonic()
        failed = tuple(result.error for result in results if result.error)
        name = options.folder(edition.name) + (".failed" if failed else "")
        folder = edition_folder.write(out, name, report, results, options.formats, ledger)
        if "html" in options.formats or (out / editions_index.INDEX).exists():
            editions_index.write(out, report.fonts)
        seconds = {result.job.section: result.seconds for result in results if not result.reused}
        seconds["pages"] = time.monotonic() - started
        why = {result.job.section: f"{'reused' if result.reused else 'ran'}: {result.why}" for result in results}
        yield Rendered(edition.name, folder, failed, seconds, why)


def executed(
    project: Project,
    options: RenderOptions,
    ledger: Ledger,
    editions: Iterable[Edition],
    progress: Progress | None = None,
    idle: Callable[[Idle], None] | None = None,
) -> Iterator[tuple[Edition, Report, list[Result]]]:
    """Execute editions and read them back; nothing is written.

    Parameters
    ----------
    project, options, progress
        As for `render`.
    ledger, editions
        As `prepare` returns them.
    idle : callable
        As `Schedule` calls it.
    """
    on_this_machine = not options.scheduler and "://" not in options.cache
    limits = {
        "cell_limit": options.cell_limit,
        "section_limit": options.section_limit,
        "store": options.cache if on_this_machine else "",
    }
    data = "" if options.data is None else str(options.data)
    cache = ResultCache(Store(options.cache), ledger) if options.cache else None
    finished = getattr(progress, "finished", None)
    expect = None if options.scheduler else partial(keep_ready, 1)
    with _workers(project, options, progress) as submit:
        schedule = Schedule(
            project, submit, cache, data=data, limits=limits, finished=finished, idle=idle, expect=expect
        )
        for edition, results in schedule.results(editions):
            yield edition, assemble(project, ledger, edition, results), results
    if cache:
        cache.close()


def _workers(
    project: Project, options: RenderOptions, progress: Progress | None
) -> AbstractContextManager[Callable[[Job], Future[Result]]]:
    """Start processes of this machine, or connect to a Dask cluster; gives what submits a job."""
    if options.scheduler:
        from briefkit.execution.dask_cluster import cluster

        return cluster(options.scheduler, project, progress)
    return executor(options.jobs or os.cpu_count() or 1, progress)
