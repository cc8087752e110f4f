"""The paper: tagged, outlined, in its own fonts, and the same bytes twice."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest
import sample

from briefkit.errors import ExportError
from briefkit.report import html, markup, pdf


@pytest.fixture(scope="module")
def report():
    return sample.report()


@pytest.fixture(scope="module")
def paper(report):
    return pdf.render(latin(report))


def latin(report):
    """The sample without Japanese, for which a font would have to lie beside it."""
    text = re.sub(
        "[\u3040-\u30ff\u4e00-\u9fff]+",
        "X",
        json.dumps([section.blocks for section in report.sections], ensure_ascii=False),
    )
    return replace(
        report, sections=tuple(replace(s, blocks=b) for s, b in zip(report.sections, json.loads(text), strict=True))
    )


def test_the_paper_is_tagged_and_says_what_it_is(paper):
    with pikepdf.open(io.BytesIO(paper)) as document:
        assert document.Root.Lang == "en"
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert document.docinfo["/Title"] == "Prospects for the Harbour"
        assert str(document.docinfo["/CreationDate"]).startswith("D:20181012")
        with document.open_metadata() as about:
            assert about["pdfuaid:part"] == "1"


def test_the_paper_has_an_outline_alt_texts_and_its_fonts(paper):
    with pikepdf.open(io.BytesIO(paper)) as document, document.open_outline() as outline:
        assert [item.title for item in outline.root][:2] == ["The harbour", "Conclusions"]
        fonts = {
            str(o.BaseFont).split("+")[-1]
            for o in document.objects
            if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Font"
        }
        alts = [str(o.Alt) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert any(alt.startswith("Two lines by year") for alt in alts)
    assert {font.split("-")[0] for font in fonts} <= {"BriefSerif", "BriefSans", "DejaVuSansMono"}


def part(number):
    """Cells of a section: a picture after a word, another after a few, and the rest of the text."""
    for at in range(6 + number):
        yield sample.prose("A word.")
        if at in (0, 3):
            yield sample.chart("gas", sample.text("Gas"), alt=f"{'second' if at else 'first'}{number}")


SPOTS = """
#context [#metadata(query(selector(heading.where(level: 1)).or(image)).map(it => (
  if it.func() == image { it.alt } else if it.has("label") { str(it.label) },
  (it.location().page(), it.location().position().y / 1pt),
)))<asked>]
"""
LINKS = "#context [#metadata(query(link).map(it => repr(it.dest)))<asked>]"


def asked(report, query, monkeypatch):
    """What Typst answers about the laid out report."""
    import typst

    given = {}
    monkeypatch.setattr(typst, "compile", lambda template, **more: given.update(more, template=template) or b"")
    pdf.render(latin(report))
    options = {key: given[key] for key in ("font_paths", "ignore_system_fonts", "sys_inputs")}
    (answer,) = json.loads(typst.query(given["template"] + query.encode(), "<asked>", field="value", **options))
    return answer


def test_no_picture_stands_above_the_heading_of_its_section(monkeypatch):
    """What floats to the top of a page on which its section begins seems to belong to the section before."""
    spots = asked(sample.report(**{f"part{n}": list(part(n)) for n in range(6)}), SPOTS, monkeypatch)
    wanted = [f"{kind}{n}" for n in range(6) for kind in ("part", "first", "second")]
    assert [name for name, _ in sorted(spots, key=lambda spot: spot[1]) if name in wanted] == wanted


def test_pictures_stand_in_the_order_of_their_numbers(monkeypatch):
    """One that waits for room, set at the foot, came below the next, which stands in place."""
    parts = {}
    for n in range(16):
        text = [sample.prose("A word. " * 30) for _ in range(n % 8 + 7)]
        first, second, last = (sample.chart(f"{at}{n}", sample.text("Gas"), alt=f"{at}{n}") for at in "abc")
        parts[f"part{n}"] = [*text[5:], first, *[second] * (n // 8), *text[:5], last]
    spots = asked(sample.report(**parts), SPOTS, monkeypatch)
    wanted = [f"{kind}{n}" for n in range(16) for kind in ("part", "a", "b", "c") if kind != "b" or n >= 8]
    assert [name for name, _ in sorted(spots, key=lambda spot: spot[1]) if name in wanted] == wanted


def test_the_text_names_a_picture_that_floats_away_from_it(report, monkeypatch):
    """Who reads on paper looks for it by its number; what stands in place needs no word."""
    links = asked(report, LINKS, monkeypatch)
    assert links.count("<gas-share>") == 1 and "<shares>" not in links
    text = (sample.prose("A word. " * 50) for _ in range(3))
    start = [sample.new_markdown_cell("## At once"), sample.chart("gas", sample.text("Gas")), *text]
    assert asked(sample.report(first=start), LINKS, monkeypatch).count("<gas>") == 1


PAGES = """
#context [#metadata(query(selector(link).or(image)).map(it => (
  if it.func() == image { it.alt } else { repr(it.dest) }, it.location().page(),
)))<asked>]
"""


def long_table(name, *, rows=16):
    """A table that breaks over pages and whose last row links to example.com."""
    cell = sample.table()
    payload = cell.outputs[0].data[sample.MIME]
    last = [sample.text("[The last](https://example.com)"), "100%", "as printed"]
    payload.update(table=name, rows=[*payload["rows"][:1] * (rows - 1), last])
    return cell


def test_the_sources_of_a_long_table_stay_with_its_last_row(monkeypatch):
    """Alone on the next page they stood under its heads, as if the table had lost its rows."""
    parts = {f"part{n}": [sample.prose("A word."), long_table(f"long{n}", rows=13 + n)] for n in range(24)}
    links = asked(sample.report(**parts), PAGES, monkeypatch)
    ends = [(row, sources) for (to, row), (_, sources) in pairwise(links) if "example.com" in to]
    assert len(ends) == 24 and [end for end in ends if end[0] != end[1]] == []


def test_the_text_names_a_picture_on_another_page(monkeypatch):
    """Whoever reads the last lines of a page does not know that a picture over the leaf belongs to them."""
    parts = {
        f"part{n}": [
            *(sample.prose("A word. " * 30) for _ in range(n % 5)),
            sample.prose(f"[A word](https://example.com/{n})."),
            sample.chart(f"drawn{n}", sample.text("Gas"), alt=f"picture{n}"),
        ]
        for n in range(20)
    }
    pages = dict(asked(sample.report(**parts), PAGES, monkeypatch))
    apart = [n for n in range(20) if pages[f"picture{n}"] != pages[f'"https://example.com/{n}"']]
    assert [n for n in range(20) if f"<drawn{n}>" in pages] == apart
    assert 0 < len(apart) < 20


def test_a_picture_is_named_where_the_text_tells_of_it():
    """Of two paragraphs the one that speaks of what is drawn, not the one that happens to stand next to it."""
    ends = [{"t": "heading"}, {"t": "claims"}]
    trade, plan = ({"t": "paragraph", "children": [{"t": "note", "n": n}]} for n in (1, 2))
    drawn = {"t": "chart", "data": {"columns": ["figure"], "rows": [["trade.exports"]]}}
    about = [{"n": n, "readings": [{"figure": name}]} for n, name in ((1, "trade.total"), (2, "plan.day"))]
    for blocks in ([trade, plan, *ends, plan, drawn], [*ends, trade, plan, ends[1], drawn], [*ends, drawn, trade]):
        section = json.loads(json.dumps({"blocks": blocks, "notes": about}))
        pdf._assign_pictures(section)
        numbers = [block["children"][0]["n"] for block in section["blocks"] if "pictures" in block]
        assert numbers == [2 if blocks[2] == ends[0] else 1]


def test_the_same_report_gives_the_same_bytes(report, paper):
    assert html.render(report) == html.render(report)
    assert pdf.render(latin(report)) == paper


def test_a_mark_stands_after_a_closing_bracket():
    """As a word between brackets its number would seem to be one of the text's own."""
    text = sample.text("all (in {}), then", sample.note("23", sample.reading(23)))
    blocks = markup.blocks(text, markup.Notes(1))
    pdf._move_closing(blocks)
    assert [markup.plain([node]) for node in blocks[0]["children"]] == ["all (in ", "23)", ", then"]


def test_amounts_keep_their_unit_on_the_line():
    """A column that stands right takes the width that it needs, however long the unit."""
    columns = [{"title": "What", "align": "left"}, {"title": "Amount", "align": "right"}]
    row = [
        [{"t": "text", "text": "A loan to a plant in the north"}],
        [{"t": "text", "text": "1,710 million US dollars"}],
    ]
    assert pdf._widths({"columns": columns, "rows": [row]}) == [30, 0]


def test_a_character_that_no_font_has_is_named(report):
    """An empty box on paper is worse than no paper."""
    with pytest.raises(ExportError, match=r"国 \(U\+56FD\).*scripts/fonts\.py"):
        pdf.render(report)
