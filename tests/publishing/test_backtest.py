"""The claims of a brief through time: the verdicts of rendered editions, and the first day on which each failed."""

from __future__ import annotations

import csv
import json
import re
import sys
from itertools import dropwhile
from pathlib import Path
from typing import Any

import html5lib
import pandas as pd
import pytest
from test_in_browser import WIDTHS, axe, opened  # noqa: F401

from briefkit.analysis.turning_points import find_failure
from briefkit.errors import BriefError
from briefkit.ledger.ledger import load_ledger
from briefkit.project.layout import Project
from briefkit.publishing import backtest as testing
from briefkit.publishing.backtest import Span, backtest
from briefkit.report.backtest_page import _cells, render
from conftest import OPEN, PARAMETERS, REPO, briefkit, observation, write_ledger, write_notebook

pytestmark = pytest.mark.kernel
ROWS = [
    "trade, 2017, 18.4, published 2018-03-01",
    "trade, 2017, 8.0, published 2018-05-10",  # a correction
    "coal, 2017, 7.5, published 2018-01-10",
    "oil, 2016, 7, published 2018-02-01",
    "oil, 2017, 4, published 2018-08-15",  # a new period
    "dip, 2017, 9, published 2018-05-08",
    "dip, 2017, 1, published 2018-05-12",
    "dip, 2017, 9, published 2018-05-20",
    "dip, 2017, 1, published 2018-05-25",
]
EVENT = {
    "event": "strike",
    "date": "2018-07-20",
    "kind": "k",
    "title": "A <strike>",
    "source": "s",
    "status": "verified",
}
CLAIMS = {
    "stays": "figure",
    "grew": "figure",
    "peaceful": "event",
    "rests": "figure",
    "judged": "judgement",
    "fresh": "figure",
    "high": "figure",
    "dipped": "figure",
    "stands": "judgement",
}
SECTION = [
    "from briefkit.analysis import at_least, at_most, happened",
    'trade, coal, oil = brief.figure("trade"), brief.figure("coal"), brief.figure("oil")',
    "%%prose\n{% if trade.known %}As of {{ as_of | date }}, trade was {{ trade }}.{% endif %}",
    'brief.claim("grew", at_least(trade, 10), why="{{ trade }}")\nbrief.claim("high", at_least(oil, 5))',
    'brief.claim("peaceful", ~happened(brief.event("strike")))',
    'brief.claim("rests", at_least(coal, 1))\nbrief.claim("stays", at_least(coal, 2))',
    'brief.claim("fresh", at_least(coal, 1), max_age_years=0.5)\nbrief.judge("judged")',
    'brief.claim("dipped", at_most(brief.figure("dip"), 5))',
]
LATE = ['brief.claim("stands", brief.argument.stands("grew"))']
DAYS = ["2018-02-28", "2018-03-31", "2018-04-30", "2018-05-31", "2018-06-30", "2018-07-31", "2018-08-31"]


def write_brief(root: Path, *more: str) -> Project:
    """A brief whose claims turn by a correction, an event, a premise, a new period, age, a judgement, another claim."""
    claims: list[dict[str, Any]] = [
        {"claim": claim, "section": "w" if claim == "stands" else "s", "kind": kind, "statement": f"{claim.title()}."}
        for claim, kind in CLAIMS.items()
    ]
    for claim in claims:
        claim["made"] = "2018-03-15"
        claim["premises"] = "grew" if claim["claim"] in ("rests", "stands") else ""
        claim["review_by"] = "2018-06-15" if claim["claim"] == "judged" else ""
    verdicts = [{"claim": "judged", "verdict": "holds", "published": "2018-04-01", "why": "It did."}]
    rows = [observation(row) for row in ROWS]
    source = [{"source": "s", "publisher": "P & Q", "title": "T", "url": "https://example.org/?a&b"}]
    events = [EVENT | {"published": "2018-07-20"}]
    write_ledger(root / "data", observations=rows, events=events, claims=claims, verdicts=verdicts, sources=source)
    (root / "params").mkdir()
    (root / "params/e.yaml").write_text('edition: e\ntitle: A brief\nas_of: "2018-12-31"\n', encoding="utf-8")
    write_notebook(root / "notebooks/01_s.ipynb", OPEN.format("s"), *SECTION, *more)
    late = OPEN.format("w").replace("overrides)", "overrides, claims=claims)")
    write_notebook(
        root / "notebooks/02_w.ipynb", late, *LATE, parameters=PARAMETERS + "\nclaims = {}", title="# W\n\nSo?"
    )
    return Project(root)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return write_brief(tmp_path_factory.mktemp("backtest"))


@pytest.fixture(scope="module")
def made(project):
    """Seven months of it."""
    return backtest(project, "", Span("2018-02", "2018-08-31"), jobs=1)


def settled(record: Path) -> dict[str, Any]:
    """Claims of an edition.json, without what a backtest does not follow."""
    claims = json.loads(record.read_text("utf-8"))["claims"]
    return {
        one["claim"]: {name: one.get(name) for name in ("verdict", "margin", "flips_at", "unit", "due", "fell")}
        for one in claims
    }


def on(made: Any, day: str) -> dict[str, Any]:
    """The same of a backtest."""
    at = made.days.index(day)
    states = {claim: states[at] for claim, states in made.claims.items()}
    return {
        claim: {name: state[name] for name in ("verdict", "margin", "flips_at")}
        | {"unit": state["unit"] or None, "due": state["review_due"] or None}
        | {"fell": state["overturned_premises"] or None}
        for claim, state in states.items()
    }


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("day", ["2018-02-28", "2018-05-31", "2018-06-30", "2018-08-31"])
def test_verdicts_are_those_of_an_edition_rendered_on_the_day(project, made, day, tmp_path):
    """Through corrections, events, premises, age, and a review day that passes."""
    done = briefkit(project.root, "render", "e", "--as-of", day, "--to", "json", "--no-cache", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert on(made, day) == settled(tmp_path / f"e@{day}/edition.json")


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("edition", "since", "day"), [("2018-10", "2018-08", "2018-10-12"), ("2022-04", "2022-02", "2022-04-30")]
)
def test_the_real_brief_has_the_verdicts_of_its_editions(rendered, edition, since, day):
    """Also where a section is not evaluated again."""
    made = backtest(Project(REPO), edition, Span(since, day))
    assert len(made.days) == 3 and made.errors == []
    assert on(made, day) == settled(rendered / edition / "edition.json")


def test_verdicts_turn(made):
    """Month by month."""
    letters = {
        claim: "".join((state or {"verdict": "-"})["verdict"][0] for state in states)
        for claim, states in made.claims.items()
    }
    assert made.days == DAYS
    assert letters == {
        "grew": "uhhoooo",
        "peaceful": "hhhhhoo",
        "rests": "hhhwwww",
        "judged": "uuhhhhh",
        "fresh": "hhhhhuu",
        "high": "hhhhhho",
        "stays": "hhhhhhh",
        "dipped": "uuuhhhh",
        "stands": "ohhoooo",
    }
    assert [bool(state["review_due"]) for state in made.claims["judged"]] == [False] * 4 + [True] * 3


def test_the_first_day_of_each_failure_is_exact(made):
    """The day on which the correction, the event, the new period was published; the premise that fell."""
    found = {one.state["claim"]: one for one in made.turning_points}
    assert {claim: (one.day, one.exact) for claim, one in found.items()} == {
        "grew": ("2018-05-10", True),
        "peaceful": ("2018-07-20", True),
        "rests": ("2018-05-10", True),
        "high": ("2018-08-15", True),
        "stands": ("2018-05-10", True),
    }
    assert found["grew"].read["value"] == 8.0 and found["grew"].read["revised_from"] == 18.4
    assert found["peaceful"].read["event"] == "strike"
    assert found["high"].read["period"] == "2017"
    assert found["rests"].premises == found["stands"].premises == ("grew",)


def test_a_failure_that_comes_and_goes_between_two_days_is_dated_by_its_first(project):
    """Every day on which something was published is looked at, not every other."""
    made = backtest(project, "e", Span("2018-03", "2018-05-22", "quarter"), jobs=1)
    (dipped,) = (one for one in made.turning_points if one.state["claim"] == "dipped")
    assert made.days == ["2018-03-31", "2018-05-22"]
    assert (dipped.day, dipped.exact, dipped.read["value"]) == ("2018-05-08", True, 9.0)


def test_what_time_alone_changes_is_dated_too(tmp_path):
    """No row was published on the day after which the newest reading was too old."""
    project = write_brief(tmp_path, 'brief.claim("late", False if brief.as_of > "2018-06-17" else True)')
    with (tmp_path / "data/claims.csv").open("a", encoding="utf-8") as file:
        file.write("late,s,judgement,Late.,,2018-03-15,,\n")
    made = backtest(project, "e", Span("2018-05", "2018-06"), jobs=1)
    (late,) = (one for one in made.turning_points if one.state["claim"] == "late")
    assert (late.day, late.exact, late.lapsed) == ("2018-06-18", True, True)


def test_a_claim_fails_from_when_it_was_made():
    """What had not happened yet is no failure; what was wrong from the beginning is, since it could be known."""

    def places(letters: str, made: str = "2018-05-15"):
        names = {"h": "holds", "w": "weakened", "o": "overturned", "u": "unknown"}
        states = [{"verdict": names[letter], "made": made} if letter in names else None for letter in letters]
        return find_failure(DAYS[: len(letters)], states)

    assert places("ooohhh") is None and places("ooohho") == (5, "overturned")
    assert places("uoooh") == (1, "overturned") and places("ooooo") == (0, "overturned")
    assert places("hhhwwo") == (5, "overturned") and places("hhwww") == (2, "weakened")
    assert places("hhh-o") == (4, "overturned") and places("oo", made="2019-01-01") is None


def test_a_section_that_fails_is_named_and_the_others_count(tmp_path):
    """With the first day; its claims stand as far as it came."""
    stops = 'assert brief.figure("oil").period != "2017", "no more"\nbrief.claim("spare", True)'
    project = write_brief(tmp_path, stops)
    with (tmp_path / "data/claims.csv").open("a", encoding="utf-8") as file:
        file.write("spare,s,figure,Spare.,,2018-03-15,,\n")
    done = briefkit(tmp_path, "backtest", "--from", "2018-07", "--to", "2018-08-31")
    assert done.returncode == 1
    assert re.search(r"failed: since 2018-08-31: notebooks.01_s.ipynb: cell 12: AssertionError: no more", done.stderr)
    rows = list(csv.DictReader((project.root / "build/backtest/claims.csv").open(encoding="utf-8")))
    assert [row["verdict"] for row in rows if row["claim"] in ("spare", "stands")] == [
        "overturned",
        "overturned",
        "holds",
        "",
    ]
    page = (project.root / "build/backtest/index.html").read_text("utf-8")
    assert "AssertionError: no more" in page and "Not evaluated" in page
    html5lib.HTMLParser(strict=True).parse(page)


def test_tables_have_a_row_for_each_claim_and_day(project, made, tmp_path):
    """With the reading that decides; the parquet file is the CSV with types."""
    files = {path.name: path for path in testing.write(made, tmp_path)}
    rows = list(csv.DictReader(files["claims.csv"].open(encoding="utf-8")))
    assert list(rows[0]) == testing.COLUMNS and len(rows) == len(CLAIMS) * len(DAYS)
    (grew,) = (row for row in rows if row["claim"] == "grew" and row["as_of"] == "2018-05-31")
    assert list(grew.values())[2:] == [
        "2018-05-31", "overturned", "-2.0", "count", "10.0", "False", "8.0", "2017", "2018-05-10", "s",
    ]  # fmt: skip
    pytest.importorskip("pyarrow")
    typed = pd.read_parquet(files["claims.parquet"])
    assert typed.to_csv(index=False) == files["claims.csv"].read_text("utf-8")
    assert typed["margin"].dtype == "float64" and typed["due"].dtype == "boolean"


def test_without_pyarrow_the_rest_is_written_and_says_so(made, tmp_path, monkeypatch):
    """And no parquet file of an earlier run stays beside the new page."""
    (tmp_path / "claims.parquet").touch()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.warns(UserWarning, match=r"pip install \"briefkit\[parquet\]\""):
        names = [path.name for path in testing.write(made, tmp_path)]
    assert names == ["claims.csv", "index.html"] and not (tmp_path / "claims.parquet").exists()
    assert "claims.parquet" not in (tmp_path / "index.html").read_text("utf-8")


def test_days_are_the_last_of_each_period(ledger):
    """The last one is no later than the end, nor in a month that is not over than what is known; the ends have sensible defaults; what is no day is refused."""
    book = ledger(
        "trade, 2017, 1, published 2018-03-05",
        claims=[{"claim": "c", "section": "s", "kind": "figure", "statement": "S", "made": "2018-01-20"}],
    )
    assert Span().days(book) == ["2018-01-31", "2018-02-28", "2018-03-05"]
    assert Span("2017", "2018-12-31", "quarter").days(book)[-2:] == ["2018-09-30", "2018-12-31"]
    assert Span("2017", "2018", "quarter").days(book)[-2:] == ["2017-12-31", "2018-03-05"]
    assert Span("2016-05-03", "2018-02", "year").days(book) == ["2016-12-31", "2017-12-31", "2018-02-28"]
    for span, said in ((Span("2012-13"), "--from"), (Span("2012", "x"), "--to"), (Span("2019"), "up to 2018-03-05")):
        with pytest.raises(BriefError, match=said):
            span.days(book)


def test_the_command_writes_where_it_is_told(project, tmp_path):
    done = briefkit(project.root, "backtest", "e", "--from", "2018-03", "--to", "2018-03", "--out", str(tmp_path / "x"))
    assert done.returncode == 0, done.stderr
    assert f"{tmp_path / 'x' / 'index.html'}" in done.stdout and "e s: 1 day (" in done.stdout
    assert briefkit(project.root, "backtest", "nosuch").returncode == 2


# ── The page


@pytest.fixture(scope="module")
def page(made):
    return render(made)


@pytest.fixture(scope="module")
def address(page, tmp_path_factory):
    file = tmp_path_factory.mktemp("page") / "brief.html"
    file.write_text(page, "utf-8")
    return file.parent.as_uri()


def test_the_page_is_valid_and_loads_nothing(page):
    """Hostile text of the ledger stays text; every address leads somewhere."""
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script" not in page and "A &lt;strike&gt;" in page and "default-src" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


def test_a_run_lasts_as_long_as_its_verdict(page):
    """Signs beside colours, the whole row covered, what decided it in words."""
    (row,) = re.findall(r'<tr id="claim-grew">.*?</tr>', page, re.DOTALL)
    bars = re.findall(r'class="bar (\w+)" style="flex:(\d)"', row)
    assert bars == [("unknown", "1"), ("holds", "2"), ("overturned", "4")]
    assert "✗" in row and "May 2018 to August 2018" in row
    assert re.search(r"May 2018: trade, 8 \(2017\); margin \u22122 \(P &amp; Q, known from 10 May 2018\)", row)


def test_short_runs_share_a_target(page):
    """A finger is wider than a month, and the years stand below each other in all tables."""
    (row,) = re.findall(r'<tr id="claim-grew">.*?</tr>', page, re.DOTALL)
    assert re.findall(r'<td colspan="(\d)"', row) == ["7"] and row.count('class="run"') == 1
    cells = [(one["id"], one["count"]) for one in _cells([{"id": n, "count": n} for n in (5, 1, 2, 9, 3)], 4)]
    assert cells == [(5, 5), (1, 15)]


def test_what_was_only_unknown_before_did_not_change(page):
    """That nothing was known at first is no change of a verdict."""
    rows = re.findall(r'<tr id="claim-[^"]+">.*?</tr>', page, re.DOTALL)
    bars = [[verdict for verdict in re.findall(r'class="bar (\w+)"', row)] for row in rows]
    started = [list(dropwhile(lambda verdict: verdict in ("none", "unknown"), one)) for one in bars]
    counted = int(re.search(r"; of (\d+) the verdict changed", page)[1])
    assert counted == sum(len(one) > 1 for one in started) < sum(len(one) > 1 for one in bars)


def test_rows_that_changed_come_first(page):
    assert page.index('id="claim-grew"') < page.index('id="claim-stays"')
    assert page.index("W</h3>") < page.index("T</h3>")  # what looks back on the others stands first


def test_each_failure_has_its_day_and_what_did_it(page):
    (grew,) = re.findall(r'<li class="claim \w+" id="failed-grew">.*?</li>', page, re.DOTALL)
    assert "10 May 2018" in grew and "until then 18.4" in grew
    assert 'P &amp; Q: <a href="https://example.org/?a&amp;b">T</a>' in grew
    (rests,) = re.findall(r'<li class="claim \w+" id="failed-rests">.*?</li>', page, re.DOTALL)
    assert 'a premise fell: <a href="#claim-grew">Grew</a>' in rests


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing(opened, axe, width, theme):  # noqa: F811
    """And a phone shows the page without moving it sideways."""
    page = opened(width, theme, bypass_csp=True)
    page.evaluate(axe)
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = page.evaluate("rules => axe.run({runOnly: rules}).then(done => done.violations)", rules)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", WIDTHS)
def test_months_are_equally_wide_and_a_phone_opens_at_the_newest(opened, width):  # noqa: F811
    """A length is a time, and what holds today is what a reader came for."""
    page = opened(width)
    wide = "bars => bars.map(bar => bar.getBoundingClientRect().width / bar.style.flexGrow)"
    widths = page.locator("#claim-grew .bar").evaluate_all(wide)
    assert max(widths) - min(widths) < 0.5
    assert {box["height"] for box in map(lambda one: one.bounding_box(), page.locator(".heat .bar").all())} == {26}
    hint = page.locator(".swipe").first
    assert hint.is_visible() == (width == 320)
    assert width > 320 or hint.bounding_box()["y"] < page.locator(".heat").first.bounding_box()["y"]
    gap = "all => all.map(one => one.getBoundingClientRect().right - one.firstChild.getBoundingClientRect().right)"
    assert min(page.locator(".scroll").evaluate_all(gap)) > -1
    title, table = page.locator("h3").first.bounding_box(), page.locator(".scroll table").first.bounding_box()
    assert width == 320 or abs(table["x"] - title["x"]) < 1


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize("width", WIDTHS)
def test_a_run_tells_what_decided_it_by_keyboard_and_by_mouse(opened, width):  # noqa: F811
    """Without script; its name says it to who cannot see it."""
    page = opened(width, java_script_enabled=False)
    run = page.locator("#claim-grew .run").last
    tip = run.locator(".tip")
    assert tip.bounding_box()["width"] <= 1
    run.focus()
    box = tip.bounding_box()
    assert box["width"] == width and box["y"] + box["height"] <= 901
    run.evaluate("run => run.blur()")
    run.hover()
    assert tip.bounding_box()["width"] == width
    assert "8 (2017)" in run.text_content()


def test_the_ledger_is_left_as_it_is(project, made):
    """A backtest reads."""
    assert len(load_ledger(project.data).tables["observations"]) == len(ROWS)
