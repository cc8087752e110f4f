"""What changed from one edition to another, and why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from briefkit.notebook.outputs import Section
from briefkit.report.diff import compare, mark_words


def figure(value: float, period: str = "2017", source: str = "s", published: str = "2018-01-30", **more) -> dict:
    """A figure as the record has it."""
    entry = {
        "figure": "trade",
        "period": period,
        "value": value,
        "unit": "count",
        "published": published,
        "source": source,
    }
    return entry | {"status": "verified", "used_in": ["s"]} | more


def claim(
    verdict: str, margin: float | None = None, name: str = "grew", premises: tuple[str, ...] = ("trade",)
) -> dict:
    """A claim as the record has it."""
    return {
        "claim": name,
        "section": "s",
        "statement": "S.",
        "verdict": verdict,
        "margin": margin,
        "premises": list(premises),
    }


def record(figures=(), claims=(), sources=(), edition: str = "a") -> dict:
    """A record as in edition.json."""
    head = {"format": 1, "edition": edition, "as_of": "2018-10-12", "title": "T", "sections": []}
    return head | {"figures": list(figures), "claims": list(claims), "sources": list(sources)}


def reason(old: dict, new: dict) -> list[str]:
    """Why a figure changed."""
    return [change["why"] for change in compare(record([old]), record([new])).figures]


def test_equal_editions_do_not_differ():
    """Nothing is told where nothing changed."""
    same = record([figure(1)], [claim("holds")], [{"source": "s"}])
    assert compare(same, same).same


def test_a_change_of_a_figure_has_its_reason():
    """New period, correction, other source, override, newly read, no longer read."""
    assert reason(figure(1), figure(2, "2018")) == ["new period"]
    assert reason(figure(1), figure(2, published="2018-05-01")) == ["correction"]
    assert reason(figure(1), figure(2, source="t")) == ["other source"]
    assert reason(figure(1), figure(2, override={"value": 1, "reason": "r"})) == ["override"]
    assert [change["why"] for change in compare(record(), record([figure(1)])).figures] == ["newly read"]
    assert [change["why"] for change in compare(record([figure(1)]), record()).figures] == ["no longer read"]


def test_what_stayed_the_same_is_listed_only_with_another_source_or_override():
    """A later publication of the same value for the same period is no change."""
    assert reason(figure(1), figure(1, published="2018-05-01")) == []
    assert reason(figure(1), figure(1, source="t")) == ["other source"]
    assert reason(figure(1), figure(1, override={"value": 1.0, "reason": "r"})) == ["override"]


def test_a_claim_that_moved_names_the_premises_that_moved_it():
    """A figure that changed, or a claim that turned."""
    old = record([figure(1)], [claim("holds", 1), claim("holds", name="top", premises=("grew",))])
    new = record([figure(2)], [claim("overturned", -1), claim("weakened", name="top", premises=("grew",))])
    moved = {change["claim"]: change["because"] for change in compare(old, new).claims}
    assert moved == {"grew": ["trade"], "top": ["grew"]}


def test_sources_added_and_removed_are_told():
    """By their records."""
    difference = compare(record(sources=[{"source": "a"}]), record(sources=[{"source": "b"}])).sources
    assert difference == {"added": [{"source": "b"}], "removed": [{"source": "a"}]}


def section(*blocks: dict) -> list[Section]:
    """A section of blocks."""
    return [Section("s", "T", "Why?", "ok", list(blocks))]


def test_texts_and_charts_are_compared_by_their_place():
    """A new paragraph does not make all that follow it look changed."""

    def prose(cell: int, text: str) -> dict:
        return {"kind": "prose", "cell": cell, "text": {"text": text, "notes": []}}

    def chart(svg: str) -> dict:
        return {"kind": "chart", "cell": 9, "chart": "c", "title": {"text": svg, "notes": []}, "svg": svg}

    before = section(prose(1, "one two"), prose(3, "same"), chart("x"))
    after = section(prose(1, "one three"), prose(2, "new"), prose(3, "same"), chart("y"))
    difference = compare(record(), record(), before, after)
    assert [text["new"] for text in difference.texts] == ["one three", "new"]
    assert difference.texts[0]["marked"] == [("=", "one"), ("-", "two"), ("+", "three")]
    assert [(change["old"], change["new"]) for change in difference.charts] == [("x", "y")]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_marked_words_give_back_both_texts(old, new):
    """Whatever changed, old and new can be read from the marks."""
    parts = mark_words(" ".join(old), " ".join(new))
    assert " ".join(" ".join(text for sign, text in parts if sign in "=-").split()) == " ".join(old)
    assert " ".join(" ".join(text for sign, text in parts if sign in "=+").split()) == " ".join(new)
