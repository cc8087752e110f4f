"""A claim through time: what made it fail, told by its payload alone."""

from __future__ import annotations

import pytest
from test_measures import figure

from briefkit.analysis import at_least, premises, verdicts
from briefkit.analysis.turning_points import claim_state, find_turning_point

ROW = {
    "claim": "c", "section": "s", "kind": "figure", "statement": "S.", "premises": "trade",
    "made": "2018-10-12", "review_by": "", "brief_value": "",
}  # fmt: skip


def state(value: float, day: str = "2018-12-31", max_age_years: float | None = None, **figure_options) -> dict:
    """Settle that trade is at least 10, as known on a day."""
    test = at_least(figure(value, **figure_options), 10)
    settled = verdicts.settle(ROW, test, after=day.__gt__, max_age_years=max_age_years)
    return premises.resolve([claim_state(settled)])[0]


def test_whether_a_claim_is_stale_is_read_from_its_own_key():
    """The words for the reader may change, or be another language's; what they say may not be parsed."""
    assert state(12, "2022-01-01", max_age_years=3)["stale"] is True
    assert state(12, "2018-12-31", max_age_years=3)["stale"] is False
    judged = verdicts.judge(ROW, [], "2019-01-01".__gt__) | {"test": "the newest reading is a judgement"}
    assert claim_state(judged)["stale"] is False


def test_a_turning_point_names_the_reading_that_was_not_there_the_day_before():
    """A reader is sent to the correction, not to the figure at large."""
    days = [("2018-01-30", state(12, period="2016")), ("2018-01-31", state(9, period="2017"))]
    point = find_turning_point(days, "overturned", "overturned")
    assert (point.day, point.exact, point.withdrawn, point.lapsed) == ("2018-01-31", True, False, False)
    assert point.read["value"] == 9 and point.read["period"] == "2017"


def test_a_claim_that_fails_although_nothing_new_was_read_has_lapsed():
    """Time alone did it; no reading is to blame."""
    before = state(12)
    point = find_turning_point([("a", before), ("b", before | {"verdict": "overturned"})], "overturned", "overturned")
    assert point.lapsed and point.read is None
    with pytest.raises(ValueError, match="on none of these days"):
        find_turning_point([("a", before)], "overturned", "")
