"""The pytest plugin: sections run through papermill, and assertions that name what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from briefkit.errors import UnknownName
from briefkit.testing import (
    SectionRunner,
    claims_settled,
    nothing_from_the_future,
    numbers_have_sources,
    picture_is_readable,
    same_as_released,
)
from briefkit.testing.builders import SETTLE, write_brief

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

DRAW = 'brief.chart.lines(trade, title="Trade stood at {{ trade }}.", alt="One dot, at {{ trade }}.", id="trade")'
CELLS = ['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}.", DRAW, SETTLE]
ROWS = ["trade, 2017, 18.4, published 2018-03-01", "trade, 2018, 19.1, published 2019-03-01"]


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    """A brief of one section that says, draws and settles something."""
    runner = SectionRunner(write_brief(tmp_path_factory.mktemp("brief"), ROWS, s=CELLS))
    yield runner
    runner.close()


def test_a_section_that_was_run_gives_all_that_it_says(runner):
    """A test of a notebook looks at prose, numbers, charts and claims, not at cells."""
    run = runner.run("s")
    assert run.error is None and run.as_of == "2018-12-31"
    assert run.prose == ["Trade was 18.4."]
    assert [number["readings"][0]["source"] for number in run.numbers][:1] == ["s"]
    assert run.charts["trade"]["title"] == "Trade stood at 18.4." and len(run.charts["trade"]["data"]) == 1
    assert run.claims["grew"]["verdict"] == "holds"


def test_a_section_runs_once_for_the_same_day_and_again_for_another(runner):
    """A suite of many assertions costs one run."""
    assert runner.run("s") is runner.run("s")
    assert runner.run("s", as_of="2019-12-31").prose == ["Trade was 19.1."]


def test_a_section_that_is_not_there_is_named_with_the_nearest(runner):
    """A typing error in a test must not look like a failure of the brief."""
    with pytest.raises(UnknownName, match="section"):
        runner.run("t")


def test_the_assertions_pass_for_a_section_that_is_right(runner):
    """Together they are what a brief's own tests hold."""
    run = runner.run("s")
    for check in (nothing_from_the_future, numbers_have_sources, claims_settled, picture_is_readable, same_as_released):
        check(run)


def test_each_assertion_names_what_is_wrong(tmp_path):
    """A check that cannot fail guards nothing."""
    cells = [CELLS[0], "%%prose\nTrade was 99 and {{ trade }}.", DRAW]
    runner = SectionRunner(write_brief(tmp_path, ROWS, s=cells))
    run = runner.run("s")
    with pytest.raises(AssertionError, match='"99" is typed'):
        numbers_have_sources(run)
    with pytest.raises(AssertionError, match="grew is not settled"):
        claims_settled(run)
    run.readings[0]["published"] = "2030-01-01"
    with pytest.raises(AssertionError, match=r"trade 2017: published 2030-01-01, after 2018-12-31"):
        nothing_from_the_future(run)
    run.charts["trade"]["svg"] = '<svg viewBox="0 0 9 9"><text x="1" y="1" style="font: 3px x">small</text></svg>'
    with pytest.raises(AssertionError, match='"small" is 3 points tall'):
        picture_is_readable(run, "trade")
    runner.close()


def test_a_number_or_a_verdict_that_moved_since_the_release_is_named(tmp_path):
    """What was published must not change in silence."""
    runner = SectionRunner(write_brief(tmp_path, ROWS, s=CELLS))
    figure = {"figure": "trade", "period": "2017", "source": "s", "value": 17.0, "used_in": ["s"]}
    record = {"edition": "e", "figures": [figure], "claims": [{"claim": "grew", "verdict": "weakened"}]}
    from briefkit.project.release_log import publish

    publish(runner.project.published, {"record": record, "released": "2018-12-31", "allowed": {}, "changes": {}})
    with pytest.raises(AssertionError, match=r"released 17, now 18\.4") as failure:
        same_as_released(runner.run("s"))
    assert "grew: released weakened, now holds" in str(failure.value)
    runner.close()


def test_fixtures_run_each_section_of_each_edition(tmp_path):
    """The tests of a brief are a few lines, and find new sections and editions by themselves."""
    root = write_brief(tmp_path, ROWS, s=CELLS)
    (root / "test_brief.py").write_text(
        "from briefkit.testing import claims_settled\n"
        "def test_claims(section, each_section, each_edition):\n"
        "    claims_settled(section(each_section, edition=each_edition))\n",
        "utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(root),
        "-c",
        "/dev/null",
    ]
    done = subprocess.run([*command, "test_brief.py"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_plugin_costs_a_test_run_without_a_brief_nothing():
    """It is loaded by every pytest where briefkit is installed."""
    program = "import json, sys; import briefkit.testing.plugin; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"pandas", "matplotlib", "papermill"} & set(json.loads(done.stdout))
