"""Statements of the brief: how each is settled, by what margin, and what rests on what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pandas as pd

from briefkit.analysis.conditions import Condition
from briefkit.analysis.quantity import Amount
from briefkit.errors import ClaimError
from briefkit.formatting import amount, rounded
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Reading

SCALE = {
    "holds": "true on the as-of day",
    "weakened": "true only in part, within its tolerance, or with a premise that fell",
    "overturned": "not true on the as-of day",
    "unknown": "nothing known by the day decides it",
}


def settle(
    row: Mapping[str, Any],
    test: Condition | bool | None,
    *,
    weakened: Condition | bool | None = None,
    after: Callable[[str], bool] | None = None,
    max_age_years: float | None = None,
) -> Reading:
    """Verdict on one claim by a test.

    Parameters
    ----------
    row : mapping
        The claim's row of the ledger.
    test : Condition, bool or None
        Whether it holds; None when that is not known.
    weakened : Condition, bool or None
        Whether it holds only in part.
    after : callable
        Whether the as-of day is after a day, ISO; asked where there are shelf years.
    shelf_years : float or None
        After how many years without a newer reading the claim is unknown.

    Returns
    -------
    dict
        verdict, margin, unit, flips_at, test, due, reads with the columns of the row. `stale` is the day of a newest
        reading that is too old, or empty.
    """
    tried = test if isinstance(test, Condition) else Condition(test, "")
    partly = weakened if isinstance(weakened, Condition) else Condition(weakened, "")
    verdict = (
        "unknown" if tried.holds is None else "overturned" if not tried.holds else "weakened" if partly else "holds"
    )
    if tried.holds is False and weakened is not None and partly:
        verdict = "weakened"
    stale = _stale([*tried.readings, *partly.readings], after, max_age_years)
    if stale:
        verdict = "unknown"
    old = f"the newest reading, of {stale}, is older than {max_age_years:g} years" if stale else ""
    return (
        _payload(row)
        | {"verdict": verdict, "stale": stale}
        | _measured(tried, verdict)
        | {
            "test": old or "; only in part where ".join(filter(None, [tried.words, partly.words])),
            "readings": [*tried.readings, *partly.readings],
        }
    )


def _measured(test: Condition, verdict: str) -> Reading:
    """Margin of a threshold and where it turns; nothing of a tolerance, or beside a verdict that it belies."""
    bears = {"holds": 1, "overturned": -1, "unknown": -1}.get(verdict, 0) * (test.margin or 0) >= 0
    if test.margin is None or test.tolerance or not bears:
        return {"margin": None, "unit": "", "flips_at": None, "level_unit": ""}
    return {"margin": test.margin, "unit": test.unit, "flips_at": test.flips_at, "level_unit": test.level_unit}


def _stale(readings: Iterable[Reading], after: Callable[[str], bool] | None, max_age_years: float | None) -> str:
    """Day of the newest reading where that is too old to settle anything; empty where it is not."""
    newest = max((last_day(read["published"]) for read in readings if read.get("published")), default=None)
    if max_age_years is None or after is None or newest is None:
        return ""
    limit = newest + timedelta(days=int(max_age_years * 365.25))
    return newest.isoformat() if after(limit.isoformat()) else ""


def judge(row: Mapping[str, Any], verdicts: Iterable[Mapping[str, Any]], after: Callable[[str], bool]) -> Reading:
    """Verdict on one claim by the analyst's last dated judgement.

    Parameters
    ----------
    row : mapping
        The claim's row of the ledger.
    verdicts : iterable of mapping
        Rows of `verdicts.csv` known on the day, oldest first.
    after : callable
        Whether the as-of day is after a day, ISO: a review date that it has passed, with no judgement since, makes
        the claim due.
    """
    known = list(verdicts)
    last = known[-1] if known else {"verdict": "unknown", "published": "", "why": "no judgement yet"}
    review = str(row["review_by"])
    due = bool(review) and str(last["published"]) < review and after(review)
    read = {"kind": "verdict", "claim": row["claim"]} | {name: last[name] for name in ("verdict", "published", "why")}
    said = f"judgement of {last['published']}" if known else "awaits a judgement"
    settled = {
        "verdict": last["verdict"],
        "margin": None,
        "unit": "",
        "flips_at": None,
        "level_unit": "",
        "test": said,
        "due": due,
    }
    return _payload(row) | settled | {"readings": [read] if known else []}


def printed(brief_value: str, record: Amount, *, within: float, loosely: float) -> Reading:
    """What the brief printed beside what the record then said, both with their unit.

    Parameters
    ----------
    brief_value : str
        As printed; of several numbers, joined by semicolons, the first counts.
    record : Figure or Quantity
        As known on the day of the brief.
    within, loosely : float
        Distance up to which it is as printed, and up to which it is imprecise, in the record's unit.
    """
    said = " and ".join(_worded(float(part), record.unit) for part in brief_value.split(";"))
    if not record.known:
        return {"verdict": "unknown", "brief": said, "record": "", "formula": "", "readings": []}
    distance = abs(float(brief_value.split(";")[0]) - record.value)
    verdict = "as printed" if distance <= within else "imprecise" if distance <= loosely else "contradicted"
    return {
        "verdict": verdict,
        "brief": said,
        "record": _worded(record.value, record.unit),
        "formula": getattr(record, "formula", ""),
        "readings": list(record.readings),
    }


def _worded(value: float, unit: str) -> str:
    """A value with its unit as in the text, with three digits or all of a whole number's."""
    return amount(rounded(value), unit)


def resolve(settled: Iterable[Reading]) -> list[Reading]:
    """Let fallen premises tell: a claim that holds on a premise that was overturned is weakened.

    Parameters
    ----------
    settled : iterable of dict
        Claims with verdict and premises; premises that are no claims are passed over.

    Returns
    -------
    list of dict
        In the same order, each with `fell`: the claims among its premises that were overturned, and `lowered`: whether
        they alone made it weakened.

    Raises
    ------
    ClaimError
        If one claim was settled twice, or claims rest on each other in a circle.
    """
    claims = list(settled)
    by_name = {claim["claim"]: claim for claim in claims}
    if len(by_name) < len(claims):
        names = [claim["claim"] for claim in claims]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ClaimError(f"claims: found {', '.join(twice)} settled twice, expected once; settle each in one section")
    order(claims)
    made = []
    for claim in claims:
        fell = [name for name in claim["premises"] if by_name.get(name, {}).get("verdict") == "overturned"]
        verdict = "weakened" if fell and claim["verdict"] == "holds" else claim["verdict"]
        made.append(claim | {"verdict": verdict, "fell": fell, "lowered": verdict != claim["verdict"]})
    return made


OUTLINE = {
    "verdict": "unknown",
    "margin": None,
    "unit": "",
    "flips_at": None,
    "level_unit": "",
    "due": False,
    "printed": None,
}
"""What of a settled claim other sections need to know, and what stands where none settled it."""


def outline(row: Mapping[str, Any], settled: Mapping[str, Any]) -> Reading:
    """A claim in short: its row, and what became of it."""
    kept = {name: row[name] for name in ("claim", "section", "statement", "brief_value", "premises")}
    return kept | {"kind_of_claim": row["kind"]} | {name: settled.get(name, none) for name, none in OUTLINE.items()}


def outlines(settled: Iterable[Mapping[str, Any]]) -> dict[str, Reading]:
    """What sections settled, as one that waits for them is given it: small, in an order that is always the same."""
    ordered = sorted(settled, key=lambda one: str(one["claim"]))
    return {str(one["claim"]): {name: one[name] for name in OUTLINE if one[name] is not None} for one in ordered}


def order(claims: Iterable[Mapping[str, Any]]) -> list[str]:
    """Ids of claims, premises before what rests on them.

    Raises
    ------
    ClaimError
        If claims rest on each other in a circle.
    """
    named = {claim["claim"]: list(claim["premises"]) for claim in claims}
    graph = {name: [premise for premise in premises if premise in named] for name, premises in named.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise ClaimError(f"claims.csv: premises: found a circle, {circle}; take out one of these premises") from error


def premises(row: Mapping[str, Any]) -> list[str]:
    """The ids on which a claim rests."""
    return [name for name in str(row["premises"]).split(";") if name]


def resting(name: str, rests: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, int]]:
    """Claims that rest on an id, by the premises of each, with their distance, nearest first."""
    seen, edge, distance = {name}, {name}, 0
    while edge:
        distance += 1
        edge = {claim for claim, under in rests.items() if claim not in seen and not edge.isdisjoint(under)}
        seen |= edge
        yield from ((claim, distance) for claim in sorted(edge))


def tally(claims: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """How many claims of each section have each verdict."""
    frame = pd.DataFrame([{"section": claim["section"], "verdict": claim["verdict"]} for claim in claims])
    if frame.empty:
        return pd.DataFrame(columns=list(SCALE))
    return pd.crosstab(frame["section"], frame["verdict"]).reindex(columns=list(SCALE), fill_value=0)


def _payload(row: Mapping[str, Any]) -> Reading:
    kept = {name: row[name] for name in ("claim", "section", "statement", "brief_value", "made", "review_by")}
    return kept | {
        "kind": "claim",
        "kind_of_claim": row["kind"],
        "premises": premises(row),
        "due": False,
        "printed": None,
    }
