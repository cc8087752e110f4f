"""Tiny feeds, written into tiny briefs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml


def feed_text(**settings: Any) -> str:
    """The YAML of a feed of a CSV file with the columns period, value; what is given says otherwise."""
    whole = {"source": "s", "format": "csv", "period": {"column": "period"}, "published": "last-modified"}
    whole |= {"series": {"trade": {}}} | settings
    return yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)


def write_feed(root: Path, name: str = "trade", **settings: Any) -> Path:
    """Write a feed into a brief."""
    path = root / "data" / "feeds" / f"{name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(feed_text(**settings), encoding="utf-8")
    return path


def write_figure_feed(root: Path, name: str, figure: str, unit: str = "count", **settings: Any) -> Path:
    """Write a feed of another figure, and the figure."""
    with (root / "data" / "figures.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow([figure, figure, unit, "s", "", ""])
    return write_feed(root, name, series={figure: {}}, **settings)
