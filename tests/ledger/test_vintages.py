"""A figure through time: a day sees what was published by then, by the preferred source."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.errors import UnknownName
from briefkit.hashing import pickled
from briefkit.ledger.ledger import load_ledger
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Figure
from conftest import write_ledger


def test_a_correction_is_unseen_before_its_day(ledger):
    """A value corrected in May still reads in April as it was first published."""
    book = ledger("trade, 2017, 18.4, published 2018-03-01", "trade, 2017, 18.9, published 2018-05-10")
    assert book.as_of("2018-04-30").figure("trade").value == 18.4
    assert book.as_of("2018-05-31").figure("trade").value == 18.9
    assert book.as_of("2018-05-31").figure("trade").revised_from == 18.4


def test_nothing_is_known_before_the_first_publication(ledger):
    """A figure without a value by the day reads as not known, not as an error or zero."""
    early = ledger("trade, 2017, 18.4, published 2018-03-01").as_of("2018-02-28").figure("trade")
    assert not early.known
    assert np.isnan(early.value)


def test_a_partial_publication_day_counts_as_its_last_day(ledger):
    """Published "2018-03" is known on the last day of March, not before."""
    book = ledger("trade, 2017, 18.4, published 2018-03")
    assert not book.as_of("2018-03-30").figure("trade").known
    assert book.as_of("2018-03-31").figure("trade").known


def test_of_two_rows_of_one_day_the_later_counts(ledger):
    """Ties go to the row that was appended later."""
    book = ledger("trade, 2017, 1, published 2018-03", "trade, 2017, 2, published 2018-03-31")
    assert book.as_of("2018-04-01").figure("trade").value == 2


def test_the_preferred_source_is_used_and_the_other_is_shown(ledger):
    """Sources that disagree stay side by side."""
    figure = {"figure": "trade", "title": "Trade", "unit": "count", "section": "s", "sources": "b;a"}
    rows = ("trade, 2017, 1, published 2018-03-01, by a", "trade, 2017, 2, published 2018-02-01, by b")
    read = ledger(*rows, figures=[figure]).as_of("2018-12-31").figure("trade")
    assert (read.value, read.source) == (2, "b")
    assert [(other["source"], other["value"]) for other in read.others] == [("a", 1)]


def test_sources_named_first_of_which_nothing_is_known_change_no_order(ledger):
    """An order may name sources before their first observation, and leave out others."""
    figure = {"figure": "trade", "title": "Trade", "unit": "count", "section": "s", "sources": "x;y;b"}
    sources = [{"source": source, "publisher": "P", "title": "T"} for source in "xyab"]
    rows = ("trade, 2017, 1, published 2018-03-01, by a", "trade, 2017, 2, published 2018-02-01, by b")
    read = ledger(*rows, figures=[figure], sources=sources).as_of("2018-12-31").figure("trade")
    assert (read.value, read.source) == (2, "b")


def test_a_history_holds_plain_texts_in_the_order_of_time(ledger):
    """However the ledger keeps them, a reader sees texts; a year ends with its last month, and began before it."""
    rows = [f"trade, {period}, 1, published 2019-01-01" for period in ("2018-12", "2018", "2017-12-31", "2018-11")]
    history = ledger(*rows).as_of("2019-01-01").figure("trade").history
    assert history.index.tolist() == ["2017-12-31", "2018-11", "2018", "2018-12"]
    columns = [history.index, *(history[name] for name in ("published", "source", "status", "note"))]
    assert [str(column.dtype) for column in columns] == ["str"] * 5


def test_a_forecast_is_the_latest_only_where_nothing_was_observed(ledger):
    """A plan for 2030 must not pass for the newest value."""
    rows = ("trade, 2017, 1, published 2018-03-01", "trade, 2030, 9, published 2018-03-01, verified;forecast")
    assert ledger(*rows).as_of("2018-12-31").figure("trade").value == 1
    assert ledger(rows[1]).as_of("2018-12-31").figure("trade").value == 9


def test_an_unknown_figure_offers_the_nearest(ledger):
    """A mistyped id is answered with what was meant."""
    snapshot = ledger("energy.lng, 2017, 1, published 2018-03-01").as_of("2018-12-31")
    with pytest.raises(UnknownName, match=r'did you mean "energy\.lng"'):
        snapshot.figure("energy.lgn")


days = st.dates(min_value=pd.Timestamp("2018-01-01").date(), max_value=pd.Timestamp("2019-12-31").date())
published = days.map(str) | days.map(lambda day: str(day)[:7]) | st.sampled_from(["2018", "2019"])
rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["2015", "2016", "2016-05", "2016-05-07"]),
        st.integers(0, 9),
        published,
        st.sampled_from("xyz"),
    ),
    max_size=25,
    unique_by=lambda row: (row[0], row[1], row[3], row[4]),
)


@settings(max_examples=40, deadline=None)
@given(rows, days)
def test_as_of_agrees_with_a_naive_reading(tmp_path_factory, drawn, day):
    """Random ledgers with corrections, ties and partial days: the last row published by the day, nothing later."""
    made = [
        {"figure": f, "period": p, "value": str(v), "published": at, "source": s, "status": "verified"}
        for f, p, v, at, s in drawn
    ]
    snapshot = load_ledger(write_ledger(tmp_path_factory.mktemp("l"), observations=made)).as_of(day)
    known: dict = {}
    for at, row in sorted(((last_day(row["published"]), row) for row in made), key=lambda pair: pair[0]):
        if at <= day:
            known[row["figure"], row["period"], row["source"]] = float(row["value"])
    seen = {}
    for figure in {row["figure"] for row in made}:
        for period in {row["period"] for row in made}:
            read = snapshot.figure(figure, period)
            if read.known:
                seen[figure, period, read.source] = read.value
                seen |= {(figure, period, other["source"]): other["value"] for other in read.others}
    assert seen == known


@settings(max_examples=40, deadline=None)
@given(rows, st.lists(days, min_size=2, max_size=4), st.sampled_from(["", "y", "z;x", "y;z;x"]))
def test_any_days_in_any_order_agree_with_pandas(tmp_path_factory, drawn, asked, order):
    """What snapshots share shows in none of them: each is sorted, grouped and the last of each group taken anew."""
    made = [
        {
            "figure": f,
            "period": p,
            "value": str(v),
            "published": at,
            "source": s,
            "status": ["recalled", "verified"][v % 2],
        }
        for f, p, v, at, s in drawn
    ]
    figures = [{"figure": f, "title": f, "unit": "count", "section": "s", "sources": order} for f in "ab"]
    sources = [{"source": source, "publisher": "P", "title": "T"} for source in "xyz"]
    book = load_ledger(write_ledger(tmp_path_factory.mktemp("l"), observations=made, figures=figures, sources=sources))
    frame = pd.DataFrame(made, columns=["figure", "period", "value", "published", "source", "status"])
    frame["end"], frame["at"] = ([last_day(text) for text in frame[name]] for name in ("period", "published"))
    frame["rank"] = frame["source"].map(lambda source: [*order.split(";"), source].index(source))
    hashes: dict = {}
    for day in [*asked, *asked]:
        seen = frame[frame["at"] <= day].sort_values("at", kind="stable")
        seen = seen.groupby(["figure", "period", "source"], as_index=False).tail(1)
        best = (
            seen[::-1]
            .sort_values(["rank", "status"], ascending=[True, False], kind="stable")
            .drop_duplicates(["figure", "period"])
        )
        snapshot = book.as_of(day)
        for figure in "ab":
            expected = best[best["figure"] == figure].sort_values(["end", "period"], ascending=[True, False])
            read = snapshot.figure(figure)
            told = list(zip(read.history.index, read.history["value"], read.history["source"], strict=True))
            assert told == list(
                zip(expected["period"], expected["value"].astype(float), expected["source"], strict=True)
            )
            assert (read.period, read.source) == ((told[-1][0], told[-1][2]) if told else ("", ""))
            known = (figure, *seen.index[seen["figure"] == figure])
            assert hashes.setdefault(snapshot.queries[-1]["sha"], known) == known
    assert len(set(hashes.values())) == len(hashes)


def test_a_figure_is_sent_with_its_history(ledger):
    """A chart that is kept is known by what it was drawn from, whether or not someone had looked at the history."""
    snapshot = ledger("trade, 2017, 18.4, published 2018-03-01").as_of("2019-01-01")
    read, looked = snapshot.figure("trade"), snapshot.figure("trade")
    assert list(looked.history["value"]) == [18.4]
    assert pickled(read) == pickled(looked)
    sent = pickle.loads(pickle.dumps(read))
    assert sent == read and list(sent.history["value"]) == [18.4]
    assert Figure("trade", "Trade", "count").history.empty


def test_every_vintage_says_what_it_revised_and_what_replaced_it(ledger):
    """Newest period first, within it by source and day; texts as written; nothing that was published later."""
    book = ledger(
        "trade, 2016, 17.90, published 2017-03-01",
        "trade, 2017, 18.4, published 2018-03-01",
        "trade, 2017, 18.40, published 2018-04-01",
        "trade, 2017, 18.9, published 2018-05-10",
        "trade, 2017, 21.5, published 2018-04-01, by a",
        "trade, 2017, 19.3, published 2019-05-10",
        "coal, 2017, 7, published 2018-03-01",
    )
    columns = ["period", "value", "source", "revised_from", "replaced"]
    assert book.as_of("2018-12-31").vintages("trade")[columns].to_numpy().tolist() == [
        ["2017", "21.5", "a", "", ""],
        ["2017", "18.4", "s", "", "2018-04-01"],
        ["2017", "18.40", "s", "", "2018-05-10"],
        ["2017", "18.9", "s", "18.40", ""],
        ["2016", "17.90", "s", "", ""],
    ]
    assert book.as_of("2016-12-31").vintages("trade").empty
    with pytest.raises(UnknownName):
        book.as_of("2018-12-31").vintages("trode")


@settings(max_examples=40, deadline=None)
@given(rows, days)
def test_vintages_agree_with_a_list_that_is_sorted_and_walked(tmp_path_factory, drawn, day):
    """Whatever the corrections, ties and partial days."""
    table = [
        {
            "figure": figure,
            "period": period,
            "value": str(value),
            "published": at,
            "source": source,
            "status": "verified",
        }
        for figure, period, value, at, source in drawn
    ]
    book = load_ledger(write_ledger(tmp_path_factory.mktemp("l"), observations=table))
    expected = []
    latest: dict = {}
    for row in sorted(
        (row for row in table if last_day(row["published"]) <= day), key=lambda row: last_day(row["published"])
    ):
        key = (row["figure"], row["period"], row["source"])
        vintage = row | {"revised_from": "", "replaced": ""}
        if key in latest:
            latest[key]["replaced"] = row["published"]
            vintage["revised_from"] = latest[key]["value"] if latest[key]["value"] != row["value"] else ""
        latest[key] = vintage
        expected.append(vintage)
    expected.sort(key=lambda row: row["source"])
    expected.sort(key=lambda row: (last_day(row["period"]), row["period"]), reverse=True)
    for figure in {row["figure"] for row in table}:
        own = [row for row in expected if row["figure"] == figure]
        assert book.as_of(day).vintages(figure)[[*table[0], "revised_from", "replaced"]].to_dict("records") == own
