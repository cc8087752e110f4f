"""Notebooks through papermill: complete or named, with the same bytes twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from briefkit.errors import CellFailed, CellsNotRun, CellTimedOut, KernelDied, NotebookError
from briefkit.execution import pool
from briefkit.execution.pool import alone, executor
from briefkit.execution.run import Job, run

pytestmark = pytest.mark.kernel


@pytest.fixture(autouse=True)
def _stay_here():
    """A run moves the process to the brief's folder."""
    here = Path.cwd()
    yield
    os.chdir(here)


def job(notebook: Path, **limits: float) -> Job:
    """A job in the notebook's folder."""
    return Job("e", "s", notebook, {"as_of": "2020-01-01"}, notebook.parent, **limits)


def test_parameters_reach_the_notebook_and_every_cell_runs(section):
    """The plain case: papermill injects, the kernel runs, outputs come back."""
    result = run(job(section("print(as_of)", 'print("end")')))
    assert result.error is None
    assert "2020-01-01" in result.text


def test_a_cell_that_raises_is_named(section):
    """Its number is that of the notebook that the user opens, before papermill adds a cell."""
    error = run(job(section("x = 1", "1 / 0", "print(2)"))).error
    assert isinstance(error, CellFailed)
    assert (error.cell, error.error) == (4, "ZeroDivisionError: division by zero")


@pytest.mark.parametrize("leave", ["import sys; sys.exit()", "import sys; sys.exit(0)", "raise SystemExit"])
def test_leaving_early_is_not_success(section, leave):
    """papermill calls sys.exit() fine; a brief that lost half a section is not."""
    error = run(job(section(leave, "print('never reached')"))).error
    assert isinstance(error, CellsNotRun)


def test_leaving_early_in_the_last_cell_is_not_success_either(section):
    """Nothing is lost then, but nobody meant it."""
    assert isinstance(run(job(section("import sys; sys.exit()"))).error, CellsNotRun)


def test_expected_exceptions_and_skipped_cells_are_fine(section):
    """The tags raises-exception and skip-execution mean what they say; papermill fails on the first."""
    result = run(job(section(("1 / 0", ["raises-exception"]), "print('after')", ("1 / 0", ["skip-execution"]))))
    assert result.error is None and "after" in result.text


def test_a_cell_without_end_is_stopped_and_named(section):
    """Within its limit, not within the section's."""
    began = time.monotonic()
    error = run(job(section("while True: pass"), cell_limit=2)).error
    assert isinstance(error, CellTimedOut) and error.cell == 3 and error.seconds == 2
    assert time.monotonic() - began < 30


def test_a_section_without_end_is_stopped_and_named(section):
    """Many cells, each within its limit, may still take too long together."""
    cells = ["import time; time.sleep(1.5)"] * 20
    error = run(job(section(*cells), section_limit=4)).error
    assert isinstance(error, CellTimedOut) and error.cell is None


def test_a_dead_kernel_is_told_within_three_seconds(section):
    """From the death to the sentence, the start of a kernel apart."""
    result = run(
        job(
            section("import time, pathlib; pathlib.Path('died').write_text(str(time.time()))", "import os; os._exit(1)")
        )
    )
    assert isinstance(result.error, KernelDied) and result.error.cell == 4
    assert time.time() - float((result.job.root / "died").read_text()) < 3 + 1  # and a second for the machine


def test_a_kernel_keeps_nothing_of_what_makes_the_command_quick(section):
    """Python looks for garbage as often as anywhere, and what the command leaves out is there."""
    said = (
        "import gc, sys, papermill.iorw, jsonschema; formats = jsonschema.FormatChecker().checkers; "
        "print(gc.get_threshold(), 'iri' in formats, papermill.iorw.S3.__module__, None in sys.modules.values())"
    )
    plain = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True).stdout
    assert (
        plain.strip().endswith("True papermill.s3 False") and f'"{plain.strip()}\\n"' in alone(job(section(said))).text
    )


def test_nobody_who_hears_how_far_a_section_is_costs_it_its_result(section):
    """The terminal went away: the section has no fault in that."""

    def progress(*said):
        raise BrokenPipeError

    with executor(1, progress) as submit:
        assert submit(job(section("print(1)"))).result().error is None


def test_what_a_notebook_leaves_for_its_end_is_done(section, tmp_path):
    """As in any other kernel: a file that is written at exit is there."""
    left = tmp_path / "left"
    leaving = section(f"import atexit, pathlib; atexit.register(pathlib.Path({str(left)!r}).touch)")
    assert alone(job(leaving)).error is None
    assert left.exists()


def test_a_result_is_out_before_what_a_notebook_leaves_for_its_end(section, tmp_path):
    """Nobody waits for a kernel that only has to end; it does end as it would."""
    left = tmp_path / "left"
    leave = f"lambda: (time.sleep(1), pathlib.Path({str(left)!r}).touch())"
    leaving = section(f"import atexit, pathlib, time; atexit.register({leave})")
    with executor(1) as submit:
        assert submit(job(leaving)).result().error is None
        assert not left.exists()
    assert left.exists()


@pytest.fixture
def waiting(section) -> Iterator[Job]:
    """A job that tells the process of its kernel's parent, which waits for it."""
    asked = job(section("import os; print('parent', os.getppid())"))
    pool.keep_ready(1, asked)
    yield asked
    pool._dismiss()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="kernels are forked on Linux only")
def test_a_kernel_that_waits_runs_the_next_job(waiting):
    """It has started before anybody asked; the one after it starts when it is asked for."""
    (worker,) = pool._WAITING
    with executor(1) as submit:
        assert f"parent {worker.process.pid}" in submit(waiting).result().text
        again = submit(waiting).result()
    assert again.error is None and f"parent {worker.process.pid}" not in again.text
    assert not pool._WAITING


def test_a_kernel_that_waits_for_another_brief_is_left_alone(waiting, tmp_path):
    """It stands in another folder, and draws into another store."""
    (worker,) = pool._WAITING
    with executor(1) as submit:
        elsewhere = submit(replace(waiting, store=str(tmp_path / "store"))).result()
    assert elsewhere.error is None and f"parent {worker.process.pid}" not in elsewhere.text
    assert worker in pool._WAITING


def test_a_kernel_that_went_away_while_it_waited_is_replaced(waiting):
    """Memory ran out in the night: the next job starts its own."""
    (worker,) = pool._WAITING
    worker.process.kill()
    worker.process.join()
    assert alone(waiting).error is None


def test_a_kernel_alone_that_went_away_while_it_waited_is_replaced(waiting):
    """The process that waits with it is still there, and starts another."""
    (worker,) = pool._WAITING
    while not (kernels := psutil.Process(worker.process.pid).children()):
        time.sleep(0.05)
    kernels[0].kill()
    kernels[0].wait(10)
    result = alone(waiting)
    assert result.error is None and f"parent {worker.process.pid}" in result.text


def test_outputs_before_a_failure_are_kept(section):
    """The page of a failed section shows how far it came."""
    result = run(job(section("print('so far')", "while True: pass"), cell_limit=2))
    assert "so far" in result.text


def test_two_runs_give_the_same_bytes(section):
    """No time, no random id, no folder's name is left in an executed notebook."""
    notebook = section("print(as_of)", "import os; print(sorted({'a', 'b'}))")
    assert run(job(notebook)).text == run(job(notebook)).text


def test_sections_run_side_by_side_and_tell_how_far_they_are(tmp_path, section):
    """Each on its own; one failure does not touch the others."""
    good = section("print(1)")
    bad = good.with_name("02_bad.ipynb")
    bad.write_text(good.read_text().replace("print(1)", "1 / 0"))
    progress = []
    with executor(2, lambda *told_: progress.append(told_)) as submit:
        results = [submit(job(path)).result() for path in (good, bad, good)]
    assert [type(result.error) for result in results] == [type(None), CellFailed, type(None)]
    assert ("e", "s", 3, 3) in progress


def test_the_libraries_errors_are_the_ones_we_translate():
    """A new kind of failure in nbclient must be given a name here first."""
    from nbclient import exceptions

    known = {"CellControlSignal", "CellTimeoutError", "DeadKernelError", "CellExecutionComplete", "CellExecutionError"}
    found = {
        name
        for name in vars(exceptions)
        if isinstance(getattr(exceptions, name), type) and getattr(exceptions, name).__module__ == exceptions.__name__
    }
    assert found <= known


def test_plain_papermill_gives_what_the_command_gives(brief):
    """The outputs of `papermill notebook out -f edition.yaml` carry all of it."""
    root = brief()
    command = [
        sys.executable,
        "-m",
        "papermill",
        "notebooks/01_s.ipynb",
        "out.ipynb",
        "-f",
        "params/e.yaml",
        "--no-progress-bar",
    ]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    plain = nbformat.read(root / "out.ipynb", as_version=4)
    given = {"edition": "e", "as_of": "2018-12-31", "overrides": []}
    ours = run(Job("e", "s", root / "notebooks/01_s.ipynb", given, root)).text
    ours = nbformat.reads(ours, as_version=4)

    def outputs(book):
        return json.dumps(
            [
                cell.get("outputs")
                for cell in book["cells"]
                if "injected-parameters" not in cell["metadata"].get("tags", [])
            ]
        )

    assert outputs(plain) == outputs(ours)
    assert "18.4" in outputs(plain) and "vnd.briefkit" in outputs(plain)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [("", "found an empty cell"), (None, "found no cells"), ("# nothing", "found an empty cell")],
)
def test_a_notebook_without_parameters_is_refused(section, parameters, message):
    """papermill would only warn, and inject them where they have no effect."""
    from briefkit.project.notebooks import declared

    with pytest.raises(NotebookError, match=message):
        declared(section("print(1)", parameters=parameters))
