"""Text whose numbers carry their readings.

What a template or a phrase gives becomes a *note*: the text shown, the formula and the readings behind it. In the
text it stands as a token of two private-use characters around the note's number, so that nothing from the ledger is
ever read as markup.
"""

from __future__ import annotations

import re
from typing import Any

Told = dict[str, Any]
OPEN, CLOSE = "\ue000", "\ue001"
TOKEN = re.compile(f"{OPEN}(\\d+){CLOSE}")


def plain(told: Told) -> str:
    """Replace each token by its note's text, as for alt text or a terminal."""
    return TOKEN.sub(lambda match: told["notes"][int(match[1])]["text"], told["text"])


def words(told: Told | str) -> Told:
    """Return plain text as annotated text without notes; annotated text as it is."""
    return {"text": told, "notes": []} if isinstance(told, str) else told


def noted(note: dict[str, Any]) -> Told:
    """Return annotated text that is one note and nothing else; empty where the note's text is."""
    return {"text": f"{OPEN}0{CLOSE}", "notes": [note]} if note["text"] else {"text": "", "notes": []}
