"""`briefkit why`: show where a figure, event, claim or source comes from."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from briefkit.cli.console import print_json, print_lineage
from briefkit.cli.progress import status
from briefkit.project.layout import Project
from briefkit.publishing import lineage


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_obj
def why(root: Path, name: str, as_json: bool) -> None:
    """Tell where a figure, event, claim or source comes from.

    Its observations with every vintage and their sources, the sections and cells that read it, and the claims
    that rest on it, directly and through others; of a claim also its verdict in the latest edition. A relation
    is "SUBJECT|RELATION|OBJECT".

    \b
    Examples:
      briefkit why energy.import_share.lng
      briefkit why talks.called_off --json
      briefkit why "Gazprom|signed_mou_with|Mitsui"
    """
    with status(f"looking for {name}") as progress:
        origin = lineage.of_latest_edition(Project(root), name, progress)
    if as_json:
        print_json(asdict(origin))
    else:
        print_lineage(origin)
