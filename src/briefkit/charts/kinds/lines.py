"""Figures through time: one line each, what was not observed drawn differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from briefkit.charts.axes import HALF, Series, decimal_year, end_labels, history, key, rule, series, values, years
from briefkit.charts.screen_layout import latest_observation
from briefkit.charts.text_layout import free_place, tall, value_label, value_of, wide, wrap
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, TEXT, WASH, Look, size

opening = latest_observation
Anchor = tuple[float, float, str, str]  # where a name belongs: x, y, the words and their colour


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
    """
    drawn = [(each, history(each.figure, since, until)) for each in series(figures, labels)]
    drawn = [(each, rows) for each, rows in drawn if len(rows)]
    if not drawn:
        return pd.DataFrame()
    size(axes, height)
    last = {each.place: _latest(rows) for each, rows in drawn}
    fans = {
        each.place: _ahead(scenario or {}, each, last[each.place], first=not at) for at, (each, _) in enumerate(drawn)
    }
    ahead = pd.concat(fans.values())
    every = pd.concat([rows for _, rows in drawn])
    tops = [every["value"].max(), every["high"].max(), *map(value_of, band or ()), ahead["high"].max()]
    lows = [0.0, every["value"].min(), every["low"].min(), ahead["low"].min()]
    values(axes, float(np.nanmax(tops)), drawn[0][0].figure.unit, low=float(np.nanmin(lows)))
    years(axes, *_span(every, since, until, ahead["at"] + 0.5))
    if band and not any(np.isnan(value_of(edge)) for edge in band):
        _band(axes, value_of(band[0]), value_of(band[1]), band_label, band_since)
    marks, anchors, lone = set(), [], []
    for each, rows in drawn:
        lone += [
            (run["at"].iloc[0], run["value"].iloc[0], _words(each, run["value"].iloc[0]), each.colour)
            for run in list(_runs(rows, gap))[:-1]
            if len(run) == 1
        ]
        marks |= _line(axes, each, rows, gap)
        at, value = last[each.place]["at"], last[each.place]["value"]
        anchors.append((at, value, _words(each, value), each.colour))
        words = (
            f"{each.label}, {scenario_label[:1].lower()}{scenario_label[1:]}"
            if len(ahead) > len(fans[each.place])
            else scenario_label
        )
        anchors += _fan(axes, each, fans[each.place], words)
    runs = [run for _, rows in drawn for run in _runs(rows, gap)]
    _name(axes, anchors, lone, [*runs, *(line for fan in fans.values() for line in _filled(fan))])
    for at, words in (moments or {}).items():
        rule(axes, at, words)
    key(axes, marks, right=True)
    return pd.concat([_shown(each, rows) for each, rows in drawn], ignore_index=True)


def _span(every: pd.DataFrame, since: int | None, until: int | None, ahead: pd.Series) -> tuple[float, float]:
    low, high = every["begin"].min(), every["until"].max()
    if every["partial"].any() or (every["period"].str.len() == 4).any():
        low, high = np.floor(low), np.ceil(high)
    return float(since or low), float(max([until + 1 if until else high, *ahead]))


def _line(axes: Axes, each: Series, rows: pd.DataFrame, gap: float) -> set[str]:
    """Runs of points, joined where no period is missing; dashed into what was only forecast."""
    for run in _runs(rows, gap):
        ahead = run["forecast"].to_numpy()
        seen = run[~run["forecast"]]
        axes.plot(seen["at"], seen["value"], color=each.colour, solid_capstyle="round", clip_on=False)
        if ahead.any():
            later = run[ahead | np.append(ahead[1:], False)]
            axes.plot(later["at"], later["value"], color=each.colour, ls=(0, (3, 2)), lw=1.4, alpha=0.7)
    ranged = rows[rows["low"].notna() & rows["high"].notna()]
    if len(ranged):
        axes.vlines(ranged["at"], ranged["low"], ranged["high"], color=each.colour, lw=5, alpha=0.3)
    first = rows["provisional"] & ~rows["recalled"] & ~rows["partial"] & ~rows["forecast"]
    hollow = rows["recalled"] | rows["partial"] | rows["forecast"] | first
    shape: Look = {"color": each.colour, "ls": "", "mec": each.colour, "mew": 1.1, "zorder": 3, "clip_on": False}
    looks: list[tuple[pd.Series, Look]] = [
        (~hollow, {"marker": "o", "ms": 4, "mfc": each.colour}),
        (rows["partial"], {"marker": "d", "ms": 5.5, "mfc": PAPER}),
        (first, {"marker": "o", "ms": 4.5, "mfc": each.colour, **HALF}),
        (hollow & ~rows["partial"] & ~first, {"marker": "o", "ms": 4, "mfc": PAPER}),
    ]
    for which, look in looks:
        if which.any():
            axes.plot(rows["at"][which], rows["value"][which], **shape, **look)
    found = {name for name in ("recalled", "partial", "forecast") if rows[name].any()}
    found |= {"provisional"} if first.any() else set()
    return found | ({"interval"} if len(ranged) else set())


def _words(each: Series, value: float) -> str:
    return f"{each.label}\u00a0{value_label(value, each.figure.unit)}"


def _runs(rows: pd.DataFrame, gap: float) -> Iterator[pd.DataFrame]:
    joined = rows[~rows["partial"]]
    for _, run in joined.groupby((joined["at"].diff() > gap).cumsum()):
        yield run


def _band(axes: Axes, low: float, high: float, label: str, since: str) -> None:
    first, last = axes.get_xlim()
    left = max(first, float(decimal_year(pd.Series([since]))[0])) if since else first
    if left >= last:
        return
    axes.fill_between([left, last], low, high, color=WASH, zorder=0, lw=0)
    axes.hlines([low, high], left, last, color=MUTED, lw=0.6, ls=(0, (1, 2)))
    room = axes.transData.transform([(last, 0), (left, 0)])[:, 0]
    text = wrap(label, max(float(room[0] - room[1]) - 8, 60), SMALL)
    look: Look = {"color": INK, "fontsize": SMALL, "linespacing": SPACING, "va": "top"}
    axes.annotate(text, (left, high), (4, -3), textcoords="offset points", **look)


def _latest(rows: pd.DataFrame) -> pd.Series:
    """The last row that was observed; of forecasts alone the last."""
    return rows[~rows["forecast"]].iloc[-1] if (~rows["forecast"]).any() else rows.iloc[-1]


def _ahead(scenario: Mapping[Any, Any], each: Series, last: pd.Series, *, first: bool) -> pd.DataFrame:
    """Edges of a figure's fan from its last observation on: at, low, high; no row without a scenario."""
    single = not any(isinstance(one, Mapping) for one in scenario.values())
    own = (scenario if first else {}) if single else scenario.get(each.figure.figure, {})
    rows = [(int(year) + 0.5, *map(value_of, pair)) for year, pair in sorted(own.items(), key=lambda one: int(one[0]))]
    rows = [row for row in rows if row[0] > last["at"]]
    start = [(last["at"], last["value"], last["value"])] if rows else []
    return pd.DataFrame([*start, *rows], columns=["at", "low", "high"], dtype=float)


def _fan(axes: Axes, each: Series, fan: pd.DataFrame, label: str) -> list[Anchor]:
    if fan.empty:
        return []
    axes.fill_between(fan["at"], fan["low"], fan["high"], color=each.colour, alpha=0.16, lw=0)
    for edge in ("low", "high"):
        axes.plot(fan["at"], fan[edge], color=each.colour, lw=1, ls=(0, (3, 2)), alpha=0.8)
    at, low, high = fan.iloc[-1]
    reach = "–".join(dict.fromkeys([value_label(low), value_label(high)]))
    reach += "%" * (each.figure.unit == "percent")
    return [(at, (low + high) / 2, f"{label}\u00a0{reach}", each.colour)]


def _filled(fan: pd.DataFrame) -> list[pd.DataFrame]:
    """Lines across the fan, which words should leave free."""
    shares = np.linspace(0, 1, 9 if len(fan) else 0)
    return [fan.assign(value=fan["low"] * (1 - share) + fan["high"] * share) for share in shares]


def _name(axes: Axes, anchors: list[Anchor], lone: list[Anchor], drawn: list[pd.DataFrame]) -> None:
    """Name each line at the edge; one that ends well before it, and a lone point, beside it, if there is room."""
    low, high = axes.get_xlim()
    early = [anchor for anchor in [*anchors, *lone] if anchor[0] < high - (high - low) / 6]
    points = [np.column_stack(_dense(rows["at"].to_numpy(), rows["value"].to_numpy())) for rows in drawn]
    spots = axes.transData.transform(np.vstack([*points, [anchor[:2] for anchor in anchors]]))
    taken, crowded = np.hstack([spots - 3, spots + 3]), []
    for x, y, text, colour in early:
        at_x, at_y = axes.transData.transform((x, y))
        box = (wide(text, TEXT, STRONG), tall(text))
        lefts, mid = (at_x - box[0] * 0.5, at_x - box[0] * 0.8, at_x - box[0] * 0.2), at_y - box[1] / 2
        corners = [(at_x + 8, mid), *((left, at_y + up) for up in (7, -7 - box[1]) for left in lefts)]
        corners = [corner for corner in corners if corner[0] > axes.get_window_extent().x0] or corners
        (corner_x, corner_y), hidden, _ = free_place(box, corners, taken)
        if hidden or box[0] > 100:
            crowded += [] if (x, y, text, colour) in lone else [(x, y, text, colour)]
            continue
        middle = (corner_x - at_x, corner_y + box[1] / 2 - at_y)
        look: Look = {"color": colour, "weight": STRONG, "va": "center"}
        axes.annotate(text, (x, y), middle, textcoords="offset points", **look)
        taken = np.vstack([taken, [corner_x, corner_y, corner_x + box[0], corner_y + box[1]]])
    end_labels(axes, [anchor for anchor in anchors if anchor not in early] + crowded)


def _dense(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Points along a line, close enough to stand for it."""
    at = np.linspace(0, len(x) - 1, 12 * len(x))
    return np.interp(at, np.arange(len(x)), x), np.interp(at, np.arange(len(y)), y)


def _shown(each: Series, rows: pd.DataFrame) -> pd.DataFrame:
    kept = rows[["period", "value", "low", "high", "published", "source", "status"]].reset_index(drop=True)
    kept.insert(0, "figure", each.figure.figure)
    kept.insert(1, "label", each.label)
    return kept
