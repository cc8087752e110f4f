"""A claim through time: which reading decides it on a day, when it first failed, and what did that.

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
_STATE = "claim section statement verdict margin unit flips_at level_unit due review_by made premises printed".split()
_READ = "kind figure event subject relation object claim title period date start value unit".split()
_READ += "published source verdict why status revised_from".split()


@dataclass(frozen=True)
class Turn:
    """When a claim could first have been known to fail.

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
        Claims that fell under it, where these did it.
    gone : bool
        Whether what did it was known before and no longer.
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
    gone: bool
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
    turns : list of Turn
        For each claim that failed: when first, and why.
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
    turns: list[Turn]
    titles: dict[str, str]
    sources: dict[str, Reading]
    errors: list[tuple[str, SectionFailed]] = field(default_factory=list)


def slim(claim: Mapping[str, Any]) -> State:
    """What of a settled claim is needed to follow it through time."""
    state = {name: claim.get(name) for name in _STATE}
    kept = [{name: read[name] for name in _READ if read.get(name) not in (None, "")} for read in claim["readings"]]
    return state | {"readings": kept, "own": claim["verdict"], "stale": _is_stale(claim)}


def _is_stale(claim: Mapping[str, Any]) -> bool:
    """Whether it is unknown because what was read is too old; the test then says so."""
    return claim["verdict"] == "unknown" and str(claim.get("test", "")).startswith("the newest reading")


def undercut(state: State) -> list[str]:
    """The premises that fell, where these and nothing else weaken a claim."""
    return list(state["fell"]) if state["own"] == "holds" and state["verdict"] == "weakened" else []


def deciding(state: State) -> Reading | None:
    """The reading that decides a verdict: the one as far from the level as the margin says, else the last published."""
    margin, level = state["margin"], state["flips_at"]
    if margin is not None and level is not None:
        for read in state["readings"]:
            if isinstance(read.get("value"), (int, float)) and abs(abs(read["value"] - level) - abs(margin)) < 1e-6:
                return dict(read)
    return _newest(state["readings"])


def failing(days: Sequence[str], states: Sequence[State | None]) -> tuple[int, str] | None:
    """Where a claim first fails, once it was made, and how: the place among the days, and the verdict.

    A claim that fails when it is made fails since the verdict last was another. One that was overturned on any day
    counts as overturned, else as weakened.
    """
    verdicts = [state["verdict"] if state else "" for state in states]
    made = next((state["made"] for state in states if state), "")
    start = next((place for place, day in enumerate(days) if day >= made), len(days))
    for wanted in FAILS:
        if wanted in verdicts[start:]:
            place = verdicts.index(wanted, start)
            while place and verdicts[place - 1] == wanted:
                place -= 1
            return place, wanted
    return None


def turn(timeline: Iterable[tuple[str, State | None]], wanted: str, last: str) -> Turn:
    """The first of some days on which a claim has a verdict, and what the day before did not have.

    Parameters
    ----------
    timeline : iterable of (str, dict or None)
        Days in their order, from one before the turn (or the turn itself) to one after it.
    wanted : str
        The verdict; on some of the days the claim has it.
    last : str
        The verdict on the last day of all.
    """
    before: State | None = None
    for place, (day, state) in enumerate(timeline):
        if state and state["verdict"] == wanted:
            fell = tuple(name for name in state["fell"] if before is None or name not in before["fell"])
            read = None if undercut(state) or state["stale"] else _new(before, state)
            premises = fell if read is None else ()
            gone = before is not None and read is not None and read not in state["readings"]
            lapsed = state["stale"] or (before is not None and not (premises or read))
            return Turn(state, day, place > 0, read, premises, gone, lapsed, last)
        before = state
    raise ValueError(f"on none of these days a claim is {wanted}")


def _new(before: State | None, state: State) -> Reading | None:
    """What was read on a day and not before; what was read before and no longer; else what decides."""
    if before is None:
        return deciding(state)
    new = [read for read in state["readings"] if read not in before["readings"]]
    decides = deciding(state)
    if decides in new:
        return decides
    gone = [read for read in before["readings"] if read not in state["readings"]]
    return _newest(new) or _newest(gone)


def _newest(readings: Iterable[Reading]) -> Reading | None:
    published = [read for read in readings if read.get("published")]
    return max(published, key=lambda read: last_day(read["published"]), default=None)
