"""What single kinds of charts promise: no share counted twice, no plan drawn as a fact."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.colors import to_hex
from test_frame import CAPTIONS, CONTROLLED, HELD, MEETINGS, OIL, PLANNED, TIES, TOTALS, figure, islands, relations

from briefkit.charts import frame, theme
from briefkit.charts.kinds import network
from briefkit.charts.layered_graph import layout_layers
from briefkit.charts.map_projection import circle_path, circle_points, extent_grid, fit_projection
from briefkit.ledger.readings import Event


def test_what_a_subsidiary_holds_is_part_of_what_its_owner_holds():
    """Two bars side by side would be added up; where the owner holds nothing, its firm stands for itself."""
    with frame.drawing("tenures", HELD, until="2024-10-12", parts=CONTROLLED) as (_, shown):
        assert shown["subject"].str.strip().tolist() == [
            "Gas Shelf",
            "Oil Major",
            "Trading House",
            "Northern Gas",
            "of which Gas Shelf",
        ]


def test_what_no_holder_is_known_of_is_drawn_as_such():
    """After one of them left with 30 per cent, the shares of a field sum to 70; a plant with all its owners lacks none."""
    with frame.drawing("tenures", HELD, until="2024-10-12", parts=CONTROLLED, full_share=100) as (_, shown):
        lacking = shown[shown["subject"].str.strip() == "No holder on record"]
        assert lacking[["object", "value"]].to_numpy().tolist() == [["Offshore Field", 30.0]]


def test_a_share_of_unknown_size_leaves_the_rest_unknown():
    """Nothing can be said to be missing."""
    held = relations("A owns Field 30 1995", "B owns Field nan 1995")
    with frame.drawing("tenures", held, until="2024-10-12", full_share=100) as (_, shown):
        assert shown["subject"].str.strip().tolist() == ["A", "B"]


def test_the_key_of_tenures_names_only_what_is_drawn():
    """A stroke is explained where a bar has one."""
    for held, there in ((HELD, True), (HELD[HELD["end"] == ""], False)):
        _, svg = frame.draw_chart("tenures", [held], chart="a", title="Finding", alt="Look", until="2024-10-12")
        assert ("end of a share" in svg) is there and ("gone by this day" in svg) is there


def test_a_loan_that_was_only_planned_looks_like_none_that_was_made():
    """Its line is of its own kind, and the key says so; where one row says that it was signed, it is a fact."""
    said = {"chart": "a", "title": "Finding", "alt": "Look", "planned": "signature not on record"}
    once = frame.draw_chart("network", [PLANNED], **said)[1]
    done = frame.draw_chart("network", [pd.concat([PLANNED, TIES.head(2)])], **said)[1]
    assert "signature not on record" in once and once.count("stroke-dasharray:1.3,3.38") == 2
    assert "signature not on record" not in done


def test_a_count_from_before_a_break_is_not_carried_past_it():
    """A total of before the war under one of after it would read as a comparison of the two."""
    said = {"breaks": {"list.a": "2016-06-01", "list.b": "2016-06-01", "list.c": ""}, "break_note": "none since"}
    with frame.drawing("steps", *TOTALS, until="2018-10-12", **said) as (picture, _):
        (axes,) = picture.axes
        words = {text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in axes.texts}
        assert sum("none since" in text for text in words) == 1 and any("Westland" in text for text in words)
        level = [line for line in axes.lines if len(set(line.get_ydata())) == 1 and line.get_ydata()[0] in (151, 49)]
        assert [round(max(line.get_xdata()), 2) for line in level] == [2016.42, 2016.42]


def test_a_count_known_only_as_more_than_says_so_at_the_end_of_its_stair():
    """A bare number under a title that says "more than" would contradict it."""
    said = {"qualifiers": {"list.a": "more than ", "list.b": ""}}
    with frame.drawing("steps", *TOTALS, until="2018-10-12", **said) as (picture, _):
        words = [text.get_text().replace("\n", " ").replace("\u00a0", " ") for text in picture.axes[0].texts]
        assert sum(": more than" in text for text in words) == 1


def test_stairs_are_told_apart_without_colour():
    """By the shape of their counts."""
    with frame.drawing("steps", *TOTALS, until="2018-10-12") as (picture, _):
        shapes = {str(dots.get_paths()[0].vertices.round(3).tolist()) for dots in picture.axes[0].collections}
        assert len(shapes) == len(TOTALS)


def test_a_band_about_years_to_come_is_not_drawn_back():
    """Nobody expected in 2018 what should have been in 2010; without a day the band runs through."""
    for since, left in (("2015-07-02", 2015.5), ("", 2010.0)):
        with frame.drawing("lines", OIL, band=(2, 3), band_since=since) as (picture, _):
            (band,) = [one for one in picture.axes[0].collections if one.get_paths()[0].vertices[:, 1].max() == 3]
            assert round(band.get_paths()[0].vertices[:, 0].min(), 2) == left


def test_a_first_release_looks_provisional():
    """Its dot is half full, and the key says why."""
    shown = OIL.history.assign(status=OIL.history["status"].where(OIL.history.index != "2017", "verified;provisional"))
    with frame.drawing("lines", replace(OIL, history=shown)) as (picture, _):
        (axes,) = picture.axes
        (half,) = [line for line in axes.lines if line.get_fillstyle() == "left"]
        assert half.get_ydata().tolist() == [5.8]
    assert "provisional" in frame.draw_chart("lines", [replace(OIL, history=shown)], chart="a", title="A", alt="B")[1]


def test_each_range_on_a_map_has_a_look_of_its_own():
    """Where three circles cross nobody can say which is which; a small one is told at its site."""
    places = [("North", 13.0, 60.2, 60), ("Middle", 13.3, 59.9, 80), ("South", 13.2, 59.4, 12)]
    rings = [{"label": name, "lon": lon, "lat": lat, "km": km} for name, lon, lat, km in places]
    sites = [{"name": name, "lon": lon, "lat": lat} for name, lon, lat, _ in places]
    with frame.drawing("places", islands(), rings=rings, sites=sites) as (picture, _):
        axes = picture.axes[0]
        looks = {(str(one.get_edgecolor()), str(one.get_linestyle())) for one in axes.patches if one.get_zorder() == 3}
        words = [text.get_text().replace("\u00a0", " ") for text in axes.texts]
    assert len(looks) == len(rings)
    assert "North: 60 km" in words and "South" in words and "range 12 km" in words and "South: 12 km" not in words


def test_an_old_sighting_is_hollow_and_dated():
    """Three aircraft seen eight years ago are not known to be there."""
    seen = Event("e", date="2018-08-03", title="E", published="2018-08-06")
    sites = [{"name": name, "lon": 13.3, "lat": 60.4, "since": seen} for name in ("Aircraft", "Barracks")]
    for day, old in (("2021-08-02", False), ("2021-08-04", True)):
        options = {"sites": sites, "max_age_years": {"Aircraft": 3}, "until": day}
        with frame.drawing("places", islands(), **options) as (picture, _):
            words = [text.get_text() for text in picture.axes[0].texts]
        assert words.count("last seen 2018") == old


def test_columns_and_blocks_are_told_apart_without_colour():
    """In greyscale blue and orange, or blue and green, are the same: a hatch is not, faint or full."""
    pair = [figure(name, name, "2016 3 recalled, 2017 4", "people") for name in ("out", "in")]
    with frame.drawing("columns", *pair) as (picture, _):
        shown = [one for one in picture.axes[0].patches if one.get_facecolor()[3] != 0.3]
        assert [one.get_hatch() or "" for one in shown] == ["", "", "///", "///"]
    with frame.drawing("counts", MEETINGS) as (picture, _):
        key = picture.axes[0].get_legend() or picture.axes[0].artists[0]
        looks = [one.get_hatch() or "" for one in key.get_patches() if one.get_alpha() == 1]
        assert len(looks) > 1 and len(set(looks)) == len(looks)


def test_a_point_that_no_line_joins_has_its_name():
    """A dot five years before the others is nobody's; what is joined is named once."""
    alone = figure("poll", "Norland: for", "2013-03 29, 2018-11 33, 2019-01 27")
    with frame.drawing("lines", alone, gap=1) as (picture, _):
        words = [text.get_text().replace("\u00a0", " ") for text in picture.axes[0].texts]
    assert words.count("Norland: for 29%") == words.count("Norland: for 27%") == 1 and "Norland: for 33%" not in words


def test_what_a_title_reads_from_elsewhere_is_among_the_sources():
    """A share of two surveys under a map of one: the line below names both."""
    read = {"kind": "observation", "figure": "area", "period": "2016", "source": "survey", "value": 3.3}
    note = {"text": "3.3%", "flags": [], "readings": [read]}
    title = {"text": "They are \ue0000\ue001 of it", "notes": [note]}
    known = {name: {"source": name} for name in ("office", "survey")}
    payload, _ = frame.draw_chart("lines", [OIL], chart="a", title=title, alt="Look", sources=known)
    assert set(payload["sources"]) == {"office", "survey"} and read in payload["readings"]


def test_a_circle_drawn_in_curves_keeps_its_distance():
    """Ten curves instead of a hundred corners: nowhere half a point off the true circle."""
    projection = fit_projection([extent_grid((141.5, 42.2, 157.5, 51.2))], 430, air=0.05)
    true = np.vstack([np.linspace(*pair, 40) for pair in pairwise(projection.to_page(circle_points(147, 45, 500)))])
    (drawn,) = circle_path(projection, (147, 45, 500)).to_polygons(closed_only=False)
    assert max(np.hypot(*(true - spot).T).min() for spot in drawn) < 0.5


def test_lines_that_meet_at_a_box_stand_side_by_side():
    """Where they run into one another nobody can follow them; in the order of their other ends they do not cross."""
    boxes = layout_layers([20] * 5, [(0, 2), (0, 3), (1, 3), (1, 4)], [0, 0, 1, 1, 1])
    ends = [(line.start[1], line.stop[1]) for line in network._lines(network._Grid(boxes, 80, 50, 18))]
    starts = {start for start, _ in ends}
    assert len(starts) == len(ends) == 4 and ends == sorted(ends, key=lambda end: end[0])


def test_boxes_of_one_column_that_a_line_joins_stand_together():
    """A firm stands beside what it owns, whatever else is in the column."""
    links = [(0, 6), (1, 7), (2, 8), (3, 9), (4, 10)]
    boxes = layout_layers([20] * 11, [*links, (0, 5)], [0] * 6 + [1] * 5)
    assert abs(boxes.middle[0] - boxes.middle[5]) < 21


def test_the_islands_that_a_title_sets_apart_look_different():
    """Also to who sees no colour: the others are pale; the key says which are which."""
    key: dict = {"apart": ("Norra",), "kinds": ("of the deal", "the others")}
    with frame.drawing("places", islands(), **key) as (picture, _):
        faces = [(patch.get_facecolor()[3], patch.get_edgecolor()) for patch in picture.axes[0].patches]
    assert {face for face, edge in faces if to_hex(edge) == theme.PALETTE[1]} == {1.0, 0.35}
    _, svg = frame.draw_chart("places", [islands()], **CAPTIONS, **key)
    assert "of the deal" in svg and "the others" in svg
