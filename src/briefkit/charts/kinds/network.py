"""Who is tied to whom: one box each, in columns by role; the kind of tie by line, colour and word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from briefkit.charts.axes import legend
from briefkit.charts.layered_graph import Layered, curve, layered
from briefkit.charts.text_layout import tall, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, SPACING, WASH, WIDTH, Look, points

_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)), (0, (9, 2)))
_PLAN: Any = (0, (1, 2.6))  # of ties that were only planned, whatever their kind


def draw(
    axes: Axes,
    relations: pd.DataFrame,
    *,
    roles: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    ended: str = "ended by this day",
    planned: str = "planned, not on record as done",
    gap: float = 74,
) -> pd.DataFrame:
    """Draw one box per name and one line per tie.

    Parameters
    ----------
    relations : DataFrame
        subject, relation, object, active, status; a tie with several rows is drawn once, as the last that is active,
        and as a plan (`forecast` in its status) only where no row says more.
    roles : mapping of name to role, optional
        One column per role, in the order in which the roles come; names without one stand in the last column.
        Without roles, subjects stand to the left of objects.
    words : mapping of relation to str, optional
        How a kind of tie is read, in the order of the key; kinds that are not there are read as written.
    labels : mapping of name to str, optional
        Other words for a name.
    ended, planned : str
        Words of the key for ties that are not active any more, and for those that were only planned.
    gap : float
        Points between two columns.
    """
    if relations.empty:
        return pd.DataFrame()
    ahead = relations["status"].str.contains("forecast")
    ties = relations.assign(ahead=ahead, done=~ahead).sort_values(["active", "done"], kind="stable")
    ties = ties.drop_duplicates(["subject", "relation", "object"], keep="last")
    ties = ties.sort_values(["relation", "subject", "object"], kind="stable").reset_index(drop=True)
    names = list(dict.fromkeys([*(roles or {}), *ties["subject"], *ties["object"]]))
    names = [name for name in names if name in set(ties["subject"]) | set(ties["object"])]
    place = {name: at for at, name in enumerate(names)}
    groups = list(dict.fromkeys((roles or {}).values()))
    columns = [groups.index((roles or {})[one]) if one in (roles or {}) else len(groups) for one in names]
    edges = [(place[one], place[other]) for one, other in zip(ties["subject"], ties["object"], strict=True)]
    count = len(set(columns)) if roles else len(set(layered([1] * len(names), edges).column))
    wide = (WIDTH - 6 - gap * (count - 1)) / count
    texts = [wrap((labels or {}).get(name, name), wide - 10, SMALL) for name in names]
    boxes = layered([tall(text, SMALL) + 11 for text in texts], edges, columns if roles else None)
    head = 18.0 if roles else 4.0
    points(axes, boxes.height + head + 2)
    kinds = [kind for kind in (words or {}) if kind in set(ties["relation"])]
    kinds += [kind for kind in dict.fromkeys(ties["relation"]) if kind not in kinds]
    looks = {
        kind: (PALETTE[at % len(PALETTE)], _DASHES[(at + 2 * (at // len(PALETTE))) % len(_DASHES)])
        for at, kind in enumerate(kinds)
    }
    for row, edge, line in zip(ties.itertuples(), edges, _lines(boxes, wide, gap, head), strict=True):
        look = (*looks[str(row.relation)], bool(row.ahead)) if row.active else None
        _tie(axes, line, look, back=edge[1] != line.right)
    for at, text in enumerate(texts):
        left, mid = boxes.column[at] * (wide + gap), boxes.middle[at] + head
        _box(axes, left, mid, wide, text)
    for at, role in enumerate(groups if roles else []):
        axes.text(at * (wide + gap) + wide / 2, 4, role, ha="center", va="center", fontsize=SMALL, color=MUTED)
    handles = [Line2D([], [], color=colour, ls=dash, lw=1.5) for colour, dash in looks.values()]
    read = [(words or {}).get(kind, kind.replace("_", " ")) for kind in kinds]
    if (ties["active"] & ties["ahead"]).any():
        handles, read = [*handles, Line2D([], [], color=INK, lw=1.2, ls=_PLAN)], [*read, planned]
    if not ties["active"].all():
        handles, read = [*handles, Line2D([], [], color=MUTED, lw=0.7, alpha=0.8)], [*read, ended]
    legend(axes, handles, read, below=6)
    return ties[
        [name for name in ("subject", "relation", "object", "value", "unit", "start", "end", "active") if name in ties]
    ]


@dataclass(frozen=True)
class _Line:
    """A tie from `start` to `stop`, by way of its path; `right` is the box where it stops."""

    path: Path
    start: tuple[float, float, bool]
    stop: tuple[float, float, bool]
    right: int


def _lines(boxes: Layered, wide: float, gap: float, head: float) -> Iterator[_Line]:
    """Lines that leave a box below each other, in the order of what they lead to, so that none cross at once."""
    ends: dict[tuple[int, bool], list[tuple[float, int, int]]] = {}
    turns = [boxes.column[route[0]] == boxes.column[route[-1]] for route in boxes.routes]
    for at, (route, turn) in enumerate(zip(boxes.routes, turns, strict=True)):
        for end, other in ((0, 1), (-1, -2)):
            side = boxes.column[route[0]] == 0 if turn else end == 0
            ends.setdefault((route[end], side), []).append((boxes.middle[route[other]], at, end))
    spots = {}
    for (box, side), lines in ends.items():
        x, step = boxes.column[box] * (wide + gap) + side * wide, min(2.6, 10 / len(lines))
        for place, (_, at, end) in enumerate(sorted(lines)):
            spots[at, end] = (x, boxes.middle[box] + head + (place - (len(lines) - 1) / 2) * step, side)
    for at, (route, turn) in enumerate(zip(boxes.routes, turns, strict=True)):
        (x, y, side), (far, low, _) = start, stop = spots[at, 0], spots[at, -1]
        out = x + (1 if side else -1) * gap * min(0.25 + abs(low - y) / boxes.height, 0.8)
        bends = [(boxes.column[box] * (wide + gap), boxes.middle[box] + head) for box in route[1:-1]]
        passed = [spot for left, mid in bends for spot in ((left, mid), (left + wide, mid))]
        path = Path([(x, y), (out, y), (out, low), (far, low)], [1, 4, 4, 4]) if turn else None
        yield _Line(path or curve([(x, y), *passed, (far, low)]), start, stop, route[-1])


def _tie(axes: Axes, line: _Line, look: Any, *, back: bool) -> None:
    """One line, with air where it crosses others, and the arrow at its end."""
    colour, dash, ahead = look or (MUTED, "-", False)
    thick, faint = (1.3, 0.9) if look else (0.7, 0.8)
    style: Look = {"fc": "none", "ls": _PLAN if ahead else dash, "lw": thick, "alpha": faint, "zorder": 1}
    axes.add_artist(PathPatch(line.path, fc="none", ec=PAPER, lw=thick + 1.2, zorder=1))
    axes.add_artist(PathPatch(line.path, ec=colour, **style))
    x, y, side = line.start if back else line.stop
    face: Look = {"mfc": PAPER if ahead else colour, "mec": colour, "mew": 0.8 if ahead else 0, "alpha": faint}
    axes.plot(x + (2.2 if side else -2.2), y, marker="<" if side else ">", ms=3.4, **face)


def _box(axes: Axes, left: float, mid: float, wide: float, text: str) -> None:
    high = tall(text, SMALL) + 5
    shape = "round,pad=0,rounding_size=3"
    look: Look = {"fc": WASH, "ec": MUTED, "lw": 0.5, "zorder": 2, "clip_on": False}
    axes.add_artist(FancyBboxPatch((left, mid - high / 2), wide, high, shape, **look))
    axes.text(left + wide / 2, mid, text, ha="center", va="center", fontsize=SMALL, color=INK, linespacing=SPACING)
