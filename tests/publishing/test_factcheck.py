"""The fact-check sheet: every sentence, what stands behind it, and decisions that survive while nothing changes."""

from __future__ import annotations

import csv

import html5lib
import pytest
from sample import HOSTILE, report

from briefkit.errors import BriefError
from briefkit.project.layout import Project
from briefkit.publishing.factcheck import load, merge, save, sheet_rows, unchecked
from briefkit.report.factcheck_page import render
from conftest import SETTLE, briefkit

CELLS = [
    'trade = brief.figure("trade")',
    "%%prose\nTrade was {{ trade }} in {{ trade | period }}. It grew, e.g. by ship. Nothing else changed.",
    SETTLE,
]


def sheet(root) -> list[dict[str, str]]:
    """The rows of the sheet on disk."""
    with (root / "factcheck/e.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.kernel
def test_each_sentence_has_its_readings_sources_and_claim(brief):
    """An editor needs nothing else to check it; the page is valid and says how much is open."""
    root = brief(s=CELLS)
    done = briefkit(root, "factcheck", "e")
    assert done.returncode == 0, done.stderr
    rows = sheet(root)
    assert [row["sentence"] for row in rows] == [
        "Trade was 18.4 in 2017.",
        "It grew, e.g. by ship.",
        "Nothing else changed.",
    ]
    assert rows[0]["numbers"] == "18.4 = trade 2017: 18.4 (s, published 2018-03-01)" and rows[0]["sources"] == "P: T"
    assert (rows[0]["claim"], rows[0]["verdict"]) == ("grew", "holds")
    page = (root / "build/e.factcheck.html").read_text()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "3 of 3 sentences await a decision" in page


@pytest.mark.kernel
def test_decisions_survive_until_the_sentence_or_its_reading_changes(brief):
    """What was checked need not be checked again; what changed must."""
    root = brief(s=CELLS)
    briefkit(root, "factcheck", "e")
    path = root / "factcheck/e.csv"
    rows = [row | {"checker": "A", "date": "2018-10-12", "decision": "ok"} for row in sheet(root)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert unchecked(Project(root), "e") == []
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,18.9,,,2018-05-10,s,verified,\n")
    briefkit(root, "factcheck", "e")
    assert [row["decision"] for row in sheet(root)] == ["", "ok", "ok"]
    assert unchecked(Project(root), "e") == ["Trade was 18.9 in 2017."]


def test_rows_are_matched_by_their_key_alone():
    """Two rows that moved keep their decisions; a new one is open."""
    fresh = [{"key": key, "sentence": key, "decision": ""} for key in "ab"]
    made = merge(fresh, [{"key": "b", "checker": "A", "date": "d", "decision": "ok"}])
    assert [row.get("decision") for row in made] == ["", "ok"]


def test_nothing_that_is_read_is_left_out():
    """Captions, rows of tables, headline numbers and reasons of claims are printed too, so they are checked too."""
    by_sentence = {row["sentence"]: row for row in sheet_rows(report())}
    assert any(row["sentence"].startswith("Year 2017 | 8.7% |") for row in by_sentence.values())
    caption = next(row for text, row in by_sentence.items() if text.startswith("The dotted end is a forecast"))
    assert caption["claim"].startswith("share_reaches; ")
    reason = by_sentence["It stands at 8.7%."]
    assert (reason["claim"], reason["verdict"]) == ("share_reaches", "holds")
    assert "but hostile: 9.1%" in reason["numbers"] and "https://example.org/trade?a=1&b=2" in reason["sources"]
    rise = next(row["numbers"] for text, row in by_sentence.items() if "2.3 points" in text and "unlikely" in text)
    assert "2.3 points = 8.7% (2017) \u2212 6.4% (2013), from trade.share 2017: 8.7%" in rise
    assert any(
        "set instead of 12.5%: the office's own correction is not yet out" in row["numbers"]
        for row in by_sentence.values()
    )


def test_a_changed_formula_opens_a_sentence_again():
    """The words may stay the same while the sum behind them is another."""
    one, other = report(), report()
    for block in other.sections[0].blocks:
        for note in block["text"]["notes"] if block["kind"] == "prose" else []:
            note["formula"] = note["formula"] and f"{note['formula']} again"
    keys, changed = ({row["key"] for row in sheet_rows(side)} for side in (one, other))
    assert 0 < len(keys - changed) < len(keys)
    assert all(key.startswith("s") for key in keys)


def test_hostile_text_neither_runs_on_the_page_nor_in_a_spreadsheet(tmp_path):
    """The sheet is opened by whoever checks; a cell is text there, and text on the page."""
    sheet = sheet_rows(report())
    page = render(report(), sheet)
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script" not in page and 'javascript:alert(1)"' not in page
    risky = [{**sheet[0], "sentence": f"{sign}1+1"} for sign in "=+-@\t"]
    save(tmp_path / "e.csv", risky)
    assert [row["sentence"][:1] for row in load(tmp_path / "e.csv")] == ["'"] * len(risky)
    assert HOSTILE not in page


@pytest.mark.parametrize(("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-8", "\t")])
def test_a_sheet_that_a_spreadsheet_saved_keeps_its_decisions(tmp_path, encoding, delimiter):
    """Spreadsheets add a byte-order mark and choose separators; no decision is lost by that."""
    path, sheet = tmp_path / "e.csv", sheet_rows(report())
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(sheet[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(row | {"decision": "ok", "checker": "A; B, C"} for row in sheet)
    assert all(row["decision"] == "ok" and row["checker"] == "A; B, C" for row in merge(sheet, load(path)))


@pytest.mark.parametrize(
    ("raw", "said"), [(b"key,checker\n", "no column date"), ("key,\u00e4\n".encode("latin-1"), "UTF-8")]
)
def test_a_sheet_that_cannot_be_read_is_refused_and_left_alone(tmp_path, raw, said):
    """Rather than opening every row again in silence."""
    (tmp_path / "e.csv").write_bytes(raw)
    with pytest.raises(BriefError, match=said):
        load(tmp_path / "e.csv")
    assert (tmp_path / "e.csv").read_bytes() == raw


def test_the_page_says_what_is_decided_by_whom_and_what_is_open():
    """Section by section, under the claims that the sentences lead to."""
    sheet = sheet_rows(report())
    decided = [{**sheet[0], "decision": "ok", "checker": "Ann", "date": "2018-10-12"}, *sheet[1:]]
    page = render(report(), decided)
    assert f"{len(sheet) - 1} of {len(sheet)} sentences await a decision." in page
    assert "<strong>ok</strong><br>Ann, 12 October 2018" in page
    assert 'href="2018-10/index.html#claim-share-reaches"' in page and 'href="2018-10/index.html#harbour"' in page
