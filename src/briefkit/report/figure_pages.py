"""A page for each figure that an edition uses: every observation known by its day, who says so, what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import pandas as pd

from briefkit.analysis.premises import claims_resting_on
from briefkit.formatting import day
from briefkit.hashing import Memo
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.readings import Figure, records
from briefkit.report import citation, markup
from briefkit.report.amounts import amount
from briefkit.report.blocks import VERDICT_SYMBOLS
from briefkit.report.csv_export import csv_text, data_url
from briefkit.report.html_page import printable_characters, render_page
from briefkit.report.markup import Node
from briefkit.report.model import DATA_BLOCKS, Report, readings_in
from briefkit.report.page_model import build_page_model
from briefkit.report.page_svg import picture
from briefkit.report.provenance import describe_source, explain_flags, known_sources, reading_flags, slug
from briefkit.report.sparkline import sparkline

MAIN_PAGE = "../index.html"
_COLUMNS = ("period", "value", "low", "high", "published", "source", "status", "note", "remark")
_MODELS, _PAGES = Memo(1024), Memo(1024)


def render_pages(report: Report, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Render the pages of the figures that a report uses, by id; each is named `<figure>.html`.

    Parameters
    ----------
    report : Report
        The edition, executed and read back.
    ledger : Ledger
        Of which nothing is shown that was published after the edition's day.

    Yields
    ------
    name, html : str
        File name, to stand in a folder beside the report's own page, and the page.
    """
    return layout_pages(report, list(build_models(report, ledger)))


def layout_pages(report: Report, models: list[Node]) -> Iterator[tuple[str, str]]:
    """Lay out the pages of models, as `build_models` returns them: they share their fonts."""
    characters = printable_characters(report.characters) | printable_characters(repr(models))
    page_of = partial(
        render_page,
        "figure.html.j2",
        extra_fonts=report.fonts,
        characters=characters,
        faces="BriefSans",
    )
    for model in models:
        inputs = (model, report.fonts, sorted(characters))
        yield f"{model['figure']}.html", _PAGES.get_or_make(inputs, partial(page_of, page=model))


def build_models(report: Report, ledger: Ledger) -> Iterator[Node]:
    """Build what stands on each page, as plain values."""
    as_of = str(report.edition["as_of"])
    uses, claims = _uses(report), _claims(report)
    premises = {claim["claim"]: claim["premises"] for claim in claims}
    head = {
        "title": report.edition.get("title") or "Untitled",
        "edition": str(report.edition.get("edition", "")),
        "lang": report.edition.get("language") or "en",
        "as_of": as_of,
        "as_of_text": day(as_of),
        "main_page": MAIN_PAGE,
    }
    for name, model in figure_models(ledger, as_of, uses, known_sources(report)):
        own = {"claims": _resting(name, claims, premises), "cite": _cite(report.edition, model)}
        yield head | model | uses[name] | own


def figure_models(
    ledger: Ledger, as_of: str, figures: Iterable[str], sources: Mapping[str, Node]
) -> Iterator[tuple[str, Node]]:
    """Build what stands on the page of each figure, whatever report uses it: by name, in the order of the names."""
    snapshot = ledger.as_of(as_of)
    titled = ledger.tables["figures"].set_index("figure")

    def model(name: str, own: list[Node], known: Mapping[str, Node]) -> Node:
        return _model(snapshot.figure(name), own, known, str(titled.loc[name, "sources"]).split(";"))

    for name in sorted(figures):
        own = records(snapshot.vintages(name))
        known = {row["source"]: sources.get(row["source"], {}) for row in own}
        yield name, _MODELS.get_or_make((as_of, list(titled.loc[name]), own, known), partial(model, name, own, known))


def _cite(edition: Node, model: Node) -> dict[str, str]:
    """Cite the chart and the table of a page, each in a line."""
    page = citation.address(edition.get("url"), f"figures/{model['figure']}.html")
    names = {"history": f"{model['name']}: {model['finding']}", "observations": f"{model['name']}: what was known"}
    return {place: citation.part(edition, name, f"{page}#{place}") for place, name in names.items()}


def _model(figure: Figure, rows: list[Node], known: Mapping[str, Node], order: list[str]) -> Node:
    """Build the figure's head, its observations with their vintages, its sources, its sparkline."""
    history = figure.history
    used = dict(zip(history.index, records(history), strict=True))
    observations = [_observation(row, figure.unit, _unused(row, used, known, order), known) for row in rows]
    remarked = [row | {"remark": shown["state"]} for row, shown in zip(rows, observations, strict=True)]
    keys = list(dict.fromkeys(observation["source"] for observation in observations))
    middles = history["start"] + (history["end"] - history["start"]) / 2
    flags = [reading_flags({"status": status}) for status in history["status"]]
    line = sparkline(zip(middles, history["value"], flags, strict=True), figure.unit)
    drawn = {known.get(key, {}).get("publisher") or key: key for key in reversed(history["source"].tolist())}
    return {
        "figure": figure.figure,
        "name": figure.title,
        "unit": figure.unit,
        "definition": figure.definition,
        "latest": _latest(figure),
        "observations": observations,
        "sources": [{"id": f"source-{slug(key)}"} | describe_source(known.get(key, {}), key) for key in keys],
        "flag_legend": explain_flags({flag for observation in observations for flag in observation["flags"]}),
        "svg": picture(line.svg, "history", line.alt) if line.svg else "",
        "finding": line.title,
        "csv": {
            "history": _csv([{"period": period} | row for period, row in used.items()]),
            "observations": _csv(remarked),
        },
        "drawn": [
            {"id": f"source-{slug(key)}", "children": markup.text_nodes(name)} for name, key in reversed(drawn.items())
        ],
    }


def _csv(rows: list[Node]) -> str:
    """Write observations as CSV in an address."""
    heads = [name for name in _COLUMNS if name in rows[0]] if rows else []
    return data_url(csv_text([heads, *(["" if pd.isna(row[name]) else row[name] for name in heads] for row in rows)]))


def _latest(figure: Figure) -> Node:
    """Return the latest value that is known."""
    if not figure.known:
        return {"value": "", "period": "", "flags": []}
    value = amount(figure.value, figure.unit)
    return {"value": value, "period": day(figure.period), "flags": reading_flags(figure.readings[0])}


def _unused(row: Node, used: Mapping[str, Node], known: Mapping[str, Node], order: list[str]) -> str:
    """Say why another observation of the same period stands in the brief; empty where this one does."""
    other = used[row["period"]]
    if other["source"] == row["source"]:
        return ""
    name = known.get(other["source"], {}).get("publisher") or other["source"]
    recalled, other_recalled = (not value["status"].startswith("verified") for value in (row, other))
    first, last = (order.index(key) if key in order else len(order) for key in (other["source"], row["source"]))
    if first < last:
        why = f"{name} stands before it in this figure's order of sources" + "; this value is recalled" * recalled
    elif recalled and not other_recalled:
        why = f"it is recalled, while the value of {name} was checked against its document"
    elif other["published"] > row["published"]:
        why = f"{name} published later"
    else:
        why = f"{name} stands later in the ledger"
    return f"Not used: {why}"


def _observation(row: Node, unit: str, unused: str, known: Mapping[str, Node]) -> Node:
    """Return one row of the ledger, with its place among the others of the same period."""
    value, revised = float(row["value"]), row["revised_from"] != ""
    if row["replaced"]:
        unused = f"Replaced {'on' if len(row['replaced']) == 10 else 'in'} {day(row['replaced'])}"
    ends = [float(row[end]) for end in ("low", "high") if row[end] != ""]
    return {
        "period": day(row["period"]),
        "value": amount(value, unit),
        "range": " to ".join(amount(end, unit) for end in ends),
        "published": day(row["published"]),
        "source": row["source"],
        "publisher": markup.text_nodes(known.get(row["source"], {}).get("publisher") or row["source"]),
        "id": f"source-{slug(row['source'])}",
        "flags": reading_flags(row) + (["revised"] if revised else []),
        "was": amount(float(row["revised_from"]), unit) if revised else "",
        "note": markup.text_nodes(row["note"]),
        "state": unused,
        "replaced": bool(row["replaced"]),
    }


def _uses(report: Report) -> dict[str, Node]:
    """Collect the figures that were read, by id: the places that use each, and what the edition set in its place."""
    uses: dict[str, Node] = {}
    model = build_page_model(report)
    for section, part in zip(report.sections, model["sections"], strict=True):
        data_blocks = iter(block for block in part["blocks"] if block["t"] in DATA_BLOCKS)
        for payload in section.blocks:
            block = next(data_blocks) if payload["kind"] in DATA_BLOCKS else None
            for reading in readings_in(payload):
                if reading.get("kind") == "observation":
                    use = uses.setdefault(reading["figure"], {"places": {}, "overrides": []})
                    _add_place(use["places"], part, block)
                    _add_override(use["overrides"], reading)
    for part in [model["cover"] | {"id": "summary", "title": "Summary"}, *model["sections"]]:
        _add_quotes(uses, part)
    return {name: {"uses": list(use["places"].values()), "overrides": use["overrides"]} for name, use in uses.items()}


def _add_place(places: dict[str, Node], section: Node, block: Node | None = None) -> Node:
    """Record a section, and the chart or table in it."""
    href = f"{MAIN_PAGE}#{section['id']}"
    place = places.setdefault(section["id"], {"title": section["title"], "href": href, "shown": [], "quoted": []})
    if block is not None:
        spot = {"kind": block["t"], "text": block["name"], "href": f"{MAIN_PAGE}#{block['id']}"}
        place["shown"] += [] if spot in place["shown"] else [spot]
    return place


def _add_quotes(uses: Mapping[str, Node], part: Node) -> None:
    """Record the numbers of a text that were read from a figure, each where it first stands."""
    for note in part["notes"]:
        spot = {"text": note["text"], "href": f"{MAIN_PAGE}#{note['refs'][0]}"}
        for figure in dict.fromkeys(reading["figure"] for reading in note["readings"]):
            if figure in uses:
                _add_place(uses[figure]["places"], part)["quoted"].append(spot)


def _add_override(overrides: list[Node], reading: Node) -> None:
    """Record the value that the edition set, once."""
    if not (override := reading.get("override")):
        return
    unit = reading.get("unit")
    entry = {
        "period": day(reading["period"]),
        "value": amount(reading["value"], unit),
        "instead": amount(override.get("value"), unit),
        "reason": str(override["reason"]).rstrip("."),
    }
    if entry not in overrides:
        overrides.append(entry)


def _claims(report: Report) -> list[Node]:
    """Return the claims with the figures that each was tested on."""
    settled = {block["claim"] for section in report.sections for block in section.blocks if block["kind"] == "claim"}
    return [
        {
            "claim": claim["claim"],
            "statement": markup.text_nodes(claim["statement"]),
            "verdict": claim["verdict"],
            "symbol": VERDICT_SYMBOLS[claim["verdict"]],
            "href": f"{MAIN_PAGE}#claim-{slug(claim['claim'])}" if claim["claim"] in settled else "",
            "premises": claim.get("premises") or [],
            "tested": {reading["figure"] for reading in claim.get("readings") or [] if reading.get("figure")},
        }
        for claim in report.claims
    ]


def _resting(name: str, claims: list[Node], premises: Mapping[str, list[str]]) -> list[Node]:
    """Return the claims that were tested on a figure or rest on it, nearest first, with how."""
    direct = {claim["claim"]: 1 for claim in claims if name in claim["tested"]}
    distances = dict(claims_resting_on(name, premises)) | direct
    for under in direct:
        for claim, distance in claims_resting_on(under, premises):
            distances[claim] = min(distances.get(claim, distance + 1), distance + 1)
    related = [claim for claim in claims if claim["claim"] in distances]
    nearest = sorted(related, key=lambda claim: distances[claim["claim"]])
    return [claim | {"how": _how(claim, name, distances[claim["claim"]])} for claim in nearest]


def _how(claim: Node, name: str, distance: int) -> str:
    if name in claim["tested"]:
        return "tested on it"
    return "rests on it" if distance == 1 else "rests on it through another claim"
