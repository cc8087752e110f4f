"""`briefkit add`: one checked row at the end of a table."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from briefkit.errors import LedgerError
from briefkit.ledger.ledger import append, load_ledger
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


def test_a_negative_value_is_no_option(brief):
    """A balance of trade may be -8.8; a mistyped option is still told."""
    root, rest = brief(), ["--published", "2018-12-31", "--source", "s"]
    done = briefkit(root, "add", "trade", "2018", "-8.8", *rest, "--low", "-9")
    assert done.returncode == 0, done.stderr
    assert load_ledger(root / "data").as_of("2018-12-31").figure("trade").value == -8.8
    done = briefkit(root, "add", "trade", "2018", "8.8", *rest, "--nots", "x")
    assert done.returncode == 2 and "--nots" in done.stderr


def test_what_is_published_after_today_is_refused(brief):
    """Nobody can know it yet; mostly a year was mistyped."""
    root = brief()
    before = (root / "data/observations.csv").read_bytes()
    done = briefkit(root, "add", "trade", "2018", "8.8", "--published", "2918-12-31", "--source", "s")
    assert done.returncode == 2 and 'published: found "2918-12-31", expected a day on which it was known' in done.stderr
    assert (root / "data/observations.csv").read_bytes() == before


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
    code = "import sys; from briefkit.ledger.ledger import append; import json; append(sys.argv[1], 'observations', json.loads(sys.argv[2]))"

    def add(number: int) -> int:
        row = json.dumps(ROW | {"period": f"201{number}"})
        return subprocess.run([sys.executable, "-c", code, str(root / "data"), row], capture_output=True).returncode

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(add, range(8))) == {0}
    assert len(load_ledger(root / "data").tables["observations"]) == 9
