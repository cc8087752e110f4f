"""A table as it lies on disk: every cell is the text that stands there, and no row is shorter than the header."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.errors import LedgerError
from briefkit.ledger.csv_tables import read_table

COLUMNS = ["figure", "value"]


def written(path: Path, *lines: str) -> Path:
    path.write_bytes("".join(f"{line}\n" for line in ("figure,value", *lines)).encode())
    return path


def cells(path: Path) -> list[list[str]]:
    """The rows as read, without their line."""
    return read_table(path, COLUMNS)[COLUMNS].to_numpy().tolist()


@pytest.mark.parametrize("value", ["1", "01", "1.0", "True", "NA", "value", ""])
def test_a_cell_stays_the_text_that_stands_there(tmp_path: Path, value: str):
    """Reading a column of numbers as numbers would take 01 for 1; a cell may say what the header says."""
    assert cells(written(tmp_path / "t.csv", f"a,{value}", f"b,{value}")) == [["a", value], ["b", value]]


cell_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5).filter(lambda text: '"' not in text)
rows = st.lists(st.tuples(st.sampled_from("abc"), cell_texts | st.sampled_from(["1", "value", "1e5"])), min_size=1)


@settings(max_examples=30, deadline=None)
@given(rows)
def test_any_text_comes_back_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, rows):
    """Whatever stands in a cell: letters, commas in quotes, words that pandas takes for missing."""
    path = written(tmp_path_factory.mktemp("t") / "t.csv", *(f'{first},"{second}"' for first, second in rows))
    assert cells(path) == [list(row) for row in rows]
    assert read_table(path, COLUMNS)["line"].tolist() == list(range(2, len(rows) + 2))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("b", "t.csv:3: found 1 cells, expected 2 cells"),
        ('"b,c"', "t.csv:3: found 1 cells"),
        ("b,2,3", "found 3 cells"),
    ],
)
def test_a_row_of_another_length_is_found_beside_quoted_commas(tmp_path: Path, line: str, told: str):
    """pandas fills a short row in silence: commas are counted, in cells and between them."""
    good = ['"a, or b, or c",1', '"say ""x"", y",2']
    assert cells(written(tmp_path / "t.csv", *good)) == [["a, or b, or c", "1"], ['say "x", y', "2"]]
    with pytest.raises(LedgerError, match=told):
        read_table(written(tmp_path / "t.csv", good[0], line, good[1]), COLUMNS)


def test_half_a_line_break_is_named_with_its_line(tmp_path: Path):
    """A carriage return alone, as some pastes leave it, would make two rows of one."""
    with pytest.raises(LedgerError, match=r"t\.csv:3: found new-line character"):
        read_table(written(tmp_path / "t.csv", '"a, b",1', "c\rd,2"), COLUMNS)


def test_a_wrong_byte_is_named_behind_a_byte_order_mark_too(tmp_path: Path):
    """The three bytes that Excel begins with are no part of the place."""
    path = written(tmp_path / "t.csv", "a,1")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes() + b"b\xe9,1\n")
    with pytest.raises(LedgerError, match=r"t\.csv:3: found byte 0xe9"):
        read_table(path, COLUMNS)
