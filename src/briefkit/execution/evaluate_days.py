"""Evaluate the sections of a brief on many days: sections side by side, each through its days in order."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefkit.analysis.premises import outlines, resolve
from briefkit.analysis.turning_points import State, claim_state
from briefkit.errors import KernelDied, SectionFailed
from briefkit.execution.evaluate import compile_cells, evaluate, evaluation_shell
from briefkit.execution.fingerprint import used
from briefkit.execution.progress import Progress, listening
from briefkit.execution.startup import restore_defaults
from briefkit.ledger.ledger import adopt_ledger, pickled_ledger
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.notebooks import declared, sections

ANY_DAY = "any"
"""Stands among deadlines for: the passing of any day may change an answer."""


@dataclass
class DayResult:
    """All claims on a day, resolved by their premises, and what stopped sections."""

    claims: dict[str, State] = field(default_factory=dict)
    errors: list[SectionFailed] = field(default_factory=list)


class DailyEvaluation:
    """The sections of an edition, evaluated on whatever days.

    Parameters
    ----------
    project, edition
        Whose sections, with which parameters.
    pool : Executor
        As `processes` gives it.
    order : iterable of str
        The claims, as `claims.csv` lists them.

    Attributes
    ----------
    sections : list of str
        In the order of the notebooks.
    dependent : list of str
        Those that read what the others settled.
    """

    def __init__(self, project: Project, edition: Edition, pool: Executor, order: Iterable[str]) -> None:
        root, parameters = project.root.resolve(), edition.notebook_parameters()
        self._pool, self._order = pool, {claim: place for place, claim in enumerate(order)}
        self._tasks: dict[str, _Task] = {}
        self._deadlines: dict[str, set[str]] = {}
        self.dependent: list[str] = []
        for section, path in sections(project.notebooks).items():
            names, place = declared(path), path.resolve().relative_to(root)
            own = {name: value for name, value in parameters.items() if name in names}
            self._tasks[section] = _Task(edition.name, section, place, own, "as_of" in names)
            self.dependent += [section] if "claims" in names else []
        self.sections = list(self._tasks)

    def deadlines(self, section: str) -> set[str]:
        """Return the days after which the passing of time changes an answer to the section, ISO, or `ANY_DAY`."""
        return self._deadlines.get(section, set())

    def evaluate(self, days: Mapping[str, Sequence[str]]) -> dict[str, DayResult]:
        """Evaluate each section on its days; the dependent ones last.

        Parameters
        ----------
        days : mapping of str to sequence of str
            For each section its days, ISO, in order.

        Returns
        -------
        dict of str to DayResult
            For each day in order the claims of the sections that were evaluated on it.

        Raises
        ------
        KernelDied
            If a process goes away.
        """
        independent = self._run({name: own for name, own in days.items() if name not in self.dependent}, {})
        settled: dict[str, Any] = {}
        for day in sorted({day for own in days.values() for day in own}):
            claims = outlines(claim for results in independent if day in results for claim in results[day].claims)
            settled[day] = _shared(claims, next(reversed(settled.values()), None))
        dependent = self._run({name: own for name, own in days.items() if name in self.dependent}, settled)
        return self._resolved([*independent, *dependent], settled)

    def _resolved(self, results: list[dict[str, _SectionResult]], days: Iterable[str]) -> dict[str, DayResult]:
        """Bring the sections' claims together by day, and let fallen premises act."""
        by_day: dict[str, DayResult] = {}
        before = DayResult()
        for day in days:
            on_day = [result[day] for result in results if day in result]
            settled = [claim for result in on_day for claim in result.claims]
            claims = resolve(sorted(settled, key=lambda claim: self._order[claim["claim"]]))
            states = {claim["claim"]: _shared(claim, before.claims.get(claim["claim"])) for claim in claims}
            by_day[day] = before = DayResult(states, [result.error for result in on_day if result.error])
        return by_day

    def _run(self, days: Mapping[str, Sequence[str]], settled: Mapping[str, Any]) -> list[dict[str, _SectionResult]]:
        """Evaluate sections side by side; give the results of each by day."""
        futures = {
            section: self._pool.submit(
                _evaluate_section, self._tasks[section], list(own), [settled[day] for day in own] if settled else None
            )
            for section, own in days.items()
        }
        by_section = []
        for section, future in futures.items():
            try:
                results, deadlines = future.result()
            except BrokenProcessPool as error:
                raise KernelDied(str(self._tasks[section].notebook), None) from error
            by_section.append(dict(zip(days[section], results, strict=True)))
            self._deadlines[section] = self.deadlines(section) | deadlines
        return by_section


def _shared(new: Any, before: Any) -> Any:
    """Return the earlier of two equal values, so that what stays the same on many days is kept once."""
    return before if new == before else new


# -- in a process of its own ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Task:
    """A section to be evaluated: all that a process needs to know."""

    edition: str
    section: str
    notebook: Path
    parameters: dict[str, Any]
    dated: bool


@dataclass(frozen=True)
class _SectionResult:
    """What a section settled on a day, and what stopped it."""

    claims: tuple[State, ...] = ()
    error: SectionFailed | None = None


def _evaluate_section(task: _Task, days: list[str], settled: list[Any] | None) -> tuple[list[_SectionResult], set[str]]:
    """Evaluate a section on its days; give its results, and its deadlines."""
    compiled = compile_cells(task.notebook)
    deadlines = {ANY_DAY} if used([cell.source for cell in compiled if not cell.parameters], ["as_of"]) else set()
    results: list[_SectionResult] = []
    states: dict[str, State] = {}
    with evaluation_shell() as shell:
        for place, day in enumerate(days):
            parameters = task.parameters | ({"as_of": day} if task.dated else {})
            parameters |= {"claims": settled[place]} if settled else {}
            evaluation = evaluate(shell, compiled, parameters, str(task.notebook))
            for claim in evaluation.claims:
                states[claim["claim"]] = _shared(claim_state(claim), states.get(claim["claim"]))
            claims = tuple(states[claim["claim"]] for claim in evaluation.claims)
            results.append(_SectionResult(claims, evaluation.error))
            deadlines |= {query["args"]["day"] for query in evaluation.queries if query["query"] == "after"}
            deadlines |= {ANY_DAY for query in evaluation.queries if query["query"] == "day"}
            if _QUEUE is not None:
                _QUEUE.put((task.edition, task.section, place + 1, len(days)))
    return results, deadlines


_QUEUE: Any = None


def _begin(queue: Any, root: str, ledger: bytes) -> None:
    """Prepare a new process: its folder, its queue for progress, the checked ledger; discard what libraries log."""
    import matplotlib

    global _QUEUE
    _QUEUE = queue
    restore_defaults()
    adopt_ledger(ledger)
    os.chdir(root)
    matplotlib.use("agg")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def processes(context: Any, jobs: int, root: Path, progress: Progress | None) -> Iterator[Executor]:
    """Start processes that evaluate sections.

    Parameters
    ----------
    context
        As `forkserver.warm_up` gives it.
    jobs : int
        How many at once.
    root : Path
        The project's folder, where they stand.
    progress : callable
        Called with edition, section, days done and days in all; its `finished`, where it has one, with `168 days`.
    """
    finished = getattr(progress, "finished", None)

    def report(edition: str, section: str, done: int, days: int) -> None:
        if progress is not None:
            progress(edition, section, done, days)
        if finished is not None and done == days:
            finished(edition, section, f"{days} day{'s' * (days != 1)}")

    with listening(context, report) as queue:
        pool = ProcessPoolExecutor(
            jobs, mp_context=context, initializer=_begin, initargs=(queue, str(root), pickled_ledger())
        )
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
