"""Printing on the terminal: comparisons, lineages, JSON; and NAME=VALUE options parsed.

Rich is imported where a table is printed: a render without changes starts without it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from briefkit.publishing.lineage import Lineage
    from briefkit.report.diff import Difference

_SYMBOLS = {"holds": "✓", "weakened": "△", "overturned": "✗", "unknown": "?"}
_STYLES = {
    "holds": "green",
    "weakened": "yellow",
    "overturned": "red",
    "unknown": "dim",
    "-": "red",
    "+": "green",
    "=": "",
}


def counted(count: int, noun: str) -> str:
    """Write a count with its noun, in the plural where it needs one.

    >>> counted(1, "error"), counted(2, "error")
    ('1 error', '2 errors')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def parse_pairs(pairs: tuple[str, ...], option: str = "--set") -> dict[str, str]:
    """Parse the values of a NAME=VALUE option.

    >>> parse_pairs(("band_low=10", "title=a=b"))
    {'band_low': '10', 'title': 'a=b'}
    """
    for pair in pairs:
        if "=" not in pair:
            raise click.BadParameter(f'found "{pair}", expected NAME=VALUE', param_hint=option)
    return dict(pair.split("=", 1) for pair in pairs)


def print_json(value: Any) -> None:
    """Print a value as JSON."""
    click.echo(json.dumps(value, indent=1, ensure_ascii=False, default=str))


def print_difference(difference: Difference) -> None:
    """Print a comparison: figures, claims, texts word by word, charts, sources."""
    console = _console()
    console.print(f"[bold]{_edition(difference.old)} → {_edition(difference.new)}[/bold]")
    if difference.same:
        console.print("Nothing changed.")
        return
    print_moves(difference)
    console.print(f"\n[bold]Texts[/bold]: {len(difference.texts)} paragraphs changed")
    for text in difference.texts:
        words = [
            f"[{_STYLES[sign]}]{_escaped(part)}[/]" if sign != "=" else _shortened(part)
            for sign, part in text["marked"]
        ]
        console.print(f"  {text['section']}: {' '.join(words)}")
    charts = ", ".join(chart["chart"] for chart in difference.charts)
    console.print(f"\n[bold]Charts[/bold]: {charts or 'none'} changed")
    for sign, key in (("+", "added"), ("-", "removed")):
        for source in difference.sources[key]:
            console.print(f"  [{_STYLES[sign]}]{sign}[/] {_escaped(source['publisher'])}: {_escaped(source['title'])}")


def print_moves(difference: Difference) -> None:
    """Print the figures and claims that moved."""
    console = _console()
    table = _table("Figures", "Figure", "Old", "New", "Why")
    for figure in difference.figures:
        name = difference.names.get(figure["figure"], "")
        title = f"\n{_escaped(name)}" if figure["unit"] == "yes or no" else ""
        sides = (_value(figure[side], figure["unit"], wide=console.width >= 120) for side in ("old", "new"))
        reason = figure["why"] + (", same value" if figure["change"] == 0 else "")
        table.add_row(figure["figure"] + title, *sides, reason)
    console.print(table if difference.figures else "Figures: none changed")
    table = _table("Claims", "Claim", "Old", "New", "Because of")
    for claim in difference.claims:
        table.add_row(claim["claim"], _verdict(claim["old"]), _verdict(claim["new"]), ",\n".join(claim["because"]))
    console.print(table if difference.claims else "Claims: none moved")


def print_lineage(lineage: Lineage) -> None:
    """Print where an id comes from, where it is read, and what rests on it."""
    console = _console()
    console.print(f"[bold]{_escaped(lineage.name)}[/bold] ({lineage.noun})")
    for key, cell in lineage.about.items():
        if cell and key not in ("figure", "event", "claim"):
            console.print(f"  {key}: {_escaped(cell)}")
    if lineage.rows:
        console.print(_ledger_table(lineage))
    for source in lineage.sources.values():
        publisher, title, url = (_escaped(source[key]) for key in ("publisher", "title", "url"))
        console.print(f"  {source['source']}: {publisher}, {title}  {url}")
    if lineage.stands:
        premises = lineage.stands["fell"]
        because = f", because of {', '.join(premises)}" if premises else ""
        console.print(f"Verdict in {_edition(lineage.stands)}: {_verdict(lineage.stands)}{because}")
    read = "; ".join(f"{section} (cells {', '.join(map(str, cells))})" for section, cells in lineage.read_in)
    console.print(f"Read in: {read or 'no section'}")
    claims = [f"{claim} (through another)" if distance > 1 else claim for claim, distance in lineage.rests]
    console.print(f"Claims that rest on it: {', '.join(claims) or 'none'}")


def _ledger_table(lineage: Lineage) -> Table:
    """Lay out the rows of an id without the columns that are empty in all of them."""
    columns = [
        column
        for column in lineage.rows[0]
        if column not in ("line", lineage.noun) and any(row[column] != "" for row in lineage.rows)
    ]
    table = _table("What the ledger holds", "line", *columns)
    for row in lineage.rows:
        table.add_row(str(row["line"]), *(_escaped(row[column]) for column in columns))
    return table


def _console() -> Console:
    """Open a console; where nobody watches it is wide, so that no cell is folded."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=200)


def _table(title: str, *columns: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        table.add_column(column, overflow="fold", no_wrap=place == 0 or column == "Because of")  # ids are copied whole
    return table


def _edition(head: Mapping[str, Any]) -> str:
    return f"{head['edition']} (as of {head['as_of']})"


def _value(side: Mapping[str, Any] | None, unit: str, *, wide: bool) -> str:
    """Write a value with its period and source, on one line where there is room."""
    if side is None:
        return "–"
    amount = ("yes" if side["value"] else "no") if unit == "yes or no" else f"{side['value']:.10g}"
    if wide:
        return f"{amount} ({side['period']}, {side['source']})"
    return f"{amount} ({side['period']})\n{side['source']}"


def _verdict(side: Mapping[str, Any] | None) -> str:
    if side is None:
        return "–"
    margin = "" if side["margin"] is None else f" {side['margin']:+g}"
    return f"[{_STYLES[side['verdict']]}]{_SYMBOLS[side['verdict']]} {side['verdict']}[/]{margin}"


def _shortened(text: str) -> str:
    """Keep the first and last five words of a long text."""
    words = text.split()
    return _escaped(text if len(words) <= 12 else " ".join([*words[:5], "…", *words[-5:]]))


def _escaped(text: Any) -> str:
    """Escape text of the ledger, which is no markup."""
    from rich.markup import escape

    return escape(str(text))
