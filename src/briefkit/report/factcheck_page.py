"""The fact-check sheet as a page to read and print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from briefkit.formatting import day
from briefkit.notebook.outputs import Section
from briefkit.report import markup
from briefkit.report.blocks import verdict_entry
from briefkit.report.html_page import render_page
from briefkit.report.markup import Node
from briefkit.report.model import Report
from briefkit.report.provenance import slug

Row = Mapping[str, str]


def render(report: Report, rows: Sequence[Row]) -> str:
    """Render the sheet of an edition, section by section and claim by claim, with what is still open counted.

    Parameters
    ----------
    report : Report
        The edition, executed and read back.
    rows : sequence of mapping
        The sentences of the sheet: section, claim, sentence, numbers, sources, decision, checker, date.
    """
    edition = report.edition
    main_page = f"{edition.get('edition', '')}/index.html"
    sections = [_section(section, report, rows, main_page) for section in report.sections]
    model = {
        **{name: str(edition.get(name) or "") for name in ("title", "edition", "as_of")},
        "lang": edition.get("language") or "en",
        "day": day(str(edition.get("as_of", ""))),
        "main_page": main_page,
        "sections": [section for section in sections if section["count"]],
        "open": _count_open(rows),
        "count": len(rows),
    }
    return render_page("factcheck.html.j2", extra_fonts=report.fonts, page=model)


def _section(section: Section, report: Report, rows: Iterable[Row], main_page: str) -> Node:
    """Return the sentences of a section in order, those before the same claims together."""
    own = [row for row in rows if row["section"] == section.section]
    claims = {claim["claim"]: claim for claim in report.claims}
    groups = [
        {"claims": list(_claims(names, claims, main_page)), "rows": [_row(row) for row in group]}
        for names, group in groupby(own, key=lambda row: row["claim"])
    ]
    name = slug(section.section)
    head = {"id": name, "title": section.title, "href": f"{main_page}#{name}"}
    return head | {"groups": groups, "count": len(own), "open": _count_open(own)}


def _claims(names: str, claims: Mapping[str, Node], main_page: str) -> Iterator[Node]:
    """Yield the claims that a row names, each with its address."""
    for name in filter(None, names.split("; ")):
        entry = verdict_entry(claims[name])
        yield entry | {"href": f"{main_page}#{entry['id']}"}


def _row(row: Row) -> Node:
    return {
        "sentence": markup.text_nodes(row["sentence"]),
        "numbers": [markup.text_nodes(line) for line in row["numbers"].splitlines()],
        "sources": [_source(line) for line in row["sources"].splitlines()],
        "decision": row["decision"].strip() or "open",
        "by": ", ".join(filter(None, (row["checker"], day(row["date"])))),
    }


def _source(line: str) -> Node:
    """Return who says it, and the web address that a line ends with, if it does."""
    text, _, url = line.rpartition(" ")
    is_web = url.lower().startswith(("http://", "https://"))
    return {"text": markup.text_nodes(text if is_web else line), "url": url if is_web else ""}


def _count_open(rows: Iterable[Row]) -> int:
    return sum(row["decision"].strip().lower() != "ok" for row in rows)
