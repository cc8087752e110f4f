"""The fact-check sheet as a page to read and print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from briefkit.notebook.outputs import Section
from briefkit.report import citation, markup
from briefkit.report.blocks import verdict
from briefkit.report.html_page import page
from briefkit.report.markup import Node
from briefkit.report.model import Report
from briefkit.report.provenance import slug

Row = Mapping[str, str]


def render(report: Report, rows: Sequence[Row]) -> str:
    """The sheet of an edition, section by section and claim by claim, with what is still open counted."""
    edition = report.edition
    home = f"{edition.get('edition', '')}/index.html"
    model = {
        **{name: str(edition.get(name) or "") for name in ("title", "edition", "as_of")},
        "lang": edition.get("language") or "en",
        "day": citation.day(str(edition.get("as_of", ""))),
        "home": home,
        "parts": [part for section in report.sections if (part := _part(section, report, rows, home))["rows"]],
        "open": _open(rows),
        "all": len(rows),
    }
    return page("factcheck.html.j2", beside=report.fonts, p=model)


def _part(section: Section, report: Report, rows: Iterable[Row], home: str) -> Node:
    """A section: its sentences in order, those before the same claims together."""
    own = [row for row in rows if row["section"] == section.section]
    claims = {claim["claim"]: claim for claim in report.claims}
    groups = [
        {"claims": list(_claims(named, claims, home)), "rows": [_row(row) for row in group]}
        for named, group in groupby(own, key=lambda row: row["claim"])
    ]
    name = slug(section.section)
    head = {"id": name, "title": section.title, "href": f"{home}#{name}"}
    return head | {"groups": groups, "rows": len(own), "open": _open(own)}


def _claims(named: str, claims: Mapping[str, Node], home: str) -> Iterator[Node]:
    for name in filter(None, named.split("; ")):
        entry = verdict(claims[name])
        yield entry | {"href": f"{home}#{entry['id']}"}


def _row(row: Row) -> Node:
    return {
        "sentence": markup.foreign(row["sentence"]),
        "numbers": [markup.foreign(line) for line in row["numbers"].splitlines()],
        "sources": [_source(line) for line in row["sources"].splitlines()],
        "decision": row["decision"].strip() or "open",
        "by": ", ".join(filter(None, (row["checker"], citation.day(row["date"]) or row["date"]))),
    }


def _source(line: str) -> Node:
    """Who says it, and the address that a line ends with, when it leads somewhere."""
    text, _, url = line.rpartition(" ")
    leads = url.lower().startswith(("http://", "https://"))
    return {"text": markup.foreign(text if leads else line), "url": url if leads else ""}


def _open(rows: Iterable[Row]) -> int:
    return sum(row["decision"].strip().lower() != "ok" for row in rows)
