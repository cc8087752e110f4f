"""A section evaluated in this process, without a kernel: what it settles and what it asks, not what it shows.

Statements that only show are left out: `%%prose`, charts, tables, numbers, the `why` of a claim, and what is read for
these alone. What is left runs in a shell of IPython, so that a section's code works as in a kernel.
"""

from __future__ import annotations

import ast
import asyncio
import builtins
import copy
import io
import re
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
from briefkit.notebook.outputs import MIME
from briefkit.project.notebooks import cells
from briefkit.project.options import CELL_LIMIT


@dataclass(frozen=True)
class Evaluation:
    """What a section settled and asked, as far as it came, and what stopped it."""

    claims: tuple[Reading, ...]
    queries: tuple[Reading, ...]
    error: SectionFailed | None = None


@dataclass(frozen=True)
class Step:
    """What is left of one code cell, ready to run.

    Attributes
    ----------
    number : int
        The cell's place in the notebook, from 1.
    code : CodeType or SyntaxError
        What runs, or why it cannot.
    source : str
        The same as text, empty for the parameters cell.
    parameters, may_raise : bool
        How the cell is tagged.
    """

    number: int
    code: CodeType | SyntaxError
    source: str
    parameters: bool = False
    may_raise: bool = False


# -- what is left of a notebook ------------------------------------------------------------------


def steps(notebook: Path) -> list[Step]:
    """The code of a notebook that its claims rest on, cell by cell.

    Raises
    ------
    NotebookError
        If the file is no notebook.
    """
    numbered = [(number, one, one["metadata"].get("tags", [])) for number, one in enumerate(cells(notebook), start=1)]
    code = [
        (number, tags, _parsed(one["source"], f"{notebook.name}, cell {number}"))
        for number, one, tags in numbered
        if one["cell_type"] == "code" and "skip-execution" not in tags and not one["source"].startswith("%%prose")
    ]
    kept = _kept([tree.body for _, _, tree in code if isinstance(tree, ast.Module)])
    return [_step(notebook, number, tags, tree, kept) for number, tags, tree in code]


def _parsed(source: str, name: str) -> ast.Module | SyntaxError:
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return ast.parse(TransformerManager().transform_cell(source), name)
    except SyntaxError as error:
        return error


def _step(notebook: Path, number: int, tags: list[str], tree: ast.Module | SyntaxError, kept: set[int]) -> Step:
    parameters, may_raise = "parameters" in tags, "raises-exception" in tags
    if isinstance(tree, SyntaxError):
        return Step(number, tree, "", parameters, may_raise)
    body = [statement for statement in tree.body if parameters or id(statement) in kept]
    left = ast.fix_missing_locations(ast.Module(body, []))
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        code = compile(left, f"{notebook.name}, cell {number}", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return Step(number, error, "", parameters, may_raise)
    return Step(number, code, "" if parameters else ast.unparse(left), parameters, may_raise)


def _kept(bodies: Iterable[list[ast.stmt]]) -> set[int]:
    """Statements that do more than show, from the last to the first: those that settle, and what they use."""
    statements = [statement for body in bodies for statement in body]
    briefs = set(_briefs(statements))
    kept, used = set(), set(briefs)
    for statement in reversed(statements):
        _Untold(briefs).visit(statement)
        if not _shows(statement, briefs) and not _unused(statement, used, briefs):
            kept.add(id(statement))
            used |= set(re.findall(r"\w+", ast.unparse(statement)))  # also a name in text, as in a query of a frame
    return kept


def _briefs(statements: Iterable[ast.stmt]) -> Iterator[str]:
    """Names of what `open_section` gave."""
    for one in statements:
        if (
            isinstance(one, ast.Assign)
            and isinstance(one.value, ast.Call)
            and ast.unparse(one.value.func).endswith("open_section")
        ):
            yield from (target.id for target in one.targets if isinstance(target, ast.Name))


def _shows(statement: ast.stmt, briefs: set[str]) -> bool:
    """Whether it is a call of `brief.chart.<kind>`, `brief.table` or `brief.numbers`."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    path = ast.unparse(statement.value.func).split(".")
    return path[0] in briefs and (path[1:] in (["table"], ["numbers"]) or (path[1:2] == ["chart"] and len(path) == 3))


def _unused(statement: ast.stmt, used: set[str], briefs: set[str]) -> bool:
    """Whether it binds names that nothing kept uses, and does nothing else."""
    if not isinstance(statement, ast.Assign):
        return False
    targets = [name for target in statement.targets for name in getattr(target, "elts", [target])]
    if not all(isinstance(name, ast.Name) and name.id not in used for name in targets):
        return False
    return not any(_acts(node, used, briefs) for node in ast.walk(statement.value))


def _acts(node: ast.AST, used: set[str], briefs: set[str]) -> bool:
    """Whether it may change what something kept uses: a claim settled, a method called on what is used, `:=`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return isinstance(node, (ast.NamedExpr, ast.Await))
    root = ast.unparse(node.func).partition(".")[0].partition("[")[0]
    return node.func.attr in ("claim", "judge") if root in briefs else root in used


class _Untold(ast.NodeTransformer):
    """Takes the sentence for the reader out of claims and judgements."""

    def __init__(self, briefs: set[str]) -> None:
        self._briefs = briefs

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call, without `why` if it settles a claim."""
        self.generic_visit(node)
        path = ast.unparse(node.func).split(".")
        if len(path) == 2 and path[0] in self._briefs and path[1] in ("claim", "judge"):
            node.keywords = [keyword for keyword in node.keywords if keyword.arg != "why"]
            node.args = node.args[:1] if path[1] == "judge" else node.args
        return node


# -- running it ----------------------------------------------------------------------------------


@contextmanager
def shell() -> Iterator[Any]:
    """A shell of IPython for evaluations, which keeps what cells put out; this process has no other meanwhile."""
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    hook = sys.excepthook
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        made = InteractiveShell.instance(
            config=Config({"HistoryManager": {"enabled": False}}),
            ipython_dir=folder,
            user_module=ModuleType("section"),
            display_pub_class=CapturingDisplayPublisher,
        )
        try:
            yield made
        finally:
            made.restore_sys_module_state()
            InteractiveShell.clear_instance()
            sys.excepthook = hook


def evaluate(running: Any, code: Iterable[Step], given: Mapping[str, Any], name: str) -> Evaluation:
    """Run what is left of a notebook, with nothing of an earlier evaluation; never raises for what a cell does.

    Parameters
    ----------
    running : InteractiveShell
        As `shell` gives it.
    code : iterable of Step
        As `steps` gives them.
    given : mapping
        Parameters, plain JSON values.
    name : str
        The notebook's, for errors.

    Returns
    -------
    Evaluation
        Claims and questions as `outputs.read_back` gives them, without the index of their cells.
    """
    running.user_ns = {"__name__": "__main__", "__builtins__": builtins}
    running.display_pub.outputs = []
    error: SectionFailed | None = None
    with ExitStack() as stack:
        for entered in (running.builtin_trap, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO())):
            stack.enter_context(entered)
        for step in code:
            error = _ran(step, running.user_ns, name)
            if step.parameters:
                running.user_ns |= copy.deepcopy(dict(given))
            if error:
                break
        running.events.trigger("post_run_cell", None)
        cell.forget()
    said = [output["data"][MIME] for output in running.display_pub.outputs if MIME in output["data"]]
    running.user_ns = {}
    running.display_pub.outputs = []
    claims = tuple(one for one in said if one["kind"] == "claim")
    return Evaluation(claims, tuple(query for one in said if one["kind"] == "trace" for query in one["queries"]), error)


def _ran(step: Step, names: dict[str, Any], notebook: str) -> SectionFailed | None:
    """Run one cell; what stopped it, named as when it runs in a kernel."""
    try:
        if isinstance(step.code, SyntaxError):
            raise step.code
        with _limited(CELL_LIMIT):
            waiting = eval(step.code, names)
            if waiting is not None:
                asyncio.run(waiting)
    except _Late:
        return CellTimedOut(notebook, step.number, CELL_LIMIT)
    except SystemExit:
        return None if step.may_raise else CellsNotRun(notebook, step.number)
    except Exception as raised:
        return None if step.may_raise else CellFailed(notebook, step.number, f"{type(raised).__name__}: {raised}")
    return None


class _Late(BaseException):
    """Raised in a cell that runs past its limit; no `except Exception` of the cell holds it."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Interrupt what runs longer, where the system can."""
    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def late(*_: Any) -> None:
        raise _Late

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again, if a callback swallowed the first
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
