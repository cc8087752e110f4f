"""Measures carry unit, source and formula, and refuse to mix what does not belong together."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefkit.analysis import conditions as t
from briefkit.analysis import measures as m
from briefkit.errors import UnitError
from briefkit.ledger.readings import Event, Figure


def figure(
    value: float, unit: str = "billion yen", period: str = "2017", source: str = "s", name: str = "trade"
) -> Figure:
    """A reading with all that measures look at."""
    return Figure(
        name,
        name.capitalize(),
        unit,
        period=period,
        value=value,
        published="2018-01-30",
        source=source,
        status="verified",
    )


finite = st.floats(min_value=0.01, max_value=1e9)


@given(finite, finite)
def test_share_change_and_growth_agree(part, whole):
    """Three ways to compare two values say the same."""
    new, old = figure(part), figure(whole)
    assert m.share(new, old).value == pytest.approx(m.growth(new, old).value + 100)
    assert m.change(new, old).value == pytest.approx(part - whole, rel=1e-6, abs=1e-6)
    assert m.share(new, old).unit == m.growth(new, old).unit == "percent"


def test_a_measure_shows_formula_and_readings():
    """A reader can follow the number back to both of its figures."""
    grown = m.growth(figure(110, period="2018"), figure(100))
    assert grown.formula == "(Trade, 2018 ÷ Trade, 2017 − 1) × 100"
    assert [reading["period"] for reading in grown.readings] == ["2018", "2017"]


def test_a_difference_of_percentages_is_in_percentage_points():
    """8.5% less 8.8% is not −0.3%."""
    assert m.change(figure(8.5, "percent"), figure(8.8, "percent")).unit == "percentage points"


@pytest.mark.parametrize("measure", [m.share, m.change, m.growth, m.total])
def test_units_are_never_mixed(measure):
    """Yen and dollars do not add up."""
    with pytest.raises(UnitError, match="expected one unit"):
        measure(figure(1), figure(2, "billion US dollars"))


@pytest.mark.parametrize("measure", [m.share, m.change, m.growth, m.total])
def test_sources_are_mixed_only_when_asked(measure):
    """Customs and trade press count differently; mixing them is a decision."""
    customs, press = figure(1), figure(2, source="t")
    with pytest.raises(UnitError, match="expected one source"):
        measure(customs, press)
    assert measure(customs, press, mixing=True).readings


def test_parts_and_wholes_are_of_one_period():
    """A share of this year's part in last year's whole is no share."""
    with pytest.raises(UnitError, match="expected one period"):
        m.share(figure(1), figure(2, period="2016"))


def test_what_is_not_known_settles_nothing():
    """A comparison with a missing value is neither true nor false."""
    missing = Figure("f", "F", "percent")
    assert t.at_least(missing, 1).holds is None
    assert not m.total(figure(1), figure(math.nan), mixing=True).known


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_the_sign_of_the_margin_is_the_answer(value, level, width):
    """Margin zero or more: it holds; and at `flips_at` it would just hold."""
    amount = figure(value)
    for test in (t.at_least(amount, level), t.at_most(amount, level), t.near(amount, level, within=width)):
        assert test.holds == (test.margin >= 0) or abs(test.margin) < 1e-6
        assert abs(value - test.flips_at) == pytest.approx(abs(test.margin), abs=1e-6, rel=1e-6)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [(t.at_most, True), (t.at_least, True), (t.more_than, False), (t.less_than, False)],
)
def test_a_sum_that_equals_its_threshold_for_a_reader_equals_it(condition, holds):
    """In floats 0.1 + 0.1 + 0.1 is more than 0.3: "overturned", with a margin of nothing."""
    test = condition(m.total(figure(0.1), figure(0.1), figure(0.1)), 0.3)
    assert (test.holds, test.margin) == (holds, 0)


decimals = st.decimals(-1000, 1000, places=4)


@given(decimals, decimals)
def test_computing_and_comparing_act_on_the_decimals_of_the_ledger(first, second):
    """Verdict, margin and told number come from one value."""
    new, old = figure(float(first)), figure(float(second))
    assert m.change(new, old).value == float(first - second)
    assert m.total(new, old).value == float(first + second)
    assert t.at_least(new, float(second)).margin == float(first - second)
    assert t.at_least(new, float(second)).holds == (first >= second)
    assert t.near(new, float(second), within=2).holds == (abs(first - second) <= 2)


def test_a_margin_is_never_rounded_to_nothing():
    """ "Overturned, by nothing" would belie the verdict, however small the unit; large numbers keep all digits."""
    assert t.at_least(figure(1e-12), 2e-12).margin == -1e-12
    assert t.at_least(figure(1234567890123), 1).margin == 1234567890122


def test_tests_combine_as_logic_does():
    """And, or, not, with what is unknown staying unknown unless the other side decides."""
    yes, no, unknown = t.at_least(figure(2), 1), t.at_least(figure(0), 1), t.at_least(Figure("f", "F", "count"), 1)
    assert (yes & yes).holds and not (yes & no).holds and (yes | no).holds and not (~yes).holds
    assert (yes & unknown).holds is None and (no & unknown).holds is False and (yes | unknown).holds is True


def test_months_between_counts_whole_months():
    """31 January 2014 to 8 October 2015 is twenty months."""
    start, end = (
        Event(name, date=day, title=name, published=day) for name, day in [("a", "2014-01-31"), ("b", "2015-10-08")]
    )
    assert m.months_between(start, end).value == 20


def test_the_margin_of_two_tests_is_that_of_the_one_that_decides():
    """A claim that failed by one part must not show the comfortable margin of the other."""
    far, failed = t.at_least(figure(100), 1), t.at_least(figure(0), 1)
    assert (far & failed).margin == -1 and (failed & far).margin == -1
    assert (far | failed).margin == 99
    assert (far & ~t.happened(Event("e", date="2018", title="E", published="2018"))).margin is None


def test_then_and_now_are_two_readings_of_one_figure(ledger):
    """A comparison of two days must not mix two figures, or show the newer value twice."""
    book = ledger("trade, 2017, 18.4, published 2018-03-01", "trade, 2018, 20, published 2019-03-01")
    pairs = m.then_and_now(book.as_of("2018-10-12"), book.as_of("2019-12-31").figure("trade"))
    assert [(then.value, now.value) for then, now in pairs] == [(18.4, 20)]
