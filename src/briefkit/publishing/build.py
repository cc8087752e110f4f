"""The plot: editions from YAML to folders, each swapped in whole."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from briefkit.analysis.verdicts import resolve
from briefkit.errors import BriefError, EditionError, LedgerError, NotebookError, Problem, Problems, SectionFailed
from briefkit.execution.forkserver import warm_up
from briefkit.execution.pool import executor, keep_ready
from briefkit.execution.progress import Progress
from briefkit.execution.result_cache import Reuse
from briefkit.execution.run import Result
from briefkit.execution.schedule import Idle, Schedule
from briefkit.hashing import Memo
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.readings import records
from briefkit.notebook.outputs import Section
from briefkit.project.edition import Edition, check_overrides, load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import check_parameters, sections
from briefkit.project.options import RenderOptions
from briefkit.project.release_log import latest
from briefkit.publishing import edition_folder as folder
from briefkit.publishing import editions_index
from briefkit.publishing.prefetch import Prefetch
from briefkit.report import diff, edition_json
from briefkit.report.model import Report
from briefkit.storage import Store


@dataclass(frozen=True)
class Rendered:
    """One edition made: its folder, what failed in it, how long each step took, and why each section ran or did not."""

    name: str
    folder: Path
    failed: tuple[SectionFailed, ...]
    seconds: Mapping[str, float]
    why: Mapping[str, str] = field(default_factory=dict)


def render(project: Project, wanted: RenderOptions, progress: Progress | None = None) -> Iterator[Rendered]:
    """Execute and render editions; all input is checked before anything runs.

    Parameters
    ----------
    project : Project
        The brief.
    wanted : Wanted
        Which editions, in which formats.
    progress : callable
        Called with edition, section, cells done and cells in all; its `finished`, where it has one, as `Schedule` says.

    Yields
    ------
    Rendered
        Each edition when its folder stands.

    Raises
    ------
    BriefError
        If the ledger, an edition or a notebook cannot be used: with every problem.
    """
    if not wanted.scheduler:
        warm_up()
    ledger, chosen = prepare(project, wanted)
    out = wanted.out or project.root / "build"
    out.mkdir(parents=True, exist_ok=True)
    folder.recover(out)

    prefetch = Prefetch(project, wanted, ledger, lambda edition, results: reported(ledger, edition, results, project))
    for edition, report, results in executed(project, wanted, ledger, chosen, progress, prefetch):
        began = time.monotonic()
        seconds = {result.job.section: result.seconds for result in results if not result.reused}
        failed = tuple(result.error for result in results if result.error)
        name = wanted.folder(edition.name) + (".failed" if failed else "")
        made = folder.write(out, name, report, results, wanted.formats, ledger)
        why = {result.job.section: f"{'reused' if result.reused else 'ran'}: {result.why}" for result in results}
        if "html" in wanted.formats or (out / editions_index.INDEX).exists():
            editions_index.write(out, report.fonts)
        yield Rendered(edition.name, made, failed, seconds | {"pages": time.monotonic() - began}, why)


def executed(
    project: Project,
    wanted: RenderOptions,
    ledger: Ledger,
    chosen: Iterable[Edition],
    progress: Progress | None = None,
    idle: Callable[[Idle], None] | None = None,
) -> Iterator[tuple[Edition, Report, list[Result]]]:
    """Execute editions and read them back; nothing is written.

    Parameters
    ----------
    project, wanted, told
        As for `render`.
    ledger, chosen
        As `prepare` gives them.
    idle : callable
        As `Schedule` calls it.
    """
    within = {"cell_limit": wanted.cell_limit, "section_limit": wanted.section_limit}
    here = not wanted.scheduler and "://" not in wanted.cache
    limits = {**within, "store": wanted.cache if here else ""}
    data = "" if wanted.data is None else str(wanted.data)
    reuse = Reuse(Store(wanted.cache), ledger) if wanted.cache else None
    finished = getattr(progress, "finished", None)
    expect = None if wanted.scheduler else partial(keep_ready, 1)
    with _workers(project, wanted, progress) as submit:
        schedule = Schedule(
            project, submit, reuse, data=data, limits=limits, finished=finished, idle=idle, expect=expect
        )
        for edition, results in schedule.results(chosen):
            yield edition, reported(ledger, edition, results, project), results
    if reuse:
        reuse.close()


def _workers(project: Project, wanted: RenderOptions, progress: Progress | None) -> Any:
    if wanted.scheduler:
        from briefkit.execution.dask_cluster import cluster

        return cluster(wanted.scheduler, project, progress)
    return executor(wanted.jobs or os.cpu_count() or 1, progress)


def prepare(project: Project, wanted: RenderOptions) -> tuple[Ledger, list[Edition]]:
    """Load and check the ledger, the editions and what notebooks declare; nothing runs.

    Raises
    ------
    BriefError
        With every problem found.
    """
    if not sections(project.notebooks):
        found = f'no notebooks such as 01_context.ipynb in "{project.notebooks}"'
        raise BriefError(f"project: {found}, expected a brief's folder; go there or name it with --project")
    wrong: list[Problem] = []
    ledger: Ledger | None = None
    try:
        ledger = load_ledger(wanted.data or project.data, cache="" if wanted.data else wanted.cache)
    except LedgerError as error:
        wrong += error.problems
    chosen = []
    for name in wanted.editions or editions_in(project.params):
        try:
            chosen.append(_edition(project, wanted, name, ledger))
        except (EditionError, NotebookError) as error:
            wrong += error.problems
    if wrong:
        raise Problems(dict.fromkeys(wrong))
    if ledger is None or not chosen:
        raise BriefError(f'editions: found none in "{project.params}", expected a YAML file; write one')
    return ledger, chosen


def reported(ledger: Ledger, edition: Edition, results: Iterable[Result], project: Project) -> Report:
    """The report that an edition's executed sections make; the section that reads the others' claims stands first."""
    results = list(results)
    parts = [_with_error(result.section, result.error) for result in results]
    order = list(ledger.tables["claims"]["claim"])
    settled = sorted((claim for part in parts for claim in part.claims), key=lambda claim: order.index(claim["claim"]))
    resolved = resolve(settled)
    by_name = {claim["claim"]: claim for claim in resolved}
    parts = [_as_resolved(part, [by_name[claim["claim"]] for claim in part.claims]) for part in parts]
    first = [part for part, result in zip(parts, results, strict=True) if "claims" in result.job.parameters]
    rest = [part for part in parts if part not in first]
    about = {"edition": edition.name, "as_of": edition.as_of, "parameters": edition.parameters, **edition.about}
    about["allowed"] = (latest(project.published, edition.name) or {}).get("allowed", [])
    sources = tuple(records(ledger.tables["sources"].drop(columns="line")))
    names = {row[noun]: row["title"] for noun in ("figure", "event") for row in records(ledger.tables[f"{noun}s"])}
    fonts = project.data / "fonts"
    report = Report(
        about, (*first, *rest), tuple(resolved), sources, fonts if fonts.is_dir() else None,
        files=tuple(_offered(results)),
        names=names,
    )  # fmt: skip
    return replace(report, since=_since(project, edition.name, report))


def _since(project: Project, name: str, report: Report) -> dict[str, Any] | None:
    """What changed since the published edition before this one; None where there is none."""
    earlier = [edition for edition in editions_in(project.params) if edition < name]
    before = latest(project.published, earlier[-1]) if earlier else None
    if before is None:
        return None
    found = diff.compare(before["record"], edition_json.record(report))
    turned = [
        one for one in found.claims if one["old"] and one["new"] and one["old"]["verdict"] != one["new"]["verdict"]
    ]
    moved = [{"claim": one["claim"], "old": one["old"]["verdict"]} for one in turned]
    return {"edition": earlier[-1], "figures": len({one["figure"] for one in found.figures}), "claims": moved}


def _edition(project: Project, wanted: RenderOptions, name: str, ledger: Ledger | None) -> Edition:
    edition = load_edition(name, project.params, as_of=wanted.as_of, changes=wanted.changes)
    if ledger is not None:
        check_overrides(edition, ledger.tables["figures"]["figure"])
    check_parameters(edition.given(), sections(project.notebooks), str(edition.path))
    return edition


def _with_error(section: Section, error: SectionFailed | None) -> Section:
    """A section that failed says so, also where no cell raised: time-out, dead kernel, early exit."""
    if error is None:
        return section
    shown = any(block["kind"] == "error" and not block["expected"] for block in section.blocks)
    said = {
        "kind": "error",
        "cell": -1,
        "expected": False,
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": [],
    }
    blocks = section.blocks if shown else [*section.blocks, said]
    return replace(section, status="failed", blocks=blocks)


def _as_resolved(section: Section, claims: Iterable[Mapping[str, Any]]) -> Section:
    """The section with its claims as they stand once all premises are known."""
    moved = [{name: claim[name] for name in ("verdict", "fell", "lowered")} for claim in claims]

    def made() -> Section:
        left = iter(moved)
        return replace(section, blocks=[b | next(left) if b["kind"] == "claim" else b for b in section.blocks])

    return _RESOLVED.get_or_make((section.digest, moved), made)


_RESOLVED = Memo(64)


def _offered(results: Iterable[Result]) -> Iterator[dict[str, str]]:
    yield {"href": "brief.pdf", "text": "The brief as PDF", "kind": "pdf"}
    yield {"href": "edition.json", "text": "Figures, claims and sources for machines", "kind": "json"}
    for result in results:
        name = result.job.notebook.name
        yield {"href": f"notebooks/{name}", "text": f"Executed notebook {name}", "kind": "notebook"}
