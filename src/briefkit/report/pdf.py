"""The report on paper: A4, tagged (PDF/UA-1), typeset by Typst from the page model as data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib.resources import files
from itertools import dropwhile, pairwise, takewhile
from pathlib import Path
from typing import Any

from briefkit.errors import ExportError
from briefkit.report.html_page import families
from briefkit.report.markup import Node, extend, plain
from briefkit.report.model import SHOWN, Report
from briefkit.report.page_model import compose
from briefkit.report.provenance import FLAG_LETTERS

_CLOSING = re.compile('[)\\]\u201d\u2019\u00bb"]+')


def render(report: Report) -> bytes:
    """The whole report as a PDF: the same report gives the same bytes.

    Raises
    ------
    ExportError
        If a chart has no alt text, or a character stands in none of the fonts.
    """
    return begin(report)()


def begin(report: Report) -> Callable[[], bytes]:
    """Make the page model ready for paper; gives what sets it, which takes most of the time, and no Python."""
    model = _for_paper(json.loads(json.dumps(compose(report))), report.fonts)  # a copy: paper changes it
    _refuse_boxes(model, report.fonts)
    return partial(_typeset, json.dumps(model, ensure_ascii=False), report.fonts)


def _typeset(page: str, beside: Path | None) -> bytes:
    import typst

    fonts: list[Any] = [str(files("briefkit") / "fonts"), *([str(beside)] if beside else [])]
    standards: list[Any] = ["ua-1"]
    template = (files("briefkit.report") / "templates" / "brief.typ").read_bytes()
    try:
        made = typst.compile(
            template,
            format="pdf",
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"page": page},
            pdf_standards=standards,
        )
    except typst.TypstError as error:
        raise ExportError(_sentence(error)) from error
    return bytes(made)


def ready(beside: Path) -> None:
    """Import what sets the paper, and read which letters the fonts have, while there is nothing to set yet."""
    import typst  # noqa: F401

    for file in _fonts(beside):
        _letters(file)


def _for_paper(model: Node, fonts: Path | None) -> Node:
    """What paper needs beyond the page model: what can be linked to, widths of columns, families of fonts."""
    _bracket(model)
    found = list(_nodes(model))
    for table in (node for node in found if node.get("t") == "table"):
        table["widths"] = _widths(table)
    for section in model["sections"]:
        text = 0
        for block in reversed(section["blocks"]):
            block["after"] = text
            text += _length(block)
        _set_beside(section)
    heads = {kid["ref"] for node in found if node.get("t") == "heading" for kid in _nodes(node["kids"]) if "ref" in kid}
    return {
        **model,
        "targets": dict.fromkeys(sorted(_targets(model)), True),
        "refs": dict.fromkeys(sorted({node["ref"] for node in found if "ref" in node} - heads), True),
        "families": families(fonts),
        "signs": FLAG_LETTERS,
        "total": sum(one["count"] for one in model["tally"]),
    }


def _bracket(part: Any) -> None:
    """On paper the mark of a note is a number of its own: it stands after a closing bracket or quotation mark."""
    for kid in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _bracket(kid)
    if isinstance(part, list):
        for note, text in pairwise(part):
            if isinstance(note, dict) and note.get("t") == "note" and text.get("t") == "text":
                closing = _CLOSING.match(text["text"])
                if closing:
                    extend(note, closing[0])
                    text["text"] = text["text"][closing.end() :]


def _targets(model: Node) -> set[str]:
    """Ids that the template sets as labels: parts, blocks, claims, notes and sources."""
    blocks = [block for section in model["sections"] for block in section["blocks"]]
    claims = [item for block in blocks if block["t"] == "claims" for item in block["items"]]
    notes = [note for part in [model["cover"], *model["sections"]] for note in part["notes"]]
    named = [*model["sections"], *(block for block in blocks if "id" in block), *claims, *notes, *model["sources"]]
    summary = {"summary"} if model["cover"]["notes"] else set()
    return {one["id"] for one in named} | {part for part in ("claims", "sources") if model[part]} | summary


def _length(block: Node) -> int:
    """Letters of text in a block that pictures may be set beside: paragraphs, lists and claims."""
    if block["t"] not in ("paragraph", "list", "quote", "claims"):
        return 0
    return sum(len(node["text"]) for node in _nodes(block) if node.get("t") == "text")


def _set_beside(section: Node) -> None:
    """Each paragraph learns which pictures it tells of, by their place; a picture under no paragraph stands alone."""
    blocks = section["blocks"]
    about = {note["n"]: {_topic(read["figure"]) for read in note["readings"]} for note in section["notes"]}
    themes = [_themes(block, about) for block in blocks]
    for at, block in enumerate(blocks):
        if block["t"] in SHOWN:
            before = _paragraphs(blocks, range(at - 1, -1, -1))
            after = _paragraphs(blocks, range(at + 1, len(blocks)))[:1]
            shared = {one: len(themes[one] & themes[at]) for one in before or after}
            told = max(shared, key=shared.__getitem__, default=None)
            block["alone"] = told is None
            if told is not None:
                blocks[told].setdefault("beside", []).append(at)


def _paragraphs(blocks: list[Node], way: range) -> list[int]:
    """The nearest paragraphs that follow each other on the way to the next heading."""
    under = takewhile(lambda at: blocks[at]["t"] != "heading", way)
    rest = dropwhile(lambda at: blocks[at]["t"] != "paragraph", under)
    return list(takewhile(lambda at: blocks[at]["t"] == "paragraph", rest))


def _themes(block: Node, about: dict[int, set[str]]) -> set[Any]:
    """The notes of a block, and what its figures are about."""
    notes = {node["n"] for node in _nodes(block) if node.get("t") == "note"}
    data = block.get("data") or {"columns": [], "rows": []}
    drawn = [dict(zip(data["columns"], row, strict=False)).get("figure") for row in data["rows"]]
    return (notes | {_topic(name) for name in drawn if name}).union(*(about.get(n, set()) for n in notes)) - {""}


def _topic(figure: str) -> str:
    return figure.split(".")[0]


def _nodes(part: Any) -> Iterator[Node]:
    """Every dict in a part of the model."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)


def _widths(table: Node) -> list[int]:
    """Share of the width for columns of long text; 0 for the others and for amounts, which take what they need.

    A table that needs no more than half the width takes no more.
    """
    cells = [[len(plain(row[at])) for row in table["rows"] if at < len(row)] for at in range(len(table["columns"]))]
    longest = [max([len(column["title"]), *lengths]) for column, lengths in zip(table["columns"], cells, strict=True)]
    if sum(longest) <= 50:
        return [0] * len(longest)
    amounts = [column.get("align") == "right" for column in table["columns"]]
    return [0 if length <= 20 or amount else min(length, 60) for length, amount in zip(longest, amounts, strict=True)]


def _refuse_boxes(model: Node, beside: Path | None) -> None:
    """Every letter of the report stands in one of the fonts, or is named."""
    have = frozenset().union(*map(_letters, _fonts(beside)))
    text = json.dumps({**model, "files": []}, ensure_ascii=False)
    missing = sorted(sign for sign in set(text) if ord(sign) not in have and sign.isprintable())
    if missing:
        named = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:10])
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise ExportError(
            f"paper: found {named}{more}, which no font has, expected letters that can be printed; "
            "run python scripts/fonts.py brief data notebooks params, which makes data/fonts"
        )


def _fonts(beside: Path | None) -> list[Path]:
    """Files whose letters a report may use: a shipped one, since all have the same, and those beside the brief."""
    shipped = Path(str(files("briefkit") / "fonts" / "BriefSans-Regular.ttf"))
    return [shipped, *(sorted(beside.glob("*.ttf")) if beside else [])]


@cache
def _letters(file: Path) -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(file) as font:
        return frozenset(font.getBestCmap())


def _sentence(error: Exception) -> str:
    text = re.sub(r"\s+", " ", str(error)).strip()
    return f"paper: {text}; the page model and templates/brief.typ do not agree"
