"""Processes that run jobs side by side, each with a kernel of its own that is started before the job comes."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from briefkit.errors import KernelDied
from briefkit.execution.forkserver import stop_forking, warm_up
from briefkit.execution.interrupts import unblock_interrupts
from briefkit.execution.progress import Progress
from briefkit.execution.run import Job, Result, failed_result, kernel_environment, run
from briefkit.ledger.ledger import LEDGER_VARIABLE, pickled_ledger
from briefkit.project.notebooks import kernel_of

_Needs = tuple[str, Path, str]
"""What a job needs of its process: a kernel's name, the folder in which it starts, and where charts are cached."""


@contextmanager
def executor(workers: int, progress: Progress | None = None) -> Iterator[Callable[[Job], Future[Result]]]:
    """Run jobs side by side, each in a process of its own.

    Threads would not do: papermill moves the whole process to the notebook's folder, and kernels are forked from it.

    Parameters
    ----------
    workers : int
        How many run at once; one whose result is out, and whose kernel only has to end, is not counted.
    progress : callable
        Called with edition, section, cells done and cells in all, as they are done.

    Yields
    ------
    callable
        Submits a job, and returns the future of its result.
    """
    context = warm_up()
    ledger = cache(pickled_ledger)  # once for all jobs, when the first is submitted
    running: set[_Worker] = set()
    ending, reporting = threading.Event(), threading.Lock()
    pool = ThreadPoolExecutor(workers)  # a thread only waits for its process

    def submit(job: Job) -> Future[Result]:
        needs = _needs(job)
        return pool.submit(in_process, job, needs, _take_waiting(needs))

    def in_process(job: Job, needs: _Needs, waiting: _Worker | None) -> Result:
        worker = waiting or _Worker(context, *needs)
        running.difference_update(worker for worker in list(running) if not worker.process.is_alive())
        running.add(worker)
        if ending.is_set():  # it started while the others were told to end
            worker.process.terminate()
        return worker.run(ledger(), job, report)

    def report(*message: Any) -> None:
        if progress is not None:
            with reporting, suppress(OSError):  # a closed terminal is no fault of the section
                progress(*message)

    try:
        yield submit
        for worker in running:
            worker.process.join()  # so that a notebook's exit functions run
    except KeyboardInterrupt:
        stop_forking()  # a thread whose process is being started would wait for the imports
        raise
    finally:
        ending.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in list(running):
            worker.process.terminate()  # kernels follow the process that started them
        pool.shutdown(wait=True)


def alone(job: Job) -> Result:
    """Run one job in a process of its own."""
    with executor(1) as submit:
        return submit(job).result()


def keep_ready(count: int, job: Job) -> None:
    """Keep processes waiting, each with its kernel started, for jobs like one.

    Parameters
    ----------
    count : int
        How many.
    job : Job
        Those that wait for other kernels or folders are let go.
    """
    context = warm_up()
    atexit.unregister(_dismiss)
    atexit.register(_dismiss)  # before what they are forked from ends: whoever ends waits for what it started
    needs = _needs(job)
    _WAITING[:] = [worker for worker in _WAITING if worker.needs == needs and worker.process.is_alive()]
    _WAITING.extend(_Worker(context, *needs) for _ in range(count - len(_WAITING)))


def _needs(job: Job) -> _Needs:
    return kernel_of(job.root / job.notebook), job.root, job.store


def _take_waiting(needs: _Needs) -> _Worker | None:
    """Take a process that waits for such a job, if there is one."""
    for worker in _WAITING:
        if worker.needs == needs and worker.process.is_alive():
            _WAITING.remove(worker)
            return worker
    return None


def _dismiss() -> None:
    while _WAITING:
        _WAITING.pop().end.close()


class _Worker:
    """A process that starts a kernel, waits for a job, runs it, and ends."""

    def __init__(self, context: Any, kernel: str, root: Path, store: str) -> None:
        self.needs = (kernel, root, store)
        self.end, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, *self.needs))
        self.process.start()
        theirs.close()

    def run(self, ledger: bytes, job: Job, report: Progress) -> Result:
        """Send the job and wait for its result; where the process dies, only this section has failed."""
        began = time.monotonic()
        with suppress(OSError):
            self.end.send((ledger, job))
        while not isinstance(message := self._receive(), Result):
            if message is None:
                message = failed_result(job, KernelDied(str(job.notebook), None), time.monotonic() - began)
                break
            report(*message)
        self.end.close()
        return message

    def _receive(self) -> Any:
        """Return its next message: its progress, or its result; None where it has died."""
        try:
            return self.end.recv()
        except (EOFError, OSError):
            return None


_WAITING: list[_Worker] = []


def _work(end: Any, kernel: str, root: Path, store: str) -> None:
    """Start a kernel in the new process and run the job that comes; discard stderr of kernels, and logs."""
    logging.disable(logging.CRITICAL)
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "briefkit-warm"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    unblock_interrupts()
    from briefkit.execution.kernel import alive, started

    with kernel_environment(root, store) as folder, started(kernel, folder) as waiting, suppress(EOFError):
        ledger, job = end.recv()
        Path(os.environ[LEDGER_VARIABLE]).write_bytes(ledger)
        end.send(run(job, alive(waiting), lambda *message: end.send(message)))
