"""`briefkit watch`: serve an edition, and render it again on each change."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from briefkit.project.layout import Project
from briefkit.publishing import watch as publishing


@click.command()
@click.argument("edition", default="")
@click.option("--port", default=8018, show_default=True, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option("--no-open", is_flag=True, help="Do not open the page in a browser.")
@click.pass_obj
def watch(root: Path, edition: str, port: int, no_open: bool) -> None:
    """Serve an edition, and render it again on each change.

    The latest edition if none is named.
    The page is served to this machine alone. When ledger, notebooks, editions or the package change it is rendered
    anew and reloads where its reader stands; what went wrong shows in a bar on the last good page. Only HTML is made,
    in build/.watch/: what `render` made stays. On a terminal the page opens in a browser.

    \b
    Examples:
      briefkit watch                                   the latest edition
      briefkit watch 2018-10 --port 0 --no-open        another one, on any free port

    \b
    Exit codes: 0 ended by Ctrl-C; 2 wrong input.
    """
    publishing.watch(Project(root), edition, port=port, opening=sys.stdout.isatty() and not no_open)
