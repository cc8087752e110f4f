"""The front door: parse, call, print, exit code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

import briefkit.quick  # noqa: F401
from briefkit import __version__
from briefkit.commands import COMMANDS, parsed, tell_json
from briefkit.errors import BriefError
from briefkit.progress import progress


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="briefkit")
@click.option("--project", default=".", type=click.Path(file_okay=False, path_type=Path), help="The brief's folder.")
@click.option("--traceback", is_flag=True, help="Show where in the code an error was found.")
@click.pass_context
def door(context: click.Context, project: Path, traceback: bool) -> None:
    """Briefs that stay true: as of any day, every number sourced, every conclusion tested again."""
    context.obj = project


@door.command()
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
    """Execute the sections of editions and render them to pages.

    \b
    Examples:
      briefkit render                                  every edition in params/
      briefkit render 2018-10 --to html                one edition, HTML only
      briefkit render 2018-10 --as-of 2020-06-30       as of another day, beside the edition
      briefkit render 2018-10 --set band_low=10        with another parameter

    The pages of an edition stand in build/EDITION/: index.html, brief.pdf, edition.json, sections/,
    notebooks/ and manifest.json. They are swapped in whole; a run that fails or is interrupted leaves
    the last good ones, and what it made stands in build/EDITION.failed/. build/index.html leads to all editions.

    \b
    Exit codes: 0 done; 1 a section failed; 2 wrong input; 130 interrupted.
    """
    from briefkit import build
    from briefkit.project import Project

    wanted = build.Wanted(
        tuple(dict.fromkeys(editions)),
        _formats(formats),
        as_of,
        parsed(changes),
        jobs,
        out,
        cell_timeout,
        section_timeout,
    )
    failed = []
    with progress() as told:
        for made in build.render(Project(root), wanted, told):
            failed += list(made.failed)
            slowest = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in made.seconds.items())
            told.say(f"{made.name}: {made.folder / 'index.html'}  ({slowest})")
    for error in failed:
        click.echo(f"failed: {error}", err=True)
    if failed:
        sys.exit(1)


@door.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_obj
def check(root: Path, as_json: bool) -> None:
    """Check ledger, editions, notebooks and claims without running anything.

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
    from briefkit import check as checking
    from briefkit.project import Project

    errors, warnings = checking.check(Project(root))
    if as_json:
        tell_json({"errors": [str(one) for one in errors], "warnings": [str(one) for one in warnings]})
    else:
        for one in warnings:
            click.secho(f"warning: {one}", fg="yellow")
        for one in errors:
            click.secho(f"error: {one}", fg="red", err=True)
        click.echo(f"{len(errors)} errors, {len(warnings)} warnings")
    if errors:
        sys.exit(2)


for _command in COMMANDS:
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
    from briefkit.export import FORMATS

    names = tuple(name.strip() for name in text.split(",") if name.strip())
    for name in names:
        if name not in FORMATS:
            raise click.BadParameter(f'found "{name}", expected some of {", ".join(FORMATS)}', param_hint="--to")
    return names
