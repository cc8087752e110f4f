"""A page for each figure that an edition uses: every observation known by its day, who says so, what rests on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

import pandas as pd

from briefkit.analysis.verdicts import resting
from briefkit.hashing import Memo
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.periods import last_days
from briefkit.ledger.readings import Figure, records
from briefkit.report import citation, markup
from briefkit.report.blocks import VERDICTS
from briefkit.report.csv_export import inside, sheet
from briefkit.report.html_page import letters_of, page
from briefkit.report.markup import Node
from briefkit.report.model import SHOWN, Report, readings_in
from briefkit.report.page_model import compose
from briefkit.report.page_svg import picture
from briefkit.report.provenance import FLAG_LETTERS, FLAGS, flags, known_sources, slug
from briefkit.report.sparkline import curve

HOME = "../index.html"
_COLUMNS = ("period", "value", "low", "high", "published", "source", "status", "note", "remark")
_MODELS, _PAGES = Memo(1024), Memo(1024)


def pages(report: Report, ledger: Ledger) -> Iterator[tuple[str, str]]:
    """Pages of the figures that a report uses, by id; each is named `<figure>.html`.

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
    return laid_out(report, list(models(report, ledger)))


def laid_out(report: Report, found: list[Node]) -> Iterator[tuple[str, str]]:
    """Pages of all that `models` found: they share their fonts."""
    letters = letters_of(report.signs) | letters_of(repr(found))
    page_of = partial(
        page, "figure.html.j2", beside=report.fonts, letters=letters, faces="BriefSans", signs=FLAG_LETTERS
    )
    for model in found:
        asked = (model, report.fonts, sorted(letters))
        yield f"{model['figure']}.html", _PAGES.get_or_make(asked, partial(page_of, p=model))


def models(report: Report, ledger: Ledger) -> Iterator[Node]:
    """What stands on each page, as plain values."""
    day = str(report.edition["as_of"])
    uses, claims = _uses(report), _claims(report)
    premises = {claim["claim"]: claim["premises"] for claim in claims}
    head = {
        "title": report.edition.get("title") or "Untitled",
        "edition": str(report.edition.get("edition", "")),
        "lang": report.edition.get("language") or "en",
        "as_of": day,
        "as_of_text": citation.day(day),
        "home": HOME,
    }
    for name, made in known(ledger, day, uses, known_sources(report)):
        rests = {"claims": _resting(name, claims, premises), "cite": _cited(report.edition, made)}
        yield head | made | uses[name] | rests


def known(ledger: Ledger, day: str, figures: Iterable[str], sources: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    """What stands on the page of each figure, whatever report uses it: by name, in the order of the names."""
    snapshot, rows = ledger.as_of(day), _rows(ledger, day, figures)
    named = ledger.tables["figures"].set_index("figure")

    def model(name: str, here: list[Node], about: Mapping[str, Node]) -> Node:
        return _model(snapshot.figure(name), here, about, str(named.loc[name, "sources"]).split(";"))

    for name in sorted(figures):
        here = rows.get(name, [])
        about = {row["source"]: sources.get(row["source"], {}) for row in here}
        yield name, _MODELS.get_or_make((day, list(named.loc[name]), here, about), partial(model, name, here, about))


def _cited(edition: Node, made: Node) -> dict[str, str]:
    """The chart and the table of a page, each cited in a line."""
    page = citation.address(edition.get("url"), f"figures/{made['figure']}.html")
    names = {"history": f"{made['name']}: {made['finding']}", "observations": f"{made['name']}: what was known"}
    return {place: citation.part(edition, name, f"{page}#{place}") for place, name in names.items()}


def _rows(ledger: Ledger, day: str, figures: Iterable[str]) -> dict[str, list[Node]]:
    """Observations published by a day, by figure, newest period first: what each revised, and what replaced it."""
    table = ledger.tables["observations"]
    table = table[table["figure"].isin(list(figures))]
    table = table.astype(dict.fromkeys(table.columns.drop("line"), "str"))
    table = table.assign(day=last_days(table["published"]), end=last_days(table["period"]))
    table = table[table["day"] <= pd.Timestamp(last_days(pd.Series([day], dtype="str"))[0])]
    table = table.sort_values(["day", "line"], kind="stable")
    same = table.groupby(["figure", "period", "source"], sort=False)
    table = table.assign(before=same["value"].shift(), replaced=same["published"].shift(-1).fillna(""))
    table = table.sort_values(["end", "period", "source", "day", "line"], ascending=[False, False, True, True, True])
    found: dict[str, list[Node]] = {}
    for row in records(table):
        found.setdefault(row["figure"], []).append(row)
    return found


def _model(figure: Figure, rows: list[Node], known: Mapping[str, Node], order: list[str]) -> Node:
    """The figure's head, its observations with their vintages, its sources, its curve."""
    history = figure.history
    used = dict(zip(history.index, records(history), strict=True))
    observations = [_observation(row, figure.unit, _unused(row, used, known, order), known) for row in rows]
    remarked = [row | {"remark": one["state"]} for row, one in zip(rows, observations, strict=True)]
    keys = list(dict.fromkeys(one["source"] for one in observations))
    middles = history["start"] + (history["end"] - history["start"]) / 2
    told_of = [flags({"status": status}) for status in history["status"]]
    drawn = curve(zip(middles, history["value"], told_of, strict=True), figure.unit)
    shown = {known.get(key, {}).get("publisher") or key: key for key in reversed(history["source"].tolist())}
    return {
        "figure": figure.figure,
        "name": figure.title,
        "unit": figure.unit,
        "definition": figure.definition,
        "latest": _latest(figure),
        "observations": observations,
        "sources": [_source(key, known.get(key, {})) for key in keys],
        "flags": [
            {"mark": mark, "sign": sign, "meaning": meaning}
            for mark, (sign, meaning) in FLAGS.items()
            if any(mark in one["flags"] for one in observations)
        ],
        "svg": picture(drawn.svg, "history", drawn.alt) if drawn.svg else "",
        "finding": drawn.finding,
        "csv": {
            "history": _sheet([{"period": period} | row for period, row in used.items()]),
            "observations": _sheet(remarked),
        },
        "shown": [{"id": f"source-{slug(key)}", "kids": markup.foreign(name)} for name, key in shown.items()][::-1],
    }


def _sheet(rows: list[Node]) -> str:
    """Observations as the address of a sheet."""
    heads = [name for name in _COLUMNS if name in rows[0]] if rows else []
    return inside(sheet([heads, *(["" if pd.isna(row[name]) else row[name] for name in heads] for row in rows)]))


def _latest(figure: Figure) -> Node:
    if not figure.known:
        return {"value": "", "period": "", "flags": []}
    shown = citation.amount(figure.value, figure.unit)
    return {"value": shown, "period": citation.day(figure.period), "flags": flags(figure.readings[0])}


def _unused(row: Node, used: Mapping[str, Node], known: Mapping[str, Node], order: list[str]) -> str:
    """Why another observation of the same period stands in the brief; empty where this one does."""
    other = used[row["period"]]
    if other["source"] == row["source"]:
        return ""
    name = known.get(other["source"], {}).get("publisher") or other["source"]
    recalled, checked = (not one["status"].startswith("verified") for one in (row, other))
    first, last = (order.index(key) if key in order else len(order) for key in (other["source"], row["source"]))
    if first < last:
        why = f"{name} stands before it in this figure's order of sources" + "; this value is recalled" * recalled
    elif recalled and not checked:
        why = f"it is recalled, while the value of {name} was checked against its document"
    elif other["published"] > row["published"]:
        why = f"{name} published later"
    else:
        why = f"{name} stands later in the ledger"
    return f"Not used: {why}"


def _observation(row: Node, unit: str, unused: str, known: Mapping[str, Node]) -> Node:
    """One row of the ledger, with its place among the others of the same period."""
    value, before = float(row["value"]), row["before"]
    revised = isinstance(before, str) and float(before) != value
    if row["replaced"]:
        unused = f"Replaced {'on' if len(row['replaced']) == 10 else 'in'} {citation.day(row['replaced'])}"
    ends = [float(row[end]) for end in ("low", "high") if row[end] != ""]
    return {
        "period": citation.day(row["period"]),
        "value": citation.amount(value, unit),
        "range": " to ".join(citation.amount(end, unit) for end in ends),
        "published": citation.day(row["published"]),
        "source": row["source"],
        "publisher": markup.foreign(known.get(row["source"], {}).get("publisher") or row["source"]),
        "id": f"source-{slug(row['source'])}",
        "flags": flags(row) + (["revised"] if revised else []),
        "was": citation.amount(float(before), unit) if revised else "",
        "note": markup.foreign(row["note"]),
        "state": unused,
        "replaced": bool(row["replaced"]),
    }


def _source(key: str, source: Node) -> Node:
    url = source.get("url") or ""
    return {
        "id": f"source-{slug(key)}",
        "publisher": markup.foreign(source.get("publisher") or ""),
        "title": markup.foreign(source.get("title") or key),
        "url": url if url.lower().startswith(("http://", "https://")) else "",
        "published": citation.day(source.get("published")),
    }


def _uses(report: Report) -> dict[str, Node]:
    """Every figure that was read, by id, with the places that use it and what the edition set in its place."""
    found: dict[str, Node] = {}
    composed = compose(report)
    for section, part in zip(report.sections, composed["sections"], strict=True):
        shown = iter(block for block in part["blocks"] if block["t"] in SHOWN)
        for block in section.blocks:
            place = next(shown) if block["kind"] in SHOWN else None
            for read in readings_in(block):
                if read.get("kind") == "observation":
                    entry = found.setdefault(read["figure"], {"places": {}, "overrides": []})
                    _place(entry["places"], part, place)
                    _overridden(entry["overrides"], read)
    for part in [composed["cover"] | {"id": "summary", "title": "Summary"}, *composed["sections"]]:
        _quoted(part, found)
    return {
        name: {"uses": list(entry["places"].values()), "overrides": entry["overrides"]} for name, entry in found.items()
    }


def _place(places: dict[str, Node], section: Node, block: Node | None = None) -> Node:
    """Remember a section, and the chart or table in it."""
    at = f"{HOME}#{section['id']}"
    place = places.setdefault(section["id"], {"title": section["title"], "href": at, "shown": [], "quoted": []})
    if block is not None:
        spot = {"kind": block["t"], "text": block["name"], "href": f"{HOME}#{block['id']}"}
        place["shown"] += [] if spot in place["shown"] else [spot]
    return place


def _quoted(part: Node, found: Mapping[str, Node]) -> None:
    """Remember the numbers of a text that were read from a figure, each where it first stands."""
    for note in part["notes"]:
        spot = {"text": note["text"], "href": f"{HOME}#{note['refs'][0]}"}
        for name in dict.fromkeys(read["figure"] for read in note["readings"]):
            if name in found:
                _place(found[name]["places"], part)["quoted"].append(spot)


def _overridden(overrides: list[Node], read: Node) -> None:
    if not (given := read.get("override")):
        return
    unit = read.get("unit")
    told_so = {
        "period": citation.day(read["period"]),
        "value": citation.amount(read["value"], unit),
        "instead": citation.amount(given.get("value"), unit),
        "reason": str(given["reason"]).rstrip("."),
    }
    if told_so not in overrides:
        overrides.append(told_so)


def _claims(report: Report) -> list[Node]:
    """Claims with the figures that each was tested on."""
    settled = {block["claim"] for section in report.sections for block in section.blocks if block["kind"] == "claim"}
    return [
        {
            "claim": claim["claim"],
            "statement": markup.foreign(claim["statement"]),
            "verdict": claim["verdict"],
            "sign": VERDICTS[claim["verdict"]],
            "href": f"{HOME}#claim-{slug(claim['claim'])}" if claim["claim"] in settled else "",
            "premises": claim.get("premises") or [],
            "tested": {read["figure"] for read in claim.get("readings") or [] if read.get("figure")},
        }
        for claim in report.claims
    ]


def _resting(name: str, claims: list[Node], premises: Mapping[str, list[str]]) -> list[Node]:
    """Claims that were tested on a figure or rest on it, nearest first, with how."""
    direct = {claim["claim"]: 1 for claim in claims if name in claim["tested"]}
    distances = dict(resting(name, premises)) | direct
    for under in direct:
        for claim, distance in resting(under, premises):
            distances[claim] = min(distances.get(claim, distance + 1), distance + 1)
    chosen = sorted((claim for claim in claims if claim["claim"] in distances), key=lambda c: distances[c["claim"]])
    return [claim | {"how": _how(claim, name, distances[claim["claim"]])} for claim in chosen]


def _how(claim: Node, name: str, distance: int) -> str:
    if name in claim["tested"]:
        return "tested on it"
    return "rests on it" if distance == 1 else "rests on it through another claim"
