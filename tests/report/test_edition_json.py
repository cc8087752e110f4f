"""The record of an edition: who said what, where it is used, and its schema."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest
import sample

from briefkit.errors import ExportError
from briefkit.report import edition_json


@pytest.fixture(scope="module")
def report():
    return sample.report()


def test_the_record_says_who_said_what_and_where_it_is_used(report):
    record = edition_json.record(report)
    share = next(f for f in record["figures"] if f["value"] == 8.7 and f["source"] == "office")
    assert share == {
        "figure": "trade.share",
        "period": "2017",
        "value": 8.7,
        "unit": "percent",
        "published": "2018-01-30",
        "source": "office",
        "status": "verified",
        "used_in": ["harbour", "conclusions"],
    }
    assert [claim["claim"] for claim in record["claims"]] == sorted(claim["claim"] for claim in sample.CLAIMS)
    assert {s["source"] for s in record["sources"]} == {"office", "hostile", "paper"}


def test_the_record_names_what_fell_and_what_is_due(report):
    """Who reads the record alone sees why a claim is weak, and that its review was missed."""
    weak = report.claims[0] | {"review_due": True, "overturned_premises": ["stale"], "level_unit": "percent"}
    record = edition_json.record(replace(report, claims=(weak, *report.claims[1:])))
    claims = {claim["claim"]: claim for claim in record["claims"]}
    assert (claims[weak["claim"]]["due"], claims[weak["claim"]]["fell"]) == (True, ["stale"])
    others = [claim for name, claim in claims.items() if name != weak["claim"]]
    assert all(claim.get("fell") != [] and claim.get("due") is not False for claim in others)


def test_a_record_that_breaks_its_schema_is_refused(report):
    claims = copy.deepcopy(report.claims)
    claims[0]["verdict"] = "perhaps"
    with pytest.raises(ExportError, match=r"claims\.\d: 'perhaps'|claims\.\d\.verdict"):
        edition_json.render(replace(report, claims=claims))
