"""Run a notebook through papermill, and name what stopped it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefkit.errors import CellFailed, CellsNotRun, CellTimedOut, KernelDied, SectionFailed
from briefkit.execution.progress import Progress
from briefkit.hashing import Memo
from briefkit.ledger.ledger import LEDGER_VARIABLE
from briefkit.notebook.outputs import Section, read_notebook
from briefkit.project.notebooks import cells, parameters_at
from briefkit.project.options import CELL_LIMIT, SECTION_LIMIT
from briefkit.storage import STORE_VARIABLE

_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
"""Variables of a kernel's environment that make the same inputs give the same bytes."""


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Attributes
    ----------
    edition, section : str
        Names.
    notebook : Path
        The notebook, checked in without outputs.
    parameters : dict
        Plain JSON values, each declared by the notebook.
    root : Path
        The project's folder, where the kernel starts.
    cell_limit, section_limit : float
        In seconds.
    store : str
        Folder of the chart cache; every chart is drawn when empty.
    """

    edition: str
    section: str
    notebook: Path
    parameters: dict[str, Any] = field(default_factory=dict)
    root: Path = Path()
    cell_limit: float = CELL_LIMIT
    section_limit: float = SECTION_LIMIT
    store: str = ""


@dataclass(frozen=True)
class Result:
    """The result of a job.

    Attributes
    ----------
    text : str
        The executed notebook as far as it came, as its file holds it.
    error : SectionFailed or None
        What stopped it.
    seconds : float
        How long it took.
    reused : bool
        Whether it is the result of an earlier run.
    why : str
        Why it ran, or did not.
    """

    job: Job
    text: str
    error: SectionFailed | None
    seconds: float
    reused: bool = False
    why: str = "nothing is kept between runs"

    @property
    def section(self) -> Section:
        """Return what its cells put on the page."""
        section = self.job.section
        return _READ.get_or_make((self.text, section), lambda: read_notebook(parsed(self.text), section))


_READ = Memo(64)


def parsed(text: str) -> Any:
    """Read a notebook from its text, without validating: its file was validated, and each output as it came."""
    import nbformat

    return nbformat.v4.reads(text)


def failed_result(job: Job, error: SectionFailed, seconds: float) -> Result:
    """Return the result of a job of which nothing came back: the notebook as it stands on disk."""
    import nbformat

    return Result(job, written(nbformat.read(job.root / job.notebook, as_version=4), job.section), error, seconds)


@contextmanager
def kernel_environment(root: Path, store: str) -> Iterator[str]:
    """Prepare this process for starting a kernel: in the brief's folder, with the same environment each time.

    Parameters
    ----------
    root, store
        As of a `Job`.

    Yields
    ------
    str
        A temporary folder, for sockets and for the ledger that is handed to the kernel.
    """
    os.chdir(root)
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        os.environ.update(
            _ENVIRONMENT | {"IPYTHONDIR": folder, STORE_VARIABLE: store, LEDGER_VARIABLE: f"{folder}/ledger"}
        )
        yield folder


def run(job: Job, kernel: Any = None, progress: Progress | None = None) -> Result:
    """Run one notebook through papermill and judge how it ended; never raise for what a cell does.

    Parameters
    ----------
    job : Job
        The working folder of the process becomes `job.root`.
    kernel : Kernel or None
        One that was started in the `kernel_environment` of the job; it is left running. Otherwise one is started and
        ended.
    progress : callable
        Called with edition, section, cells done and cells in all, as they are done.
    """
    if kernel is None:
        from briefkit.execution.kernel import sockets

        with kernel_environment(job.root, job.store) as folder:
            return _run(job, {"config": sockets(folder)}, progress)
    return _run(job, {"km": kernel}, progress)


def _run(job: Job, kernel: dict[str, Any], progress: Progress | None) -> Result:
    import nbformat
    import papermill

    from briefkit.execution.papermill_engine import Engine

    began = time.monotonic()
    name = str(job.notebook)
    clock = _Clock(job, progress)
    error: SectionFailed | None = None
    Engine.notebook = None
    try:
        papermill.execute_notebook(
            name, None, dict(job.parameters), engine_name="briefkit", return_empty=True, progress_bar=False,
            kernel_name=None, start_timeout=60, timeout_func=clock.limit, on_cell_execute=clock.started,
            on_cell_complete=clock.done, **kernel,
        )  # fmt: skip
    except Exception as raised:  # the one place where papermill's, nbclient's and the kernel's errors are named
        error = _named(raised, name, clock)
    notebook = Engine.notebook or nbformat.read(job.notebook, as_version=4)
    return Result(job, written(notebook, job.section), error or _failure(notebook, name), time.monotonic() - began)


def written(notebook: Any, section: str) -> str:
    """Write a notebook as its file holds it, without what differs between equal runs.

    Times, random ids and papermill's metadata are removed, from `notebook` as well.
    """
    import nbformat

    for place, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{section}-{place}".replace("_", "-")
        for name in ("papermill", "execution", *(() if cell["metadata"].get("tags") else ("tags",))):
            cell["metadata"].pop(name, None)
    notebook["metadata"].pop("papermill", None)
    return str(nbformat.v4.writes(notebook)) + "\n"  # not validated: each output was, as it came


class _Clock:
    """The callbacks of papermill: they report progress, and say how long the next cell may take."""

    def __init__(self, job: Job, progress: Progress | None) -> None:
        self.job, self._progress = job, progress
        self.ends = time.monotonic() + job.section_limit
        self.cell: int | None = None
        self._cells = sum(cell["cell_type"] == "code" for cell in cells(job.notebook)) + bool(job.parameters)
        self._done = 0

    def limit(self, cell: Any) -> int:
        """Return the seconds that a cell may take: its own limit or what is left of the section's."""
        return max(1, round(min(self.job.cell_limit, self.ends - time.monotonic())))

    def started(self, cell: Any, cell_index: int) -> None:
        """Record the cell that runs, counted from 1, the injected one included."""
        self.cell = cell_index + 1

    def done(self, cell: Any, cell_index: int) -> None:
        """Report progress."""
        self._done += 1
        if self._progress:
            self._progress(self.job.edition, self.job.section, min(self._done, self._cells), self._cells)

    @property
    def overdue(self) -> bool:
        """Return whether the section as a whole is past its limit."""
        return time.monotonic() >= self.ends - 0.5


def _named(raised: Exception, name: str, clock: _Clock) -> SectionFailed:
    """Return our error for what a library raised; what a cell raised is read from the executed notebook."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    cell = None if clock.cell is None else clock.cell - (clock.cell > parameters_at(clock.job.notebook) + 1)
    if isinstance(raised, CellTimeoutError):
        return (
            CellTimedOut(name, None, clock.job.section_limit)
            if clock.overdue
            else CellTimedOut(name, cell, clock.job.cell_limit)
        )
    if isinstance(raised, DeadKernelError):
        return KernelDied(name, cell)
    return CellFailed(name, cell or 0, f"{type(raised).__name__}: {raised}")


def _failure(notebook: Any, name: str) -> SectionFailed | None:
    """Return why an executed notebook is not complete: a cell that failed, or one that did not run."""
    number = 0
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("tags", [])
        injected = "injected-parameters" in tags
        number += not injected
        if cell["cell_type"] != "code" or "skip-execution" in tags or not cell["source"].strip():
            continue
        for output in cell["outputs"]:
            if output["output_type"] == "error" and output["ename"] != "SystemExit" and "raises-exception" not in tags:
                return CellFailed(name, number, f"{output['ename']}: {output['evalue']}")
        exits = any(output.get("ename") == "SystemExit" for output in cell["outputs"])
        if cell["execution_count"] is None or (exits and "raises-exception" not in tags):
            return CellsNotRun(name, number)
    return None
