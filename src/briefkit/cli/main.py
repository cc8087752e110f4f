"""The front door: parse, call, print, exit code."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

import briefkit.execution.startup  # noqa: F401
from briefkit import __version__
from briefkit.cli import backtest
from briefkit.cli.commands import COMMANDS, parsed, tell_json
from briefkit.cli.progress import progress_bars
from briefkit.errors import BriefError
from briefkit.execution.forkserver import remembered


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="briefkit")
@click.option("--project", default=".", type=click.Path(file_okay=False, path_type=Path), help="The brief's folder.")
@click.option("--traceback", is_flag=True, help="Show where in the code an error was found.")
@click.pass_context
def door(context: click.Context, project: Path, traceback: bool) -> None:
    """Briefs that stay true: as of any day, every number sourced, every conclusion tested again."""
    context.obj = project


class _Place(click.Path):
    """A folder, or an address that fsspec opens."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A path, or where it is no folder of this machine an `Address`."""
        text = str(value).removeprefix("file://")
        if "://" not in text:
            return super().convert(text, param, ctx)
        from briefkit.publishing.remote import Address

        return Address(text)


@door.command()
@click.argument("editions", nargs=-1)
@click.option("--to", "formats", default="html,pdf,json", show_default=True, metavar="FORMATS", help="Which of these.")
@click.option("--as-of", default="", metavar="DAY", help="Render as of this day, such as 2020-06-30.")
@click.option("--set", "changes", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be given again.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Sections at once.  [default: one per core]")
@click.option("--out", type=_Place(), metavar="PLACE", help="A folder, or s3://bucket/briefs.  [default: build]")
@click.option("--no-cache", is_flag=True, help="Execute everything, and keep nothing.")
@click.option("--cache", default="", metavar="ADDRESS", help="Keep results here, such as s3://bucket/briefs.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Run on Dask: tcp://host:8786, or local:2.")
@click.option("--explain", is_flag=True, help="Say of each section why it ran, or did not.")
@click.option("--cell-timeout", default=120.0, show_default=True, metavar="SECONDS", help="Limit for one cell.")
@click.option("--section-timeout", default=300.0, show_default=True, metavar="SECONDS", help="Limit for a section.")
@click.pass_obj
def render(
    root: Path,
    editions: tuple[str, ...],
    formats: str,
    as_of: str,
    changes: tuple[str, ...],
    jobs: int | None,
    out: Any,
    no_cache: bool,
    cache: str,
    scheduler: str,
    explain: bool,
    cell_timeout: float,
    section_timeout: float,
) -> None:
    """Execute the sections of editions and render them to pages.

    \b
    Examples:
      briefkit render                                  every edition in params/
      briefkit render 2018-10 --to html                one edition, HTML only
      briefkit render 2018-10 --as-of 2020-06-30       as of another day, beside the edition
      briefkit render 2018-10 --set band_low=10        with another parameter
      briefkit render --out s3://bucket/briefs         into an object store

    The pages of an edition stand in build/EDITION/: index.html, brief.pdf, edition.json, sections/,
    notebooks/ and manifest.json. They are swapped in whole; a run that fails or is interrupted leaves
    the last good ones, and what it made stands in build/EDITION.failed/. build/index.html leads to all editions.
    At any other address that fsspec opens, an edition's files come first and its manifest.json last.

    A section runs again only when something that it read has changed: its code, a parameter that it names, an
    observation, the package, a library. Results are kept in .briefkit_cache/; see also: briefkit cache.

    \b
    Exit codes: 0 done; 1 a section failed; 2 wrong input; 130 interrupted.
    """
    from briefkit.project.layout import Project, editions_in
    from briefkit.project.options import RenderOptions
    from briefkit.publishing.up_to_date import Standing

    away = None if isinstance(out, Path) else out
    project, where, began = Project(root), out or root / "build", time.monotonic()
    names, kept = list(dict.fromkeys(editions)) or editions_in(project.params), cache or str(project.cache.resolve())
    wanted = RenderOptions(
        tuple(names), _formats(formats), as_of, parsed(changes), jobs or 0, None if away else out,
        cell_timeout, section_timeout, cache="" if no_cache else kept, scheduler=scheduler,
    )  # fmt: skip
    standing = None if no_cache or away else Standing(project, wanted)
    failed: list[BriefError] = []
    with progress_bars() as progress:
        stand = [name for name in names if standing and standing.stands(where / wanted.folder(name))]
        for name in stand:
            progress.say(f"{name}: {where.joinpath(wanted.folder(name), 'index.html')}  (nothing changed)")
        if len(stand) < len(names) or not names:
            if not scheduler:
                from briefkit.execution.forkserver import warm_up

                warm_up()  # imports what notebooks need, while the next lines import what this command needs

            from briefkit.project.notebooks import sections
            from briefkit.publishing import build, remote

            progress.total = (len(names) - len(stand)) * len(sections(project.notebooks))
            left = replace(wanted, editions=tuple(name for name in names if name not in stand))
            for made in remote.render(project, left, away, progress) if away else build.render(project, left, progress):
                failed += made.failed
                if standing and not made.failed:
                    standing.note(made.folder)
                _tell_made(progress, made, where.joinpath(made.folder.name, "index.html"), explain=explain)
        if names and not failed:
            opened = _where(where, wanted.folder(names[-1]), formats)
            progress.say(f"{_counted(len(names), 'edition')} in {time.monotonic() - began:.0f} s; {opened}")
    for error in failed:
        click.echo(f"failed: {error}", err=True)
    if failed:
        sys.exit(1)


def _where(where: Any, folder: str, formats: str) -> str:
    """What to open."""
    if "html" in formats:
        return f"open {where.joinpath(folder, 'index.html')}{' (PDF: brief.pdf beside it)' if 'pdf' in formats else ''}"
    return f"open {where.joinpath(folder, 'brief.pdf')}" if "pdf" in formats else f"look into {where.joinpath(folder)}"


def _tell_made(progress: Any, made: Any, page: object, *, explain: bool) -> None:
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in made.seconds.items())
    reused = sum(why.startswith("reused") for why in made.why.values())
    progress.say(f"{made.name}: {page}  ({steps}{f'; {reused} reused' if reused else ''})")
    for section, why in made.why.items() if explain else ():
        progress.say(f"  {section} {why}")


@door.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("-v", "--verbose", is_flag=True, help="Show every warning, not three of a kind.")
@click.pass_obj
def check(root: Path, as_json: bool, verbose: bool) -> None:
    """Find what is wrong or worth a look, without running anything.

    Errors are what `render` would refuse, or what would make the page untrue: claims that no section
    settles or that two do, digits typed in prose, parameters assigned again. Warnings are what an
    editor should look at; in a git repository also rows of the last commit that were changed.

    \b
    Examples:
      briefkit check
      briefkit check --verbose
      briefkit check --json | jq .errors

    \b
    Exit codes: 0 no errors; 2 errors.
    """
    from datetime import date

    from briefkit.project.layout import Project
    from briefkit.publishing import check as checking

    errors, warnings = checking.check(Project(root), date.today())
    if as_json:
        tell_json({"errors": [str(one) for one in errors], "warnings": [str(one) for one in warnings]})
    else:
        for one in errors:
            click.secho(f"error: {one}", fg="red", err=True)
        _tell_warnings(warnings, len(warnings) if verbose else 3)
        click.echo(f"{_counted(len(errors), 'error')}, {_counted(len(warnings), 'warning')}")
    if errors:
        sys.exit(2)


def _tell_warnings(warnings: Sequence[Any], most: int) -> None:
    """Warnings kind by kind, `most` of each."""
    for kind in dict.fromkeys(one.kind for one in warnings):
        alike = [one for one in warnings if one.kind == kind]
        click.secho(f"{_counted(len(alike), 'warning')}: {kind}", fg="yellow")
        for one in alike[:most]:
            click.echo(f"  {one}")
        if alike[most:]:
            click.echo(f"  and {len(alike[most:])} more; show all with --verbose")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


for _command in [*COMMANDS, *backtest.COMMANDS]:
    door.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Entry point: holds the only `except BriefError`.

    Parameters
    ----------
    arguments : sequence of str
        Those of the command line when None.
    """
    given = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with remembered():
            door(given, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except BriefError as error:
        if "--traceback" in given:
            raise
        click.echo(error, err=True)
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted; what was rendered before still stands", err=True)
        sys.exit(130)


def _formats(text: str) -> tuple[str, ...]:
    from briefkit.report.model import FORMATS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f'found "{name}", expected some of {", ".join(FORMATS)}', param_hint="--to")
    return names
