"""The real brief: every section for every edition, run by papermill in real kernels."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image

from briefkit.annotated import AnnotatedText
from briefkit.ledger.ledger import load_ledger
from briefkit.ledger.periods import last_day
from briefkit.notebook.outputs import Section, read_notebook
from briefkit.project.edition import load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import sections
from briefkit.project.release_log import published
from briefkit.publishing.check import typed_phrases
from briefkit.publishing.release import moved
from conftest import REPO, REQUIRED, briefkit

pytestmark = [pytest.mark.kernel, pytest.mark.slow, pytest.mark.xdist_group("brief")]

SECTIONS = sections(REPO / "notebooks")
EDITIONS = editions_in(REPO / "params")
each = pytest.mark.parametrize(("section", "edition"), list(product(SECTIONS, EDITIONS)))


def executed(rendered: Path, section: str, edition: str) -> Section:
    """An executed section read back."""
    notebook = nbformat.read(rendered / edition / "notebooks" / SECTIONS[section].name, as_version=4)
    return read_notebook(notebook, section)


def readings(value) -> list[dict]:
    """Every reading in a block, however deep."""
    if isinstance(value, dict):
        return [read for key, item in value.items() for read in (item if key == "readings" else readings(item))]
    return [read for item in value for read in readings(item)] if isinstance(value, list) else []


def plain(payload: dict | str) -> str:
    """Read annotated text as a reader does."""
    return str(AnnotatedText.from_payload(payload))


def annotated(block: dict) -> list[dict]:
    """Texts of a block whose numbers carry their readings."""
    return [block[key] for key in ("text", "title", "caption", "why") if isinstance(block.get(key), dict)]


def texts(section: Section) -> list[str]:
    """What a reader reads of a section: words of cells, titles, captions, labels in pictures."""
    found = []
    for block in section.blocks:
        found += [block["text"]] if block["kind"] == "markdown" else []
        found += [plain(text) for text in annotated(block)]
        found += [plain(cell) for row in block.get("rows", []) for cell in row]
        found += [*re.findall(r">([^<>]+)</(?:text|tspan)>", block.get("svg", "")), block.get("alt", "")]
        found += [plain(item[key]) for item in block.get("items", []) for key in ("label", "value")]
    return found


@each
def test_a_section_comes_to_its_end_with_charts_and_claims(rendered, section, edition):
    """All cells run; there is something to see and something settled."""
    made = executed(rendered, section, edition)
    assert made.status == "ok"
    assert made.question.endswith("?")
    assert [block for block in made.blocks if block["kind"] == "chart"] and made.claims


@each
def test_a_section_is_as_long_as_a_reader_likes(rendered, section, edition):
    """About 250 to 450 words; what depends on the day may make it a little shorter or longer."""
    blocks = executed(rendered, section, edition).blocks
    words = sum(len(plain(block["text"]).split()) for block in blocks if block["kind"] == "prose")
    assert 200 <= words <= 560


@each
def test_nothing_from_the_future_is_read(rendered, section, edition):
    """Every reading behind text, chart, table or claim was published by the as-of day."""
    as_of = last_day(load_edition(edition, REPO / "params").as_of)
    for block in executed(rendered, section, edition).blocks:
        for read in readings(block):
            assert not read.get("published") or last_day(read["published"]) <= as_of, read


@each
def test_nothing_from_the_future_is_shown(rendered, section, edition):
    """No year after the as-of day, in text or picture, but those of plans and of the edition's scenario."""
    given = load_edition(edition, REPO / "params")
    allowed = {str(given.parameters["scenario_year"])}
    made = executed(rendered, section, edition)
    forecasts = [read for block in made.blocks for read in readings(block) if "forecast" in read.get("status", "")]
    allowed |= {read.get("period", read.get("date", read.get("start", "")))[:4] for read in forecasts}
    for text in texts(made):
        years = {year for year in re.findall(r"(?<![\d.,−])(20[1-4]\d)(?![\d.,]\d)", text) if year > given.as_of[:4]}
        assert years <= allowed | _told_ahead(text), text


def _told_ahead(text: str) -> set[str]:
    """Axis labels: a time axis may end with the year after the last value."""
    return {text} if re.fullmatch(r"20[1-4]\d", text) else set()


@each
def test_every_number_in_the_prose_has_a_note(rendered, section, edition):
    """What is not a reading, a computation or a parameter is a day or a name from the visible list."""
    names = typed_phrases(REPO / "notebooks")
    for block in executed(rendered, section, edition).blocks:
        for text in annotated(block):
            bare = [note["text"] for note in text["notes"] if not note["readings"] and not note["formula"]]
            left = " ".join([re.sub("\ue000\\d+\ue001", " ", text["text"]), *bare])
            for name in names:
                left = left.replace(name, " ")
            left = re.sub(r"\b(\d{1,2} )?([A-Z][a-z]+ )?(18|19|20)\d\d\b", " ", left)
            assert not re.search(r"\d", left), left


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_claim_of_the_ledger_is_settled(rendered, edition):
    """About a hundred statements, each in exactly one section."""
    record = json.loads((rendered / edition / "edition.json").read_text())
    wanted = load_ledger(REPO / "data").tables["claims"].set_index("claim")["section"].to_dict()
    assert {claim["claim"]: claim["section"] for claim in record["claims"]} == wanted
    assert len(wanted) >= 100


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_conclusion_holds_in_silence_on_a_premise_that_fell(rendered, edition):
    """On the page and in the record."""
    claims = {
        claim["claim"]: claim for claim in json.loads((rendered / edition / "edition.json").read_text())["claims"]
    }
    for claim in claims.values():
        fell = [name for name in claim["premises"] if claims.get(name, {}).get("verdict") == "overturned"]
        assert not (fell and claim["verdict"] == "holds"), claim["claim"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_is_light(rendered, edition):
    """With all charts, notes and fonts."""
    assert (rendered / edition / "index.html").stat().st_size <= 900_000


@pytest.mark.skipif(not shutil.which("pdftoppm") and not REQUIRED, reason="no pdftoppm: apt-get install poppler-utils")
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_page_of_paper_is_more_than_a_third_empty(rendered, tmp_path, edition):
    """A page that ends early looks like a mistake; the last one ends where the report does."""
    subprocess.run(["pdftoppm", "-gray", "-r", "60", rendered / edition / "brief.pdf", tmp_path / "page"], check=True)
    *pages, _ = sorted(tmp_path.glob("*.pgm"))
    for page in pages:
        rows = (np.asarray(Image.open(page)) < 200).any(axis=1)
        inside = rows[round(len(rows) * 24 / 297) : round(len(rows) * 274 / 297)]  # millimetres, without head and foot
        empty = len(inside) - 1 - np.flatnonzero(inside).max(initial=-1)
        assert empty <= 0.34 * len(inside), page.stem


@pytest.mark.thorough
@pytest.mark.parametrize("day", ["2012-03-31", "2015-06-30", "2020-06-30"])
def test_the_brief_renders_as_of_other_days(tmp_path, day):
    """Before most of it was known, and between the editions."""
    done = briefkit(REPO, "render", EDITIONS[0], "--as-of", day, "--to", "json", "--out", str(tmp_path))
    assert done.returncode == 0, done.stderr
    record = json.loads((tmp_path / f"{EDITIONS[0]}@{day}" / "edition.json").read_text())
    assert all(last_day(figure["published"]) <= last_day(day) for figure in record["figures"])


def test_the_shares_of_a_project_never_sum_to_more_than_all_of_it():
    """On any day on which one became known: what a firm holds through one that it controls counts once."""
    book = load_ledger(REPO / "data")
    table = book.tables["relations"]
    for day in sorted({last_day(day).isoformat() for day in table.loc[table["relation"] == "owns", "published"]}):
        known = book.as_of(day)
        held = known.relations(relation="owns", active=True)
        above = known.relations(relation="controls").groupby("object")["subject"].agg(set)
        together = held.groupby("object")["subject"].agg(set)
        part = [
            bool(above.get(one, set()) & together[whole]) for one, whole in zip(held.subject, held.object, strict=True)
        ]
        shares = held[[not one for one in part]].drop_duplicates(["subject", "object"], keep="last")
        sums = shares[shares["unit"] == "percent"].groupby("object")["value"].sum()
        assert sums[sums > 100.1].empty, f"{day}: {sums[sums > 100.1].to_dict()}"


def test_the_verdicts_move_with_the_record(rendered):
    """The brief of 2018 does not stand today as it stood then; what holds throughout still holds."""
    verdicts = {
        name: {
            claim["claim"]: claim["verdict"]
            for claim in json.loads((rendered / name / "edition.json").read_text())["claims"]
        }
        for name in EDITIONS
    }
    first, last = verdicts[EDITIONS[0]], verdicts[EDITIONS[-1]]
    assert first["no_peace_treaty"] == last["no_peace_treaty"] == "holds"
    assert (first["talks_will_continue"], last["talks_will_continue"]) == ("holds", "overturned")
    assert first["six_percent"] == "overturned"


@pytest.mark.parametrize("edition", sorted({one["record"]["edition"] for one in published(Project(REPO).published)}))
def test_no_published_number_or_verdict_moves_unseen(rendered, edition):
    """A change to package, notebook or ledger that moves one is accepted by `briefkit release EDITION`."""
    record = json.loads((rendered / edition / "edition.json").read_text())
    assert moved(Project(REPO), edition, record) == [], f"accept with: briefkit release {edition}"
