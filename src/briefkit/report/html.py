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
from briefkit.report.blocks import VERDICTS
from briefkit.report.csv_export import inside, sheet
from briefkit.report.html_page import letters_of, page
from briefkit.report.markup import Node, plain
from briefkit.report.model import SHOWN, Report
from briefkit.report.page_model import compose
from briefkit.report.page_svg import picture
from briefkit.report.provenance import FLAG_LETTERS

_MADE = Memo(16)


def render(report: Report, ld: str = "") -> str:
    """The whole report as one page.

    Parameters
    ----------
    report : Report
        An edition, executed and read back.
    ld : str
        JSON-LD that describes it to machines; a data block, which no browser runs.

    Raises
    ------
    ExportError
        If a chart has no alt text, or the page would load something from elsewhere.
    """
    return _page(report, _letters(report), ld)


def render_section(report: Report, section: str) -> str:
    """One section as a page of its own, with the sources and claims that it uses.

    Raises
    ------
    UnknownName
        If the report has no such section.
    """
    chosen = tuple(s for s in report.sections if s.section == section)
    if not chosen:
        raise UnknownName("section", section, [s.section for s in report.sections])
    earlier = takewhile(lambda one: one is not chosen[0], report.sections)
    before = Counter(block["kind"] for one in earlier for block in one.blocks)
    files = tuple(file | {"href": f"../{file['href']}"} for file in report.files)
    return _page(replace(report, sections=chosen, before=before, files=files, home="../index.html"), _letters(report))


def _letters(report: Report) -> str:
    """Letters of a whole report, so that the pages of its parts share its fonts."""
    return "".join(sorted(letters_of(report.signs.union(*VERDICTS.values()))))


def _page(report: Report, letters: str, ld: str = "") -> str:
    """A page of a report, or of a part of it."""
    return _MADE.get_or_make((report.digest, letters, ld), lambda: _laid_out(report, letters, ld))


def _laid_out(report: Report, letters: str, ld: str) -> str:
    from markupsafe import Markup

    model = compose(report)
    data = f"{model['beside']}data/" if report.beside else ""
    sections = [part | {"blocks": [_block(block, data) for block in part["blocks"]]} for part in model["sections"]]
    return page(
        "page.html.j2",
        beside=report.fonts,
        letters=frozenset(letters),
        p=model | {"sections": sections},
        signs=FLAG_LETTERS,
        ld=Markup(ld.replace("<", "\\u003c")),
    )


def _block(block: Node, data: str) -> Node:
    """A block as the template takes it: with the address of its data, and its picture as it stands on a page."""
    if block["t"] not in SHOWN:
        return block
    block = block | {"csv": f"{data}{block['id']}.csv" if data else inside(_csv(block))}
    if block["t"] == "chart":
        svg = _picture(block["svg"], block["id"], block["alt"])
        block |= {"svg": svg} | small_screens.describe(block["layout"], block["id"])
    return block


_picture = lru_cache(maxsize=512)(picture)  # a chart stands on the page of the brief and on that of its section


def sheets(report: Report) -> Iterator[tuple[str, str]]:
    """What each chart and table of a report shows, as CSV: its id on the page, and the text."""
    return ((block["id"], _csv(block)) for block in _shown(compose(report)))


def _shown(model: Node) -> Iterator[Node]:
    return (block for section in model["sections"] for block in section["blocks"] if block["t"] in SHOWN)


def _csv(block: Node) -> str:
    """What a chart or table shows, with its heads."""
    if block["t"] == "chart":
        return sheet([block["data"]["columns"], *block["data"]["rows"]])
    heads = [column["title"] for column in block["columns"]]
    return sheet([heads, *([plain(cell) for cell in row] for row in block["rows"])])
