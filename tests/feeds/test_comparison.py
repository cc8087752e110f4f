"""What feeds bring beside what the ledger knows: vintages in any order, and what nobody expects."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.feeds.comparison import compare
from briefkit.feeds.document import Document
from briefkit.feeds.feed import Feed
from briefkit.feeds.observations import observations
from briefkit.feeds.series import Series
from briefkit.feeds.tables import read_table
from briefkit.ledger.ledger import append_rows, load_ledger
from conftest import write_ledger

SETTINGS = {"source": "s", "format": "csv", "period": {"column": "period"}, "published": {"column": "published"}}


def feed(path, **more):
    """A feed of the figure `trade`."""
    return Feed("f", path, SETTINGS | more, (Series("trade"),))


def found(feed, text, day="2026-11-29"):
    """What a CSV text says."""
    document = Document("f", "x", text.encode(), {}, f"{day}T00:00:00")
    return observations(feed, read_table(document.body, "csv", feed.read, 10**6), document)


def text_of(vintages, columns="period,published,value"):
    """Vintages as a CSV text."""
    return "\n".join([columns, *(",".join(map(str, vintage)) for vintage in vintages)])


PERIODS, DAYS = ["2017", "2018", "2019"], [f"2020-{month:02}-{day:02}" for month in (1, 2, 5) for day in (3, 17)]
VINTAGES = st.dictionaries(
    st.tuples(st.sampled_from(PERIODS), st.sampled_from(DAYS)), st.integers(0, 3), min_size=1, max_size=14
)


@settings(max_examples=25, deadline=None)
@given(VINTAGES, st.randoms(use_true_random=False), st.integers(1, 3))
def test_the_ledger_as_of_any_day_reads_as_a_naive_reading_of_the_vintages(tmp_path_factory, vintages, random, parts):
    """Whatever order and however many files they come in: of each period what was published last by the day."""
    root = tmp_path_factory.mktemp("ledger")
    figure = {"figure": "trade", "title": "T", "unit": "count", "section": "s"}
    write_ledger(root, figures=[figure], sources=[{"source": "s", "publisher": "P", "title": "T"}])
    rows = [(period, day, value) for (period, day), value in vintages.items()]
    random.shuffle(rows)
    for part in range(1, parts + 1):  # each file holds all that the one before did, as files of vintages do
        text = text_of(rows[: len(rows) * part // parts] or rows)
        read = found(feed(root), text)
        append_rows(root, "observations", lambda ledger, read=read: _rows(root, read, ledger))
    assert _rows(root, read, load_ledger(root)) == []
    for day in [*DAYS, "2021-01-01"]:
        known = {period: value for period, day_of, value in sorted(rows, key=lambda row: row[1]) if day_of <= day}
        assert dict(load_ledger(root).as_of(day).figure("trade").history["value"]) == known


def _rows(root, read, ledger):
    return compare(feed(root), read, ledger.tables["observations"]).rows


def table(*rows):
    """Observations of the ledger."""
    columns = ["figure", "period", "value", "low", "high", "published", "source", "status", "note"]
    cells = [["trade", period, value, "", "", published, "s", "verified", ""] for period, value, published in rows]
    return pd.DataFrame(cells, columns=columns, dtype="str").assign(line=range(2, len(rows) + 2))


DATED = {"published": "first-seen"}


def kinds(comparison):
    return [(problem.kind, problem.period) for problem in comparison.unexpected]


def test_a_value_is_dated_by_the_day_it_was_seen_where_nobody_says_more(tmp_path):
    """And its note says that this is all that is known."""
    own = feed(tmp_path, **DATED)
    (row,) = compare(own, found(own, "period,value\n2017,1\n"), table()).rows
    assert row["published"] == "2026-11-29" and row["note"].endswith(", first seen then")


def test_a_value_that_differs_on_the_day_of_the_last_one_is_kept_back(tmp_path):
    """The ledger has one value of a source for each day."""
    own = feed(tmp_path, **DATED)
    known = table(("2017", "1", "2026-11-29"))
    assert kinds(compare(own, found(own, "period,value\n2017,2\n"), known)) == [("same day", "2017")]
    assert [row["value"] for row in compare(own, found(own, "period,value\n2017,2\n", "2026-11-30"), known).rows] == [
        "2"
    ]


def test_an_older_date_than_the_ledgers_becomes_the_day_it_was_seen(tmp_path):
    """A server's Last-Modified may be older than a value that somebody typed since."""
    own = feed(tmp_path, published={"calendar": ["2018-01-30"]})
    (row,) = compare(own, found(own, "period,value\n2017,2\n"), table(("2017", "1", "2018-05-01"))).rows
    assert row["published"] == "2026-11-29"


def test_another_rhythm_is_unexpected(tmp_path):
    """Months for years mean that somebody else's table was read."""
    own = feed(tmp_path, **DATED)
    assert kinds(compare(own, found(own, "period,value\n2018-03,1\n"), table(("2017", "1", "2018-01-30")))) == [
        ("frequency", "2018-03")
    ]


def test_a_series_that_vanished_is_unexpected(tmp_path):
    """Unless some of the documents are missing anyway."""
    own = feed(tmp_path, **DATED)
    empty = found(own, "period,value\n")
    assert kinds(compare(own, empty, table())) == [("vanished", "")]
    assert kinds(compare(own, empty, table(), partly=True)) == []


def test_two_values_of_one_period_are_ambiguous(tmp_path):
    """The selection is too wide: it would be chance which of them counts."""
    own = feed(tmp_path, **DATED)
    read = found(own, "period,value\n2017,1\n2017,2\n")
    assert [problem.kind for problem in read.unexpected] == ["ambiguous"] and read.rows.empty
    assert not found(own, "period,value\n2017,1\n2017,1\n").unexpected


@pytest.mark.parametrize(("value", "is_jump"), [("130", False), ("210", True), ("0.1", True), ("98", False)])
def test_a_jump_is_a_change_beyond_what_the_series_ever_did(tmp_path, value, is_jump):
    """By more than twice its largest change so far, in its unit and in proportion."""
    own = feed(tmp_path, **DATED)
    known = table(*[(str(2000 + at), str(100 + 20 * (at % 2)), f"{2001 + at}-03-01") for at in range(12)])
    comparison = compare(own, found(own, f"period,value\n2011,120\n2012,{value}\n"), known)
    assert kinds(comparison) == ([("jump", "2012")] if is_jump else [])
    assert len(compare(own, found(own, f"period,value\n2012,{value}\n"), known, ["trade"]).rows) == 1


def test_what_a_source_takes_back_is_withdrawn(tmp_path):
    """A period that is empty now, or missing among those that are there; not what is older than the document."""
    own = feed(tmp_path, **DATED)
    known = table(*[(str(year), "1", f"{year + 1}-03-01") for year in range(2010, 2019)])
    comparison = compare(own, found(own, "period,value\n2015,1\n2016,:\n2018,1\n"), known)
    assert comparison.withdrawn["period"].tolist() == ["2016", "2017"] and comparison.rows == []


def test_a_provisional_value_that_is_confirmed_is_revised(tmp_path):
    """The same number says more without its flag."""
    own = feed(tmp_path, **DATED)
    known = table(("2017", "1", "2018-01-30")).assign(status="verified;provisional")
    (row,) = compare(own, found(own, "period,value\n2017,1\n"), known).rows
    assert row["status"] == "verified"
    assert compare(own, found(own, "period,value\n2017,1p\n"), known).rows == []


def test_a_value_of_a_period_that_has_not_ended_is_a_forecast(tmp_path):
    """As the ledger asks of all that is published before its time."""
    own = feed(tmp_path, **DATED)
    (row,) = compare(own, found(own, "period,value\n2030,1\n"), table()).rows
    assert row["status"] == "verified;forecast"
