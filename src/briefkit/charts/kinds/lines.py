"""Draw figures through time: one line each, what was not observed drawn differently.

A line breaks where a period is missing, is dashed into forecasts, and its dots are full, half full or hollow by their
status: seaborn's `lineplot` knows neither hollow dots nor breaks without a column that says so, and takes 21 ms more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.axes import Anchor, end_labels, value_axis, vertical_rule, year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.legend import HALF, flag_legend
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.series import Series, decimal_day, history_rows, labelled_series, shown_rows
from briefkit.charts.text_layout import block_height, block_width, find_free_place, value_label, value_of, wrap
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, TEXT, WASH, Look

opening = latest_observation
_DASHED = (0, (3, 2))


@dataclass(frozen=True)
class _Line:
    """A figure with the rows that are drawn of it, and the edges of its scenario: `at`, `low`, `high`."""

    series: Series
    rows: pd.DataFrame
    fan: pd.DataFrame

    @property
    def end(self) -> pd.Series:
        """The row at which the line is named."""
        return _latest(self.rows)

    def label(self, value: float) -> str:
        """Return the words of the line at a value."""
        return f"{self.series.label}\u00a0{value_label(value, self.series.figure.unit)}"


def draw(
    axes: Axes,
    *figures: Any,
    labels: Mapping[str, str] | Sequence[str] | None = None,
    band: tuple[Any, Any] | None = None,
    band_label: str = "",
    band_since: str = "",
    scenario: Mapping[Any, Any] | None = None,
    scenario_label: str = "Scenario",
    gap: float = 1.5,
    since: int | None = None,
    until: int | None = None,
    moments: Mapping[float, str] | None = None,
    height: float = 210,
) -> pd.DataFrame:
    """Draw one line per figure, named at its end.

    Parameters
    ----------
    figures : Figure
        Those of which nothing is known are left out.
    labels : mapping of id to str, or sequence, optional
        By default the titles without the words that all share.
    band : pair, optional
        Low and high value of a shaded band, named by `band_label`; from the day `band_since` on, ISO, if given.
    scenario : mapping of year to (low, high), or of figure id to such a mapping, optional
        A fan from the last observation of the first figure, or of each figure named; called `scenario_label`.
    gap : float
        Points more than so many years apart are not joined.
    since, until : int, optional
        First and last year.
    moments : mapping of decimal year to str, optional
        Vertical lines with words on top.
    height : float
        Of the drawing in points.
    """
    drawn = [(series, history_rows(series.figure, since, until)) for series in labelled_series(figures, labels)]
    drawn = [(series, rows) for series, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    fans = [_fan(scenario or {}, series, rows, first=not at) for at, (series, rows) in enumerate(drawn)]
    lines = [_Line(series, rows, fan) for (series, rows), fan in zip(drawn, fans, strict=True)]
    edges = [value_of(edge) for edge in band or ()]
    set_height(axes, height)
    _scale(axes, lines, edges, since, until)
    if edges and not np.isnan(edges).any():
        _draw_band(axes, edges[0], edges[1], band_label, band_since)
    anchors: list[Anchor] = []
    for line in lines:
        _draw_line(axes, line, gap)
        anchors.append((line.end["at"], line.end["value"], line.label(line.end["value"]), line.series.colour))
        several = any(len(other.fan) for other in lines if other is not line)
        anchors += _draw_fan(axes, line, scenario_label, several=several)
    _write_labels(axes, anchors, lines, gap)
    for x, words in (moments or {}).items():
        vertical_rule(axes, x, words)
    flag_legend(axes, set().union(*(_flags(line.rows) for line in lines)), right=True)
    return shown_rows(drawn, "low", "high")


def _scale(axes: Axes, lines: list[_Line], edges: list[float], since: int | None, until: int | None) -> None:
    """Set both axes so that all values, ranges, scenarios and the band are inside; whole years where there are any."""
    rows, fans = pd.concat([line.rows for line in lines]), pd.concat([line.fan for line in lines])
    tops = [rows["value"].max(), rows["high"].max(), *edges, fans["high"].max()]
    lows = [0.0, rows["value"].min(), rows["low"].min(), fans["low"].min()]
    value_axis(axes, float(np.nanmax(tops)), lines[0].series.figure.unit, low=float(np.nanmin(lows)))
    first, last = rows["begin"].min(), rows["until"].max()
    if rows["partial"].any() or (rows["period"].str.len() == 4).any():
        first, last = np.floor(first), np.ceil(last)
    year_axis(axes, float(since or first), float(max([until + 1 if until else last, *(fans["at"] + 0.5)])))


def _flags(rows: pd.DataFrame) -> set[str]:
    """Name the looks of a line that the legend explains."""
    flags = {flag for flag in ("recalled", "partial", "forecast") if rows[flag].any()}
    flags |= {"provisional"} if _is_first_release(rows).any() else set()
    return flags | ({"interval"} if (rows["low"].notna() & rows["high"].notna()).any() else set())


def _is_first_release(rows: pd.DataFrame) -> pd.Series:
    return rows["provisional"] & ~rows["recalled"] & ~rows["partial"] & ~rows["forecast"]


def _draw_line(axes: Axes, line: _Line, gap: float) -> None:
    """Draw points, joined where no period is missing and dashed into what was only forecast, with their ranges."""
    rows, colour = line.rows, line.series.colour
    for run in _runs(rows, gap):
        ahead, seen = run["forecast"].to_numpy(), run[~run["forecast"]]
        axes.plot(seen["at"], seen["value"], color=colour, solid_capstyle="round", clip_on=False)
        if ahead.any():
            later = run[ahead | np.append(ahead[1:], False)]
            axes.plot(later["at"], later["value"], color=colour, ls=_DASHED, lw=1.4, alpha=0.7)
    ranged = rows[rows["low"].notna() & rows["high"].notna()]
    if len(ranged):
        axes.vlines(ranged["at"], ranged["low"], ranged["high"], color=colour, lw=5, alpha=0.3)
    partial, half = rows["partial"], _is_first_release(rows)
    hollow = (rows["recalled"] | rows["forecast"]) & ~partial & ~half
    dots: Look = {"color": colour, "ls": "", "mec": colour, "mew": 1.1, "zorder": 3, "clip_on": False}
    looks: list[tuple[pd.Series, Look]] = [
        (~(partial | half | hollow), {"marker": "o", "ms": 4, "mfc": colour}),
        (partial, {"marker": "d", "ms": 5.5, "mfc": PAPER}),
        (half, {"marker": "o", "ms": 4.5, "mfc": colour, **HALF}),
        (hollow, {"marker": "o", "ms": 4, "mfc": PAPER}),
    ]
    for alike, look in looks:
        if alike.any():
            axes.plot(rows["at"][alike], rows["value"][alike], **dots, **look)


def _runs(rows: pd.DataFrame, gap: float) -> Iterator[pd.DataFrame]:
    """Split rows where more than `gap` years are missing; values of parts of a year are in no run."""
    joined = rows[~rows["partial"]]
    for _, run in joined.groupby((joined["at"].diff() > gap).cumsum()):
        yield run


def _draw_band(axes: Axes, low: float, high: float, label: str, since: str) -> None:
    """Shade a band between two values from a day on, with its name inside."""
    first, last = axes.get_xlim()
    left = max(first, decimal_day(since)) if since else first
    if left >= last:
        return
    axes.fill_between([left, last], low, high, color=WASH, zorder=0, lw=0)
    axes.hlines([low, high], left, last, color=MUTED, lw=0.6, ls=(0, (1, 2)))
    edges = axes.transData.transform([(last, 0), (left, 0)])[:, 0]
    text = wrap(label, max(float(edges[0] - edges[1]) - 8, 60), SMALL)
    look: Look = {"color": INK, "fontsize": SMALL, "linespacing": SPACING, "va": "top"}
    axes.annotate(text, (left, high), (4, -3), textcoords="offset points", **look)


def _latest(rows: pd.DataFrame) -> pd.Series:
    """Return the last row that was observed; of forecasts alone the last."""
    return rows[~rows["forecast"]].iloc[-1] if (~rows["forecast"]).any() else rows.iloc[-1]


def _fan(scenario: Mapping[Any, Any], series: Series, rows: pd.DataFrame, *, first: bool) -> pd.DataFrame:
    """Return the edges of a figure's scenario from its last observation on: at, low, high; no row without one."""
    of_all = any(isinstance(years, Mapping) for years in scenario.values())
    own = scenario.get(series.figure.figure, {}) if of_all else scenario if first else {}
    last, years = _latest(rows), sorted(own.items(), key=lambda item: int(item[0]))
    ahead = [(int(year) + 0.5, *map(value_of, pair)) for year, pair in years]
    ahead = [edge for edge in ahead if edge[0] > last["at"]]
    start = [(last["at"], last["value"], last["value"])] if ahead else []
    return pd.DataFrame([*start, *ahead], columns=["at", "low", "high"], dtype=float)


def _draw_fan(axes: Axes, line: _Line, label: str, *, several: bool) -> list[Anchor]:
    """Draw a scenario, and return where its name belongs: with the name of the figure where there are several."""
    fan, colour = line.fan, line.series.colour
    if fan.empty:
        return []
    axes.fill_between(fan["at"], fan["low"], fan["high"], color=colour, alpha=0.16, lw=0)
    for edge in ("low", "high"):
        axes.plot(fan["at"], fan[edge], color=colour, lw=1, ls=_DASHED, alpha=0.8)
    at, low, high = fan.iloc[-1]
    words = f"{line.series.label}, {label[:1].lower()}{label[1:]}" if several else label
    bounds = [value_label(low), value_label(high, line.series.figure.unit)][int(low == high) :]
    return [(at, (low + high) / 2, f"{words}\u00a0{'–'.join(bounds)}", colour)]


def _write_labels(axes: Axes, anchors: list[Anchor], lines: list[_Line], gap: float) -> None:
    """Name each line at the edge; one that ends well before it, and a point alone, beside it where that is free."""
    low, high = axes.get_xlim()
    alone = [anchor for line in lines for anchor in _points_alone(line, gap)]
    inner = [anchor for anchor in [*anchors, *alone] if anchor[0] < high - (high - low) / 6]
    curves = [path for line in lines for path in _paths(line, gap)]
    places = axes.transData.transform(np.vstack([*curves, [anchor[:2] for anchor in anchors]]))
    taken, crowded = np.hstack([places - 3, places + 3]), []
    for anchor in inner:
        x, y, text, colour = anchor
        left, bottom = axes.transData.transform((x, y))
        box = (block_width(text, TEXT, STRONG), block_height(text))
        lefts = (left - box[0] * 0.5, left - box[0] * 0.8, left - box[0] * 0.2)
        corners = [(left + 8, bottom - box[1] / 2)]
        corners += [(edge, bottom + up) for up in (7, -7 - box[1]) for edge in lefts]
        corners = [corner for corner in corners if corner[0] > axes.get_window_extent().x0] or corners
        corner, hidden, _ = find_free_place(box, corners, taken)
        if hidden or box[0] > 100:
            crowded += [] if anchor in alone else [anchor]
            continue
        middle = (corner[0] - left, corner[1] + box[1] / 2 - bottom)
        look: Look = {"color": colour, "weight": STRONG, "va": "center"}
        axes.annotate(text, (x, y), middle, textcoords="offset points", **look)
        taken = np.vstack([taken, [*corner, corner[0] + box[0], corner[1] + box[1]]])
    end_labels(axes, [anchor for anchor in anchors if anchor not in inner] + crowded)


def _points_alone(line: _Line, gap: float) -> list[Anchor]:
    """Return where the names of points belong that no line joins, but for the last."""
    alone = [run.iloc[0] for run in list(_runs(line.rows, gap))[:-1] if len(run) == 1]
    return [(row["at"], row["value"], line.label(row["value"]), line.series.colour) for row in alone]


def _paths(line: _Line, gap: float) -> Iterator[np.ndarray]:
    """Yield points along a line, and across its scenario, that words should leave free; shape (n, 2)."""
    for run in _runs(line.rows, gap):
        yield _dense(run["at"].to_numpy(), run["value"].to_numpy())
    for share in np.linspace(0, 1, 9 if len(line.fan) else 0):
        across = line.fan["low"] * (1 - share) + line.fan["high"] * share
        yield _dense(line.fan["at"].to_numpy(), across.to_numpy())


def _dense(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return points along a line, close enough to stand for it."""
    at = np.linspace(0, len(x) - 1, 12 * len(x))
    return np.column_stack([np.interp(at, np.arange(len(x)), x), np.interp(at, np.arange(len(y)), y)])
