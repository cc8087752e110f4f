"""Commands about editions that stand: compare, trace, append, verify, check facts, release, cache, watch."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from briefkit.cli.progress import status


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
    from briefkit.project.layout import Project
    from briefkit.publishing import compare

    with status(f"comparing {old} and {new}") as progress:
        found = compare.difference(Project(root), old, new, progress)
    if html is not None:
        from briefkit.report.diff_page import render as page

        html.parent.mkdir(parents=True, exist_ok=True)
        html.write_text(page(found), encoding="utf-8")
        click.echo(html)
    elif as_json:
        tell_json(found.as_dict())
    else:
        compare.tell_difference(found)
    if exit_code and not found.same:
        sys.exit(1)


@click.command()
@click.argument("edition")
@click.pass_obj
def verify(root: Path, edition: str) -> None:
    """Rebuild an edition and compare it with its last build.

    Nothing is reused, and every byte of every file counts.

    \b
    Examples:
      briefkit verify 2026-07

    \b
    Exit codes: 0 the same; 1 different, with the first difference; 2 wrong input.
    """
    from briefkit.project.layout import Project
    from briefkit.publishing import release as releasing

    with status(f"rendering {edition} again") as progress:
        difference = releasing.verify(Project(root), edition, progress)
    click.echo(difference or f"{edition}: the same bytes")
    if difference:
        sys.exit(1)


@click.command()
@click.argument("edition")
@click.pass_obj
def factcheck(root: Path, edition: str) -> None:
    """Write the sheet of an edition for whoever checks the facts.

    Every sentence with its numbers, their observations, sources and addresses, its claim and verdict, and columns
    for checker, date and decision. What was decided stays when the sheet is written again; what changed since is open.
    """
    from briefkit.project.layout import Project
    from briefkit.publishing import factcheck as checking

    with status(f"reading the sentences of {edition}") as progress:
        paths = checking.write(Project(root), edition, progress)
    for path in paths:
        click.echo(path)


@click.command()
@click.argument("edition")
@click.option(
    "--allow", "allowed", multiple=True, metavar="KIND=REASON", help="Set an objection aside; shown on the page."
)
@click.pass_obj
def release(root: Path, edition: str, allowed: tuple[str, ...]) -> None:
    """Publish an edition, unless something speaks against it.

    Refused while anything speaks against it, else recorded in data/published/. Each kind of objection may be
    set aside with --allow KIND=REASON; the page then shows the reason.

    \b
    Kinds:
      errors      briefkit check finds errors
      unchecked   sentences await the fact-checker (briefkit factcheck)
      review      judgements are past their review date
      bytes       two renders differ

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

    from briefkit.project.layout import Project
    from briefkit.publishing import release as releasing

    reasons, today = parsed(allowed, "--allow"), date.today().isoformat()
    with status(f"rendering {edition} twice, and comparing") as progress:
        path = releasing.release(Project(root), edition, day=today, allowed=reasons, progress=progress)
    click.echo(path)


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
    from dataclasses import asdict

    from briefkit.project.layout import Project
    from briefkit.publishing import compare

    with status(f"looking for {name}") as progress:
        answer = compare.answer(Project(root), name, progress)
    if as_json:
        tell_json(asdict(answer))
    else:
        compare.tell_answer(answer)


class _Negative(click.Command):
    """A command whose arguments may be negative numbers, which otherwise look like options."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Pass over unknown options where one of them is a number."""
        ctx.ignore_unknown_options = any(re.match(r"-\.?\d", word) for word in args)
        return super().parse_args(ctx, args)


@click.command(cls=_Negative)
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
    from datetime import date

    from briefkit.ledger.ledger import append
    from briefkit.project.layout import Project
    from briefkit.publishing import compare

    project, today = Project(root), date.today()
    row = {"figure": figure, "period": period, "value": value, **cells}
    if sys.stdin.isatty() and not yes:
        with status("comparing the latest edition with and without the row") as progress:
            found = compare.moves(project, row, today=today, progress=progress)
        compare.tell_moves(found)
        if not click.confirm("Write it?", default=False):
            sys.exit(1)
    line = append(project.data, "observations", row, today=today)
    click.echo(f"{project.data / 'observations.csv'}:{line}: {figure}, {period}: {value}")


@click.command()
@click.option("--prune", is_flag=True, help="Remove what was used longest ago, down to the limit.")
@click.option("--limit", default=500, show_default=True, metavar="MB", help="How much may stay.")
@click.option("--address", default="", metavar="ADDRESS", help="Another store than the brief's own.")
@click.pass_obj
def cache(root: Path, prune: bool, limit: int, address: str) -> None:
    """Show the results and charts kept between runs, and prune them.

    A section's result is kept under all that it depends on, a chart under all that it is drawn from, the checked rows
    of a large ledger under its files, and each is used again while none of that has changed. Removing them is always
    safe: what is missing is made again.

    \b
    Examples:
      briefkit cache
      briefkit cache --prune --limit 100
    """
    from briefkit.project.layout import Project
    from briefkit.storage import Store

    store = Store(address or str(Project(root).cache.resolve()))
    removed = store.prune(limit * 1_000_000) if prune else 0
    files = store.files()
    click.echo(f"{store.address}: {len(files)} files, {sum(size for _, size, _ in files) / 1e6:.1f} MB")
    if prune:
        click.echo(f"removed {removed / 1e6:.1f} MB")


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
    from briefkit.project.layout import Project
    from briefkit.publishing import watch as watching

    watching.watch(Project(root), edition, port=port, opening=sys.stdout.isatty() and not no_open)


COMMANDS = [diff, verify, factcheck, release, why, add, cache, watch]


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
