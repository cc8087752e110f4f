"""The claims of a brief through time, as a page: a row for each claim, a run for as long as its verdict stays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile, groupby
from pathlib import Path
from typing import Any

from briefkit.analysis.turning_points import Backtest, State, Turn, deciding, undercut
from briefkit.analysis.verdicts import SCALE
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Reading
from briefkit.report import citation, markup
from briefkit.report.blocks import VERDICTS
from briefkit.report.html_page import page
from briefkit.report.markup import Node
from briefkit.report.provenance import slug

MOST = 5
"""Readings that a run names."""
_WIDE = {"month": 4, "quarter": 2}
"""Periods that a finger can hit, as wide as page.css draws them; runs that are shorter share a target."""


def render(made: Backtest, beside: Path | None = None, *, parquet: bool = True, shelf: str = "") -> str:
    """The page: claims by section, those whose verdict changed first; below, when each that failed first did.

    Parameters
    ----------
    made : Backtest
        As `briefkit.backtest.backtest` gives it.
    beside : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    parquet : bool
        Whether `claims.parquet` lies beside the page.
    shelf : str
        Address of the page of all editions, if there is one.
    """
    rows = {claim: _row(made, claim) for claim in made.claims}
    failed = {turn.state["claim"] for turn in made.turns}
    model = {
        "title": str(made.edition.get("title") or "Untitled").replace("\u2013", "\u2060\u2013\u2060"),
        "edition": made.edition.get("edition", ""),
        "lang": made.edition.get("language") or "en",
        "every": made.every,
        "first": citation.day(made.days[0]),
        "last": citation.day(made.days[-1]),
        "counts": _counts(rows),
        "scale": [{"verdict": name, "sign": VERDICTS[name], "meaning": meaning} for name, meaning in SCALE.items()],
        "heads": list(_heads(made.days)),
        "least": _WIDE.get(made.every, 1),
        "periods": len(made.days),
        "sections": [
            {"id": f"section-{slug(name)}", "title": title, "rows": _ordered(rows, name)}
            for name, title in made.titles.items()
            if any(row["section"] == name for row in rows.values())
        ],
        "failed": [_turn(turn, made) for turn in sorted(made.turns, key=lambda turn: (turn.day, turn.state["claim"]))],
        "errors": [{"day": citation.day(day), "text": markup.foreign(str(error))} for day, error in made.errors],
        "parquet": parquet,
        "shelf": shelf,
    }
    for section in model["sections"]:
        for row in section["rows"]:
            row["failed"] = row["claim"] in failed
    return page("backtest.html.j2", beside=beside, p=model)


def _counts(rows: dict[str, Node]) -> str:
    changed = sum(row["changed"] for row in rows.values())
    return f"{len(rows)} claims; of {changed} the verdict changed once something was known."


def _ordered(rows: dict[str, Node], section: str) -> list[Node]:
    """The rows of a section: those whose verdict changed come first."""
    return sorted((row for row in rows.values() if row["section"] == section), key=lambda row: not row["changed"])


def _heads(days: list[str]) -> Iterator[Node]:
    """Column heads: each year, over its periods."""
    for year, group in groupby(days, key=lambda day: day[:4]):
        yield {"text": year, "span": len(list(group))}


# -- runs ----------------------------------------------------------------------------------------


def _row(made: Backtest, claim: str) -> Node:
    """A claim: its statement, and its runs of one verdict."""
    states = made.claims[claim]
    known = next(state for state in reversed(states) if state)
    places = [list(group) for _, group in groupby(range(len(states)), key=lambda at: _verdict(states[at]))]
    runs = [_run(made, states, at, f"{slug(claim)}_{number}") for number, at in enumerate(places)]
    decided = list(dropwhile(lambda run: run["verdict"] in {"", "unknown"}, runs))
    return {
        "claim": claim,
        "id": f"claim-{slug(claim)}",
        "section": known["section"],
        "statement": markup.foreign(known["statement"]),
        "changed": len(decided) > 1,
        "cells": list(_cells(runs, _WIDE.get(made.every, 1))),
    }


def _cells(runs: list[Node], least: int) -> Iterator[Node]:
    """Runs as what a finger can hit: each alone, or a short one with those after it, the last with that before."""
    groups: list[list[Node]] = [[]]
    for run in runs:
        if sum(one["count"] for one in groups[-1]) >= least:
            groups.append([])
        groups[-1].append(run)
    if len(groups) > 1 and sum(one["count"] for one in groups[-1]) < least:
        short = groups.pop()
        groups[-1] += short
    return ({"id": group[0]["id"], "count": sum(one["count"] for one in group), "runs": group} for group in groups)


def _verdict(state: State | None) -> str:
    return state["verdict"] if state else ""


def _run(made: Backtest, states: list[State | None], places: list[int], name: str) -> Node:
    """A verdict for as long as it stays, with what was read meanwhile, newest first."""
    first, last = made.days[places[0]], made.days[places[-1]]
    verdict = _verdict(states[places[0]])
    span = (
        _period(first, made.every) if first == last else f"{_period(first, made.every)} to {_period(last, made.every)}"
    )
    lines = [
        _line(state, made) | {"since": _period(made.days[at], made.every)} for at, state in _changes(states, places)
    ]
    return {
        "id": f"run-{name}",
        "verdict": verdict,
        "sign": VERDICTS.get(verdict, "–"),
        "span": span,
        "count": len(places),
        "lines": lines[::-1][:MOST],
        "more": max(len(lines) - MOST, 0),
    }


def _changes(states: list[State | None], places: list[int]) -> Iterator[tuple[int, State]]:
    """The places at which what decides changes."""
    before: Any = None
    for at in places:
        state = states[at]
        now = state and (deciding(state), state["margin"], state["due"], tuple(undercut(state)))
        if state and now != before:
            yield at, state
        before = now


def _line(state: State, made: Backtest) -> Node:
    """What decides a claim: value, margin, source."""
    read = deciding(state)
    margin = citation.margin(state["margin"], state["unit"])
    return {
        **_read(read, made),
        "margin": margin,
        "fell": [_statement(name, made) for name in undercut(state)],
        "due": bool(state["due"]),
    }


def _read(read: Reading | None, made: Backtest) -> Node:
    """A reading in words: what, its value and period, who says so since when."""
    if read is None:
        return {"what": [], "value": "", "source": None}
    source = made.sources.get(read.get("source", ""), {})
    url = str(source.get("url") or "")
    named = {
        "publisher": markup.foreign(str(source.get("publisher") or read.get("source") or "")),
        "title": markup.foreign(str(source.get("title") or "")),
        "url": url if url.lower().startswith(("http://", "https://")) else "",
        "published": citation.day(read.get("published")),
    }
    return {"what": markup.foreign(_what(read)), "value": _value(read), "source": named}


def _what(read: Reading) -> str:
    if read["kind"] == "relation":
        return " ".join(str(read.get(key, "")) for key in ("subject", "relation", "object")).replace("_", " ")
    if read["kind"] == "verdict":
        return f"Judgement: {read.get('why', '')}".rstrip(".")
    return str(read.get("title") or read.get("name") or read.get("claim") or "")


def _value(read: Reading) -> str:
    value, unit = read.get("value"), read.get("unit")
    period = citation.day(str(read.get("period") or read.get("date") or ""))
    if isinstance(value, (int, float)):
        return f"{citation.amount(value, unit)} ({period})" if period else citation.amount(value, unit)
    return period


def _period(day: str, every: str) -> str:
    """A period as a column is called: August 2012, 2012, the quarter's last month; by its day where it ends early."""
    written = day[:4] if every == "year" else day[:7]
    return citation.day(written if last_day(written).isoformat() == day else day)


def _statement(claim: str, made: Backtest) -> str:
    state = next((state for state in made.claims.get(claim, ()) if state), None)
    return str(state["statement"]).rstrip(".") if state else claim


# -- what failed ---------------------------------------------------------------------------------


def _turn(turn: Turn, made: Backtest) -> Node:
    """A claim that failed: when it could first be known, and by what."""
    state = turn.state
    return {
        "id": f"failed-{slug(state['claim'])}",
        "row": f"claim-{slug(state['claim'])}",
        "statement": markup.foreign(str(state["statement"])),
        "verdict": state["verdict"],
        "sign": VERDICTS[state["verdict"]],
        "day": citation.day(turn.day),
        "iso": turn.day,
        "exact": turn.exact,
        "made": "" if turn.day >= (state["made"] or "") else citation.day(state["made"]),
        "lapsed": turn.lapsed,
        "premises": [{"text": _statement(name, made), "href": f"claim-{slug(name)}"} for name in turn.premises],
        "gone": turn.gone,
        "was": _was(turn.read),
        **_read(turn.read, made),
        "margin": citation.margin(state["margin"], state["unit"]) if turn.read else "",
        "now": "" if turn.last == state["verdict"] else turn.last,
    }


def _was(read: Reading | None) -> str:
    """The value that a correction replaced."""
    if not read or read.get("revised_from") is None:
        return ""
    return citation.amount(read["revised_from"], read.get("unit"))
