"""Text as the notebooks tell it, turned into plain nodes: what is marked up, what is a note, what is neither.

A node is a dict with a kind `t`; blocks hold inline nodes, inline nodes hold text. Text from the ledger
enters as text and leaves as text: no node carries markup, so no format has to trust it.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from briefkit.annotated import TOKEN, Told

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

    Their ids have an underscore, which nothing else on a page has: n_12, and r_12_1 for its first place.

    Parameters
    ----------
    first : int
        Number of the first note; numbers run over the whole report.
    part : str
        Letters that stand for the section in ids, which stay when another section has more notes, or fewer.
    """

    def __init__(self, first: int, part: str = "") -> None:
        self.first, self.part = first, part
        self.known: dict[str, Node] = {}

    def refer(self, note: Node) -> list[Node]:
        """Inline node for one number; a note without provenance is text, its foreign words marked.

        Its ids begin with a capital, which no other id on the page has.
        """
        if not note.get("readings") and not note.get("formula"):
            return foreign(note["text"], note.get("lang"))
        key = json.dumps([note.get("readings"), note.get("formula")], sort_keys=True, ensure_ascii=False)
        count = len(self.known)
        new = {"id": f"N{self.part}{count + 1}", "n": self.first + count, "refs": []}
        entry = self.known.setdefault(key, {**note, **new})
        ref = f"R{entry['id'][1:]}-{len(entry['refs']) + 1}"
        entry["refs"].append(ref)
        shown = {"t": "note", "kids": foreign(note["text"], note.get("lang")), "n": entry["n"], "id": entry["id"]}
        return [shown | {"ref": ref, "flags": list(note.get("flags", []))}]

    @property
    def last(self) -> int:
        """Number of the last note so far."""
        return self.first + len(self.known) - 1


def blocks(told: Told | str, notes: Notes) -> list[Node]:
    """Block nodes of a told text in Markdown."""
    told = {"text": told, "notes": []} if isinstance(told, str) else told
    return list(_blocks(_markdown()(told["text"]), told["notes"], notes))


def inline(told: Told | str | None, notes: Notes) -> list[Node]:
    """Inline nodes of a told title, caption or cell; a plain string is text, not Markdown."""
    if told is None:
        return []
    if isinstance(told, str):
        return foreign(told)
    return list(_inline(_markdown().inline(told["text"].replace("\n", " "), {}), told["notes"], notes))


def plain(nodes: list[Node]) -> str:
    """Text of nodes without their markup."""
    return "".join(" " if node["t"] == "break" else node.get("text") or plain(node.get("kids", [])) for node in nodes)


def words(told: Told | str | None) -> str:
    """A told text as one plain string: for file names, descriptions, names of regions."""
    return re.sub(r"\s+", " ", plain(inline(told, Notes(1)))).strip()


def foreign(text: str, lang: str | None = None) -> list[Node]:
    """Text nodes, the runs of other scripts marked with a language."""
    if lang or text.isascii():
        return [_text(text, lang)] if text else []
    nodes, at = [], 0
    for run in _RUN.finditer(text):
        nodes += [_text(text[at : run.start()]), _text(run.group(), _language(run.group()))]
        at = run.end()
    return [node for node in [*nodes, _text(text[at:])] if node["text"]]


def _language(run: str) -> str:
    return next((tag for tag, signs in SCRIPTS.items() if re.search(f"[{signs}]", run)), "und")


def _text(text: str, lang: str | None = None) -> Node:
    return {"t": "lang", "lang": lang, "text": text} if lang else {"t": "text", "text": text}


def _blocks(tokens: list[Node], given: list[Node], notes: Notes) -> Iterator[Node]:
    for token in tokens:
        kind, kids = token["type"], token.get("children", [])
        if kind in {"paragraph", "block_text"}:
            yield {"t": "paragraph", "kids": list(_inline(kids, given, notes))}
        elif kind == "heading":
            yield {"t": "heading", "level": token["attrs"]["level"], "kids": list(_inline(kids, given, notes))}
        elif kind == "list":
            items = [list(_blocks(item["children"], given, notes)) for item in kids]
            yield {"t": "list", "ordered": token["attrs"]["ordered"], "items": items}
        elif kind == "block_quote":
            yield {"t": "quote", "kids": list(_blocks(kids, given, notes))}
        elif kind in {"block_code", "block_html"}:
            yield {"t": "code", "text": TOKEN.sub(lambda m: given[int(m[1])]["text"], token["raw"]).rstrip("\n")}
        elif kind == "thematic_break":
            yield {"t": "rule"}


_WRAPPED = {"emphasis": "em", "strong": "strong"}


def _inline(tokens: list[Node], given: list[Node], notes: Notes) -> Iterator[Node]:
    for token in tokens:
        kind, kids = token["type"], token.get("children", [])
        if kind in _WRAPPED:
            yield {"t": _WRAPPED[kind], "kids": list(_inline(kids, given, notes))}
        elif kind == "link" and ADDRESS.match(token["attrs"]["url"]):
            yield {"t": "link", "url": token["attrs"]["url"], "kids": list(_inline(kids, given, notes))}
        elif kind == "linebreak":
            yield {"t": "break"}
        elif kind == "softbreak":
            yield _text(" ")
        elif kind == "codespan":
            yield {"t": "code", "text": TOKEN.sub(lambda m: given[int(m[1])]["text"], html.unescape(token["raw"]))}
        elif kids:
            yield from _inline(kids, given, notes)
        else:
            yield from _numbered(html.unescape(token.get("raw", "")), given, notes)


_ENDING = re.compile("(?:[-\u2011]?[^\\W\\d_]+|['\u2019]s\\b|[%\u2030\u00b0])+")  # 23rd, 6%, 24-month, Abe's


def _numbered(text: str, given: list[Node], notes: Notes) -> Iterator[Node]:
    """Text with tokens: what stands between them is text, each token one note, with the ending of its word."""
    pieces = TOKEN.split(text)
    for at, piece in enumerate(pieces):
        if at % 2:
            nodes, ending = notes.refer(given[int(piece)]), _ENDING.match(pieces[at + 1])
            if ending and nodes[-1]["t"] == "note":
                extend(nodes[-1], ending[0])
                pieces[at + 1] = pieces[at + 1][ending.end() :]
            yield from nodes
        elif piece:
            yield from foreign(piece)


def extend(note: Node, ending: str) -> None:
    """Let a note's mark stand after what follows the number without a space."""
    last = note["kids"][-1] if note["kids"] else {"t": ""}
    note["kids"] = (
        [*note["kids"][:-1], last | {"text": last["text"] + ending}]
        if last["t"] == "text"
        else [*note["kids"], _text(ending)]
    )
