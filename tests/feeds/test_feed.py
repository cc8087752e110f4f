"""What a feed may say, checked before anything is fetched."""

from __future__ import annotations

from datetime import date

import pytest
from feed_briefs import write_feed

from briefkit.errors import FeedError, UnknownName
from briefkit.feeds.addresses import requests
from briefkit.feeds.check_feeds import feed_problems, overdue
from briefkit.feeds.feed import load_feed, load_feeds
from briefkit.ledger.ledger import load_ledger
from conftest import briefkit, write_ledger

URL = "https://example.org/trade.csv"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"format": "pdf"}, r'trade\.yaml:\d+: format: found "pdf", expected csv, xlsx, sdmx, json-stat, json or html'),
        ({"hots": []}, r'hots: found "hots", expected a name known here; did you mean "hosts"'),
        ({"every": "decade"}, 'every: found "decade", expected day, week, month'),
        ({"period": {}}, "period: found neither of them, expected column, or across: true"),
        ({"period": {"column": "p", "form": "%m"}}, "period.form: .*expected a form such as"),
        (
            {"published": "yesterday"},
            "published: .*expected last-modified, first-seen, or a column, header or calendar",
        ),
        ({"published": {"calendar": ["2018-13-01"]}}, "published"),
        ({"series": {}}, "series: .*expected for each figure what selects its values"),
        ({"series": {"trade": {"scale": 0}}}, "series.trade.scale: found 0, expected a number above 0"),
        ({"series": {"trade": {"cells": "B2:B9"}}}, "cells without periods, expected both"),
        ({"series": {"trade": {"cells": "B2:B9", "periods": "A2:A8"}}}, "8 cells and 7 periods"),
        ({"series": "codes.csv"}, 'series: found "codes.csv", expected a csv file beside the feed'),
        ({"url": URL + "?from={start}"}, r"\{start\}, expected names that parameters or periods explain"),
        ({"url": "https://ann:" + "secret@example.org/a"}, "a name or password before @"),
        ({"sdmx": {"flow": "EXR"}}, "both url and sdmx"),
        ({"read": {"encoding": "latin-99"}}, "read.encoding: .*expected a text encoding"),
    ],
)
def test_what_a_feed_may_not_say_is_named_with_its_line(tmp_path, settings, message):
    """A feed is refused before anything is fetched, by file and line, with what to do."""
    path = write_feed(tmp_path, **({"url": URL} | settings))
    with pytest.raises(FeedError, match=message):
        load_feed(path)


def test_all_problems_of_all_feeds_come_at_once(tmp_path):
    """Nobody corrects ten files in ten runs."""
    write_feed(tmp_path, "a", url=URL, format="pdf")
    write_feed(tmp_path, "b", url=URL, every="decade")
    with pytest.raises(FeedError, match=r"(?s)a\.yaml.*b\.yaml"):
        load_feeds(tmp_path / "data" / "feeds")
    with pytest.raises(UnknownName, match="nosuch"):
        load_feeds(tmp_path / "data" / "feeds", ["nosuch"])


def test_series_may_stand_in_a_table_beside_the_feed(tmp_path):
    """A thousand series are a sheet, not a page of YAML."""
    path = write_feed(tmp_path, url=URL, series="codes.csv")
    table = "figure,where CODE,where AREA,expect UNIT,scale,decimals\na,1,JP,t,0.001,1\nb,02,,,,\n"
    path.with_name("codes.csv").write_text(table, "utf-8")
    first, second = load_feed(path).series
    assert (first.figure, first.where, first.expect) == ("a", (("CODE", "1"), ("AREA", "JP")), (("UNIT", "t"),))
    assert (first.scale, first.decimals, second.where, second.decimals) == ("0.001", 1, (("CODE", "02"),), None)
    path.with_name("codes.csv").write_text("figure,code\na,1\n", "utf-8")
    with pytest.raises(FeedError, match=r'codes\.csv:1: header: found "code"'):
        load_feed(path)


def test_what_the_ledger_does_not_have_is_named_by_check(fed):
    """A figure that was renamed, another unit, a source that is missing; without the network."""
    root = fed(url=URL, source="nosuch", series={"trde": {}, "trade": {"unit": "percent"}})
    problems = "\n".join(map(str, feed_problems(load_feeds(root / "data" / "feeds"), load_ledger(root / "data"))))
    assert 'source: found "nosuch"' in problems
    assert 'series.trde: found "trde", expected a figure of the ledger; did you mean "trade"' in problems
    assert 'found the unit "percent", expected "count", as in figures.csv' in problems
    done = briefkit(root, "check")
    assert done.returncode == 2 and 'found "trde"' in done.stderr
    assert briefkit(root, "update").returncode == 2


def test_two_feeds_may_not_bring_one_figure_from_one_source(fed):
    """Their rows would revise each other for ever."""
    root = fed(url=URL)
    write_feed(root, "again", url=URL)
    found = feed_problems(load_feeds(root / "data" / "feeds"), load_ledger(root / "data"))
    assert ["again brings from the same source" in str(problem) for problem in found] == [True]


def test_check_warns_of_a_feed_past_its_rhythm(fed):
    """A monthly figure of which nothing has come for two months."""
    root = fed("trade, 2026-08, 1, published 2026-09-20", url=URL, every="month")
    feeds, ledger = load_feeds(root / "data" / "feeds"), load_ledger(root / "data")
    assert [*overdue(feeds, ledger, date(2026, 10, 30))] == []
    (warning,) = overdue(feeds, ledger, date(2026, 11, 29))
    assert "last published 2026-09-20, expected something every month; briefkit update trade" in str(warning)
    assert "feeds past their rhythm" in briefkit(root, "check", "--verbose").stdout


def addresses(tmp_path, today=date(2026, 11, 29), **settings):
    """What is fetched for a feed on a day."""
    feed = load_feed(write_feed(tmp_path, **settings))
    return [request.address for request in requests(feed, tmp_path, today)]


def test_periods_of_an_address_are_those_that_have_ended(tmp_path):
    """A file for each month: the last three."""
    periods = {"every": "month", "last": 3, "form": "%Y/%m"}
    found = addresses(tmp_path, url="https://example.org/{period}.csv", periods=periods)
    assert found == [f"https://example.org/2026/{month}.csv" for month in ("08", "09", "10")]
    quarters = {"every": "quarter", "last": 2, "form": "%YQ%q"}
    found = addresses(tmp_path, url="https://example.org/{period}.csv", periods=quarters)
    assert found == ["https://example.org/2026Q2.csv", "https://example.org/2026Q3.csv"]


def test_an_sdmx_service_is_asked_by_agency_flow_and_key(tmp_path):
    """sdmx1 knows where the agencies' services are."""
    settings = {"format": "sdmx", "period": {}, "series": {"trade": {}}}
    sdmx = {"agency": "ECB", "flow": "EXR", "key": "M.USD.EUR.SP00.A", "parameters": {"startPeriod": "2018"}}
    assert addresses(tmp_path, sdmx=sdmx, **settings) == [
        "https://data-api.ecb.europa.eu/service/data/EXR/M.USD.EUR.SP00.A?startPeriod=2018"
    ]
    sdmx = {"at": "https://example.org/rest/", "flow": "EXR"}
    assert addresses(tmp_path, sdmx=sdmx, **settings) == ["https://example.org/rest/data/EXR"]


def test_files_of_a_glob_come_in_the_order_of_their_names(tmp_path):
    """And none from outside the brief's folder."""
    (tmp_path / "inbox").mkdir()
    for name in ("b.csv", "a.csv"):
        (tmp_path / "inbox" / name).touch()
    assert addresses(tmp_path, url="inbox/*.csv") == ["inbox/a.csv", "inbox/b.csv"]
    with pytest.raises(Exception, match="leaves the brief's folder"):
        addresses(tmp_path, url="../*.csv")


def test_a_brief_without_feeds_has_nothing_new(tmp_path):
    write_ledger(tmp_path / "data")
    done = briefkit(tmp_path, "update")
    assert done.returncode == 0 and "nothing new" in done.stdout
