"""Exporters for ``jupyter nbconvert``: an executed section, or the joined report, as a page or on paper.

Apart from the modules that make the pages, because importing nbconvert takes longer than making one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters import Exporter

from briefkit.notebook.outputs import MIME, read_notebook
from briefkit.report import html, pdf
from briefkit.report.model import Report


class BriefHTMLExporter(Exporter):
    """Export an executed section, or the joined report, as a page: ``jupyter nbconvert --to briefkit_html``."""

    file_extension = ".html"
    output_mimetype = "text/html"
    export_from_notebook = "briefkit page"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Return the page, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        metadata = resources.get("metadata", {})
        return html.render(gather(nb, metadata.get("name", ""), metadata.get("path") or ".")), resources


class BriefPDFExporter(Exporter):
    """Export an executed section, or the joined report, on paper: ``jupyter nbconvert --to briefkit_pdf``."""

    file_extension = ".pdf"
    output_mimetype = "application/pdf"
    export_from_notebook = "briefkit paper"

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> Any:
        """Return the PDF, and the resources as nbconvert expects them back."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        metadata = resources.get("metadata", {})
        return pdf.render(gather(nb, metadata.get("name", ""), metadata.get("path") or ".")), resources


def gather(notebook: Any, name: str = "", folder: str | Path = ".") -> Report:
    """Make a report of an executed notebook: a single section, or all of them joined.

    Parameters
    ----------
    notebook : NotebookNode
        Joined, it has `briefkit.section` in the metadata of each cell and `briefkit.edition` in its own.
    name : str
        Slug and title to fall back on.
    folder : str or Path
        Where the notebook lies; fonts of other scripts are looked for in `data/fonts` there and above.
    """
    metadata = notebook.metadata.get("briefkit", {})
    cells: dict[str, list[Any]] = {}
    for cell in notebook.cells:
        cells.setdefault(cell.metadata.get("briefkit", {}).get("section", name), []).append(cell)
    sections = tuple(read_notebook({"cells": own}, section) for section, own in cells.items())
    edition = metadata.get("edition") or _opening(notebook) | {"title": sections[0].title if sections else name}
    claims = metadata.get("claims") or [claim for section in sections for claim in section.claims]
    folders = [Path(folder).resolve(), *Path(folder).resolve().parents]
    fonts = next((parent / "data" / "fonts" for parent in folders if (parent / "data" / "fonts").is_dir()), None)
    return Report(dict(edition), sections, tuple(claims), fonts=fonts)


def _opening(notebook: Any) -> dict[str, Any]:
    """Return the edition and as-of day that the section's first output names."""
    payloads = [
        output["data"][MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    section: dict[str, Any] = next((payload for payload in payloads if payload["kind"] == "section"), {})
    return {key: section[key] for key in ("edition", "as_of") if key in section}
