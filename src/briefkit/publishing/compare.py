"""Compare editions, executed but not written: what changed between two, and what more observations would move."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from briefkit.errors import EditionError, LedgerError, Problem
from briefkit.execution.progress import Progress
from briefkit.ledger.ledger import append_rows
from briefkit.ledger.periods import is_period
from briefkit.project.layout import Project, editions_in
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare
from briefkit.publishing.build import executed
from briefkit.report import diff, edition_json
from briefkit.report.model import Report


def difference(project: Project, old: str, new: str, progress: Progress | None = None) -> diff.Difference:
    """Compare two editions, each `EDITION` or `EDITION@DAY`, rendered from the ledger as it stands.

    Raises
    ------
    BriefError
        If an edition is not there, or a section of it fails.
    """
    before, after = (report_of(project, side, progress=progress) for side in (old, new))
    return _compared(before, after)


def moves(
    project: Project,
    rows: Sequence[Mapping[str, str]],
    *,
    today: date | None = None,
    day: str = "",
    progress: Progress | None = None,
) -> diff.Difference:
    """Compare the latest edition with and without more observations; the ledger is left as it is.

    Parameters
    ----------
    project : Project
        The brief.
    rows : sequence of mapping
        The observations.
    today : date or None
        Refuse rows that were published later than this.
    day : str
        As of which day the edition is compared, ISO; its own without.
    progress : callable
        Called as cells are done.

    Raises
    ------
    LedgerError
        If a row cannot be believed.
    """
    latest = editions_in(project.params)[-1]
    side = f"{latest}@{day}" if day else latest
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(project.data, data, ignore=shutil.ignore_patterns("archive", "feeds"))
        try:
            append_rows(data, "observations", lambda _: rows, today=today)
        except LedgerError as error:  # its files are those of the copy
            files = (project.data / Path(problem.file).name for problem in error.problems)
            problems = (replace(problem, file=str(file)) for problem, file in zip(error.problems, files, strict=True))
            raise LedgerError(problems) from error
        before = report_of(project, side, progress=progress)
        after = report_of(project, side, data, progress=progress)
    return _compared(before, after)


def _compared(before: Report, after: Report) -> diff.Difference:
    records = (edition_json.record(before), edition_json.record(after))
    return diff.compare(*records, before.sections, after.sections, names={**before.names, **after.names})


def report_of(project: Project, side: str, data: Path | None = None, *, progress: Progress | None = None) -> Report:
    """Execute an edition, or one on a day (`EDITION@DAY`), and return its report; nothing is written.

    Raises
    ------
    BriefError
        If the edition is not there, or a section of it fails.
    """
    name, _, day = side.partition("@")
    if day and not (is_period(day) and len(day) == 10):
        expected = "EDITION or EDITION@DAY, with a day such as 2020-06-30"
        raise EditionError([Problem(side, None, "", f'"{day}"', expected, "correct the day")])
    options = RenderOptions((name,), as_of=day, data=data, cache=str(project.cache.resolve()))
    ((_, report, results),) = executed(project, options, *prepare(project, options), progress)
    failed = [result.error for result in results if result.error]
    if failed:
        raise failed[0]
    return report
