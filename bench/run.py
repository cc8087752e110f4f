"""How long a run takes, beside what one would do without briefkit: ratios of one run, since machines differ.

    make bench                        every case, into docs/bench.md
    python bench/run.py cold html     some cases

Each case alternates the reference and briefkit on a copy of the brief, and takes the median.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from urllib.request import urlopen

import psutil

HOME = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
EDITION = "2026-07"
MONTHS = 168


@dataclass(frozen=True)
class Row:
    """One line of the table; seconds."""

    case: str
    reference: str
    theirs: float
    ours: float
    goal: str

    def __str__(self) -> str:
        ratio = f"{self.theirs / self.ours:.1f}×"
        return f"| {self.case} | {self.reference} | {self.theirs:.2f} s | {self.ours:.2f} s | {ratio} | {self.goal} |"


def sh(*command: str | Path, cwd: Path) -> float:
    """Seconds that a command takes."""
    began = time.perf_counter()
    quiet = os.environ | {"PYTHONWARNINGS": "ignore", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=quiet, capture_output=True, text=True, input="y\n")
    if done.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\n{done.stderr[-2000:]}")
    return time.perf_counter() - began


def loop(brief: Path, day: str = "", convert: bool = True) -> float:
    """What one does by hand: papermill for each notebook, then nbconvert."""
    out = brief / "loop"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    seconds = 0.0
    for path in sorted((brief / "notebooks").glob("*.ipynb")):
        more = ["-p", "claims", "loop"] if path.name.startswith("05") else []
        more += ["-p", "as_of", day] if day else []
        line = [BIN / "papermill", f"notebooks/{path.name}", f"loop/{path.name}", "-f", f"params/{EDITION}.yaml"]
        seconds += sh(*line, *more, "--no-progress-bar", cwd=brief)
    if convert:
        books = sorted(f"loop/{path.name}" for path in out.glob("*.ipynb"))
        seconds += sh(BIN / "jupyter", "nbconvert", "--to", "html", *books, cwd=brief)
    return seconds


def render(brief: Path, *more: str) -> float:
    """One edition by briefkit."""
    return sh(BIN / "briefkit", "render", EDITION, *more, cwd=brief)


def alternate(repeats: int, theirs: Callable[[], float], ours: Callable[[], float]) -> tuple[float, float]:
    """Medians of both, taken in turn."""
    pairs = [(theirs(), ours()) for _ in range(repeats)]
    return median(one for one, _ in pairs), median(two for _, two in pairs)


def cold(brief: Path, repeats: int) -> list[Row]:
    """The whole brief with nothing kept: HTML and PDF, and beside the straight-line limit."""
    straight = [BIN / "python", HOME / "bench" / "straight.py", f"params/{EDITION}.yaml"]
    theirs, ours = alternate(repeats, lambda: loop(brief), lambda: render(brief, "--no-cache"))
    limit = median(sh(*straight, cwd=brief) for _ in range(repeats))
    return [
        Row("whole brief, cold, HTML + PDF", "papermill in a loop, nbconvert, no PDF", theirs, ours, "≥ 5×"),
        Row("the same, beside its limit", "all cells in one process, no page", limit, ours, "≥ 0.5×"),
    ]


def html(brief: Path, repeats: int) -> list[Row]:
    """The whole brief, HTML only."""
    ours = lambda: render(brief, "--no-cache", "--to", "html")  # noqa: E731
    theirs, mine = alternate(repeats, lambda: loop(brief), ours)
    return [Row("whole brief, cold, HTML", "papermill in a loop, nbconvert", theirs, mine, "≥ 8×")]


def unchanged(brief: Path, repeats: int) -> list[Row]:
    """Nothing changed since the last run."""
    render(brief)
    sh(BIN / "jcache", "notebook", "add", *sorted(map(str, (brief / "notebooks").glob("*.ipynb"))), cwd=brief)
    cached = lambda: sh(BIN / "jcache", "project", "execute", cwd=brief)  # noqa: E731
    cached()
    theirs, ours = alternate(repeats, cached, lambda: render(brief))
    return [Row("nothing changed", "jupyter-cache, all cached, no page", theirs, ours, "≥ 8×, ≤ 0.4 s")]


def observe(brief: Path, row: str) -> None:
    """Append an observation to the brief's ledger."""
    with (brief / "data" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")


def observation(brief: Path, repeats: int) -> list[Row]:
    """One observation changed that two sections read."""
    values = iter(range(100))

    def ours() -> float:
        value, day = next(values), 10 + next(values) % 20
        observe(brief, f"energy.import_share.lng,2025,8.{value},,,2026-06-{day},mof_trade,verified,")
        return render(brief, "--to", "html,json")

    render(brief, "--to", "html,json")
    theirs, mine = alternate(repeats, lambda: loop(brief), ours)
    return [Row("one observation changed, HTML", "papermill in a loop, nbconvert", theirs, mine, "≤ 1.5 s")]


def watched(brief: Path, repeats: int) -> list[Row]:
    """One observation changed that one section reads: from the saved file to the word to open pages to reload."""
    values = iter(range(100))
    line = [BIN / "briefkit", "watch", EDITION, "--port", "0", "--no-open"]
    with subprocess.Popen(list(map(str, line)), cwd=brief, stdout=subprocess.PIPE, text=True) as process:
        address = process.stdout.readline().split()[1]
        with urlopen(f"{address}.watch/events") as lines:
            told = (json.loads(line[6:]) for line in lines if line.startswith(b"data: "))
            made = (news for news in told if not news["busy"])
            next(made)

            def ours() -> float:
                at = next(values)
                began = time.perf_counter()
                row = f"visits.russians_in_japan_monthly,2025-06,19{at},,,2026-06-{at + 1:02},pravda_jnto2025,verified,"
                observe(brief, row)
                if error := next(made)["error"]:
                    raise SystemExit(f"watch: {error}")
                return time.perf_counter() - began

            ours()
            theirs, mine = alternate(repeats, lambda: loop(brief), ours)
        process.terminate()
    return [Row("the same in one section, while watched", "papermill in a loop, nbconvert", theirs, mine, "≤ 1.5 s")]


def months(brief: Path, repeats: int) -> list[Row]:
    """Fourteen years of monthly editions; the reference is timed on six and scaled."""
    days = [f"20{year}-06-30" for year in (13, 15, 17, 19, 21, 23)]
    theirs = sum(loop(brief, day, convert=False) for day in days) / len(days) * MONTHS
    ours, most = backtest(brief, "2012-08")
    _, least = backtest(brief, "2025-08")
    said = f"{MONTHS} monthly editions (peak memory {most / least:.2f}× that of 12)"
    return [Row(said, "papermill in a loop, six timed and scaled", theirs, ours, "≥ 30×, ≤ 1.5×")]


def backtest(brief: Path, since: str) -> tuple[float, float]:
    """Seconds that a backtest takes, and the most memory that its processes hold together, in bytes."""
    line = [BIN / "briefkit", "backtest", EDITION, "--from", since, "--to", "2026-07"]
    began, most = time.perf_counter(), 0.0
    running = psutil.Popen(list(map(str, line)), cwd=brief, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while running.poll() is None:
        with suppress(psutil.Error):
            most = max(most, sum(one.memory_info().rss for one in [running, *running.children(recursive=True)]))
        time.sleep(0.1)
    if running.returncode:
        raise SystemExit(f"backtest ended with {running.returncode}")
    return time.perf_counter() - began, most


def starts(brief: Path, repeats: int) -> list[Row]:
    """A hundred kernels, two at a time: started, one cell run, ended; beside twenty plain ones."""
    done = subprocess.run([BIN / "python", HOME / "bench" / "starts.py"], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    said = f"a kernel started, used and ended ({found['failed']} of 100 failed)"
    rows = [(f"{said}: median", "median"), ("the same: 95th percentile", "late")]
    return [Row(name, "papermill, a plain kernel", found["plain"][of], found["warm"][of], "") for name, of in rows]


def start(brief: Path, repeats: int) -> list[Row]:
    """How soon the command answers."""
    repeats *= 4
    nothing = lambda: sh(BIN / "python", "-c", "pass", cwd=brief)  # noqa: E731
    theirs, ours = alternate(repeats, nothing, lambda: sh(BIN / "briefkit", "--help", cwd=brief))
    return [Row("`briefkit --help`", "`python -c pass`", theirs, ours, "≤ 0.15 s more")]


LAPS = {
    "load and check": "≤ 0.5 s",
    "one snapshot": "≤ 0.1 s",
    "168 snapshots, figures read in each: 1": "ahead",
    "168 snapshots, figures read in each: 100": "≥ 0.5×",
}
"""What is timed of a ledger, and the goal."""


def ledger(brief: Path, repeats: int, size: int = 100_000) -> list[Row]:
    """A ledger as large as that of a statistical brief."""
    folder, program = brief / f"ledger{size}", HOME / "bench" / "ledger.py"
    sh(BIN / "python", program, "make", folder, str(size), cwd=brief)
    laps: dict[str, list[dict[str, float]]] = {"briefkit": [], "pandas": [], "duckdb": []}
    for _ in range(repeats):
        for library, seconds in laps.items():
            done = subprocess.run(
                [BIN / "python", program, library, folder], capture_output=True, text=True, check=True
            )
            seconds.append(json.loads(done.stdout))
    medians = {
        library: {lap: median(repeat[lap] for repeat in seconds) for lap in seconds[0]}
        for library, seconds in laps.items()
    }
    return [
        Row(
            f"{size:,} observations: {lap}",
            f"{library}, unchecked" if "check" in lap else library,
            medians[library][lap.partition(",")[0]],
            medians["briefkit"][lap],
            goal,
        )
        for lap, goal in LAPS.items()
        for library in ("pandas", "duckdb")
    ]


KINDS = (start, starts, cold, html, unchanged, observation, watched, months, ledger)
CASES: dict[str, Callable[[Path, int], list[Row]]] = {kind.__name__: kind for kind in KINDS}


def main() -> None:
    """Run cases and print, or write, the table."""
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("cases", nargs="*", choices=[*CASES, []], help="which; all when none is named")
    given.add_argument("--repeats", type=int, default=5)
    given.add_argument("--write", action="store_true", help="into docs/bench.md")
    asked = given.parse_args()
    rows: list[Row] = []
    for name in asked.cases or CASES:
        with tempfile.TemporaryDirectory(prefix="briefkit-bench-") as folder:
            brief = Path(folder)
            for part in ("data", "params", "notebooks"):
                shutil.copytree(HOME / part, brief / part)
            for row in CASES[name](brief, asked.repeats):
                print(row, flush=True)
                rows.append(row)
    if asked.write:
        page = HOME / "docs" / "bench.md"
        written = page.read_text(encoding="utf-8").partition("\n## ") if page.exists() else ("", "", "")
        page.write_text(table(rows, asked.repeats) + "".join(written[1:]), encoding="utf-8")


def table(rows: list[Row], repeats: int) -> str:
    """The page of the docs."""
    names = ("papermill", "nbconvert", "jupyter-cache", "pandas", "duckdb", "typst")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    head = "| case | reference | reference takes | briefkit takes | faster by | goal |\n|---|---|---|---|---|---|"
    return (
        f"# Benchmarks\n\nMade by `make bench` on {os.cpu_count()} cores ({platform.machine()}), Python "
        f"{platform.python_version()}, {versions}.\nMedians of {repeats}, reference and briefkit in turn. Times differ "
        f"from machine to machine; compare the ratios.\n\n{head}\n" + "\n".join(map(str, rows)) + "\n"
    )


if __name__ == "__main__":
    main()
