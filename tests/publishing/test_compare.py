"""Comparing editions, and an edition with and without one more row."""

from __future__ import annotations

import pytest

from briefkit.errors import LedgerError
from briefkit.project.layout import Project
from briefkit.publishing.compare import moves
from conftest import briefkit

ROW = {
    "figure": "trade",
    "period": "2018",
    "value": "3",
    "published": "2018-12-31",
    "source": "s",
    "status": "verified",
}


def test_a_day_that_is_none_is_named_by_its_side(brief):
    """Not by a file, nor by an option that was not typed."""
    done = briefkit(brief(), "diff", "e", "e@soon")
    assert done.returncode == 2 and 'e@soon: found "soon", expected EDITION or EDITION@DAY' in done.stderr


@pytest.mark.kernel
def test_diff_tells_what_moved_and_exits_as_asked(brief):
    """Same: 0; different: 1 with --exit-code."""
    root = brief(["trade, 2017, 18.4, published 2018-03-01", "trade, 2018, 8.0, published 2019-03-01"])
    same = briefkit(root, "diff", "e", "e", "--exit-code")
    assert same.returncode == 0 and "Nothing changed" in same.stdout
    done = briefkit(root, "diff", "e", "e@2019-12-31", "--exit-code")
    assert done.returncode == 1, done.stderr
    assert "18.4 (2017, s)" in done.stdout and "8 (2018, s)" in done.stdout and "new period" in done.stdout
    assert "holds" in done.stdout and "overturned" in done.stdout


@pytest.mark.kernel
def test_what_a_row_would_move_is_told_before_it_is_written(brief):
    """The ledger itself is left as it is."""
    root = brief()
    before = (root / "data/observations.csv").read_bytes()
    difference = moves(Project(root), [ROW])
    assert [(claim["claim"], claim["new"]["verdict"]) for claim in difference.claims] == [("grew", "overturned")]
    with pytest.raises(LedgerError, match=f"^{root}/data/observations.csv:3: value"):
        moves(Project(root), [ROW | {"value": "x"}])
    assert (root / "data/observations.csv").read_bytes() == before


@pytest.mark.kernel
def test_a_comparison_of_what_is_not_there_is_refused(brief):
    """With the nearest name, before anything runs."""
    done = briefkit(brief(), "diff", "e", "f")
    assert done.returncode == 2 and 'edition: found "f"' in done.stderr
