"""Output formats, and notebooks exported by nbconvert alone."""

from __future__ import annotations

import json
import subprocess
import sys

import nbformat
import pytest
import sample
from nbformat.v4 import new_markdown_cell

from briefkit.report import html
from briefkit.report.formats import FORMATS


@pytest.fixture(scope="module")
def report():
    return sample.report()


def test_each_format_makes_bytes(report):
    assert {key: output_format.file for key, output_format in FORMATS.items()} == {
        "html": "index.html",
        "pdf": "brief.pdf",
        "json": "edition.json",
    }
    assert json.loads(FORMATS["json"].render(report))["format"] == 1


def test_nbconvert_makes_a_page_of_a_single_section(tmp_path):
    """An analyst in Jupyter has no build folder."""
    section = nbformat.from_dict(sample.notebook(harbour=sample.harbour()))
    section.metadata.clear()
    for cell in section.cells:
        cell.metadata.clear()
    nbformat.write(section, tmp_path / "one.ipynb")
    done = subprocess.run(
        [sys.executable, "-m", "nbconvert", "--to", "briefkit_html", "one.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "one.html").read_text("utf-8")
    assert "<h1>The harbour</h1>" in page
    assert "As of <time" in page


def test_plain_notebooks_become_pages_too():
    """A notebook that knows nothing of briefkit is still a page."""
    page = html.render(sample.report(notes=[new_markdown_cell("# Title\n\nQuestion?\n\nSome text.")]))
    assert "Some text." in page
