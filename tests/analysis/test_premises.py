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


@pytest.mark.parametrize(
    ("own", "verdict", "weakened_by_premises"),
    [("holds", "weakened", True), ("weakened", "weakened", False), ("overturned", "overturned", False)],
)
def test_a_conclusion_whose_premise_was_overturned_never_holds_in_silence(own, verdict, weakened_by_premises):
    """It is weakened, names the premise, and says whether that alone weakened it."""
    top, _ = premises.resolve([settled("top", own, "low", "trade"), settled("low", "overturned")])
    assert (top["verdict"], top["weakened_by_premises"]) == (verdict, weakened_by_premises)
    assert top["overturned_premises"] == ["low"]


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
