"""Annotated text turned into plain nodes: what is marked up, what is a note, what is neither.

A node is a dict with a kind `t`; blocks hold inline nodes, inline nodes hold text. Text from the ledger
enters as text and leaves as text: no node carries markup, so no format has to trust it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from briefkit.annotated import TOKEN, AnnotatedText, Joinable, Note

Node = dict[str, Any]

ADDRESS = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
# runs of one foreign script, with the language tag that is true of the script whatever the brief is about
SCRIPTS = {
    "ja": "\u3040-\u30ff\u31f0-\u31ff",
    "und-Hani": "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3005\u3007",
    "ko": "\uac00-\ud7af\u1100-\u11ff",
    "und-Cyrl": "\u0400-\u052f",
    "und-Grek": "\u0370-\u03ff",
    "und-Arab": "\u0600-\u06ff",
    "und-Hebr": "\u0590-\u05ff",
}
_EAST = SCRIPTS["ja"] + SCRIPTS["und-Hani"] + "\u3000-\u303f\uff00-\uffef"
_RUN = re.compile(
    f"[{_EAST}]+|" + "|".join(f"[{SCRIPTS[tag]}]+(?:[ \u00a0\u2013-][{SCRIPTS[tag]}]+)*" for tag in list(SCRIPTS)[2:])
)


@cache
def _markdown() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None)


class Notes:
    """The notes of one section, in the order met: one per provenance, with every place that refers to it.

    Their ids begin with a capital, which no other id on a page has: N12, and R12-1 for its first place.

    Parameters
    ----------
    first : int
        Number of the first note; numbers run over the whole report.
    part : str
        Letters that stand for the section in ids, which stay when another section has more notes, or fewer.
    """

    def __init__(self, first: int, part: str = "") -> None:
        self.first, self.part = first, part
        self.by_provenance: dict[str, Node] = {}

    def refer(self, note: Note) -> list[Node]:
        """Return the inline node of one number; of a note without provenance its text."""
        if not note.get("readings") and not note.get("formula"):
            return text_nodes(note["text"], note.get("lang"))
        provenance = json.dumps([note.get("readings"), note.get("formula")], sort_keys=True, ensure_ascii=False)
        count = len(self.by_provenance)
        ids = {"id": f"N{self.part}{count + 1}", "n": self.first + count, "refs": []}
        entry = self.by_provenance.setdefault(provenance, {**note, **ids})
        ref = f"R{entry['id'][1:]}-{len(entry['refs']) + 1}"
        entry["refs"].append(ref)
        children = text_nodes(note["text"], note.get("lang"))
        node = {"t": "note", "children": children, "n": entry["n"], "id": entry["id"]}
        return [node | {"ref": ref, "flags": list(note.get("flags", []))}]

    @property
    def last(self) -> int:
        """Return the number of the last note so far."""
        return self.first + len(self.by_provenance) - 1


def blocks(text: Joinable, notes: Notes) -> list[Node]:
    """Parse annotated text in Markdown into block nodes; its notes are added to `notes`."""
    annotated = AnnotatedText.from_payload(text)
    return list(_blocks(_markdown()(annotated.text), annotated.notes, notes))


def inline(text: Joinable, notes: Notes) -> list[Node]:
    """Parse an annotated title, caption or cell into inline nodes; a plain string is text, not Markdown."""
    if text is None or isinstance(text, str):
        return text_nodes(text or "")
    annotated = AnnotatedText.from_payload(text)
    return list(_inline(_markdown().inline(annotated.text.replace("\n", " "), {}), annotated.notes, notes))


def plain(nodes: list[Node]) -> str:
    """Return the text of nodes without their markup.

    Examples
    --------
    >>> plain([{"t": "text", "text": "It is "}, {"t": "em", "children": [{"t": "text", "text": "8.5%"}]}])
    'It is 8.5%'
    """
    return "".join(
        " " if node["t"] == "break" else node.get("text") or plain(node.get("children", [])) for node in nodes
    )


def plain_text(text: Joinable) -> str:
    r"""Return annotated text as one plain string: for file names, descriptions, names of regions.

    Examples
    --------
    >>> plain_text({"text": "A *small*\nstep", "notes": []})
    'A small step'
    """
    return re.sub(r"\s+", " ", plain(inline(text, Notes(1)))).strip()


def text_nodes(text: str, lang: str | None = None) -> list[Node]:
    """Return text as nodes, the runs of other scripts marked with a language.

    Examples
    --------
    >>> text_nodes("Курилы, the islands")
    [{'t': 'lang', 'lang': 'und-Cyrl', 'text': 'Курилы'}, {'t': 'text', 'text': ', the islands'}]
    """
    if lang or text.isascii():
        return [_text(text, lang)] if text else []
    nodes, end = [], 0
    for run in _RUN.finditer(text):
        nodes += [_text(text[end : run.start()]), _text(run.group(), _language(run.group()))]
        end = run.end()
    return [node for node in [*nodes, _text(text[end:])] if node["text"]]


def _language(run: str) -> str:
    return next((tag for tag, characters in SCRIPTS.items() if re.search(f"[{characters}]", run)), "und")


def _text(text: str, lang: str | None = None) -> Node:
    return {"t": "lang", "lang": lang, "text": text} if lang else {"t": "text", "text": text}


def _code(raw: str, annotations: Sequence[Note]) -> Node:
    """Return a node of code, in which a number is text and has no note."""
    return {"t": "code", "text": TOKEN.sub(lambda token: str(annotations[int(token[1])]["text"]), raw)}


def _blocks(tokens: list[Node], annotations: Sequence[Note], notes: Notes) -> Iterator[Node]:
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind in {"paragraph", "block_text"}:
            yield {"t": "paragraph", "children": list(_inline(children, annotations, notes))}
        elif kind == "heading":
            text = list(_inline(children, annotations, notes))
            yield {"t": "heading", "level": token["attrs"]["level"], "children": text}
        elif kind == "list":
            items = [list(_blocks(item["children"], annotations, notes)) for item in children]
            yield {"t": "list", "ordered": token["attrs"]["ordered"], "items": items}
        elif kind == "block_quote":
            yield {"t": "quote", "children": list(_blocks(children, annotations, notes))}
        elif kind in {"block_code", "block_html"}:
            code = _code(token["raw"], annotations)
            yield code | {"text": code["text"].rstrip("\n")}
        elif kind == "thematic_break":
            yield {"t": "rule"}


_WRAPPED = {"emphasis": "em", "strong": "strong"}


def _inline(tokens: list[Node], annotations: Sequence[Note], notes: Notes) -> Iterator[Node]:
    for token in tokens:
        kind, children = token["type"], token.get("children", [])
        if kind in _WRAPPED:
            yield {"t": _WRAPPED[kind], "children": list(_inline(children, annotations, notes))}
        elif kind == "link" and ADDRESS.match(token["attrs"]["url"]):
            text = list(_inline(children, annotations, notes))
            yield {"t": "link", "url": token["attrs"]["url"], "children": text}
        elif kind == "linebreak":
            yield {"t": "break"}
        elif kind == "softbreak":
            yield _text(" ")
        elif kind == "codespan":
            yield _code(html.unescape(token["raw"]), annotations)
        elif children:
            yield from _inline(children, annotations, notes)
        else:
            yield from _numbered(html.unescape(token.get("raw", "")), annotations, notes)


_ENDING = re.compile("(?:[-\u2011]?[^\\W\\d_]+|['\u2019]s\\b|[%\u2030\u00b0])+")  # 23rd, 6%, 24-month, Abe's


def _numbered(text: str, annotations: Sequence[Note], notes: Notes) -> Iterator[Node]:
    """Yield text and notes: each token becomes one note, with the ending of its word; the rest stays text."""
    pieces = TOKEN.split(text)
    for place, piece in enumerate(pieces):
        if place % 2:
            nodes, ending = notes.refer(annotations[int(piece)]), _ENDING.match(pieces[place + 1])
            if ending and nodes[-1]["t"] == "note":
                extend(nodes[-1], ending[0])
                pieces[place + 1] = pieces[place + 1][ending.end() :]
            yield from nodes
        elif piece:
            yield from text_nodes(piece)


def extend(note: Node, ending: str) -> None:
    """Add to a note's text what follows the number without a space, so that the note's mark stands after it."""
    last = note["children"][-1] if note["children"] else {"t": ""}
    note["children"] = (
        [*note["children"][:-1], last | {"text": last["text"] + ending}]
        if last["t"] == "text"
        else [*note["children"], _text(ending)]
    )
