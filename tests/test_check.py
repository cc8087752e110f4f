"""`briefkit check` finds without running what would make the page untrue."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefkit.build import Project
from briefkit.check import check, typed_digits
from conftest import REPO, SETTLE

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
