"""The page of a figure: all that was known of it by the edition's day, and what rests on it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

import html5lib
import pandas as pd
import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st
from sample import HOSTILE, claim, report

from briefkit.notebook.outputs import Section
from briefkit.report.figure_pages import build_models, render_pages
from briefkit.report.html import render
from briefkit.report.model import Report
from briefkit.report.sparkline import Sparkline, _gridlines, sparkline

TRADE = (
    "trade, 2016, 17.9, published 2017-03-01",
    "trade, 2017, 18.4, published 2018-03-01",
    "trade, 2017, 18.9, published 2018-05-10",
    "trade, 2017, 21.5, published 2018-04-01, by other",
    "trade, 2018, 77.7, published 2019-03-01",
    "trade, 2020, 25, published 2018-06-01, verified;forecast",
)
HEAD = {"figure": "trade", "title": "Trade", "unit": "count", "section": "s", "sources": "s"}


def reading(**more: Any) -> dict[str, Any]:
    """Make the reading of a number of the tiny ledger."""
    return sample.reading(18.9, source="s") | {"figure": "trade", "unit": "count"} | more


def brief(*readings: dict[str, Any], claims: tuple[dict[str, Any], ...] = ()) -> Report:
    """Make a report of one section that read something, as of the end of 2018."""
    text = {"text": " ".join(f"\ue000{at}\ue001" for at in range(len(readings))), "notes": []}
    text["notes"] = [
        {"text": "18.9", "lang": None, "formula": None, "flags": [], "readings": [own]} for own in readings
    ]
    blocks = [{"kind": "prose", "cell": 1, "role": "", "text": text}, *({**own, "cell": 2} for own in claims)]
    about = {"edition": "e", "title": "A brief", "as_of": "2018-12-31"}
    return Report(about, (Section("s", "Text", "Why?", "ok", blocks),), claims)


def page(report: Report, book: Any) -> str:
    """The only page."""
    ((name, html),) = render_pages(report, book)
    assert name == "trade.html"
    return html


def rows(html: str) -> list[list[str]]:
    """Cells of the table of observations."""
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr[^>]*><th scope=\"row.*?</tr>", html)
    ]
    return [[re.sub(r"<sup.*?</sup>|<[^>]+>", "", cell) for cell in row] for row in cells]


def test_every_vintage_known_by_the_day_is_shown_and_nothing_later(ledger):
    """An editor sees what was revised, and when; what came later is not there."""
    html = page(brief(reading()), ledger(*TRADE, figures=[HEAD]))
    assert "77.7" not in html and "2019" not in html.partition("</figure>")[2]  # the years below the line are no values
    assert rows(html) == [
        ["2020", "25 (forecast)", "1 June 2018", "s", ""],
        ["2017", "21.5", "1 April 2018", "other", "Not used: s stands before it in this figure's order of sources. "],
        ["2017", "18.4", "1 March 2018", "s", "Replaced on 10 May 2018. "],
        ["2017", "18.9 (revised)", "10 May 2018", "s", "Revised from 18.4. "],
        ["2016", "17.9", "1 March 2017", "s", ""],
    ]
    assert "<s>18.4</s>" in html


def test_the_chart_and_the_table_can_be_taken_and_cited(ledger):
    """The chart as the values that it joins, the table as every vintage, with what is said of it."""
    html = page(brief(reading()), ledger(*TRADE, figures=[HEAD]))
    chart, table = (
        list(csv.DictReader(io.StringIO(unquote(text))))
        for text in re.findall('href="data:text/csv[^,]*,([^"]+)"', html)
    )
    assert [(row["period"], row["value"], row["source"]) for row in chart][:2] == [
        ("2016", "17.9", "s"),
        ("2017", "18.9", "s"),
    ]
    assert len(table) == len(rows(html)) and table[2]["remark"] == "Replaced on 10 May 2018"
    assert "figures/trade.html#history</p>" in html and "figures/trade.html#observations</p>" in html


def test_a_value_that_is_not_used_says_why(ledger):
    """That the ledger prefers another is what the reader sees; the question is by what order."""
    book = ledger(
        "trade, 2016, 1, published 2017-03-01, by a, recalled",
        "trade, 2016, 2, published 2017-03-02, by b",
        "trade, 2017, 3, published 2018-03-01, by a",
        "trade, 2017, 4, published 2018-03-02, by b",
        figures=[HEAD | {"sources": ""}],
    )
    remarks = [row[4] for row in rows(page(brief(reading()), book)) if row[4]]
    checked = "it is recalled, while the value of b was checked against its document"
    assert remarks == ["Not used: b published later. ", f"Not used: {checked}. "]


def test_the_head_says_what_it_is_and_its_latest_value(ledger):
    """Title, definition, unit and the latest observation, not a forecast."""
    head = {
        "figure": "trade",
        "title": "Trade by sea",
        "unit": "billion yen",
        "definition": "Both ways",
        "section": "s",
    }
    html = page(brief(reading()), ledger(*TRADE, figures=[head | {"sources": "s"}]))
    assert "<h1>Trade by sea</h1>" in html and "Both ways" in html and "Unit: billion yen" in html
    assert "18.9\u00a0billion yen" in html and "Latest known, 2017" in html


def test_an_override_is_said_with_its_reason(ledger):
    """A reader who looks a number up must not miss that the editors set it."""
    given = {"value": 18.9, "reason": "the office has not corrected it yet"}
    html = page(brief(reading(value=20.0, override=given)), ledger(*TRADE))
    assert "This edition sets 20 for 2017 instead of 18.9: the office has not corrected it yet." in html


def test_claims_are_named_by_how_they_rest_on_it(ledger):
    """Tested on it, resting on it, or through another claim; others are not named."""
    claims = (
        claim("deep", "holds", "s", premises=["direct"], readings=[]),
        claim("direct", "weakened", "s", premises=[], readings=[reading()]),
        claim("premise", "holds", "s", premises=["trade"], readings=[]),
        claim("stranger", "unknown", "s", premises=[], readings=[]),
    )
    (model,) = build_models(brief(reading(), claims=claims), ledger(*TRADE))
    assert [(one["claim"], one["how"]) for one in model["claims"]] == [
        ("direct", "tested on it"),
        ("premise", "rests on it"),
        ("deep", "rests on it through another claim"),
    ]


def test_hostile_text_stays_text(ledger):
    """Titles, definitions, notes and sources are written by others."""
    observations = [
        {"figure": "trade", "period": "2017", "value": "1", "published": "2018-03-01", "source": "s"}
        | {"status": "verified", "note": HOSTILE}
    ]
    head = {"figure": "trade", "title": HOSTILE, "definition": HOSTILE, "unit": "count", "section": "s"}
    sources = [{"source": "s", "publisher": HOSTILE, "title": HOSTILE, "url": "https://example.org/?a=1&b=2"}]
    book = ledger(observations=observations, figures=[head], sources=sources)
    made = replace(brief(reading()), sources=({**sources[0], "url": "javascript:alert(1)", "published": ""},))
    html = page(made, book)
    html5lib.HTMLParser(strict=True).parse(html)
    assert "<script" not in html and "javascript:alert" not in html.replace("[a](javascript:x)", "")


def test_every_link_back_leads_somewhere(ledger):
    """To the numbers in the text, to charts and tables, to claims: places that the brief's page has."""
    whole = report()
    rows = [
        "trade.share, 2013, 6.4, published 2014-01-30, by office",
        "trade.share, 2017, 8.7, published 2018-01-30, by office",
    ]
    ((name, html),) = render_pages(whole, ledger(*rows))
    links = re.findall(r'href="\.\./index\.html#([^"]+)"', html)
    places = set(re.findall(r'\bid="([^"]+)"', render(whole)))
    assert name == "trade.share.html" and len(links) > 5
    assert [link for link in links if link not in places] == []
    assert re.search(r"In the text: <a [^>]+>8.7%</a>", html) and "Table: " in html and "Chart: " in html


def test_the_same_report_gives_the_same_pages(ledger):
    """Pages are compared by their hashes."""
    book = ledger(*TRADE)
    assert page(brief(reading()), book) == page(brief(reading()), book)


# -- the line ------------------------------------------------------------------------------------


def history(*values: float, flags: tuple[str, ...] = ()) -> list[tuple[pd.Timestamp, float, list[str]]]:
    """One value a year from 2010 on."""
    return [(pd.Timestamp(2010 + at, 7, 2), value, list(flags)) for at, value in enumerate(values)]


@pytest.mark.parametrize("values", [(), (1.0,)])
def test_one_value_makes_no_line(values):
    """A picture of a single point says less than the number."""
    assert sparkline(history(*values), "count") == Sparkline()


def test_the_line_is_told_to_who_cannot_see_it():
    """Both ends, and the extremes between them."""
    assert (
        sparkline(history(2, 5, 1, 3), "percent").alt
        == "A line of 4 values, from 2% in 2010 to 3% in 2013; lowest 1% in 2012; highest 5% in 2011."
    )


def test_a_forecast_looks_different():
    """Dashed, with a ring, and said."""
    drawn = sparkline([*history(1, 2), (pd.Timestamp(2012, 12, 31), 3.0, ["forecast"])], "count")
    assert drawn.svg.count("stroke-dasharray") == 1 and drawn.svg.count("fill:var(--paper)") == 1
    assert drawn.alt.endswith("1 of them forecast.") and drawn.title == "1 in 2010, 2 in 2011"


def test_the_line_begins_at_zero_and_carries_the_marks_of_its_values():
    """A cut axis makes a wave of a ripple; what is recalled or derived looks so here as in the brief."""
    drawn = sparkline(history(8, 9, flags=("recalled", "derived")), "percent").svg
    assert ">0</text>" in drawn and drawn.count(">ud</text>") == 2 and drawn.count("fill:var(--paper)") == 2
    assert ">0</text>" not in sparkline(history(1945, 1956), "year").svg


def test_years_below_the_line_do_not_touch():
    """The first is written from its left end, which takes the room of the next."""
    drawn = sparkline(history(*range(18)), "count").svg
    spots = re.findall(r'x="([0-9.]+)" y="184.0" text-anchor="(\w+)"', drawn)
    left = {"start": 0.0, "middle": 0.5, "end": 1.0}
    ends = [(float(x) - 30 * left[anchor], float(x) + 30 * (1 - left[anchor])) for x, anchor in spots]
    assert len(ends) > 3 and all(one[1] + 4 < other[0] for one, other in pairwise(ends))


@given(st.floats(-1e9, 1e9, allow_nan=False), st.floats(-1e9, 1e9, allow_nan=False))
def test_the_lines_behind_hold_every_value(one, other):
    """Whatever the values, few lines, none of them twice, and no value outside."""
    low, high = sorted((one, other))
    lines = _gridlines(low, high)
    slack = (lines[-1] - lines[0]) * 1e-6 + 1e-9
    assert 2 <= len(lines) <= 7 and len(set(lines)) == len(lines)
    assert lines[0] - slack <= low and high <= lines[-1] + slack
