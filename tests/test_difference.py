"""The page of a comparison."""

from __future__ import annotations

import html5lib

from briefkit.diff import compare
from briefkit.export.difference import render
from test_diff import claim, figure, record, section

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path id="a" d="M0 0"/></svg>'


def made() -> str:
    """A page with a change of every kind, and hostile text in a source."""
    source = {"source": "x", "publisher": "<script>alert(1)</script>", "title": "T", "url": "", "published": "2019"}
    old = record([figure(1)], [claim("holds", 1)])
    new = record([figure(2, "2018")], [claim("overturned", -1)], [source], edition="b")
    said = [{"kind": "prose", "cell": 1, "told": {"text": text, "notes": []}} for text in ("one two", "one three")]
    charts = [
        {"kind": "chart", "cell": 2, "chart": "c", "title": {"text": t, "notes": []}, "svg": s}
        for t, s in (("Was", SVG), ("Is", SVG.replace("M0", "M1")))
    ]
    return render(compare(old, new, section(said[0], charts[0]), section(said[1], charts[1])))


def test_every_kind_of_change_is_on_the_page():
    """Figures with reason, claims with verdicts, words, charts, sources."""
    page = made()
    assert "new period" in page and "overturned" in page
    assert "<del>two</del>" in page and "<ins>three</ins>" in page
    assert "Was" in page and "Is" in page and page.count("<svg") == 2


def test_the_page_is_valid_and_loads_nothing():
    """Hostile text stays text; both pictures keep ids of their own."""
    page = made()
    html5lib.HTMLParser(strict=True).parse(page)
    assert "<script" not in page and "&lt;script&gt;" in page
    assert 'id="d0old--a"' in page and 'id="d0new--a"' in page


def test_a_page_without_changes_says_so():
    """Instead of empty tables."""
    page = render(compare(record(), record()))
    assert "Nothing changed." in page and "<table" not in page
