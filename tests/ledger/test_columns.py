"""Texts of a column, each once: numbers for them, and the order of rows by such numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.ledger.columns import distinct, is_unique, number, numbered, places_of, which


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_a_text_is_asked_once_however_many_rows_hold_it(dtype: str):
    """Ten million rows of four statuses are four questions."""
    asked: list[str] = []
    cells = pd.Series(["b", "a", "b", "b"], dtype="str").astype(dtype)
    assert which(cells, lambda text: asked.append(text) or text == "b") == ["b"]
    assert sorted(asked) == ["a", "b"]
    codes, texts = distinct(cells)
    assert [texts[code] for code in codes] == list(cells)


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_what_is_no_number_is_none(dtype: str):
    """An empty cell and nonsense are both for the rules to name."""
    cells = pd.Series(["1", "2.5", "", "x", "1"], dtype="str", index=[3, 4, 5, 6, 7]).astype(dtype)
    expected = pd.Series([1.0, 2.5, np.nan, np.nan, 1.0], index=cells.index)
    pd.testing.assert_series_equal(number(cells), expected)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from("pq")), max_size=12))
def test_rows_have_the_same_number_where_they_are_alike(rows):
    """Keys are compared as numbers; the first column orders them first."""
    cells = pd.DataFrame(rows, columns=["one", "two", "three"], dtype="str")
    for frame in (cells, cells.astype("category")):
        numbers = numbered(frame)
        assert len(set(numbers.tolist())) == len(set(rows))
        assert is_unique(frame) == (len(set(rows)) == len(rows))
    assert cells.iloc[places_of(numbers)]["one"].is_monotonic_increasing  # categories stand in alphabetical order


def test_keys_of_many_long_columns_stay_apart():
    """Five columns of ten thousand texts have more combinations than an integer of 64 bits."""
    texts = pd.Series(np.arange(10_000).astype(str), dtype="str")
    cells = pd.DataFrame({name: texts.sample(frac=1, random_state=at).to_numpy() for at, name in enumerate("abcde")})
    assert is_unique(cells)
    assert not is_unique(pd.concat([cells, cells.iloc[[4321]]]))


@settings(deadline=None)
@given(st.lists(st.integers(0, 3) | st.integers(0, 2**40), max_size=30))
def test_places_are_those_of_a_stable_sort(numbers):
    """Rows of one day keep the order of their lines."""
    found = places_of(np.array(numbers, dtype="int64"))
    assert found.tolist() == sorted(range(len(numbers)), key=numbers.__getitem__)
