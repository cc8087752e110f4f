"""Tiny ledgers, notebooks and briefs, so that what matters stands in the test."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from briefkit.ledger.schema import SCHEMA

PARAMETERS = 'edition = "e"\nas_of = "2018-12-31"\nledger = "data"\noverrides = []'
"""Source of a cell of parameters, as every section has one."""
OPEN = (
    "from briefkit import open_section\n"
    'brief = open_section("{}", edition=edition, as_of=as_of, ledger=ledger, overrides=overrides)'
)
"""Source of the cell that opens a section of a name."""
SETTLE = 'from briefkit.analysis import at_least\nbrief.claim("grew", at_least(trade, 10))'
"""Source of a cell that settles the claim of `write_brief`."""


def observation(text: str) -> dict[str, str]:
    """Read a row of observations from a short text.

    Examples
    --------
    >>> row = observation("trade, 2017, 18.4, published 2018-03-01, by customs, recalled")
    >>> row["value"], row["published"], row["source"], row["status"]
    ('18.4', '2018-03-01', 'customs', 'recalled')
    """
    figure, period, value, published, *more = [part.strip() for part in text.split(",")]
    row = {"figure": figure, "period": period, "value": value, "published": published.removeprefix("published ")}
    row |= {"source": "s", "status": "verified"}
    for part in more:
        row |= {"source": part.removeprefix("by ")} if part.startswith("by ") else {"status": part}
    return row


def write_ledger(folder: Path, **tables: Sequence[Mapping[str, Any]]) -> Path:
    """Write a ledger of the given rows and return its folder.

    Parameters
    ----------
    folder : Path
        Where the CSV files go; made when it is not there.
    **tables : sequence of mapping
        Rows by table, such as `observations=[observation("trade, 2017, 18.4, published 2018-03-01")]`. Figures and
        sources that rows name and no row describes are added; what a row leaves out is empty.
    """
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        row["figure"]: {"figure": row["figure"], "title": row["figure"], "unit": "count", "section": "s"}
        for row in tables.get("observations", ())
    }
    figures |= {row["figure"]: dict(row) for row in tables.get("figures", ())}
    dated = [row for name in ("observations", "events", "relations") for row in tables.get(name, ())]
    sources = {row["source"]: {"source": row["source"], "publisher": "P", "title": "T"} for row in dated}
    sources |= {row["source"]: dict(row) for row in tables.get("sources", ())}
    whole = {**tables, "figures": list(figures.values()), "sources": list(sources.values())}
    for name, table in SCHEMA.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table.names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(whole.get(name, ()))
    return folder


def write_notebook(
    path: Path, *cells: str | tuple[str, list[str]], parameters: str | None = PARAMETERS, title: str = "# T\n\nWhy?"
) -> Path:
    """Write a notebook and return its path.

    Parameters
    ----------
    path : Path
        The file; its folder is made when it is not there.
    *cells : str or tuple
        Source of each cell, or source and tags; one that begins with `#md` is Markdown.
    parameters : str or None
        Source of the cell tagged `parameters`; there is none when None.
    title : str
        Source of the first cell.
    """
    import nbformat

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(metadata={"kernelspec": kernel, "language_info": {"name": "python"}})
    book.cells = [nbformat.v4.new_markdown_cell(title, id="title")]
    if parameters is not None:
        book.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters"))
    for number, cell in enumerate(cells):
        source, tags = cell if isinstance(cell, tuple) else (cell, [])
        new = nbformat.v4.new_markdown_cell if source.startswith("#md") else nbformat.v4.new_code_cell
        book.cells.append(new(source.removeprefix("#md"), metadata={"tags": tags} if tags else {}, id=f"c{number}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, path)
    return path


def write_brief(
    root: Path, observations: Sequence[str] | None = None, edition: str = "", **sections: Sequence[Any]
) -> Path:
    """Write a whole tiny brief with one edition `e`, and return its folder.

    Parameters
    ----------
    root : Path
        The brief's folder.
    observations : sequence of str
        As `observation` reads them; one of the figure `trade` when None.
    edition : str
        Text of the edition's YAML file; a title and a day when empty.
    **sections : sequence
        Cells of each section, by name, behind the one that opens it; one section `s` that settles the claim `grew`
        when none is named.
    """
    rows = ["trade, 2017, 18.4, published 2018-03-01"] if observations is None else observations
    claim = {"claim": "grew", "section": "s", "kind": "figure", "statement": "Trade is large."}
    claim |= {"premises": "trade", "made": "2018-10-12"}
    write_ledger(root / "data", observations=[observation(row) for row in rows], claims=[claim])
    (root / "params").mkdir(exist_ok=True)
    text = edition or 'edition: e\ntitle: A brief\nas_of: "2018-12-31"\n'
    (root / "params" / "e.yaml").write_text(text, encoding="utf-8")
    cells = sections or {"s": ['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}.", SETTLE]}
    for number, (name, own) in enumerate(cells.items(), start=1):
        write_notebook(root / "notebooks" / f"{number:02}_{name}.ipynb", OPEN.format(name), *own)
    return root
