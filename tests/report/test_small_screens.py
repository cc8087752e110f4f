"""Charts that are mostly words, as lists; and the strip of a picture that holds its value axis."""

from __future__ import annotations

from briefkit.report.small_screens import axis, keyed, listed, opening


def test_a_timeline_is_told_as_dates_and_words():
    """On a phone a sentence cut at the screen's edge is no sentence."""
    data = {"columns": ["event", "date", "title"], "rows": [["e1", "2016-12-15", "A visit"], ["e2", "2018", "A plan"]]}
    told = listed({"type": "timeline", "data": data})
    assert [(one["head"], *one["lines"]) for one in told] == [("15 December 2016", "A visit"), ("2018", "A plan")]


def test_a_scoreboard_is_told_with_all_its_verdicts():
    """A screen that shows the first column alone shows only what holds."""
    data = {"columns": ["section", "holds", "overturned"], "rows": [["Ports", 3.0, 4.0]]}
    (one,) = listed({"type": "scoreboard", "data": data})
    assert (one["head"], one["counts"]) == ("Ports", [("holds", 3), ("overturned", 4)])


def test_bars_are_told_as_names_and_amounts():
    data = {
        "columns": ["figure", "label", "value", "status"],
        "rows": [["f", "Ports", 12.0, "recalled"], ["g", "Roads", 3.5, "verified"]],
    }
    told = listed({"type": "bars", "unit": "million tonnes", "data": data})
    assert [(one["head"], *one["lines"]) for one in told] == [
        ("Ports", "12\u00a0million tonnes (recalled)"),
        ("Roads", "3.5\u00a0million tonnes"),
    ]


def test_spans_are_told_with_their_number_and_their_ends():
    rows = [["Summits", 3, "2013-04-29", "2016-12"], ["Visits", 1, "2018", "2018"]]
    told = listed({"type": "spans", "data": {"columns": ["format", "meetings", "first", "last"], "rows": rows}})
    assert [line for one in told for line in one["lines"]] == [
        "3 meetings, 29 April 2013 to December 2016",
        "1 meeting, 2018",
    ]


def test_tenures_are_told_by_what_is_held():
    """An open end is not told; nor is a share that nobody knows."""
    columns = ["subject", "relation", "object", "value", "unit", "start", "end"]
    rows = [["A", "owns", "Mine", 12.5, "percent", "1999", ""], ["B", "owns", "Mine", None, "", "", "2022-10"]]
    told = listed({"type": "tenures", "data": {"columns": columns, "rows": rows}})
    assert [(one["head"], *one["lines"]) for one in told] == [("Mine", "A 12.5% from 1999", "B to October 2022")]


def test_then_and_now_are_told_with_the_days_that_they_are_about():
    """What has not moved is told once."""
    columns = ["figure", "label", "unit", "period_then", "then", "source_then", "period_now", "now", "source_now"]
    rows = [
        ["f", "Share", "percent", "2017", 8.5, "s", "2024", 9.0, "s"],
        ["g", "Trade", "billion yen", "2017", 7.0, "s", "2017", 7.0, "s"],
        ["h", "Ports", "count", "", None, "", "2024", 3.0, "s"],
    ]
    told = listed({"type": "compare", "data": {"columns": columns, "rows": rows}})
    assert [one["lines"] for one in told] == [["8.5% (2017) → 9% (2024)"], ["7\u00a0billion yen (2017)"], ["3 (2024)"]]


def test_other_charts_stay_pictures():
    assert listed({"type": "lines", "data": {"columns": [], "rows": []}}) == [] == listed({"type": "timeline"})


def test_an_axis_of_words_does_not_stay_in_view():
    """Names of rows would cover half of a phone."""
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 482 200" data-axis="{}"></svg>'
    assert axis(svg.format(24.1)) == {"wide": "24.1", "share": "5.00", "width": "482", "height": "200"}
    assert axis(svg.format(130)) is None and axis("<svg></svg>") is None


def ahead(*periods: str, until: int = 2030) -> dict:
    """A chart through time, 100 points wide, whose years stand ten points apart from 2025."""
    years = "".join(f'<text x="{10 * (year - 2021)}" y="9">{year}</text>' for year in range(2025, until + 1))
    data = {"columns": ["period", "status"], "rows": [[period, "verified"] for period in periods]}
    return {"type": "lines", "svg": f'<svg viewBox="0 0 100 10">{years}</svg>', "data": data}


def test_a_chart_whose_years_go_on_opens_at_its_last_observation():
    """A scenario alone says nothing of what has been; the newest end is right only where it was observed."""
    assert opening(ahead("2024", "2026-03")) == "50"
    assert opening(ahead("2024", "2026", until=2027)) == ""
    assert opening(ahead() | {"type": "places"}) == "50"
    assert opening({"type": "lines", "svg": "<svg/>", "data": {"columns": ["year"], "rows": [["2020"]]}}) == ""


def test_counts_by_year_open_where_most_events_are():
    """The years without any that follow say only that there were none."""
    counts = {
        "columns": ["year", "Sochi", "meetings"],
        "rows": [[2025, 1, 1], [2026, 2, 3], [2027, 0, 0], [2030, 0, 0]],
    }
    assert opening(ahead() | {"type": "counts", "data": counts}) == "48"
    assert opening({"type": "counts", "svg": "<svg/>", "data": counts}) == ""


def test_the_key_of_a_picture_is_told_beside_it():
    """It would be moved out of sight with the end at which it stands; other words that follow a shape are no key."""
    plain = '<svg><path d="M1 5l2 2"/><text style="text-anchor:start" x="40" y="5">Oil</text>'
    text = '<text style="font-size:8px;text-anchor:start" x="124.4" y="11">{}</text>'
    shape = '<defs><path id="b" d="M0 3z"/></defs>'
    half = f'<use href="#a" x="110.1" y="8"/>{shape}<use href="#b" x="110.1" y="8"/>'
    entries = f'<path d="M100 11l9 0"/>{text.format("Gas &amp; oil")}{half}{text.format("recalled")}'
    picture, found = keyed(f"{plain}{entries}</svg>")
    assert [one["words"] for one in found] == ["Gas &amp; oil", "recalled"]
    assert picture.count('<g class="key">') == 2 and picture.startswith(plain)
    assert found[0]["swatch"] == '<svg viewBox="99.5 4.0 21.2 9"><path d="M100 11l9 0"/></svg>'
    assert half.replace(shape, "") in found[1]["swatch"] and f'<g class="key">{half}' in picture
