"""Questions about rendered editions, answered on the terminal: what changed, where from, what would move."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from briefkit.errors import EditionError, LedgerError, Problem
from briefkit.execution.progress import Progress
from briefkit.ledger.ledger import append, load_ledger
from briefkit.ledger.periods import is_period
from briefkit.project.layout import Project, editions_in
from briefkit.project.options import RenderOptions
from briefkit.publishing.build import executed, prepare
from briefkit.publishing.lineage import Answer, why
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


def answer(project: Project, name: str, progress: Progress | None = None) -> Answer:
    """What the ledger, and the latest edition's sections, say of one id.

    Raises
    ------
    UnknownName
        If nothing has this id; before anything runs.
    """
    ledger = load_ledger(project.data, cache=str(project.cache.resolve()))
    why(name, ledger)
    report = report_of(project, editions_in(project.params)[-1], progress=progress)
    stands = next((_standing(claim, report.edition) for claim in report.claims if claim["claim"] == name), None)
    return replace(why(name, ledger, report.sections), stands=stands)


def _standing(claim: Mapping[str, Any], edition: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: claim.get(key) for key in ("verdict", "margin", "unit")}
    return {"edition": edition["edition"], "as_of": edition["as_of"], **kept, "fell": list(claim.get("fell") or [])}


def moves(
    project: Project, row: Mapping[str, str], *, today: date | None = None, progress: Progress | None = None
) -> diff.Difference:
    """What one more observation would change in the latest edition; the ledger is left as it is.

    Raises
    ------
    LedgerError
        If the row cannot be believed.
    """
    latest = editions_in(project.params)[-1]
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        data = Path(folder) / "data"
        shutil.copytree(project.data, data)
        try:
            append(data, "observations", row, today=today)
        except LedgerError as error:  # its files are those of the copy
            own = (replace(one, file=str(project.data / Path(one.file).name)) for one in error.problems)
            raise LedgerError(own) from error
        before, after = (
            report_of(project, latest, progress=progress),
            report_of(project, latest, data, progress=progress),
        )
    return _compared(before, after)


def _compared(before: Report, after: Report) -> diff.Difference:
    records = (edition_json.record(before), edition_json.record(after))
    return diff.compare(*records, before.sections, after.sections, names={**before.names, **after.names})


def report_of(project: Project, side: str, data: Path | None = None, *, progress: Progress | None = None) -> Report:
    """The report of an edition, or of one on a day (`EDITION@DAY`), executed but not written.

    Raises
    ------
    BriefError
        If the edition is not there, or a section of it fails.
    """
    name, _, day = side.partition("@")
    if day and not (is_period(day) and len(day) == 10):
        expected = "EDITION or EDITION@DAY, with a day such as 2020-06-30"
        raise EditionError([Problem(side, None, "", f'"{day}"', expected, "correct the day")])
    wanted = RenderOptions((name,), as_of=day, data=data, cache=str(project.cache.resolve()))
    ((_, report, results),) = executed(project, wanted, *prepare(project, wanted), progress)
    failed = [result.error for result in results if result.error]
    if failed:
        raise failed[0]
    return report


# -- on the terminal -----------------------------------------------------------------------------

_SIGNS = {"holds": "✓", "weakened": "△", "overturned": "✗", "unknown": "?"}
_STYLES = {
    "holds": "green",
    "weakened": "yellow",
    "overturned": "red",
    "unknown": "dim",
    "-": "red",
    "+": "green",
    "=": "",
}


def tell_difference(found: diff.Difference) -> None:
    """Print a comparison."""
    console = _console()
    console.print(f"[bold]{_side(found.old)} → {_side(found.new)}[/bold]")
    if found.same:
        console.print("Nothing changed.")
        return
    tell_moves(found)
    console.print(f"\n[bold]Texts[/bold]: {len(found.texts)} paragraphs changed")
    for text in found.texts:
        words = [
            f"[{_STYLES[sign]}]{_plain(part)}[/]" if sign != "=" else _shortened(part) for sign, part in text["marked"]
        ]
        console.print(f"  {text['section']}: {' '.join(words)}")
    console.print(f"\n[bold]Charts[/bold]: {', '.join(chart['chart'] for chart in found.charts) or 'none'} changed")
    for sign, key in (("+", "added"), ("-", "removed")):
        for source in found.sources[key]:
            console.print(f"  [{_STYLES[sign]}]{sign}[/] {_plain(source['publisher'])}: {_plain(source['title'])}")


def tell_moves(found: diff.Difference) -> None:
    """Print the figures and claims that moved."""
    console = _console()
    table = _table("Figures", "Figure", "Old", "New", "Why")
    for one in found.figures:
        title = f"\n{_plain(found.names.get(one['figure'], ''))}" if one["unit"] == "yes or no" else ""
        sides = (_value(one[side], one["unit"], wide=console.width >= 120) for side in ("old", "new"))
        table.add_row(one["figure"] + title, *sides, one["why"] + (", same value" if one["change"] == 0 else ""))
    console.print(table if found.figures else "Figures: none changed")
    table = _table("Claims", "Claim", "Old", "New", "Because of")
    for claim in found.claims:
        table.add_row(claim["claim"], _verdict(claim["old"]), _verdict(claim["new"]), ",\n".join(claim["because"]))
    console.print(table if found.claims else "Claims: none moved")


def tell_answer(found: Answer) -> None:
    """Print what is known of one id."""
    console = _console()
    console.print(f"[bold]{_plain(found.name)}[/bold] ({found.noun})")
    for key, cell in found.about.items():
        if cell and key not in ("figure", "event", "claim"):
            console.print(f"  {key}: {_plain(cell)}")
    if found.rows:
        names = [
            name
            for name in found.rows[0]
            if name not in ("line", found.noun) and any(row[name] != "" for row in found.rows)
        ]
        table = _table("What the ledger holds", "line", *names)
        for row in found.rows:
            table.add_row(str(row["line"]), *(_plain(row[name]) for name in names))
        console.print(table)
    for source in found.sources.values():
        console.print(
            f"  {source['source']}: {_plain(source['publisher'])}, {_plain(source['title'])}  {_plain(source['url'])}"
        )
    if found.stands:
        fell = f", because of {', '.join(found.stands['fell'])}" if found.stands["fell"] else ""
        console.print(f"Verdict in {_side(found.stands)}: {_verdict(found.stands)}{fell}")
    read = "; ".join(f"{section} (cells {', '.join(map(str, cells))})" for section, cells in found.read_in)
    console.print(f"Read in: {read or 'no section'}")
    rests = [f"{claim} (through another)" if distance > 1 else claim for claim, distance in found.rests]
    console.print(f"Claims that rest on it: {', '.join(rests) or 'none'}")


def _console() -> Any:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=200)


def _table(title: str, *columns: str) -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=place == 0 or column == "Because of")  # ids are copied whole
    return table


def _side(head: Mapping[str, Any]) -> str:
    return f"{head['edition']} (as of {head['as_of']})"


def _value(side: Mapping[str, Any] | None, unit: str, *, wide: bool) -> str:
    if side is None:
        return "–"
    amount = ("yes" if side["value"] else "no") if unit == "yes or no" else f"{side['value']:.10g}"
    return (
        f"{amount} ({side['period']}, {side['source']})" if wide else f"{amount} ({side['period']})\n{side['source']}"
    )


def _verdict(side: Mapping[str, Any] | None) -> str:
    if side is None:
        return "–"
    margin = "" if side["margin"] is None else f" {side['margin']:+g}"
    return f"[{_STYLES[side['verdict']]}]{_SIGNS[side['verdict']]} {side['verdict']}[/]{margin}"


def _shortened(words: str) -> str:
    parts = words.split()
    return _plain(words if len(parts) <= 12 else " ".join([*parts[:5], "…", *parts[-5:]]))


def _plain(text: Any) -> str:
    """Text of the ledger, which is no markup."""
    from rich.markup import escape

    return escape(str(text))
