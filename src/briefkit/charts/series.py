"""Prepare figures to be drawn through time: their order, labels and colours, and the rows of their history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd

from briefkit.charts.theme import PALETTE

_LOOSE_ENDS = {"to", "from", "of", "by", "in", "on", "for", "with", "the", "and", "that"}


@dataclass(frozen=True)
class Series:
    """One figure to draw: its label, colour and place in the order given."""

    figure: Any
    label: str
    colour: str
    place: int


def labelled_series(figures: Iterable[Any], labels: Mapping[str, str] | Sequence[str] | None = None) -> list[Series]:
    """Give each figure of which something is known a short label, and a colour that stays its own.

    Parameters
    ----------
    figures : iterable of Figure, or of lists of these
        Those of which nothing is known are left out.
    labels : mapping of id to str, or sequence, optional
        By default the titles without the words that all of them begin or end with.
    """
    flat = [figure for item in figures for figure in (item if isinstance(item, (list, tuple)) else [item])]
    if isinstance(labels, Mapping):
        names = [labels.get(figure.figure, figure.title) for figure in flat]
    else:
        short = iter(shorten_titles([figure.title for figure in flat if figure.known]))
        names = list(labels) if labels else [next(short) if figure.known else figure.title for figure in flat]
    return [
        Series(figure, name, PALETTE[place % len(PALETTE)], place)
        for place, (figure, name) in enumerate(zip(flat, names, strict=True))
        if figure.known
    ]


def shorten_titles(titles: Sequence[str]) -> list[str]:
    """Return titles without the words that all of them begin or end with.

    Examples
    --------
    >>> shorten_titles(["Share of gas that came by sea", "Share of crude oil that came by sea"])
    ['Gas', 'Crude oil']
    """
    words = [title.split() for title in titles]
    if len(titles) < 2 or len(set(titles)) < len(titles):
        return list(titles)
    head = _shared(words)
    tail = _shared([line[head:][::-1] for line in words])
    middles = [line[head : len(line) - tail] for line in words]
    while all(len(line) > 1 and line[-1] in _LOOSE_ENDS for line in middles):
        middles = [line[:-1] for line in middles]
    short = [" ".join(line).rstrip(",:;") for line in middles]
    return [f"{text[0].upper()}{text[1:]}" for text in short] if all(short) else list(titles)


def _shared(lines: list[list[str]]) -> int:
    """Count the first words that are the same in all lines."""
    return len(list(takewhile(lambda words: len(set(words)) == 1, zip(*lines, strict=False))))


def history_rows(figure: Any, since: Any = None, until: Any = None) -> pd.DataFrame:
    """Return the rows of a figure's history within two years.

    Parameters
    ----------
    figure : Figure
        With its history.
    since, until : int, optional
        First and last year.

    Returns
    -------
    DataFrame
        Sorted by `at`, the middle of the period as a decimal year, with its `begin` and `until`, and whether the value
        is `forecast`, `provisional`, `recalled` or `partial` (of a part of a year among values of whole years).
    """
    rows = figure.history
    begin, end = decimal_year(rows["start"]), decimal_year(rows["end"]) + 1 / 366
    period, status = rows.index.astype(str), rows["status"].fillna("").tolist()
    full_year = np.array([len(text) == 4 for text in period], dtype=bool)
    flags = {name: np.array([name in text for text in status], dtype=bool) for name in ("forecast", "provisional")}
    flags["recalled"] = np.array([text.startswith("recalled") for text in status], dtype=bool)
    flags["partial"] = ~full_year & (full_year.sum() / max(len(full_year), 1) > 0.7)
    rows = rows.assign(at=(begin + end) / 2, begin=begin, until=end, period=period, **flags)
    inside = (rows["at"] >= float(since or -9999)) & (rows["at"] < float(until or 9999) + 1)
    return rows[inside & rows["value"].notna()].sort_values("at")


def shown_rows(drawn: Iterable[tuple[Series, pd.DataFrame]], *bounds: str) -> pd.DataFrame:
    """Return what charts through time show, as one frame: figure, label, period, value, source and status.

    Parameters
    ----------
    drawn : iterable of (Series, DataFrame)
        Figures with the rows that are drawn.
    *bounds : str
        More columns, after the value.
    """
    columns = ["period", "value", *bounds, "published", "source", "status"]
    frames = [rows[columns].assign(figure=series.figure.figure, label=series.label) for series, rows in drawn]
    return pd.concat(frames, ignore_index=True)[["figure", "label", *columns]]


def decimal_year(days: pd.Series) -> pd.Series:
    """Write days as years with a fraction.

    Examples
    --------
    >>> decimal_year(pd.Series(["2018-01-01", "2018-07-02"])).round(2).tolist()
    [2018.0, 2018.5]
    """
    day = pd.to_datetime(days).to_numpy("datetime64[D]")
    year = day.astype("datetime64[Y]")
    begin, end = year.astype("datetime64[D]"), (year + 1).astype("datetime64[D]")
    return pd.Series(year.astype(int) + 1970 + (day - begin) / (end - begin), index=days.index)


def decimal_day(day: str) -> float:
    """Write one ISO day as a year with a fraction."""
    return float(decimal_year(pd.Series([day]))[0])
