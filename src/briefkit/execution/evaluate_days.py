"""The sections of a brief on many days: evaluated side by side, each through its days in their order.

A section is evaluated again only where an answer to what it asks has changed, or a parameter that its code names.
"""

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

from briefkit.analysis.turning_points import State, slim
from briefkit.analysis.verdicts import outlines, resolve
from briefkit.errors import KernelDied, SectionFailed
from briefkit.execution.evaluate import evaluate, shell, steps
from briefkit.execution.fingerprint import Trace, used
from briefkit.execution.progress import Progress, listening
from briefkit.execution.startup import as_usual
from briefkit.ledger.ledger import Ledger, adopt, checked, load_ledger
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.notebooks import declared, sections


@dataclass
class Day:
    """All claims on a day, fallen premises told, and what stopped sections."""

    claims: dict[str, State] = field(default_factory=dict)
    errors: list[SectionFailed] = field(default_factory=list)


class Course:
    """The sections of an edition, on whatever days.

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
    late : list of str
        Those that read what the others settled.
    """

    def __init__(self, project: Project, edition: Edition, pool: Executor, order: Iterable[str]) -> None:
        root, given = project.root.resolve(), edition.notebook_parameters()
        self._pool, self._order = pool, {claim: place for place, claim in enumerate(order)}
        self._parts: dict[str, _Part] = {}
        self._moments: dict[str, set[str]] = {}
        self.late: list[str] = []
        for section, path in sections(project.notebooks).items():
            names, place = declared(path), path.resolve().relative_to(root)
            own = {name: value for name, value in given.items() if name in names}
            self._parts[section] = _Part(edition.name, section, place, own, "as_of" in names)
            self.late += [section] if "claims" in names else []
        self.sections = list(self._parts)

    def moments(self, section: str) -> set[str]:
        """Days after which an answer to the section changes by itself; `any` among them if each day may change one."""
        return self._moments.get(section, set())

    def on(self, wanted: Mapping[str, Sequence[str]]) -> dict[str, Day]:
        """Each section on its days; those that read the others' claims come last."""
        early = self._through({name: days for name, days in wanted.items() if name not in self.late}, {})
        settled: dict[str, Any] = {}
        for day in sorted({day for days in wanted.values() for day in days}):
            made = outlines(one for found in early.values() if day in found for one in found[day].claims)
            settled[day] = _shared(made, next(reversed(settled.values()), None))
        late = self._through({name: days for name, days in wanted.items() if name in self.late}, settled)
        return self._resolved([*early.values(), *late.values()], settled)

    def _resolved(self, results: list[dict[str, _Found]], days: Iterable[str]) -> dict[str, Day]:
        made: dict[str, Day] = {}
        before = Day()
        for day in days:
            found = [result[day] for result in results if day in result]
            claims = sorted((one for each in found for one in each.claims), key=lambda one: self._order[one["claim"]])
            states = {one["claim"]: _shared(one, before.claims.get(one["claim"])) for one in resolve(claims)}
            made[day] = before = Day(states, [each.error for each in found if each.error])
        return made

    def _through(self, wanted: Mapping[str, Sequence[str]], settled: Mapping[str, Any]) -> dict[str, dict[str, _Found]]:
        """Sections side by side, each through its days."""
        running = {
            section: self._pool.submit(
                _evaluated, self._parts[section], list(days), [settled[day] for day in days] if settled else None
            )
            for section, days in wanted.items()
        }
        done = {}
        for section, future in running.items():
            try:
                found, moments = future.result()
            except BrokenProcessPool as error:
                raise KernelDied(str(self._parts[section].notebook), None) from error
            done[section] = dict(zip(wanted[section], found, strict=True))
            self._moments[section] = self.moments(section) | moments
        return done


def _shared(new: Any, before: Any) -> Any:
    """The earlier of two equal values, so that what stays the same on many days is kept once."""
    return before if new == before else new


# -- in a process of its own ---------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """A section to be evaluated: all that a process needs to know."""

    edition: str
    section: str
    notebook: Path
    given: dict[str, Any]
    dated: bool


@dataclass(frozen=True)
class _Found:
    """What a section settled on a day, and what stopped it."""

    claims: tuple[State, ...] = ()
    error: SectionFailed | None = None


def _evaluated(part: _Part, days: list[str], settled: list[Any] | None) -> tuple[list[_Found], set[str]]:
    """A section through its days, and the days after which time alone changes an answer."""
    ledger, code = load_ledger("data"), steps(part.notebook)
    names = [*part.given, *(["claims"] if settled else [])]
    named = sorted(used([step.source for step in code], names))
    found: list[_Found] = []
    moments = {"any"} & {"any" for name in named if name == "as_of"}
    asked = _Asked(ledger)
    with shell() as running:
        for place, day in enumerate(days):
            given = part.given | ({"as_of": day} if part.dated else {})
            given |= {"claims": settled[place]} if settled else {}
            if not found or asked.changed([given[name] for name in named], given | {"as_of": day}):
                made = evaluate(running, code, given, str(part.notebook))
                found.append(_Found(_slimmed(made.claims, found[-1:]), made.error))
                asked.remember([given[name] for name in named], made.queries)
                moments |= {query["args"]["day"] for query in made.queries if query["query"] == "after"}
                moments |= {"any" for query in made.queries if query["query"] == "day"}
            else:
                found.append(found[-1])
            if _QUEUE is not None:
                _QUEUE.put((part.edition, part.section, place + 1, len(days)))
    return found, moments


class _Asked:
    """What the last evaluation asked of the ledger, and what it was given."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._moved: dict[str, None] = {}

    def remember(self, given: list[Any], queries: Iterable[Mapping[str, Any]]) -> None:
        """Keep what an evaluation depended on; each question once, first those that changed before."""
        self._given = given
        found = {str([one["query"], one["args"], one.get("as_of")]): one for one in queries}
        first = [name for name in self._moved if name in found]
        self._queries = {name: found[name] for name in dict.fromkeys([*first, *found])}

    def changed(self, given: list[Any], parameters: Mapping[str, Any]) -> bool:
        """Whether an evaluation with these parameters may come out otherwise."""
        if given != self._given:
            return True
        trace = Trace(self._ledger)
        for name, query in self._queries.items():
            if trace.answers([query], parameters) != [query["sha"]]:
                self._moved = {name: None} | self._moved
                return True
        return False


def _slimmed(claims: Iterable[Mapping[str, Any]], last: list[_Found]) -> tuple[State, ...]:
    before = {claim["claim"]: claim for found in last for claim in found.claims}
    return tuple(_shared(slim(claim), before.get(claim["claim"])) for claim in claims)


_QUEUE: Any = None


def _begin(queue: Any, root: str, ledger: bytes) -> None:
    """In a new process: where it stands, where to tell progress, what was checked; what libraries mutter is unheard."""
    global _QUEUE
    _QUEUE = queue
    as_usual()
    adopt(ledger)
    os.chdir(root)
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextmanager
def processes(context: Any, jobs: int, root: Path, progress: Progress | None) -> Iterator[Executor]:
    """Processes that evaluate sections.

    Parameters
    ----------
    context
        As `forking.warm_up` gives it.
    jobs : int
        How many at once.
    root : Path
        The project's folder, where they stand.
    progress : callable
        Called with edition, section, days done and days in all; its `finished`, where it has one, with `168 days`.
    """
    finished = getattr(progress, "finished", None)

    def hear(edition: str, section: str, done: int, days: int) -> None:
        if progress is not None:
            progress(edition, section, done, days)
        if finished is not None and done == days:
            finished(edition, section, f"{days} day{'s' * (days != 1)}")

    with listening(context, hear) as queue:
        pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(queue, str(root), checked()))
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
