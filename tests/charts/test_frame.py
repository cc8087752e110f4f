"""Every kind of chart: drawn with data as the notebooks have them, and read as a reader with a ruler would."""

from __future__ import annotations

import logging
import re
import warnings
from functools import cache
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.path import Path
from matplotlib.text import Text

from briefkit.analysis.quantity import Quantity
from briefkit.charts import axes, canvas, layered_graph, series, text_layout, theme
from briefkit.charts import frame as charts
from briefkit.charts.layout_check import layout_problems
from briefkit.charts.theme import LAND
from briefkit.errors import ExportError, UnknownName
from briefkit.ledger.periods import first_days, last_days
from briefkit.ledger.readings import Event, Figure

CAPTIONS = {"chart": "sample", "title": "A finding", "alt": "What a reader would see"}


# -- small data -----------------------------------------------------------------------------------


def figure(name: str, title: str, rows: str, unit: str = "percent") -> Figure:
    """`"2016 5.1, 2017 5.8 recalled, 2020 7 forecast 6 8"` as the figure at its last observation."""
    cells = [row.split() for row in rows.split(",")]
    frame = pd.DataFrame({"period": [cell[0] for cell in cells], "value": [float(cell[1]) for cell in cells]})
    marks = [
        {"recalled": "recalled", "forecast": "verified;forecast"}.get([*cell, ""][2], "verified") for cell in cells
    ]
    ranges = [(float(cell[3]), float(cell[4])) if len(cell) > 4 else (np.nan, np.nan) for cell in cells]
    frame = frame.assign(low=[low for low, _ in ranges], high=[high for _, high in ranges], published="2018-01-31")
    frame = frame.assign(source="office", status=marks, note="", revised_from=np.nan)
    frame = frame.assign(start=first_days(frame["period"]), end=last_days(frame["period"])).set_index("period")
    seen = frame[~frame["status"].str.contains("forecast")]
    last = (seen if len(seen) else frame).iloc[-1]
    known = {"period": str(last.name), "value": float(last["value"]), "published": "2018-01-31", "source": "office"}
    return Figure(name, title, unit, status=str(last["status"]), history=frame, **known)


def unknown(name: str) -> Figure:
    """A figure of which nothing was published by the day."""
    empty = figure(name, name, "2017 1").history.head(0)
    return Figure(name, f"Nothing of {name}", "percent", history=empty)


def events(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """(date, place, title) as the snapshot gives events."""
    frame = pd.DataFrame(rows, columns=["date", "place", "title"]).astype("str")
    frame = frame.assign(
        event=[f"e{at}" for at in range(len(rows))], kind="summit", actors="", source="office", status="verified"
    )
    return frame.assign(published=frame["date"], day=last_days(frame["date"]))


def relations(*rows: str) -> pd.DataFrame:
    """`"Bank lends_to Plant 40 2015 [2018]"` as the snapshot gives relations; underscores in names are spaces."""
    cells = [row.split() for row in rows]
    kept = [
        (cell[0].replace("_", " "), cell[1], cell[2].replace("_", " "), float(cell[3]), cell[4], [*cell, ""][5])
        for cell in cells
    ]
    frame = pd.DataFrame(kept, columns=["subject", "relation", "object", "value", "start", "end"])
    frame = frame.assign(unit="percent", published="2018-01-01", source="office", status="verified", note="")
    return frame.assign(active=frame["end"] == "")


def claims() -> list[dict[str, Any]]:
    """A dozen claims in three layers with every verdict."""
    verdicts = ["holds", "weakened", "overturned", "unknown"]
    words = "The northern port's share of all trade will reach the band expected in the plan"
    made = [
        {
            "claim": f"c{at}",
            "section": ["ports", "trade and money"][at % 2],
            "statement": f"{words}, part {at}.",
            "verdict": verdicts[at % 4],
        }
        for at in range(12)
    ]
    rests = {8: [0, 1, 2], 9: [3, 4, 5, 6], 10: [8, 9], 11: [10, 7, 1]}
    return [
        one | {"premises": [f"c{low}" for low in rests.get(at, [])] + ["trade.share"]} for at, one in enumerate(made)
    ]


def square(lon: float, lat: float, side: float, **properties: Any) -> dict[str, Any]:
    """A GeoJSON square, its lower left corner given."""
    ring = [[lon, lat], [lon + side, lat], [lon + side, lat + side], [lon, lat + side], [lon, lat]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def islands() -> dict[str, Any]:
    """Land, two islands in question, a smaller one, and a dot."""
    dot = {"type": "Feature", "properties": {"kind": "island", "name": "Skerry", "group": "Skerries", "disputed": True}}
    features = [
        square(10.0, 59.0, 2.0, kind="land"),
        square(13.0, 60.0, 0.6, kind="island", name="Norra", name_ru="Норра", disputed=True),
        square(13.2, 59.2, 0.3, kind="island", name="Södra", name_ru="Сёдра", disputed=True),
        square(14.6, 60.6, 0.1, kind="island", name="Öland", disputed=False),
        dot | {"geometry": {"type": "Point", "coordinates": [12.7, 59.1]}},
    ]
    return {"type": "FeatureCollection", "bbox": [10.0, 59.0, 15.0, 61.0], "features": features}


GAS = figure(
    "share.gas",
    "Share of gas that came by sea",
    "2010 8 recalled, 2011 9.0, 2012 9.5, 2014 9.6, 2015 8.9, 2016 8.8, 2017 8.5",
)
OIL = figure(
    "share.oil",
    "Share of crude oil that came by sea",
    "2010 7.1, 2011 4.1, 2012 5, 2013 6.9, 2014 8.2, 2015 8.5, 2016 6.1, 2017 5.8, 2018-08 4.6, 2020 7 forecast 6 8",
)
COAL = figure("share.coal", "Share of coal that came by sea", "2010 8, 2012 8.1, 2017 8.4")
TOTALS = [
    figure(
        "list.a", "People on the list of Norland", "2014-03-17 21 recalled, 2015-05-29 151, 2018-09-13 155", "people"
    ),
    figure("list.b", "People on the list of Westland", "2014-04-29 23, 2014-12-09 49", "people"),
    figure("list.c", "People on the list of Eastland", "2014-08-05 40, 2014-12-09 52", "people"),
]
EXPELLED = [
    figure(f"x.{n}", f"Diplomats expelled by {n}", f"2018-03 {v}", "people")
    for n, v in zip("ABCDEFG", [60, 23, 13, 4, 4, 2, 0], strict=True)
]
MEETINGS = events(
    ("2006-11", "Hanoi", "First"),
    ("2013-04-29", "Moscow", "Second"),
    ("2013-06-17", "Enniskillen", "Third, at a summit"),
    ("2016-05-06", "Sochi", "Fourth"),
    ("2016-09-02", "Vladivostok", "Fifth"),
    ("2016-12-15", "Nagato", "A visit of two days with talks on what is called joint economic activity on the islands"),
    ("2016-12-16", "Tokyo", "Communiqué"),
    ("2016-12-16", "Tokyo", "Visas made easier"),
    ("2017-04-27", "Moscow", "Seventh"),
    ("2018-09-10", "Vladivostok", "Eighth"),
)
TIES = relations(
    "Export_Bank lends_to Northern_Gas 40 2015",
    "Export_Bank lends_to Arctic_Plant 400 2016",
    "Trading_House owns Arctic_Plant 10 2014",
    "Trading_House contracted_for Arctic_Plant 1 2014",
    "Oil_Major owns Offshore_Field 30 1995 2022",
    "Northern_Gas owns Offshore_Field 50 2007",
    "State_Fund finances Trading_House 5 2017",
    "Oil_Major owns Trading_House 3 2001",
    "Northern_Gas owns Arctic_Plant 50 2014 2019-06",
    "Northern_Gas owns Arctic_Plant 60 2019-07",
)
HELD = relations(
    "Oil_Major owns Offshore_Field 30 1995 2022",
    "Trading_House owns Offshore_Field 20 2001",
    "Northern_Gas owns Offshore_Field 50 2007",
    "Gas_Shelf owns Offshore_Field 12.5 2007",
    "Gas_Shelf owns Arctic_Plant 100 2014",
)
CONTROLLED = relations("Northern_Gas controls Gas_Shelf nan 2007")
PLANNED = TIES.assign(status=["verified;forecast"] * 2 + ["verified"] * 8)
ROLES = {"Export Bank": "Lenders", "State Fund": "Lenders", "Trading House": "Companies", "Oil Major": "Companies"}
ROLES |= {"Northern Gas": "Companies", "Arctic Plant": "Projects", "Offshore Field": "Projects"}
NOW = figure("share.oil", OIL.title, "2017 5.8, 2024 0.1")

SAMPLES: dict[str, list[tuple[tuple[Any, ...], dict[str, Any]]]] = {
    "lines": [
        (
            (OIL, GAS),
            {
                "band": (15, Quantity(20.0, "percent")),
                "band_label": "Expected in the years to come",
                "band_since": "2018-10-12",
                "scenario": {2019: (5, 7), 2025: (6, 15)},
            },
        ),
        (
            (OIL, GAS),
            {
                "scenario": {
                    "share.gas": {2022: (8, 12)},
                    "share.oil": {2016: (1, 2), 2022: (4, Quantity(6.0, "percent"))},
                }
            },
        ),
        ((GAS, OIL, COAL, unknown("share.peat")), {"moments": {2014.2: "sanctions"}}),
        ((figure("p", "A poll", "1992-08 11, 1998-10 4 recalled, 2009-05 8, 2016-05 7, 2018-11-28 17"),), {"gap": 8}),
    ],
    "steps": [
        ((*TOTALS,), {"until": "2018-10-12"}),
        ((*TOTALS,), {"since": 2013, "moments": {2014.2: "annexation"}}),
        ((*TOTALS,), {"until": "2019-02-01", "breaks": {"list.a": "2018-12-01"}, "break_label": "a war of many words"}),
    ],
    "bars": [((EXPELLED,), {"highlight": "x.G", "highlight_note": "none at all"})],
    "columns": [
        (
            (
                figure(
                    "out",
                    "Exports to Norland",
                    "2015 620, 2016 550 recalled, 2017 675, 2018 800 forecast",
                    "billion yen",
                ),
                figure("in", "Imports from Norland", "2015 1900, 2016 1226, 2017 1555", "billion yen"),
            ),
            {},
        )
    ],
    "counts": [((MEETINGS,), {"noun": "meetings", "until": 2019})],
    "timeline": [
        ((MEETINGS.assign(status=["recalled"] + ["verified"] * 9),), {"highlight": ["e5"]}),
        ((MEETINGS.head(1),), {"since": 2000}),
    ],
    "spans": [
        (
            (
                {
                    "Leaders": MEETINGS,
                    "Foreign and defence ministers in one room": MEETINGS.head(2),
                    "Staff": MEETINGS.head(0),
                },
            ),
            {"until": "2018-10-12"},
        )
    ],
    "places": [
        (
            (islands(),),
            {
                "names": ("name", "name_ru"),
                "values": {"Norra": Quantity(3168.0, "km²")},
                "sites": [
                    {"name": "Garrison", "lon": 13.3, "lat": 60.4},
                    {"name": "Airfield", "lon": 13.32, "lat": 60.42},
                ],
                "rings": [{"lon": 13.3, "lat": 60.4, "km": 60, "label": "Missiles"}],
                "regions": [("Westland", 10.9, 60.0)],
                "apart": ("Norra",),
                "kinds": ("of the deal", "the others"),
                "locator": (5, 55, 20, 65),
            },
        ),
        ((islands(),), {"extent": (12.5, 59, 14, 60.7)}),
    ],
    "network": [
        ((TIES,), {"roles": ROLES, "words": {"lends_to": "lends to"}}),
        ((TIES,), {}),
        ((PLANNED,), {"roles": ROLES}),
    ],
    "argument": [((claims(),), {}), ((claims(),), {"towards": ["c10"], "back": 1})],
    "scoreboard": [((claims(),), {})],
    "compare": [
        (
            ((OIL, NOW), (GAS, GAS), (COAL, unknown("share.coal")), (TOTALS[1], TOTALS[0])),
            {"names": ("October 2018", "today")},
        )
    ],
    "paths": [
        (
            ({"One": ["Hand over", "Talk about the rest", "Sign"], "Other": ["Hand over", "Sign"]},),
            {"notes": {"One": "since 2001"}},
        )
    ],
    "tenures": [
        ((TIES[TIES["relation"] == "owns"],), {"until": "2018-10-12", "highlight": ("Oil Major",)}),
        ((HELD,), {"until": "2024-10-12", "highlight": ("Oil Major",), "parts": CONTROLLED, "full_share": 100}),
    ],
}
CASES = [pytest.param(kind, at, id=f"{kind}-{at}") for kind, cases in SAMPLES.items() for at in range(len(cases))]


@cache
def drawn(kind: str, at: int) -> tuple[dict[str, Any], str]:
    """Payload and picture of a sample, drawn once for all tests that only look."""
    data, options = SAMPLES[kind][at]
    return charts.draw_chart(kind, data, **CAPTIONS, **options)


# -- every kind -----------------------------------------------------------------------------------


def test_every_kind_has_a_sample():
    """A kind that no test draws would be the one with words on words."""
    assert set(SAMPLES) == set(charts.KINDS)


@pytest.mark.parametrize(("kind", "at"), CASES)
def test_no_word_is_cut_covered_or_too_small(kind, at):
    """On paper nobody can zoom or move a label aside."""
    data, options = SAMPLES[kind][at]
    with charts.drawing(kind, *data, **options) as (picture, shown):
        assert len(shown)
        assert layout_problems(picture) == []


@pytest.mark.parametrize(("kind", "at"), CASES)
def test_the_same_data_give_the_same_bytes_without_a_warning(kind, at, caplog):
    """A published page must be the same on every rebuild; hundreds of font warnings hide the one that matters."""
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        again = drawn.__wrapped__(kind, at)
    assert drawn(kind, at) == again
    assert not caplog.records


@pytest.mark.parametrize(("kind", "at"), CASES)
def test_the_svg_can_stand_beside_others_on_a_page(kind, at):
    """Ids that meet, a style sheet or a foreign colour in one chart would change its neighbours, or the dark page."""
    payload, svg = drawn(kind, at)
    root = ElementTree.fromstring(svg)
    ids = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    targets = re.findall(r'(?:url\(|href=")#([^)"]+)', svg)
    assert len(ids) == len(set(ids)) and all(name.startswith("sample") for name in ids)
    assert set(targets) <= set(ids)
    assert not re.search(r"<!DOCTYPE|<style|<metadata|xlink|https?://(?!www\.w3\.org/2000/svg)", svg)
    assert set(re.findall(r"#[0-9a-f]{6}\b", svg)) <= set(theme.COLOURS.values())
    assert root.attrib["width"] == "680" and root.find("{*}title").text == CAPTIONS["alt"]
    assert payload["data"]["rows"] and len(payload["data"]["columns"]) == len(payload["data"]["rows"][0])


@pytest.mark.parametrize(("kind", "at"), CASES)
def test_text_stays_text_in_the_shipped_fonts(kind, at):
    """Words drawn as outlines can be neither searched, read aloud nor translated."""
    _, svg = drawn(kind, at)
    root = ElementTree.fromstring(svg)
    words = root.findall(".//{*}text")
    assert root.attrib["style"] == f"font-family:{', '.join(map(repr, theme.font_families()))}"
    assert words and not any("font-family" in word.attrib["style"] for word in words)


@pytest.mark.parametrize("kind", charts.KINDS)
def test_nothing_known_is_said_and_does_not_fail(kind):
    """Rendered as of a day before the first observation, a section must still stand."""
    nothing: dict[str, tuple[Any, ...]] = {
        "counts": (MEETINGS.head(0),),
        "timeline": (MEETINGS.head(0),),
        "spans": ({"Leaders": MEETINGS.head(0)},),
        "network": (TIES.head(0),),
        "tenures": (TIES.head(0),),
        "argument": ([],),
        "scoreboard": ([],),
        "compare": ((unknown("a"), unknown("a")),),
        "paths": ({},),
        "places": ({"type": "FeatureCollection", "features": []},),
    }
    options = {"until": "2018-10-12"} if kind == "tenures" else {}
    payload, svg = charts.draw_chart(kind, nothing.get(kind, (unknown("a"), unknown("b"))), **CAPTIONS, **options)
    assert "Nothing known by this day" in svg and payload["data"]["rows"] == [] and payload["readings"] == []


# -- the checker itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([(0.5, 0.5, 9), (0.51, 0.5, 9)], "lies on"),
        ([(0.99, 0.5, 9)], "is cut"),
        ([(0.5, 0.5, 6)], "6 pt"),
    ],
)
def test_the_checker_sees_what_is_wrong(words, problem):
    """A checker that finds nothing is worth nothing until it has found something."""
    with canvas.canvas() as drawing:
        drawing.set_axis_off()
        for x, y, points in words:
            drawing.text(x, y, "Northern port", transform=drawing.transAxes, fontsize=points)
        found = layout_problems(drawing.get_figure(root=True))
    assert len(found) == 1 and problem in found[0]


def test_the_checker_sees_a_chart_taller_than_a_page():
    """A chart that is cut by the foot of a page loses its axis."""
    with canvas.canvas() as drawing:
        canvas.use_points(drawing, 900)
        assert "900 pt tall" in layout_problems(drawing.get_figure(root=True))[0]


# -- the frame ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"alt": ""}, "no alt text"),
        ({"title": " "}, "no title"),
        ({"alt": "A finding."}, "the title again"),
        ({"chart": "two words"}, "slug"),
    ],
)
def test_a_mute_chart_is_refused(change, words):
    """Who cannot see the picture gets nothing from a missing text, or from the title read twice."""
    with pytest.raises(ExportError, match=words):
        charts.draw_chart("lines", (GAS,), **CAPTIONS | change)


def test_an_unknown_kind_offers_the_nearest():
    """A slip of the pen should cost seconds."""
    with pytest.raises(UnknownName, match='did you mean "lines"'):
        charts.draw_chart("line", (GAS,), **CAPTIONS)


def test_reads_are_of_every_period_drawn_and_of_options():
    """The source line under a chart must name whoever is behind any point of it."""
    low = Quantity(
        15.0, "percent", readings=({"kind": "parameter", "name": "band_low", "value": 15, "unit": "percent"},)
    )
    payload, _ = charts.draw_chart(
        "lines", (GAS,), **CAPTIONS, since=2014, band=(low, 20), sources={"office": {"source": "office"}}
    )
    periods = {read["period"] for read in payload["readings"] if read["kind"] == "observation"}
    assert periods == {"2014", "2015", "2016", "2017"}
    assert [read["name"] for read in payload["readings"] if read["kind"] == "parameter"] == ["band_low"]
    assert payload["sources"] == {"office": {"source": "office"}} and payload["unit"] == "percent"


def test_then_and_now_that_are_the_same_tell_the_value():
    """On the brief's own day there is no way from one dot to another; one that moved brings the scales back."""
    stays, moves = figure("a", "Share", "2017 8.5"), figure("b", "Trade", "2016 7, 2017 9")
    words = charts.draw_chart("compare", [(stays, stays)], **CAPTIONS)[1]
    assert "8.5% (2017)" in words and "no newer value" not in words and ">then<" not in words
    words = charts.draw_chart("compare", [(stays, stays), (moves.at("2016"), moves)], **CAPTIONS)[1]
    assert "no newer value" in words and ">then<" in words


def test_a_told_title_is_compared_as_it_reads():
    """A title whose number comes from the ledger is the same title when the alt text repeats it."""
    told = {"text": "Gas at \ue0000\ue001", "notes": [{"text": "8.5%"}]}
    with pytest.raises(ExportError, match="the title again"):
        charts.draw_chart("lines", (GAS,), chart="s", title=told, alt="gas at 8.5%")


def test_the_look_of_the_caller_comes_back():
    """A notebook's own plots must not change because the brief drew a chart."""
    import matplotlib

    before = dict(matplotlib.rcParams)
    charts.draw_chart("lines", (GAS,), **CAPTIONS)
    assert dict(matplotlib.rcParams) == before


# -- words and places -----------------------------------------------------------------------------


@given(st.lists(st.tuples(st.floats(-1e4, 1e4), st.floats(1, 60)), min_size=1, max_size=40), st.booleans())
def test_labels_spread_never_overlap_and_keep_their_order(labels, ordered):
    """However crowded the ends of the lines, each name can be read and belongs to its line."""
    wanted, heights = zip(*labels, strict=True)
    placed = text_layout.spread_labels(wanted, heights, ordered=ordered)
    order = range(len(labels)) if ordered else sorted(range(len(labels)), key=lambda at: (wanted[at], at))
    rows = [(placed[at], heights[at]) for at in order]
    assert all(upper - lower >= (one + other) / 2 - 1e-6 for (lower, one), (upper, other) in pairwise(rows))


@given(st.lists(st.floats(0, 1e4), min_size=1, max_size=20, unique=True))
def test_labels_with_room_stay_where_they_belong(wanted):
    """A label is moved only because another one needs the place."""
    apart = [value * 1.0 for value in range(0, 100 * len(wanted), 100)]
    assert text_layout.spread_labels(apart, [20] * len(apart)) == pytest.approx(apart)


@given(st.text(st.characters(codec="ascii", categories=["L", "Zs"]), max_size=120), st.floats(20, 200))
def test_wrapped_words_are_all_there_and_fit(text, room):
    """Breaking lines must lose no word and leave none outside its box."""
    wrapped = text_layout.wrap(text, room)
    assert wrapped.replace("\n", " ").split() == text.split()
    assert all(" " not in line.strip() or text_layout.text_width(line) <= room for line in wrapped.split("\n"))


@given(st.integers(1, 14), st.data())
def test_boxes_of_a_graph_never_overlap(count, data):
    """In a network or an argument of any shape, circles included, every name stands free."""
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda one: one[0] != one[1])
    edges = data.draw(st.lists(pair, max_size=20)) if count > 1 else []
    heights = data.draw(st.lists(st.floats(10, 60), min_size=count, max_size=count))
    made = layered_graph.layout_layers(heights, edges)
    for one, other in combinations(range(count), 2):
        apart = abs(made.middle[one] - made.middle[other]) >= (heights[one] + heights[other]) / 2 - 1e-6
        assert made.column[one] != made.column[other] or apart
    assert all(0 <= made.middle[box] <= made.height + 1e-6 for box in range(count))


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (8.5, "percent", "8.5%"),
        (2230, "billion yen", "2,230"),
        (0.07, "percent", "0.07%"),
        (27.45, "percent", "27.45%"),
        (9.0, "", "9"),
    ],
)
def test_numbers_are_written_as_in_the_text(value, unit, words):
    """The same number in two spellings looks like two numbers."""
    assert text_layout.value_label(value, unit) == words


def test_titles_lose_what_they_share():
    """Direct labels have room for what differs only."""
    assert series.shorten_titles([OIL.title, GAS.title]) == ["Crude oil", "Gas"]
    assert series.shorten_titles(["Exports to Norland", "Imports from Norland"]) == ["Exports", "Imports"]
    assert series.shorten_titles(["One title"]) == ["One title"]


def test_a_missing_year_breaks_the_line():
    """A line over a gap would show values that nobody measured."""
    from briefkit.charts.kinds.lines import _runs

    runs = [list(run.index) for run in _runs(series.history_rows(GAS), 1.5)]
    assert runs == [["2010", "2011", "2012"], ["2014", "2015", "2016", "2017"]]


@pytest.mark.parametrize("kind", ["lines", "steps", "columns", "counts", "spans", "tenures"])
def test_ticks_stand_where_years_begin_and_labels_in_their_middle(kind):
    """An event of February 2022 drawn left of the tick of 2022 would seem to be of 2021."""
    data, options = SAMPLES[kind][0]
    with charts.drawing(kind, *data, **options) as (picture, _):
        axis = picture.axes[0].xaxis
        ticks = next(one for one in picture.axes[0].patches if one.get_gid() == "years").get_path().vertices[:, 0]
        assert len(ticks) and set(ticks % 1) == {0.0}
        labels = [int(label.get_text()) for label in axis.get_majorticklabels()]
        assert list(axis.get_majorticklocs()) == [year + 0.5 for year in labels]
    assert axes.year_ticks(1900.0, 2020.0, 20)[1][:2] == [(1900.0, "1900"), (1920.0, "1920")]


def test_a_last_count_is_dated_and_only_carried_on():
    """A full line to the as-of day would say that somebody counted again."""
    data, options = SAMPLES["steps"][0]
    with charts.drawing("steps", *data, **options) as (picture, _):
        lines = picture.axes[0].lines
        assert max(line.get_xdata()[-1] for line in lines if line.get_linestyle() == "-") < 2018.75
        assert [line.get_xdata()[-1] for line in lines if line.is_dashed()] == pytest.approx([2018.775] * 3, abs=0.01)
        words = [text.get_text().replace("\n", " ") for text in picture.axes[0].texts]
    assert "Eastland: 52\u00a0(December\u00a02014)" in words


def test_the_key_names_only_what_is_drawn():
    """A key of planned columns where none is planned sends the reader looking for them."""
    exports = figure("out", "Exports", "2015 620, 2016 550 recalled, 2017 675", "billion yen")
    with charts.drawing("columns", exports) as (picture, _):
        words = " ".join(text.get_text() for text in picture.findobj(Text))
    assert "recalled" in words and "plan" not in words


def test_a_ring_is_a_true_circle_on_the_globe():
    """A range of 300 km is 300 km in every direction, whatever the projection."""
    from pyproj import Geod

    from briefkit.charts.map_projection import circle_points

    ring = circle_points(147.0, 45.0, 300.0)
    _, _, far = Geod(ellps="sphere").inv(np.full(len(ring), 147.0), np.full(len(ring), 45.0), *ring.T)
    assert far / 1000 == pytest.approx(300, rel=0.005)


def test_nothing_is_drawn_or_written_where_the_map_ends():
    """A circle that shades blank paper, or half a name, looks like a mistake of the printer."""
    ring = {"lon": 13.3, "lat": 60.4, "km": 150, "label": "Missiles"}
    with charts.drawing("places", islands(), rings=[ring], sites=[ring | {"name": "Battery"}]) as (picture, _):
        axes = picture.axes[0]
        ground = axes.patches[0]
        circles = [one for one in axes.patches if one.get_zorder() == 3]
        assert len(circles) == 1 and all(one.get_clip_path() is not None for one in circles)
        edge = Path(ground.get_path().vertices)
        boxes = {text.get_text(): text.get_window_extent() for text in axes.texts}
        turned = {words: axes.transData.inverted().transform(box.corners()) for words, box in boxes.items()}
    assert "Missiles: 150\u00a0km" in turned and "Battery" in turned
    assert all(edge.contains_points(corners).all() for corners in turned.values())


def test_a_name_stands_in_the_sea_not_on_land_of_another():
    """A name on the coast opposite would give the island to its neighbour."""
    land, isle = (
        square(10.0, 59.0, 2.0, kind="land"),
        square(12.1, 59.8, 0.2, kind="island", name="Norra", disputed=True),
    )
    shapes = {"type": "FeatureCollection", "bbox": [10.0, 59.0, 15.0, 61.0], "features": [land, isle]}
    with charts.drawing("places", shapes, extent=(11.2, 59.4, 13.2, 60.4)) as (picture, _):
        axes = picture.axes[0]
        name = next(text for text in axes.texts if text.get_text() == "Norra").get_window_extent()
        coast = max(one.get_window_extent().x1 for one in axes.patches if one.get_facecolor()[:3] == to_rgb(LAND))
    assert name.x0 > coast


def test_whose_outlines_they_are_stands_under_the_map():
    """The file says it; a notebook need not remember."""
    made = islands() | {"metadata": {"attribution": "Made with Natural Earth (1:10m, version 4.1)"}}
    payload, _ = charts.draw_chart("places", (made,), **CAPTIONS, caption="Circles are ranges.")
    assert payload["caption"]["text"] == "Circles are ranges. Outlines: made with Natural Earth."


def test_what_was_not_known_yet_is_not_on_the_map():
    """A battery that was set up later, or the circle around it, would tell the reader of 2018 the future."""
    later = Event("battery", "")
    sites = [
        {"name": "Garrison", "lon": 13.3, "lat": 60.4},
        {"name": "Battery", "lon": 13.5, "lat": 60.2, "since": later},
    ]
    rings = [{"label": "Missiles", "lon": 13.5, "lat": 60.2, "km": 50}]
    payload, svg = charts.draw_chart("places", (islands(),), **CAPTIONS, sites=sites, rings=rings)
    assert "Garrison" in svg and "Battery" not in svg and "Missiles" not in svg
    assert "Battery" not in str(payload)


# -- colours --------------------------------------------------------------------------------------


def contrast(colour: str, ground: str = "#ffffff") -> float:
    """WCAG contrast between two colours."""
    dark, light = sorted(luminance(one) for one in (colour, ground))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return float(np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", [theme.INK, theme.MUTED, *theme.PALETTE, *theme.VERDICT.values()])
def test_every_colour_of_words_can_be_read_on_paper(colour):
    """Labels stand in the colour of their line."""
    assert contrast(colour, theme.PAPER) >= 4.5


def test_series_differ_in_greyscale():
    """Half of all briefs are printed on an office printer."""
    lightness = [116 * luminance(colour) ** (1 / 3) - 16 for colour in theme.PALETTE]
    assert min(abs(one - other) for one, other in combinations(lightness, 2)) >= 7


@pytest.mark.parametrize("kind", ["argument", "scoreboard"])
def test_what_a_chart_of_claims_passes_over_changes_nothing_in_it(kind):
    """A margin that moves draws no claim again: what is drawn from is the same, and so is the picture."""
    moved = [claim | {"margin": 0.5, "flips_at": 3.0, "printed": None} for claim in claims()]
    assert charts.fields_drawn(kind, [moved]) == charts.fields_drawn(kind, [claims()])
    assert charts.draw_chart(kind, charts.fields_drawn(kind, [moved]), **CAPTIONS) == charts.draw_chart(
        kind, [moved], **CAPTIONS
    )
