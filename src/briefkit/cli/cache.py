"""`briefkit cache`: show the results kept between runs, and prune them."""

from __future__ import annotations

from pathlib import Path

import click

from briefkit.project.layout import Project
from briefkit.storage import Store


@click.command()
@click.option("--prune", is_flag=True, help="Remove what was used longest ago, down to the limit.")
@click.option("--limit", default=500, show_default=True, metavar="MB", help="How much may stay.")
@click.option("--address", default="", metavar="ADDRESS", help="Another store than the brief's own.")
@click.pass_obj
def cache(root: Path, prune: bool, limit: int, address: str) -> None:
    """Show the results and charts kept between runs, and prune them.

    A section's result is kept under all that it depends on, a chart under all that it is drawn from, and each is used
    again while none of that has changed. Removing them is always safe: what is missing is made again.

    \b
    Examples:
      briefkit cache
      briefkit cache --prune --limit 100
    """
    store = Store(address or str(Project(root).cache.resolve()))
    removed = store.prune(limit * 1_000_000) if prune else 0
    files = store.files()
    click.echo(f"{store.address}: {len(files)} files, {sum(size for _, size, _ in files) / 1e6:.1f} MB")
    if prune:
        click.echo(f"removed {removed / 1e6:.1f} MB")
