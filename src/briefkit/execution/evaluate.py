"""Evaluate a section in this process, without a kernel: its cells run in evaluation mode.

In that mode charts, tables, prose and numbers do nothing; reads, claims and a section's own code are as in a kernel.
"""

from __future__ import annotations

import asyncio
import builtins
import copy
import io
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from briefkit.errors import CellFailed, CellsNotRun, CellTimedOut, SectionFailed
from briefkit.ledger.readings import Reading
from briefkit.notebook import cell
from briefkit.project.notebooks import cells
from briefkit.project.options import CELL_LIMIT


@dataclass(frozen=True)
class Evaluation:
    """Result of a section's evaluation.

    Attributes
    ----------
    claims, queries : tuple of dict
        What it settled and what it asked the ledger, in order, without the index of the cell.
    error : SectionFailed or None
        What stopped it.
    """

    claims: tuple[Reading, ...]
    queries: tuple[Reading, ...]
    error: SectionFailed | None = None


@dataclass(frozen=True)
class CompiledCell:
    """A code cell, ready to run.

    Attributes
    ----------
    number : int
        The cell's place in the notebook, from 1.
    code : CodeType or SyntaxError
        What runs, or why it cannot.
    source : str
        Its text.
    parameters, may_raise : bool
        How the cell is tagged.
    """

    number: int
    code: CodeType | SyntaxError
    source: str
    parameters: bool = False
    may_raise: bool = False


def compile_cells(notebook: Path) -> list[CompiledCell]:
    """Compile the code cells of a notebook, but for those that are skipped and those that only hold prose.

    Raises
    ------
    NotebookError
        If the file is no notebook.
    """
    return [
        _compiled(notebook.name, number, cell["source"], set(cell["metadata"].get("tags", [])))
        for number, cell in enumerate(cells(notebook), start=1)
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%prose")
        if "skip-execution" not in cell["metadata"].get("tags", [])
    ]


def _compiled(notebook: str, number: int, source: str, tags: set[str]) -> CompiledCell:
    from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT

    from IPython.core.inputtransformer2 import TransformerManager

    code: CodeType | SyntaxError
    try:
        text, name = TransformerManager().transform_cell(source), f"{notebook}, cell {number}"
        code = compile(text, name, "exec", PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        code = error
    return CompiledCell(number, code, source, "parameters" in tags, "raises-exception" in tags)


@contextmanager
def evaluation_shell() -> Iterator[Any]:
    """Make a shell of IPython in which cells are evaluated; this process must have no other."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    hook = sys.excepthook
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        shell = InteractiveShell.instance(
            config=Config({"HistoryManager": {"enabled": False}}),
            ipython_dir=folder,
            user_module=ModuleType("section"),
        )
        shell.display_formatter = _no_display()
        try:
            yield shell
        finally:
            shell.restore_sys_module_state()
            InteractiveShell.clear_instance()
            sys.excepthook = hook


def _no_display() -> Any:
    """Return a formatter that gives no form of what a cell displays, which IPython then leaves out."""
    from IPython.core.formatters import DisplayFormatter

    class NoDisplay(DisplayFormatter):
        def format(self, obj: Any, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
            return {}, {}

    return NoDisplay()


def evaluate(shell: Any, compiled: Iterable[CompiledCell], parameters: Mapping[str, Any], notebook: str) -> Evaluation:
    """Run a notebook's cells in evaluation mode, with nothing of an earlier evaluation; never raise for what they do.

    Parameters
    ----------
    shell : InteractiveShell
        As `evaluation_shell` gives it.
    compiled : iterable of CompiledCell
        As `compile_cells` gives them.
    parameters : mapping
        Plain JSON values.
    notebook : str
        Name of the notebook, for errors.
    """
    shell.user_ns = {"__name__": "__main__", "__builtins__": builtins}
    error: SectionFailed | None = None
    with ExitStack() as stack:
        published = stack.enter_context(cell.evaluation_mode())
        for context in (shell.builtin_trap, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())):
            stack.enter_context(context)
        for code_cell in compiled:
            error = _run_cell(code_cell, shell.user_ns, notebook)
            if code_cell.parameters:
                shell.user_ns |= copy.deepcopy(dict(parameters))
            if error:
                break
        shell.events.trigger("post_run_cell", None)
        cell.forget()
        _close_figures()
    shell.user_ns = {}
    claims = tuple(payload for payload in published if payload["kind"] == "claim")
    queries = (query for payload in published if payload["kind"] == "trace" for query in payload["queries"])
    return Evaluation(claims, tuple(queries), error)


def _close_figures() -> None:
    """Close the figures that a section's own code has drawn with pyplot."""
    from matplotlib import pyplot

    pyplot.close("all")


def _run_cell(compiled: CompiledCell, names: dict[str, Any], notebook: str) -> SectionFailed | None:
    """Run one cell; return what stopped it, named as when it runs in a kernel."""
    try:
        if isinstance(compiled.code, SyntaxError):
            raise compiled.code
        with _time_limit(CELL_LIMIT):
            coroutine = eval(compiled.code, names)
            if coroutine is not None:
                asyncio.run(coroutine)
    except _Overdue:
        return CellTimedOut(notebook, compiled.number, CELL_LIMIT)
    except SystemExit:
        return None if compiled.may_raise else CellsNotRun(notebook, compiled.number)
    except Exception as error:
        name = f"{type(error).__name__}: {error}"
        return None if compiled.may_raise else CellFailed(notebook, compiled.number, name)
    return None


class _Overdue(BaseException):
    """Raised in a cell that runs past its limit; no `except Exception` of the cell holds it."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what runs longer, where the system can."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_: Any) -> None:
        raise _Overdue

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, if a callback swallowed the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
