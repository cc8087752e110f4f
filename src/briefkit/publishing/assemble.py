"""Assemble the report of an edition from the results of its sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from briefkit.analysis.premises import resolve
from briefkit.errors import SectionFailed
from briefkit.execution.run import Result
from briefkit.hashing import Memo
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.readings import records
from briefkit.notebook.outputs import Section
from briefkit.project.edition import Edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.release_log import latest
from briefkit.report import diff, edition_json
from briefkit.report.model import Report


def assemble(project: Project, ledger: Ledger, edition: Edition, results: Sequence[Result]) -> Report:
    """Make the report of an edition; the section that reads the others' claims stands first.

    Parameters
    ----------
    project : Project
        The brief, of which the records of published editions are read.
    ledger : Ledger
        For the order of claims, sources and the titles of figures and events.
    edition : Edition
        Whose report it is.
    results : sequence of Result
        One for each section, in the order of the notebooks; dependent ones may be missing while they still run.
    """
    sections = [_with_error(result.section, result.error) for result in results]
    order = list(ledger.tables["claims"]["claim"])
    settled = sorted(
        (claim for part in sections for claim in part.claims), key=lambda claim: order.index(claim["claim"])
    )
    claims = resolve(settled)
    by_name = {claim["claim"]: claim for claim in claims}
    sections = [_with_claims(part, [by_name[claim["claim"]] for claim in part.claims]) for part in sections]
    first = {result.job.section for result in results if "claims" in result.job.parameters}
    about = {"edition": edition.name, "as_of": edition.as_of, "parameters": edition.parameters, **edition.about}
    about["allowed"] = (latest(project.published, edition.name) or {}).get("allowed", [])
    fonts = project.data / "fonts"
    report = Report(
        edition=about,
        sections=tuple(sorted(sections, key=lambda part: part.section not in first)),
        claims=tuple(claims),
        sources=tuple(records(ledger.tables["sources"].drop(columns="line"))),
        fonts=fonts if fonts.is_dir() else None,
        files=tuple(_files(results)),
        names={row[noun]: row["title"] for noun in ("figure", "event") for row in records(ledger.tables[f"{noun}s"])},
    )
    return replace(report, since=_since(project, edition.name, report))


def _since(project: Project, name: str, report: Report) -> dict[str, Any] | None:
    """Count what changed since the published edition before this one; None where there is none."""
    earlier = [edition for edition in editions_in(project.params) if edition < name]
    release = latest(project.published, earlier[-1]) if earlier else None
    if release is None:
        return None
    difference = diff.compare(release["record"], edition_json.record(report))
    moved = [
        {"claim": claim["claim"], "old": claim["old"]["verdict"]}
        for claim in difference.claims
        if claim["old"] and claim["new"] and claim["old"]["verdict"] != claim["new"]["verdict"]
    ]
    figures = {figure["figure"] for figure in difference.figures}
    return {"edition": earlier[-1], "figures": len(figures), "claims": moved}


def _with_error(section: Section, error: SectionFailed | None) -> Section:
    """Append the error of a section that failed where no cell shows one: time-out, dead kernel, early exit."""
    if error is None:
        return section
    shown = any(block["kind"] == "error" and not block["expected"] for block in section.blocks)
    block = {
        "kind": "error",
        "cell": -1,
        "expected": False,
        "ename": type(error).__name__,
        "evalue": str(error),
        "traceback": [],
    }
    return replace(section, status="failed", blocks=section.blocks if shown else [*section.blocks, block])


def _with_claims(section: Section, claims: Iterable[Mapping[str, Any]]) -> Section:
    """Put the verdicts that claims have once all premises are known into their blocks, in order."""
    verdicts = [
        {name: claim[name] for name in ("verdict", "overturned_premises", "weakened_by_premises")} for claim in claims
    ]

    def make() -> Section:
        left = iter(verdicts)
        blocks = [block | next(left) if block["kind"] == "claim" else block for block in section.blocks]
        return replace(section, blocks=blocks)

    return _SECTIONS.get_or_make((section.digest, verdicts), make)


_SECTIONS = Memo(64)


def _files(results: Iterable[Result]) -> Iterator[dict[str, str]]:
    """List what is offered beside the page."""
    yield {"href": "brief.pdf", "text": "The brief as PDF", "kind": "pdf"}
    yield {"href": "edition.json", "text": "Figures, claims and sources for machines", "kind": "json"}
    for result in results:
        name = result.job.notebook.name
        yield {"href": f"notebooks/{name}", "text": f"Executed notebook {name}", "kind": "notebook"}
