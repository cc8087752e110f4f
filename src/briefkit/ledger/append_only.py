"""The ledger as it was last committed: rows that have changed since then, where the brief is a git repository."""

from __future__ import annotations

import csv
import io
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from briefkit.errors import Problem

TABLES = ("observations", "events", "relations", "verdicts")
"""The tables that only grow."""


def changed_rows(folder: Path) -> Iterator[Problem]:
    """Find rows of the last commit that are changed or missing.

    Parameters
    ----------
    folder : Path
        Where the ledger's tables lie.

    Yields
    ------
    Problem
        One for each row; none where there is no git, or no commit with the tables.
    """
    for name in TABLES:
        path = folder / f"{name}.csv"
        text = _committed(path)
        if text is None or not path.is_file():
            continue
        present = Counter(row for _, row in _rows(path.read_text(encoding="utf-8-sig", errors="replace")))
        for line, row in _rows(text):
            present[row] -= 1
            if present[row] < 0:
                found = f'an old row that changed or went, "{",".join(row)}"'
                expected, remedy = "every row of the last commit", "put it back; append a correction instead"
                yield Problem(str(path), line, "", found, expected, remedy)


def _rows(text: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the rows below the header with their line, as cells: a spreadsheet may quote them in another way."""
    reader = csv.reader(io.StringIO(text))
    next(reader, None)
    for row in reader:
        if any(row):
            yield reader.line_num, tuple(row)


def _committed(path: Path) -> str | None:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}  # not those of a git hook
    command = ["git", "show", f"HEAD:./{path.name}"]
    try:
        done = subprocess.run(command, cwd=path.parent, env=own, capture_output=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8-sig", errors="replace")
