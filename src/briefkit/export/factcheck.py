"""The fact-check sheet as a page to read and print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from briefkit.export import Report, cite
from briefkit.export.styles import page


def render(report: Report, rows: Sequence[Mapping[str, str]]) -> str:
    """The sheet of an edition, section by section, with what is still open counted."""
    titles = {section.section: section.title for section in report.sections}
    parts = [
        {"title": title, "rows": [row for row in rows if row["section"] == name]} for name, title in titles.items()
    ]
    still_open = sum(row["decision"].strip().lower() != "ok" for row in rows)
    head = {name: report.edition.get(name, "") for name in ("title", "edition")}
    model = head | {"day": cite.day(report.edition["as_of"]), "parts": parts, "open": still_open, "all": len(rows)}
    return page("factcheck.html.j2", beside=report.fonts, p=model)
