"""A chart's picture on a page: ids of its own, nothing loaded or run, colours that follow the page."""

from __future__ import annotations

import re

import pytest

from briefkit.charts.theme import COLOURS
from briefkit.errors import ExportError
from briefkit.report import page_svg


@pytest.mark.parametrize("planted", ['<image href="https://example.org/x.png"/>', '<use href="other.svg#x"/>'])
def test_a_picture_that_loads_something_is_refused(planted):
    with pytest.raises(ExportError, match="pages load nothing"):
        page_svg.picture(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{planted}</svg>', "x", "alt")


def test_a_picture_stands_under_the_name_of_its_block():
    """Two charts of one id on a page, or an edition beside another, would share their clips and markers."""
    drawn = '<g id="gas--1"/><use href="#gas--1"/><path clip-path="url(#gas--0)" style="fill:#111a22"/>'
    shown = page_svg.picture(f'<svg xmlns="{page_svg.SVG}" id="gas--all">{drawn}</svg>', "gas-2", "alt")
    assert set(re.findall(r'(?:id="|#)(gas[^)"]*)', shown)) == {"gas-2--all", "gas-2--alt", "gas-2--0", "gas-2--1"}
    assert "fill:var(--c-111a22)" in shown


def test_a_picture_cannot_run_anything():
    inside = '<script>x()</script><g onclick="y()"/><style>*{}</style>'
    planted = f'<svg xmlns="http://www.w3.org/2000/svg" onload="x()">{inside}</svg>'
    shown = page_svg.picture(planted, "x", "alt")
    assert not re.search("onload|onclick|script|style", shown)


def test_colours_keep_their_contrast_on_a_dark_page():
    def ratio(first, second):
        lighter, darker = sorted(
            (page_svg._luminance(*(int(c[i : i + 2], 16) / 255 for i in (0, 2, 4))) for c in (first, second)),
            reverse=True,
        )
        return (lighter + 0.05) / (darker + 0.05)

    for colour in (c.lstrip("#") for c in COLOURS.values()):
        before, after = ratio(colour, "ffffff"), ratio(page_svg.dark_colour(colour).lstrip("#"), "14181c")
        assert after > 0.93 * min(before, 15)
