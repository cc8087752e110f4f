"""The picture that messengers show beside an edition's address, and what the page says of it."""

from __future__ import annotations

import re
import struct
from dataclasses import replace

import pytest
import sample

from briefkit.report import card_png, citation, html
from briefkit.report.edition_json import bottom_line


@pytest.fixture(scope="module")
def report():
    return replace(sample.report(), has_companion_files=True)


def meta(page: str) -> dict[str, str]:
    return dict(re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page))


def test_the_picture_has_the_size_that_messengers_ask_for_and_always_the_same_bytes(report):
    """A time or a version in it would make every rebuild another edition."""
    png = card_png.render(report)
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (1200, 630)
    assert card_png.render(report) == png and len(png) < 200_000
    assert not re.search(rb"tEXt|zTXt|iTXt|tIME", png)


def test_the_picture_changes_with_what_it_says(report):
    """Title, day, verdicts and bottom line are in it; an edition that says nothing has one too."""
    other = {"title": "Another", "as_of": "2019-01-01", "edition": "b"}
    pictures = {card_png.render(report), card_png.render(replace(report, claims=report.claims[:1]))}
    pictures |= {
        card_png.render(replace(report, edition=report.edition | {name: value})) for name, value in other.items()
    }
    assert len(pictures | {card_png.render(replace(report, sections=(), claims=()))}) == 6


def test_the_page_names_its_picture_title_and_description(report):
    """A link in a message shows what the brief says."""
    metadata = meta(html.render(report))
    assert {"og:title", "og:description", "og:type", "description", "twitter:card"} <= metadata.keys()
    assert metadata["og:image"] == "card.png" and "1 overturned" in metadata["og:image:alt"]
    assert bottom_line(report)[:40] in metadata["description"]
    assert meta(html.render_section(report, "harbour"))["og:image"] == "../card.png"
    assert "og:image" not in meta(html.render(replace(report, has_companion_files=False)))


def test_a_published_edition_gives_the_picture_an_address_of_its_own(report):
    """Messengers do not follow a relative one."""
    known = replace(report, edition=report.edition | {"url": "https://example.org/2018-10/"})
    assert meta(html.render(known))["og:image"] == "https://example.org/2018-10/card.png"
    assert meta(html.render_section(known, "harbour"))["og:image"] == "https://example.org/2018-10/card.png"


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("https://example.org/2018-10", "https://example.org/2018-10/card.png"),
        ("https://example.org/2018-10/", "https://example.org/2018-10/card.png"),
        ("https://example.org/2018-10/index.html", "https://example.org/2018-10/card.png"),
        ("javascript:alert(1)", "card.png"),
        (None, "card.png"),
    ],
)
def test_a_file_beside_a_page_is_found_from_its_address(url, where):
    assert citation.address(url, "card.png") == where
