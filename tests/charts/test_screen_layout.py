"""What a chart says of itself for small screens: its content as a list, its legend, and where it opens."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pandas as pd
import pytest
from test_frame import CAPTIONS, MEETINGS, drawn, figure

from briefkit.charts import frame
from briefkit.charts.screen_layout import list_entries


def entries(kind: str, columns: str, *rows: list[Any], unit: str = "") -> list[tuple[Any, ...]]:
    """Head and lines of each entry of a chart with these data."""
    records = [dict(zip(columns.split(), row, strict=True)) for row in rows]
    listed = list_entries(import_module(f"briefkit.charts.kinds.{kind}"), records, unit)
    return [(entry["head"], *entry["lines"], *entry["counts"]) for entry in listed]


def test_a_timeline_is_listed_as_dates_and_words():
    """On a phone a sentence cut at the screen's edge is no sentence."""
    listed = entries("timeline", "event date title", ["e1", "2016-12-15", "A visit"], ["e2", "2018", "A plan"])
    assert listed == [("15 December 2016", "A visit"), ("2018", "A plan")]


def test_a_scoreboard_is_listed_with_all_its_verdicts():
    """A screen that shows the first column alone shows only what holds."""
    assert entries("scoreboard", "section holds overturned", ["Ports", 3.0, 4.0]) == [
        ("Ports", ("holds", 3), ("overturned", 4))
    ]


def test_bars_are_listed_as_names_and_amounts():
    rows = ["f", "Ports", 12.0, "recalled"], ["g", "Roads", 3.5, "verified"]
    assert entries("bars", "figure label value status", *rows, unit="million tonnes") == [
        ("Ports", "12\u00a0million tonnes (recalled)"),
        ("Roads", "3.5\u00a0million tonnes"),
    ]


def test_spans_are_listed_with_their_number_and_their_ends():
    rows = ["Summits", 3, "2013-04-29", "2016-12"], ["Visits", 1, "2018", "2018"]
    assert [lines for _, *lines in entries("spans", "format meetings first last", *rows)] == [
        ["3 meetings, 29 April 2013 to December 2016"],
        ["1 meeting, 2018"],
    ]


def test_tenures_are_listed_by_what_is_held():
    """An open end is not named; nor is a share that nobody knows."""
    rows = ["A", "owns", "Mine", 12.5, "percent", "1999", ""], ["B", "owns", "Mine", None, "", "", "2022-10"]
    listed = entries("tenures", "subject relation object value unit start end", *rows)
    assert listed == [("Mine", "A 12.5% from 1999", "B to October 2022")]


def test_then_and_now_are_listed_with_the_days_that_they_are_about():
    """What has not moved is written once."""
    columns = "figure label unit period_then then source_then period_now now source_now"
    rows = (
        ["f", "Share", "percent", "2017", 8.5, "s", "2024", 9.0, "s"],
        ["g", "Trade", "billion yen", "2017", 7.0, "s", "2017", 7.0, "s"],
        ["h", "Ports", "count", "", None, "", "2024", 3.0, "s"],
    )
    assert [lines for _, *lines in entries("compare", columns, *rows)] == [
        ["8.5% (2017) → 9% (2024)"],
        ["7\u00a0billion yen (2017)"],
        ["3 (2024)"],
    ]


def test_other_charts_stay_pictures():
    assert entries("lines", "period", ["2017"]) == []


@pytest.mark.parametrize(
    ("kind", "place"),
    [("lines", 47), ("columns", 100), ("steps", 100), ("tenures", 100), ("places", 50), ("bars", None)],
)
def test_a_small_screen_opens_a_chart_where_its_kind_says(kind, place):
    """A scenario alone says nothing of what has been; the newest end is right only where it was observed."""
    payload, _ = drawn(kind, 0)
    opens_at = payload["layout"]["opens_at"]
    assert (opens_at if opens_at is None else round(opens_at)) == place


def test_a_chart_whose_years_go_on_opens_at_its_last_observation():
    """In the middle of the years, where they are as many after it as before."""
    rising = figure("f", "Trade", "2014 3, 2016 4")
    for until, place in ((2017, 100), (2018, 46)):
        payload, _ = frame.draw_chart("lines", [rising], **CAPTIONS, until=until)
        assert round(payload["layout"]["opens_at"]) == pytest.approx(place, abs=8)


def test_counts_by_year_open_where_most_events_are():
    """The years without any that follow say only that there were none."""
    early = pd.concat([MEETINGS.head(1), MEETINGS.tail(4)])
    places = []
    for until in (2018, 2030):
        payload, _ = frame.draw_chart("counts", [early], **CAPTIONS, until=until)
        places.append(payload["layout"]["opens_at"])
    assert 60 < places[0] < 90 and 30 < places[1] < 60
    payload, _ = frame.draw_chart("counts", [MEETINGS.tail(1)], **CAPTIONS)
    assert payload["layout"]["opens_at"] == 100


def test_the_legend_of_a_chart_is_in_its_layout():
    """A small screen moves it out of sight with the end at which it stands."""
    payload, svg = drawn("lines", 0)
    words = [entry["words"] for entry in payload["layout"]["legend"]]
    assert words == [
        "recalled, no document seen",
        "part of a year",
        "forecast or plan",
        "range given by the source",
    ]
    assert svg.count('<g class="key">') == len(words)
    assert all(entry["swatch"].startswith("<svg viewBox=") for entry in payload["layout"]["legend"])
    assert "<text" not in "".join(entry["swatch"] for entry in payload["layout"]["legend"])
    assert drawn("scoreboard", 0)[0]["layout"]["legend"] == []


def test_the_value_axis_is_measured():
    """A phone keeps it in view; an axis of words, or none, is no value axis."""
    widths = {kind: drawn(kind, 0)[0]["layout"]["axis"] for kind in ("lines", "tenures", "network")}
    assert 10 < widths["lines"] < 40 and widths["tenures"] > 60 and widths["network"] == 0
