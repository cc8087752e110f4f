"""Work ahead of time: pages laid out while kernels run. Without it the same pages are made, later.

What is made is remembered where it is made, by all that it was made from; what no longer fits is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from briefkit.execution.interrupts import defer_interrupts
from briefkit.execution.result_cache import last_result
from briefkit.execution.run import Job, Result
from briefkit.execution.schedule import Idle
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.readings import records
from briefkit.project.edition import Edition
from briefkit.project.layout import Project
from briefkit.project.notebooks import cells, sections
from briefkit.project.options import RenderOptions
from briefkit.publishing import edition_folder
from briefkit.report.model import Report
from briefkit.storage import Store


class Prefetch:
    """Makes ahead what an edition's folder will need; `Schedule` calls it while it waits.

    Parameters
    ----------
    project : Project
        The brief.
    options : RenderOptions
        The formats, and where results are cached.
    ledger : Ledger
        The checked ledger.
    assemble : callable
        Makes the report of an edition from its results.
    """

    def __init__(
        self,
        project: Project,
        options: RenderOptions,
        ledger: Ledger,
        assemble: Callable[[Edition, list[Result]], Report],
    ) -> None:
        self._project, self._options, self._ledger, self._assemble = project, options, ledger, assemble
        self._store = Store(options.cache) if options.cache else None
        self._first = True

    def __call__(self, idle: Idle) -> None:
        """Do what can be done until a job ends.

        Parameters
        ----------
        idle : Idle
            What is known so far.
        """
        first, self._first = self._first, False
        if first:
            with suppress(Exception):  # what cannot be imported is named where it is needed
                prefetch_imports(self._options.formats, self._project)
        if "html" not in self._options.formats:
            return
        if first:
            with suppress(Exception):
                _work_until(idle.ended, self._figures(idle.edition))
        if not idle.others and idle.running <= max(1, len(idle.dependent)) and not idle.ended():
            report = self._report(idle)
            _work_until(idle.ended, self._pages(report) if report else iter(()))

    def _figures(self, edition: Edition) -> Iterator[Any]:
        """Describe the figures that the notebooks' code names, one a step, before there is a report."""
        from briefkit.report import figure_pages

        code = "".join(cell["source"] for path in sections(self._project.notebooks).values() for cell in cells(path))
        named = [figure for figure in self._ledger.tables["figures"]["figure"] if figure in code]
        sources = {source["source"]: source for source in records(self._ledger.tables["sources"].drop(columns="line"))}
        yield from figure_pages.figure_models(self._ledger, edition.as_of, named, sources)

    def _report(self, idle: Idle) -> Report | None:
        """Make a report in which dependent sections may be missing, and others that run are as they were before."""
        results = {section: idle.results.get(section) or self._last(job) for section, job in idle.jobs.items()}
        if not all(result or section in idle.dependent for section, result in results.items()):
            return None
        report = self._assemble(idle.edition, [result for result in results.values() if result])
        return replace(report, has_companion_files=True)

    def _pages(self, report: Report) -> Iterator[Any]:
        """Lay out pages, one a step."""
        from briefkit.report import figure_pages

        pages = edition_folder.brief_pages(report)
        yield next(pages)  # the whole page, of which the others have parts
        models: list[Any] = []
        for model in figure_pages.build_models(report, self._ledger):
            models.append(model)
            yield
        yield from figure_pages.layout_pages(report, models)
        yield from pages

    def _last(self, job: Job) -> Result | None:
        return last_result(self._store, job) if self._store else None


def _work_until(ended: Callable[[], bool], steps: Iterator[Any]) -> None:
    """Take steps until a job has ended."""
    while not ended() and next(steps, _END) is not _END:
        pass


_END = object()


def prefetch_imports(formats: Iterable[str], project: Project) -> None:
    """Import what writing an edition's folder needs: its own modules, and what these import where they need it.

    Parameters
    ----------
    formats : iterable of str
        Keys of `FORMATS`.
    project : Project
        The brief, which may have fonts of its own.
    """
    with defer_interrupts():
        import mistune  # noqa: F401

        if "html" in formats:
            import briefkit.charts.social_card  # noqa: F401
            from briefkit.report import card_png, figure_pages, html, html_page, json_ld  # noqa: F401

            html_page.preload()
        if "pdf" in formats:
            from briefkit.report import pdf

            pdf.preload(project.data / "fonts")
