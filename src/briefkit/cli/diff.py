"""`briefkit diff`: compare two editions, or one edition on two days."""

from __future__ import annotations

from pathlib import Path

import click

from briefkit.cli.console import print_difference, print_json
from briefkit.cli.progress import status
from briefkit.project.layout import Project
from briefkit.publishing import compare
from briefkit.report import diff_page


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@click.pass_obj
def diff(root: Path, old: str, new: str, as_json: bool, html: Path | None, exit_code: bool) -> int:
    """Compare two editions, or one edition on two days.

    Each side is EDITION or EDITION@DAY; both are rendered from the ledger as it stands, so nothing stale
    is compared. Figures come with old and new value, source and reason (new period, correction, other source,
    override), claims with the premises that moved them, texts word by word.

    \b
    Examples:
      briefkit diff 2018-10 2022-04
      briefkit diff 2018-10 2018-10@2020-06-30
      briefkit diff 2022-04 2026-07 --html build/diff.html
      briefkit diff 2022-04 2026-07 --json | jq .claims

    \b
    Exit codes: 0 done; with --exit-code 1 if anything differs; 2 wrong input.
    """
    with status(f"comparing {old} and {new}") as progress:
        difference = compare.difference(Project(root), old, new, progress)
    if html is not None:
        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(diff_page.render(difference), encoding="utf-8")
        click.echo(html)
    elif as_json:
        print_json(difference.as_dict())
    else:
        print_difference(difference)
    return int(exit_code and not difference.same)
