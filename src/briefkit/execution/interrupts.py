"""Ctrl-C while libraries import: no interrupt is lost, none makes another error of an import."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_RECORDED: list[int] = []


@contextmanager
def record_interrupts() -> Iterator[None]:
    """Record each Ctrl-C for `raise_pending_interrupt`: a library that is being imported may swallow the exception."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:  # in the background
        yield
        return

    def interrupt(number: int, frame: Any) -> None:
        _RECORDED.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        _RECORDED.clear()


def raise_pending_interrupt() -> None:
    """Raise an interrupt that was recorded; to be called before what waits.

    Raises
    ------
    KeyboardInterrupt
        If Ctrl-C came since `record_interrupts` began.
    """
    if _RECORDED:
        raise KeyboardInterrupt


@contextmanager
def defer_interrupts() -> Iterator[None]:
    """Hold Ctrl-C back until the end: a compiled library whose import is interrupted raises another error."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    deferred: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: deferred.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if deferred:
        signal.raise_signal(signal.SIGINT)


def unblock_interrupts() -> None:
    """Take Ctrl-C again, in a process started by the context of `forkserver.warm_up`."""
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
