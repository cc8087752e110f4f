"""Columns of text: each different text is asked once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from briefkit.ledger.columns import by_text, numbers, texts_where


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_a_text_is_asked_once_however_many_rows_hold_it(dtype: str):
    """A hundred thousand rows of four statuses are four questions."""
    asked: list[str] = []
    cells = pd.Series(["b", "a", "b", "b"], dtype="str").astype(dtype)
    assert texts_where(cells, lambda text: asked.append(text) or text == "b") == ["b"]
    assert sorted(asked) == ["a", "b"]
    assert by_text(cells, lambda texts: np.array([len(texts)] * len(texts))).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize("dtype", ["str", "category"])
def test_what_is_no_number_is_none(dtype: str):
    """An empty cell and nonsense are both for the rules to name."""
    cells = pd.Series(["1", "2.5", "", "x", "1"], dtype="str", index=[3, 4, 5, 6, 7]).astype(dtype)
    pd.testing.assert_series_equal(numbers(cells), pd.Series([1.0, 2.5, np.nan, np.nan, 1.0], index=cells.index))
