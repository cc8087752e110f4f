"""What rests on what: claims as boxes, from premises at the left to conclusions at the right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle

from briefkit.charts.layered_graph import curve, layered
from briefkit.charts.text_layout import tall, width, wrap
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, VERDICT, VERDICT_MARK, WIDTH, Look, points

FIELDS = ("claim", "statement", "verdict", "premises")
"""What is shown of a claim."""


def draw(
    axes: Axes,
    claims: Iterable[Mapping[str, Any]],
    *,
    labels: Mapping[str, str] | None = None,
    towards: Collection[str] = (),
    back: int = 99,
    gap: float = 44,
) -> pd.DataFrame:
    """Draw one box per claim with its verdict in words, shape and colour, and a line from each premise.

    Parameters
    ----------
    claims : iterable of mapping
        claim, statement, verdict, premises (ids); a premise that is no claim here is only counted.
    labels : mapping of claim to str, optional
        Shorter words than the statement.
    towards : collection of str, optional
        Conclusions; only they and what they rest on are drawn.
    back : int
        So many steps back from them.
    gap : float
        Points between two columns.
    """
    every = list(claims)
    rows = _leading(every, towards, back)
    if not rows:
        return pd.DataFrame()
    place = {row["claim"]: at for at, row in enumerate(rows)}
    edges = [(place[one], at) for at, row in enumerate(rows) for one in _premises(row) if one in place]
    count = len(set(layered([1] * len(rows), edges).column))
    wide = (WIDTH - 6 - gap * (count - 1)) / count
    texts = [wrap((labels or {}).get(row["claim"], row["statement"]), wide - 14, SMALL) for row in rows]
    named = {row["claim"] for row in every}
    facts = [len([one for one in _premises(row) if one not in named]) for row in rows]
    boxes = layered([tall(text, SMALL) + 28 for text in texts], edges)
    explained = _explained(any(facts), any(row["verdict"] != "holds" for row in rows))
    points(axes, boxes.height + tall(explained, SMALL) + 10)
    axes.text(0, boxes.height + 10, explained, color=MUTED, fontsize=SMALL, va="top", linespacing=SPACING)
    for edge, route in zip(edges, boxes.routes, strict=True):
        spots = [(boxes.column[box] * (wide + gap) + side, boxes.middle[box]) for box in route for side in (0, wide)]
        colour = VERDICT[rows[edge[0]]["verdict"]]
        shaky = rows[edge[0]]["verdict"] != "holds"
        look: Look = {"ec": colour, "ls": (0, (3, 2)) if shaky else "-", "lw": 1.1, "fc": "none", "zorder": 1}
        axes.add_artist(PathPatch(curve(spots[1:-1]), **look))
    for at, (row, text) in enumerate(zip(rows, texts, strict=True)):
        left, mid = boxes.column[at] * (wide + gap), boxes.middle[at]
        _box(axes, left, mid, wide, text, row["verdict"], facts[at])
    kept = [(row["claim"], row["statement"], row["verdict"], ";".join(_premises(row))) for row in rows]
    return pd.DataFrame(kept, columns=["claim", "statement", "verdict", "premises"])


def _leading(rows: list[Mapping[str, Any]], towards: Collection[str], back: int) -> list[Mapping[str, Any]]:
    """The claims that lead to some conclusions, in the order given."""
    named = {row["claim"]: row for row in rows}
    wanted = edge = set(towards) & set(named)
    for _ in range(back if towards else 0):
        edge = {one for claim in edge for one in _premises(named[claim]) if one in named} - wanted
        wanted = wanted | edge
    return [row for row in rows if row["claim"] in wanted or not towards]


def _premises(row: Mapping[str, Any]) -> list[str]:
    found = row.get("premises") or []
    return [one for one in found.split(";") if one] if isinstance(found, str) else list(found)


def _explained(facts: bool, shaky: bool) -> str:
    """The key: what the small words and the dashes mean."""
    said = ["Facts: figures and events of the ledger that a statement rests on besides other statements."] * facts
    said += ["Dashed: from a statement that does not hold, or only in part."] * shaky
    return wrap(" ".join(["Lines run from a premise to what rests on it.", *said]), WIDTH - 12, SMALL)


def _box(axes: Axes, left: float, mid: float, wide: float, text: str, verdict: str, facts: int) -> None:
    colour, high = VERDICT[verdict], tall(text, SMALL) + 21
    top = mid - high / 2
    axes.add_artist(Rectangle((left, top), wide, high, fc=PAPER, ec=colour, lw=0.9, zorder=2, clip_on=False))
    axes.add_artist(Rectangle((left, top), 3, high, fc=colour, ec=colour, lw=0.9, zorder=2, clip_on=False))
    axes.plot(left + 11, top + 9, marker=VERDICT_MARK[verdict], ms=5, color=colour, mew=0, zorder=3)
    look: Look = {"fontsize": SMALL, "va": "center", "zorder": 3}
    axes.text(left + 17, top + 9, verdict, color=colour, weight=STRONG, **look)
    words = f"{facts} fact{'s' if facts != 1 else ''}"
    if facts and width(verdict, SMALL, STRONG) + width(words, SMALL) + 30 < wide:
        axes.text(left + wide - 5, top + 9, words, color=MUTED, ha="right", **look)
    axes.text(left + 9, mid + 7.5, text, color=INK, linespacing=SPACING, **look)
