"""Editions at an address that fsspec opens: the bytes that a folder holds, and never a manifest without its files."""

from __future__ import annotations

import sys
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from test_index_page import edition

from briefkit.errors import BriefError
from briefkit.publishing import editions_index
from briefkit.publishing.remote import Address
from conftest import SETTLE, briefkit

CELLS = ['trade = brief.figure("trade")', "%%prose bottom_line\nTrade was {{ trade }}.", SETTLE]
SPOILT = ["1 / 0"]


@pytest.fixture
def away(tmp_path):
    """An address in this process's memory."""
    root = f"memory://{tmp_path.name}"
    yield root
    files = fsspec.filesystem("memory")
    if files.exists(root):
        files.rm(root, recursive=True)


def at(address: str) -> dict[str, bytes]:
    """Every file at an address."""
    files, root = fsspec.core.url_to_fs(address)
    return {path.removeprefix(f"{root}/"): files.cat_file(path) for path in files.find(root)}


def within(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, but the locks of those who write."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".lock"]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.mark.kernel
def test_an_address_holds_the_bytes_that_a_folder_holds(brief, tmp_path, away):
    """The page of all editions too; a folder may be written as an address."""
    root = brief(s=CELLS)
    for out in (f"file://{tmp_path}/here", away):
        done = briefkit(root, "render", "--out", out)
        assert done.returncode == 0, done.stderr
    assert f"e: {away}/e/index.html  (pages " in done.stdout and ", put 0." in done.stdout and "1 reused" in done.stdout
    assert f"open {away}/e/index.html (PDF: brief.pdf beside it)" in done.stdout
    assert at(away) == within(tmp_path / "here") and len(at(away)) > 8
    assert not (root / "build").exists()


@pytest.mark.kernel
def test_a_run_that_fails_leaves_the_good_edition_and_a_good_one_removes_what_failed(brief, away):
    """As in a folder."""
    assert briefkit(brief(s=CELLS), "render", "--to", "json", "--out", away).returncode == 0
    good = at(away)
    done = briefkit(brief(s=SPOILT), "render", "--to", "json", "--out", away)
    assert done.returncode == 1 and f"{away}/e.failed/index.html" in done.stdout
    both = at(away)
    assert {name: both[name] for name in good} == good and "e.failed/manifest.json" in both
    assert briefkit(brief(s=CELLS), "render", "--to", "json", "--out", away).returncode == 0
    assert at(away) == good and "index.html" not in good


def test_the_manifest_comes_last_and_then_goes_what_only_the_earlier_one_had(tmp_path, away, monkeypatch):
    """Whoever reads while an edition is put finds no manifest whose files are not there."""
    steps = []
    for name in ("put_file", "rm_file"):
        real = getattr(MemoryFileSystem, name)

        def noted(files, *paths, real=real, name=name, **more):
            steps.append((name, paths[-1].rpartition("/")[2]))
            return real(files, *paths, **more)

        monkeypatch.setattr(MemoryFileSystem, name, noted)
    edition(tmp_path, "e", "2018-12-31", {})
    (tmp_path / "e/old.csv").write_text("old")
    Address(away).put(tmp_path / "e")
    (tmp_path / "e/old.csv").rename(tmp_path / "e/zoo.csv")
    del steps[:]
    Address(away).put(tmp_path / "e")
    assert steps == [
        ("put_file", "edition.json"),
        ("put_file", "zoo.csv"),
        ("put_file", "manifest.json"),
        ("rm_file", "old.csv"),
    ]
    assert at(away) == {f"e/{name}": content for name, content in within(tmp_path / "e").items()}


def test_the_page_is_of_all_editions_that_stand_at_the_address(tmp_path, away):
    """Whoever rendered them; with the backtest beside them, without what is no edition."""
    for name, day in {"2018-10": "2018-10-12", "2022-04": "2022-04-30", "2022-04.failed": "2022-04-30"}.items():
        edition(tmp_path, name, day, {"moved": "holds"})
        Address(away).put(tmp_path / name)
    for name in ("backtest/index.html", "mine/notes.txt", "broken/manifest.json"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("{")
        fsspec.filesystem("memory").put_file(tmp_path / name, f"{away}/{name}")
    Address(away).update_index(tmp_path / "fonts", create=False)
    assert "index.html" not in at(away)
    Address(away).update_index(tmp_path / "fonts", create=True)
    assert at(away)["index.html"] == editions_index.write(tmp_path).read_bytes()
    assert b"2018-10" in at(away)["index.html"] and b"backtest/index.html" in at(away)["index.html"]


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("attic://briefs", "Protocol not known: attic"),
        ("gs://bucket/briefs", "install gcsfs"),
        ("ftp://127.0.0.1:1/briefs", "Connection refused"),
    ],
)
def test_an_address_that_cannot_be_opened_is_named_before_anything_runs(brief, monkeypatch, address, named):
    """With what to install, where that is what is missing."""
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    root = brief(s=["open('ran', 'w')"])
    done = briefkit(root, "render", "--no-cache", "--out", address)
    assert done.returncode == 2 and done.stderr.startswith(f"--out {address}/: found") and named in done.stderr
    assert done.stderr.count("\n") == 1 and not [*root.rglob("ran")]


def test_an_address_where_nothing_can_be_written_is_named_before_anything_runs(brief, away, monkeypatch):
    """After an hour of work would be late."""

    def refused(*given, **more):
        raise PermissionError("Access Denied")

    monkeypatch.setattr(MemoryFileSystem, "pipe_file", refused)
    root = brief(s=["open('ran', 'w')"])
    done = briefkit(root, "render", "--no-cache", "--out", away)
    assert done.returncode == 2 and f"--out {away}/: found Access Denied" in done.stderr
    assert not [*root.rglob("ran")]


def test_a_store_that_fails_while_the_page_is_made_is_named(tmp_path, away, monkeypatch):
    """An edition that could not be read must not be left out of the page of all editions."""
    edition(tmp_path, "e", "2018-12-31", {})
    Address(away).put(tmp_path / "e")

    def refused(*given, **more):
        raise OSError("Slow Down")

    monkeypatch.setattr(MemoryFileSystem, "cat_file", refused)
    with pytest.raises(BriefError, match="found Slow Down"):
        Address(away).update_index(tmp_path / "fonts", create=True)
