"""Tiny ledgers, notebooks and briefs, so that what matters stands in the test."""

from __future__ import annotations

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

import pytest

from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.testing.builders import (  # noqa: F401 - tests take them from here
    OPEN,
    PARAMETERS,
    SETTLE,
    observation,
    write_brief,
    write_ledger,
    write_notebook,
)

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


@pytest.fixture
def ledger(tmp_path: Path) -> Callable[..., Ledger]:
    """`ledger("trade, 2017, 18.4, published 2018-03-01", figures=[…])` writes and loads a tiny ledger."""

    def made(*rows: str, **tables: list[dict[str, Any]]) -> Ledger:
        tables["observations"] = [observation(row) for row in rows] + tables.get("observations", [])
        return load_ledger(write_ledger(tmp_path / "data", **tables))

    return made


@pytest.fixture
def section(tmp_path: Path) -> Callable[..., Path]:
    """`section("print(1)", …)` writes a tiny notebook that opens nothing."""
    return lambda *cells, **given: write_notebook(tmp_path / "notebooks" / "01_s.ipynb", *cells, **given)


@pytest.fixture
def brief(tmp_path: Path) -> Callable[..., Path]:
    """`brief(s=["%%prose\\n…"], …)` writes a whole tiny brief and gives its folder; see `write_brief`."""
    return lambda *given, **more: write_brief(tmp_path, *given, **more)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A statistical office that answers on this machine; nobody waits a second for it."""
    from server import office

    monkeypatch.setattr("briefkit.publishing.update.PAUSE", 0.01)
    with office() as running:
        yield running


@pytest.fixture
def fed(tmp_path: Path) -> Callable[..., Path]:
    """`fed("trade, 2017, 18.4, …", url=…)` writes a tiny brief with one feed of the figure `trade`."""
    from feed_briefs import write_feed

    def made(*rows: str, **settings: Any) -> Path:
        root = write_brief(tmp_path, list(rows) or None)
        write_feed(root, **settings)
        return root

    return made


@pytest.fixture
def shared() -> Path:
    """The real files of statistical offices, where they are."""
    folder = Path(os.environ.get("BRIEFKIT_SHARED", REPO.parent / "shared")) / "feeds"
    if not folder.is_dir():
        pytest.skip("the real files of statistical offices are not here: ../shared/feeds beside the repository")
    return folder


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
