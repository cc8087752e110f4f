"""Follow a claim through time: which reading decides it on a day, when it first failed, and what did that.

A state is what was settled on one day, without what only a page of that day needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from briefkit.errors import SectionFailed
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Reading

State = dict[str, Any]
FAILS = ("overturned", "weakened")
_STATE = "claim section statement verdict margin unit flips_at level_unit".split()
_STATE += "review_due review_by made premises printed".split()
_READ = "kind figure event subject relation object claim title period date start value unit".split()
_READ += "published source verdict why status revised_from".split()


@dataclass(frozen=True)
class TurningPoint:
    """The day on which a claim could first have been known to fail, and why.

    Attributes
    ----------
    state : dict
        The claim on that day.
    day : str
        ISO.
    exact : bool
        Whether it is the first such day; else the claim failed on the first day that was looked at.
    read : dict or None
        The observation, event or judgement that did it.
    premises : tuple of str
        Claims under it that were overturned, where these did it.
    withdrawn : bool
        Whether the reading was known before and no longer.
    lapsed : bool
        Whether it was the passing of time, which made what was read too old.
    last : str
        The verdict on the last day.
    """

    state: State
    day: str
    exact: bool
    read: Reading | None
    premises: tuple[str, ...]
    withdrawn: bool
    lapsed: bool
    last: str


@dataclass(frozen=True)
class Backtest:
    """The claims of an edition on many days.

    Attributes
    ----------
    edition : dict
        edition, title, language and the like; its parameters and overrides hold on all days.
    every : str
        `month`, `quarter` or `year`.
    days : list of str
        ISO, in order: the last day of each.
    claims : dict
        For each claim its state on each day; None where its section failed before it settled the claim.
    turning_points : list of TurningPoint
        For each claim that failed.
    titles : dict
        Headings of the sections, in their order on the page.
    sources : dict
        Records of the ledger's sources, by id.
    errors : list of (str, SectionFailed)
        What stopped a section, each once, with the first day of it.
    """

    edition: dict[str, Any]
    every: str
    days: list[str]
    claims: dict[str, list[State | None]]
    turning_points: list[TurningPoint]
    titles: dict[str, str]
    sources: dict[str, Reading]
    errors: list[tuple[str, SectionFailed]] = field(default_factory=list)


def claim_state(claim: Mapping[str, Any]) -> State:
    """Reduce a settled claim to what is needed to follow it through time."""
    state = {name: claim.get(name) for name in _STATE}
    readings = [
        {name: reading[name] for name in _READ if reading.get(name) not in (None, "")} for reading in claim["readings"]
    ]
    return state | {"readings": readings, "own": claim["verdict"], "stale": bool(claim.get("stale"))}


def undercut(state: State) -> list[str]:
    """List the premises that were overturned, where these and nothing else weaken a claim."""
    return list(state["overturned_premises"]) if state["own"] == "holds" and state["verdict"] == "weakened" else []


def deciding(state: State) -> Reading | None:
    """Return the reading that decides a verdict.

    That is the one as far from the level as the margin says, else the last published.
    """
    margin, level = state["margin"], state["flips_at"]
    if margin is not None and level is not None:
        for reading in state["readings"]:
            value = reading.get("value")
            if isinstance(value, (int, float)) and abs(abs(value - level) - abs(margin)) < 1e-6:
                return dict(reading)
    return _newest(state["readings"])


def find_failure(days: Sequence[str], states: Sequence[State | None]) -> tuple[int, str] | None:
    """Find where a claim first fails, once it was made: the place among the days, and the verdict.

    A claim that fails when it is made fails since the verdict last was another. One that was overturned on any day
    counts as overturned, else as weakened.

    Parameters
    ----------
    days : sequence of str
        ISO, in order.
    states : sequence of dict or None
        The claim on each day; None where its section failed before it settled the claim.
    """
    verdicts = [state["verdict"] if state else "" for state in states]
    made = next((state["made"] for state in states if state), "")
    start = next((place for place, day in enumerate(days) if day >= made), len(days))
    for verdict in FAILS:
        if verdict in verdicts[start:]:
            place = verdicts.index(verdict, start)
            while place and verdicts[place - 1] == verdict:
                place -= 1
            return place, verdict
    return None


def find_turning_point(timeline: Iterable[tuple[str, State | None]], verdict: str, last: str) -> TurningPoint:
    """Find the first of some days on which a claim has a verdict, and what the day before did not have.

    Parameters
    ----------
    timeline : iterable of (str, dict or None)
        Days in their order, from one before the turn (or the turn itself) to one after it.
    verdict : str
        On some of the days the claim has it.
    last : str
        The verdict on the last day of all.
    """
    before: State | None = None
    for place, (day, state) in enumerate(timeline):
        if state and state["verdict"] == verdict:
            return _turning_point(before, state, day, exact=place > 0, last=last)
        before = state
    raise ValueError(f"on none of these days a claim is {verdict}")


def _turning_point(before: State | None, state: State, day: str, *, exact: bool, last: str) -> TurningPoint:
    """Say what made a claim fail between one day and the next."""
    known = before["overturned_premises"] if before else ()
    overturned = tuple(name for name in state["overturned_premises"] if name not in known)
    read = None if undercut(state) or state["stale"] else _new(before, state)
    premises = overturned if read is None else ()
    withdrawn = before is not None and read is not None and read not in state["readings"]
    lapsed = state["stale"] or (before is not None and not (premises or read))
    return TurningPoint(state, day, exact, read, premises, withdrawn, lapsed, last)


def _new(before: State | None, state: State) -> Reading | None:
    """Return what was read on a day and not before; else what was read before and no longer; else what decides."""
    decides = deciding(state)
    if before is None:
        return decides
    new = [reading for reading in state["readings"] if reading not in before["readings"]]
    if decides in new:
        return decides
    withdrawn = [reading for reading in before["readings"] if reading not in state["readings"]]
    return _newest(new) or _newest(withdrawn)


def _newest(readings: Iterable[Reading]) -> Reading | None:
    published = [reading for reading in readings if reading.get("published")]
    return max(published, key=lambda reading: last_day(reading["published"]), default=None)
