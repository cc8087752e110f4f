"""`briefkit factcheck`: write the sheet for whoever checks the facts."""

from __future__ import annotations

from pathlib import Path

import click

from briefkit.cli.progress import status
from briefkit.project.layout import Project
from briefkit.publishing import factcheck as publishing


@click.command()
@click.argument("edition")
@click.pass_obj
def factcheck(root: Path, edition: str) -> None:
    """Write the sheet of an edition for whoever checks the facts.

    Every sentence with its numbers, their observations, sources and addresses, its claim and verdict, and columns
    for checker, date and decision. What was decided stays when the sheet is written again; what changed since is open.
    """
    with status(f"reading the sentences of {edition}") as progress:
        paths = publishing.write(Project(root), edition, progress)
    for path in paths:
        click.echo(path)
