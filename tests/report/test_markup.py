"""Annotated text as nodes: endings of words, foreign scripts, links."""

from __future__ import annotations

import pytest
import sample

from briefkit.report import markup


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
    (block,) = markup.blocks(sample.text(template, sample.note("23", sample.reading(23))), markup.Notes(1))
    at = next(place for place, node in enumerate(block["children"]) if node["t"] == "note")
    assert markup.plain([block["children"][at]]) == words
    assert markup.plain(block["children"][at + 1 :]) == rest


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
