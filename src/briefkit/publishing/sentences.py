"""Split texts into sentences, and list the sentences of what a section shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from briefkit.annotated import AnnotatedText

ABBREVIATIONS = frozenset(
    "Mr Mrs Ms Dr Prof Gen Sen Rep St No Nos Art Fig Vol Ed Inc Ltd Co Corp vs cf ca al pp approx "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split()
)
"""Words after whose full stop a sentence goes on."""

FIELDS = {
    "markdown": ["text"],
    "prose": ["text"],
    "chart": ["title", "caption"],
    "table": ["caption"],
    "claim": ["why"],
    "numbers": [],
}
"""Fields of each kind of block that hold sentences; blocks of other kinds hold none."""

_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:#{1,6}|[-*+>|]|\d+[.)])\s)")
_BULLET = re.compile(r"\s*(?:#{1,6}|[-*+>|]|\d+[.)])\s+")
_STOP = re.compile(r"[.!?][”’\"')\]*_]*\s+")
_OPENING = "“‘\"'([*_"


def sentences(text: str) -> Iterator[str]:
    """Split a text in Markdown into sentences.

    A sentence ends with its paragraph, heading or item of a list, and at `.`, `!` or `?` before white space and
    anything but a small letter; not at the full stop of an initial, of an abbreviation with stops in it (e.g.) or
    of one of `ABBREVIATIONS`.

    Examples
    --------
    >>> list(sentences("Mr. S. Abe met him in Sochi. Why? They spoke, e.g. on gas."))
    ['Mr. S. Abe met him in Sochi.', 'Why?', 'They spoke, e.g. on gas.']
    """
    for paragraph in _PARAGRAPH.split(text):
        line, start = " ".join(_BULLET.sub("", paragraph, count=1).split()), 0
        for stop in _STOP.finditer(line):
            if _ends_sentence(line, stop):
                yield line[start : stop.end()].strip()
                start = stop.end()
        if line[start:]:
            yield line[start:]


def _ends_sentence(line: str, stop: re.Match[str]) -> bool:
    after = line[stop.end() :].lstrip(_OPENING)[:1]
    if not after or after.islower():
        return False
    before = (line[: stop.start()].split() or [""])[-1].lstrip(_OPENING)
    initial = len(before) == 1 and before.isupper()
    dotted = bool(re.fullmatch(r"(?:[^\W\d]\.)+[^\W\d]", before))
    return stop[0][0] != "." or not (initial or dotted or before in ABBREVIATIONS)


def sentences_of(block: Mapping[str, Any]) -> Iterator[AnnotatedText]:
    """Split what a block shows into sentences with their notes.

    A headline number counts as one, and so does a row of a table that holds a reading.
    """
    for text in (AnnotatedText.from_payload(block.get(name)) for name in FIELDS.get(block["kind"], [])):
        yield from (AnnotatedText(sentence, text.notes) for sentence in sentences(text.text))
    if block["kind"] == "numbers":
        yield from (AnnotatedText.join([item["value"], item["label"]], " ") for item in block["items"])
    if block["kind"] == "table":
        rows = (AnnotatedText.join(row, " | ") for row in block["rows"])
        yield from (row for row in rows if any(note["readings"] for note in row.notes))
