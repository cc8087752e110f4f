"""The edition as linked data for machines: a schema.org Report with its figures, and a review of each of its claims."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from typing import Any

from briefkit.formatting import day
from briefkit.ledger.periods import last_day
from briefkit.report import citation
from briefkit.report.markup import Node
from briefkit.report.model import Report, readings_in
from briefkit.report.provenance import known_sources, slug

PUBLISHER = "#publisher"
RATINGS = {"overturned": 1, "weakened": 2, "holds": 3}
"""Value of each verdict on the scale of the reviews; `unknown` has none."""


def script_text(report: Report) -> str:
    """Write `report_data` as text for `<script type="application/ld+json">`, which nothing in it can end.

    Parameters
    ----------
    report : Report
        The edition, or a part of it.
    """
    text = json.dumps(report_data(report), ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


def report_data(report: Report) -> dict[str, Any]:
    """Describe the figures and claims of an edition as a schema.org `Report`.

    Its parts are a `Dataset` with one `variableMeasured` per figure, as last read, and a `ClaimReview` per claim,
    dated by the as-of day, with the verdict in `reviewRating`. The same report gives the same data.

    References
    ----------
    https://schema.org/Report, https://schema.org/Dataset, https://schema.org/ClaimReview
    """
    edition = report.edition
    readings = [reading for section in report.sections for reading in readings_in(section.blocks)]
    sections = {section.section for section in report.sections}
    title = edition.get("title") or "Untitled"
    return {
        "@context": "https://schema.org",
        "@type": "Report",
        "@id": "#report",
        "name": title,
        **_non_empty(
            alternativeHeadline=edition.get("subtitle"),
            reportNumber=str(edition.get("edition") or ""),
            datePublished=str(edition.get("as_of", "")),
            inLanguage=edition.get("language") or "en",
            license=edition.get("licence"),
            url=_address(edition.get("url")),
            author=[_person(name) for name in citation.authors(edition)],
            publisher=_publisher(edition),
        ),
        "hasPart": [
            _dataset(report, readings, title),
            *(_review(claim, edition) for claim in report.claims if claim["section"] in sections),
        ],
    }


def _dataset(report: Report, readings: list[Node], title: str) -> Node:
    edition, figures, known = report.edition, list(_figures(readings)), known_sources(report)
    days = sorted(last_day(reading["period"]).isoformat() for reading in figures if reading["period"])
    as_of = day(str(edition.get("as_of", "")))
    return {
        "@type": "Dataset",
        "@id": "#figures",
        "name": f"Figures of “{title}”",
        "description": f"Figures used by “{title}”, edition {edition.get('edition', '')}, as known on {as_of}.",
        "isPartOf": {"@id": "#report"},
        **_non_empty(
            temporalCoverage=f"{days[0]}/{days[-1]}" if days else "",
            license=edition.get("licence"),
            creator=[_person(name) for name in citation.authors(edition)] or _publisher(edition),
            distribution=[
                {"@type": "DataDownload", "encodingFormat": "application/json", "contentUrl": file["href"]}
                for file in report.files
                if file.get("kind") == "json"
            ],
        ),
        "variableMeasured": [_variable(reading, known.get(reading.get("source") or "", {})) for reading in figures],
    }


def _figures(readings: Iterable[Node]) -> Iterator[Node]:
    """Yield the latest reading of each figure, by id; an observation before a forecast."""
    latest: dict[str, Node] = {}
    for reading in readings:
        if reading.get("kind") == "observation" and _recency(reading) > _recency(latest.get(reading["figure"])):
            latest[reading["figure"]] = reading
    yield from (latest[name] for name in sorted(latest))


def _recency(reading: Node | None) -> tuple[bool, str, str]:
    if reading is None:
        return False, "", ""
    observed = "forecast" not in (reading.get("status") or "")
    return observed, last_day(reading["period"]).isoformat(), reading["published"]


def _variable(reading: Node, source: Node) -> Node:
    value, unit = reading.get("value"), reading["unit"]
    publisher = source.get("publisher") or reading.get("source")
    description = f"{reading['period']}, published {reading['published']}" + (f" by {publisher}" if publisher else "")
    return {
        "@type": "PropertyValue",
        "propertyID": reading["figure"],
        "name": reading["title"],
        **({} if value is None or math.isnan(value) else {"value": value}),
        **_non_empty(unitText="" if unit == "count" else unit, description=description),
    }


def _review(claim: Node, edition: Node) -> Node:
    """Describe a claim as reviewed on the as-of day; the brief itself is where it appeared."""
    authors = [_person(author) for author in citation.authors(edition)]
    name, verdict = slug(claim["claim"]), claim["verdict"]
    return {
        "@type": "ClaimReview",
        "datePublished": str(edition.get("as_of", "")),
        "claimReviewed": claim["statement"],
        **_non_empty(author={"@id": PUBLISHER} if edition.get("publisher") else authors),
        "itemReviewed": {
            "@type": "Claim",
            "@id": f"#claim-{name}",
            **_non_empty(datePublished=claim.get("made")),
        },
        "reviewRating": {
            "@type": "Rating",
            **_non_empty(ratingValue=RATINGS.get(verdict)),
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


def _non_empty(**properties: Any) -> Node:
    """Drop properties without a value."""
    return {name: value for name, value in properties.items() if value or value == 0}
