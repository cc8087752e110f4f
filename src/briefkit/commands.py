"""Commands about editions that stand: compare, trace, append, verify, check facts, release, cache."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 if anything differs.")
@click.pass_obj
def diff(root: Path, old: str, new: str, as_json: bool, html: Path | None, exit_code: bool) -> None:
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
    from briefkit import reports
    from briefkit.project import Project

    found = reports.difference(Project(root), old, new)
    if html is not None:
        from briefkit.export.difference import render as page

        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(page(found), encoding="utf-8")
        click.echo(html)
    elif as_json:
        tell_json(found.as_dict())
    else:
        reports.tell_difference(found)
    if exit_code and not found.same:
        sys.exit(1)


@click.command()
@click.argument("edition")
@click.pass_obj
def verify(root: Path, edition: str) -> None:
    """Rebuild an edition and compare it, byte by byte, with its last build.

    \b
    Exit codes: 0 the same; 1 different, with the first difference; 2 wrong input.
    """
    from briefkit import release as releasing
    from briefkit.project import Project

    difference = releasing.verify(Project(root), edition)
    click.echo(difference or f"{edition}: the same bytes")
    if difference:
        sys.exit(1)


@click.command()
@click.argument("edition")
@click.pass_obj
def factcheck(root: Path, edition: str) -> None:
    """Write the line-by-line sheet of an edition for whoever checks the facts.

    Every sentence with its numbers, their observations, sources and addresses, its claim and verdict, and columns
    for checker, date and decision. What was decided stays when the sheet is written again; what changed since is open.
    """
    from briefkit import factcheck as checking
    from briefkit.project import Project

    for path in checking.write(Project(root), edition):
        click.echo(path)


@click.command()
@click.argument("edition")
@click.option(
    "--allow", "allowed", multiple=True, metavar="KIND=REASON", help="Set an objection aside; shown on the page."
)
@click.pass_obj
def release(root: Path, edition: str, allowed: tuple[str, ...]) -> None:
    """Publish an edition: refused while anything speaks against it, else recorded in data/published/.

    Objections: errors of the check, unchecked sentences, judgements past their review, renders that differ.
    The record holds figures, claims, hashes and what changed since the edition before, chained to the record
    before it.

    \b
    Examples:
      briefkit release 2026-07
      briefkit release 2026-07 --allow review="The panel meets in September."

    \b
    Exit codes: 0 released; 2 refused, with every reason.
    """
    from datetime import date

    from briefkit import release as releasing
    from briefkit.project import Project

    path = releasing.release(Project(root), edition, day=date.today().isoformat(), allowed=parsed(allowed, "--allow"))
    click.echo(path)


@click.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
@click.pass_obj
def why(root: Path, name: str, as_json: bool) -> None:
    """Tell where a figure, event, relation, claim or source comes from.

    Its observations with every vintage and their sources, the sections and cells that read it, and the claims
    that rest on it, directly and through others. A relation is "SUBJECT|RELATION|OBJECT".

    \b
    Examples:
      briefkit why energy.import_share.lng
      briefkit why talks.called_off --json
      briefkit why "Gazprom|signed_mou_with|Mitsui"
    """
    from dataclasses import asdict

    from briefkit import reports
    from briefkit.project import Project

    answer = reports.answer(Project(root), name)
    if as_json:
        tell_json(asdict(answer))
    else:
        reports.tell_answer(answer)


@click.command()
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
def add(root: Path, figure: str, period: str, value: str, yes: bool, **cells: str) -> None:
    """Append one observation to the ledger, checked.

    A correction is a new row with a later --published, never an edit. On a terminal it first shows which claims
    the row would move in the latest edition, and asks.

    \b
    Examples:
      briefkit add energy.import_share.lng 2025 8.8 --published 2026-01-29 --source mof_trade
      briefkit add trade.total.jpy 2025 1080.5 --published 2026-01 --source mof_trade --status "recalled;derived"

    \b
    Exit codes: 0 written; 1 not wanted after all; 2 wrong input, nothing written.
    """
    from briefkit import reports
    from briefkit.ledger import append
    from briefkit.project import Project

    project = Project(root)
    row = {"figure": figure, "period": period, "value": value, **cells}
    if sys.stdin.isatty() and not yes:
        reports.tell_moves(reports.moves(project, row))
        if not click.confirm("Write it?", default=True):
            sys.exit(1)
    line = append(project.data, "observations", row)
    click.echo(f"{project.data / 'observations.csv'}:{line}: {figure}, {period}: {value}")


@click.command()
@click.option("--prune", is_flag=True, help="Remove what was used longest ago, down to the limit.")
@click.option("--limit", default=500, show_default=True, metavar="MB", help="How much may stay.")
@click.option("--address", default="", metavar="ADDRESS", help="Another store than the brief's own.")
@click.pass_obj
def cache(root: Path, prune: bool, limit: int, address: str) -> None:
    """Show the results kept between runs, and prune them.

    A section's result is kept under all that it depends on, and is used again while none of that has changed.
    Removing results is always safe: what is missing is made again.

    \b
    Examples:
      briefkit cache
      briefkit cache --prune --limit 100
    """
    from briefkit.project import Project
    from briefkit.store import Store

    store = Store(address or str(Project(root).cache.resolve()))
    removed = store.prune(limit * 1_000_000) if prune else 0
    files = store.files()
    click.echo(f"{store.address}: {len(files)} files, {sum(size for _, size, _ in files) / 1e6:.1f} MB")
    if prune:
        click.echo(f"removed {removed / 1e6:.1f} MB")


@click.command()
@click.argument("edition", default="")
@click.option(
    "--from", "since", default="", metavar="DAY", help="First day, month or year.  [default: the claims' own]"
)
@click.option("--to", "until", default="", metavar="DAY", help="Last one.  [default: the last that the ledger knows]")
@click.option("--every", type=click.Choice(["month", "quarter", "year"]), default="month", show_default=True)
@click.option("--jobs", default=0, metavar="N", help="Sections at once.  [default: one per core]")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="The folder.  [default: build/backtest]")
@click.pass_obj
def backtest(root: Path, edition: str, since: str, until: str, every: str, jobs: int, out: Path | None) -> None:
    """Follow the claims through time: the brief as of the last day of each month, quarter or year.

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
    from briefkit import backtest as testing
    from briefkit.progress import progress
    from briefkit.project import Project

    project, folder = Project(root), out or root / "build" / "backtest"
    with progress("days") as told:
        made = testing.backtest(project, edition, testing.Span(since, until, every), jobs=jobs, told=told)
    for path in testing.write(made, folder, project.data / "fonts"):
        click.echo(path)
    for day, error in made.errors:
        click.echo(f"failed: since {day}: {error}", err=True)
    if made.errors:
        sys.exit(1)


COMMANDS = [diff, verify, factcheck, release, why, add, cache, backtest]


def tell_json(value: Any) -> None:
    """Print a value for machines."""
    import json

    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def parsed(pairs: tuple[str, ...], option: str = "--set") -> dict[str, str]:
    """NAME=VALUE options as a mapping."""
    for pair in pairs:
        if "=" not in pair:
            raise click.BadParameter(f'found "{pair}", expected NAME=VALUE', param_hint=option)
    return dict(pair.split("=", 1) for pair in pairs)
