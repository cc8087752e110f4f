"""`briefkit release`: publish an edition, unless something speaks against it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from briefkit.cli.console import parse_pairs
from briefkit.cli.progress import status
from briefkit.project.layout import Project
from briefkit.publishing import release as publishing


@click.command()
@click.argument("edition")
@click.option(
    "--allow", "allowed", multiple=True, metavar="KIND=REASON", help="Set an objection aside; shown on the page."
)
@click.pass_obj
def release(root: Path, edition: str, allowed: tuple[str, ...]) -> None:
    """Publish an edition, unless something speaks against it.

    Refused while anything speaks against it, else recorded in data/published/. Each kind of objection may be
    set aside with --allow KIND=REASON; the page then shows the reason.

    \b
    Kinds:
      errors      briefkit check finds errors
      unchecked   sentences await the fact-checker (briefkit factcheck)
      review      judgements are past their review date
      bytes       two renders differ

    The record holds figures, claims, hashes and what changed since the edition before, chained to the record
    before it.

    \b
    Examples:
      briefkit release 2026-07
      briefkit release 2026-07 --allow review="The panel meets in September."

    \b
    Exit codes: 0 released; 2 refused, with every reason.
    """
    reasons, today = parse_pairs(allowed, "--allow"), date.today().isoformat()
    with status(f"rendering {edition} twice, and comparing") as progress:
        path = publishing.release(Project(root), edition, day=today, allowed=reasons, progress=progress)
    click.echo(path)
