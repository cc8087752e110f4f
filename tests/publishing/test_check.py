"""`briefkit check` finds without running what would make the page untrue."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from briefkit.project.layout import Project
from briefkit.publishing.check import check, typed_digits
from conftest import OPEN, REPO, SETTLE, briefkit, write_notebook

READ = 'trade = brief.figure("trade")'


def errors(root: Path) -> str:
    """All errors as one text."""
    return "\n".join(str(problem) for problem in check(Project(root))[0])


def test_a_good_brief_has_no_errors(brief):
    """Else nothing that follows means anything."""
    assert errors(brief()) == ""


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([READ], "grew: found settled nowhere, expected settled once, in s"),
        ([READ, SETTLE, SETTLE], "grew: found settled in s, s"),
        ([READ, SETTLE, 'brief.claim("nosuch", None)'], "nosuch: found a claim that claims.csv does not have"),
        (
            [READ, SETTLE, "%%prose\nIt was 18.4 in {{ trade | period }}."],
            'cell 6: found "18.4", expected no digit typed',
        ),
        ([READ, SETTLE, "#md## In 2018 it rose"], 'cell 6: found "2018", expected no digit typed'),
        ([READ, SETTLE, 'brief.chart.lines(trade, title="Up by 3", alt="x")'], 'cell 6: found "3"'),
    ],
)
def test_a_planted_error_is_named(brief, cells, message):
    """Each check can fail."""
    assert message in errors(brief(s=cells))


def test_names_with_digits_are_allowed_by_a_list(brief):
    """2+2 is a name; the list stands beside the notebooks for all to see."""
    path = brief(s=[READ, SETTLE, "%%prose\nThe 2+2 met."]) / "notebooks" / "01_s.ipynb"
    assert list(typed_digits(path, [])) and not list(typed_digits(path, ["2+2"]))


def test_stored_outputs_are_found(brief):
    """Notebooks are checked in clean."""
    root = brief()
    path = root / "notebooks" / "01_s.ipynb"
    path.write_text(path.read_text().replace('"execution_count": null', '"execution_count": 3', 1))
    assert "found stored outputs" in errors(root)


def test_premises_in_a_circle_are_found(brief):
    """An argument that rests on itself."""
    root = brief()
    with (root / "data" / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("a,s,figure,A.,b,2018-10-12,,\nb,s,figure,B.,a,2018-10-12,,\n")
    assert "found a circle" in errors(root)


def test_figures_of_no_section_are_found(brief):
    """A section that was renamed leaves its figures behind."""
    root = brief()
    (root / "notebooks" / "01_s.ipynb").rename(root / "notebooks" / "01_other.ipynb")
    assert 'section: found "s", expected one of other' in errors(root)


def test_reading_past_the_ledger_is_warned_of(brief):
    """What a cell reads by itself no trace sees."""
    root = brief(s=[READ, SETTLE, "import datetime; datetime.date.today()"])
    warnings = "\n".join(str(problem) for problem in check(Project(root))[1])
    assert "cell 6: found today(…)" in warnings


def test_the_real_brief_has_no_errors():
    """What is checked in can be published."""
    assert errors(REPO) == ""


def warnings(root: Path) -> str:
    """All warnings as one text."""
    return "\n".join(str(problem) for problem in check(Project(root))[1])


def test_an_editor_is_told_what_to_look_at(brief):
    """Claims past review, figures behind their rhythm, claims on one source, sources without address."""
    rows = [f"trade, {year}, 18.4, published {year + 1}-03-01" for year in range(2010, 2016)]
    root = brief([*rows, "coal, 2019, 1, published 2020-03-01, by t"])
    with (root / "data" / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("judged,s,judgement,J.,coal,2018-10-12,2019-12-31,\n")
    with (root / "data" / "verdicts.csv").open("a", encoding="utf-8") as file:
        file.write("judged,holds,2018-10-12,Because.,\n")
    path = write_notebook(root / "notebooks/01_s.ipynb", OPEN.format("s"), READ, SETTLE, 'brief.judge("judged")')
    assert path.exists() and errors(root) == ""
    progress = warnings(root)
    assert "judged: found review by 2019-12-31, last judged 2018-10-12" in progress
    assert "trade: found last published 2016-03-01, usually every 365 days" in progress
    assert "grew: found only s, expected two sources" in progress
    assert "s: found no address" in progress


def test_a_recent_judgement_and_a_punctual_figure_are_passed_over(brief):
    """A warning that is always there is none."""
    progress = warnings(brief([f"trade, {year}, 18.4, published {year + 1}-03-01" for year in range(2010, 2016)]))
    assert "usually every" not in progress and "review by" not in progress


def test_errors_come_first_and_three_warnings_of_a_kind(brief):
    """Fifty-eight lines hide the one that matters; one is no plural; all come when asked for."""
    root = brief([f"trade, 2017, 18.4, published 2018-03-01, by s{n}" for n in range(5)])
    progress = briefkit(root, "check").stdout
    assert "5 warnings: sources without an address\n" in progress and "and 2 more; show all with --verbose" in progress
    assert progress.endswith("0 errors, 5 warnings\n") and progress.count("found no address") == 3
    assert briefkit(root, "check", "-v").stdout.count("found no address") == 5
    (root / "params/e.yaml").write_text('edition: e\ntitle: A brief\nas_of: "2018-13-31"\n', encoding="utf-8")
    done = briefkit(root, "check")
    assert done.returncode == 2 and "e.yaml:3: as_of" in done.stderr and done.stdout.endswith("1 error, 5 warnings\n")


def test_what_is_published_after_today_is_warned_of_and_moves_nothing(brief):
    """A typing error in a year would make every other figure look behind its rhythm."""
    rows = [f"trade, {year}, 18.4, published {year + 1}-03-01" for year in range(2010, 2016)]
    root, today = brief([*rows, "coal, 2015, 1, published 2062-03-01"]), date(2016, 3, 31)
    progress = "\n".join(map(str, check(Project(root), today)[1]))
    assert (
        'observations.csv:8: published: found "2062-03-01"' in progress
        and "no later than today (2016-03-31)" in progress
    )
    assert "usually every" not in progress and "usually every" in warnings(root)


def test_editions_that_share_a_subtitle_are_warned_of(brief):
    """A copied edition keeps what was written for its model."""
    root = brief(edition='edition: e\ntitle: A brief\nsubtitle: As written\nas_of: "2018-12-31"\n')
    assert "As written" not in warnings(root)
    text = (root / "params/e.yaml").read_text(encoding="utf-8")
    (root / "params/f.yaml").write_text(text.replace("edition: e", "edition: f"), encoding="utf-8")
    assert 'f.yaml: subtitle: found "As written", as in e' in warnings(root)


def test_an_old_row_that_was_changed_is_warned_of(brief):
    """The ledger is appended to: a row of the last commit stays; a new one below, or other quotes, change nothing."""
    root = brief(["trade, 2017, 18.4, published 2018-03-01", "trade, 2016, 17, published 2017-03-01"])
    assert "old row" not in warnings(root)
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for line in (["init", "-q"], ["add", "data"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *line], cwd=root, env=own, check=True)
    path = root / "data/observations.csv"
    text = path.read_text(encoding="utf-8").replace("2017,18.4", '"2017",18.4')
    path.write_text(text + "trade,2017,18.9,,,2018-05-10,s,verified,\n", encoding="utf-8")
    assert "old row" not in warnings(root)
    path.write_text(text.replace("18.4", "18.9"), encoding="utf-8")
    progress = [one for one in warnings(root).splitlines() if "old row" in one]
    assert len(progress) == 1 and "observations.csv:2: found an old row that changed or went" in progress[0]
    assert 'went, "trade,2017,18.4,' in progress[0] and "append a correction instead" in progress[0]
