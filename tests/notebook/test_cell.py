"""What cells publish, and evaluation mode: only what they settle and ask."""

from __future__ import annotations

from briefkit import open_section
from briefkit.analysis import at_least
from briefkit.notebook import cell

CLAIM = {"claim": "grew", "section": "s", "kind": "figure", "statement": "S.", "made": "2018-10-12"}


def test_in_evaluation_mode_claims_are_judged_and_nothing_is_shown(ledger, tmp_path):
    """What only shows does nothing, whatever it is given; a back-test needs no more."""
    ledger("trade, 2017, 18.4, published 2018-03-01", claims=[CLAIM])
    with cell.evaluation_mode() as published:
        brief = open_section("s", edition="e", as_of="2018-12-31", ledger=str(tmp_path / "data"))
        brief.chart.lines(None, title="{{ nosuch }}", alt="")
        brief.table("no table", caption="{{ nosuch }}")
        brief.numbers({"{{ nosuch }}": ""})
        brief.prose("", "{{ nosuch }}")
        brief.claim("grew", at_least(brief.figure("trade"), 10), why="{{ nosuch }}")
        brief._flush()
    assert [payload["kind"] for payload in published] == ["section", "claim", "trace"]
    assert published[1]["verdict"] == "holds" and published[1]["why"] is None
    assert "trade" in [query["args"].get("figure") for query in published[2]["queries"]]


def test_evaluation_mode_ends():
    """What is published after it reaches the page again."""
    with cell.evaluation_mode() as published:
        assert cell.evaluating()
    cell.publish({"kind": "prose"})
    assert published == [] and not cell.evaluating()
