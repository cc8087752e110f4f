"""`briefkit verify`: rebuild an edition and compare the bytes."""

from __future__ import annotations

from pathlib import Path

import click

from briefkit.cli.progress import status
from briefkit.project.layout import Project
from briefkit.publishing import release


@click.command()
@click.argument("edition")
@click.pass_obj
def verify(root: Path, edition: str) -> int:
    """Rebuild an edition and compare it with its last build.

    Nothing is reused, and every byte of every file counts.

    \b
    Examples:
      briefkit verify 2026-07

    \b
    Exit codes: 0 the same; 1 different, with the first difference; 2 wrong input.
    """
    with status(f"rendering {edition} again") as progress:
        difference = release.verify(Project(root), edition, progress)
    click.echo(difference or f"{edition}: the same bytes")
    return int(bool(difference))
