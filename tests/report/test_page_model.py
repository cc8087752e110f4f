"""From executed notebooks to pages: what stands on them, and what never may."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import sample
from nbformat.v4 import new_markdown_cell
from test_measures import figure

from briefkit.errors import ExportError
from briefkit.ledger.readings import Figure
from briefkit.notebook import prose, tables
from briefkit.report import edition_json, html, markup
from briefkit.report.amounts import amount, margin
from briefkit.report.formats import FORMATS
from briefkit.report.page_model import build_page_model
from conftest import REPO


@pytest.fixture(scope="module")
def report():
    return sample.report()


@pytest.fixture(scope="module")
def model(report):
    return build_page_model(report)


# -- the page model ------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    ("template", "words", "rest"),
    [
        ("the {}rd meeting", "23rd", " meeting"),
        ("some {}% of it", "23%", " of it"),
        ("a {}-month halt", "23-month", " halt"),
        ("{}, then", "23", ", then"),
        ("{}–24", "23", "–24"),
    ],
)
def test_a_note_takes_the_ending_of_its_word_along(template, words, rest):
    """A mark between 23 and rd cuts a word in two."""
    (block,) = markup.blocks(sample.told(template, sample.note("23", sample.read(23))), markup.Notes(1))
    at = next(place for place, node in enumerate(block["children"]) if node["t"] == "note")
    assert markup.plain([block["children"][at]]) == words
    assert markup.plain(block["children"][at + 1 :]) == rest


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


def test_foreign_scripts_are_marked_with_their_language():
    """A screen reader should not spell Cyrillic letter by letter."""
    nodes = markup.text_nodes("the Курильские острова (ロシアの島) and 島")
    assert [(n.get("lang"), n["text"]) for n in nodes if n["t"] == "lang"] == [
        ("und-Cyrl", "Курильские острова"),
        ("ja", "ロシアの島"),
        ("und-Hani", "島"),
    ]


def test_a_link_that_runs_code_is_no_link():
    nodes = markup.blocks("[a](javascript:alert(1)) [b](https://example.org)", markup.Notes(1))[0]["children"]
    assert [node["t"] for node in nodes] == ["text", "text", "link"]


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (8.7, "percent", "8.7%"),
        (2230, "billion yen", "2,230\u00a0billion yen"),
        (1, "yes or no", "yes"),
        (2018, "year", "2018"),
        (-4, "count", "\u22124"),
        (float("nan"), "percent", "not known"),
        (24000000, "people", "24,000,000\u00a0people"),
    ],
)
def test_amounts_read_like_english(value, unit, shown):
    assert amount(value, unit) == shown


def test_a_margin_in_percent_is_told_in_points():
    """5.9% short of 15% would be 14.1%."""
    assert margin(-5.9, "percent") == "\u22125.9\u00a0points"


def test_a_chart_without_alt_text_is_refused():
    mute = sample.chart("mute", sample.told("A finding"), alt=" ")
    with pytest.raises(ExportError, match=r"mute.*no alt text"):
        build_page_model(sample.report(harbour=[mute]))


# -- the record ----------------------------------------------------------------------------------


def test_the_record_says_who_said_what_and_where_it_is_used(report):
    made = edition_json.record(report)
    share = next(f for f in made["figures"] if f["value"] == 8.7 and f["source"] == "office")
    assert share == {
        "figure": "trade.share",
        "period": "2017",
        "value": 8.7,
        "unit": "percent",
        "published": "2018-01-30",
        "source": "office",
        "status": "verified",
        "used_in": ["harbour", "conclusions"],
    }
    assert [claim["claim"] for claim in made["claims"]] == sorted(claim["claim"] for claim in sample.CLAIMS)
    assert {s["source"] for s in made["sources"]} == {"office", "hostile", "paper"}


def test_the_record_names_what_fell_and_what_is_due(report):
    """Who reads the record alone sees why a claim is weak, and that its review was missed."""
    weak = report.claims[0] | {"review_due": True, "overturned_premises": ["stale"], "level_unit": "percent"}
    made = edition_json.record(replace(report, claims=(weak, *report.claims[1:])))
    found = {claim["claim"]: claim for claim in made["claims"]}
    assert (found[weak["claim"]]["due"], found[weak["claim"]]["fell"]) == (True, ["stale"])
    others = [claim for name, claim in found.items() if name != weak["claim"]]
    assert all(claim.get("fell") != [] and claim.get("due") is not False for claim in others)


def test_a_column_of_numbers_stands_right():
    """Numbers are compared by their last digit."""
    rows = {
        "one": ["8.7%", "12 May", "24 months"],
        "two": ["not known", "2 June", "6% and 9%"],
        "three": ["1,204%", "3 July", "1\u00a0billion US dollars"],
    }
    head, _ = tables.table(rows, {"a": "Name", "b": "Share", "c": "Day", "d": "Printed"}, lambda text, **names: text)
    assert [column["align"] for column in head] == ["left", "right", "left", "right"]


def test_a_remark_written_in_the_notebook_stands_for_the_ledgers_note():
    """A plan of years ago is told as one; what is not known yet has no row."""
    known, later = figure(4), Figure("loan", "Loan", "count")
    planned = (known, "was to come by {{ 'May' }}")
    _, rows = tables.table([planned, later, known], {"note": "Remark"}, lambda text, **names: prose.render(text, names))
    assert [str(row[0]) for row in rows] == ["was to come by May", known.note]


def test_the_same_reading_is_one_row():
    """Asked for as that of a year and as the latest, a poll is still one poll."""
    _, rows = tables.table(
        [figure(4), figure(4), figure(5)], {"value": "Value"}, lambda text, **n: prose.render(text, n)
    )
    assert len(rows) == 1


def test_a_record_that_breaks_its_schema_is_refused(report):
    claims = copy.deepcopy(report.claims)
    claims[0]["verdict"] = "perhaps"
    with pytest.raises(ExportError, match=r"claims\.\d: 'perhaps'|claims\.\d\.verdict"):
        edition_json.render(replace(report, claims=claims))


def test_each_format_makes_bytes(report):
    assert {key: one.file for key, one in FORMATS.items()} == {
        "html": "index.html",
        "pdf": "brief.pdf",
        "json": "edition.json",
    }
    assert json.loads(FORMATS["json"].render(report))["format"] == 1


# -- nbconvert -----------------------------------------------------------------------------------


def test_nbconvert_makes_a_page_of_a_single_section(tmp_path):
    """An analyst in Jupyter has no build folder."""
    section = nbformat.from_dict(sample.notebook(harbour=sample.harbour()))
    section.metadata.clear()
    for cell in section.cells:
        cell.metadata.clear()
    nbformat.write(section, tmp_path / "one.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "briefkit_html", "one.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "one.html").read_text("utf-8")
    assert "<h1>The harbour</h1>" in page
    assert "As of <time" in page


def test_plain_notebooks_become_pages_too():
    """A notebook that knows nothing of briefkit is still a page."""
    page = html.render(sample.report(notes=[new_markdown_cell("# Title\n\nQuestion?\n\nSome text.")]))
    assert "Some text." in page


# -- fonts ---------------------------------------------------------------------------------------


def test_the_shipped_fonts_are_small_and_licensed():
    folder = Path(html.__file__).parents[1] / "fonts"
    assert sum(file.stat().st_size for file in folder.iterdir()) <= 2_000_000
    assert {file.name for file in folder.glob("LICENCE-*")} == {
        "LICENCE-source-sans-3.txt",
        "LICENCE-source-serif-4.txt",
    }


def test_every_letter_of_the_brief_has_a_glyph():
    """Run scripts/fonts.py brief data notebooks params when this fails."""
    from fontTools.ttLib import TTFont

    root = Path(__file__).parents[2]
    fonts = [root / "src/briefkit/fonts/BriefSans-Regular.ttf", *(root / "data/fonts").glob("*.ttf")]
    have = set().union(*(TTFont(file).getBestCmap() for file in fonts))
    text = "".join(
        file.read_text("utf-8") for pattern in ("data/*.csv", "params/*.yaml") for file in sorted(root.glob(pattern))
    )
    text += "".join(
        "".join(cell["source"])
        for file in sorted(root.glob("notebooks/*.ipynb"))
        for cell in json.loads(file.read_text("utf-8"))["cells"]
    )
    assert {sign for sign in text if sign.isprintable() and ord(sign) not in have} == set()
