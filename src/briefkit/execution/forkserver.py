"""The process that others are forked from: it imports once, while the command that needs it imports too."""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
from contextlib import suppress
from typing import Any

PRELOAD = ["briefkit.execution.startup", "briefkit.execution.preload", "briefkit.cli.main"]
"""What is imported before any process is forked. Each imports the command's main module again, thus `cli`."""


def warm_up() -> Any:
    """Start the process that others are forked from, if it does not run; it imports what notebooks import.

    Ctrl-C reaches every process of a terminal. This one is started with it blocked, for otherwise it would print a
    traceback of its imports; what is forked from it calls `interrupts.unblock_interrupts`.

    Returns
    -------
    BaseContext
        A context of multiprocessing, with which processes are started.
    """
    if os.name != "posix":
        return multiprocessing.get_context("spawn")
    from multiprocessing import forkserver, resource_tracker

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    resource_tracker.ensure_running()  # its start would unblock Ctrl-C
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
    atexit.unregister(stop_forking)
    atexit.register(stop_forking)
    return context


def stop_forking() -> None:
    """End the process that others are forked from, also while it still imports."""
    from multiprocessing import forkserver

    server = getattr(forkserver, "_forkserver", None)  # no public name; without it the process ends a little later
    if pid := getattr(server, "_forkserver_pid", None):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
