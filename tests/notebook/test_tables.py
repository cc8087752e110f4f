"""Tables of a section: alignment, remarks, rows."""

from __future__ import annotations

from test_measures import figure

from briefkit.ledger.readings import Figure
from briefkit.notebook import prose, tables


def test_a_column_of_numbers_stands_right():
    """Numbers are compared by their last digit."""
    rows = {
        "one": ["8.7%", "12 May", "24 months"],
        "two": ["not known", "2 June", "6% and 9%"],
        "three": ["1,204%", "3 July", "1\u00a0billion US dollars"],
    }
    head, _ = tables.table(rows, {"a": "Name", "b": "Share", "c": "Day", "d": "Printed"}, lambda text, **names: text)
    assert [column["align"] for column in head] == ["left", "right", "left", "right"]


def test_a_remark_written_in_the_notebook_stands_for_the_ledgers_note():
    """A plan of years ago is told as one; what is not known yet has no row."""
    known, later = figure(4), Figure("loan", "Loan", "count")
    planned = (known, "was to come by {{ 'May' }}")
    _, rows = tables.table([planned, later, known], {"note": "Remark"}, lambda text, **names: prose.render(text, names))
    assert [str(row[0]) for row in rows] == ["was to come by May", known.note]


def test_the_same_reading_is_one_row():
    """Asked for as that of a year and as the latest, a poll is still one poll."""
    _, rows = tables.table(
        [figure(4), figure(4), figure(5)], {"value": "Value"}, lambda text, **n: prose.render(text, n)
    )
    assert len(rows) == 1
