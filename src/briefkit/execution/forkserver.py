"""The process that others are forked from: it imports once, while the command that needs it does so too."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

PRELOAD = ["briefkit.execution.startup", "briefkit.execution.preload", "briefkit.cli.main"]
"""What is imported once, before any process is forked. Each imports the command's main module again, thus `cli`."""


def warm_up() -> Any:
    """Begin to import, in a process aside, what notebooks import; gives the way in which processes are started.

    Ctrl-C reaches every process of a terminal; the one aside is started with it blocked, for it would tell where its
    imports stood. What is forked from it calls `interruptible`.
    """
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    resource_tracker.ensure_running()  # where it must start it unblocks Ctrl-C
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    atexit.unregister(stop_forking)
    atexit.register(stop_forking)
    return context


def interruptible() -> None:
    """In a process started by the context of `warm_up`: take Ctrl-C as usual."""
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


_CAME: list[int] = []


@contextmanager
def remembered() -> Iterator[None]:
    """Remember each Ctrl-C, for `heed`: libraries that are just being imported may swallow what it raises."""
    ours = threading.current_thread() is threading.main_thread()
    if not ours or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # ignored in the background
        yield
        return

    def interrupt(number: int, frame: Any) -> None:
        _CAME.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _CAME.clear()


def heed() -> None:
    """Raise an interrupt that came and that nobody has heeded; called before what waits."""
    if _CAME:
        raise KeyboardInterrupt


@contextmanager
def unbroken() -> Iterator[None]:
    """Let Ctrl-C wait until the end of what is done here: imports of compiled libraries make another error of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def stop_forking() -> None:
    """End the process that others are forked from, also while it still imports."""
    from multiprocessing import forkserver

    server = getattr(forkserver, "_forkserver", None)  # no public name; without it the process ends a little later
    if pid := getattr(server, "_forkserver_pid", None):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
