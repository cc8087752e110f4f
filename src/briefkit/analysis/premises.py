"""Follow what rests on what: the premises of claims, and what an overturned premise does to a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from briefkit.errors import ClaimError
from briefkit.ledger.readings import Reading

OUTLINE = {
    "verdict": "unknown",
    "margin": None,
    "unit": "",
    "flips_at": None,
    "level_unit": "",
    "review_due": False,
    "printed": None,
}
"""What other sections need to know of a settled claim, and what stands there where none settled it."""


def premises_of(row: Mapping[str, Any]) -> list[str]:
    """List the ids on which a claim rests, from its row of the ledger.

    Examples
    --------
    >>> premises_of({"premises": "energy.share;share_reaches_15"})
    ['energy.share', 'share_reaches_15']
    """
    return [premise for premise in str(row["premises"]).split(";") if premise]


def order(claims: Iterable[Mapping[str, Any]]) -> list[str]:
    """Sort ids of claims, premises before what rests on them.

    Parameters
    ----------
    claims : iterable of mapping
        With `claim` and `premises`, a list of ids; premises that are no claims are passed over.

    Raises
    ------
    ClaimError
        If claims rest on each other in a circle.

    Examples
    --------
    >>> order([{"claim": "roof", "premises": ["wall"]}, {"claim": "wall", "premises": ["trade.total"]}])
    ['wall', 'roof']
    """
    rests_on = {claim["claim"]: list(claim["premises"]) for claim in claims}
    graph = {name: [premise for premise in premises if premise in rests_on] for name, premises in rests_on.items()}
    try:
        return list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        raise ClaimError(f"claims.csv: premises: found a circle, {circle}; take out one of these premises") from error


def resolve(settled: Iterable[Reading]) -> list[Reading]:
    """Weaken each claim that holds on a premise that was overturned.

    Parameters
    ----------
    settled : iterable of dict
        Claims with verdict and premises; premises that are no claims are passed over.

    Returns
    -------
    list of dict
        In the same order, each with `overturned_premises`, the claims among its premises that were overturned, and
        `weakened_by_premises`, whether these alone weakened it.

    Raises
    ------
    ClaimError
        If one claim was settled twice, or claims rest on each other in a circle.

    Examples
    --------
    >>> wall = {"claim": "wall", "verdict": "overturned", "premises": []}
    >>> roof = {"claim": "roof", "verdict": "holds", "premises": ["wall"]}
    >>> resolve([wall, roof])[1]["verdict"]
    'weakened'
    """
    claims = list(settled)
    names = [claim["claim"] for claim in claims]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ClaimError(f"claims: found {', '.join(twice)} settled twice, expected once; settle each in one section")
    order(claims)
    overturned = {claim["claim"] for claim in claims if claim["verdict"] == "overturned"}
    return [_resolved(claim, [name for name in claim["premises"] if name in overturned]) for claim in claims]


def _resolved(claim: Reading, overturned: list[str]) -> Reading:
    weakened = bool(overturned) and claim["verdict"] == "holds"
    verdict = "weakened" if weakened else claim["verdict"]
    return claim | {"verdict": verdict, "overturned_premises": overturned, "weakened_by_premises": weakened}


def outline(row: Mapping[str, Any], settled: Mapping[str, Any]) -> Reading:
    """Return a claim in short: columns of its row, and how it was settled.

    Parameters
    ----------
    row : mapping
        The claim's row of the ledger, its premises as a list.
    settled : mapping
        The claim as `settle` or `outlines` gives it; empty where no section settled it.
    """
    columns = {name: row[name] for name in ("claim", "section", "statement", "brief_value", "premises")}
    state = {name: settled.get(name, default) for name, default in OUTLINE.items()}
    return columns | {"kind_of_claim": row["kind"]} | state


def outlines(settled: Iterable[Mapping[str, Any]]) -> dict[str, Reading]:
    """Return settled claims as they are handed to a section that waits for them: in short, sorted by id."""
    ordered = sorted(settled, key=lambda claim: str(claim["claim"]))
    return {
        str(claim["claim"]): {name: claim[name] for name in OUTLINE if claim[name] is not None} for claim in ordered
    }


def claims_resting_on(name: str, premises: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, int]]:
    """Iterate over the claims that rest on an id, with their distance, nearest first.

    Parameters
    ----------
    name : str
        Id of a figure, an event, a relation or a claim.
    premises : mapping
        For each claim the ids on which it rests.

    Examples
    --------
    >>> list(claims_resting_on("trade.total", {"wall": ["trade.total"], "roof": ["wall"]}))
    [('wall', 1), ('roof', 2)]
    """
    seen, nearest, distance = {name}, {name}, 0
    while nearest:
        distance += 1
        nearest = {claim for claim, under in premises.items() if claim not in seen and not nearest.isdisjoint(under)}
        seen |= nearest
        yield from ((claim, distance) for claim in sorted(nearest))
