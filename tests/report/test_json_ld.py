"""The edition as linked data: what machines read says the same as the page."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import html5lib
import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from sample import HOSTILE
from sample import report as made_up

from briefkit.report import json_ld

DAY = {"type": "string", "pattern": r"^\d{4}(-\d\d(-\d\d)?)?$"}
TEXT = {"type": "string", "minLength": 1}
WHO = {"type": "object", "required": ["@type", "name"], "properties": {"@type": {"enum": ["Person", "Organization"]}}}
PEOPLE = {"anyOf": [WHO, {"type": "array", "items": WHO, "minItems": 1}]}


def node(kind: str, required: str, **properties: dict) -> dict:
    """Schema of one thing of a type; nothing else may stand in it."""
    known = {"@type": {"const": kind}, "@id": {"type": "string", "pattern": "^#"}} | properties
    return {
        "type": "object",
        "required": ["@type", *required.split()],
        "properties": known,
        "additionalProperties": False,
    }


RATING = node(
    "Rating",
    "bestRating alternateName",
    ratingValue={"enum": [1, 2, 3]},
    bestRating={"const": 3},
    alternateName={"enum": ["holds", "weakened", "overturned", "unknown"]},
)
CLAIM = node("Claim", "@id", datePublished=DAY)
REVIEW = node(
    "ClaimReview",
    "datePublished claimReviewed itemReviewed reviewRating author",
    datePublished={"const": "2018-10-12"},
    claimReviewed=TEXT,
    itemReviewed=CLAIM,
    reviewRating=RATING,
    author={"anyOf": [PEOPLE, {"const": {"@id": "#publisher"}}]},
)
VARIABLE = node(
    "PropertyValue",
    "propertyID name",
    propertyID=TEXT,
    name=TEXT,
    value={"type": "number"},
    unitText=TEXT,
    description=TEXT,
)
DOWNLOAD = node("DataDownload", "encodingFormat contentUrl", encodingFormat=TEXT, contentUrl=TEXT)
DATASET = node(
    "Dataset",
    "name description variableMeasured isPartOf",
    name=TEXT,
    description={"type": "string", "minLength": 50},
    isPartOf={"const": {"@id": "#report"}},
    temporalCoverage={"type": "string", "pattern": r"^\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d$"},
    license=TEXT,
    creator=PEOPLE,
    distribution={"type": "array", "items": DOWNLOAD},
    variableMeasured={"type": "array", "items": VARIABLE, "minItems": 1},
)
SCHEMA = node(
    "Report",
    "@context name datePublished hasPart",
    **{"@context": {"const": "https://schema.org"}},
    name=TEXT,
    alternativeHeadline=TEXT,
    reportNumber=TEXT,
    datePublished=DAY,
    inLanguage=TEXT,
    license=TEXT,
    url=TEXT,
    author=PEOPLE,
    publisher=node("Organization", "@id name", **{"@id": {"const": "#publisher"}}, name=TEXT),
    hasPart={"type": "array", "items": {"oneOf": [DATASET, REVIEW]}},
)


report = cache(made_up)  # its pictures take time, and no test changes it


def data(**changes) -> dict:
    """The sample as linked data."""
    return json_ld.report_data(replace(report(), **changes))


def reviews(linked: dict) -> dict[str, dict]:
    """Reviews by the claim's place."""
    return {part["itemReviewed"]["@id"]: part for part in linked["hasPart"] if part["@type"] == "ClaimReview"}


def test_every_part_has_what_its_type_needs():
    """A search engine drops without a word what lacks a property."""
    linked = data(files=({"href": "edition.json", "text": "Data", "kind": "json"},))
    Draft202012Validator(SCHEMA).validate(linked)
    assert [part["@type"] for part in linked["hasPart"]] == ["Dataset"] + ["ClaimReview"] * len(report().claims)


@pytest.mark.parametrize("lacking", ["claimReviewed", "reviewRating", "itemReviewed"])
def test_the_schema_can_refuse(lacking):
    """A schema that accepts anything proves nothing."""
    linked = data()
    del linked["hasPart"][1][lacking]
    with pytest.raises(ValidationError):
        Draft202012Validator(SCHEMA).validate(linked)


def test_the_four_verdicts_are_told_apart():
    """What nobody knows has no place on the scale."""
    ratings = {entry["reviewRating"]["alternateName"]: entry["reviewRating"] for entry in reviews(data()).values()}
    values = {verdict: rating.get("ratingValue") for verdict, rating in ratings.items()}
    assert values == {"holds": 3, "weakened": 2, "overturned": 1, "unknown": None}


def test_a_figure_is_told_once_with_its_latest_observation():
    """Neither an older period nor a forecast stands for what is known."""
    (share,) = [entry for entry in data()["hasPart"][0]["variableMeasured"] if entry["propertyID"] == "trade.share"]
    assert share["description"].startswith("2017, published 2018-01-30")
    assert share["unitText"] == "percent"


def test_hostile_text_cannot_leave_the_data_block():
    """A statement that closes the element would run as a script."""
    block = json_ld.script_text(report())
    page = f'<!DOCTYPE html><title>t</title><script type="application/ld+json">{block}</script><p>end'
    assert "<" not in block
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    scripts = tree.parse(page + "</p>").findall(".//script")
    assert len(scripts) == 1
    statements = [entry["claimReviewed"] for entry in reviews(json.loads(scripts[0].text)).values()]
    assert HOSTILE in statements


def test_the_same_report_gives_the_same_bytes():
    """Pages are compared by their hashes."""
    assert json_ld.script_text(report()) == json_ld.script_text(report())


def test_a_page_of_one_section_reviews_only_its_own_claims():
    """Each claim is reviewed where it is settled."""
    whole = report()
    linked = json_ld.report_data(replace(whole, sections=whole.sections[:1]))
    own = [claim for claim in whole.claims if claim["section"] == whole.sections[0].section]
    assert len(reviews(linked)) == len(own) < len(whole.claims)
