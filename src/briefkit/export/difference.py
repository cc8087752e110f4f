"""Two editions side by side, as a page."""

from __future__ import annotations

from typing import Any

from briefkit.diff import Difference
from briefkit.export import cite
from briefkit.export.parts import VERDICTS
from briefkit.export.pictures import picture
from briefkit.export.styles import page

_SIDES = ("old", "new")


def render(found: Difference) -> str:
    """The page of a comparison: figures, claims, words, charts, sources; no script, nothing from the network."""
    model = {
        **{side: _head(getattr(found, side)) for side in _SIDES},
        "same": found.same,
        "figures": [_figure(one) for one in found.figures],
        "claims": [_claim(one) for one in found.claims],
        "texts": found.texts,
        "charts": [_chart(number, one) for number, one in enumerate(found.charts)],
        "sources": found.sources,
    }
    return page("difference.html.j2", p=model)


def _head(head: Any) -> dict[str, str]:
    return {**head, "day": cite.day(head["as_of"])}


def _figure(one: dict[str, Any]) -> dict[str, str]:
    """A row: values with unit and period, or a dash where an edition did not read it."""
    sides = {side: _value(one[side], one["unit"]) for side in _SIDES}
    change = "" if one["change"] is None else cite.margin(cite.rounded(one["change"]), one["unit"])
    source = (one["new"] or one["old"])["source"]
    return {"figure": one["figure"], **sides, "change": change, "why": one["why"], "source": source}


def _value(side: dict[str, Any] | None, unit: str) -> str:
    return "–" if side is None else f"{cite.amount(side['value'], unit)} ({cite.day(side['period'])})"


def _claim(one: dict[str, Any]) -> dict[str, Any]:
    sides = {
        side: None if one[side] is None else one[side] | {"sign": VERDICTS[one[side]["verdict"]]} for side in _SIDES
    }
    return {**one, **sides}


def _chart(number: int, one: dict[str, Any]) -> dict[str, Any]:
    """Both pictures, with ids of their own."""
    shown = zip(_SIDES, one["pictures"], strict=True)
    drawn = {f"{side}_svg": picture(svg, f"d{number}{side}", one[side] or "") if svg else "" for side, svg in shown}
    return {**one, **drawn}
