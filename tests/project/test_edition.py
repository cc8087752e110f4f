"""Editions: a YAML that cannot be used is refused before anything runs, with the line and the nearest name."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefkit.errors import EditionError, UnknownName
from briefkit.project.edition import check_overrides, load_edition
from briefkit.project.layout import editions_in
from conftest import REPO

GOOD = "edition: e\ntitle: A brief\nas_of: 2018-10-12\nband_low: 15\n"
SCHEMA = '{"properties": {"band_low": {"type": "number", "minimum": 0, "maximum": 100, "description": "a percentage"}}}'


def write(folder: Path, text: str) -> Path:
    """An edition `e` beside a schema that knows band_low."""
    (folder / "e.yaml").write_text(text, encoding="utf-8")
    (folder / "schema.json").write_text(SCHEMA, encoding="utf-8")
    return folder


def test_dates_and_numbers_arrive_as_notebooks_need_them(tmp_path):
    """YAML reads a day as a date, which papermill cannot hand on; it must arrive as ISO text."""
    edition = load_edition("e", write(tmp_path, GOOD))
    assert edition.as_of == "2018-10-12"
    assert edition.notebook_parameters() == {"edition": "e", "as_of": "2018-10-12", "overrides": [], "band_low": 15}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD + "band_lo: 3\n", r'e\.yaml:5: band_lo: found "band_lo", .*did you mean "band_low"'),
        (GOOD.replace("2018-10-12", "2018-13-01"), r"e\.yaml:3: as_of: found \"2018-13-01\", expected a day"),
        (GOOD.replace("15", "150"), r"e\.yaml:4: band_low: found 150, expected a percentage, at least 0, at most 100"),
        (GOOD.replace("title: A brief\n", ""), r"e\.yaml:1: title: found no title"),
        (GOOD + "title: again\n", r"e\.yaml:5: title: found a second time"),
        (GOOD + "overrides: [{figure: f, value: 1}]\n", r"found no reason, expected a line reason"),
        (GOOD + "x: [1\n", r"e\.yaml:\d: found the end of the file, expected YAML; correct the line: expected"),
        (GOOD + "x: a: b\n", r'e\.yaml:5: found "x: a: b", expected YAML; correct the line: mapping values'),
        (GOOD.replace("edition: e", "edition: other"), r'edition: found "other", expected "e"'),
        ("- a\n", "found no mapping"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path, text, message):
    """Each check can fail, and says what to do."""
    with pytest.raises(EditionError, match=message):
        load_edition("e", write(tmp_path, text))


def test_all_mistakes_come_at_once(tmp_path):
    """One wrong line never hides another."""
    with pytest.raises(EditionError) as caught:
        load_edition("e", write(tmp_path, GOOD.replace("15", "150").replace("2018-10-12", "soon") + "band_lo: 3\n"))
    assert len(caught.value.problems) == 3


def test_another_day_and_other_values_may_be_set(tmp_path):
    """What the command line sets is checked as the file is."""
    folder = write(tmp_path, GOOD)
    assert (
        load_edition("e", folder, as_of="2020-06-30", changes={"band_low": "10"}).notebook_parameters()["band_low"]
        == 10
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"changes": {"band_low": "110"}}, "^--set band_low: found 110, expected a percentage"),
        ({"changes": {"band_lo": "1"}}, r'^--set band_lo: found "band_lo", .*did you mean "band_low"'),
        ({"changes": {"band_low": "[1"}}, r'^--set band_low: found "\[1", expected a value in YAML'),
        ({"as_of": "soon"}, '^--as-of: found "soon", expected a day'),
    ],
)
def test_a_mistake_on_the_command_line_is_named_by_its_option(tmp_path, given, message):
    """Not by a file that has no such line."""
    with pytest.raises(EditionError, match=message):
        load_edition("e", write(tmp_path, GOOD), **given)


def test_another_day_has_a_subtitle_of_its_own(tmp_path):
    """The file's was written for the file's day."""
    folder = write(tmp_path, GOOD + "subtitle: As it was written\n")
    assert load_edition("e", folder, as_of="2020-06-30").about["subtitle"] == "As of 30 June 2020"
    assert load_edition("e", folder).about["subtitle"] == "As it was written"


def test_an_unknown_edition_offers_the_nearest(tmp_path):
    """A name that leads out of the folder is no name."""
    with pytest.raises(UnknownName, match='did you mean "e"'):
        load_edition("ee", write(tmp_path, GOOD))
    with pytest.raises(UnknownName):
        load_edition("../e", tmp_path)


def test_an_override_of_an_unknown_figure_is_refused(tmp_path):
    """It would have no effect and nobody would notice."""
    text = GOOD + "overrides:\n  - figure: trad\n    value: 1\n    reason: a newer count\n"
    edition = load_edition("e", write(tmp_path, text))
    with pytest.raises(EditionError, match=r'e\.yaml:6: overrides\[0\]\.figure: found "trad".*did you mean "trade"'):
        check_overrides(edition, ["trade"])


def test_yaml_is_data(tmp_path):
    """A tag that would make an object is refused."""
    with pytest.raises(EditionError, match="could not determine a constructor"):
        load_edition("e", write(tmp_path, GOOD + "x: !!python/object/apply:os.getcwd []\n"))


@pytest.mark.parametrize("name", editions_in(REPO / "params"))
def test_the_real_editions_load(name):
    """What is checked in can be used."""
    assert load_edition(name, REPO / "params").about["title"]
