"""What must hold of a section that was run; each failure names all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree

from briefkit.formatting import amount
from briefkit.ledger.periods import last_day
from briefkit.project.release_log import latest
from briefkit.testing.runs import SectionRun

SMALLEST = 7.0
"""Least size of type in a picture, in points at print size: 12 pixels on a screen."""


def came_to_its_end(run: SectionRun) -> None:
    """Assert that every cell ran and none failed that was not meant to."""
    assert run.error is None, str(run.error)


def nothing_from_the_future(run: SectionRun) -> None:
    """Assert that whatever the section read was published by the as-of day.

    Raises
    ------
    AssertionError
        With every reading that could not be known, and the day on which it was published.
    """
    came_to_its_end(run)
    day = last_day(run.as_of)
    later = {
        f"{_name(reading)}: published {reading['published']}, after {run.as_of}"
        for reading in run.readings
        if reading.get("published") and last_day(reading["published"]) > day
    }
    assert not later, _listed(f"{run.section} as of {run.as_of} reads what was not known yet", later)


def numbers_have_sources(run: SectionRun) -> None:
    """Assert that each number with a note leads to a source, a parameter or a claim, and that no digit was typed.

    Years and days, which are no measured numbers, are left out.

    Raises
    ------
    AssertionError
        With every number that leads nowhere.
    """
    came_to_its_end(run)
    naked = {
        f'"{note["text"]}" has a formula but no readings'
        for note in run.numbers
        if not note["readings"] and re.search(r"\d", note["text"])
    }
    for text in run.prose_without_notes:
        left = re.sub(r"\b(\d{1,2} )?([A-Z][a-z]+ )?(1[6-9]|20)\d\d\b", " ", text)
        naked |= {f'"{word}" is typed in: {text[:60]}' for word in re.findall(r"\S*\d\S*", left)}
    assert not naked, _listed(f"{run.section} shows numbers without a source", naked)


def claims_settled(run: SectionRun) -> None:
    """Assert that the section settles each claim that `claims.csv` gives to it, and no other.

    Raises
    ------
    AssertionError
        With every claim that is missing, or is not the section's.
    """
    came_to_its_end(run)
    table = run.ledger.tables["claims"]
    expected = set(table.loc[table["section"] == run.section, "claim"])
    wrong = {f"{claim} is not settled" for claim in expected - run.claims.keys()}
    wrong |= {f"{claim} belongs to another section" for claim in run.claims.keys() - expected}
    assert not wrong, _listed(f"{run.section}: claims", wrong)


def same_as_released(run: SectionRun) -> None:
    """Assert that the numbers and verdicts are those of the edition's last release; passes where there is none.

    Raises
    ------
    AssertionError
        With every number that the release has otherwise, and every verdict that moved.
    """
    came_to_its_end(run)
    release = latest(run.project.published, run.edition)
    if release is None:
        return
    released = release["record"]
    values = {_key(figure): figure for figure in released["figures"] if run.section in figure["used_in"]}
    moved = set()
    for reading in run.readings:
        figure = values.get(_key(reading))
        if figure is not None and figure["value"] != reading["value"]:
            old, new = (amount(value, reading["unit"]) for value in (figure["value"], reading["value"]))
            moved.add(f"{_name(reading)}: released {old}, now {new}")
    verdicts = {claim["claim"]: claim["verdict"] for claim in released["claims"]}
    for claim, settled in run.claims.items():
        if verdicts.get(claim, settled["verdict"]) != settled["verdict"]:
            moved.add(f"{claim}: released {verdicts[claim]}, now {settled['verdict']}")
    assert not moved, _listed(f"{run.section} of {run.edition} is not as released", moved)


def picture_is_readable(run: SectionRun, chart: str = "") -> None:
    """Assert that charts say in words what they show, and that no type in them is too small or cut.

    Parameters
    ----------
    run : SectionRun
        A section that was run.
    chart : str
        Id of one chart; all when empty.

    Raises
    ------
    AssertionError
        With everything that a reader could not read.
    """
    came_to_its_end(run)
    wrong = set()
    for name, block in run.charts.items():
        if chart not in ("", name):
            continue
        if not block["alt"].strip() or block["alt"].strip() == block["title"].strip():
            wrong.add(f"{name}: found no alternative text of its own")
        wrong |= {f"{name}: {problem}" for problem in _picture_problems(block["svg"])}
    assert not chart or chart in run.charts, f"{run.section}: found no chart {chart}; it has {', '.join(run.charts)}"
    assert not wrong, _listed(f"{run.section}: pictures", wrong)


def _picture_problems(svg: str) -> Iterable[str]:
    """Find type that is too small, and words that begin outside of the picture."""
    root = ElementTree.fromstring(svg)
    left, top, width, height = (float(part) for part in root.get("viewBox", "0 0 0 0").split())
    for element in root.iter():
        if not element.tag.endswith("}text") and element.tag != "text":
            continue
        words = " ".join("".join(element.itertext()).split())
        size = re.search(r"([\d.]+)px", element.get("style", ""))
        if size and float(size[1]) < SMALLEST:
            yield f'"{words[:40]}" is {float(size[1]):g} points tall, expected at least {SMALLEST:g}'
        place = re.findall(r"-?[\d.]+", element.get("transform", ""))[:2]
        x, y = (float(place[0]), float(place[1])) if len(place) == 2 else (element.get("x"), element.get("y"))
        if (
            x is not None
            and y is not None
            and not (left <= float(x) <= left + width and top <= float(y) <= top + height)
        ):
            yield f'"{words[:40]}" begins outside of the picture'


def _key(reading: dict[str, object]) -> tuple[object, ...]:
    return reading.get("figure"), reading.get("period"), reading.get("source")


def _name(reading: dict[str, object]) -> str:
    names = (reading.get(key) for key in ("figure", "event", "subject", "claim"))
    return " ".join(filter(None, [str(next(filter(None, names), "a reading")), str(reading.get("period") or "")]))


def _listed(head: str, problems: Iterable[str]) -> str:
    return "\n".join([f"{head}:", *(f"  {problem}" for problem in sorted(problems))])
