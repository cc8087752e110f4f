"""Checked rows of a large ledger are kept between commands, and stand for exactly the bytes that they were read from."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.errors import LedgerError
from briefkit.ledger import archive
from briefkit.ledger import ledger as ledgers
from briefkit.ledger.ledger import _CHECKED, Ledger, load_ledger
from briefkit.project.layout import Project
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare
from conftest import observation, write_brief, write_ledger

ROWS = ["trade, 2017, 18.4, published 2018-03-01", "trade, 2018, 19.5, published 2018-12-31, by b"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger, of a size that counts as large."""
    monkeypatch.setattr(archive, "LARGE", 0)
    return write_ledger(tmp_path / "data", observations=[observation(row) for row in ROWS])


def again(folder: Path, cache: Path | str) -> Ledger:
    """Load as the next command does."""
    _CHECKED.clear()
    return load_ledger(folder, cache=str(cache))


def same(one: Ledger, other: Ledger) -> None:
    """Every cell and every type."""
    assert list(one.tables) == list(other.tables)
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name], check_exact=True)


def test_what_was_checked_is_looked_up_and_is_the_same(folder, tmp_path, monkeypatch):
    """The second command checks nothing, and reads the same."""
    first = again(folder, tmp_path / "cache")
    monkeypatch.setattr(ledgers, "problems", None)
    second = again(folder, tmp_path / "cache")
    same(first, second)
    assert second.as_of("2018-12-31").figure("trade").history.equals(first.as_of("2018-12-31").figure("trade").history)


@pytest.mark.parametrize("table", ["observations", "figures", "sources"])
def test_a_change_in_any_table_is_checked(folder, tmp_path, table):
    """A row may be wrong because of what another table no longer lists; its line is named as ever."""
    again(folder, tmp_path / "cache")
    path = folder / f"{table}.csv"
    old, new = {"observations": ("18.4", "1B.4"), "figures": ("trade", "trode"), "sources": ("b,P", "c,P")}[table]
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    line = 3 if table == "sources" else 2
    for _ in range(2):  # what is wrong is not kept
        with pytest.raises(LedgerError, match=rf"observations\.csv:{line}: "):
            again(folder, tmp_path / "cache")


def test_another_package_or_library_checks_again(folder, tmp_path, monkeypatch):
    """Rules may have changed."""
    again(folder, tmp_path / "cache")
    monkeypatch.setattr(archive, "inputs_hash", lambda *_: "another")
    monkeypatch.setattr(ledgers, "problems", None)
    with pytest.raises(TypeError):
        again(folder, tmp_path / "cache")


@pytest.mark.parametrize("bytes_left", [0, 100, -1])
def test_damage_is_noticed_and_made_good(folder, tmp_path, bytes_left):
    """A file cut short: told once, then kept anew."""
    first = again(folder, tmp_path / "cache")
    (kept,) = (tmp_path / "cache/ledgers").iterdir()
    kept.write_bytes(kept.read_bytes()[:bytes_left])
    with pytest.warns(UserWarning, match="damaged ledger; its files are checked again"):
        same(first, again(folder, tmp_path / "cache"))
    same(first, again(folder, tmp_path / "cache"))


def test_a_small_ledger_is_not_kept(folder, tmp_path, monkeypatch):
    """It is checked sooner than it would be found; without a store, or in one that is far away, nothing is kept."""
    again(folder, "")
    again(folder, "memory://store")
    monkeypatch.setattr(archive, "LARGE", 1_000_000)
    again(folder, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_file_that_changes_while_it_is_checked_is_not_kept(folder, tmp_path):
    """Its rows may be of either state."""
    book = load_ledger(folder)
    path = folder / "observations.csv"

    def check() -> dict[str, pd.DataFrame]:
        with path.open("a", encoding="utf-8") as file:
            file.write("trade,2019,20,,,2019-12-31,s,verified,\n")
        return dict(book.tables)

    archive.checked(folder, str(tmp_path / "cache"), check)
    assert not (tmp_path / "cache").exists()


def test_a_command_without_a_cache_neither_looks_up_nor_keeps(tmp_path, monkeypatch):
    """As `--no-cache` says; one ledger keeps one file, whatever it was before."""
    monkeypatch.setattr(archive, "LARGE", 0)
    project, cache = Project(write_brief(tmp_path)), tmp_path / ".briefkit_cache"
    prepare(project, RenderOptions())
    assert not cache.exists()
    for year in (2018, 2019):
        with (project.data / "observations.csv").open("a", encoding="utf-8") as file:
            file.write(f"trade,{year},20,,,{year}-12-31,s,verified,\n")
        prepare(project, RenderOptions(cache=str(cache)))
        assert len(list((cache / "ledgers").iterdir())) == 1
    monkeypatch.setattr(archive, "Store", None)
    _CHECKED.clear()
    prepare(project, RenderOptions())


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(texts, texts), max_size=9), st.lists(texts, max_size=300))
def test_any_text_comes_back_as_it_was(tmp_path_factory, drawn, long):
    """Whatever stands in a cell, and however many different texts."""
    folder, cache = tmp_path_factory.mktemp("data"), str(tmp_path_factory.mktemp("cache"))
    many = pd.DataFrame({"text": pd.Series(long, dtype="str").astype("category")})
    pair = pd.DataFrame(drawn, columns=["one", "two"], dtype="str").astype("category")
    tables = {name: table.assign(line=range(2, len(table) + 2)) for name, table in (("a", pair), ("b", many))}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(archive, "LARGE", 0)
        archive.checked(folder, cache, lambda: tables)
        found = archive.checked(folder, cache, lambda: json.loads("nothing is checked again"))
    for name, table in tables.items():
        pd.testing.assert_frame_equal(found[name], table)


def test_a_store_that_cannot_be_written_stops_nobody(folder, tmp_path):
    """Rows that were checked are good, wherever they could be kept."""
    (tmp_path / "file").write_text("no folder")
    assert again(folder, tmp_path / "file").as_of("2018-06-01").figure("trade").value == 18.4
