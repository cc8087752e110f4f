"""Progress on the screen: a bar per section on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


class _Lines:
    """Progress where nobody watches: one line when a section is done."""

    total = 0
    """How many sections there will be."""

    def __init__(self) -> None:
        self._finished = 0

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        """Pass over what happens within a section."""

    def finished(self, edition: str, section: str, how: str) -> None:
        """Print one line for a section that is done, failed or reused."""
        self._finished += 1
        of = f" of {self.total}" if self.total else ""
        self.say(f"{edition} {section}: {how} ({self._finished}{of})")

    def say(self, text: str) -> None:
        """Print one line to standard output."""
        click.echo(text)


class _Silence(_Lines):
    """Progress of a command whose output is read by a program."""

    def say(self, text: str) -> None:
        """Print nothing."""


@contextmanager
def progress_bars() -> Iterator[Any]:
    """Show a bar per section on a terminal, plain lines elsewhere."""
    if not sys.stdout.isatty():
        yield _Lines()
        return
    with _bars() as bars:
        yield bars


@contextmanager
def status(doing: str) -> Iterator[Any]:
    """Show on the terminal what a command is doing, and bars; standard output is left to its result.

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
    """Progress on a terminal: a bar per section."""

    total = 0
    """How many sections there will be; the bars do not show it."""

    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[tuple[str, str], Any] = {}

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        """Move a section's bar, and stop its clock when it is full."""
        key = (edition, section)
        if key not in self._tasks:
            self._tasks[key] = self._bars.add_task(f"{edition} {section}", total=cells)
        self._bars.update(self._tasks[key], completed=done)
        if done == cells:
            self._bars.stop_task(self._tasks[key])

    def finished(self, edition: str, section: str, how: str) -> None:
        """Do nothing more: the section's bar is full, or stops where it failed."""

    def say(self, text: str) -> None:
        """Print one line above the bars."""
        self._bars.console.print(text, highlight=False, soft_wrap=True, markup=False)
