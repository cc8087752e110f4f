"""Draw who held what share, from when to when: one bar per relation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from briefkit import formatting
from briefkit.charts.axes import year_axis
from briefkit.charts.canvas import set_height
from briefkit.charts.legend import legend
from briefkit.charts.screen_layout import Row, amount, flag_words, latest_observation
from briefkit.charts.series import decimal_day, decimal_year
from briefkit.charts.text_layout import block_width, value_label
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, SMALL, SPACING, STRONG, Look
from briefkit.ledger.periods import first_days, last_days

opening = latest_observation
_LEAST = 0.5  # points of a share: so much may be lost by rounding, and is not missed
_INDENT = "\u00a0" * 3  # in front of a name: other spaces are lost in the page
_COLUMNS = ["subject", "relation", "object", "value", "unit", "start", "end", "source", "status"]


@dataclass(frozen=True)
class _Line:
    """One line of the chart: a heading, a holder, a part of the holder above it, or what nobody is known to hold."""

    words: str
    held: pd.DataFrame | None = None
    part: bool = False
    missing: float = 0.0


def draw(
    axes: Axes,
    relations: pd.DataFrame,
    *,
    until: str,
    by: str = "object",
    labels: Mapping[str, str] | None = None,
    highlight: tuple[str, ...] = (),
    kinds: tuple[str, str] = ("highlighted", "others"),
    stroke: str = "end of a share",
    parts: pd.DataFrame | None = None,
    full_share: float | None = None,
    rest: str = "No holder on record",
    since: int | None = None,
    row: float = 15,
) -> pd.DataFrame:
    """Draw a bar per relation from its start to its end, or to the as-of day, under the name of what is held.

    Parameters
    ----------
    relations : DataFrame
        subject, object, value, unit, start, end, as the snapshot gives them; without a start a bar begins at the left.
    until : str
        The as-of day.
    by : str
        `object` groups the bars by what is held, `subject` by who holds.
    labels : mapping of name to str, optional
        Other words for a name.
    highlight : tuple of str
        Names whose bars the title speaks of; all others are grey.
    kinds : pair of str
        What the legend calls those and the others.
    stroke : str
        What the legend says of a stroke at the end of a relation.
    parts : DataFrame, optional
        Relations of those who control (`subject`) to those controlled (`object`): what is held by one of these is part
        of what the other holds, if both hold some, and stands below it.
    full_share : float, optional
        What the shares of one thing sum to; what they lack on the as-of day gets a line of its own.
    rest : str
        What that line is called.
    since : int, optional
        First year shown.
    row : float
        Height of a bar's row in points.
    """
    if relations.empty:
        return pd.DataFrame()
    rows = relations.assign(begin=_years(relations["start"], first_days), finish=_years(relations["end"], last_days))
    end = decimal_day(until)
    first = float(since or np.floor(rows["begin"].min() if rows["begin"].notna().any() else end - 10))
    other = "subject" if by == "object" else "object"
    rows = rows[rows["finish"].fillna(end) >= first]
    rows = rows.sort_values([by, "begin", other], kind="stable", na_position="first")
    names = {name: (labels or {}).get(name, name) for name in [*rows[by], *rows[other]]}
    owners = dict(zip(parts["object"], parts["subject"], strict=True)) if parts is not None else {}
    lines = list(_lines(rows, by, other, owners, names, full_share, rest))
    set_height(axes, row * len(lines) + 4)
    year_axis(axes, first, max(end, first + 1) + 0.1)
    for place, line in enumerate(lines):
        if line.held is None:
            axes.axhline(place - 0.5, color=GRID, lw=0.6, zorder=0)
            continue
        strong = not highlight or bool({*line.held["subject"], *line.held["object"]} & set(highlight))
        _draw_row(axes, place, line, (first, end), strong=strong)
    _write_names(axes, lines)
    _legend(axes, lines, kinds if highlight else ("", ""), stroke)
    return _shown(lines, by, other, names)


def _years(written: pd.Series, edge: Callable[[pd.Series], pd.Series]) -> pd.Series:
    return decimal_year(edge(written.fillna("").astype("str")))


def _lines(
    rows: pd.DataFrame,
    by: str,
    other: str,
    owners: Mapping[str, str],
    names: Mapping[str, str],
    full_share: float | None,
    rest: str,
) -> Iterator[_Line]:
    """Yield a heading for each thing held, its holders with their parts, and what no holder is known of."""
    for name, group in rows.groupby(by, sort=False):
        yield _Line(names[str(name)])
        part = group[other].map(owners).isin(set(group[other]))
        for holder, held in group[~part].groupby(other, sort=False):
            yield _Line(f"{_INDENT}{names[str(holder)]}", held)
            below = group[part & (group[other].map(owners) == holder)]
            for owned, held_by_it in below.groupby(other, sort=False):
                yield _Line(f"{_INDENT * 2}of which {names[str(owned)]}", held_by_it, part=True)
        lacking = _lacking(group[~part], other, full_share) if full_share else None
        if lacking is not None:
            yield _Line(f"{_INDENT}{rest}", lacking, missing=float(lacking["value"].iloc[0]))


def _lacking(group: pd.DataFrame, other: str, full_share: float) -> pd.DataFrame | None:
    """Return what the last shares lack, as a row that begins when they first lacked it for good; None if nothing."""
    if group.groupby(other)["value"].last().isna().any():
        return None
    changes = sorted({*group["begin"].dropna(), *group["finish"].dropna()})
    lacks = [full_share - _sum_held(group, other, change) for change in changes]
    if not lacks or lacks[-1] < _LEAST or lacks[-1] >= full_share:
        return None
    complete = max((place for place, lack in enumerate(lacks) if lack < _LEAST), default=-1)
    row = group.tail(1).assign(**{other: ""}, value=lacks[-1], begin=changes[complete + 1], finish=np.nan)
    return row.assign(start="", end="", source="", status="derived")


def _sum_held(group: pd.DataFrame, other: str, year: float) -> float:
    """Return the sum of the shares held just after a day."""
    there = (group["begin"].fillna(-9999) <= year) & (group["finish"].fillna(9999) > year)
    return float(group[there].groupby(other)["value"].last().sum())


def _draw_row(axes: Axes, place: int, line: _Line, span: tuple[float, float], *, strong: bool) -> None:
    """Draw the bars of one holder, hollow where nothing is left, with a stroke where one ended."""
    held = line.held
    assert held is not None
    begin, over = np.fmax(held["begin"].to_numpy(), span[0]), held["finish"].to_numpy()
    finish = np.fmin(np.fmin(over, span[1]), np.append(begin[1:], span[1]))
    ended = np.minimum(over[~np.isnan(over)], span[1])
    nothing_left = len(ended) == len(held)
    colour = PALETTE[0] if strong and not line.missing else MUTED
    height = 0.34 if line.part else 0.62
    face: Any = "none" if nothing_left or line.missing else (colour, 1.0 if strong else 0.4)
    dash: Look = {"ls": (0, (2, 1.5))} if line.missing else {}
    axes.barh([place] * len(held), finish - begin, height, begin, fc=face, ec=colour, lw=0.8, **dash)
    axes.vlines(ended, place - height / 2 - 0.12, place + height / 2 + 0.12, color=INK, lw=1.6)
    _write_share(axes, place, line, held, float(ended.max()) if nothing_left else None, colour)


def _write_share(axes: Axes, place: int, line: _Line, held: pd.DataFrame, ended: float | None, colour: str) -> None:
    """Write the last share and the one before it at the right; where nothing is left, the year of the end beside it."""
    last = held["value"].iloc[-1]
    share = value_label(last, str(held["unit"].iloc[-1])) if pd.notna(last) else ""
    look: Look = {"textcoords": "offset points", "va": "center", "fontsize": SMALL}
    if ended is not None:
        axes.annotate(f"{share} until {int(ended)}".strip(), (ended, place), (4, 0), color=MUTED, **look)
        return
    shares = [value_label(value) for value in held["value"] if pd.notna(value)]
    before = f", before {shares[-2]}" if len(shares) > 1 and shares[-2] != shares[-1] else ""
    words = f"({share})" if line.part else share
    look |= {"weight": 400 if line.part or line.missing else STRONG, "xycoords": axes.get_yaxis_transform()}
    axes.annotate(words + before, (1, place), (4, 0), color=colour, **look)


def _write_names(axes: Axes, lines: list[_Line]) -> None:
    """Write the words of each line at the left, aligned on their left side."""
    axes.set_yticks(range(len(lines)), [line.words for line in lines])
    for text, line in zip(axes.get_yticklabels(), lines, strict=True):
        text.set(color=INK, weight=STRONG if line.held is None else 400, ha="left", linespacing=SPACING)
    axes.tick_params(axis="y", pad=max(block_width(line.words, SMALL, STRONG) for line in lines) + 6)
    axes.set_ylim(len(lines) - 0.4, -0.6)


def _legend(axes: Axes, lines: list[_Line], kinds: tuple[str, str], stroke: str) -> None:
    """Say what colour, hollow bars and strokes mean, as far as there are any."""
    ended = [line.held["finish"].notna() for line in lines if line.held is not None]
    entries: list[tuple[object, str]] = []
    if any(kinds):
        looks = ((PALETTE[0], 1.0), (MUTED, 0.4))
        entries += [(Patch(fc=look, ec=look[0], lw=0.8), kind) for look, kind in zip(looks, kinds, strict=True)]
    if any(relations.all() for relations in ended):
        entries += [(Patch(fc="none", ec=MUTED, lw=0.8), "gone by this day")]
    if any(relations.any() for relations in ended):
        entries += [(Line2D([], [], ls="", marker="|", ms=8, mew=1.6, color=INK), stroke)]
    legend(axes, [handle for handle, _ in entries], [words for _, words in entries], below=20)


def _shown(lines: list[_Line], by: str, other: str, names: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows as they stand in the chart, by the names that they have there."""
    holders = [(line.words.strip(), line.held) for line in lines if line.held is not None]
    frames = [held.assign(**{by: held[by].map(names)}, **{other: words})[_COLUMNS] for words, held in holders]
    return pd.concat(frames, ignore_index=True)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Name the holder of a share under what is held; an open end is not named."""
    share = f" {amount(row['value'], row['unit'])}" if row["value"] is not None else ""
    ends = (("from", row["start"]), ("to", row["end"]))
    dates = "".join(f" {word} {formatting.day(date)}" for word, date in ends if date)
    return {"head": row["object"], "lines": [f"{row['subject']}{share}{dates}{flag_words(row)}"]}
