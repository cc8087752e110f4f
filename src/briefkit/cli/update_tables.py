"""Printing what an update brings, and what a replay of the archive finds: tables for people, records for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from briefkit.cli.console import counted, print_json
from briefkit.ledger.readings import Reading, records

if TYPE_CHECKING:
    from briefkit.feeds.collect import Collected
    from briefkit.feeds.comparison import Comparison
    from briefkit.publishing.replay import Replay
    from briefkit.publishing.update import Update
    from briefkit.report.diff import Difference

_COLUMNS = ("", "Figure", "Period", "Old", "New", "Published")
_STYLES = {"new": "green", "revised": "yellow", "withdrawn": "magenta", "unexpected": "red"}


def print_update(update: Update, most: int = 20) -> None:
    """Print what each feed brings, at most so many rows of a kind, and what could not be fetched or read."""
    for collected, comparison in zip(update.collected, update.comparisons, strict=True):
        click.echo(f"{collected.feed}: {_summary(comparison)}")
        for error in collected.unreachable:
            click.secho(f"  not reached: {error}", fg="red", err=True)
        for wrong in collected.wrong:
            click.secho(f"  not read: {wrong}", fg="red", err=True)
    rows = [row for comparison in update.comparisons for row in _rows(comparison)]
    if rows:
        _print_table(rows, most)
    for comparison in update.comparisons:
        for problem in comparison.unexpected[:most]:
            period = f", {problem.period}" if problem.period else ""
            found = f"found {problem.found}, expected {problem.expected}"
            click.secho(f"  unexpected {problem.kind}: {problem.figure}{period}: {found}", fg="red")
    if not rows:
        click.echo("nothing new")


def _summary(comparison: Comparison) -> str:
    counts = {name: len(getattr(comparison, name)) for name in ("new", "revised", "withdrawn", "unexpected")}
    parts = [f"{count} {name}" for name, count in counts.items() if count]
    return ", ".join([*parts, f"{comparison.unchanged} unchanged"])


def _rows(comparison: Comparison) -> Iterator[tuple[str, ...]]:
    for row in records(comparison.new):
        yield "new", row["figure"], row["period"], "", _value(row), row["published"]
    for row in records(comparison.revised):
        old = f"{row['old']:.15g}"
        if row["old"] == row["number"]:
            old += f" ({row['old_status']})"
        yield "revised", row["figure"], row["period"], old, _value(row), row["published"]
    for row in records(comparison.withdrawn):
        yield "withdrawn", row["figure"], row["period"], row["value"], "", ""


def _value(row: Reading) -> str:
    flags = row["status"].removeprefix("verified").strip(";").replace(";", ", ")
    return f"{row['value']} ({flags})" if flags else str(row["value"])


def _print_table(rows: list[tuple[str, ...]], most: int) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*_COLUMNS, box=None, pad_edge=False)
    for kind in _STYLES:
        alike = [row for row in rows if row[0] == kind]
        for row in alike[:most]:
            table.add_row(Text(kind, style=_STYLES[kind]), *map(Text, row[1:]))
        if alike[most:]:
            table.add_row("", f"and {len(alike[most:])} more {kind}; show all with --verbose")
    Console().print(table)


def update_record(update: Update, moves: Difference | None, written: int) -> dict[str, Any]:
    """Return an update as plain values: what each feed brings, what it moves, how many rows were written."""
    pairs = zip(update.collected, update.comparisons, strict=True)
    moved = {"figures": moves.figures, "claims": moves.claims, "texts": moves.texts} if moves else None
    feeds = [_record(collected, comparison) for collected, comparison in pairs]
    return {"feeds": feeds, "moves": moved, "written": written, "exit_code": update.exit_code}


def _record(collected: Collected, comparison: Comparison) -> dict[str, Any]:
    keys = ("figure", "period", "value", "published", "source", "status")
    changes = {
        name: [{key: row[key] for key in (*keys, *(["old"] if name == "revised" else []))} for row in records(frame)]
        for name, frame in (
            ("new", comparison.new),
            ("revised", comparison.revised),
            ("withdrawn", comparison.withdrawn),
        )
    }
    documents = [{"address": one.address, "sha256": one.sha256, "day": one.day} for one in collected.documents]
    return {
        "feed": collected.feed,
        "documents": documents,
        "fetched": collected.fetched,
        "unreachable": [str(error) for error in collected.unreachable],
        "wrong": [str(problem) for problem in collected.wrong],
        **changes,
        "unchanged": comparison.unchanged,
        "unexpected": [asdict(problem) for problem in comparison.unexpected],
    }


def print_replay(replay: Replay, *, as_json: bool) -> None:
    """Print whether the archive gives the fed rows of the ledger, and which it does not."""
    if as_json:
        print_json(asdict(replay))
        return
    for problem in replay.wrong:
        click.secho(str(problem), fg="red", err=True)
    for noun, rows in (
        ("the archive gives and the ledger has not", replay.lost),
        ("only the ledger has", replay.extra),
    ):
        for row in rows:
            line = f" (line {row['line']})" if "line" in row else ""
            click.echo(f"{noun}: {row['figure']}, {row['period']}: {row['value']}, published {row['published']}{line}")
    click.echo(f"{counted(replay.same, 'row')} as the archive gives {'it' if replay.same == 1 else 'them'}")
