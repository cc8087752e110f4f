"""Draw who is tied to whom: one box each, in columns by role; the kind of tie by line, colour and word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, PathPatch
from matplotlib.path import Path

from briefkit.charts.canvas import use_points
from briefkit.charts.layered_graph import LayeredLayout, connector_path, layout_layers
from briefkit.charts.legend import legend
from briefkit.charts.text_layout import block_height, wrap
from briefkit.charts.theme import INK, MUTED, PALETTE, PAPER, SMALL, SPACING, WASH, WIDTH, Look

_DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)), (0, (9, 2)))
_PLAN: Any = (0, (1, 2.6))  # of ties that were only planned, whatever their kind
_COLUMNS = ("subject", "relation", "object", "value", "unit", "start", "end", "active")


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
        How a kind of tie is read, in the order of the legend; kinds that are not there are read as written.
    labels : mapping of name to str, optional
        Other words for a name.
    ended, planned : str
        Words of the legend for ties that are not active any more, and for those that were only planned.
    gap : float
        Points between two columns.
    """
    if relations.empty:
        return pd.DataFrame()
    ties, roles, words = _ties(relations), roles or {}, words or {}
    present = {*ties["subject"], *ties["object"]}
    names = [name for name in dict.fromkeys([*roles, *ties["subject"], *ties["object"]]) if name in present]
    place = {name: at for at, name in enumerate(names)}
    edges = [(place[start], place[end]) for start, end in zip(ties["subject"], ties["object"], strict=True)]
    groups = list(dict.fromkeys(roles.values()))
    columns = [groups.index(roles[name]) if name in roles else len(groups) for name in names] if roles else None
    count = len(set(columns or layout_layers([1] * len(names), edges).column))
    width = (WIDTH - 6 - gap * (count - 1)) / count
    texts = [wrap((labels or {}).get(name, name), width - 10, SMALL) for name in names]
    layout = layout_layers([block_height(text, SMALL) + 11 for text in texts], edges, columns)
    grid = _Grid(layout, width, gap, head=18.0 if roles else 4.0)
    use_points(axes, layout.height + grid.head + 2)
    looks = _looks(ties, words)
    for tie, (_, end), line in zip(ties.itertuples(), edges, _lines(grid), strict=True):
        look = (*looks[str(tie.relation)], bool(tie.ahead)) if tie.active else None
        _draw_tie(axes, line, look, leftwards=end != line.right)
    for box, text in enumerate(texts):
        _draw_box(axes, grid.left(box), grid.middle(box), width, text)
    for at, role in enumerate(groups):
        middle = at * (width + gap) + width / 2
        axes.text(middle, 4, role, ha="center", va="center", fontsize=SMALL, color=MUTED)
    _legend(axes, ties, looks, words, ended, planned)
    return ties[[name for name in _COLUMNS if name in ties]]


def _ties(relations: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each tie, and whether it lies `ahead`: the last that is active, a plan only if alone."""
    ahead = relations["status"].str.contains("forecast")
    ties = relations.assign(ahead=ahead, done=~ahead).sort_values(["active", "done"], kind="stable")
    ties = ties.drop_duplicates(["subject", "relation", "object"], keep="last")
    return ties.sort_values(["relation", "subject", "object"], kind="stable").reset_index(drop=True)


def _looks(ties: pd.DataFrame, words: Mapping[str, str]) -> dict[str, tuple[str, Any]]:
    """Give each kind of tie a colour and a dash, in the order of the legend."""
    present = set(ties["relation"])
    kinds = dict.fromkeys([*(kind for kind in words if kind in present), *ties["relation"]])
    return {
        kind: (PALETTE[at % len(PALETTE)], _DASHES[(at + 2 * (at // len(PALETTE))) % len(_DASHES)])
        for at, kind in enumerate(kinds)
    }


def _legend(
    axes: Axes,
    ties: pd.DataFrame,
    looks: Mapping[str, tuple[str, Any]],
    words: Mapping[str, str],
    ended: str,
    planned: str,
) -> None:
    """Say what each kind of line means, and those of plans and of what has ended, where there are any."""
    entries: list[tuple[Line2D, str]] = [
        (Line2D([], [], color=colour, ls=dash, lw=1.5), words.get(kind, kind.replace("_", " ")))
        for kind, (colour, dash) in looks.items()
    ]
    if (ties["active"] & ties["ahead"]).any():
        entries.append((Line2D([], [], color=INK, lw=1.2, ls=_PLAN), planned))
    if not ties["active"].all():
        entries.append((Line2D([], [], color=MUTED, lw=0.7, alpha=0.8), ended))
    legend(axes, [handle for handle, _ in entries], [text for _, text in entries], below=6)


@dataclass(frozen=True)
class _Grid:
    """Where the boxes of a layout stand on the page: columns of a width with a gap between them, below a head."""

    layout: LayeredLayout
    width: float
    gap: float
    head: float

    def left(self, box: int) -> float:
        return self.layout.column[box] * (self.width + self.gap)

    def middle(self, box: int) -> float:
        return self.layout.middle[box] + self.head


@dataclass(frozen=True)
class _Line:
    """A tie from `start` to `stop` (x, y, whether at a right side) along a path; `right` is the box where it stops."""

    path: Path
    start: tuple[float, float, bool]
    stop: tuple[float, float, bool]
    right: int


def _lines(grid: _Grid) -> Iterator[_Line]:
    """Yield the line of each tie: they leave a box below each other, in the order of their ends."""
    layout, width = grid.layout, grid.width
    ends = _ends(grid)
    for at, route in enumerate(layout.routes):
        (x, y, side), (far, low, _) = start, stop = ends[at, 0], ends[at, -1]
        if layout.column[route[0]] == layout.column[route[-1]]:
            out = x + (1 if side else -1) * grid.gap * min(0.25 + abs(low - y) / layout.height, 0.8)
            path = Path([(x, y), (out, y), (out, low), (far, low)], [1, 4, 4, 4])
        else:
            bends = [(grid.left(box), grid.middle(box)) for box in route[1:-1]]
            passed = [point for left, middle in bends for point in ((left, middle), (left + width, middle))]
            path = connector_path([(x, y), *passed, (far, low)])
        yield _Line(path, start, stop, route[-1])


def _ends(grid: _Grid) -> dict[tuple[int, int], tuple[float, float, bool]]:
    """Return x, y and side of both ends (0 and -1) of each line, by its place among the routes and the end."""
    layout = grid.layout
    sides: dict[tuple[int, bool], list[tuple[float, int, int]]] = {}
    for at, route in enumerate(layout.routes):
        same_column = layout.column[route[0]] == layout.column[route[-1]]
        for end, neighbour in ((0, 1), (-1, -2)):
            side = layout.column[route[0]] == 0 if same_column else end == 0
            sides.setdefault((route[end], side), []).append((layout.middle[route[neighbour]], at, end))
    ends = {}
    for (box, side), lines in sides.items():
        x, step = grid.left(box) + side * grid.width, min(2.6, 10 / len(lines))
        for place, (_, at, end) in enumerate(sorted(lines)):
            ends[at, end] = (x, grid.middle(box) + (place - (len(lines) - 1) / 2) * step, side)
    return ends


def _draw_tie(axes: Axes, line: _Line, look: tuple[str, Any, bool] | None, *, leftwards: bool) -> None:
    """Draw a line, with air where it crosses others, and the arrow at its end; without a look one that has ended."""
    colour, dash, ahead = look or (MUTED, "-", False)
    weight, alpha = (1.3, 0.9) if look else (0.7, 0.8)
    axes.add_artist(PathPatch(line.path, fc="none", ec=PAPER, lw=weight + 1.2, zorder=1))
    style: Look = {"ec": colour, "ls": _PLAN if ahead else dash, "lw": weight, "alpha": alpha}
    axes.add_artist(PathPatch(line.path, fc="none", zorder=1, **style))
    x, y, side = line.start if leftwards else line.stop
    face: Look = {"mfc": PAPER if ahead else colour, "mec": colour, "mew": 0.8 if ahead else 0, "alpha": alpha}
    axes.plot(x + (2.2 if side else -2.2), y, marker="<" if side else ">", ms=3.4, **face)


def _draw_box(axes: Axes, left: float, middle: float, width: float, text: str) -> None:
    height = block_height(text, SMALL) + 5
    look: Look = {"fc": WASH, "ec": MUTED, "lw": 0.5, "zorder": 2, "clip_on": False}
    corner = (left, middle - height / 2)
    axes.add_artist(FancyBboxPatch(corner, width, height, "round,pad=0,rounding_size=3", **look))
    words: Look = {"ha": "center", "va": "center", "fontsize": SMALL, "color": INK, "linespacing": SPACING}
    axes.text(left + width / 2, middle, text, **words)
