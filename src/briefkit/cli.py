"""The front door: parse, call, print, exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from briefkit import __version__
from briefkit.errors import BriefError

RENDER_HELP = """Execute the sections of editions and render them to pages.

\b
Examples:
  briefkit render                                  every edition in params/
  briefkit render 2018-10 --to html                one edition, HTML only
  briefkit render 2018-10 --as-of 2020-06-30       as of another day, beside the edition
  briefkit render 2018-10 --set band_low=10        with another parameter

The pages of an edition stand in build/EDITION/: index.html, brief.pdf, edition.json, sections/,
notebooks/ and manifest.json. They are swapped in whole; a run that fails or is interrupted leaves
the last good ones, and what it made stands in build/EDITION.failed/.

\b
Exit codes: 0 done; 1 a section failed; 2 wrong input; 130 interrupted.
"""
CHECK_HELP = """Check ledger, editions, notebooks and claims without running anything.

Errors are what `render` would refuse, or what would make the page untrue: claims that no section
settles or that two do, digits typed in prose, parameters assigned again. Warnings are what an
editor should look at.

\b
Examples:
  briefkit check
  briefkit check --json | jq .errors

\b
Exit codes: 0 no errors; 2 errors.
"""


DIFF_HELP = """Compare two editions, or one edition on two days.

Each side is EDITION or EDITION@DAY; both are rendered from the ledger as it stands, so nothing stale
is compared. Figures come with old and new value, source and reason (new period, correction, other source,
override), claims with the premises that moved them, texts word by word.

\b
Examples:
  briefkit diff 2018-10 2022-04
  briefkit diff 2018-10 2018-10@2020-06-30
  briefkit diff 2022-04 2026-07 --html build/diff.html
  briefkit diff 2022-04 2026-07 --json | jq .claims

\b
Exit codes: 0 done; with --exit-code 1 if anything differs; 2 wrong input.
"""
WHY_HELP = """Tell where a figure, event, relation, claim or source comes from.

Its observations with every vintage and their sources, the sections and cells that read it, and the claims
that rest on it, directly and through others. A relation is "SUBJECT|RELATION|OBJECT".

\b
Examples:
  briefkit why energy.import_share.lng
  briefkit why talks.called_off --json
  briefkit why "Gazprom|signed_mou_with|Mitsui"
"""
ADD_HELP = """Append one observation to the ledger, checked.

A correction is a new row with a later --published, never an edit. On a terminal it first shows which claims
the row would move in the latest edition, and asks.

\b
Examples:
  briefkit add energy.import_share.lng 2025 8.8 --published 2026-01-29 --source mof_trade
  briefkit add energy.import_share.lng 2025 8.9 --published 2026-03-30 --source mof_trade --status "verified;derived"

\b
Exit codes: 0 written; 1 not wanted after all; 2 wrong input, nothing written.
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="briefkit")
@click.option("--project", default=".", type=click.Path(file_okay=False, path_type=Path), help="The brief's folder.")
@click.option("--traceback", is_flag=True, help="Show where in the code an error was found.")
@click.pass_context
def door(context: click.Context, project: Path, traceback: bool) -> None:
    """Briefs that stay true: as of any day, every number sourced, every conclusion tested again."""
    context.obj = project


@door.command(help=RENDER_HELP)
@click.argument("editions", nargs=-1)
@click.option("--to", "formats", default="html,pdf,json", show_default=True, metavar="FORMATS", help="Which of these.")
@click.option("--as-of", default="", metavar="DAY", help="Render as of this day, such as 2020-06-30.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be given again.")
@click.option("--jobs", default=0, metavar="N", help="Sections at once.  [default: one per core]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Where to put them.  [default: build]")
@click.option("--cell-timeout", default=120.0, show_default=True, metavar="SECONDS", help="Limit for one cell.")
@click.option("--section-timeout", default=300.0, show_default=True, metavar="SECONDS", help="Limit for a section.")
@click.pass_obj
def render(
    root: Path,
    editions: tuple[str, ...],
    formats: str,
    as_of: str,
    changes: tuple[str, ...],
    jobs: int,
    out: Path | None,
    cell_timeout: float,
    section_timeout: float,
) -> None:
    """Render editions; see RENDER_HELP."""
    from briefkit import build

    wanted = build.Wanted(
        tuple(dict.fromkeys(editions)),
        _formats(formats),
        as_of,
        _changes(changes),
        jobs,
        out,
        cell_timeout,
        section_timeout,
    )
    failed = []
    with _progress() as told:
        for made in build.render(build.Project(root), wanted, told):
            failed += list(made.failed)
            slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in made.seconds.items())
            told.say(f"{made.name}: {made.folder / 'index.html'}  ({slowest})")
    for error in failed:
        click.echo(f"failed: {error}", err=True)
    if failed:
        sys.exit(1)


@door.command(help=CHECK_HELP)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_obj
def check(root: Path, as_json: bool) -> None:
    """Check the brief; see CHECK_HELP."""
    from briefkit import check as checking
    from briefkit.build import Project

    errors, warnings = checking.check(Project(root))
    if as_json:
        _json({"errors": [str(one) for one in errors], "warnings": [str(one) for one in warnings]})
    else:
        for one in warnings:
            click.secho(f"warning: {one}", fg="yellow")
        for one in errors:
            click.secho(f"error: {one}", fg="red", err=True)
        click.echo(f"{len(errors)} errors, {len(warnings)} warnings")
    if errors:
        sys.exit(2)


@door.command(help=DIFF_HELP)
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@click.pass_obj
def diff(root: Path, old: str, new: str, as_json: bool, html: Path | None, exit_code: bool) -> None:
    """Compare editions; see DIFF_HELP."""
    from briefkit import reports
    from briefkit.build import Project

    found = reports.difference(Project(root), old, new)
    if html is not None:
        from briefkit.export.difference import render as page

        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(page(found), encoding="utf-8")
        click.echo(html)
    elif as_json:
        _json(found.as_dict())
    else:
        reports.tell_difference(found)
    if exit_code and not found.same:
        sys.exit(1)


@door.command(help=WHY_HELP)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_obj
def why(root: Path, name: str, as_json: bool) -> None:
    """Tell where an id comes from; see WHY_HELP."""
    from dataclasses import asdict

    from briefkit import reports
    from briefkit.build import Project

    answer = reports.answer(Project(root), name)
    if as_json:
        _json(asdict(answer))
    else:
        reports.tell_answer(answer)


@door.command(help=ADD_HELP)
@click.argument("figure")
@click.argument("period")
@click.argument("value")
@click.option("--published", required=True, metavar="DAY", help="When the value could first be known.")
@click.option("--source", required=True, metavar="ID", help="Who says so; an id of sources.csv.")
@click.option("--low", default="", help="Lower end, where the source gives a range.")
@click.option("--high", default="", help="Upper end.")
@click.option(
    "--status", default="verified", show_default=True, help="verified or recalled, then marks such as ;forecast."
)
@click.option("--note", default="", help="A few words for whoever checks it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def add(root: Path, figure: str, period: str, value: str, yes: bool, **cells: str) -> None:
    """Append an observation; see ADD_HELP."""
    from briefkit import reports
    from briefkit.build import Project
    from briefkit.ledger import append

    project = Project(root)
    row = {"figure": figure, "period": period, "value": value, **cells}
    if sys.stdin.isatty() and not yes:
        reports.tell_moves(reports.moves(project, row))
        click.confirm("Write it?", default=True, abort=True)
    line = append(project.data, "observations", row)
    click.echo(f"{project.data / 'observations.csv'}:{line}: {figure}, {period}: {value}")


def _json(value: Any) -> None:
    import json

    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def main() -> None:
    """Entry point: holds the only `except BriefError`."""
    try:
        door(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BriefError as error:
        if "--traceback" in sys.argv:
            raise
        click.echo(error, err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was rendered before still stands", err=True)
        sys.exit(130)


def _formats(text: str) -> tuple[str, ...]:
    from briefkit.export import FORMATS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f'found "{name}", expected some of {", ".join(FORMATS)}', param_hint="--to")
    return names


def _changes(pairs: tuple[str, ...]) -> dict[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise click.BadParameter(f'found "{pair}", expected NAME=VALUE', param_hint="--set")
    return dict(pair.split("=", 1) for pair in pairs)


class _Lines:
    """Progress where nobody watches: one line when a section is done."""

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        if done == cells:
            self.say(f"{edition} {section}: {cells} cells")

    def say(self, text: str) -> None:
        """One line to standard output."""
        click.echo(text)


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar per section on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield _Lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns) as bars:
        yield _Bars(bars)


class _Bars:
    """Progress on a terminal."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[tuple[str, str], Any] = {}

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        key = (edition, section)
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(f"{edition} {section}", total=cells)
        self._bars.update(self._tasks[key], completed=done)
        if done == cells:
            self._bars.stop_task(self._tasks[key])

    def say(self, text: str) -> None:
        """One line above the bars."""
        self._bars.console.print(text, highlight=False, soft_wrap=True)
