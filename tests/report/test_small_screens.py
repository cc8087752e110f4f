"""What a phone shows of a chart: its legend above the picture, and the strip of it that holds its value axis."""

from __future__ import annotations

from briefkit.report.small_screens import axis, legend, opening


def test_an_axis_of_words_does_not_stay_in_view():
    """Names of rows would cover half of a phone."""
    layout = {"width": 482.0, "height": 200.0}
    assert axis(layout | {"axis": 24.1}) == {"wide": "24.1", "share": "5.00", "width": "482", "height": "200"}
    assert axis(layout | {"axis": 130.0}) is None and axis(layout | {"axis": 0.0}) is None and axis({}) is None


def test_a_phone_opens_a_chart_where_its_layout_says():
    """At the newest end, at another place, or as any page at the left."""
    assert opening({"opens_at": 100.0}) == {"opens_at_end": True, "opens_at": ""}
    assert opening({"opens_at": 46.8}) == {"opens_at_end": False, "opens_at": "47"}
    assert opening({"opens_at": None}) == {"opens_at_end": False, "opens_at": ""} == opening({})


def test_a_symbol_of_the_legend_follows_the_page():
    """It points into the picture of its chart, whatever that is called on the page, and has the page's colours."""
    drawn = '<svg viewBox="0 0 21.2 9"><use href="#gas--1" style="fill:#2443b8"/></svg>'
    (entry,) = legend({"legend": [{"words": "Gas & oil", "swatch": drawn}]}, "gas-2")
    assert entry["words"] == "Gas & oil"
    assert entry["swatch"] == ('<svg viewBox="0 0 21.2 9"><use href="#gas-2--1" style="fill:var(--c-2443b8)"/></svg>')
