"""Two editions side by side, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from briefkit.report import citation, markup
from briefkit.report.blocks import VERDICTS
from briefkit.report.diff import Difference
from briefkit.report.html_page import page
from briefkit.report.markup import Node
from briefkit.report.page_svg import picture
from briefkit.report.provenance import slug

_SIDES = ("old", "new")


def render(found: Difference, beside: Path | None = None) -> str:
    """The page of a comparison: figures, claims, words, charts, sources; no script, nothing from the network.

    Parameters
    ----------
    found : Difference
        As `briefkit.diff.compare` gives it.
    beside : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    """
    rows = {one["figure"]: f"figure-{slug(one['figure'])}" for one in found.figures}
    rows |= {one["claim"]: f"claim-{slug(one['claim'])}" for one in found.claims}
    names = {one["claim"]: one["statement"].rstrip(".") for one in found.claims}
    model = {
        **{side: _head(getattr(found, side)) for side in _SIDES},
        "same": found.same,
        "counts": _counts(found),
        "figures": list(_numbered(found.figures, rows)),
        "claims": [_claim(one, rows, names) for one in found.claims],
        "texts": [
            {"title": _title(name), "marked": [_marked(one) for one in group]}
            for name, group in groupby(found.texts, key=lambda one: one["section"])
        ],
        "charts": [_chart(number, one) for number, one in enumerate(found.charts)],
        "sources": {key: [_source(one) for one in found.sources[key]] for key in ("added", "removed")},
    }
    return page("difference.html.j2", beside=beside, p=model)


def _counts(found: Difference) -> str:
    """What changed, counted in a sentence."""
    counted = {
        "value": len(found.figures),
        "claim": len(found.claims),
        "paragraph": len(found.texts),
        "chart": len(found.charts),
        "source": sum(map(len, found.sources.values())),
    }
    told_so = [f"{count:,} {noun}{'' if count == 1 else 's'}" for noun, count in counted.items() if count]
    return (
        f"{', '.join(told_so[:-1])} and {told_so[-1]} changed." if len(told_so) > 1 else f"{''.join(told_so)} changed."
    )


def _head(head: Mapping[str, Any]) -> Node:
    return {**head, "day": citation.day(head["as_of"])}


def _numbered(figures: Iterable[Mapping[str, Any]], rows: Mapping[str, str]) -> Iterator[Node]:
    """Rows of the figures; of several of one figure the first has the address."""
    for name, group in groupby(figures, key=lambda one: one["figure"]):
        for at, one in enumerate(group):
            yield _figure(one) | {"id": "" if at else rows[name]}


def _figure(one: Mapping[str, Any]) -> Node:
    """A row: values with unit and period, or a dash where an edition did not read it."""
    sides = {side: _value(one[side], one["unit"]) for side in _SIDES}
    plain = one["unit"] in ("year", "yes or no")
    change = "" if one["change"] is None or plain else citation.margin(citation.rounded(one["change"]), one["unit"])
    change = "none" if one["change"] == 0 else change
    source = (one["new"] or one["old"])["source"]
    return {"figure": one["figure"], **sides, "change": change, "why": one["why"], "source": source}


def _value(side: Mapping[str, Any] | None, unit: str) -> str:
    return "–" if side is None else f"{citation.amount(side['value'], unit)} ({citation.day(side['period'])})"


def _claim(one: Mapping[str, Any], rows: Mapping[str, str], names: Mapping[str, str]) -> Node:
    """A row: both verdicts, and the premises that moved, each with its own row."""
    because = [{"text": names.get(name, name), "href": rows[name]} for name in one["because"]]
    sides = {side: _verdict(one[side]) for side in _SIDES}
    return {"id": rows[one["claim"]], "statement": markup.foreign(one["statement"]), **sides, "because": because}


def _verdict(side: Mapping[str, Any] | None) -> Node | None:
    if side is None:
        return None
    return {
        "verdict": side["verdict"],
        "sign": VERDICTS[side["verdict"]],
        "margin": citation.margin(side["margin"], ""),
    }


def _title(section: str) -> str:
    return section.replace("_", " ").capitalize()


def _marked(one: Mapping[str, Any]) -> list[tuple[str, list[Node]]]:
    return [(sign, markup.foreign(words)) for sign, words in one["marked"]]


def _chart(number: int, one: Mapping[str, Any]) -> Node:
    """Both pictures, with ids of their own."""
    shown = zip(_SIDES, one["pictures"], strict=True)
    drawn = {f"{side}_svg": picture(svg, f"d{number}{side}", one[side] or "") if svg else "" for side, svg in shown}
    titles = {side: markup.foreign(one[side] or "") for side in _SIDES}
    return {"chart": one["chart"], **titles, **drawn}


def _source(one: Mapping[str, Any]) -> Node:
    url = one.get("url") or ""
    return {
        **{key: markup.foreign(one.get(key) or "") for key in ("publisher", "title")},
        "url": url if url.lower().startswith(("http://", "https://")) else "",
        "published": citation.day(one.get("published")),
    }
