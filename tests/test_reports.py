"""`add`, `diff` and `why`, as an analyst uses them."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from briefkit.errors import LedgerError, UnknownName
from briefkit.ledger import append, load_ledger
from briefkit.why import why
from conftest import briefkit

ROW = {
    "figure": "trade",
    "period": "2018",
    "value": "3",
    "published": "2018-12-31",
    "source": "s",
    "status": "verified",
}


def test_a_row_is_appended_as_typed(brief):
    """At the end of the file, nothing else touched."""
    root = brief()
    before = (root / "data/observations.csv").read_text()
    done = briefkit(
        root, "add", "trade", "2018", "19.5", "--published", "2018-12-31", "--source", "s", "--note", "a, b"
    )
    assert done.returncode == 0, done.stderr
    assert (root / "data/observations.csv").read_text() == before + 'trade,2018,19.5,,,2018-12-31,s,verified,"a, b"\n'
    assert "observations.csv:3: trade, 2018: 19.5" in done.stdout


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"figure": "trad"}, 'did you mean "trade"'),
        ({"value": "x"}, "expected a finite number"),
        ({"published": "2018-06-30"}, "expected a day on or after the end of the period"),
        ({"source": "nosuch"}, "expected an id of sources.csv"),
        ({"period": "2017", "published": "2018-03-01"}, "expected one row for each figure, period, published, source"),
    ],
)
def test_a_row_that_cannot_be_believed_is_not_written(brief, change, message):
    """The same checks as on loading, with the line it would have had; a second identical row is one of them."""
    root = brief()
    before = (root / "data/observations.csv").read_bytes()
    with pytest.raises(LedgerError, match=message):
        append(root / "data", "observations", ROW | change)
    assert (root / "data/observations.csv").read_bytes() == before


def test_concurrent_adds_lose_nothing(brief):
    """Eight processes at once, eight rows more."""
    root = brief()
    code = "import sys; from briefkit.ledger import append; import json; append(sys.argv[1], 'observations', json.loads(sys.argv[2]))"

    def add(number: int) -> int:
        row = json.dumps(ROW | {"period": f"201{number}"})
        return subprocess.run([sys.executable, "-c", code, str(root / "data"), row], capture_output=True).returncode

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(add, range(8))) == {0}
    assert len(load_ledger(root / "data").tables["observations"]) == 9


def test_why_tells_vintages_sources_and_what_rests_on_it(brief):
    """Of a figure, a claim and a source; an unknown id offers the nearest."""
    root = brief()
    ledger = load_ledger(root / "data")
    answer = why("trade", ledger)
    assert (answer.noun, len(answer.rows), list(answer.sources), answer.rests) == ("figure", 1, ["s"], [("grew", 1)])
    assert why("grew", ledger).noun == "claim" and why("s", ledger).noun == "source"
    with pytest.raises(UnknownName, match='did you mean "trade"'):
        why("trades", ledger)


@pytest.mark.kernel
def test_why_names_the_cells_that_read_it(brief):
    """From the trace, not from a declaration."""
    done = briefkit(brief(), "why", "trade", "--json")
    assert done.returncode == 0, done.stderr
    section, cells = json.loads(done.stdout)["read_in"][0]
    assert section == "s" and 5 in cells


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
    from briefkit.project import Project
    from briefkit.reports import moves

    root = brief()
    before = (root / "data/observations.csv").read_bytes()
    found = moves(Project(root), ROW)
    assert [(claim["claim"], claim["new"]["verdict"]) for claim in found.claims] == [("grew", "overturned")]
    assert (root / "data/observations.csv").read_bytes() == before


@pytest.mark.kernel
def test_a_comparison_of_what_is_not_there_is_refused(brief):
    """With the nearest name, before anything runs."""
    done = briefkit(brief(), "diff", "e", "f")
    assert done.returncode == 2 and 'edition: found "f"' in done.stderr
