"""What charts through time share: series of figures, axes of years and values, labels at the ends, the key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.transforms import offset_copy

from briefkit import formatting
from briefkit.charts.text_layout import spread, tall, value_label, wide, width, wrap
from briefkit.charts.theme import GRID, INK, LEGEND_ID, MUTED, PALETTE, PAPER, SMALL, SPACING, STRONG, WIDTH, Look


def decimal_year(days: pd.Series) -> pd.Series:
    """Days as years with a fraction: 1 January 2018 is 2018.0."""
    day = pd.to_datetime(days).to_numpy("datetime64[D]")
    year = day.astype("datetime64[Y]")
    begin, end = year.astype("datetime64[D]"), (year + 1).astype("datetime64[D]")
    return pd.Series(year.astype(int) + 1970 + (day - begin) / (end - begin), index=days.index)


@dataclass(frozen=True)
class Series:
    """One figure to draw: its label, colour and place in the order given."""

    figure: Any
    label: str
    colour: str
    place: int


def series(figures: Iterable[Any], labels: Mapping[str, str] | Sequence[str] | None = None) -> list[Series]:
    """The figures of which something is known, each with a short label and a colour that stays its own.

    Without `labels` the words that all titles begin or end with are left out.
    """
    flat = [one for thing in figures for one in (thing if isinstance(thing, (list, tuple)) else [thing])]
    if isinstance(labels, Mapping):
        names = [labels.get(one.figure, one.title) for one in flat]
    else:
        short = iter(shorter([one.title for one in flat if one.known]))
        names = list(labels) if labels else [next(short) if one.known else one.title for one in flat]
    made = [
        Series(one, name, PALETTE[place % len(PALETTE)], place)
        for place, (one, name) in enumerate(zip(flat, names, strict=True))
    ]
    return [each for each in made if each.figure.known]


def shorter(titles: Sequence[str]) -> list[str]:
    """Titles without the words that all of them begin or end with."""
    words = [title.split() for title in titles]
    if len(titles) < 2 or len(set(titles)) < len(titles):
        return list(titles)
    head = _shared(words)
    tail = _shared([line[head:][::-1] for line in words])
    kept = [line[head : len(line) - tail] for line in words]
    while all(len(line) > 1 and line[-1] in _LOOSE for line in kept):
        kept = [line[:-1] for line in kept]
    cut = [" ".join(line).rstrip(",:;") for line in kept]
    return [f"{text[0].upper()}{text[1:]}" for text in cut] if all(cut) else list(titles)


def _shared(lines: list[list[str]]) -> int:
    """So many first words are the same in all lines."""
    return len(list(takewhile(lambda words: len(set(words)) == 1, zip(*lines, strict=False))))


_LOOSE = {"to", "from", "of", "by", "in", "on", "for", "with", "the", "and", "that"}


def history(figure: Any, since: Any = None, until: Any = None) -> pd.DataFrame:
    """The rows of a figure's history within two years, with `at` (middle of the period) and what marks it."""
    rows = figure.history
    begin, end = decimal_year(rows["start"]), decimal_year(rows["end"]) + 1 / 366
    period, status = rows.index.astype(str), rows["status"].fillna("").tolist()
    whole = np.array([len(one) == 4 for one in period], dtype=bool)
    told = {name: np.array([name in one for one in status], dtype=bool) for name in ("forecast", "provisional")}
    told["recalled"] = np.array([one.startswith("recalled") for one in status], dtype=bool)
    told["partial"] = ~whole & (whole.sum() / max(len(whole), 1) > 0.7)
    rows = rows.assign(at=(begin + end) / 2, begin=begin, until=end, period=period, **told)
    inside = (rows["at"] >= float(since or -9999)) & (rows["at"] < float(until or 9999) + 1)
    return rows[inside & rows["value"].notna()].sort_values("at")


def years(axes: Axes, low: float, high: float, *, most: int = 10) -> None:
    """Tick the x axis where years begin, each label in the middle of its year; months where there is hardly one."""
    axes.set_xlim(low, high)
    if high - low < 2.2:
        quarters = [year + part / 4 for year in range(int(low), int(high) + 1) for part in range(4)]
        ticks = [tick for tick in quarters if low <= tick <= high]
        axes.set_xticks(
            ticks, [f"{formatting.month(round(tick % 1 * 12) + 1, short=True)}\n{int(tick)}" for tick in ticks]
        )
        return
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (high - low) / step <= most)
    begins, labels = calendar(low, high, step)
    axes.set_xticks([at for at, _ in labels], [year for _, year in labels])
    axes.tick_params(axis="x", length=0, pad=6)
    deep = -3 / axes.get_window_extent().height
    drawn = Path([spot for at in begins for spot in ((at, 0), (at, deep))], [1, 2] * len(begins))  # one for all: small
    look: Look = {"transform": axes.get_xaxis_transform(), "clip_on": False, "gid": "years"}
    axes.add_artist(PathPatch(drawn, ec=MUTED, lw=0.6, fc="none", **look))


def calendar(low: float, high: float, step: int) -> tuple[list[float], list[tuple[float, str]]]:
    """Where years begin, and each `step`-th year with the place of its label: alike in all charts through time.

    A year's label stands in its middle, between two ticks; over so long a time that a year is hardly seen, at its
    beginning, and only the years that are named have a tick.
    """
    every = range(int(np.ceil(low - 1e-9)), int(high + 1e-9) + 1)
    if high - low > 40:
        named = [year for year in every if year % step == 0]
        return [float(year) for year in named], [(float(year), str(year)) for year in named]
    named = [year for year in range(int(np.floor(low)), int(high) + 1) if year % step == 0]
    return [float(year) for year in every], [(year + 0.5, str(year)) for year in named if low <= year + 0.5 <= high]


def values(axes: Axes, high: float, unit: str, *, low: float = 0.0, whole: bool = False) -> None:
    """Scale the y axis from `low` to a round number above `high`, with at most five lines."""
    steps = [factor * 10.0**power for power in range(-3, 9) for factor in (1, 2, 2.5, 5)]
    step = next(step for step in steps if (high - low) / step <= 5 and (step % 1 == 0 or not whole))
    first, last = np.floor(low / step) * step, np.ceil(high / step - 1e-9) * step
    ticks = np.arange(first, last + step / 2, step)
    axes.set_ylim(first, last)
    axes.set_yticks(ticks, [value_label(round(float(tick), 6), unit) for tick in ticks])
    axes.grid(axis="y", clip_on=False)


def end_labels(axes: Axes, anchors: Sequence[tuple[float, float, str, str]], *, room: float = 118) -> None:
    """Write labels at the right edge, each as near as can be to the height of its (x, y), with a thin leader."""
    texts = [wrap(text, room, weight=STRONG) for _, _, text, _ in anchors]
    inverse = axes.transAxes.inverted()
    spots = [inverse.transform(axes.transData.transform((x, y))) for x, y, *_ in anchors]
    plot = axes.get_window_extent().height
    middles = spread([spot[1] * plot for spot in spots], [tall(text) + 3 for text in texts], low=-6)
    beside = offset_copy(axes.transAxes, axes.get_figure(root=True), x=12, units="points")
    for (x, y, _, colour), text, middle in zip(anchors, texts, middles, strict=True):
        axes.annotate(
            text,
            (x, y),
            (1, middle / plot),
            textcoords=beside,
            color=colour,
            weight=STRONG,
            va="center",
            linespacing=SPACING,
            arrowprops={"arrowstyle": "-", "color": MUTED, "lw": 0.5, "relpos": (0, 0.5), "shrinkA": 1, "shrinkB": 5},
        )


HALF: Look = {"fillstyle": "left", "markerfacecoloralt": PAPER}  # a dot of which one half is full

MARKS: dict[str, tuple[Look, str]] = {
    "recalled": ({"marker": "o", "mfc": PAPER, "mec": MUTED, "ls": ""}, "recalled, no document seen"),
    "partial": ({"marker": "d", "mfc": PAPER, "mec": MUTED, "ls": ""}, "part of a year"),
    "provisional": ({"marker": "o", "mfc": MUTED, "mec": MUTED, "ls": "", **HALF}, "provisional, first release"),
    "forecast": ({"marker": "", "ls": (0, (3, 2)), "color": MUTED}, "forecast or plan"),
    "carried": ({"marker": "", "ls": (0, (1, 1.6)), "lw": 1.4, "color": MUTED}, "no later count is known"),
    "interval": (
        {"marker": "", "lw": 5, "alpha": 0.3, "color": MUTED, "solid_capstyle": "butt"},
        "range given by the source",
    ),
}


def key(axes: Axes, marks: Iterable[str], *, below: float = 20, right: bool = False) -> None:
    """One line under the axis that says what the special marks mean; nothing when there are none."""
    entries = [MARKS[mark] for mark in MARKS if mark in set(marks)]
    legend(
        axes, [Line2D([], [], **look) for look, _ in entries], [words for _, words in entries], below=below, right=right
    )


def legend(
    axes: Axes, handles: Sequence[Any], words: Sequence[str], *, below: float = 0, above: float = 0, right: bool = False
) -> None:
    """A row of symbols with words, under the axis or above the drawing; at the right, where a phone begins."""
    if not handles:
        return
    labels = axes.get_yticklabels() if axes.axison else []
    beside = max((wide(label.get_text(), SMALL) for label in labels), default=0)
    rows = sum(width(text, SMALL) + 42 for text in words) / min(440, WIDTH - 15 - beside)
    edge, shift = (0, -below) if below else (1, above)
    right = right and (not below or rows < 0.7)  # a long key would reach past the value axis
    corner = {(True, False): 2, (True, True): 1, (False, False): 3, (False, True): 4}[bool(below), right]
    place = offset_copy(axes.transAxes, axes.get_figure(root=True), x=0, y=shift, units="points")
    made = Legend(
        axes,
        list(handles),
        list(words),
        loc=corner,
        bbox_to_anchor=(int(right), edge),
        bbox_transform=place,
        ncols=int(np.ceil(len(words) / np.ceil(rows))),
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handlelength=2.4,
        handletextpad=0.5,
        columnspacing=1.4,
        labelcolor=MUTED if below else INK,
    )
    made.set_gid(LEGEND_ID)
    axes.add_artist(made).set_clip_on(False)


def blocks(axes: Axes, left: Any, width: float, height: Any, base: Any = 0.0, **look: Any) -> None:
    """Upright boxes of one look, drawn as one shape: a page sends many of them."""
    x, y, top = np.broadcast_arrays(np.asarray(left, float), np.asarray(base, float), np.asarray(height, float))
    top = y + top
    corners = np.stack([[x, y], [x + width, y], [x + width, top], [x, top], [x, y]])  # corner, axis, box
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    axes.add_artist(PathPatch(Path(corners.transpose(2, 0, 1).reshape(-1, 2), codes * len(x)), **look))


def rule(axes: Axes, at: float, words: str) -> None:
    """A thin vertical line at a time, with words on top."""
    axes.axvline(at, color=GRID, lw=1, zorder=0)
    place = offset_copy(axes.get_xaxis_transform(), axes.get_figure(root=True), y=3, units="points")
    low, high = axes.get_xlim()
    side = "right" if at > high - (high - low) / 8 else "left" if at < low + (high - low) / 8 else "center"
    axes.text(at, 1, words, transform=place, ha=side, va="bottom", color=MUTED, fontsize=SMALL)
