"""Draw what rests on what: claims as boxes, from premises at the left to conclusions at the right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle

from briefkit.charts.canvas import use_points
from briefkit.charts.layered_graph import connector_path, layout_layers
from briefkit.charts.text_layout import block_height, text_width, wrap
from briefkit.charts.theme import INK, MUTED, PAPER, SMALL, SPACING, STRONG, VERDICT, VERDICT_MARKER, WIDTH, Look

Claim = Mapping[str, Any]
FIELDS = ("claim", "statement", "verdict", "premises")


def draw(
    axes: Axes,
    claims: Iterable[Claim],
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
    all_claims = list(claims)
    drawn = _leading_to(all_claims, towards, back)
    if not drawn:
        return pd.DataFrame()
    place = {claim["claim"]: at for at, claim in enumerate(drawn)}
    edges = [(place[premise], at) for at, claim in enumerate(drawn) for premise in _premises(claim) if premise in place]
    count = len(set(layout_layers([1] * len(drawn), edges).column))
    width = (WIDTH - 6 - gap * (count - 1)) / count
    texts = [wrap((labels or {}).get(claim["claim"], claim["statement"]), width - 14, SMALL) for claim in drawn]
    ids = {claim["claim"] for claim in all_claims}
    facts = [sum(premise not in ids for premise in _premises(claim)) for claim in drawn]
    layout = layout_layers([block_height(text, SMALL) + 28 for text in texts], edges)
    note = _note(any(facts), any(claim["verdict"] != "holds" for claim in drawn))
    use_points(axes, layout.height + block_height(note, SMALL) + 10)
    axes.text(0, layout.height + 10, note, color=MUTED, fontsize=SMALL, va="top", linespacing=SPACING)
    for (premise, _), route in zip(edges, layout.routes, strict=True):
        sides = [(layout.column[box] * (width + gap) + x, layout.middle[box]) for box in route for x in (0, width)]
        verdict = drawn[premise]["verdict"]
        line: Look = {"ec": VERDICT[verdict], "ls": "-" if verdict == "holds" else (0, (3, 2)), "lw": 1.1}
        axes.add_artist(PathPatch(connector_path(sides[1:-1]), fc="none", zorder=1, **line))
    for at, (claim, text) in enumerate(zip(drawn, texts, strict=True)):
        left = layout.column[at] * (width + gap)
        _box(axes, left, layout.middle[at], width, text, claim["verdict"], facts[at])
    rows = [(claim["claim"], claim["statement"], claim["verdict"], ";".join(_premises(claim))) for claim in drawn]
    return pd.DataFrame(rows, columns=FIELDS)


def _leading_to(claims: list[Claim], conclusions: Collection[str], back: int) -> list[Claim]:
    """Return the claims that lead to some conclusions, in the order given; without conclusions all."""
    if not conclusions:
        return claims
    by_id = {claim["claim"]: claim for claim in claims}
    leading = newest = set(conclusions) & set(by_id)
    for _ in range(back):
        newest = {premise for claim in newest for premise in _premises(by_id[claim]) if premise in by_id} - leading
        leading = leading | newest
    return [claim for claim in claims if claim["claim"] in leading]


def _premises(claim: Claim) -> list[str]:
    premises = claim.get("premises") or []
    return [premise for premise in premises.split(";") if premise] if isinstance(premises, str) else list(premises)


def _note(facts: bool, dashed: bool) -> str:
    """Say what the lines, the small words and the dashes mean."""
    sentences = ["Lines run from a premise to what rests on it."]
    sentences += ["Facts: figures and events of the ledger that a statement rests on besides other statements."] * facts
    sentences += ["Dashed: from a statement that does not hold, or only in part."] * dashed
    return wrap(" ".join(sentences), WIDTH - 12, SMALL)


def _box(axes: Axes, left: float, middle: float, width: float, text: str, verdict: str, facts: int) -> None:
    """Draw a claim: its verdict and the number of its facts above its words."""
    colour, height = VERDICT[verdict], block_height(text, SMALL) + 21
    top = middle - height / 2
    edge: Look = {"ec": colour, "lw": 0.9, "zorder": 2, "clip_on": False}
    axes.add_artist(Rectangle((left, top), width, height, fc=PAPER, **edge))
    axes.add_artist(Rectangle((left, top), 3, height, fc=colour, **edge))
    axes.plot(left + 11, top + 9, marker=VERDICT_MARKER[verdict], ms=5, color=colour, mew=0, zorder=3)
    look: Look = {"fontsize": SMALL, "va": "center", "zorder": 3}
    axes.text(left + 17, top + 9, verdict, color=colour, weight=STRONG, **look)
    words = f"{facts} fact{'s' if facts != 1 else ''}"
    if facts and text_width(verdict, SMALL, STRONG) + text_width(words, SMALL) + 30 < width:
        axes.text(left + width - 5, top + 9, words, color=MUTED, ha="right", **look)
    axes.text(left + 9, middle + 7.5, text, color=INK, linespacing=SPACING, **look)
