"""Settle claims: by a condition, by an analyst's judgement, or by what the brief printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from briefkit.analysis.conditions import Condition
from briefkit.analysis.premises import premises_of
from briefkit.analysis.quantity import Amount
from briefkit.formatting import amount, decimal, rounded
from briefkit.ledger.periods import last_day
from briefkit.ledger.readings import Reading

VERDICT_MEANINGS = {
    "holds": "true on the as-of day",
    "weakened": "true only in part, within its tolerance, or with a premise that fell",
    "overturned": "not true on the as-of day",
    "unknown": "nothing known by the day decides it",
}


def settle(
    row: Mapping[str, Any],
    condition: Condition | bool | None,
    *,
    weakened: Condition | bool | None = None,
    after: Callable[[str], bool] | None = None,
    max_age_years: float | None = None,
) -> Reading:
    """Settle one claim by a condition.

    Parameters
    ----------
    row : mapping
        The claim's row of the ledger.
    condition : Condition, bool or None
        Whether it holds; None when that is not known.
    weakened : Condition, bool or None
        Whether it holds only in part.
    after : callable, optional
        Returns whether the as-of day is after a day, ISO; called where there is a `max_age_years`.
    max_age_years : float, optional
        After how many years without a newer reading the claim is unknown.

    Returns
    -------
    dict
        `verdict`, `margin` and `unit`, `flips_at` and `level_unit`, `test`, `readings`, `premises`, `review_due` with
        columns of the row; `stale` is the day of a newest reading that is too old, or empty.

    Examples
    --------
    >>> from briefkit.analysis import at_least
    >>> known = ledger.as_of("2018-10-12")
    >>> claim = settle(known.claim("share_reaches_15"), at_least(known.figure("energy.share"), 15))
    >>> claim["verdict"], claim["margin"], claim["unit"], claim["flips_at"]
    ('overturned', -6.5, 'percentage points', 15.0)
    """
    whole, part = (test if isinstance(test, Condition) else Condition(test, "") for test in (condition, weakened))
    readings = [*whole.readings, *part.readings]
    stale = _stale_since(readings, after, max_age_years)
    verdict = "unknown" if stale else _verdict(whole, part)
    tests = filter(None, [whole.words, part.words])
    too_old = f"the newest reading, of {stale}, is older than {max_age_years:g} years" if stale else ""
    return (
        _columns(row)
        | {"verdict": verdict, "stale": stale}
        | _distance(whole, verdict)
        | {"test": too_old or "; only in part where ".join(tests), "readings": readings}
    )


def _verdict(whole: Condition, part: Condition) -> str:
    if whole.holds is None:
        return "unknown"
    if part:
        return "weakened"
    return "holds" if whole.holds else "overturned"


def _distance(condition: Condition, verdict: str) -> Reading:
    """Return the margin of a threshold and where it flips; nothing for a tolerance, or for a margin that belies."""
    sign = {"holds": 1, "overturned": -1, "unknown": -1}.get(verdict, 0)
    if condition.margin is None or condition.tolerance or sign * condition.margin < 0:
        return {"margin": None, "unit": "", "flips_at": None, "level_unit": ""}
    return {name: getattr(condition, name) for name in ("margin", "unit", "flips_at", "level_unit")}


def _stale_since(readings: Iterable[Reading], after: Callable[[str], bool] | None, max_age_years: float | None) -> str:
    """Return the day of the newest reading where that is too old to settle anything; empty where it is not."""
    days = (last_day(reading["published"]) for reading in readings if reading.get("published"))
    newest = max(days, default=None)
    if max_age_years is None or after is None or newest is None:
        return ""
    limit = newest + timedelta(days=int(max_age_years * 365.25))
    return newest.isoformat() if after(limit.isoformat()) else ""


def judge(row: Mapping[str, Any], verdicts: Iterable[Mapping[str, Any]], after: Callable[[str], bool]) -> Reading:
    """Settle one claim by the analyst's last dated judgement.

    Parameters
    ----------
    row : mapping
        The claim's row of the ledger.
    verdicts : iterable of mapping
        Rows of `verdicts.csv` known on the day, oldest first.
    after : callable
        Returns whether the as-of day is after a day, ISO: a review date that it has passed, with no judgement since,
        makes the claim's review due.

    Returns
    -------
    dict
        As `settle` gives it; its only reading is of the kind `verdict`, or there is none yet.
    """
    last = next(reversed(list(verdicts)), None)
    published = str(last["published"]) if last else ""
    review_by = str(row["review_by"])
    readings = []
    if last:
        words = {name: last[name] for name in ("verdict", "published", "why")}
        readings = [{"kind": "verdict", "claim": row["claim"]} | words]
    return _columns(row) | {
        "verdict": last["verdict"] if last else "unknown",
        "margin": None,
        "unit": "",
        "flips_at": None,
        "level_unit": "",
        "test": f"judgement of {published}" if last else "awaits a judgement",
        "review_due": bool(review_by) and published < review_by and after(review_by),
        "readings": readings,
    }


def printed(brief_value: str, record: Amount, *, within: float, loosely: float) -> Reading:
    """Compare what the brief printed with what the record then said.

    Parameters
    ----------
    brief_value : str
        As printed; of several numbers, joined by semicolons, the first counts.
    record : Figure or Quantity
        As known on the day of the brief.
    within, loosely : float
        Distance up to which it is as printed, and up to which it is imprecise, in the record's unit.

    Returns
    -------
    dict
        `verdict` (as printed, imprecise, contradicted or unknown), `brief` and `record` with their unit, `formula` and
        `readings`.
    """
    values = [float(part) for part in brief_value.split(";")]
    words = " and ".join(amount(rounded(value), record.unit) for value in values)
    if not record.known:
        return {"verdict": "unknown", "brief": words, "record": "", "formula": "", "readings": []}
    distance = abs(decimal(values[0]) - decimal(record.value))
    exact = distance <= decimal(within)
    recorded = amount(rounded(record.value), record.unit)
    if not exact and recorded == words:  # two values that differ must not be written alike
        recorded = amount(record.value, record.unit, against=values[0])
    return {
        "verdict": "as printed" if exact else "imprecise" if distance <= decimal(loosely) else "contradicted",
        "brief": words,
        "record": recorded,
        "formula": getattr(record, "formula", ""),
        "readings": list(record.readings),
    }


def _columns(row: Mapping[str, Any]) -> Reading:
    columns = {name: row[name] for name in ("claim", "section", "statement", "brief_value", "made", "review_by")}
    kind = {"kind": "claim", "kind_of_claim": row["kind"]}
    return columns | kind | {"premises": premises_of(row), "review_due": False, "printed": None}
