"""The report as one HTML page: self-contained, without script, nothing from the network."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from nbconvert.exporters import Exporter

from briefkit.errors import UnknownName
from briefkit.export import Report, gather
from briefkit.export.origins import MARKS
from briefkit.export.page import compose
from briefkit.export.parts import VERDICTS
from briefkit.export.pictures import picture
from briefkit.export.styles import letters_of, page


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
    return _page(report, report, ld)


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
    files = tuple(file | {"href": f"../{file['href']}"} for file in report.files)
    return _page(replace(report, sections=chosen, files=files, home="../index.html"), report)


class BriefHTMLExporter(Exporter):
    """``jupyter nbconvert --to briefkit_html``: an executed section, or the joined report, as a page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "briefkit page"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """The page, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        return render(gather(nb, about.get("name", ""), about.get("path") or ".")), resources


def _page(report: Report, whole: Report, ld: str = "") -> str:
    """A page of a report, or of a part of it, with the letters of the whole, so that all pages share their fonts."""
    from markupsafe import Markup

    model = compose(report)
    for chart in (b for s in model["sections"] for b in s["blocks"] if b["t"] == "chart"):
        chart["csv"] = "data:text/csv;charset=utf-8," + quote(_csv(chart["data"]), safe=",;:()/")
        chart["svg"] = picture(chart["svg"], chart["id"], chart["alt"])
    letters = letters_of(repr((whole.sections, whole.claims, whole.sources, list(VERDICTS.values()))))
    signs = {mark: sign for mark, (sign, _) in MARKS.items()}
    return page(
        "page.html.j2",
        beside=report.fonts,
        letters=letters,
        p=model,
        signs=signs,
        ld=Markup(ld.replace("<", "\\u003c")),
    )


def _csv(data: dict[str, Any]) -> str:
    """Rows as CSV; a cell that a spreadsheet would run is made text."""
    rows = [[re.sub(r"^(?=[=+@\t])", "'", str(cell)) for cell in row] for row in [data["columns"], *data["rows"]]]
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
