"""Columns of text: what each different text means is asked once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt
import pandas as pd

Values = npt.NDArray[Any]


def by_text(cells: pd.Series, meaning: Callable[[pd.Index], Values]) -> pd.Series:
    """Return what the cells mean.

    Parameters
    ----------
    cells : Series of str
        A column of a table.
    meaning : callable
        Gives for an index of different texts an array of the same length.

    Returns
    -------
    Series
        As long as `cells`, with its index.
    """
    codes, texts = pd.factorize(cells)
    return pd.Series(meaning(texts)[codes], index=cells.index, name=cells.name)


def numbers(cells: pd.Series) -> pd.Series:
    """Return cells as numbers: NaN where a cell is empty or holds no number.

    Examples
    --------
    >>> import pandas as pd
    >>> numbers(pd.Series(["8.5", "", "8,5"], dtype="str")).tolist()
    [8.5, nan, nan]
    """
    return by_text(cells, _parse)


def _parse(texts: pd.Index) -> Values:
    return pd.to_numeric(texts.to_numpy(dtype=object), errors="coerce").astype("float64")


def texts_where(cells: pd.Series, condition: Callable[[str], Any]) -> list[str]:
    """Return the different texts of a column that meet a condition.

    Examples
    --------
    >>> import pandas as pd
    >>> texts_where(pd.Series(["verified", "recalled", "verified"]), "verified".__eq__)
    ['verified']
    """
    return [text for text in cells.unique().tolist() if condition(text)]
