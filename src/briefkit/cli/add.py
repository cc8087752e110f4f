"""`briefkit add`: append one checked observation to the ledger."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import click

from briefkit.cli.console import print_moves
from briefkit.cli.progress import status
from briefkit.ledger.ledger import append
from briefkit.project.layout import Project
from briefkit.publishing import compare


class NegativeValues(click.Command):
    """A command whose arguments may be negative numbers, which otherwise look like options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Ignore unknown options where an argument is a negative number."""
        ctx.ignore_unknown_options = any(re.match(r"-\.?\d", word) for word in args)
        return super().parse_args(ctx, args)


@click.command(cls=NegativeValues)
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
def add(root: Path, figure: str, period: str, value: str, yes: bool, **cells: str) -> int:
    """Append one observation to the ledger, checked.

    A correction is a new row with a later --published, never an edit. A value may be negative; --published is never
    after today. On a terminal it first shows which claims the row would move in the latest edition, and asks.

    \b
    Examples:
      briefkit add energy.import_share.lng 2025 8.8 --published 2026-01-29 --source mof_trade
      briefkit add trade.total.jpy 2025 1080.5 --published 2026-01 --source mof_trade --status "recalled;derived"
      briefkit add trade.balance.usd 2025 -8.8 --published 2026-01-29 --source mof_trade

    \b
    Exit codes: 0 written; 1 not wanted after all; 2 wrong input, nothing written.
    """
    project, today = Project(root), date.today()
    row = {"figure": figure, "period": period, "value": value, **cells}
    if sys.stdin.isatty() and not yes:
        with status("comparing the latest edition with and without the row") as progress:
            difference = compare.moves(project, [row], today=today, progress=progress)
        print_moves(difference)
        if not click.confirm("Write it?", default=False):
            return 1
    line = append(project.data, "observations", row, today=today)
    click.echo(f"{project.data / 'observations.csv'}:{line}: {figure}, {period}: {value}")
    return 0
