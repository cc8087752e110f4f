"""The order in which sections of editions run: one that reads the others' claims waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from briefkit.analysis.premises import outlines
from briefkit.execution.interrupts import raise_pending_interrupt
from briefkit.execution.result_cache import CacheLookup, ResultCache
from briefkit.execution.run import Job, Result
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.notebooks import declared, sections


@dataclass(frozen=True)
class Idle:
    """State of a run that is about to wait, for work that can be done meanwhile.

    Attributes
    ----------
    edition : Edition
        The first of those that are not complete.
    others : int
        How many more are not complete.
    jobs : dict of str to Job
        All sections of the edition, in the order of the notebooks; `claims` of dependent ones are empty.
    results : dict of str to Result
        Those sections that have ended.
    dependent : list of str
        Those sections that wait for the claims of the others.
    running : int
        How many jobs run, of all editions.
    ended : callable
        Returns whether a job has ended since: the work should stop then.
    """

    edition: Edition
    others: int
    jobs: Mapping[str, Job]
    results: Mapping[str, Result]
    dependent: Sequence[str]
    running: int
    ended: Callable[[], bool]


class Schedule:
    """The sections of editions, as jobs.

    Parameters
    ----------
    project : Project
        The brief.
    submit : callable
        Starts a job.
    cache : ResultCache or None
        Earlier results.
    data : str
        Another ledger than the project's, or empty.
    limits : mapping
        What else each `Job` holds: limits, and a store.
    finished : callable
        Called with edition, section and how it ended: done, failed or reused.
    idle : callable
        Called before each wait; its errors are ignored.
    expect : callable
        Called with a job like the dependent ones shortly before these are submitted.
    only : str
        Run this section and those that it waits for; all sections when empty.
    """

    def __init__(
        self,
        project: Project,
        submit: Callable[[Job], Future[Result]],
        cache: ResultCache | None,
        *,
        data: str,
        limits: Mapping[str, Any],
        finished: Callable[[str, str, str], None] | None = None,
        idle: Callable[[Idle], None] | None = None,
        expect: Callable[[Job], None] | None = None,
        only: str = "",
    ) -> None:
        self._root, self._submit, self._cache, self._data = project.root.resolve(), submit, cache, data
        self._limits, self._finished, self._idle, self._expect = limits, finished, idle, expect
        self._notebooks = sections(project.notebooks)
        self._declared = {section: set(declared(path)) for section, path in self._notebooks.items()}
        self._dependent = [section for section, names in self._declared.items() if "claims" in names]
        if len(self._dependent) == len(self._notebooks):  # nothing settles the claims that they would wait for
            self._dependent = []
        if only:
            others = set(self._notebooks) - set(self._dependent) if only in self._dependent else set()
            self._notebooks = {name: path for name, path in self._notebooks.items() if name in others | {only}}
            self._dependent = [section for section in self._dependent if section == only]
        self._running: dict[Future[Result], CacheLookup | None] = {}

    def results(self, editions: Iterable[Edition]) -> Iterator[tuple[Edition, list[Result]]]:
        """Run all sections of all editions.

        Yields
        ------
        edition, results : list of Result
            Each edition when its last section has ended; results in the order of the notebooks.
        """
        by_name = {edition.name: edition for edition in editions}
        dependent = self._dependent
        independent = [section for section in self._notebooks if section not in dependent]
        done: dict[str, dict[str, Result]] = {name: {} for name in by_name}
        settled: dict[str, list[dict[str, Any]]] = {name: [] for name in by_name}
        for edition in by_name.values():
            for section in independent:
                self._start(edition, section)
        while self._running:
            self._offer([edition for name, edition in by_name.items() if len(done[name]) < len(self._notebooks)], done)
            for result in self._wait():
                name = result.job.edition
                done[name][result.job.section] = result
                settled[name] += result.section.claims  # read while others run
                if self._expect and dependent and len(self._running) <= 2 and done[name].keys() < set(independent):
                    self._expect(self._job(by_name[name], dependent[0], {}))
                if done[name].keys() == set(independent) and dependent:
                    claims = outlines(settled[name])
                    for section in dependent:
                        self._start(by_name[name], section, claims)
                if done[name].keys() == self._notebooks.keys():
                    yield by_name[name], [done[name][section] for section in self._notebooks]

    def _offer(self, left: list[Edition], done: Mapping[str, Mapping[str, Result]]) -> None:
        """Offer the time until a job ends."""
        if self._idle is None:
            return
        first, others = left[0], len(left) - 1
        jobs = {name: self._job(first, name, {} if name in self._dependent else None) for name in self._notebooks}
        results, running = done[first.name], len(self._running)
        with suppress(Exception):  # what is wrong is raised again where its result is needed
            self._idle(Idle(first, others, jobs, results, self._dependent, running, self._any_done))

    def _start(self, edition: Edition, section: str, claims: Mapping[str, Any] | None = None) -> None:
        """Submit a job, or take an earlier result for it."""
        job = self._job(edition, section, claims)
        lookup = self._cache.look_up(job) if self._cache else None
        if lookup is not None and lookup.result is not None:
            future: Future[Result] = Future()
            future.set_result(replace(lookup.result, why=lookup.why))
        else:
            future = self._submit(job)
        self._running[future] = lookup

    def _wait(self) -> Iterator[Result]:
        """Wait until jobs end; keep the results that are new, after what waits for them has been started."""
        raise_pending_interrupt()
        ended, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in ended:
            lookup, result = self._running.pop(future), future.result()
            fresh = lookup if not result.reused else None
            if fresh:
                result = replace(result, why=fresh.why)
            if self._finished:
                how = "reused" if result.reused else "failed" if result.error else "done"
                self._finished(result.job.edition, result.job.section, how)
            try:
                yield result
            finally:
                if self._cache and fresh:
                    self._cache.add(fresh, result)

    def _any_done(self) -> bool:
        return any(future.done() for future in self._running)

    def _job(self, edition: Edition, section: str, claims: Mapping[str, Any] | None) -> Job:
        """Return the job of a section; `claims` are those that the independent sections settled."""
        names = self._declared[section]
        parameters = {name: value for name, value in edition.notebook_parameters().items() if name in names}
        parameters |= {} if claims is None else {"claims": claims}
        parameters |= {"ledger": self._data} if self._data and "ledger" in names else {}
        path = self._notebooks[section].resolve().relative_to(self._root)
        return Job(edition.name, section, path, parameters, self._root, **self._limits)
