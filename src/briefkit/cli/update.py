"""`briefkit update`: bring in what the feeds have, after showing what it would move."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from briefkit.cli.console import counted, print_json, print_moves
from briefkit.cli.progress import status
from briefkit.cli.update_tables import print_replay, print_update, update_record
from briefkit.feeds.archive import Archive
from briefkit.project.layout import Project
from briefkit.publishing.replay import replay as replayed
from briefkit.publishing.update import Update, append, look, preview


@click.command()
@click.argument("feeds", nargs=-1, metavar="[FEED…]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Show, and write nothing: no row, no document.")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable; writes only with --yes.")
@click.option("--accept", "accepted", multiple=True, metavar="FIGURE", help="Take a jump of this figure; repeatable.")
@click.option("--archive", "place", default="", metavar="ADDRESS", help="Keep documents here.  [default: data/archive]")
@click.option("--no-archive", is_flag=True, help="Keep no documents.")
@click.option("--no-preview", is_flag=True, help="Do not work out what would move.")
@click.option("--replay", is_flag=True, help="Build the fed rows again from the archive, and compare.")
@click.option("--edition", default="", metavar="NEW", help="Then make, render and compare the next edition.")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Fetch on Dask: tcp://host:8786, or local:2.")
@click.option("--verbose", "-v", is_flag=True, help="Show every row, not twenty of a kind.")
@click.pass_obj
def update(root: Path, feeds: tuple[str, ...], place: str, no_archive: bool, replay: bool, **options: Any) -> int:
    """Bring in what the feeds have, after showing what it would move.

    Feeds stand in data/feeds/. What they bring is compared with what the ledger knows of each figure, period and
    source: new, revised, withdrawn, unchanged, unexpected. What is unexpected (another unit or rhythm, a jump beyond
    what the series ever did, a series that vanished) is kept back. Then the latest edition, as of today, is evaluated
    with and without the rows, and you are asked; all rows are appended, or none.

    \b
    Examples:
      briefkit update                          all feeds
      briefkit update boj_rates --dry-run      one feed, nothing written
      briefkit update --yes --edition 2026-12  the monthly job: update, edition, render, diff
      briefkit update --replay                 the fed rows again, from the archive

    \b
    Exit codes: 0 nothing new; 3 changed, or would change; 2 wrong input, or something unexpected; 4 a source could
    not be reached (the others are done); 1 a section of the new edition failed; 130 interrupted.
    """
    project = Project(root)
    archive = None if no_archive else Archive(place or str(project.archive))
    if replay:
        if archive is None:
            raise click.UsageError("--replay needs the archive")
        with status("building the fed rows again"):
            found = replayed(project, archive, feeds)
        print_replay(found, as_json=options["as_json"])
        return 2 if found.lost or found.extra or found.wrong else 0
    return _update(project, feeds, archive, **options)


def _update(
    project: Project,
    feeds: Sequence[str],
    archive: Archive | None,
    *,
    yes: bool,
    dry_run: bool,
    as_json: bool,
    accepted: tuple[str, ...],
    no_preview: bool,
    edition: str,
    scheduler: str,
    verbose: bool,
) -> int:
    today = date.today()
    how: Mapping[str, Any] = {"archive": archive, "keep": not dry_run, "accepted": accepted, "scheduler": scheduler}
    with status("fetching feeds") as progress:
        found = look(project, feeds, today=today, progress=progress, **how)
    if not as_json:
        print_update(found, most=sys.maxsize if verbose else 20)
    moves = None
    if not no_preview and found.rows:
        with status("comparing the latest edition with and without the rows") as progress:
            moves = preview(project, found.rows, today=today, progress=progress)
        if moves is not None and not as_json:
            print_moves(moves)
    written = 0
    if found.rows and not dry_run and _confirmed(found, yes, as_json):
        written = append(project, found, today=today, accepted=accepted)
    if as_json:
        print_json(update_record(found, moves, written))
    elif found.rows:
        click.echo(f"{counted(written, 'row')} appended to {project.data / 'observations.csv'}")
    if edition and not dry_run:
        _next_edition(project, edition, today, as_json)
    return found.exit_code


def _confirmed(found: Update, yes: bool, as_json: bool) -> bool:
    """Return whether the rows may be written: asked on a terminal, and never assumed elsewhere."""
    if yes:
        return True
    if as_json or not sys.stdin.isatty():
        click.echo("nothing was written: say --yes where nobody can be asked", err=True)
        return False
    return click.confirm(f"Append {counted(len(found.rows), 'row')}?", default=False)


def _next_edition(project: Project, name: str, today: date, as_json: bool) -> None:
    """Make the next edition, render it, and show what changed since the last one."""
    from briefkit.publishing.next_edition import compared_with_last, make_edition, render_edition

    last = make_edition(project, name, today)
    with status(f"rendering {name}") as progress:
        failed = render_edition(project, name, progress)
    if failed:
        raise failed
    with status(f"comparing {name} and {last}") as progress:
        difference = compared_with_last(project, name, last, progress)
    if not as_json:
        from briefkit.cli.console import print_difference

        print_difference(difference)
