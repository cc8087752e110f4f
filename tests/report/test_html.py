"""The HTML page as text: valid, self-contained, safe with any ledger, and every number with its note."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import html5lib
import pytest
import sample
from fontTools.ttLib import TTFont

from briefkit.errors import ExportError, UnknownName
from briefkit.report import citation, html, html_page


@pytest.fixture(scope="module")
def report():
    return sample.report()


@pytest.fixture(scope="module")
def page(report):
    return html.render(report)


def tree(page):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def ids(page):
    return [element.get("id") for element in tree(page).iter() if element.get("id")]


def without_styles(page):
    return re.sub(r"<style>.*?</style>", "", page, flags=re.S)


def test_the_page_is_valid_html(page):
    """The parser is strict: the first error of form is an exception."""
    assert tree(page).find("head/title").text.startswith("Prospects for the Harbour")


def test_no_id_stands_twice_and_every_link_arrives(page):
    identifiers = ids(page)
    assert len(identifiers) == len(set(identifiers))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identifiers)
    assert set(re.findall(r'aria-labelledby="([^"]+)"', page)) <= set(identifiers)
    assert set(re.findall(r"url\(#([^)\"]+)\)", page)) <= set(identifiers)


def test_every_note_is_referred_to_and_leads_back(page):
    document = tree(page)
    marks = {e.get("id"): e.get("href")[1:] for e in document.iter() if e.get("role") == "doc-noteref"}
    back = {e.get("href")[1:] for e in document.iter() if e.get("role") == "doc-backlink"}
    assert set(marks) == back
    assert len(set(marks.values())) == len([e for e in document.iter() if e.get("class") == "card"])


def test_the_cover_introduces_the_brief_and_its_signs(page):
    """Who reads a page of this kind for the first time knows neither the brief, nor a verdict, nor a mark."""
    cover = re.sub(r"<[^>]+>", "", page[page.index("<header") : page.index("</header>")])
    assert "A brief of the Institute of Examples" in cover
    assert "overturned: not true on the as-of day" in cover
    assert "\u2260 another source gives a different value" in cover


def test_a_section_page_tells_what_moved_in_its_section(report):
    """Figures of the whole brief and claims of a part would be counted in one breath."""
    since = {"edition": "2017-01", "figures": 48, "claims": [{"claim": "share_rises", "old": "holds"}]}
    later = replace(report, since=since)
    assert "48 figures have new values, and the verdict on 1 claim moved." in html.render(later)
    assert "The verdict on 1 claim of this section moved." in html.render_section(later, "harbour")
    assert "2017-01" not in html.render_section(later, "conclusions")


def test_a_note_on_a_claim_leads_to_it_and_a_count_to_all():
    """Four statements of a hundred, and "96 more", are not where a number comes from."""
    counted = [{"kind": "claim", "claim": one["claim"], "verdict": one["verdict"]} for one in sample.CLAIMS]
    judged = {"kind": "verdict", "claim": "share_reaches", "verdict": "holds", "published": "2018-10-12", "why": "So."}
    prose = sample.prose("{} of 2018, on {}", sample.note("5", *counted), sample.note("12 October", judged))
    page = html.render(sample.report(harbour=[prose, sample.cell(sample.CLAIMS[0])]))
    notes = page[page.index("doc-endnotes") :]
    assert '<a href="#claims">all of which are listed</a>' in notes and " more" not in notes.partition("</section>")[0]
    assert 'href="#claim-share-reaches">Judged by the editors on 12 October 2018: ' in notes


def test_what_spoke_against_a_release_is_told_in_sentences_with_the_sources(page):
    """Who asks how far to trust the brief looks there, not under how to cite it."""
    sentence = "released while some of its sentences awaited fact-checking. No second reader has gone through"
    assert sentence in page[page.index('id="sources"') : page.index('id="cite"')]


def test_ledger_text_never_becomes_markup(page):
    """A title in the ledger is what somebody else wrote."""
    names = {element.tag for element in tree(page).iter() if isinstance(element.tag, str)}
    assert not names & {"script", "b", "iframe", "object", "link", "base"}
    assert "&lt;script&gt;alert('x')" in page
    assert "javascript:" not in "".join(re.findall(r'(?:href|src)="([^"]*)"', page))


def test_the_page_asks_for_nothing(page):
    """No address but those that a reader may click."""
    assert not re.findall(r"\bsrc=|@import", without_styles(page))
    assert {where.partition(":")[0] for where in re.findall(r"url\(([^)#]+)\)", page)} == {"data"}
    with pytest.raises(ExportError, match="loads nothing"):
        html_page._refuse_requests(page.replace("<h1>", '<img src="https://example.org/pixel.gif"><h1>'))


def test_signs_of_the_page_are_in_its_fonts(report):
    """A sign that only a template writes must not come from whatever font the reader has."""
    report = replace(report, fonts=None)
    page = html.render(report)
    face = re.search(r'"Brief Sans";font-weight:400;font-style:normal.*?base64,([^)]*)\)', page)[1]
    with TTFont(io.BytesIO(base64.b64decode(face))) as font:
        assert not set("✓△✗↑≠“”") - set(map(chr, font.getBestCmap()))


def test_linked_data_is_data(report):
    """A script that no browser runs may stand on the page; nothing in it can end it."""
    page = html.render(report, json_ld='{"name":"</script><img src=x>"}')
    assert page.count("<script") == 1
    assert json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])["name"][0] == "<"


def test_a_note_leads_to_the_page_of_its_figure(report):
    assert 'href="figures/' not in html.render(report)
    assert 'href="figures/trade.share.html"' in html.render(replace(report, has_companion_files=True))
    assert 'href="../figures/trade.share.html"' in html.render_section(
        replace(report, has_companion_files=True), "harbour"
    )


def test_charts_and_tables_lead_to_their_data(report):
    """As files beside the page, or inside a page that stands alone."""
    files = dict(html.csv_files(report))
    beside, alone = html.render(replace(report, has_companion_files=True)), html.render(report)
    for name, text in files.items():
        assert f'href="data/{name}.csv"' in beside and len(list(csv.reader(io.StringIO(text)))) > 1
    assert alone.count("data:text/csv") == len(files) == alone.count('<figure class="')


def test_charts_and_tables_can_be_cited_from_where_they_stand(report):
    """In one line that a reader copies whole: who, what, in which brief, as of when, and its address on the page."""
    line = (
        "“Share of the port, 2017 and before”, in “Prospects for the Harbour”, edition 2018-10, as of 12 October 2018, "
    )
    known = replace(report, edition=report.edition | {"url": "https://example.org/2018-10"})
    for edition, address in ((report, "#shares"), (known, "https://example.org/2018-10#shares")):
        shown = "".join(tree(html.render(edition)).find(".//figure[@id='shares']").itertext())
        assert line + address in shown and shown.count(line) == 1
    who = citation.authors(report.edition)
    assert citation.part(report.edition, "T", "#t").startswith(f"{', '.join(who)}, “T”, in")
    assert citation.part({"publisher": "The Institute"}, "T", "#t").startswith("The Institute, “T”, in “Untitled”")


def test_the_style_sheet_is_the_one_that_the_policy_names(page):
    """A style slipped in by other means would be refused by the browser."""
    style = re.search(r"<style>(.*?)</style>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in page or f"style-src 'sha256-{digest}'" in page


def test_a_failed_section_says_so_with_its_cell(page):
    assert "Cell 11 stopped with <code>ValueError</code>" in page
    assert "not complete" in page


def test_a_verdict_is_a_word_and_a_sign(page):
    """Colour comes on top."""
    shown = without_styles(page)
    for verdict, sign in {"holds": "✓", "weakened": "△", "overturned": "✗", "unknown": "?"}.items():
        assert f'<span aria-hidden="true">{sign}</span> {verdict}' in shown


def test_marks_are_said_and_explained_once(page):
    shown = without_styles(page)
    for mark in ("forecast", "recalled", "overridden", "disputed", "provisional"):
        assert f'<span class="vh"> ({mark})</span>' in shown
    assert shown.count('id="marks"') == 1
    assert "estimate" not in shown.partition('id="marks"')[2].partition("</section>")[0]


def test_tables_have_captions_scopes_and_units(page):
    for table in tree(page).iter("table"):
        assert table.find("caption") is not None
        assert all(cell.get("scope") for cell in table.iter("th"))
        assert all(row.find("th") is not None for row in table.find("tbody"))


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(e.tag[1]) for e in tree(page).iter() if isinstance(e.tag, str) and re.fullmatch("h[1-6]", e.tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_a_section_alone_is_a_page(report):
    alone = html.render_section(report, "harbour")
    assert "<title>The harbour – " in alone and '<p class="subtitle">The harbour</p>' in alone
    assert "claims</a> of this section" in alone
    assert set(re.findall(r'href="#([^"]+)"', alone)) <= set(ids(alone))
    assert "../index.html" in alone
    assert "What follows?" not in alone


def test_charts_and_tables_are_numbered_alike_wherever_they_stand(report):
    """Also on the page of one section; the ids do not follow, so that an address leads to the same chart for ever."""
    numbered = re.compile('<figure class="[^"]+" id="([^"]+)">.*?<span class="no">([^<]+)</span>', re.DOTALL)
    whole = dict(numbered.findall(html.render(report)))
    assert whole == {"gas-share": "Chart 1", "shares": "Table 1", "gas-share-2": "Chart 2"}
    assert '<a href="#gas-share">Chart 1</a>' in html.render(report)  # where the sources are listed
    parts = [dict(numbered.findall(html.render_section(report, one.section))) for one in report.sections]
    assert [list(part.values()) for part in parts] == [["Chart 1", "Table 1"], ["Chart 2"]]


def test_an_unknown_section_is_named(report):
    with pytest.raises(UnknownName, match="harbor"):
        html.render_section(report, "harbor")


def test_a_data_file_cannot_start_a_formula(page):
    """A spreadsheet would run what begins with an equals sign."""
    assert "%27%3D2020" in page
