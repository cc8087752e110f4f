"""The report on paper: A4, tagged (PDF/UA-1), typeset by Typst from the page model as data."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from importlib.resources import files
from itertools import dropwhile, pairwise, takewhile
from pathlib import Path
from typing import Any

from briefkit.errors import ExportError
from briefkit.report.html_page import families, font_characters
from briefkit.report.markup import Node, extend, plain
from briefkit.report.model import DATA_BLOCKS, Report
from briefkit.report.page_model import build_page_model
from briefkit.report.provenance import FLAG_LETTERS

_CLOSING = re.compile('[)\\]\u201d\u2019\u00bb"]+')


def render(report: Report) -> bytes:
    """Render the whole report as a PDF: the same report gives the same bytes.

    Raises
    ------
    ExportError
        If a chart has no alt text, or a character stands in none of the fonts.
    """
    return begin(report)()


def begin(report: Report) -> Callable[[], bytes]:
    """Prepare the page model for paper; return what typesets it, which takes longest and leaves Python free."""
    model = _for_paper(json.loads(json.dumps(build_page_model(report))), report.fonts)  # a copy: paper changes it
    _refuse_missing_glyphs(model, report.fonts)
    return partial(_typeset, json.dumps(model, ensure_ascii=False), report.fonts)


def _typeset(model: str, extra_fonts: Path | None) -> bytes:
    import typst

    fonts: list[Any] = [str(files("briefkit") / "fonts"), *([str(extra_fonts)] if extra_fonts else [])]
    standards: list[Any] = ["ua-1"]
    template = (files("briefkit.report") / "templates" / "brief.typ").read_bytes()
    try:
        pdf = typst.compile(
            template,
            format="pdf",
            font_paths=fonts,
            ignore_system_fonts=True,
            sys_inputs={"model": model},
            pdf_standards=standards,
        )
    except typst.TypstError as error:
        raise ExportError(_sentence(error)) from error
    return bytes(pdf)


def preload(extra_fonts: Path) -> None:
    """Import the typesetter, and read which characters the fonts have, before there is anything to typeset."""
    import typst  # noqa: F401

    for file in _fonts(extra_fonts):
        font_characters(file)


def _for_paper(model: Node, fonts: Path | None) -> Node:
    """Add what paper needs beyond the page model: what can be linked to, widths of columns, families of fonts."""
    _move_closing(model)
    nodes = list(_nodes(model))
    for table in (node for node in nodes if node.get("t") == "table"):
        table["widths"] = _widths(table)
    for section in model["sections"]:
        text = 0
        for block in reversed(section["blocks"]):
            block["after"] = text
            text += _length(block)
        _assign_pictures(section)
    headings = [child for node in nodes if node.get("t") == "heading" for child in _nodes(node["children"])]
    refs = {node["ref"] for node in nodes if "ref" in node} - {node["ref"] for node in headings if "ref" in node}
    return {
        **model,
        "targets": dict.fromkeys(sorted(_targets(model)), True),
        "refs": dict.fromkeys(sorted(refs), True),
        "families": families(fonts),
        "flag_letters": FLAG_LETTERS,
        "total": sum(entry["count"] for entry in model["tally"]),
    }


def _move_closing(part: Any) -> None:
    """Move a closing bracket or quotation mark before the mark of a note, which on paper is a number of its own."""
    for child in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        _move_closing(child)
    if isinstance(part, list):
        for note, text in pairwise(part):
            if isinstance(note, dict) and note.get("t") == "note" and text.get("t") == "text":
                closing = _CLOSING.match(text["text"])
                if closing:
                    extend(note, closing[0])
                    text["text"] = text["text"][closing.end() :]


def _targets(model: Node) -> set[str]:
    """Collect the ids that the template sets as labels: parts, blocks, claims, notes and sources."""
    blocks = [block for section in model["sections"] for block in section["blocks"]]
    claims = [item for block in blocks if block["t"] == "claims" for item in block["items"]]
    notes = [note for part in [model["cover"], *model["sections"]] for note in part["notes"]]
    named = [*model["sections"], *(block for block in blocks if "id" in block), *claims, *notes, *model["sources"]]
    summary = {"summary"} if model["cover"]["notes"] else set()
    return {node["id"] for node in named} | {part for part in ("claims", "sources") if model[part]} | summary


def _length(block: Node) -> int:
    """Count the characters of text in a block that pictures may float past: paragraphs, lists and claims."""
    if block["t"] not in ("paragraph", "list", "quote", "claims"):
        return 0
    return sum(len(node["text"]) for node in _nodes(block) if node.get("t") == "text")


def _assign_pictures(section: Node) -> None:
    """Tell each paragraph which pictures it is about, by their place; a picture under no paragraph stands alone."""
    blocks = section["blocks"]
    note_topics = {note["n"]: {_topic(reading["figure"]) for reading in note["readings"]} for note in section["notes"]}
    topics = [_topics(block, note_topics) for block in blocks]
    for place, block in enumerate(blocks):
        if block["t"] in DATA_BLOCKS:
            before = _paragraphs(blocks, range(place - 1, -1, -1))
            after = _paragraphs(blocks, range(place + 1, len(blocks)))[:1]
            shared = {paragraph: len(topics[paragraph] & topics[place]) for paragraph in before or after}
            nearest = max(shared, key=shared.__getitem__, default=None)
            block["alone"] = nearest is None
            if nearest is not None:
                blocks[nearest].setdefault("pictures", []).append(place)


def _paragraphs(blocks: list[Node], places: range) -> list[int]:
    """List the places of the nearest paragraphs that follow each other before the next heading."""
    under = takewhile(lambda place: blocks[place]["t"] != "heading", places)
    rest = dropwhile(lambda place: blocks[place]["t"] != "paragraph", under)
    return list(takewhile(lambda place: blocks[place]["t"] == "paragraph", rest))


def _topics(block: Node, note_topics: dict[int, set[str]]) -> set[Any]:
    """Collect the notes of a block, and the topics of its figures."""
    notes = {node["n"] for node in _nodes(block) if node.get("t") == "note"}
    data = block.get("data") or {"columns": [], "rows": []}
    drawn = [dict(zip(data["columns"], row, strict=False)).get("figure") for row in data["rows"]]
    return (notes | {_topic(name) for name in drawn if name}).union(
        *(note_topics.get(note, set()) for note in notes)
    ) - {""}


def _topic(figure: str) -> str:
    """Return the first word of a figure's id."""
    return figure.split(".")[0]


def _nodes(part: Any) -> Iterator[Node]:
    """Yield every dict in a part of the model."""
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from _nodes(value)


def _widths(table: Node) -> list[int]:
    """Return the share of the width for columns of long text; 0 for others and for amounts, which take what they need.

    A table that needs no more than half the width takes no more.
    """
    columns = range(len(table["columns"]))
    cells = [[len(plain(row[column])) for row in table["rows"] if column < len(row)] for column in columns]
    longest = [max([len(column["title"]), *lengths]) for column, lengths in zip(table["columns"], cells, strict=True)]
    if sum(longest) <= 50:
        return [0] * len(longest)
    amounts = [column.get("align") == "right" for column in table["columns"]]
    return [0 if length <= 20 or amount else min(length, 60) for length, amount in zip(longest, amounts, strict=True)]


def _refuse_missing_glyphs(model: Node, extra_fonts: Path | None) -> None:
    """Refuse a report with a character that none of its fonts has."""
    available = frozenset().union(*map(font_characters, _fonts(extra_fonts)))
    text = set(json.dumps({**model, "files": []}, ensure_ascii=False))
    missing = sorted(character for character in text - available if character.isprintable())
    if missing:
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in missing[:10])
        more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
        raise ExportError(
            f"paper: found {named}{more}, which no font has, expected letters that can be printed; "
            "run python scripts/fonts.py brief data notebooks params, which makes data/fonts"
        )


def _fonts(extra_fonts: Path | None) -> list[Path]:
    """List font files whose characters a report may use: a shipped one, since all are alike, and the brief's own."""
    shipped = Path(str(files("briefkit") / "fonts" / "BriefSans-Regular.ttf"))
    return [shipped, *(sorted(extra_fonts.glob("*.ttf")) if extra_fonts else [])]


def _sentence(error: Exception) -> str:
    text = re.sub(r"\s+", " ", str(error)).strip()
    return f"paper: {text}; the page model and templates/brief.typ do not agree"
