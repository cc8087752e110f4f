"""How far a run has come, told across processes: what is called as cells are done, and a queue that carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

Progress = Callable[[str, str, int, int], None]
"""Called with edition, section, cells done and cells in all, as cells are done."""


@contextmanager
def listening(context: Any, progress: Callable[..., None] | None) -> Iterator[Any]:
    """Open a queue on which other processes report how far they are.

    Parameters
    ----------
    context
        As `forkserver.warm_up` gives it.
    progress : callable or None
        Called with the items of each message; when None, messages are dropped.

    Yields
    ------
    SimpleQueue
        Each message put on it is a tuple of arguments for `progress`.
    """
    queue = context.SimpleQueue()
    listener = Thread(target=_listen, args=(queue, progress), daemon=True)
    listener.start()
    try:
        yield queue
    finally:
        queue.put(None)
        listener.join(timeout=5)


def _listen(queue: Any, progress: Callable[..., None] | None) -> None:
    """Hand on messages until the queue is closed."""
    while (message := queue.get()) is not None:
        if progress is not None:
            progress(*message)
