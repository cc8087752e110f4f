"""Texts cut into sentences."""

from __future__ import annotations

import pytest

from briefkit.publishing.sentences import sentences


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It grew by 8.5 points. Then it fell.", ["It grew by 8.5 points.", "Then it fell."]),
        ("Mr. Smith, e.g. Ann, met J. Doe of the U.S. Senate. No. 7 won!", 2),
        ("Was it so? 2017 says yes. \ue0000\ue001 of it.", 3),
        ('He said "no." Then he left. (She stayed.) *Both* slept.', 4),
        ("One line\nand its end. Two.", ["One line and its end.", "Two."]),
        ("# Head\n\n- first. still first\n- second\n1. Third", ["Head", "first. still first", "second", "Third"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_a_sentence_ends(text, found):
    """Decimals, initials, abbreviations and wrapped lines stay whole; a reader checks sentences, not scraps."""
    cut = list(sentences(text))
    assert cut == found if isinstance(found, list) else len(cut) == found
