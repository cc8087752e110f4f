"""How far a run has come: a bar per section on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import click

Progress = Callable[[str, str, int, int], None]
"""What is called with edition, section, cells done and cells in all, as they are done."""


@contextmanager
def listening(context: Any, progress: Callable[..., None] | None) -> Iterator[Any]:
    """A queue on which other processes say how far they are: each message is what `progress` is called with.

    Parameters
    ----------
    context
        As `forking.warm_up` gives it.
    progress : callable
        Nothing is done with what is said when None.
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
    while (message := queue.get()) is not None:
        if progress is not None:
            progress(*message)


class _Lines:
    """Progress where nobody watches: one line when a section is done."""

    total = 0
    """How many sections there will be."""

    def __init__(self) -> None:
        self._finished = 0

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        """Pass over what happens within a section."""

    def finished(self, edition: str, section: str, how: str) -> None:
        """One line for a section that is done, failed or reused."""
        self._finished += 1
        of = f" of {self.total}" if self.total else ""
        self.say(f"{edition} {section}: {how} ({self._finished}{of})")

    def say(self, text: str) -> None:
        """One line to standard output."""
        click.echo(text)


class _Silence(_Lines):
    """Progress of a command whose output is read by a program."""

    def say(self, text: str) -> None:
        """Nothing."""


@contextmanager
def progress_bars() -> Iterator[Any]:
    """A bar per section on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield _Lines()
        return
    with _bars() as bars:
        yield bars


@contextmanager
def status(doing: str) -> Iterator[Any]:
    """What a command is doing, and bars, on the terminal while it works; standard output is left to its answer.

    Parameters
    ----------
    doing : str
        Such as `comparing 2018-10 and 2022-04`.
    """
    if not sys.stderr.isatty():
        yield _Silence()
        return
    with _bars(stderr=True) as bars:
        bars.say(f"{doing} …")
        yield bars


@contextmanager
def _bars(*, stderr: bool = False) -> Iterator[_Bars]:
    from rich import progress as rich_progress
    from rich.console import Console

    columns = [
        rich_progress.TextColumn("{task.description}"),
        rich_progress.BarColumn(),
        rich_progress.MofNCompleteColumn(),
        rich_progress.TimeElapsedColumn(),
    ]
    with rich_progress.Progress(*columns, console=Console(stderr=stderr), transient=stderr) as bars:
        yield _Bars(bars)


class _Bars:
    """Progress on a terminal."""

    total = 0

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[tuple[str, str], Any] = {}

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        key = (edition, section)
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(f"{edition} {section}", total=cells)
        self._bars.update(self._tasks[key], completed=done)
        if done == cells:
            self._bars.stop_task(self._tasks[key])

    def finished(self, edition: str, section: str, how: str) -> None:
        """Nothing more: its bar is full, or stands where it failed."""

    def say(self, text: str) -> None:
        """One line above the bars."""
        self._bars.console.print(text, highlight=False, soft_wrap=True, markup=False)
