"""Sentences whose numbers bring their source, and wording that follows the number."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from test_measures import figure

from briefkit.analysis.quantity import parameter
from briefkit.errors import ExportError
from briefkit.ledger.readings import Event, Figure
from briefkit.notebook.prose import render


def words(template: str, **names) -> str:
    """The sentence as a reader sees it."""
    return str(render(template, names))


def test_a_number_carries_its_reading():
    """From the page one gets to figure, period, source and published day."""
    text = render("It was {{ x }}.", {"x": figure(2230.5)})
    (note,) = text.notes
    assert note["text"] == "2,230.5 billion yen"
    assert note["readings"][0]["figure"] == "trade" and note["readings"][0]["source"] == "s"


@pytest.mark.parametrize("naked", [8.5, 8, "8.5", True])
def test_a_naked_number_is_refused(naked):
    """What has no source does not reach the page."""
    with pytest.raises(ExportError, match="naked"):
        render("It was {{ x }}.", {"x": naked})


def test_a_raw_value_is_refused_too():
    """`.value` drops the provenance."""
    with pytest.raises(ExportError, match="naked"):
        render("It was {{ x.value }}.", {"x": figure(1)})


def test_what_is_not_known_must_be_asked_for():
    """A missing figure is an error, not "nan" on the page."""
    missing = Figure("f", "F", "percent")
    with pytest.raises(ExportError, match="not known on this day"):
        render("{{ x }}", {"x": missing})
    assert words("{% if x.known %}{{ x }}{% else %}not known{% endif %}", x=missing) == "not known"


def test_a_misspelt_variable_is_named():
    """With what to do about it."""
    with pytest.raises(ExportError, match="'lgn' is undefined; read it from the brief"):
        render("{{ lgn }}", {})


@pytest.mark.parametrize("name", ["_notes", "notes", "the_notes"])
def test_a_name_of_the_template_s_own_hides_no_note(name):
    """What a template sets beside its sentence is its own affair."""
    text = render(f"{{% set {name} = [] %}}It was {{{{ x }}}}.", {"x": figure(2)})
    assert str(text) == "It was 2 billion yen." and len(text.notes) == 1


def test_text_from_the_ledger_is_never_markup():
    """An event's title may hold stars, brackets or tags: it travels beside the text, not in it."""
    event = Event("e", date="2018", title="**bold** <script> {{ x }}", published="2018")
    text = render("See {{ e }}.", {"e": event})
    assert "script" not in text.text and text.notes[0]["text"] == event.title


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ a }}", "8.5%"),
        ("{{ a | num }}", "8.5"),
        ("{{ a | amount(0) }}", "9%"),
        ("{{ change(a, b) | amount }}", "−0.3 percentage points"),
        ("{{ change(a, b) | size }}", "0.3 percentage points"),
        ("{{ n | spelled }}", "three"),
        ("{{ n | plural('meeting') }}", "three meetings"),
        ("{{ one | plural('meeting') }}", "one meeting"),
        ("{{ n | ordinal }}", "third"),
        ("{{ many | ordinal }}", "22nd"),
        ("{{ a | rose(b) }}", "fell"),
        ("{{ b | rose(a) }}", "rose"),
        ("{{ a | rose(a) }}", "stayed the same"),
        ("{{ a | reached(10) }}", "stayed below"),
        ("{{ b | versus(a, 'more', 'less') }}", "more"),
        ("{{ days | until }}", "11 January 2018"),
        ("It {{ days | lapsed('2018-01-12') }}", "It ended"),
        ("It {{ days | lapsed('2018-01-11') }}", "It ends"),
        ("It ends{{ days | lapsed('2018-01-11', ' unrenewed', '') }}.", "It ends."),
        ("{{ yes }}", "yes"),
        ("{{ people }}", "1 person"),
        ("{{ e | date }}", "12 September 2018"),
        ("{{ e | day }}", "12 September"),
        ("{{ e | year }}", "2018"),
        ("{{ a | period }}", "2017"),
        ("{{ '2018-09' | date }}", "September 2018"),
        ("{{ ['x', 'y', 'z'] | joined }}", "x, y and z"),
        ("{{ 'word' | cap }}", "Word"),
        ("{{ none }}", ""),
    ],
)
def test_wording_follows_the_number(template, expected):
    """Each filter, in both directions where it has two."""
    names = {
        "a": figure(8.5, "percent"), "b": figure(8.8, "percent"), "n": figure(3, "count"), "one": figure(1, "count"),
        "many": figure(22, "count"), "yes": figure(1, "yes or no"), "people": figure(1, "people"), "none": None,
        "e": Event("e", date="2018-09-12", title="E", published="2018-09-12"),
        "days": figure(10, "days", period="2018-01-01"),
    }  # fmt: skip
    assert words(template, **names) == expected


@pytest.mark.parametrize(("other", "disputed"), [(8.5, False), (8.45, False), (8.549, False), (8.56, True), (8, True)])
def test_a_value_that_differs_only_by_rounding_is_not_disputed(other, disputed):
    """A mark on 8.6 because another office prints 8.65 would cry wolf."""
    shown = replace(figure(8.5, "percent"), others=({"source": "t", "value": other},))
    assert ("disputed" in render("{{ x }}", {"x": shown}).notes[0]["flags"]) is disputed


def test_relations_tell_in_which_years_they_began():
    """Memoranda of eight years ago must not read as if they were signed today."""
    ties = pd.DataFrame({"subject": "a", "relation": "r", "object": ["b", "c"], "start": ["2018-09-12", "2013"]})
    assert words("{{ ties | begun }}", ties=ties) == "from 2013 to 2018"
    assert words("{{ ties | begun }}", ties=ties.head(1)) == "in 2018"


def test_a_count_names_what_it_counted():
    """The number of meetings can be followed to each meeting."""
    frame = pd.DataFrame(
        [{"event": "e", "title": "E", "date": "2018", "published": "2018", "source": "s", "status": "verified"}]
    )
    (note,) = render("{{ f | count | plural('meeting') }}", {"f": frame}).notes
    assert note["text"] == "one meeting" and note["readings"][0]["event"] == "e"


def test_marks_tell_what_a_reader_must_know():
    """Recalled, forecast, revised, disputed and overridden values are marked."""
    read = Figure(
        "f", "F", "count", period="2017", value=1, published="2018", source="s", status="recalled;forecast", revised_from=2,
        others=({"source": "t", "value": 3, "published": "2018", "status": "verified"},), override={"value": 1, "reason": "r"},
    )  # fmt: skip
    (note,) = render("{{ f }}", {"f": read}).notes
    assert note["flags"] == ["recalled", "forecast", "overridden", "revised", "disputed"]


def test_a_computed_number_shows_its_formula():
    """The note of a derived number has the formula and all that went in."""
    (note,) = render("{{ growth(a, b) }}", {"a": figure(110), "b": figure(100)}).notes
    assert note["text"] == "10%" and "÷" in note["formula"] and len(note["readings"]) == 2


def test_a_parameter_says_that_the_edition_set_it():
    """A threshold is no fact of the ledger."""
    (note,) = render("{{ low }}", {"low": parameter("band_low", 15, "percent")}).notes
    assert note["text"] == "15%" and note["readings"][0]["kind"] == "parameter"


@pytest.mark.parametrize(
    ("chance", "word"),
    [(0, "exceptionally unlikely"), (5, "very unlikely"), (20, "unlikely"), (50, "about as likely as not"), (70, "likely"),
     (95, "very likely"), (100, "virtually certain"), (33, "about as likely as not"), (66, "about as likely as not"), (90, "very likely")],
)  # fmt: skip
def test_a_chance_is_told_by_the_scale(chance, word):
    """The narrowest word that covers it; at an edge the narrower, then the first by the alphabet."""
    assert words("{{ x | likelihood }}", x=parameter("chance", chance, "percent")) == word


def test_conditions_may_stand_on_lines_of_their_own_and_be_indented():
    """A reviewer reads one sentence a line; tags and indentation leave no trace on the page."""
    template = (
        "One.\n{% if there %}\n  Two.\n  {% if not there %}\n    Never.\n  {% endif %}\n  Three.\n{% endif %}\nFour."
    )
    assert str(render(template, {"there": True})) == "One.\nTwo.\nThree.\nFour."
    assert str(render(template, {"there": False})) == "One.\nFour."


def test_indentation_of_a_list_within_a_condition_stays_what_markdown_needs():
    """Only what the condition adds is taken away, so an item below an item stays below it."""
    template = "{% if there %}\n  - one\n    - below\n  - two\n{% endif %}"
    assert str(render(template, {"there": True})) == "- one\n  - below\n- two"


def test_a_blank_line_ends_a_paragraph_within_a_condition_too():
    """As in Markdown."""
    template = "One.\n{% if there %}\n\n  Two.\n{% endif %}"
    assert str(render(template, {"there": True})) == "One.\n\nTwo."
