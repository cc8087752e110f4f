"""Text with notes: joined, taken apart and sent through a notebook without losing one."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from briefkit.annotated import AnnotatedText, token

note = st.fixed_dictionaries({"text": st.text(st.characters(codec="ascii"), min_size=1), "readings": st.just([])})
piece = st.one_of(st.text(st.characters(codec="ascii")), note.map(AnnotatedText.of_note))


@given(st.lists(piece))
def test_joined_text_reads_as_its_pieces_and_keeps_their_notes(pieces):
    """A sentence that is put together must not shift a source to its neighbour's number."""
    joined = AnnotatedText.join(pieces)
    assert str(joined) == "".join(map(str, pieces))
    assert joined.shown() == [note for piece in pieces if isinstance(piece, AnnotatedText) for note in piece.shown()]
    assert "".join(part if isinstance(part, str) else part["text"] for part in joined.parts()) == str(joined)


@given(st.lists(piece))
def test_text_survives_its_way_through_a_notebook(pieces):
    """The page is made in another process, from JSON."""
    joined = AnnotatedText.join(pieces)
    assert AnnotatedText.from_payload(json.loads(json.dumps(joined.payload()))) == joined


def test_a_phrase_without_text_leaves_no_token():
    """A word that is not said has no note."""
    assert AnnotatedText.of_note({"text": ""}) == AnnotatedText() and not AnnotatedText()


def test_notes_are_numbered_as_they_appear_and_those_not_shown_are_left_out():
    """A template may work something out before it is shown."""
    text = AnnotatedText.numbered(f"{token(2)}, then {token(0)}", [{"text": text} for text in "abc"])
    assert str(text) == "c, then a" and [note["text"] for note in text.notes] == ["c", "a"]


def test_a_note_s_text_is_never_read_as_a_token():
    """What stands in the ledger stays beside the text."""
    assert str(AnnotatedText.of_note({"text": token(7)})) == token(7)
