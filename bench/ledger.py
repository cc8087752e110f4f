"""A ledger of n observations: load, check, one snapshot, 168 snapshots; beside pandas and DuckDB on the same file.

python bench/ledger.py make FOLDER N
python bench/ledger.py {briefkit,pandas,duckdb} FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

DAYS = [day.date().isoformat() for day in pd.date_range("2006-01-31", periods=168, freq="ME")]
KEY = ["figure", "period", "source"]


def make(folder: Path, n: int) -> None:
    """Write a ledger: n observations of n/200 figures by 50 sources, a tenth of them corrections."""
    from briefkit.ledger.schema import SCHEMA

    folder.mkdir(parents=True)
    random = np.random.default_rng(0)
    figures = pd.DataFrame({"figure": [f"f.x{i}" for i in range(max(n // 200, 10))]})
    figures = figures.assign(title="T", unit="million tonnes", section="s", definition="", sources="")
    sources = pd.DataFrame({"source": [f"s{i}" for i in range(50)]}).assign(
        publisher="P", title="T", url="", published=""
    )
    day = pd.Timestamp("2005-01-01") + pd.to_timedelta(np.arange(n) % 7000, unit="D")
    rows = pd.DataFrame({
        "figure": random.choice(figures["figure"], n), "period": random.integers(1950, 2005, n).astype(str),
        "value": random.random(n).round(4), "low": "", "high": "", "published": day.strftime("%Y-%m-%d"),
        "source": random.choice(sources["source"], n), "status": "verified", "note": "",
    }).drop_duplicates(["figure", "period", "published", "source"])  # fmt: skip
    for name, schema in SCHEMA.items():
        table = {"figures": figures, "sources": sources, "observations": rows}.get(
            name, pd.DataFrame(columns=schema.names)
        )
        table[schema.names].to_csv(folder / f"{name}.csv", index=False)


def briefkit(folder: Path) -> dict[str, float]:
    """What a user does: every row checked, then what was known on a day of some figures, each with its history.

    A snapshot looks up what it is asked for; those beside it make the whole table of the day.
    """
    from briefkit import load_ledger

    clock = Clock()
    ledger = load_ledger(folder)
    clock("load and check")
    read(ledger.as_of(DAYS[0]), 1)
    clock("one snapshot")
    for number in (1, 100):
        for on in DAYS:
            read(ledger.as_of(on), number)
        clock(f"168 snapshots, figures read in each: {number}")
    return clock.laps


def read(snapshot: Any, figures: int) -> None:
    """So many figures."""
    for number in range(figures):
        snapshot.figure(f"f.x{number}").history["value"].sum()


def pandas(folder: Path) -> dict[str, float]:
    """Unchecked: read, and take the last of each group."""
    clock = Clock()
    rows = pd.read_csv(folder / "observations.csv", dtype={"period": "str", "low": "str", "high": "str"})
    rows["published"] = pd.to_datetime(rows["published"])
    clock("load and check")
    for on in DAYS[:1]:
        rows[rows["published"] <= on].sort_values("published", kind="stable").groupby(KEY).last()
    clock("one snapshot")
    for on in DAYS[::24]:
        rows[rows["published"] <= on].sort_values("published", kind="stable").groupby(KEY).last()
    clock("168 snapshots", times=24)
    return clock.laps


def duckdb(folder: Path) -> dict[str, float]:
    """Unchecked: read, and take the last of each group."""
    from duckdb import connect

    clock, base = Clock(), connect()
    base.execute(f"create table rows as select * from read_csv('{folder / 'observations.csv'}')")
    clock("load and check")
    query = "create or replace table seen as select figure, period, source, arg_max(value, published) as value "
    query += "from rows where published <= ? group by all"
    base.execute(query, [DAYS[0]])
    clock("one snapshot")
    for on in DAYS:
        base.execute(query, [on])
    clock("168 snapshots")
    return clock.laps


class Clock:
    """Seconds between calls, by name."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def __call__(self, name: str, times: int = 1) -> None:
        now = time.perf_counter()
        self.laps[name], self._last = (now - self._last) * times, now


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    if what == "make":
        make(Path(where), int(rest[0]))
    else:
        print(json.dumps({"briefkit": briefkit, "pandas": pandas, "duckdb": duckdb}[what](Path(where))))
