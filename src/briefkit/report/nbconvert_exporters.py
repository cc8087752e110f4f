"""The way in for ``jupyter nbconvert``: an executed section, or the joined report, as a page or on paper.

Apart from what makes the pages: importing nbconvert takes longer than making one.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter

from briefkit.report import html, pdf
from briefkit.report.model import gather


class BriefHTMLExporter(Exporter):
    """``jupyter nbconvert --to briefkit_html``: an executed section, or the joined report, as a page."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "briefkit page"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """The page, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        return html.render(gather(nb, about.get("name", ""), about.get("path") or ".")), resources


class BriefPDFExporter(Exporter):
    """``jupyter nbconvert --to briefkit_pdf``: an executed section, or the joined report, on paper."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "briefkit paper"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """The PDF, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        about = resources.get("metadata", {})
        return pdf.render(gather(nb, about.get("name", ""), about.get("path") or ".")), resources
