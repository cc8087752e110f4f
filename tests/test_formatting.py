"""Numbers and days as text: one rule, and the same decimal as a verdict's."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefkit import formatting

written = st.decimals(min_value=-1_000_000_000, max_value=1_000_000_000, places=5)


@given(written, st.integers(0, 5))
def test_rounding_is_that_of_the_decimal_in_the_ledger(value, digits):
    """2.675 is half way for whoever reads the ledger, and just below it for a float: the reader is right."""
    half_up = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    assert formatting.round_half_up(float(value), digits) == half_up
    text = f"{half_up + 0:,.{digits}f}".replace("-", "−")
    assert formatting.number(float(value), digits) == text


@given(written)
def test_exact_digits_read_back_as_the_value(value):
    """What a checker sees is what the ledger has, whatever stands between the digits."""
    text = formatting.number(float(value), exact=True)
    assert Decimal(text.replace(",", "").replace("−", "-")) == value
    groups = text.removeprefix("−").partition(".")[0].split(",")
    assert all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [
        (0.5, 0, "1"), (1.5, 0, "2"), (2.5, 0, "3"), (-2.5, 0, "−3"), (8.45, 1, "8.5"), (1.005, 2, "1.01"),
        (-0.0, None, "0"), (-0.004, 2, "0.00"), (-0.04, 0, "0"), (1e15, None, "1,000,000,000,000,000"),
        (0.1 + 0.2, None, "0.3"), (1234567890123457, None, "1,234,567,890,123,457"), (100 / 7, None, "14.3"), (14.0333, None, "14"), (0.0123, None, "0.0123"),
    ],
)  # fmt: skip
def test_half_way_goes_away_from_zero_and_nothing_is_less_than_nothing(value, digits, text):
    """One written rule; 0, 2, 2 for 0.5, 1.5, 2.5 is nobody's."""
    assert formatting.number(value, digits) == text


@given(written, written, st.integers(0, 3))
def test_a_number_told_beside_a_threshold_stays_on_its_side(value, threshold, digits):
    """Where 8.46 is below 8.5, the page must not say that 8.5 is."""
    shown = Decimal(
        formatting.number(float(value), digits, against=float(threshold)).replace(",", "").replace("−", "-")
    )
    assert shown.compare(threshold) == value.compare(threshold)


@pytest.mark.parametrize(("value", "short"), [("2018-09-12", "12 Sep 2018"), ("2018-06", "Jun 2018"), ("2018", "2018")])
def test_a_short_day_has_three_letters_of_its_month(value, short):
    """Charts have no room for September."""
    assert formatting.day(value, short=True) == short


@pytest.mark.parametrize("written", ["yesterday", "2018-13", "2018-02-30", "12018", ""])
def test_what_is_no_day_stays_as_it_is_written(written):
    """A checker may type anything into a column of dates; it must not become another day."""
    assert formatting.day(written) == written
    assert formatting.day(None) == ""


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (1, "people", "1 person"), (-1, "percentage points", "−1 percentage point"), (2018, "year", "2018"),
        (0, "yes or no", "no"), (3, "count", "3"), (3, None, "3"), (None, "percent", "not known"),
        (float("nan"), "", "not known"), (1.04, "days", "1.04 days"),
    ],
)  # fmt: skip
def test_a_unit_follows_its_number(value, unit, text):
    """One person is no people."""
    assert formatting.amount(value, unit) == text


def test_a_space_can_hold_a_unit_to_its_number():
    """A line of a narrow note must not end between the two."""
    assert formatting.amount(2230, "billion yen", space="\u00a0") == "2,230\u00a0billion yen"
    assert formatting.margin(-1.0, "percent", space="\u00a0") == "−1\u00a0point"


@pytest.mark.parametrize(("place", "text"), [(1, "first"), (12, "twelfth"), (13, "13th"), (21, "21st"), (112, "112th")])
def test_an_ordinal_has_its_ending(place, text):
    """11th, 12th and 13th are no 11st, 12nd and 13rd."""
    assert formatting.ordinal(place) == text
