"""Claims: verdicts, margins, and judgements that come due."""

from __future__ import annotations

from dataclasses import replace

import pytest
from test_measures import figure

from briefkit.analysis import verdicts
from briefkit.analysis.conditions import at_least, near
from briefkit.notebook import prose
from briefkit.report.markup import Notes, inline

ROW = {
    "claim": "c", "section": "s", "kind": "figure", "statement": "S.", "premises": "trade;d",
    "made": "2018-10-12", "review_by": "", "brief_value": "9",
}  # fmt: skip


@pytest.mark.parametrize(
    ("holds", "weakened", "verdict"),
    [(True, None, "holds"), (True, False, "holds"), (True, True, "weakened"), (False, None, "overturned"),
     (False, True, "weakened"), (None, None, "unknown"), (False, False, "overturned")],
)  # fmt: skip
def test_a_test_settles_a_claim(holds, weakened, verdict):
    """Four verdicts, from two answers."""
    assert verdicts.settle(ROW, holds, weakened=weakened)["verdict"] == verdict


def test_a_settled_claim_says_by_how_much_and_where_it_flips():
    """The margin and the deciding value stand beside the verdict."""
    settled = verdicts.settle(ROW, at_least(figure(8.5, "percent"), 15))
    assert (settled["verdict"], settled["margin"], settled["flips_at"]) == ("overturned", -6.5, 15)
    assert settled["readings"][0]["figure"] == "trade" and settled["premises"] == ["trade", "d"]


def test_a_judgement_is_the_last_one_and_comes_due():
    """A judgement older than its review date says so."""
    row = ROW | {"review_by": "2019-12-31"}
    known = [
        {"verdict": "holds", "published": "2018-10-12", "why": "a"},
        {"verdict": "weakened", "published": "2019-05-01", "why": "b"},
    ]
    assert verdicts.judge(row, known[:1], "2019-01-01".__gt__) | {"readings": 0} == verdicts.judge(
        row, known[:1], "2019-12-31".__gt__
    ) | {"readings": 0}
    assert verdicts.judge(row, known, "2020-01-01".__gt__)["verdict"] == "weakened"
    assert (
        verdicts.judge(row, known, "2020-01-01".__gt__)["review_due"]
        and not verdicts.judge(row, known, "2019-06-01".__gt__)["review_due"]
    )
    assert verdicts.judge(row, [], "2019-01-01".__gt__)["verdict"] == "unknown"


def test_a_judgement_says_why_in_its_own_words_with_its_day():
    """Its words are text, whatever they look like; the day brings what was judged."""
    why = "{{ 1 / 0 }} <b>*draws*</b>, \u5f15\u304d\u5206\u3051."
    judged = verdicts.judge(ROW, [{"verdict": "holds", "published": "2018-10-12", "why": why}], "2019-01-01".__gt__)
    reason = prose.judgement_reason(judged)
    assert str(reason) == f"{why} (Judgement of 12 October 2018.)"
    assert reason.notes[0]["readings"] == [] and reason.notes[1]["readings"] == judged["readings"]
    nodes = inline(reason.payload(), Notes(1))
    assert {node["t"] for node in nodes} == {"text", "lang", "note"}  # nothing of it became markup
    assert [node["text"] for node in nodes if node["t"] == "lang"] == ["\u5f15\u304d\u5206\u3051"]
    assert prose.judgement_reason(verdicts.judge(ROW, [], "2019-01-01".__gt__)) is None
    other = prose.judgement_reason(judged, prose.render("It is a draw of {{ day | date }}.", {"day": "2012-03"}))
    assert str(other) == "It is a draw of March 2012. (Judgement of 12 October 2018.)"
    assert other.notes[-1]["readings"] == judged["readings"]


def test_an_open_claim_says_why_only_where_a_judgement_leaves_it_open_too():
    """A judgement that holds does not explain a test that could not decide."""
    known = [{"verdict": "unknown", "published": "2018-10-12", "why": "Nothing tells."}]
    open_still = verdicts.judge(ROW, known, "2019-01-01".__gt__)
    assert str(prose.undecided_reason("", open_still)).startswith("Nothing tells.")
    assert prose.undecided_reason("", open_still | {"verdict": "holds"}) is None
    assert "of 6 August 2018, is too old" in str(prose.undecided_reason("2018-08-06", open_still))


def test_a_tolerance_has_no_margin_and_no_verdict_one_of_the_other_sign():
    """Half a person more would turn nothing, and what holds is never short of holding."""
    assert verdicts.settle(ROW, near(figure(89), 89, within=0.5))["flips_at"] is None
    assert verdicts.settle(ROW, near(figure(89), 89, within=0.5) & at_least(figure(89), 40))["margin"] is None
    short = at_least(figure(8.5, "percent"), 15)
    assert verdicts.settle(ROW, replace(short, holds=True))["margin"] is None
    assert verdicts.settle(ROW, replace(short, holds=None))["margin"] == -6.5
    assert verdicts.settle(ROW, short, weakened=at_least(figure(8.5, "percent"), 5))["margin"] == -6.5


@pytest.mark.parametrize(("value", "verdict"), [(9.2, "as printed"), (8, "imprecise"), (3, "contradicted")])
def test_what_was_printed_is_set_beside_the_record(value, verdict):
    """With both values and how far they are apart."""
    printed = verdicts.printed("9", figure(value, "percent"), within=0.5, loosely=1.5)
    assert printed["verdict"] == verdict and printed["readings"]
    assert (printed["brief"], printed["record"]) == ("9%", f"{value:g}%")


def test_printed_numbers_have_units_and_read_as_in_the_text():
    """6;9 beside 4.4 leaves the reader to guess what is meant."""
    printed = verdicts.printed("6;9", figure(4.4449, "percent"), within=0.5, loosely=1.5)
    assert (printed["brief"], printed["record"]) == ("6% and 9%", "4.44%")
    assert verdicts.printed("3500", figure(3500, "people"), within=1, loosely=2)["record"] == "3,500 people"


def test_a_reading_past_its_shelf_life_settles_nothing():
    """A report of 2018 does not say what stands there years later."""
    test = at_least(figure(3), 1)
    assert verdicts.settle(ROW, test, after="2020-01-01".__gt__, max_age_years=3)["verdict"] == "holds"
    old = verdicts.settle(ROW, test, after="2022-01-01".__gt__, max_age_years=3)
    assert old["verdict"] == "unknown" and "2018-01-30, is older than 3 years" in old["test"]


def test_a_record_that_differs_is_never_written_like_the_brief():
    """9% beside 9%, contradicted, would be a riddle."""
    settled = verdicts.printed("9", figure(9.0004, "percent"), within=0, loosely=0)
    assert (settled["verdict"], settled["brief"], settled["record"]) == ("contradicted", "9%", "9.0004%")
