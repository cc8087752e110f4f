"""Errors: everything that briefkit refuses, as sentences that say where, what was found, what was expected, what to do.

::

    BriefError                 exit 2 unless said otherwise
    ├─ Problems                several in one go, each with its place
    │  ├─ LedgerError          rows that cannot be believed
    │  ├─ EditionError         a YAML file or parameter that cannot be used
    │  ├─ NotebookError        a notebook that cannot be run as a section
    │  └─ FeedError            a feed that cannot be used, or a document that is not as it says
    ├─ UnknownName             a figure, source, claim, section or parameter that is not there
    ├─ UnitError               a measure asked to mix units, or to use what is not known
    ├─ ClaimError              untested, tested twice, premises in a circle
    ├─ SourceUnreachable       exit 4; a document that could not be fetched
    ├─ ExportError             naked number, chart without alt text, a page that calls the network
    └─ SectionFailed           exit 1; the other sections still render
       ├─ CellFailed           a cell raised
       ├─ CellTimedOut         a cell or a section ran past its limit
       ├─ KernelDied           the kernel ended
       ├─ WorkerLost           workers of a cluster ended, one after another
       └─ CellsNotRun          the notebook ended before its last code cell
    BriefWarning               what goes on, but should be known
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, with its place.

    Parameters
    ----------
    file : str
        Path as the user knows it.
    line : int or None
        1-based line in the file; None when the whole file is meant.
    place : str
        Column, key or cell.
    found, expected, remedy : str
        What stands there, what should, and what to do.
    kind : str
        Of a warning, what it has in common with others.
    """

    file: str
    line: int | None
    place: str
    found: str
    expected: str
    remedy: str
    kind: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        place = f"{self.place}: " if self.place else ""
        return f"{where}: {place}found {self.found}, expected {self.expected}; {self.remedy}"


class BriefWarning(UserWarning):
    """Issued for what goes on, but should be known."""


class BriefError(Exception):
    """Base of all that briefkit refuses; `exit_code` is what a script sees."""

    exit_code = 2


class Problems(BriefError, ValueError):
    """Several problems in one go.

    Parameters
    ----------
    problems : iterable of Problem
        Kept in the order given.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class LedgerError(Problems):
    """Raised when rows of the ledger cannot be believed."""


class EditionError(Problems):
    """Raised when an edition's YAML or a parameter cannot be used."""


class NotebookError(Problems):
    """Raised when a notebook cannot be run as a section."""


class FeedError(Problems):
    """Raised when a feed cannot be used, or a document is not as its feed says."""


class UnknownName(BriefError, LookupError):
    """Raised for a name that is not there; offers the nearest ones."""

    def __init__(self, noun: str, name: str, known: Iterable[str] = ()) -> None:
        self.noun, self.name, self.known = noun, name, tuple(known)
        super().__init__(noun, name, self.known)

    def __str__(self) -> str:
        return f'{self.noun}: found "{self.name}", which is not there; {nearest(self.name, self.known)}'


class UnitError(BriefError, ValueError):
    """Raised when a measure is asked to mix units or to compute with what is not known."""


class ClaimError(BriefError, ValueError):
    """Raised when a claim is untested, tested twice, or rests on itself."""


class SourceUnreachable(BriefError):
    """Raised when a document could not be fetched; other feeds are still read."""

    exit_code = 4

    def __init__(self, address: str, found: str, remedy: str) -> None:
        self.address, self.found, self.remedy = address, found, remedy
        super().__init__(address, found, remedy)

    def __str__(self) -> str:
        return f"{self.address}: found {self.found}, expected a document; {self.remedy}"


class ExportError(BriefError, ValueError):
    """Raised when a page would hold a naked number, a mute chart or a call to the network."""


class SectionFailed(BriefError):
    """Raised when a section did not come to its end; the others still render."""

    exit_code = 1


class CellFailed(SectionFailed):
    """Raised when a cell of a section raises."""

    def __init__(self, notebook: str, cell: int, error: str) -> None:
        self.notebook, self.cell, self.error = notebook, cell, error
        super().__init__(notebook, cell, error)  # all fields: errors cross processes and must pickle

    def __str__(self) -> str:
        return f"{self.notebook}: cell {self.cell}: {self.error}; run the notebook in Jupyter to see it"


class CellTimedOut(SectionFailed):
    """Raised when a cell runs past its limit."""

    def __init__(self, notebook: str, cell: int | None, seconds: float) -> None:
        self.notebook, self.cell, self.seconds = notebook, cell, seconds
        super().__init__(notebook, cell, seconds)

    def __str__(self) -> str:
        place = "the section" if self.cell is None else f"cell {self.cell}"
        return (
            f"{self.notebook}: {place} ran longer than {self.seconds:g} s and was stopped; "
            "look for a loop without end, or raise the limit with --cell-timeout or --section-timeout"
        )


class KernelDied(SectionFailed):
    """Raised when the kernel of a section ends."""

    def __init__(self, notebook: str, cell: int | None) -> None:
        self.notebook, self.cell = notebook, cell
        super().__init__(notebook, cell)

    def __str__(self) -> str:
        place = "" if self.cell is None else f" in cell {self.cell}"
        return f"{self.notebook}: the kernel died{place}; look for a crash or for memory running out"


class WorkerLost(SectionFailed):
    """Raised when one worker of a cluster after another ends while it runs a section."""

    def __init__(self, notebook: str, times: int) -> None:
        self.notebook, self.times = notebook, times
        super().__init__(notebook, times)

    def __str__(self) -> str:
        return (
            f"{self.notebook}: its worker went away, {self.times + 1} times over; look at the workers' logs and memory"
        )


class CellsNotRun(SectionFailed):
    """Raised when a notebook ends before its last code cell, as by `sys.exit()`."""

    def __init__(self, notebook: str, cell: int) -> None:
        self.notebook, self.cell = notebook, cell
        super().__init__(notebook, cell)

    def __str__(self) -> str:
        return f"{self.notebook}: cell {self.cell} and what follows did not run; look for an early exit above it"


def nearest(name: str, known: Iterable[str]) -> str:
    """Write a sentence that offers the known names nearest to one: those that begin with it, hold it, or look like it.

    Examples
    --------
    >>> nearest("mof", ["mofa_2018", "mof_trade", "gas"])
    'did you mean "mof_trade" or "mofa_2018"?'
    """
    known = list(dict.fromkeys(known))
    holding = sorted(
        (other for other in known if len(name) > 1 and name in other), key=lambda other: _apart(name, other)
    )
    offered = list(dict.fromkeys([*holding, *get_close_matches(name, known, n=3, cutoff=0.5)]))[:3]
    if not offered:
        return "correct the name"
    return "did you mean " + " or ".join(f'"{match}"' for match in offered) + "?"


def _apart(name: str, longer: str) -> tuple[bool, bool, int, str]:
    """Return how far a longer name that holds another is from it: as a word or not, at its beginning or not, longer."""
    word = re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", longer)
    return word is None, not longer.startswith(name), len(longer), longer
