"""Processes that run jobs side by side: each with a kernel of its own, which waits before the job comes."""

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
from briefkit.execution.forkserver import interruptible, stop_forking, warm_up
from briefkit.execution.progress import Progress
from briefkit.execution.run import Job, Result, gone, run, settled
from briefkit.ledger.ledger import LEDGER_VARIABLE, checked
from briefkit.project.notebooks import kernel_of

_Asked = tuple[str, Path, str]
"""A kernel's name, the folder in which it starts, and where charts are kept."""


@contextmanager
def executor(workers: int, progress: Progress | None = None) -> Iterator[Callable[[Job], Future[Result]]]:
    """Processes that run jobs side by side; gives a function that submits one.

    Processes, one a job: papermill moves the whole process to the notebook's folder, and kernels are forked from it.

    Parameters
    ----------
    workers : int
        How many run at once; one whose result is out, and whose kernel only has to end, is not counted.
    progress : callable
        Called with edition, section, cells done and cells in all, as they are done.
    """
    context = warm_up()
    ledger = cache(checked)  # once for all jobs, when the first is submitted
    running: set[_Worker] = set()
    ending, telling = threading.Event(), threading.Lock()
    pool = ThreadPoolExecutor(workers)  # a thread only waits for its process

    def submit(job: Job) -> Future[Result]:
        asked = _asked(job)
        return pool.submit(apart, job, asked, _waiting(asked))

    def apart(job: Job, asked: _Asked, waiting: _Worker | None) -> Result:
        worker = waiting or _Worker(context, *asked)
        running.difference_update(one for one in list(running) if not one.process.is_alive())
        running.add(worker)
        if ending.is_set():  # it started while the others were told to end
            worker.process.terminate()
        return worker.run(ledger(), job, hear)

    def hear(*said: Any) -> None:
        if progress is not None:
            with telling, suppress(OSError):  # nobody listens any more: that is no fault of the section
                progress(*said)

    try:
        yield submit
        for worker in running:
            worker.process.join()  # what a notebook left for its kernel's end is done
    except KeyboardInterrupt:
        stop_forking()  # whoever waits for a job to start would wait for its imports
        raise
    finally:
        ending.set()
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in list(running):
            worker.process.terminate()  # kernels follow the process that started them
        pool.shutdown(wait=True)


def alone(job: Job) -> Result:
    """Run one job in a process of its own, warm from the second on."""
    with executor(1) as submit:
        return submit(job).result()


def keep_ready(many: int, job: Job) -> None:
    """Have so many processes wait, each with its kernel, for jobs like this one."""
    context = warm_up()
    atexit.unregister(_dismiss)
    atexit.register(_dismiss)  # before what they are forked from ends: whoever ends waits for what it started
    asked = _asked(job)
    _WAITING[:] = [worker for worker in _WAITING if worker.asked == asked and worker.process.is_alive()]
    _WAITING.extend(_Worker(context, *asked) for _ in range(many - len(_WAITING)))


def _asked(job: Job) -> _Asked:
    return kernel_of(job.root / job.notebook), job.root, job.store


def _waiting(asked: _Asked) -> _Worker | None:
    """One that waits for such a job; from then on it waits no longer."""
    found = next((worker for worker in _WAITING if worker.asked == asked and worker.process.is_alive()), None)
    if found:
        _WAITING.remove(found)
    return found


def _dismiss() -> None:
    while _WAITING:
        _WAITING.pop().end.close()


class _Worker:
    """A process that starts a kernel, waits for a job, runs it, and ends."""

    def __init__(self, context: Any, kernel: str, root: Path, store: str) -> None:
        self.asked = (kernel, root, store)
        self.end, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, *self.asked))
        self.process.start()
        theirs.close()

    def run(self, ledger: bytes, job: Job, hear: Progress) -> Result:
        """Hand it the job, and hear how far it is; one that goes away takes nothing with it but this section."""
        began = time.monotonic()
        with suppress(OSError):
            self.end.send((ledger, job))
        while not isinstance(said := self._said(), Result):
            if said is None:
                said = gone(job, KernelDied(str(job.notebook), None), time.monotonic() - began)
                break
            hear(*said)
        self.end.close()
        return said

    def _said(self) -> Any:
        """What it says next: how far it is, or its result; None where it has gone away."""
        try:
            return self.end.recv()
        except (EOFError, OSError):
            return None


_WAITING: list[_Worker] = []


def _work(end: Any, kernel: str, root: Path, store: str) -> None:
    """In the new process: what kernels mutter goes nowhere, cells' errors are kept."""
    logging.disable(logging.CRITICAL)
    os.environ["JUPYTER_DEFAULT_PROVISIONER_NAME"] = "briefkit-warm"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    interruptible()
    from briefkit.execution.kernel import alive, started

    with settled(root, store) as folder, started(kernel, folder) as own, suppress(EOFError):
        ledger, job = end.recv()
        Path(os.environ[LEDGER_VARIABLE]).write_bytes(ledger)
        end.send(run(job, alive(own), lambda *said: end.send(said)))
