"""What is worked out from facts: measures, conditions, verdicts, premises, turning points.

A notebook imports all measures and conditions from here. Read in this order: `quantity`, `measures`, `likelihood`,
`conditions`, `premises`, `verdicts`, `argument`, `turning_points`.
"""

from __future__ import annotations

from briefkit.analysis.conditions import at_least, at_most, dated, expected, happened, less_than, more_than, near, some
from briefkit.analysis.likelihood import likelihoods
from briefkit.analysis.measures import (
    at,
    change,
    count,
    days_between,
    earlier,
    earliest,
    first,
    growth,
    latest,
    months_between,
    peak,
    running,
    share,
    then_and_now,
    total,
    trough,
)

__all__ = [
    "at",
    "at_least",
    "at_most",
    "change",
    "count",
    "dated",
    "days_between",
    "earlier",
    "earliest",
    "expected",
    "first",
    "growth",
    "happened",
    "latest",
    "less_than",
    "likelihoods",
    "months_between",
    "more_than",
    "near",
    "peak",
    "running",
    "share",
    "some",
    "then_and_now",
    "total",
    "trough",
]
