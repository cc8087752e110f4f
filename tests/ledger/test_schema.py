"""What a table has is said once: the data package of the brief says the same."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from briefkit.ledger.periods import is_period
from briefkit.ledger.schema import PATTERNS, SCHEMA, STATUSES, table_schema

PACKAGE = json.loads((Path(__file__).parents[2] / "data" / "datapackage.json").read_text("utf-8"))
PUBLISHED = {resource["name"]: resource["schema"] for resource in PACKAGE["resources"] if "schema" in resource}
OWN = {("figures", "section"), ("claims", "section"), ("events", "kind")}
"""Columns of which a brief may list the words, for which the package has no list."""


def differences(table: str, published: dict[str, Any]) -> list[str]:
    """Name what the schema of a data package says otherwise of a table."""
    schema = table_schema(table)
    found = [key for key in schema if key != "fields" and schema[key] != published.get(key)]
    fields = [{key: value for key, value in field.items() if value != "default"} for field in published["fields"]]
    for field in fields:
        if (table, field["name"]) in OWN:
            field["constraints"] = {key: value for key, value in field["constraints"].items() if key != "enum"}
    expected = {field["name"]: field for field in schema["fields"]}
    if [field["name"] for field in fields] != list(expected):
        found.append("order of columns")
    return found + [field["name"] for field in fields if field != expected.get(field["name"])]


def test_the_data_package_describes_the_tables_that_are_checked():
    """Who reads the package relies on what the rules hold; neither may drift from the other."""
    assert list(PUBLISHED) == list(SCHEMA)
    assert {table: differences(table, schema) for table, schema in PUBLISHED.items()} == {table: [] for table in SCHEMA}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda schema: schema["fields"][2]["constraints"].update(required=False), ["value"]),
        (lambda schema: schema["fields"].reverse(), ["order of columns"]),
        (lambda schema: schema["primaryKey"].pop(), ["primaryKey"]),
        (lambda schema: schema["fields"][3].update(type="string"), ["low"]),
    ],
)
def test_a_package_that_drifts_is_named(change, named):
    """The comparison must be able to fail."""
    schema = json.loads(json.dumps(PUBLISHED["observations"]))
    change(schema)
    assert differences("observations", schema) == named


def test_patterns_agree_with_the_rules():
    """A validator of data packages takes the same words for days and statuses as the rules do."""
    for text in ("2018", "2018-09", "2018-09-12", "2018-13", "2018-9", "18", "2018-09-12T00:00", ""):
        assert bool(re.fullmatch(PATTERNS["day"], text)) == is_period(text)
    assert re.fullmatch(PATTERNS["status"], f"verified;{';'.join(STATUSES[2:])}")
    assert not re.fullmatch(PATTERNS["status"], "forecast")
