"""One section of a brief, run through papermill, and what it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.annotated import AnnotatedText
from briefkit.errors import SectionFailed, UnknownName
from briefkit.execution.pool import executor
from briefkit.execution.result_cache import ResultCache
from briefkit.execution.run import Result
from briefkit.execution.schedule import Schedule
from briefkit.ledger.ledger import Ledger
from briefkit.notebook.outputs import Section
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import sections
from briefkit.project.options import CELL_LIMIT, SECTION_LIMIT, RenderOptions
from briefkit.project.prepare import prepare
from briefkit.report.model import readings_in
from briefkit.storage import Store


@dataclass(frozen=True)
class SectionRun:
    """A section that was run, and what it says.

    Attributes
    ----------
    section, edition, as_of : str
        What was run, for which edition, as of which day.
    error : SectionFailed or None
        What stopped it.
    ledger : Ledger
        The ledger that it read.
    project : Project
        The brief.
    """

    section: str
    edition: str
    as_of: str
    error: SectionFailed | None
    ledger: Ledger
    project: Project
    result: Result

    @property
    def output(self) -> Section:
        """The executed notebook, read back: title, question, blocks and queries."""
        return self.result.section

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """Settled claims by id: verdict, margin, statement, premises, reason."""
        return {claim["claim"]: claim for claim in self.output.claims}

    @cached_property
    def charts(self) -> dict[str, dict[str, Any]]:
        """Charts by id: title and alt as text, unit, type, svg, and `data` as a DataFrame."""
        found = {}
        for block in self.output.blocks:
            if block["kind"] == "chart":
                data = pd.DataFrame(block["data"]["rows"], columns=block["data"]["columns"])
                found[block["chart"]] = block | {"title": _text(block["title"]), "data": data}
        return found

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables by id, each cell as text."""
        found = {}
        for block in self.output.blocks:
            if block["kind"] == "table":
                rows = [[_text(cell) for cell in row] for row in block["rows"]]
                found[block["table"]] = pd.DataFrame(rows, columns=[column["title"] for column in block["columns"]])
        return found

    @cached_property
    def prose(self) -> list[str]:
        """Paragraphs of prose as text, in the order of the cells."""
        return [_text(block["text"]) for block in self.output.blocks if block["kind"] == "prose"]

    @cached_property
    def prose_without_notes(self) -> list[str]:
        """Paragraphs of prose without what `{{ … }}` gave: what was typed."""
        texts = (block["text"]["text"] for block in self.output.blocks if block["kind"] == "prose")
        return [re.sub("\ue000\\d+\ue001", " ", text) for text in texts]

    @cached_property
    def numbers(self) -> list[dict[str, Any]]:
        """Every number with a note: `text`, `formula`, and its `readings`, in the order of the page."""
        return [note for note in _notes(self.output.blocks) if note["readings"] or note.get("formula")]

    @cached_property
    def readings(self) -> list[dict[str, Any]]:
        """Every reading behind text, chart, table or claim."""
        return list(readings_in(self.output.blocks))


class SectionRunner:
    """Runs sections of a brief on warm kernels, each once for the same edition, day, parameters and ledger.

    Parameters
    ----------
    root : Path
        The brief's folder.
    """

    def __init__(self, root: Path) -> None:
        self.project = Project(root)
        self._runs: dict[str, SectionRun] = {}
        self._open = ExitStack()
        self._submit: Any = None

    @property
    def sections(self) -> list[str]:
        """Names of the brief's sections, in order."""
        return list(sections(self.project.notebooks))

    @property
    def editions(self) -> list[str]:
        """Names of the brief's editions, sorted."""
        return editions_in(self.project.params)

    def run(
        self,
        section: str,
        *,
        edition: str = "",
        as_of: str = "",
        parameters: Mapping[str, Any] | None = None,
        ledger: Path | None = None,
    ) -> SectionRun:
        """Run a section, or return what it gave before; one that reads claims runs after the others.

        Parameters
        ----------
        section : str
            Its name, such as `small_steps`.
        edition : str
            Name of the edition; the latest when empty.
        as_of : str
            Another day than the edition's, ISO.
        parameters : mapping
            Parameters to set instead of the edition's.
        ledger : Path
            Another ledger than the brief's.

        Raises
        ------
        BriefError
            If an input cannot be used; what stops a cell is the run's `error`.
        """
        if section not in self.sections:
            raise UnknownName("section", section, self.sections)
        name = edition or self.editions[-1]
        changes = {key: json.dumps(value) for key, value in (parameters or {}).items()}
        key = json.dumps([name, as_of, changes, str(ledger or "")])
        if f"{key}{section}" not in self._runs:
            options = RenderOptions((name,), as_of=as_of, changes=changes, data=ledger)
            for run in self._execute(section, options):
                self._runs[f"{key}{run.section}"] = run
        return self._runs[f"{key}{section}"]

    def _execute(self, section: str, options: RenderOptions) -> Iterator[SectionRun]:
        ledger, editions = prepare(self.project, options)
        if self._submit is None:
            self._submit = self._open.enter_context(executor(2))
        cache = ResultCache(Store(str(self.project.cache.resolve())), ledger)
        limits = {"cell_limit": CELL_LIMIT, "section_limit": SECTION_LIMIT, "store": str(self.project.cache.resolve())}
        data = "" if options.data is None else str(options.data.resolve())
        schedule = Schedule(self.project, self._submit, cache, data=data, limits=limits, only=section)
        for edition, results in schedule.results(editions):
            for result in results:
                own = result.job.section
                yield SectionRun(own, edition.name, edition.as_of, result.error, ledger, self.project, result)
        cache.close()

    def close(self) -> None:
        """End the processes that wait with kernels."""
        self._open.close()
        self._submit = None


def _text(value: Any) -> str:
    return str(AnnotatedText.from_payload(value)) if isinstance(value, Mapping) else str(value)


def _notes(value: Any) -> Iterator[dict[str, Any]]:
    """Every note of annotated texts, however deep."""
    if isinstance(value, Mapping):
        yield from value.get("notes", ()) if "text" in value else ()
        for item in value.values():
            yield from _notes(item)
    elif isinstance(value, list):
        for item in value:
            yield from _notes(item)
