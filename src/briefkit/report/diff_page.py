"""Two editions side by side, as a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from briefkit.formatting import day, plural, rounded
from briefkit.report import markup
from briefkit.report.amounts import amount, margin
from briefkit.report.blocks import VERDICT_SYMBOLS
from briefkit.report.diff import Difference
from briefkit.report.html_page import render_page
from briefkit.report.markup import Node
from briefkit.report.page_svg import picture
from briefkit.report.provenance import describe_source, slug

_SIDES = ("old", "new")


def render(difference: Difference, extra_fonts: Path | None = None) -> str:
    """Render the page of a comparison: figures, claims, words, charts, sources; no script, nothing from the network.

    Parameters
    ----------
    difference : Difference
        As `briefkit.report.diff.compare` returns it.
    extra_fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    """
    ids = {figure["figure"]: f"figure-{slug(figure['figure'])}" for figure in difference.figures}
    ids |= {claim["claim"]: f"claim-{slug(claim['claim'])}" for claim in difference.claims}
    names = {claim["claim"]: claim["statement"].rstrip(".") for claim in difference.claims}
    model = {
        **{side: _head(getattr(difference, side)) for side in _SIDES},
        "same": difference.same,
        "counts": _counts(difference),
        "figures": list(_figures(difference.figures, ids)),
        "claims": [_claim(claim, ids, names) for claim in difference.claims],
        "texts": [
            {"title": _title(section), "marked": [_marked(text) for text in texts]}
            for section, texts in groupby(difference.texts, key=lambda text: text["section"])
        ],
        "charts": [_chart(number, chart) for number, chart in enumerate(difference.charts)],
        "sources": {
            key: [describe_source(source) for source in difference.sources[key]] for key in ("added", "removed")
        },
    }
    return render_page("difference.html.j2", extra_fonts=extra_fonts, page=model)


def _counts(difference: Difference) -> str:
    """Count in a sentence what changed."""
    counts = {
        "value": len(difference.figures),
        "claim": len(difference.claims),
        "paragraph": len(difference.texts),
        "chart": len(difference.charts),
        "source": sum(map(len, difference.sources.values())),
    }
    *most, last = [plural(count, noun) for noun, count in counts.items() if count] or [""]
    return f"{', '.join(most)} and {last} changed." if most else f"{last} changed."


def _head(edition: Mapping[str, Any]) -> Node:
    return {**edition, "day": day(edition["as_of"])}


def _figures(figures: Iterable[Mapping[str, Any]], ids: Mapping[str, str]) -> Iterator[Node]:
    """Yield the rows of the figures; of several of one figure the first has the id."""
    for name, changes in groupby(figures, key=lambda figure: figure["figure"]):
        for number, figure in enumerate(changes):
            yield _figure(figure) | {"id": "" if number else ids[name]}


def _figure(figure: Mapping[str, Any]) -> Node:
    """Return a row: values with unit and period, or a dash where an edition did not read it."""
    unit, change = figure["unit"], figure["change"]
    written = "" if change is None or unit in ("year", "yes or no") else margin(rounded(change), unit)
    return {
        "figure": figure["figure"],
        **{side: _value(figure[side], unit) for side in _SIDES},
        "change": "none" if change == 0 else written,
        "why": figure["why"],
        "source": (figure["new"] or figure["old"])["source"],
    }


def _value(side: Mapping[str, Any] | None, unit: str) -> str:
    return "–" if side is None else f"{amount(side['value'], unit)} ({day(side['period'])})"


def _claim(claim: Mapping[str, Any], ids: Mapping[str, str], names: Mapping[str, str]) -> Node:
    """Return a row: both verdicts, and the premises that moved, each with the address of its own row."""
    because = [{"text": names.get(premise, premise), "href": ids[premise]} for premise in claim["because"]]
    sides = {side: _verdict(claim[side]) for side in _SIDES}
    statement = markup.text_nodes(claim["statement"])
    return {"id": ids[claim["claim"]], "statement": statement, **sides, "because": because}


def _verdict(side: Mapping[str, Any] | None) -> Node | None:
    if side is None:
        return None
    symbol = VERDICT_SYMBOLS[side["verdict"]]
    return {"verdict": side["verdict"], "symbol": symbol, "margin": margin(side["margin"], "")}


def _title(section: str) -> str:
    return section.replace("_", " ").capitalize()


def _marked(text: Mapping[str, Any]) -> list[tuple[str, list[Node]]]:
    return [(sign, markup.text_nodes(words)) for sign, words in text["marked"]]


def _chart(number: int, chart: Mapping[str, Any]) -> Node:
    """Return the titles and both pictures, with ids of their own."""
    pictures = zip(_SIDES, chart["pictures"], strict=True)
    svgs = {f"{side}_svg": picture(svg, f"d{number}{side}", chart[side] or "") if svg else "" for side, svg in pictures}
    titles = {side: markup.text_nodes(chart[side] or "") for side in _SIDES}
    return {"chart": chart["chart"], **titles, **svgs}
