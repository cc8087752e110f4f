"""Days and parts of days."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefkit.errors import LedgerError
from briefkit.ledger.periods import first_days, is_date, is_period, last_day, last_days


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2018", date(2018, 12, 31)),
        ("2020-02", date(2020, 2, 29)),
        ("2018-09-12", date(2018, 9, 12)),
        ("2018-Q3", date(2018, 9, 30)),
    ],
)
def test_a_partial_date_ends_on_its_last_day(written, last):
    """Comparisons go by the last day."""
    assert last_day(written) == last


@pytest.mark.parametrize(
    "written",
    ["", "0000", "2018-13", "2018-02-30", "18", "2018/09", "2018-9-1", "2018-09-12T00:00", "2018-Q5", "2018Q3"],
)
def test_what_is_no_day_is_refused(written):
    """Impossible dates do not pass for missing ones."""
    assert not is_period(written)
    with pytest.raises(ValueError, match="no day"):
        last_day(written)
    column = pd.Series([written], dtype="str")
    assert first_days(column).isna().all() and last_days(column).isna().all()


@given(st.dates(min_value=date(1, 1, 2).replace(year=1800), max_value=date(2200, 1, 1)), st.sampled_from([4, 7, 10]))
def test_first_and_last_day_enclose_the_day(day, length):
    """Whatever part of a date is written, the day lies within; one period and a column of them agree."""
    written = pd.Series([day.isoformat()[:length]])
    assert first_days(written)[0].date() <= day <= last_days(written)[0].date()
    assert last_days(written)[0].date() == last_day(written[0])


def test_a_quarter_is_a_period_and_no_date(ledger):
    """A value is about a quarter; nothing is published on one."""
    assert is_period("2018-Q3") and not is_date("2018-Q3") and is_date("2018-09")
    rows = ["trade, 2018-Q2, 1, published 2018-08-15", "trade, 2018-Q3, 2, published 2018-11-14"]
    book = ledger(*rows)
    assert book.as_of("2018-09-30").figure("trade").period == "2018-Q2"
    history = book.as_of("2018-11-14").figure("trade").history
    assert history.index.tolist() == ["2018-Q2", "2018-Q3"] and history["start"].dt.month.tolist() == [4, 7]
    with pytest.raises(LedgerError, match="published"):
        ledger("trade, 2018-Q2, 1, published 2018-Q3")
