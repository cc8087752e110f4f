"""The claims of a brief through time, as a page: a row for each claim, a run for as long as its verdict stays."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import dropwhile, groupby
from pathlib import Path
from typing import Any

from briefkit.analysis.turning_points import Backtest, State, TurningPoint, deciding, undercut
from briefkit.analysis.verdicts import VERDICT_MEANINGS
from briefkit.formatting import day
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Reading
from briefkit.report import markup
from briefkit.report.amounts import amount, margin
from briefkit.report.blocks import VERDICT_SYMBOLS
from briefkit.report.html_page import render_page
from briefkit.report.markup import Node
from briefkit.report.provenance import describe_source, slug

MOST_READINGS = 5
"""Changes of the deciding reading that a run names."""
_LEAST_PERIODS = {"month": 4, "quarter": 2}
"""Periods as wide as a finger, as other_pages.css draws them; runs that are shorter share a target."""


def render(backtest: Backtest, extra_fonts: Path | None = None, *, parquet: bool = True, all_editions: str = "") -> str:
    """Render the page: claims by section, those whose verdict changed first; below, when each that failed first did.

    Parameters
    ----------
    backtest : Backtest
        As `briefkit.publishing.backtest.backtest` returns it.
    extra_fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    parquet : bool
        Whether `claims.parquet` lies beside the page.
    all_editions : str
        Address of the page of all editions, if there is one.
    """
    failed = {point.state["claim"] for point in backtest.turning_points}
    rows = {claim: _row(backtest, claim) | {"failed": claim in failed} for claim in backtest.claims}
    model = {
        "title": str(backtest.edition.get("title") or "Untitled").replace("\u2013", "\u2060\u2013\u2060"),
        "edition": backtest.edition.get("edition", ""),
        "lang": backtest.edition.get("language") or "en",
        "every": backtest.every,
        "first": day(backtest.days[0]),
        "last": day(backtest.days[-1]),
        "counts": _counts(rows),
        "scale": [
            {"verdict": verdict, "symbol": VERDICT_SYMBOLS[verdict], "meaning": meaning}
            for verdict, meaning in VERDICT_MEANINGS.items()
        ],
        "years": list(_years(backtest.days)),
        "least": _LEAST_PERIODS.get(backtest.every, 1),
        "periods": len(backtest.days),
        "sections": [
            {"id": f"section-{slug(name)}", "title": title, "rows": _ordered(rows, name)}
            for name, title in backtest.titles.items()
            if any(row["section"] == name for row in rows.values())
        ],
        "failed": [
            _turn(point, backtest)
            for point in sorted(backtest.turning_points, key=lambda point: (point.day, point.state["claim"]))
        ],
        "errors": [{"day": day(since), "text": markup.text_nodes(str(error))} for since, error in backtest.errors],
        "parquet": parquet,
        "all_editions": all_editions,
    }
    return render_page("backtest.html.j2", extra_fonts=extra_fonts, page=model)


def _counts(rows: dict[str, Node]) -> str:
    """Count in a sentence the claims, and those whose verdict changed."""
    changed = sum(row["changed"] for row in rows.values())
    return f"{len(rows)} claims; of {changed} the verdict changed once something was known."


def _ordered(rows: dict[str, Node], section: str) -> list[Node]:
    """Return the rows of a section: those whose verdict changed come first."""
    return sorted((row for row in rows.values() if row["section"] == section), key=lambda row: not row["changed"])


def _years(days: list[str]) -> Iterator[Node]:
    """Yield each year, and over how many periods its column head spans."""
    for year, group in groupby(days, key=lambda last: last[:4]):
        yield {"text": year, "span": len(list(group))}


# -- runs ----------------------------------------------------------------------------------------


def _row(backtest: Backtest, claim: str) -> Node:
    """Return the row of a claim: its statement, and its runs of one verdict."""
    states = backtest.claims[claim]
    known = next(state for state in reversed(states) if state)
    places = [list(group) for _, group in groupby(range(len(states)), key=lambda place: _verdict(states[place]))]
    runs = [_run(backtest, states, own, f"{slug(claim)}_{number}") for number, own in enumerate(places)]
    decided = list(dropwhile(lambda run: run["verdict"] in {"", "unknown"}, runs))
    return {
        "claim": claim,
        "id": f"claim-{slug(claim)}",
        "section": known["section"],
        "statement": markup.text_nodes(known["statement"]),
        "changed": len(decided) > 1,
        "cells": list(_cells(runs, _LEAST_PERIODS.get(backtest.every, 1))),
    }


def _cells(runs: list[Node], least: int) -> Iterator[Node]:
    """Group runs into what a finger can hit: a short one with those after it, the last one with that before."""
    groups: list[list[Node]] = [[]]
    for run in runs:
        if sum(member["count"] for member in groups[-1]) >= least:
            groups.append([])
        groups[-1].append(run)
    if len(groups) > 1 and sum(member["count"] for member in groups[-1]) < least:
        short = groups.pop()
        groups[-1] += short
    return (
        {"id": group[0]["id"], "count": sum(member["count"] for member in group), "runs": group} for group in groups
    )


def _verdict(state: State | None) -> str:
    return state["verdict"] if state else ""


def _run(backtest: Backtest, states: list[State | None], places: list[int], name: str) -> Node:
    """Return a verdict for as long as it stays, with the readings that decided it, newest first."""
    first, last = backtest.days[places[0]], backtest.days[places[-1]]
    verdict = _verdict(states[places[0]])
    span = (
        _period(first, backtest.every)
        if first == last
        else f"{_period(first, backtest.every)} to {_period(last, backtest.every)}"
    )
    lines = [
        _line(state, backtest) | {"since": _period(backtest.days[place], backtest.every)}
        for place, state in _changes(states, places)
    ]
    return {
        "id": f"run-{name}",
        "verdict": verdict,
        "symbol": VERDICT_SYMBOLS.get(verdict, "–"),
        "span": span,
        "count": len(places),
        "lines": lines[::-1][:MOST_READINGS],
        "more": max(len(lines) - MOST_READINGS, 0),
    }


def _changes(states: list[State | None], places: list[int]) -> Iterator[tuple[int, State]]:
    """Yield the places at which what decides the claim changes."""
    before: Any = None
    for place in places:
        state = states[place]
        now = state and (deciding(state), state["margin"], state["review_due"], tuple(undercut(state)))
        if state and now != before:
            yield place, state
        before = now


def _line(state: State, backtest: Backtest) -> Node:
    """Return what decides a claim: value, margin, source."""
    return {
        **_reading(deciding(state), backtest),
        "margin": margin(state["margin"], state["unit"]),
        "overturned_premises": [_statement(name, backtest) for name in undercut(state)],
        "review_due": bool(state["review_due"]),
    }


def _reading(reading: Reading | None, backtest: Backtest) -> Node:
    """Return a reading in words: what, its value and period, who says so since when."""
    if reading is None:
        return {"what": [], "value": "", "source": None}
    source = describe_source(backtest.sources.get(reading.get("source", ""), {}))
    source["publisher"] = source["publisher"] or markup.text_nodes(str(reading.get("source") or ""))
    source["published"] = day(reading.get("published"))
    return {"what": markup.text_nodes(_subject(reading)), "value": _value(reading), "source": source}


def _subject(reading: Reading) -> str:
    """Say what a reading is about."""
    if reading["kind"] == "relation":
        return " ".join(str(reading.get(key, "")) for key in ("subject", "relation", "object")).replace("_", " ")
    if reading["kind"] == "verdict":
        return f"Judgement: {reading.get('why', '')}".rstrip(".")
    return str(reading.get("title") or reading.get("name") or reading.get("claim") or "")


def _value(reading: Reading) -> str:
    """Write the value of a reading with its period, or the period alone."""
    value, unit = reading.get("value"), reading.get("unit")
    period = day(str(reading.get("period") or reading.get("date") or ""))
    if isinstance(value, (int, float)):
        return f"{amount(value, unit)} ({period})" if period else amount(value, unit)
    return period


def _period(last: str, every: str) -> str:
    """Name a period by its last day: August 2012, 2012, the quarter's last month; by that day where it ends early.

    Examples
    --------
    >>> _period("2012-08-31", "month"), _period("2012-12-31", "year"), _period("2012-08-15", "month")
    ('August 2012', '2012', '15 August 2012')
    """
    written = last[:4] if every == "year" else last[:7]
    return day(written if last_day(written).isoformat() == last else last)


def _statement(claim: str, backtest: Backtest) -> str:
    """Return the statement of a claim without its full stop."""
    state = next((state for state in backtest.claims.get(claim, ()) if state), None)
    return str(state["statement"]).rstrip(".") if state else claim


# -- what failed ---------------------------------------------------------------------------------


def _turn(turn: TurningPoint, backtest: Backtest) -> Node:
    """Return a claim that failed: when it could first be known, and by what."""
    state = turn.state
    return {
        "id": f"failed-{slug(state['claim'])}",
        "row": f"claim-{slug(state['claim'])}",
        "statement": markup.text_nodes(str(state["statement"])),
        "verdict": state["verdict"],
        "symbol": VERDICT_SYMBOLS[state["verdict"]],
        "day": day(turn.day),
        "iso": turn.day,
        "exact": turn.exact,
        "made": "" if turn.day >= (state["made"] or "") else day(state["made"]),
        "lapsed": turn.lapsed,
        "premises": [{"text": _statement(name, backtest), "href": f"claim-{slug(name)}"} for name in turn.premises],
        "withdrawn": turn.withdrawn,
        "was": _replaced_value(turn.read),
        **_reading(turn.read, backtest),
        "margin": margin(state["margin"], state["unit"]) if turn.read else "",
        "now": "" if turn.last == state["verdict"] else turn.last,
    }


def _replaced_value(reading: Reading | None) -> str:
    """Write the value that a correction replaced."""
    if not reading or reading.get("revised_from") is None:
        return ""
    return amount(reading["revised_from"], reading.get("unit"))
