"""The texts of a column, each once: what is asked of a text is asked once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Numbers = npt.NDArray[Any]


def distinct(cells: pd.Series) -> tuple[Numbers, pd.Index]:
    """The texts of a column, and for each row the number of its own.

    Parameters
    ----------
    cells : Series of str or of category
        A column of a table; of a categorical one the texts may be more than its rows hold.
    """
    if isinstance(cells.array, pd.Categorical):
        return cells.array.codes, cells.array.categories
    return pd.factorize(cells)


def which(cells: pd.Series, is_so: Callable[[str], Any]) -> list[str]:
    """The texts of a column of which something is so."""
    return [text for text in distinct(cells)[1].tolist() if is_so(text)]


def number(cells: pd.Series) -> pd.Series:
    """Cells as numbers: NaN where nothing or no number stands."""
    codes, texts = distinct(cells)
    return pd.Series(numbers(texts)[codes], index=cells.index)


def numbers(texts: pd.Index) -> Numbers:
    """Texts as numbers: NaN where nothing or no number stands."""
    return pd.to_numeric(texts.to_numpy(dtype=object), errors="coerce").astype("float64")


def numbered(cells: pd.DataFrame) -> npt.NDArray[np.int64]:
    """One number for each row, from 0: the same for rows that are alike, and in the order of the first column first."""
    made, many = np.zeros(len(cells), dtype="int64"), 1
    for column in cells:
        codes, texts = distinct(cells[column])
        if many * len(texts) >= 2**63:
            made = np.unique(made, return_inverse=True)[1]
            many = len(cells)
        made *= len(texts)
        made += codes
        many *= len(texts)
    return made


def is_unique(cells: pd.DataFrame) -> bool:
    """Whether no two rows are alike."""
    made = numbered(cells)
    made = made[places_of(made)]
    return not bool((made[1:] == made[:-1]).any())


def places_of(numbers: Numbers) -> npt.NDArray[np.int64]:
    """Where the rows stand in the order of their numbers, none of them negative; equal ones stay as they came.

    Sixteen bits at a time, for which numpy counts instead of comparing.
    """
    order = np.argsort(numbers.astype("uint16"), kind="stable")
    for shift in range(16, int(numbers.max(initial=0)).bit_length(), 16):
        digits = (numbers >> shift).astype("uint16")
        order = order[np.argsort(digits[order], kind="stable")]
    return order
