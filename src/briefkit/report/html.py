"""The report as one HTML page: self-contained, without script, nothing from the network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from briefkit.errors import UnknownName
from briefkit.hashing import Memo
from briefkit.report import small_screens
from briefkit.report.blocks import VERDICT_SYMBOLS
from briefkit.report.csv_export import csv_text, data_url
from briefkit.report.html_page import printable_characters, render_page
from briefkit.report.markup import Node, plain
from briefkit.report.model import DATA_BLOCKS, Report
from briefkit.report.page_model import build_page_model
from briefkit.report.page_svg import picture

_PAGES = Memo(16)


def render(report: Report, json_ld: str = "") -> str:
    """Render the whole report as one page.

    Parameters
    ----------
    report : Report
        An edition, executed and read back.
    json_ld : str
        Describes it to machines; stands in the page as a data block, which no browser runs.

    Raises
    ------
    ExportError
        If a chart has no alt text, or the page would load something from elsewhere.
    """
    return _render(report, _characters(report), json_ld)


def render_section(report: Report, section: str) -> str:
    """Render one section as a page of its own, with the sources and claims that it uses.

    Raises
    ------
    UnknownName
        If the report has no such section.
    """
    names = [part.section for part in report.sections]
    if section not in names:
        raise UnknownName("section", section, names)
    chosen = tuple(part for part in report.sections if part.section == section)
    earlier = takewhile(lambda part: part is not chosen[0], report.sections)
    earlier_counts = Counter(block["kind"] for part in earlier for block in part.blocks)
    files = tuple(file | {"href": f"../{file['href']}"} for file in report.files)
    page = replace(report, sections=chosen, earlier_counts=earlier_counts, files=files, main_page="../index.html")
    return _render(page, _characters(report))


def csv_files(report: Report) -> Iterator[tuple[str, str]]:
    """Yield the data of each chart and table as CSV: its id on the page, and the text."""
    for section in build_page_model(report)["sections"]:
        yield from ((block["id"], _csv(block)) for block in section["blocks"] if block["t"] in DATA_BLOCKS)


def _characters(report: Report) -> str:
    """Return the characters of a whole report, so that the pages of its parts share its fonts."""
    return "".join(sorted(printable_characters(report.characters.union(*VERDICT_SYMBOLS.values()))))


def _render(report: Report, characters: str, json_ld: str = "") -> str:
    """Render a report, or a part of it, unless the same one was rendered before."""
    return _PAGES.get_or_make((report.digest, characters, json_ld), lambda: _lay_out(report, characters, json_ld))


def _lay_out(report: Report, characters: str, json_ld: str) -> str:
    from markupsafe import Markup

    model = build_page_model(report)
    data = f"{model['root']}data/" if report.has_companion_files else ""
    sections = [
        section | {"blocks": [_with_files(block, data) for block in section["blocks"]]} for section in model["sections"]
    ]
    return render_page(
        "page.html.j2",
        extra_fonts=report.fonts,
        characters=frozenset(characters),
        page=model | {"sections": sections},
        json_ld=Markup(json_ld.replace("<", "\\u003c")),
    )


def _with_files(block: Node, data: str) -> Node:
    """Add to a block what the HTML template takes beyond the page model: address of its data, and its picture."""
    if block["t"] not in DATA_BLOCKS:
        return block
    block = block | {"csv": f"{data}{block['id']}.csv" if data else data_url(_csv(block))}
    if block["t"] == "chart":
        svg = _picture(block["svg"], block["id"], block["alt"])
        block |= {"svg": svg} | small_screens.describe(block["layout"], block["id"])
    return block


_picture = lru_cache(maxsize=512)(picture)  # a chart stands on the page of the brief and on that of its section


def _csv(block: Node) -> str:
    """Write the data of a chart or table as CSV, with its heads."""
    if block["t"] == "chart":
        return csv_text([block["data"]["columns"], *block["data"]["rows"]])
    heads = [column["title"] for column in block["columns"]]
    return csv_text([heads, *([plain(cell) for cell in row] for row in block["rows"])])
