"""Back-test a brief: its claims as of the last day of each month, quarter or year, and when each first failed."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.analysis.turning_points import Backtest, State, TurningPoint, deciding, find_failure, find_turning_point
from briefkit.errors import BriefError, BriefWarning
from briefkit.execution.evaluate_days import ANY_DAY, DailyEvaluation, processes
from briefkit.execution.forkserver import warm_up
from briefkit.execution.progress import Progress
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.periods import first_days, is_period, last_day
from briefkit.ledger.readings import records
from briefkit.notebook.outputs import read_notebook
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import cells, sections
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare
from briefkit.publishing.editions_index import BACKTEST, INDEX
from briefkit.report import backtest_page
from briefkit.storage import replace_file

Timeline = list[tuple[str, State | None]]
"""A claim's state by day; None where its section failed."""

EVERY = {"month": "M", "quarter": "Q", "year": "Y"}
"""Frequencies of pandas by the value of `--every`."""

COLUMNS = ["claim", "section", "as_of", "verdict", "margin", "unit", "flips_at", "due", "value", "period", "published"]
COLUMNS += ["source"]


@dataclass(frozen=True)
class Span:
    """The last days of periods, from the period that holds `since` to the one that holds `until`.

    Attributes
    ----------
    since, until : str
        Days, months or years; empty for when the first claim was made, and for the last day that the ledger knows.
    every : str
        `month`, `quarter` or `year`.
    """

    since: str = ""
    until: str = ""
    every: str = "month"

    def days(self, ledger: Ledger) -> list[str]:
        """List the days, ISO; none is later than `until`, or than the ledger's last day where that is within `until`.

        Raises
        ------
        BriefError
            If an end is no day, or there is no day between them.
        """
        for option, text in (("--from", self.since), ("--to", self.until)):
            if text and not is_period(text):
                raise BriefError(f'{option}: found "{text}", expected a day, month or year; write it as 2012-01')
        last = ledger.last_published
        end = last if last.isoformat().startswith(self.until) else last_day(self.until)
        since = self.since or min(ledger.tables["claims"]["made"], default=end.isoformat())
        begin = first_days(pd.Series([since], dtype="str"))[0].date()
        if begin > end:
            raise BriefError(f"--from: found {since}, expected a day up to {end}, where it ends; put --to behind it")
        periods = pd.period_range(begin, end, freq=EVERY[self.every])
        return [min(period.end_time.date(), end).isoformat() for period in periods]


def backtest(project: Project, name: str, span: Span, *, jobs: int = 0, progress: Progress | None = None) -> Backtest:
    """Evaluate an edition as of many days.

    Parameters
    ----------
    project : Project
        The brief.
    name : str
        The edition; the latest when empty.
    span : Span
        Which days.
    jobs : int
        Sections at once; 0 for as many as the machine has cores.
    progress : callable
        Called with edition, section, days done and days in all.

    Raises
    ------
    BriefError
        If the ledger, the edition or a notebook cannot be used.
    """
    context = warm_up()
    options = RenderOptions((name,) if name else tuple(editions_in(project.params)[-1:]))
    ledger, (edition,) = prepare(project, options)
    days, order = span.days(ledger), list(ledger.tables["claims"]["claim"])
    with processes(context, jobs or os.cpu_count() or 1, project.root.resolve(), progress) as pool:
        evaluation = DailyEvaluation(project, edition, pool, order)
        results = evaluation.evaluate(dict.fromkeys(evaluation.sections, days))
        claims = {claim: [results[day].claims.get(claim) for day in days] for claim in order}
        claims = {claim: states for claim, states in claims.items() if any(states)}
        turning_points = list(_turning_points(evaluation, ledger, days, claims))
    about = {"edition": edition.name, **edition.about}
    first_errors = {str(error): (day, error) for day in reversed(days) for error in results[day].errors}
    errors = sorted(first_errors.values(), key=itemgetter(0))
    sources = {str(row["source"]): row for row in records(ledger.tables["sources"])}
    titles = _titles(project, [*evaluation.dependent, *evaluation.sections])
    return Backtest(about, span.every, days, claims, turning_points, titles, sources, errors)


def _titles(project: Project, order: Sequence[str]) -> dict[str, str]:
    """Read the headings of the sections; one that reads the others' claims comes first, as on an edition's page."""
    paths = sections(project.notebooks)
    return {section: read_notebook({"cells": cells(paths[section])}, section).title for section in dict.fromkeys(order)}


# ── The first day


def _turning_points(
    evaluation: DailyEvaluation, ledger: Ledger, days: Sequence[str], claims: Mapping[str, list[State | None]]
) -> Iterator[TurningPoint]:
    """Find the first day of each claim that fails.

    All days on which anything was published are looked at. Where the passing of time may do it, each day from the last
    of these on which the claim did not fail to the first on which it did is looked at as well.
    """
    fails = {claim: at for claim, states in claims.items() if (at := find_failure(days, states))}
    needed = {claim: _needed(claim, verdict, claims, evaluation) for claim, (_, verdict) in fails.items()}
    timelines = {
        claim: [(days[at], claims[claim][at]) for at in range(max(place - 1, 0), place + 1)]
        for claim, (place, _) in fails.items()
    }
    for every_day in (False, True):
        between: dict[str, set[str]] = {}
        days_by_section: dict[str, set[str]] = {section: set() for section in evaluation.sections}
        for claim, timeline in timelines.items():
            deadlines = set().union(*map(evaluation.deadlines, needed[claim]))
            gap = timeline[0][0], timeline[-1][0]
            if not every_day:
                between[claim] = _published_between(ledger, deadlines, *gap)
            else:
                between[claim] = _days_between(*gap) if ANY_DAY in deadlines else set()
            for section in needed[claim]:
                days_by_section[section] |= between[claim]
        results = evaluation.evaluate({section: sorted(some) for section, some in days_by_section.items() if some})
        for claim, (_, verdict) in fails.items():
            inner = [(day, results[day].claims.get(claim)) for day in sorted(between[claim])]
            timelines[claim] = _first_failure([*timelines[claim][:-1], *inner, timelines[claim][-1]], verdict)
    for claim, (_, verdict) in fails.items():
        last = next(state for state in reversed(claims[claim]) if state)
        yield find_turning_point(timelines[claim], verdict, last["verdict"])


def _first_failure(timeline: Timeline, verdict: str) -> Timeline:
    """Return the first day on which a claim has a verdict, after the day before where that is known."""
    place = next(at for at, (_, state) in enumerate(timeline) if state and state["verdict"] == verdict)
    return timeline[max(place - 1, 0) : place + 1]


def _needed(
    claim: str, verdict: str, claims: Mapping[str, list[State | None]], evaluation: DailyEvaluation
) -> list[str]:
    """List the sections that decide a verdict: the claim's own and those of its premises; all for a dependent one."""
    state = next(filter(None, claims[claim]))
    if state["section"] in evaluation.dependent:
        return evaluation.sections
    premises = [claims[name] for name in state["premises"] if name in claims] if verdict == "weakened" else []
    needed = {state["section"], *(next(filter(None, states))["section"] for states in premises)}
    return evaluation.sections if needed & set(evaluation.dependent) else sorted(needed)


def _published_between(ledger: Ledger, deadlines: set[str], after: str, before: str) -> set[str]:
    """Return the days between two on which anything was published, or that follow a deadline."""
    days = set(ledger.published.dt.date.map(date.isoformat))
    days |= {(date.fromisoformat(day) + timedelta(days=1)).isoformat() for day in deadlines - {ANY_DAY}}
    return {day for day in days if after < day < before}


def _days_between(after: str, before: str) -> set[str]:
    """Return all days between two."""
    return {day.date().isoformat() for day in pd.date_range(after, before)} - {after, before}


# ── Files


def table(result: Backtest) -> pd.DataFrame:
    """Make a table with one row per claim and day, with the reading that decides.

    Returns
    -------
    DataFrame
        The columns `COLUMNS`: `margin`, `flips_at`, `value` as floats, `due` as a Boolean, the others as text; where a
        section failed the verdict is missing.
    """
    rows = [
        _row(claim, day, state)
        for claim, states in result.claims.items()
        for day, state in zip(result.days, states, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    numbers = dict.fromkeys(("margin", "flips_at", "value"), "float64")
    texts = dict.fromkeys((name for name in COLUMNS if name not in numbers and name != "due"), "str")
    return frame.astype(numbers | texts | {"due": "boolean"})


def _row(claim: str, day: str, state: State | None) -> list[Any]:
    if state is None:
        return [claim, "", day, "", None, "", None, None, None, "", "", ""]
    reading = deciding(state) or {}
    value = reading.get("value") if isinstance(reading.get("value"), (int, float)) else None
    period = reading.get("period") or reading.get("date") or reading.get("start") or ""
    head = [claim, state["section"], day, state["verdict"], state["margin"], state["unit"] or "", state["flips_at"]]
    return [*head, bool(state["review_due"]), value, period, reading.get("published", ""), reading.get("source", "")]


def write(result: Backtest, out: Path, fonts: Path | None = None) -> Iterator[Path]:
    """Write the page and the tables, each file in one step.

    Parameters
    ----------
    result : Backtest
        As `backtest` gives it.
    out : Path
        The folder.
    fonts : Path or None
        Folder with fonts of other scripts.

    Yields
    ------
    Path
        Each file.
    """
    out.mkdir(parents=True, exist_ok=True)
    frame = table(result)
    yield replace_file(out / "claims.csv", frame.to_csv(index=False, lineterminator="\n").encode())
    parquet = _parquet(frame, out / "claims.parquet")
    yield from [parquet] if parquet else []
    all_editions = f"../{INDEX}" if out.name == BACKTEST and (out.parent / INDEX).exists() else ""
    page = backtest_page.render(result, fonts, parquet=bool(parquet), all_editions=all_editions)
    yield replace_file(out / "index.html", page)


def _parquet(frame: pd.DataFrame, path: Path) -> Path | None:
    """Write the table as parquet; without a library for it warn, and remove an earlier file."""
    try:
        return replace_file(path, frame.to_parquet(index=False))
    except ImportError:
        path.unlink(missing_ok=True)
        remedy = 'install it with pip install "briefkit[parquet]", or use claims.csv'
        warnings.warn(f"{path}: found no pyarrow, expected it for parquet; {remedy}", BriefWarning, stacklevel=2)
        return None
