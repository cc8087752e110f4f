"""Describe how a chart behaves on a small screen: its value axis, where it opens, and its content as a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from briefkit import formatting
from briefkit.charts.theme import WIDTH

Row = Mapping[str, Any]
RIGHT_EDGE = 100.0


def describe(figure: Figure, kind: ModuleType, shown: pd.DataFrame, rows: Iterable[Row], unit: str) -> dict[str, Any]:
    """Describe a drawn chart as data, so that no page has to search its picture.

    Parameters
    ----------
    figure : Figure
        As laid out by `theme.fit`.
    kind : module
        The kind of chart, with `opening(axes, shown)` and `list_entry(row, unit)` where it has them.
    shown : DataFrame
        The data shown, as `draw` of the kind returned them.
    rows : iterable of mapping
        The same data as they stand in the payload.
    unit : str
        Of the values shown.

    Returns
    -------
    dict
        `width` and `height` of the picture and the width of its value `axis` (0 without one), in points; `opens_at`,
        the place that a screen narrower than the picture shows first, in percent of its width (None for the left
        edge); `entries`, the content as a list (see `list_entries`).
    """
    width, height = (float(side) for side in figure.get_size_inches() * 72)
    axes = figure.axes[0]
    opening = getattr(kind, "opening", None)
    return {
        "width": float(f"{width:g}"),
        "height": float(f"{height:g}"),
        "axis": _axis_width(axes),
        "opens_at": round(opening(axes, shown), 2) if opening and len(shown) else None,
        "entries": list_entries(kind, rows, unit),
    }


def _axis_width(axes: Axes) -> float:
    """Return the points at the left edge that hold the labels of the y axis; 0 without any."""
    labelled = axes.axison and any(label.get_text() for label in axes.get_yticklabels())
    return round(max(float(axes.get_position().x0 * WIDTH) - 1, 0.0), 1) if labelled else 0.0


def list_entries(kind: ModuleType, rows: Iterable[Row], unit: str) -> list[dict[str, Any]]:
    """List the rows of a chart that is mostly words; rows with one head are one entry, other kinds have none.

    Returns
    -------
    list of dict
        `head`, `lines` (of text), `counts` (pairs of verdict and number), and `amount`: whether the line is one.
    """
    entries: list[dict[str, Any]] = []
    for row in rows if hasattr(kind, "list_entry") else ():
        entry = kind.list_entry(row, unit)
        if entries and entries[-1]["head"] == entry["head"]:
            entries[-1]["lines"] += entry["lines"]
        else:
            entries.append({"lines": [], "counts": [], "amount": False} | entry)
    return entries


def latest_observation(axes: Axes, shown: pd.DataFrame) -> float:
    """Return where a chart through time opens: at its last observation if its years go on, else at the right edge.

    Returns
    -------
    float
        Percent of the width of the picture.
    """
    if "period" not in shown:
        return RIGHT_EDGE
    observed = shown[~shown["status"].fillna("").str.contains("forecast")]["period"].str[:4].astype(int)
    years = labelled_years(axes)
    if len(years) < 2 or observed.empty or max(years) <= observed.max() + 1:
        return RIGHT_EDGE
    return place_of_year(axes, float(observed.max()))


def labelled_years(axes: Axes) -> dict[int, float]:
    """Return the years that the x axis names, and the place of each label in data coordinates."""
    labels = zip(axes.get_xticklabels(), axes.get_xticks(), strict=True)
    return {int(label.get_text()): float(place) for label, place in labels if label.get_text().isdigit()}


def place_of_year(axes: Axes, year: float) -> float:
    """Return where the label of a year stands or would stand, in percent of the width of the picture."""
    years = labelled_years(axes)
    first, last = min(years), max(years)
    place = years[first] + (year - first) * (years[last] - years[first]) / (last - first)
    return float(100 * axes.transData.transform((place, 0))[0] / WIDTH)


def amount(value: float, unit: str) -> str:
    """Write a value with its unit, which stays on its line."""
    return formatting.amount(value, unit, space="\u00a0")


def flag_words(row: Row) -> str:
    """Say in words what a picture says by its looks: that a value is recalled, or forecast.

    Examples
    --------
    >>> flag_words({"status": "verified;forecast"}), flag_words({"status": "verified"})
    (' (forecast)', '')
    """
    flags = [flag for flag in str(row.get("status") or "").split(";") if flag not in ("", "verified")]
    return f" ({', '.join(flags)})" if flags else ""
