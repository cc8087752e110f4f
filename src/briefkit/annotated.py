"""Text whose numbers carry their readings.

What a template or a phrase gives becomes a *note*: the text shown, the formula and the readings behind it. In the text
it stands as a token of two private-use characters around the note's number, so that nothing from the ledger is ever
read as markup. In an executed notebook annotated text travels as `{"text": …, "notes": […]}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, Union

Joinable = Union["AnnotatedText", Mapping[str, Any], str, None]
"""Annotated text, its payload, plain text or nothing."""

Note = dict[str, Any]
"""One number or word of a text: `text`, `formula`, `lang`, `flags` and `readings`."""

TOKEN = re.compile("\ue000(\\d+)\ue001")


def token(place: int) -> str:
    """Return what stands in a text for the note of a place."""
    return f"\ue000{place}\ue001"


def _shifted(by: int, match: re.Match[str]) -> str:
    return token(by + int(match[1]))


class Annotation(Protocol):
    """Anything that can become a note, such as a `Phrase`."""

    def note(self) -> Note:
        """Return the note."""


@dataclass(frozen=True)
class AnnotatedText:
    """Text with tokens, and the notes that they stand for.

    Attributes
    ----------
    text : str
        Markdown or plain text; a token for each note.
    notes : tuple of dict
        In the order of their numbers.

    Examples
    --------
    >>> share = AnnotatedText.of_note({"text": "8.5%", "readings": []})
    >>> sentence = AnnotatedText.join(["It was ", share, "."])
    >>> str(sentence), list(sentence.parts())
    ('It was 8.5%.', ['It was ', {'text': '8.5%', 'readings': []}, '.'])
    """

    text: str = ""
    notes: tuple[Note, ...] = ()

    @classmethod
    def of(cls, phrase: Annotation) -> AnnotatedText:
        """Make text of one phrase and nothing else; empty where the phrase is."""
        return cls.of_note(phrase.note())

    @classmethod
    def of_note(cls, note: Note) -> AnnotatedText:
        """Make text of one note and nothing else; empty where the note's text is."""
        return cls(token(0), (note,)) if note["text"] else cls()

    @classmethod
    def from_payload(cls, payload: Joinable) -> AnnotatedText:
        """Read annotated text as it travels in a notebook; a string is text without notes, None is empty."""
        if isinstance(payload, AnnotatedText):
            return payload
        if isinstance(payload, Mapping):
            return cls(str(payload["text"]), tuple(payload.get("notes", ())))
        return cls(payload or "")

    @classmethod
    def numbered(cls, text: str, notes: Sequence[Note]) -> AnnotatedText:
        """Make text whose notes are numbered as they appear; notes that the text does not show are left out.

        Examples
        --------
        >>> AnnotatedText.numbered(f"{token(1)}, {token(1)}", [{"text": "a"}, {"text": "b"}]).notes
        ({'text': 'b'},)
        """
        places = {old: new for new, old in enumerate(dict.fromkeys(map(int, TOKEN.findall(text))))}
        shown = TOKEN.sub(lambda match: token(places[int(match[1])]), text)
        return cls(shown, tuple(notes[old] for old in places))

    @classmethod
    def join(
        cls, pieces: Iterable[AnnotatedText | Mapping[str, Any] | str | None], separator: str = ""
    ) -> AnnotatedText:
        """Join texts into one, their notes numbered through."""
        texts: list[str] = []
        notes: list[Note] = []
        for piece in map(cls.from_payload, pieces):
            first = len(notes)
            texts.append(TOKEN.sub(partial(_shifted, first), piece.text))
            notes += piece.notes
        return cls(separator.join(texts), tuple(notes))

    def __str__(self) -> str:
        """Return the text as a reader sees it, each token replaced by its note's text."""
        return TOKEN.sub(lambda match: str(self.notes[int(match[1])]["text"]), self.text)

    def __bool__(self) -> bool:
        return bool(self.text)

    def parts(self) -> Iterator[str | Note]:
        """Iterate over stretches of text and notes, in order; empty stretches are left out."""
        for place, piece in enumerate(TOKEN.split(self.text)):
            if place % 2:
                yield self.notes[int(piece)]
            elif piece:
                yield piece

    def shown(self) -> list[Note]:
        """List the notes in the order in which the text shows them, one for each token."""
        return [part for part in self.parts() if not isinstance(part, str)]

    def payload(self) -> dict[str, Any]:
        """Return the form in which it travels in a notebook."""
        return {"text": self.text, "notes": list(self.notes)}
