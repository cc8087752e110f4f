"""The fact-check sheet: every sentence, what stands behind it, and decisions that survive while nothing changes."""

from __future__ import annotations

import csv

import html5lib
import pytest

from briefkit.factcheck import merged, unchecked
from briefkit.project import Project
from conftest import SETTLE
from test_build import briefkit

pytestmark = pytest.mark.kernel
CELLS = [
    'trade = brief.figure("trade")',
    "%%prose\nTrade was {{ trade }} in {{ trade | period }}. It grew, e.g. by ship. Nothing else changed.",
    SETTLE,
]


def sheet(root) -> list[dict[str, str]]:
    """The rows of the sheet on disk."""
    with (root / "factcheck/e.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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
    made = merged(fresh, [{"key": "b", "checker": "A", "date": "d", "decision": "ok"}])
    assert [row.get("decision") for row in made] == ["", "ok"]
