"""`briefkit backtest`: follow the claims through time."""

from __future__ import annotations

from pathlib import Path

import click

from briefkit.cli.progress import progress_bars
from briefkit.project.layout import Project
from briefkit.publishing import backtest as publishing
from briefkit.publishing import editions_index


@click.command()
@click.argument("edition", default="")
@click.option(
    "--from", "since", default="", metavar="DAY", help="First day, month or year.  [default: the claims' own]"
)
@click.option("--to", "until", default="", metavar="DAY", help="Last one.  [default: the last that the ledger knows]")
@click.option("--every", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Sections at once.  [default: one per core]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder.  [default: build/backtest]")
@click.pass_obj
def backtest(root: Path, edition: str, since: str, until: str, every: str, jobs: int | None, out: Path | None) -> int:
    """Follow the claims through time, month by month.

    The parameters are those of EDITION, the latest when none is named. Makes index.html, on which each claim is a
    row through time, with the first day on which each that failed could have been known to, and what did it; and
    claims.csv and claims.parquet, one row per claim and period. The verdicts are those of `render --as-of DAY`.

    \b
    Examples:
      briefkit backtest --from 2012-01
      briefkit backtest 2018-10 --from 2018 --to 2026-07 --every quarter --out build/quarters

    \b
    Exit codes: 0 done; 1 a section failed on some day; 2 wrong input; 130 interrupted.
    """
    project, folder = Project(root), out or root / "build" / "backtest"
    span = publishing.Span(since, until, every)
    with progress_bars() as progress:
        result = publishing.backtest(project, edition, span, jobs=jobs or 0, progress=progress)
    for path in publishing.write(result, folder, project.data / "fonts"):
        click.echo(path)
    if folder.name == editions_index.BACKTEST and (folder.parent / editions_index.INDEX).exists():
        editions_index.write(folder.parent, project.data / "fonts")
    for day, error in result.errors:
        click.echo(f"failed: since {day}: {error}", err=True)
    return int(bool(result.errors))
