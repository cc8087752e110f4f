"""Which section of which edition runs when: one that reads the others' claims waits for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from dataclasses import replace
from typing import Any

from briefkit.analysis.verdicts import outlines
from briefkit.execution.forkserver import heed
from briefkit.execution.result_cache import Found, Reuse
from briefkit.execution.run import Job, Result
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.notebooks import declared, sections

Ahead = Callable[[Edition, list[Result], Callable[[], bool]], None]


class Schedule:
    """The sections of editions, as jobs.

    Parameters
    ----------
    project : Project
        The brief.
    submit : callable
        Starts a job.
    reuse : Reuse or None
        Earlier results.
    data : str
        Another ledger than the project's, or empty.
    given : mapping
        What each `Job` is given besides: limits, and a store.
    finished : callable
        Called with edition, section and how it ended: done, failed or reused.
    ahead : callable
        Given an edition, what its sections made, or had made before, and a function that tells whether something ended:
        called while hardly anything runs, for work that need not wait. Only the last sections may be missing.
    meanwhile : callable
        Given a function that tells whether something ended: called once the first sections are on their way.
    soon : callable
        Given a job like those of the last sections, when hardly any but these are left: what they run in can be made
        ready.
    """

    def __init__(
        self,
        project: Project,
        submit: Callable[[Job], Future[Result]],
        reuse: Reuse | None,
        *,
        data: str,
        given: Mapping[str, Any],
        finished: Callable[[str, str, str], None] | None = None,
        ahead: Ahead | None = None,
        meanwhile: Callable[[Callable[[], bool]], None] | None = None,
        soon: Callable[[Job], None] | None = None,
    ) -> None:
        self._root, self._submit, self._reuse, self._data, self._given = project.root, submit, reuse, data, given
        self._progress, self._ahead, self._meanwhile, self._soon = finished, ahead, meanwhile, soon
        self._notebooks = sections(project.notebooks)
        self._declared = {section: set(declared(path)) for section, path in self._notebooks.items()}
        self._running: dict[Future[Result], Found | None] = {}

    def results(self, editions: Iterable[Edition]) -> Iterator[tuple[Edition, list[Result]]]:
        """Run all sections of all editions; each edition when the last of its sections is done."""
        by_name = {edition.name: edition for edition in editions}
        late = [section for section in self._notebooks if "claims" in self._declared[section]]
        early = [section for section in self._notebooks if section not in late]
        if not early:  # nobody settles what they would wait for
            early, late = late, []
        done: dict[str, dict[str, Result]] = {name: {} for name in by_name}
        settled: dict[str, list[dict[str, Any]]] = {name: [] for name in by_name}
        for edition in by_name.values():
            for section in early:
                self._start(edition, section)
        if self._meanwhile:
            with suppress(Exception):  # what is wrong shows when it is needed
                self._meanwhile(self._any_done)
        while self._running:
            left = [edition for edition in by_name.values() if done[edition.name].keys() != self._notebooks.keys()]
            if self._ahead and len(left) == 1 and len(self._running) <= max(1, len(late)) and not self._any_done():
                with suppress(Exception):  # made of what may no longer fit
                    self._foresee(left[0], done[left[0].name], late, self._ahead)
            for result in self._finished():
                name = result.job.edition
                done[name][result.job.section] = result
                settled[name] += result.section.claims  # read while others run
                if self._soon and late and len(self._running) <= 2 and done[name].keys() < set(early):
                    self._soon(self._job(by_name[name], late[0], {}))
                if done[name].keys() == set(early) and late:
                    claims = outlines(settled[name])
                    for section in late:
                        self._start(by_name[name], section, claims)
                if done[name].keys() == self._notebooks.keys():
                    yield by_name[name], [done[name][section] for section in self._notebooks]

    def _start(self, edition: Edition, section: str, claims: Mapping[str, Any] | None = None) -> None:
        job = self._job(edition, section, claims)
        found = self._reuse.find(job) if self._reuse else None
        if found is not None and found.result is not None:
            future: Future[Result] = Future()
            future.set_result(replace(found.result, why=found.why))
        else:
            future = self._submit(job)
        self._running[future] = found

    def _foresee(self, edition: Edition, done: Mapping[str, Result], late: Iterable[str], ahead: Ahead) -> None:
        """Tell what there is of an edition: in place of what still runs, what stood for it before."""
        found = {
            section: done.get(section) or self._before(self._job(edition, section, {} if section in late else None))
            for section in self._notebooks
        }
        if all(result or section in late for section, result in found.items()):
            ahead(edition, [result for result in found.values() if result], self._any_done)

    def _before(self, job: Job) -> Result | None:
        return self._reuse.before(job) if self._reuse else None

    def _finished(self) -> Iterator[Result]:
        heed()
        finished, _ = wait(self._running, return_when=FIRST_COMPLETED)
        for future in finished:
            found, result = self._running.pop(future), future.result()
            fresh = found if not result.reused else None
            if fresh:
                result = replace(result, why=fresh.why)
            if self._progress:
                how = "reused" if result.reused else "failed" if result.error else "done"
                self._progress(result.job.edition, result.job.section, how)
            try:
                yield result
            finally:  # what waits for it goes first
                if self._reuse and fresh:
                    self._reuse.keep(fresh, result)

    def _any_done(self) -> bool:
        return any(future.done() for future in self._running)

    def _job(self, edition: Edition, section: str, claims: Mapping[str, Any] | None) -> Job:
        names = self._declared[section]
        given = {name: value for name, value in edition.given().items() if name in names}
        given |= {} if claims is None else {"claims": claims}
        given |= {"ledger": self._data} if self._data and "ledger" in names else {}
        root = self._root.resolve()
        path = self._notebooks[section].resolve().relative_to(root)
        return Job(edition.name, section, path, given, root, **self._given)
