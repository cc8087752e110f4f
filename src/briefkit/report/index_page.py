"""All editions that stand side by side, as a page: how each of them stands, and the claims through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from briefkit.formatting import day, plural
from briefkit.report import markup
from briefkit.report.blocks import VERDICT_SYMBOLS, tally
from briefkit.report.card_png import FILE as CARD_FILE
from briefkit.report.formats import FORMATS
from briefkit.report.html_page import render_page
from briefkit.report.markup import Node
from briefkit.report.provenance import slug

Edition = Mapping[str, Any]
_LINKS = {"html": "Read it", "pdf": "PDF", "json": "Data (JSON)"}


def render(editions: Iterable[Edition], fonts: Path | None = None, *, backtest: str = "") -> str:
    """Render the page of all editions: no script, nothing from the network.

    Parameters
    ----------
    editions : iterable of mapping
        For each folder, oldest first: its name `folder`, the names of its `files`, and what its record says:
        `edition` and `as_of`; perhaps `title`, `subtitle`, `introduction`, `bottom_line`, `sections` and `claims`.
    fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    backtest : str
        Address of the page of a backtest, if there is one.
    """
    folders = list(editions)
    own = [edition for edition in folders if edition["folder"] == edition["edition"]]
    with_claims = [edition for edition in own if edition.get("claims")]
    rows = _rows(with_claims)
    earlier = {edition["folder"]: before for before, edition in pairwise(with_claims)}
    newest = own[::-1]
    cards = (f"{quote(edition['folder'])}/{CARD_FILE}" for edition in newest if CARD_FILE in edition["files"])
    model = {
        "title": _newest("title", own or folders) or "Editions",
        "introduction": _newest("introduction", own),
        "editions": [
            _edition(edition) | {"since": _since(earlier.get(edition["folder"]), edition)} for edition in newest
        ],
        "backtest": backtest,
        "others": [_edition(edition) for edition in reversed(folders) if edition not in own],
        "columns": [{"name": edition["edition"], "day": day(edition["as_of"])} for edition in with_claims],
        "moved": [row for row in rows if row["moved"]],
        "unmoved": [row for row in rows if not row["moved"]],
        "card": next(cards, ""),
    }
    return render_page("index.html.j2", extra_fonts=fonts, faces="BriefSans", page=model)


def _newest(key: str, editions: list[Edition]) -> str:
    """Return what the newest edition says that says anything."""
    return next((edition[key] for edition in reversed(editions) if edition.get(key)), "")


def _edition(edition: Edition) -> Node:
    """Return how one edition stands, and where its pages are."""
    links = [
        {"text": text, "href": f"{quote(edition['folder'])}/{FORMATS[key].file}"}
        for key, text in _LINKS.items()
        if FORMATS[key].file in edition["files"]
    ]
    return {
        "name": edition["folder"],
        "id": f"edition-{slug(edition['folder'])}",
        "as_of": edition["as_of"],
        "day": day(edition["as_of"]),
        "subtitle": str(edition.get("subtitle") or ""),
        "bottom_line": markup.text_nodes(edition.get("bottom_line") or ""),
        "tally": tally(edition.get("claims") or []),
        "links": links,
    }


def _since(before: Edition | None, edition: Edition) -> str:
    """Say in a sentence on how many claims the verdict moved since the edition before, and to what."""
    if before is None:
        return ""
    old = {claim["claim"]: claim["verdict"] for claim in before["claims"]}
    moved = [
        claim["verdict"] for claim in edition["claims"] if old.get(claim["claim"], claim["verdict"]) != claim["verdict"]
    ]
    words = {"holds": "to holding", "unknown": "to not known"}
    counts = [
        f"{moved.count(verdict)} {words.get(verdict, f'to {verdict}')}"
        for verdict in VERDICT_SYMBOLS
        if verdict in moved
    ]
    claims = plural(len(moved), "claim")
    return (
        f"Since edition {before['edition']} the verdict on {claims} moved{': ' if counts else ''}{', '.join(counts)}."
    )


def _rows(editions: list[Edition]) -> list[Node]:
    """Return the claims of all editions, each with its verdicts, in the order and the words of the latest edition."""
    claims = {claim["claim"]: claim for edition in editions for claim in edition["claims"]}
    sections = [section["section"] for section in editions[-1].get("sections") or []] if editions else []
    place = {section: number for number, section in enumerate(sections)}
    verdicts = [{claim["claim"]: claim["verdict"] for claim in edition["claims"]} for edition in editions]
    rows = []
    for name, claim in sorted(claims.items(), key=lambda item: (place.get(item[1]["section"], len(place)), item[0])):
        cells = [_cell(edition, name, own.get(name)) for edition, own in zip(editions, verdicts, strict=True)]
        moved = len({cell["verdict"] for cell in cells if cell["verdict"]}) > 1
        rows.append({"statement": markup.text_nodes(claim["statement"]), "cells": cells, "moved": moved})
    return rows


def _cell(edition: Edition, claim: str, verdict: str | None) -> Node:
    """Return what an edition says of a claim, with the address of the place that settles it."""
    page = f"{quote(edition['folder'])}/{FORMATS['html'].file}#claim-{slug(claim)}"
    href = page if verdict and FORMATS["html"].file in edition["files"] else ""
    symbol = VERDICT_SYMBOLS.get(verdict or "", "")
    return {"edition": edition["edition"], "verdict": verdict, "symbol": symbol, "href": href}
