"""`briefkit check`: find what is wrong with a brief without running anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import click

from briefkit.cli.console import counted, print_json
from briefkit.errors import Problem
from briefkit.project.layout import Project
from briefkit.publishing import check as publishing


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("-v", "--verbose", is_flag=True, help="Show every warning, not three of a kind.")
@click.pass_obj
def check(root: Path, as_json: bool, verbose: bool) -> int:
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
    errors, warnings = publishing.check(Project(root), date.today())
    if as_json:
        print_json({"errors": [str(error) for error in errors], "warnings": [str(warning) for warning in warnings]})
    else:
        for error in errors:
            click.secho(f"error: {error}", fg="red", err=True)
        _print_warnings(warnings, len(warnings) if verbose else 3)
        click.echo(f"{counted(len(errors), 'error')}, {counted(len(warnings), 'warning')}")
    return 2 if errors else 0


def _print_warnings(warnings: Sequence[Problem], most: int) -> None:
    """Print warnings kind by kind, at most `most` of each."""
    for kind in dict.fromkeys(warning.kind for warning in warnings):
        alike = [warning for warning in warnings if warning.kind == kind]
        click.secho(f"{counted(len(alike), 'warning')}: {kind}", fg="yellow")
        for warning in alike[:most]:
            click.echo(f"  {warning}")
        if alike[most:]:
            click.echo(f"  and {len(alike[most:])} more; show all with --verbose")
