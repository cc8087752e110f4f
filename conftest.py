"""Give the examples in docstrings a tiny ledger: three figures, an event, and a claim."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

TABLES = {
    "figures": [
        ("figure", "title", "unit", "section", "definition", "sources"),
        ("energy.share", "Share of LNG", "percent", "economy", "", ""),
        ("trade.imports", "Imports", "billion yen", "economy", "", ""),
        ("trade.total", "Trade", "billion yen", "economy", "", ""),
    ],
    "observations": [
        ("figure", "period", "value", "low", "high", "published", "source", "status", "note"),
        ("energy.share", "2017", "8.5", "", "", "2018-03-29", "customs", "verified", ""),
        ("trade.imports", "2016", "1.5", "", "", "2017-03-29", "customs", "verified", ""),
        ("trade.imports", "2017", "1.2", "", "", "2018-03-29", "customs", "verified", ""),
        ("trade.total", "2017", "2", "", "", "2018-03-29", "customs", "verified", ""),
    ],
    "events": [
        ("event", "date", "kind", "title", "actors", "place", "published", "source", "status"),
        ("summit", "2018-09-12", "meeting", "A summit", "", "", "2018-09-12", "customs", "verified"),
    ],
    "relations": [
        ("subject", "relation", "object", "value", "unit", "start", "end", "published", "source", "status", "note")
    ],
    "claims": [
        ("claim", "section", "kind", "statement", "premises", "made", "review_by", "brief_value"),
        ("share_reaches_15", "economy", "figure", "LNG reaches 15%.", "energy.share", "2018-10-12", "", "15"),
    ],
    "verdicts": [("claim", "verdict", "published", "why", "evidence")],
    "sources": [("source", "publisher", "title", "url", "published"), ("customs", "Customs", "Statistics", "", "")],
}


@pytest.fixture(scope="session", autouse=True)
def example_ledger(
    request: pytest.FixtureRequest, doctest_namespace: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Put `ledger` into the namespace of docstrings, where there are any among the tests."""
    if any(isinstance(item, pytest.DoctestItem) for item in request.session.items):
        from briefkit.ledger.ledger import load_ledger

        doctest_namespace["ledger"] = load_ledger(_write(tmp_path_factory.mktemp("example")))


def _write(folder: Path) -> Path:
    for name, rows in TABLES.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return folder
