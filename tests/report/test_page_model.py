"""From executed notebooks to pages: what stands on them, and what never may."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import pytest
import sample

from briefkit.errors import ExportError
from briefkit.report import html, markup
from briefkit.report.formats import FORMATS
from briefkit.report.page_model import build_page_model
from conftest import REPO


@pytest.fixture(scope="module")
def report():
    return sample.report()


@pytest.fixture(scope="module")
def model(report):
    return build_page_model(report)


def test_making_pages_and_paper_changes_nothing_that_they_are_made_from(report):
    """Report and page model are shared: what one page changed, the next would show."""
    report = replace(report, fonts=REPO / "data" / "fonts")
    before, whole = copy.deepcopy(report), copy.deepcopy(build_page_model(report))
    shown = html.render(report)
    FORMATS["pdf"].render(report)
    assert (report, build_page_model(report)) == (before, whole)
    html._PAGES._values.clear()
    assert html.render(report) == shown


def test_the_same_reading_has_one_note_in_a_section(model):
    """Ten mentions of one number need one source, not ten."""
    notes = model["sections"][0]["notes"]
    again = next(note for note in notes if note["text"] == "8.7%")
    assert len(again["refs"]) > 5
    assert len({json.dumps([n["readings"], n["formula"]]) for n in notes}) == len(notes)


def test_notes_are_numbered_over_the_whole_report(model):
    """A reader of the paper looks for note 12, not for note 3 of section 4."""
    numbers = [note["n"] for part in [model["cover"], *model["sections"]] for note in part["notes"]]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_note_without_provenance_is_text(model):
    """A word that the page says on its own has nothing to prove."""
    cells = next(b for b in model["sections"][0]["blocks"] if b["t"] == "table")["rows"][0]
    assert [node["t"] for node in cells[0]] == ["text", "text"]
    assert markup.plain(cells[0]) == "Year 2013"


def test_the_bottom_line_stands_on_the_cover_and_only_there(model):
    """It would be said twice."""
    body = json.dumps(model["sections"])
    assert "unlikely" in json.dumps(model["cover"]["bottom_line"])
    assert "unlikely" not in body


def test_claims_that_follow_each_other_stand_together(model):
    groups = [block for block in model["sections"][0]["blocks"] if block["t"] == "claims"]
    assert [len(group["items"]) for group in groups] == [3]


def test_a_source_names_the_places_that_use_it(model):
    """The editor asks what falls if this source does."""
    office = next(source for source in model["sources"] if source["id"] == "source-office")
    assert [place["title"] for place in office["places"]] == ["Summary", "The harbour", "Conclusions"]
    assert [spot["text"] for spot in office["places"][1]["spots"]][:3] == ["Chart 1", "Table 1", "claims"]


def test_two_charts_of_one_name_keep_their_own_address(model):
    shown = [b["id"] for s in model["sections"] for b in s["blocks"] if b["t"] == "chart"]
    assert shown == ["gas-share", "gas-share-2"]


def test_a_chart_without_alt_text_is_refused():
    mute = sample.chart("mute", sample.text("A finding"), alt=" ")
    with pytest.raises(ExportError, match=r"mute.*no alt text"):
        build_page_model(sample.report(harbour=[mute]))
