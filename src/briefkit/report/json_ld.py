"""The edition as linked data for machines: a schema.org Report with its figures, and a review of each of its claims."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from briefkit.ledger.periods import last_day
from briefkit.report import citation
from briefkit.report.markup import Node
from briefkit.report.model import Report, readings_in
from briefkit.report.provenance import known_sources, slug

PUBLISHER = "#publisher"
RATINGS = {"overturned": 1, "weakened": 2, "holds": 3}
"""Value of each verdict on the scale of the reviews; `unknown` is none."""


def block(report: Report) -> str:
    """The data as text for `<script type="application/ld+json">`: nothing in it can end the element or begin another.

    Parameters
    ----------
    report : Report
        The edition, or a part of it.
    """
    text = json.dumps(data(report), ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"})


def data(report: Report) -> dict[str, Any]:
    """What the edition says of its figures and claims, as a schema.org `Report`.

    Its parts are a `Dataset` with one `variableMeasured` per figure, as last read, and a `ClaimReview` per claim,
    dated by the as-of day, with the verdict in `reviewRating`. The same report gives the same data.

    References
    ----------
    https://schema.org/Report, https://schema.org/Dataset, https://schema.org/ClaimReview
    """
    edition, day = report.edition, str(report.edition.get("as_of", ""))
    readings = [one for section in report.sections for one in readings_in(section.blocks)]
    here = {section.section for section in report.sections}
    title = edition.get("title") or "Untitled"
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "#report",
        "name": title,
        **_given(
            alternativeHeadline=edition.get("subtitle"),
            reportNumber=str(edition.get("edition") or ""),
            datePublished=day,
            inLanguage=edition.get("language") or "en",
            license=edition.get("licence"),
            url=_address(edition.get("url")),
            author=[_person(name) for name in citation.authors(edition)],
            publisher=_publisher(edition),
        ),
        "hasPart": [
            _dataset(report, readings, title),
            *(_review(claim, edition) for claim in report.claims if claim["section"] in here),
        ],
    }


def _dataset(report: Report, readings: list[Node], title: str) -> Node:
    edition, figures, known = report.edition, list(_figures(readings)), known_sources(report)
    days = sorted(last_day(one["period"]).isoformat() for one in figures if one["period"])
    on = citation.day(str(edition.get("as_of", "")))
    return {
        "@type": "Dataset",
        "@id": "#figures",
        "name": f"Figures of “{title}”",
        "description": f"Figures used by “{title}”, edition {edition.get('edition', '')}, as known on {on}.",
        "isPartOf": {"@id": "#report"},
        **_given(
            temporalCoverage=f"{days[0]}/{days[-1]}" if days else "",
            license=edition.get("licence"),
            creator=[_person(name) for name in citation.authors(edition)] or _publisher(edition),
            distribution=[
                {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": file["href"]}
                for file in report.files
                if file.get("kind") == "json"
            ],
        ),
        "variableMeasured": [_variable(one, known.get(one.get("source") or "", {})) for one in figures],
    }


def _figures(readings: Iterable[Node]) -> Iterator[Node]:
    """The latest reading of each figure, by id; an observation before a forecast."""
    latest: dict[str, Node] = {}
    for one in readings:
        if one.get("kind") == "observation" and _rank(one) > _rank(latest.get(one["figure"])):
            latest[one["figure"]] = one
    yield from (latest[name] for name in sorted(latest))


def _rank(one: Node | None) -> tuple[bool, str, str]:
    if one is None:
        return False, "", ""
    return "forecast" not in (one.get("status") or ""), last_day(one["period"]).isoformat(), one["published"]


def _variable(one: Node, source: Node) -> Node:
    value = one.get("value")
    shown = None if value is None or math.isnan(value) else value
    by = source.get("publisher") or one.get("source")
    said = f"{one['period']}, published {one['published']}" + (f" by {by}" if by else "")
    return {
        "@type": "PropertyValue",
        "propertyID": one["figure"],
        "name": one["title"],
        **({} if shown is None else {"value": shown}),
        **_given(unitText="" if one["unit"] == "count" else one["unit"], description=said),
    }


def _review(claim: Node, edition: Node) -> Node:
    """A claim as reviewed on the as-of day; the brief itself is where it appeared."""
    name, verdict = slug(claim["claim"]), claim["verdict"]
    return {
        "@type": "ClaimReview",
        "datePublished": str(edition.get("as_of", "")),
        "claimReviewed": claim["statement"],
        **_given(author={"@id": PUBLISHER} if edition.get("publisher") else [*map(_person, citation.authors(edition))]),
        "itemReviewed": {
            "@type": "Claim",
            "@id": f"#claim-{name}",
            **_given(datePublished=claim.get("made")),
        },
        "reviewRating": {
            "@type": "Rating",
            **_given(ratingValue=RATINGS.get(verdict)),
            "bestRating": max(RATINGS.values()),  # the worst is 1 where nothing else is said
            "alternateName": verdict,
        },
    }


def _publisher(edition: Node) -> Node | None:
    name = edition.get("publisher")
    return {"@type": "Organization", "@id": PUBLISHER, "name": name} if name else None


def _person(name: str) -> Node:
    return {"@type": "Person", "name": name}


def _address(url: str | None) -> str:
    return url if url and url.lower().startswith(("http://", "https://")) else ""


def _given(**properties: Any) -> Node:
    """Those properties that say something."""
    return {name: value for name, value in properties.items() if value or value == 0}
