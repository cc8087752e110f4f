"""All editions that stand side by side, as a page: how each of them stands, and the claims through time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

from briefkit.report import citation, markup
from briefkit.report.blocks import VERDICTS, tally
from briefkit.report.card_png import FILE as CARD
from briefkit.report.html_page import page
from briefkit.report.markup import Node
from briefkit.report.model import FORMATS
from briefkit.report.provenance import slug

_LINKS = {"html": "Read it", "pdf": "PDF", "json": "Data (JSON)"}


def render(standing: Iterable[Mapping[str, Any]], fonts: Path | None = None, *, backtest: str = "") -> str:
    """The page of all editions: no script, nothing from the network.

    Parameters
    ----------
    standing : iterable of mapping
        For each folder, oldest first: its name `folder`, the names of its `files`, and what its record says:
        `edition` and `as_of`; perhaps `title`, `subtitle`, `introduction`, `bottom_line`, `sections` and `claims`.
    fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    backtest : str
        Address of the page of a backtest, if there is one.
    """
    every = list(standing)
    own = [one for one in every if one["folder"] == one["edition"]]
    told_of = [one for one in own if one.get("claims")]
    rows = _rows(told_of)
    before = {one["folder"]: earlier for earlier, one in pairwise(told_of)}
    model = {
        "title": next((one["title"] for one in reversed(own or every) if one.get("title")), "Editions"),
        "introduction": next((one["introduction"] for one in reversed(own) if one.get("introduction")), ""),
        "editions": [_edition(one) | {"since": _since(before.get(one["folder"]), one)} for one in reversed(own)],
        "backtest": backtest,
        "others": [_edition(one) for one in reversed(every) if one not in own],
        "columns": [{"name": one["edition"], "day": citation.day(one["as_of"])} for one in told_of],
        "moved": [row for row in rows if row["moved"]],
        "kept": [row for row in rows if not row["moved"]],
    }
    model["card"] = next((f"{quote(one['folder'])}/{CARD}" for one in reversed(own) if CARD in one["files"]), "")
    return page("index.html.j2", beside=fonts, faces="BriefSans", p=model)


def _edition(one: Mapping[str, Any]) -> Node:
    """How one edition stands, and where its pages are."""
    links = [
        {"text": text, "href": f"{quote(one['folder'])}/{FORMATS[key].file}"}
        for key, text in _LINKS.items()
        if FORMATS[key].file in one["files"]
    ]
    return {
        "name": one["folder"],
        "id": f"edition-{slug(one['folder'])}",
        "as_of": one["as_of"],
        "day": citation.day(one["as_of"]),
        "subtitle": str(one.get("subtitle") or ""),
        "bottom_line": markup.foreign(one.get("bottom_line") or ""),
        "tally": tally(one.get("claims") or []),
        "links": links,
    }


def _since(before: Mapping[str, Any] | None, one: Mapping[str, Any]) -> str:
    """In a sentence what an edition adds to the one before: on how many claims the verdict moved, and to what."""
    if before is None:
        return ""
    old = {claim["claim"]: claim["verdict"] for claim in before["claims"]}
    moved = [
        claim["verdict"] for claim in one["claims"] if old.get(claim["claim"], claim["verdict"]) != claim["verdict"]
    ]
    words = {"holds": "to holding", "unknown": "to not known"}
    to = [f"{moved.count(verdict)} {words.get(verdict, f'to {verdict}')}" for verdict in VERDICTS if verdict in moved]
    claims = citation.many(len(moved), "claim", "claims")
    return f"Since edition {before['edition']} the verdict on {claims} moved{': ' if to else ''}{', '.join(to)}."


def _rows(editions: list[Mapping[str, Any]]) -> list[Node]:
    """The claims of all editions, in the order and the words of the latest that has them, each with its verdicts."""
    known = {claim["claim"]: claim for one in editions for claim in one["claims"]}
    order = [section["section"] for section in editions[-1].get("sections") or []] if editions else []
    place = {name: at for at, name in enumerate(order)}
    verdicts = [{claim["claim"]: claim["verdict"] for claim in one["claims"]} for one in editions]
    rows = []
    for name, claim in sorted(known.items(), key=lambda item: (place.get(item[1]["section"], len(place)), item[0])):
        cells = [_cell(one, name, found.get(name)) for one, found in zip(editions, verdicts, strict=True)]
        moved = len({cell["verdict"] for cell in cells if cell["verdict"]}) > 1
        rows.append({"statement": markup.foreign(claim["statement"]), "cells": cells, "moved": moved})
    return rows


def _cell(edition: Mapping[str, Any], claim: str, verdict: str | None) -> Node:
    """What an edition says of a claim, with the address of the place that settles it."""
    page = f"{quote(edition['folder'])}/{FORMATS['html'].file}#claim-{slug(claim)}"
    href = page if verdict and FORMATS["html"].file in edition["files"] else ""
    return {"edition": edition["edition"], "verdict": verdict, "sign": VERDICTS.get(verdict or "", ""), "href": href}
