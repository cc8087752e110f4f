"""`add`, `diff` and `why`, as an analyst uses them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from briefkit.errors import LedgerError, UnknownName
from briefkit.ledger.ledger import append, load_ledger
from briefkit.publishing.lineage import trace
from conftest import SETTLE, briefkit, command

LONG = "trade.of_all_things.between.both_countries"
READ_LONG = ['trade = brief.figure("trade")', f'long = brief.figure("{LONG}")', "%%prose\nIt was {{ long }}.", SETTLE]

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


def on_a_terminal(line: list[str], typed: str = "", **pipes: int) -> tuple[int, str, str]:
    """Run a command on a terminal of 80 columns; gives exit code, what the terminal showed, and what went elsewhere."""
    ours, theirs = pty.openpty()
    ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs} | pipes
    env = os.environ | {"COLUMNS": "80", "TERM": "xterm"}
    running = subprocess.Popen(line, **ends, env=env, start_new_session=True)
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with suppress(OSError):  # the terminal is gone with its last reader
        while part := os.read(ours, 65536):
            shown += part
    out = running.communicate(timeout=60)[0] or b""
    return running.returncode, shown.decode(), out.decode()


@pytest.mark.kernel
def test_add_says_what_it_does_and_writes_only_when_told_to(brief):
    """Whoever only presses Enter has not read what would move; an id stands in one piece."""
    root = brief([f"{one}, 2017, 18.4, published 2018-03-01" for one in ("trade", LONG)], s=READ_LONG)
    before = (root / "data/observations.csv").read_bytes()
    row = [LONG, "2018", "3", "--published", "2018-12-31", "--source", "s"]
    code, shown, _ = on_a_terminal(command(root, "add", *row), "\n")
    assert code == 1 and "comparing the latest edition with and without the row" in shown, shown
    assert "Write it? [y/N]" in shown and LONG in shown
    assert (root / "data/observations.csv").read_bytes() == before


@pytest.mark.kernel
def test_diff_tells_on_the_terminal_what_it_does_and_a_program_reads_json(brief):
    """Half a minute without a word looks like a hang; progress goes beside the answer."""
    line = command(brief(), "diff", "e", "e@2018-06-30", "--json")
    code, shown, out = on_a_terminal(line, stdout=subprocess.PIPE)
    assert code == 0 and json.loads(out)["new"]["as_of"] == "2018-06-30"
    assert "comparing e and e@2018-06-30" in shown


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


def test_why_tells_vintages_sources_and_what_rests_on_it(brief):
    """Of a figure, a claim and a source; an unknown id offers the nearest."""
    root = brief()
    ledger = load_ledger(root / "data")
    answer = trace("trade", ledger)
    assert (answer.noun, len(answer.rows), list(answer.sources), answer.rests) == ("figure", 1, ["s"], [("grew", 1)])
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
    from briefkit.project.layout import Project
    from briefkit.publishing.compare import moves

    root = brief()
    before = (root / "data/observations.csv").read_bytes()
    found = moves(Project(root), ROW)
    assert [(claim["claim"], claim["new"]["verdict"]) for claim in found.claims] == [("grew", "overturned")]
    with pytest.raises(LedgerError, match=f"^{root}/data/observations.csv:3: value"):
        moves(Project(root), ROW | {"value": "x"})
    assert (root / "data/observations.csv").read_bytes() == before


@pytest.mark.kernel
def test_a_comparison_of_what_is_not_there_is_refused(brief):
    """With the nearest name, before anything runs."""
    done = briefkit(brief(), "diff", "e", "f")
    assert done.returncode == 2 and 'edition: found "f"' in done.stderr
