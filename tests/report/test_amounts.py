"""Numbers as pages write them."""

from __future__ import annotations

import pytest

from briefkit.report.amounts import amount, margin


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (8.7, "percent", "8.7%"),
        (2230, "billion yen", "2,230\u00a0billion yen"),
        (1, "yes or no", "yes"),
        (2018, "year", "2018"),
        (-4, "count", "\u22124"),
        (float("nan"), "percent", "not known"),
        (24000000, "people", "24,000,000\u00a0people"),
    ],
)
def test_amounts_read_like_english(value, unit, shown):
    assert amount(value, unit) == shown


def test_a_margin_in_percent_is_told_in_points():
    """5.9% short of 15% would be 14.1%."""
    assert margin(-5.9, "percent") == "\u22125.9\u00a0points"
