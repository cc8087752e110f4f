"""How far a run has come: a bar per section on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click


class _Lines:
    """Progress where nobody watches: one line when a section is done."""

    def __init__(self, noun: str) -> None:
        self._noun = noun

    def __call__(self, edition: str, section: str, done: int, cells: int) -> None:
        if done == cells:
            self.say(f"{edition} {section}: {cells} {self._noun}")

    def say(self, text: str) -> None:
        """One line to standard output."""
        click.echo(text)


@contextmanager
def progress(noun: str = "cells") -> Iterator[Any]:
    """A bar per section on a terminal, plain lines elsewhere; `noun` is what is counted."""
    if not sys.stdout.isatty():
        yield _Lines(noun)
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = [TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()]
    with Progress(*columns) as bars:
        yield _Bars(bars)


class _Bars:
    """Progress on a terminal."""

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

    def say(self, text: str) -> None:
        """One line above the bars."""
        self._bars.console.print(text, highlight=False, soft_wrap=True)
