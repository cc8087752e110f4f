"""The page of all editions: what stands, how it stands, and the claims through time."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import html5lib
import pytest
from sample import HOSTILE

from briefkit.publishing import editions_index
from briefkit.report import index_page
from conftest import SETTLE, briefkit

VERDICT_SYMBOLS = {"moved": ("holds", "overturned"), "stayed": ("holds", "holds"), "rewritten": ("", "weakened")}


def edition(out: Path, folder: str, day: str, verdicts: dict[str, str], **more: str) -> None:
    """A folder as a render leaves it, of claims with their verdicts."""
    claims = [
        {"claim": name, "section": "s", "statement": f"{name} & <b>all</b>", "verdict": verdict}
        for name, verdict in verdicts.items()
        if verdict
    ]
    name = re.split("[@+]", folder)[0].removesuffix(".failed")
    record = {"edition": name, "as_of": day, "title": f"A brief, {day}", "claims": claims, "sections": []} | more
    (out / folder).mkdir(parents=True)
    (out / folder / "edition.json").write_text(json.dumps(record))
    files = dict.fromkeys(("index.html", "brief.pdf", "edition.json"), "")
    manifest = {"edition": name, "as_of": day, "files": files}
    (out / folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.fixture
def out(tmp_path):
    """Two editions, the older one written last, one as of another day, a failed run and folders that are none."""
    edition(
        tmp_path,
        "2022-04",
        "2022-04-30",
        {name: pair[1] for name, pair in VERDICT_SYMBOLS.items()},
        bottom_line=HOSTILE,
    )
    edition(tmp_path, "2018-10", "2018-10-12", {name: pair[0] for name, pair in VERDICT_SYMBOLS.items()})
    edition(tmp_path, "2018-10@2020-06-30", "2020-06-30", {"moved": "weakened"})
    edition(tmp_path, "2022-04.failed", "2022-04-30", {"moved": "unknown"})
    (tmp_path / "mine").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text("{")
    return tmp_path


def tree(page: str):
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)


def rows(page: str, name: str) -> list[list[str]]:
    """Cells of a table as words."""
    (table,) = [element for element in tree(page).iter("table") if element.find(f"caption[@id='{name}']") is not None]
    return [["".join(cell.itertext()) for cell in row] for row in table.find("tbody")]


def test_editions_stand_from_the_latest_back_with_their_pages(out):
    """A reader comes for the latest; PDF and data are one step away."""
    page = editions_index.write(out).read_text()
    heads = [element for element in tree(page).iter("h2") if element.find("a") is not None]
    assert ["".join(element.itertext()) for element in heads] == ["2022-04", "2018-10"]
    assert tree(page).find("head/title").text == "A brief, 2022-04-30: all editions"
    for folder in ("2022-04", "2018-10", "2018-10%402020-06-30"):
        for file in ("index.html", "brief.pdf", "edition.json"):
            assert f'href="{folder}/{file}"' in page


def test_another_day_has_its_own_heading_and_a_failed_run_none(out):
    """What is not an edition must not be read as one."""
    page = editions_index.write(out).read_text()
    assert "2018-10@2020-06-30" in page.partition('id="others"')[2] and "failed" not in page
    assert "2020" not in page.partition('id="claims"')[2].partition('id="others"')[0]


def test_claims_whose_verdict_moved_come_first(out):
    """In signs and words, with the editions from left to right; each leads to the place that settles it."""
    page = editions_index.write(out).read_text()
    assert rows(page, "moved") == [["moved & <b>all</b>", "✓ holds", "✗ overturned"]]
    assert rows(page, "kept") == [
        ["rewritten & <b>all</b>", "– not made", "△ weakened"],
        ["stayed & <b>all</b>", "✓ holds", "✓ holds"],
    ]
    assert 'href="2018-10/index.html#claim-moved"' in page
    assert "The verdict on 1 of 3 claims differs" in page


def test_the_page_says_what_it_is_and_what_is_new_in_each_edition(out):
    """Two editions may draw the same line; what moved between them is why there are two."""
    edition(
        out, "2026-07", "2026-07-02", {"moved": "holds"}, subtitle="Eight years on", introduction="A brief of 2018."
    )
    page = "".join(tree(editions_index.write(out).read_text()).itertext())
    assert "A brief of 2018." in page and "As of 2 July 2026: Eight years on" in page
    assert "Since edition 2018-10 the verdict on 1 claim moved: 1 to overturned." in page
    assert "Since edition 2022-04 the verdict on 1 claim moved: 1 to holding." in page


def test_ledger_text_never_becomes_markup(out):
    """A statement is what somebody else wrote."""
    page = editions_index.write(out).read_text()
    names = {element.tag for element in tree(page).iter() if isinstance(element.tag, str)}
    assert not names & {"script", "b", "link", "iframe"} and "&lt;script&gt;alert" in page


def test_the_same_folders_give_the_same_page_whole(out):
    """Put in place at once: an interrupted run leaves the last page, a killed one nothing that stays."""
    first = editions_index.write(out).read_bytes()
    before = (out / "index.html").stat().st_ino
    assert editions_index.write(out).read_bytes() == first and (out / "index.html").stat().st_ino != before
    assert [path.name for path in out.iterdir() if path.name.endswith(".new")] == []


def test_one_edition_or_none_is_a_page_too():
    """The first render of a new brief."""
    alone = {"folder": "e", "edition": "e", "as_of": "2018-12-31", "files": {"index.html"}}
    assert "The claims through time" not in index_page.render([alone])
    assert "No edition stands here yet" in index_page.render([])


@pytest.mark.kernel
def test_rendering_one_edition_keeps_the_others_on_the_page(brief):
    """The page is of all that stands, and says of each what its record says."""
    root = brief(s=['trade = brief.figure("trade")', "%%prose bottom_line\nTrade was {{ trade }}."])
    text = (root / "params/e.yaml").read_text()
    (root / "params/f.yaml").write_text(text.replace("edition: e", "edition: f").replace("2018-12", "2019-12"))
    assert briefkit(root, "render", "--to", "html,json").returncode == 0
    page = (root / "build/index.html").read_text()
    assert page.count("Trade was 18.4.") == 2
    assert briefkit(root, "render", "f", "--to", "json").returncode == 0
    after = (root / "build/index.html").read_text()
    assert 'href="e/index.html"' in after and 'href="f/index.html"' not in after and 'href="f/edition.json"' in after
    assert briefkit(root, "render", "f", "--to", "html", "--out", str(root / "other")).returncode == 0
    assert 'href="f/index.html"' in (root / "other/index.html").read_text()
    assert not (root / f"build/.index.html.{os.getpid()}.new").exists()


@pytest.mark.kernel
def test_pages_lead_to_all_editions_and_from_there_to_the_backtest(brief):
    """A reader who was sent one page finds the others."""
    root = brief(s=['trade = brief.figure("trade")', SETTLE])
    assert briefkit(root, "render", "--to", "html").returncode == 0
    build = root / "build"
    assert 'href="../index.html">All editions' in (build / "e/index.html").read_text()
    assert 'href="../index.html">The whole brief' in (build / "e/sections/s.html").read_text()
    assert "backtest" not in (build / "index.html").read_text()
    assert briefkit(root, "backtest", "--from", "2018-12", "--to", "2018-12").returncode == 0
    assert 'href="backtest/index.html"' in (build / "index.html").read_text()
    assert 'href="../index.html">All editions' in (build / "backtest/index.html").read_text()
