"""Where an id comes from, where it is read, and what rests on it."""

from __future__ import annotations

import json

import pytest

from briefkit.errors import UnknownName
from briefkit.ledger.ledger import load_ledger
from briefkit.publishing.lineage import trace
from conftest import briefkit


def test_why_tells_vintages_sources_and_what_rests_on_it(brief):
    """Of a figure, a claim and a source; an unknown id offers the nearest."""
    root = brief()
    ledger = load_ledger(root / "data")
    lineage = trace("trade", ledger)
    assert (lineage.noun, len(lineage.rows), list(lineage.sources), lineage.rests) == (
        "figure",
        1,
        ["s"],
        [("grew", 1)],
    )
    assert trace("grew", ledger).noun == "claim" and trace("s", ledger).noun == "source"
    with pytest.raises(UnknownName, match='did you mean "trade"'):
        trace("trades", ledger)


@pytest.mark.kernel
def test_why_names_the_cells_that_read_it(brief):
    """From the trace, not from a declaration."""
    done = briefkit(brief(), "why", "trade", "--json")
    assert done.returncode == 0, done.stderr
    section, cells = json.loads(done.stdout)["read_in"][0]
    assert section == "s" and 5 in cells


@pytest.mark.kernel
def test_why_tells_the_verdict_of_a_claim(brief):
    """In the latest edition, and as of which day."""
    done = briefkit(brief(), "why", "grew")
    assert done.returncode == 0 and "Verdict in e (as of 2018-12-31): ✓ holds +8.4" in done.stdout
