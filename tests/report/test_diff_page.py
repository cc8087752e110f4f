"""The page of a comparison."""

from __future__ import annotations

import re

import html5lib
from test_diff import claim, figure, record, section

from briefkit.report.diff import compare
from briefkit.report.diff_page import render

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path id="a" d="M0 0"/><use href="#a"/></svg>'


def page_of_sample() -> str:
    """A page with a change of every kind, and hostile text in a source."""
    source = {"source": "x", "publisher": "<script>alert(1)</script>", "title": "T", "url": "", "published": "2019"}
    old = record([figure(1)], [claim("holds", 1)])
    new = record([figure(2, "2018")], [claim("overturned", -1)], [source], edition="b")
    texts = [{"kind": "prose", "cell": 1, "text": {"text": text, "notes": []}} for text in ("one two", "one three")]
    charts = [
        {"kind": "chart", "cell": 2, "chart": "c", "title": {"text": t, "notes": []}, "svg": s}
        for t, s in (("Was", SVG), ("Is", SVG.replace("M0", "M1")))
    ]
    return render(compare(old, new, section(texts[0], charts[0]), section(texts[1], charts[1])))


def test_every_kind_of_change_is_on_the_page():
    """Figures with reason, claims with verdicts, words, charts, sources."""
    page = page_of_sample()
    assert "new period" in page and "overturned" in page
    assert "<del>two</del>" in page and "<ins>three</ins>" in page
    assert "Was" in page and "Is" in page and page.count("<svg") == 2


def test_the_page_is_valid_and_loads_nothing():
    """Hostile text stays text; both pictures keep ids of their own."""
    page = page_of_sample()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script" not in page and "&lt;script&gt;" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and {identifier[:5] for identifier in ids if "--" in identifier} == {
        "d0old",
        "d0new",
    }


def test_counts_and_margins_read_as_written_by_hand():
    """One value is no values, a minus is no hyphen, and what did not change is not counted."""
    page = page_of_sample()
    assert "1 value, 1 claim, 1 paragraph, 1 chart and 1 source changed." in page
    assert '<span class="margin">\u22121</span>' in page
    assert "1 claim changed." in render(compare(record((), [claim("holds", 1)]), record((), [claim("holds", 2)])))


def test_a_premise_leads_to_the_row_that_says_how_it_moved():
    """Why a verdict moved is one step away; every such address is on the page."""
    old = record([figure(1), figure(1, "2016")], [claim("holds", 1), claim("holds", 1, "rests", ("grew",))])
    new = record([figure(2), figure(2, "2016")], [claim("overturned", -1), claim("weakened", 1, "rests", ("grew",))])
    page = render(compare(old, new))
    assert '<a href="#figure-trade">trade</a>' in page and '<a href="#claim-grew">S</a>' in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r' id="([^"]+)"', page))
    assert page.count('id="figure-trade"') == 1


def test_foreign_words_carry_their_language_and_only_web_addresses_are_links():
    """A screen reader changes its voice; an address of a script is text that leads nowhere."""
    sources = [
        {"source": "x", "publisher": "\u671d\u306e\u65b0\u805e", "title": "T", "url": "javascript:alert(1)"},
        {"source": "y", "publisher": "P", "title": "U", "url": "https://example.org/?a=1&b=2"},
    ]
    page = render(compare(record(), record((), (), sources)))
    assert '<span lang="ja">' in page and "javascript:" not in page
    assert '<a href="https://example.org/?a=1&amp;b=2">U</a>' in page


def test_a_page_without_changes_says_so():
    """Instead of empty tables."""
    page = render(compare(record(), record()))
    assert "Nothing changed." in page and "<table" not in page
