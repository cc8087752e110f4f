"""Tiny ledgers, notebooks and briefs, so that what matters stands in the test."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import nbformat
import pytest

from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.schema import SCHEMA

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job, whose children would ignore Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)
REPO = Path(__file__).parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
REQUIRED = os.environ.get("BRIEFKIT_REQUIRE_BROWSER") == "1"
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM and not REQUIRED, reason="no Chromium: apt-get install chromium to run these"),
]
PARAMETERS = 'edition = "e"\nas_of = "2018-12-31"\nledger = "data"\noverrides = []'
OPEN = (
    "from briefkit import open_section\n"
    'brief = open_section("{}", edition=edition, as_of=as_of, ledger=ledger, overrides=overrides)'
)


def write_table(folder: Path, name: str, rows: list[dict[str, Any]]) -> None:
    """One table with its header; what a row leaves out is empty."""
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, SCHEMA[name].names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_ledger(folder: Path, **tables: list[dict[str, Any]]) -> Path:
    """A ledger of the given rows; figures and sources that observations name are added."""
    folder.mkdir(parents=True, exist_ok=True)
    observations = tables.get("observations", [])
    figures = {
        row["figure"]: {"figure": row["figure"], "title": row["figure"], "unit": "count", "section": "s"}
        for row in observations
    }
    figures |= {row["figure"]: row for row in tables.get("figures", [])}
    dated = [row for name in ("observations", "events", "relations") for row in tables.get(name, [])]
    sources = {row["source"]: {"source": row["source"], "publisher": "P", "title": "T"} for row in dated}
    sources |= {row["source"]: row for row in tables.get("sources", [])}
    whole = tables | {"figures": list(figures.values()), "sources": list(sources.values())}
    for name in SCHEMA:
        write_table(folder, name, whole.get(name, []))
    return folder


def observation(text: str) -> dict[str, Any]:
    """`"trade, 2017, 18.4, published 2018-03-01[, by source][, recalled]"` as a row."""
    figure, period, value, published, *more = [part.strip() for part in text.split(",")]
    row = {"figure": figure, "period": period, "value": value, "published": published.removeprefix("published ")}
    row |= {"source": "s", "status": "verified"}
    for part in more:
        row |= {"source": part.removeprefix("by ")} if part.startswith("by ") else {"status": part}
    return row


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Ledger]:
    """`ledger("trade, 2017, 18.4, published 2018-03-01", figures=[…])` writes and loads a tiny ledger."""

    def made(*rows: str, **tables: list[dict[str, Any]]) -> Ledger:
        tables["observations"] = [observation(row) for row in rows] + tables.get("observations", [])
        return load_ledger(write_ledger(tmp_path / "data", **tables))

    return made


def write_notebook(path: Path, *cells: Any, parameters: str = PARAMETERS, title: str = "# T\n\nWhy?") -> Path:
    """A notebook of code cells; a cell may be (source, tags)."""
    book = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
            "language_info": {"name": "python"},
        }
    )
    book.cells = [nbformat.v4.new_markdown_cell(title, id="title")]
    if parameters is not None:
        book.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}, id="parameters"))
    for number, cell in enumerate(cells):
        source, tags = cell if isinstance(cell, tuple) else (cell, [])
        new = nbformat.v4.new_markdown_cell if source.startswith("#md") else nbformat.v4.new_code_cell
        book.cells.append(new(source.removeprefix("#md"), metadata={"tags": tags} if tags else {}, id=f"c{number}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, path)
    return path


@pytest.fixture
def section(tmp_path: Path) -> Callable[..., Path]:
    """`section("print(1)", …)` writes a tiny notebook that opens nothing."""
    return lambda *cells, **given: write_notebook(tmp_path / "notebooks" / "01_s.ipynb", *cells, **given)


SETTLE = 'from briefkit.analysis import at_least\nbrief.claim("grew", at_least(trade, 10))'


def write_brief(root: Path, observations: list[str] | None = None, edition: str = "", **sections: list[Any]) -> Path:
    """A whole tiny brief with one edition `e`, in a folder."""
    rows = ["trade, 2017, 18.4, published 2018-03-01"] if observations is None else observations
    claims = [
        {
            "claim": "grew",
            "section": "s",
            "kind": "figure",
            "statement": "Trade is large.",
            "premises": "trade",
            "made": "2018-10-12",
        }
    ]
    write_ledger(root / "data", observations=[observation(row) for row in rows], claims=claims)
    (root / "params").mkdir(exist_ok=True)
    text = edition or 'edition: e\ntitle: A brief\nas_of: "2018-12-31"\n'
    (root / "params" / "e.yaml").write_text(text, encoding="utf-8")
    cells = sections or {"s": ['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}.", SETTLE]}
    for number, (name, own) in enumerate(cells.items(), start=1):
        write_notebook(root / "notebooks" / f"{number:02}_{name}.ipynb", OPEN.format(name), *own)
    return root


@pytest.fixture
def brief(tmp_path: Path) -> Callable[..., Path]:
    """`brief(s=["%%prose\\n…"], …)` writes a whole tiny brief and gives its folder; see `write_brief`."""
    return lambda *given, **more: write_brief(tmp_path, *given, **more)


def briefkit(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in this process, so that all tests of a worker share the one that warm kernels are forked from."""
    from briefkit.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["--project", str(root), *arguments])
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def command(root: Path, *arguments: str) -> list[str]:
    """The command line for a process of its own."""
    return [sys.executable, "-m", "briefkit", "--project", str(root), *arguments]


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real brief, every edition rendered once for all workers: the folder of the editions."""
    from filelock import FileLock

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with FileLock(shared / "rendered.lock"):
        if not (shared / "rendered" / "done").exists():
            line = command(REPO, "render", "--out", str(shared / "rendered"))
            done = subprocess.run(line, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            (shared / "rendered" / "done").touch()
    return shared / "rendered"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, without a window; its event loop lives no longer than the tests of a module."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--font-render-hinting=none"]
        )
        yield found
        found.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first."""
    items.sort(key=lambda item: sum(bool(item.get_closest_marker(mark)) for mark in ("kernel", "browser", "slow")))
