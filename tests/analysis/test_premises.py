"""Premises: what rests on what, and what an overturned one does to a verdict."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefkit.analysis import premises
from briefkit.errors import ClaimError


def settled(claim: str, verdict: str, *premises: str) -> dict:
    """A claim as a section leaves it."""
    return {"claim": claim, "section": "s", "verdict": verdict, "premises": list(premises)}


def test_a_conclusion_whose_premise_fell_never_holds_in_silence():
    """It is weakened and names what fell."""
    made = premises.resolve([settled("top", "holds", "low", "trade"), settled("low", "overturned")])
    assert (made[0]["verdict"], made[0]["overturned_premises"], made[0]["weakened_by_premises"]) == (
        "weakened",
        ["low"],
        True,
    )
    own = premises.resolve([settled("top", "weakened", "low"), settled("low", "overturned")])[0]
    assert (own["verdict"], own["overturned_premises"], own["weakened_by_premises"]) == ("weakened", ["low"], False)
    assert (
        premises.resolve([settled("top", "overturned", "low"), settled("low", "overturned")])[0]["verdict"]
        == "overturned"
    )


def test_claims_in_a_circle_are_refused():
    """An argument that rests on itself is none; the circle is named."""
    with pytest.raises(ClaimError, match=r"found a circle, (a → b → a|b → a → b)"):
        premises.resolve([settled("a", "holds", "b"), settled("b", "holds", "a")])


def test_a_claim_settled_twice_is_refused():
    """Two sections may disagree; one has to speak."""
    with pytest.raises(ClaimError, match="a settled twice"):
        premises.resolve([settled("a", "holds"), settled("a", "holds")])


@given(st.lists(st.sets(st.integers(0, 9)), min_size=10, max_size=10))
def test_premises_come_before_what_rests_on_them(drawn):
    """In any argument without circles; those with circles are refused."""
    graph = [
        settled(str(n), "holds", *(str(p) for p in drawn_premises if p < n)) for n, drawn_premises in enumerate(drawn)
    ]
    order = premises.order(graph)
    assert all(order.index(premise) < order.index(claim["claim"]) for claim in graph for premise in claim["premises"])
