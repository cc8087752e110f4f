"""Real files of statistical offices, read as feeds; the figures beside them were read from the files by hand."""

from __future__ import annotations

from collections import Counter

import pytest
from feed_briefs import write_feed

from briefkit.errors import FeedError
from briefkit.feeds.comparison import compare
from briefkit.feeds.document import Document
from briefkit.feeds.feed import load_feed
from briefkit.feeds.observations import observations
from briefkit.feeds.tables import read_table
from briefkit.ledger.ledger import load_ledger
from conftest import briefkit, write_ledger

DAY = "2026-11-29T00:00:00"


def read(tmp_path, file, **settings):
    """The observations of a file, by figure and period, with value, status and day of publication."""
    feed = load_feed(write_feed(tmp_path, url=str(file.name), **settings))
    document = Document(feed.name, file.name, file.read_bytes(), {}, DAY)
    found = observations(feed, read_table(document.body, feed.format, feed.read, 10**8), document)
    assert found.unexpected == ()
    return {(row.figure, row.period): (row.value, row.status, row.published) for row in found.rows.itertuples()}


def test_ecb_monthly_rates_in_sdmx_ml(tmp_path, shared):
    """252 months of dollars per euro, of which the message says when it was prepared."""
    settings = {"format": "sdmx", "period": {}, "published": {"header": "Prepared"}}
    usd = {"where": {"key": "M.USD.EUR.SP00.A"}, "expect": {"UNIT": "USD", "UNIT_MULT": 0}}
    found = read(tmp_path, shared / "ecb-exr-monthly.sdmx.xml", series={"usd": usd}, **settings)
    assert len(found) == 252
    assert found["usd", "1999-01"] == ("1.16078", "verified", "2020-01-16")
    assert found["usd", "1999-02"][0] == "1.120765"


def test_ecb_daily_rates_in_sdmx_json(tmp_path, shared):
    """Of two currencies the rouble, by its key, in the order that the message gives to its parts."""
    settings = {"format": "sdmx", "period": {}, "published": {"header": "prepared"}}
    rub = {"where": {"key": "D.RUB.EUR.SP00.A"}}
    found = read(tmp_path, shared / "ecb-exr.sdmx.json", series={"rub": rub}, **settings)
    assert found["rub", "2013-01-18"] == ("40.3426", "verified", "2012-11-29")
    assert len(found) == 2 and found["rub", "2013-01-21"][0] == "40.3"


def test_a_structure_without_data_is_refused(tmp_path, shared):
    """Eurostat sends one to whoever asks for no data."""
    with pytest.raises(FeedError, match="StructureMessage without data"):
        read_table((shared / "estat-quarterly.sdmx.xml").read_bytes(), "sdmx", {}, 10**8)
    with pytest.raises(FeedError, match="StructureMessage without data"):
        read_table((shared / "ecb-exr-structure.sdmx.xml").read_bytes(), "sdmx", {}, 10**8)


def test_imf_outlook_in_structure_specific_sdmx(tmp_path, shared):
    """Real GDP of Slovakia, 94.669 billion in its currency."""
    gdp = {"where": {"COUNTRY": "SVK", "INDICATOR": "NGDP_R"}, "scale": 1e-9, "decimals": 3, "expect": {"UNIT": "XDC"}}
    settings = {"format": "sdmx", "period": {}, "published": {"header": "prepared"}}
    found = read(tmp_path, shared / "imf-weo.sdmx3.xml", series={"gdp": gdp}, **settings)
    assert found == {("gdp", "2018"): ("94.669", "verified", "2026-04-02")}


def test_eurostat_in_json_stat_1(tmp_path, shared):
    """GDP per inhabitant of France and Italy; what has the flag ":" is not there."""
    series = {"fr": {"where": {"geo": "FR"}}, "it": {"where": {"key": "EUR_HAB.B1GM.IT"}}}
    found = read(
        tmp_path,
        shared / "eurostat-gdp.json-stat.json",
        format="json-stat",
        period={},
        published="first-seen",
        series=series,
    )
    assert [found["fr", year][0] for year in ("1974", "1975", "2013")] == ["4500", "5300", "31300"]
    assert [found["it", year][0] for year in ("1989", "1990", "2013")] == ["", "15800", "25600"]
    assert found["fr", "1946"][0] == ""


def test_oecd_in_json_stat_2(tmp_path, shared):
    """Unemployment, with estimates marked."""
    series = {"jp": {"where": {"area": "JP"}, "decimals": 2}, "au": {"where": {"area": "AU"}}}
    settings = {"format": "json-stat", "period": {"column": "year"}, "published": {"header": "prepared"}}
    found = read(tmp_path, shared / "oecd-unemployment.json-stat.json", series=series, **settings)
    assert found["au", "2003"] == ("5.943826289", "verified", "2012-11-27")
    assert len(found) == 24 and found["au", "2014"][1] == "verified;estimate"


def test_ireland_in_json_stat_2_by_quarter(tmp_path, shared):
    """76 quarters of one sector and statistic."""
    series = {"gdp": {"where": {"Sector": "0", "Statistic": "NQQ25S1"}}}
    settings = {"format": "json-stat", "period": {}, "published": "first-seen", "series": series}
    found = read(tmp_path, shared / "cso-ireland-quarterly.json-stat.json", **settings)
    assert len(found) == 76 and ("gdp", "2015-Q4") in found


def test_yearly_rates_in_long_csv(tmp_path, shared):
    """A year is written as its first day."""
    series = {"yen": {"where": {"Country": "Japan"}}, "au": {"where": {"Country": "Australia"}}}
    settings = {"value": "Exchange rate", "period": {"column": "Date", "grain": "year"}, "series": series}
    found = read(tmp_path, shared / "exchange-rates-annual.csv", published="first-seen", **settings)
    assert [found["au", year][0] for year in ("1971", "1972", "1973", "1974")] == [
        "0.8803",
        "0.8387",
        "0.7047",
        "0.695",
    ]
    assert ("yen", "2024") in found


GDP = {
    "url": "inbox/gdp-japan-vintages.csv",
    "period": {"column": "time", "grain": "quarter"},
    "published": {"column": "pub_date"},
    "series": {"gdp": {"where": {"id": "JP"}, "scale": 1e-6, "decimals": 4, "unit": "trillion yen"}},
}


def gdp_brief(root, shared):
    """A brief whose inbox holds the vintages of Japan's GDP."""
    figure = {"figure": "gdp", "title": "Real GDP", "unit": "trillion yen", "section": "s"}
    write_ledger(
        root / "data", figures=[figure], sources=[{"source": "s", "publisher": "Cabinet Office", "title": "GDP"}]
    )
    (root / "inbox").mkdir()
    (root / "inbox" / "gdp-japan-vintages.csv").write_bytes((shared / "gdp-japan-vintages.csv").read_bytes())
    write_feed(root, "gdp", **GDP)
    return root


def test_japans_gdp_comes_with_its_whole_history_of_revisions(tmp_path, shared):
    """1,326 vintages: on each day the ledger gives what was published last by then, as a naive reading does."""
    root = gdp_brief(tmp_path, shared)
    done = briefkit(root, "update", "--yes")
    assert done.returncode == 3, done.stderr
    lines = [
        line.split(",") for line in (root / "inbox" / "gdp-japan-vintages.csv").read_text("utf-8").splitlines()[1:]
    ]
    assert len(lines) == 1326
    ledger = load_ledger(root / "data")
    for day in ("2012-04-01", "2012-12-31", "2016-12-31", "2020-06-30", "2024-12-31"):
        naive = {}
        for period, published, value, _ in sorted(lines, key=lambda line: line[1]):
            if published <= day:
                year, month, _ = period.split("-")
                naive[f"{year}-Q{(int(month) + 2) // 3}"] = round(float(value) / 1e6, 4)
        history = ledger.as_of(day).figure("gdp").history["value"]
        assert dict(history) == pytest.approx(naive)
    assert ledger.as_of("2012-04-01").figure("gdp", "2012-Q1").value == 129.3182
    assert ledger.as_of("2012-07-01").figure("gdp", "2012-Q1").value == 129.7034
    assert briefkit(root, "update").returncode == 0
    assert briefkit(root, "update", "--replay").returncode == 0


def test_vintages_come_in_whatever_their_order(tmp_path, shared):
    """A file sorted in another way says the same."""
    root = gdp_brief(tmp_path, shared)
    feed = load_feed(root / "data" / "feeds" / "gdp.yaml")
    body = (shared / "gdp-japan-vintages.csv").read_bytes()
    head, *lines = body.splitlines()
    counts = Counter()
    for order in (lines, lines[::-1], sorted(lines, key=lambda line: line[11:])):
        document = Document("gdp", "x", b"\n".join([head, *order]), {}, DAY)
        found = observations(feed, read_table(document.body, "csv", {}, 10**8), document)
        rows = compare(feed, found, load_ledger(root / "data").tables["observations"]).rows
        counts[tuple(sorted((row["period"], row["published"], row["value"]) for row in rows))] += 1
    assert len(counts) == 1
