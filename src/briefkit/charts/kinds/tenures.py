"""Who held what share, from when to when: one bar per relation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from briefkit import formatting
from briefkit.charts.axes import decimal_year, legend, years
from briefkit.charts.screen_layout import Row, amount, flag_words, latest_observation
from briefkit.charts.text_layout import value_label, wide
from briefkit.charts.theme import GRID, INK, MUTED, PALETTE, SMALL, SPACING, STRONG, Look, size
from briefkit.ledger.periods import first_days, last_days

opening = latest_observation
_LEAST = 0.5  # points of a share: so much may be lost by rounding, and is not missed
_IN = "\u00a0" * 3  # in front of a name: other spaces are lost in the page


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
    whole: float | None = None,
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
        What the key calls those and the others.
    stroke : str
        What the key says of a stroke at the end of a relation.
    parts : DataFrame, optional
        Relations of those who control (`subject`) to those controlled (`object`): what is held by one of these is part
        of what the other holds, if both hold some, and stands below it.
    whole : float, optional
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
    rows = relations.assign(begin=_day(relations["start"], first_days), finish=_day(relations["end"], last_days))
    end = float(decimal_year(pd.Series([until]))[0])
    first = float(since or np.floor(rows["begin"].min() if rows["begin"].notna().any() else end - 10))
    other = "subject" if by == "object" else "object"
    rows = rows[rows["finish"].fillna(end) >= first].sort_values(
        [by, "begin", other], kind="stable", na_position="first"
    )
    said = {name: (labels or {}).get(name, name) for name in [*rows[by], *rows[other]]}
    above = dict(zip(parts["object"], parts["subject"], strict=True)) if parts is not None else {}
    lines: list[_Line] = []
    for name, group in rows.groupby(by, sort=False):
        lines += [_Line(said[name]), *_holders(group, other, above, said)]
        lacks = _lacking(group[~_is_part(group, other, above)], other, whole) if whole else None
        lines += [_Line(f"{_IN}{rest}", lacks, missing=float(lacks["value"].iloc[0]))] if lacks is not None else []
    size(axes, row * len(lines) + 4)
    years(axes, first, max(end, first + 1) + 0.1)
    for at, line in enumerate(lines):
        if line.held is None:
            axes.axhline(at - 0.5, color=GRID, lw=0.6, zorder=0)
            continue
        strong = not highlight or bool({*line.held["subject"], *line.held["object"]} & set(highlight))
        _row(axes, at, line, (first, end), strong=strong)
    axes.set_yticks(range(len(lines)), [line.words for line in lines])
    for text, line in zip(axes.get_yticklabels(), lines, strict=True):
        text.set(color=INK, weight=STRONG if line.held is None else 400, ha="left", linespacing=SPACING)
    axes.tick_params(axis="y", pad=max(wide(line.words, SMALL, STRONG) for line in lines) + 6)
    axes.set_ylim(len(lines) - 0.4, -0.6)
    _key(axes, lines, kinds if highlight else ("", ""), stroke)
    return _shown(lines, by, other, said)


def _day(written: pd.Series, edge: Callable[[pd.Series], pd.Series]) -> pd.Series:
    return decimal_year(edge(written.fillna("").astype("str")))


def _is_part(group: pd.DataFrame, other: str, above: Mapping[str, str]) -> pd.Series:
    return group[other].map(above).isin(set(group[other]))


def _holders(group: pd.DataFrame, other: str, above: Mapping[str, str], said: Mapping[str, str]) -> list[_Line]:
    """A line for each holder of one thing, those who are part of another below it."""
    part = _is_part(group, other, above)
    found = []
    for holder, held in group[~part].groupby(other, sort=False):
        found.append(_Line(f"{_IN}{said[str(holder)]}", held))
        below = group[part & (group[other].map(above) == holder)].groupby(other, sort=False)
        found += [_Line(f"{_IN * 2}of which {said[str(one)]}", rows, part=True) for one, rows in below]
    return found


def _lacking(group: pd.DataFrame, other: str, whole: float) -> pd.DataFrame | None:
    """What the last shares lack, as a row that begins when they first lacked it for good; None where they do not."""
    if group.groupby(other)["value"].last().isna().any():
        return None
    turns = sorted({*group["begin"].dropna(), *group["finish"].dropna()})
    lacks = [whole - _held(group, other, turn) for turn in turns]
    if not lacks or lacks[-1] < _LEAST or lacks[-1] >= whole:
        return None
    full = max((place for place, lack in enumerate(lacks) if lack < _LEAST), default=-1)
    row = group.tail(1).assign(**{other: ""}, value=lacks[-1], begin=turns[full + 1], finish=np.nan)
    return row.assign(start="", end="", source="", status="derived")


def _held(group: pd.DataFrame, other: str, day: float) -> float:
    """Sum of the shares held just after a day."""
    there = (group["begin"].fillna(-9999) <= day) & (group["finish"].fillna(9999) > day)
    return float(group[there].groupby(other)["value"].last().sum())


def _row(axes: Axes, at: int, line: _Line, span: tuple[float, float], *, strong: bool) -> None:
    """The bars of one holder, hollow where nothing is left; a stroke where one ended; words beside the last."""
    held = line.held
    assert held is not None
    begin, over = np.fmax(held["begin"].to_numpy(), span[0]), held["finish"].to_numpy()
    finish = np.fmin(np.fmin(over, span[1]), np.append(begin[1:], span[1]))
    ended = np.minimum(over[~np.isnan(over)], span[1])
    gone = len(ended) == len(held)
    colour, tall = PALETTE[0] if strong and not line.missing else MUTED, 0.34 if line.part else 0.62
    face: Any = "none" if gone or line.missing else (colour, 1.0 if strong else 0.4)
    dash: Look = {"ls": (0, (2, 1.5))} if line.missing else {}
    axes.barh([at] * len(held), finish - begin, tall, begin, fc=face, ec=colour, lw=0.8, **dash)
    axes.vlines(ended, at - tall / 2 - 0.12, at + tall / 2 + 0.12, color=INK, lw=1.6)
    shares = [value_label(one) for one in held["value"] if pd.notna(one)]
    unit = str(held["unit"].iloc[-1])
    words = value_label(held["value"].iloc[-1], unit) if pd.notna(held["value"].iloc[-1]) else ""
    look: Look = {"textcoords": "offset points", "va": "center", "fontsize": SMALL}
    if not gone:
        before = f", before {shares[-2]}" if len(shares) > 1 and shares[-2] != shares[-1] else ""
        words = f"({words})" if line.part else words
        look |= {"weight": 400 if line.part or line.missing else STRONG, "xycoords": axes.get_yaxis_transform()}
        axes.annotate(words + before, (1, at), (4, 0), color=colour, **look)
    else:
        last = float(ended.max())
        axes.annotate(f"{words} until {int(last)}".strip(), (last, at), (4, 0), color=MUTED, **look)


def _key(axes: Axes, lines: list[_Line], kinds: tuple[str, str], stroke: str) -> None:
    """What colour, hollow bars and strokes mean, as far as there are any."""
    over = [line.held["finish"].notna() for line in lines if line.held is not None]
    found: list[tuple[object, str]] = []
    if any(kinds):
        faces = (PALETTE[0], 1.0), (MUTED, 0.4)
        edges = PALETTE[0], MUTED
        found += [(Patch(fc=face, ec=edge, lw=0.8), word) for face, edge, word in zip(faces, edges, kinds, strict=True)]
    if any(one.all() for one in over):
        found += [(Patch(fc="none", ec=MUTED, lw=0.8), "gone by this day")]
    if any(one.any() for one in over):
        found += [(Line2D([], [], ls="", marker="|", ms=8, mew=1.6, color=INK), stroke)]
    legend(axes, [handle for handle, _ in found], [words for _, words in found], below=20)


def _shown(lines: list[_Line], by: str, other: str, said: Mapping[str, str]) -> pd.DataFrame:
    """The rows as they stand in the chart, by the names that they have there."""
    kept = []
    for line in lines:
        if line.held is not None:
            held = line.held.assign(**{by: line.held[by].map(said)}, **{other: line.words.strip()})
            kept.append(held[["subject", "relation", "object", "value", "unit", "start", "end", "source", "status"]])
    return pd.concat(kept, ignore_index=True)


def list_entry(row: Row, unit: str) -> dict[str, Any]:
    """Name the holder of a share under what is held; an open end is not named."""
    share = f" {amount(row['value'], row['unit'])}" if row["value"] is not None else ""
    ends = (("from", row["start"]), ("to", row["end"]))
    dates = "".join(f" {word} {formatting.day(date)}" for word, date in ends if date)
    return {"head": row["object"], "lines": [f"{row['subject']}{share}{dates}{flag_words(row)}"]}
