"""What a feed brings, beside what the ledger knows: new, revised, withdrawn, unchanged, and what nobody expects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from briefkit.feeds.feed import Feed
from briefkit.feeds.observations import FIRST_SEEN, Observations, Unexpected, marked_forecasts
from briefkit.ledger.periods import first_days, last_days
from briefkit.ledger.readings import records

KEY = ["figure", "period"]
ROW = ["figure", "period", "value", "low", "high", "published", "source", "status", "note"]
ENOUGH = 8
"""Changes from one period to the next after which a series is known well enough to call another one a jump."""
_KINDS = re.compile(r"(?P<day>\d{4}-\d\d-\d\d)|(?P<month>\d{4}-\d\d)|(?P<year>\d{4})|.*(?P<letter>[QHWF]).*")


@dataclass(frozen=True)
class Comparison:
    """What a feed brings that the ledger does not know.

    Attributes
    ----------
    feed : str
        Its name.
    new, revised : DataFrame
        Rows for the ledger; `old` and `old_status`, what it had, of those revised.
    withdrawn : DataFrame
        Rows of the ledger that the source no longer has.
    unchanged : int
        How many values are as the ledger has them.
    unexpected : tuple of Unexpected
        What is kept back until somebody has looked.
    """

    feed: str
    new: pd.DataFrame
    revised: pd.DataFrame
    withdrawn: pd.DataFrame
    unchanged: int
    unexpected: tuple[Unexpected, ...] = ()

    @property
    def rows(self) -> list[dict[str, str]]:
        """What is to be appended, in the order of publication."""
        frames = [frame for frame in (self.new, self.revised) if len(frame)]
        if not frames:
            return withdrawal_rows(self.withdrawn)
        rows = pd.concat(frames).sort_values(["published", *KEY], kind="stable").assign(low="", high="")
        return [*records(rows[ROW]), *withdrawal_rows(self.withdrawn)]


def withdrawal_rows(withdrawn: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows by which the ledger says that values were withdrawn.

    None for now: the ledger has no status `withdrawn` yet, so that what a source takes back is only reported. When
    it has one, this is the place to switch it on.
    """
    return []


def compare(
    feed: Feed, found: Observations, observed: pd.DataFrame, accepted: Iterable[str] = (), *, partly: bool = False
) -> Comparison:
    """Compare what a feed brings with the observations of the ledger.

    Parameters
    ----------
    feed : Feed
        The feed.
    found : Observations
        What its documents say.
    observed : DataFrame
        The ledger's observations.
    accepted : iterable of str
        Figures whose jumps somebody has looked at.
    partly : bool
        Whether some documents are missing, so that nothing follows from what is not there.

    Notes
    -----
    Where the document dates each value itself, a value is compared with the one that was in force on its day, so that
    whole histories of revisions come in, in any order. Otherwise the document says what is in force now, and is
    compared with the last value known; one that is not newer than that is dated by the day when it was first seen.
    """
    known = _known(observed, feed)
    rows = marked_forecasts(found.rows)
    unexpected = [*found.unexpected, *([] if partly else _vanished(feed, found))]
    values, missing = _with_numbers(rows[rows["value"] != ""]), rows[rows["value"] == ""]
    unexpected += _frequencies(values, known)
    values = values[~values["figure"].isin({problem.figure for problem in unexpected})]
    dated = feed.published[0] == "column"
    last = known.drop_duplicates(KEY, keep="last")
    withdrawn = last.iloc[:0] if dated or partly else _withdrawn(values, missing, last)
    if not dated:
        values, late = _dated_after(values, last)
        unexpected += late
    changes, clashes = _changes(values, known)
    unexpected += clashes
    jumps = list(_jumps(feed, changes, last, set(accepted)))
    changes = changes[~changes["figure"].isin({problem.figure for problem in jumps})]
    is_new = changes["old"].isna()
    unchanged = len(found.rows) - len(missing) - len(changes)
    return Comparison(feed.name, changes[is_new], changes[~is_new], withdrawn, unchanged, tuple([*unexpected, *jumps]))


def _known(observed: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    """Return what the ledger has of a feed's figures by its source, oldest first, with numbers and days."""
    figures = {series.figure for series in feed.series}
    own = observed[(observed["source"] == feed.source) & observed["figure"].isin(figures)]
    own = own.astype(dict.fromkeys(own.columns.drop("line"), "str"))
    return _with_numbers(own).sort_values(["day", "line"], kind="stable")


def _with_numbers(rows: pd.DataFrame) -> pd.DataFrame:
    number = pd.to_numeric(rows["value"], errors="coerce").astype("float64")
    return rows.assign(number=number, day=last_days(rows["published"]), start=first_days(rows["period"]))


def _comparable(status: pd.Series) -> pd.Series:
    """Return what matters of statuses: a value that was derived is no other for being read now."""
    return status.str.replace(";derived", "", regex=False)


def _dated_after(values: pd.DataFrame, last: pd.DataFrame) -> tuple[pd.DataFrame, list[Unexpected]]:
    """Leave out what is in force already; date what differs, and is not newer, by the day when it was seen."""
    before = values[KEY].merge(last[[*KEY, "number", "status", "day"]], on=KEY, how="left").set_index(values.index)
    same = (values["number"] == before["number"]) & (_comparable(values["status"]) == _comparable(before["status"]))
    last_of_key = ~values.duplicated(KEY, keep="last")
    old = before["day"].notna() & (values["day"] <= before["day"])
    seen = last_days(values["seen"])
    behind = ~same & old & last_of_key
    expected = "one value a day: the ledger has another of this day"
    clashes = records(values[behind & (seen <= before["day"])])
    problems = [Unexpected("same day", row["figure"], row["period"], row["value"], expected) for row in clashes]
    move = behind & (seen > before["day"])
    unmarked = move & ~values["note"].str.endswith(FIRST_SEEN)
    moved = values.assign(
        published=values["published"].mask(move, values["seen"]),
        day=values["day"].mask(move, seen),
        note=values["note"].mask(unmarked, values["note"] + FIRST_SEEN),
    )
    moved = moved[~(same & last_of_key) & (move | ~old)]
    return moved.drop_duplicates([*KEY, "day"], keep="last"), problems


def _changes(values: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.DataFrame, list[Unexpected]]:
    """Return the values that differ from what was in force before them, with that; and what clashes on one day."""
    both = pd.concat([known.assign(comes=0), values.assign(comes=1, line=0)], ignore_index=True)
    both = both.sort_values([*KEY, "day", "comes"], kind="stable")
    group = both.groupby(KEY, sort=False)
    before = group[["number", "status", "day", "comes"]].shift()
    comes, number = both["comes"] == 1, both["number"]
    same = (number == before["number"]) & (_comparable(both["status"]) == _comparable(before["status"]))
    clash = comes & (both["day"] == before["day"]) & (before["comes"] == 0) & ~same
    expected = "the value that the ledger has of this day"
    problems = [
        Unexpected("same day", row["figure"], row["period"], row["value"], expected) for row in records(both[clash])
    ]
    changed = both[comes & ~same & ~clash]
    at = changed.index
    return changed.assign(old=before.loc[at, "number"], old_status=before.loc[at, "status"]), problems


def _withdrawn(values: pd.DataFrame, missing: pd.DataFrame, last: pd.DataFrame) -> pd.DataFrame:
    """Return what the ledger has and the document, which covers its time, has not."""
    if values.empty and missing.empty:
        return last.iloc[:0]
    begin = pd.to_datetime(last["figure"].map(values.groupby("figure")["start"].min().to_dict()))
    kinds = set(zip(values["figure"], _kinds(values["period"]), strict=True))
    alike = pd.Series(list(zip(last["figure"], _kinds(last["period"]), strict=True)), index=last.index).isin(kinds)
    there = pd.MultiIndex.from_frame(last[KEY]).isin(pd.MultiIndex.from_frame(values[KEY]))
    empty = pd.MultiIndex.from_frame(last[KEY]).isin(pd.MultiIndex.from_frame(missing[KEY]))
    return last[~there & (empty | ((last["start"] >= begin) & alike).to_numpy())]


# -- what nobody expects -------------------------------------------------------------------------


def _vanished(feed: Feed, found: Observations) -> Iterator[Unexpected]:
    there = set(found.rows["figure"]) | {problem.figure for problem in found.unexpected}
    for series in feed.series:
        if series.figure not in there:
            yield Unexpected("vanished", series.figure, "", "no value in the documents", "at least one")


def _kinds(periods: pd.Series) -> list[str]:
    """Return the rhythm of each period, as a word."""
    words: Mapping[str, str] = {text: _kind(text) for text in periods.unique().tolist()}
    return [words[text] for text in periods.tolist()]


def _kind(period: str) -> str:
    match = _KINDS.fullmatch(period)
    names = {"Q": "quarter", "H": "half-year", "W": "week", "F": "fiscal year"}
    return names.get(match["letter"], str(match.lastgroup)) if match else ""


def _frequencies(values: pd.DataFrame, known: pd.DataFrame) -> Iterator[Unexpected]:
    """Yield figures whose values come in another rhythm than those that the ledger has."""
    had = known.assign(kind=_kinds(known["period"])).groupby("figure")["kind"].agg(set).to_dict()
    come = values.assign(kind=_kinds(values["period"])).drop_duplicates(["figure", "kind"])
    for row in records(come):
        if (kinds := had.get(row["figure"])) and row["kind"] not in kinds:
            yield Unexpected("frequency", row["figure"], row["period"], f"a {row['kind']}", " or ".join(sorted(kinds)))


def _jumps(feed: Feed, changes: pd.DataFrame, last: pd.DataFrame, accepted: set[str]) -> Iterator[Unexpected]:
    """Yield values further from the one before than the series ever moved, both in its unit and in proportion."""
    limits = {series.figure: series.jump for series in feed.series}
    history = {
        name: rows.sort_values("start") for name, rows in last[last["figure"].isin(changes["figure"])].groupby("figure")
    }
    for row in records(changes.sort_values([*KEY, "day"])):
        figure = row["figure"]
        past = history.get(figure)
        if past is None or figure in accepted or len(past) <= ENOUGH:
            continue
        numbers = past["number"].to_numpy()
        earlier = numbers[(past["start"] < row["start"]).to_numpy()]
        reference = float(row["old"] if not np.isnan(row["old"]) else earlier[-1] if len(earlier) else numbers[0])
        if _is_jump(row["number"], reference, numbers, limits[figure]):
            expected = f"a change from {reference:g} within what the series ever did; --accept {figure} if it is right"
            yield Unexpected("jump", figure, row["period"], row["value"], expected)


def _is_jump(value: float, reference: float, numbers: np.ndarray, factor: float) -> bool:
    """Return whether a value is further from a reference than `factor` times the largest change of a series."""
    steps, floor = np.abs(np.diff(numbers)), np.abs(numbers[:-1])
    shares = steps[floor > 0] / floor[floor > 0]
    change = abs(value - reference)
    if change <= factor * steps.max():
        return False
    return not reference or not len(shares) or change / abs(reference) > factor * shares.max()
