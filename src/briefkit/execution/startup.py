"""What lets a command start and end at once: two slow imports are left out, garbage is collected rarely."""

import atexit
import gc
import os
import sys

LEFT_OUT = {"rfc3987_syntax": "jsonschema", "papermill.s3": "papermill"}
"""Modules that a library imports where they are installed and does without where they are not, by library."""


def leave_out_imports(*, undo: bool = False) -> None:
    """Let two libraries import as if an optional module of theirs were not installed.

    `jsonschema` compiles a grammar of addresses (1.0 s of the 1.4 s that importing `papermill.clientwrap` takes),
    papermill imports the client of a file store (0.1 s): 0.3 s remain. Python has no other way to forbid an import
    than None in `sys.modules`.

    Parameters
    ----------
    undo : bool
        Forget the modules left out and the libraries that were imported without them, so that they are imported whole.
    """
    if not undo:
        for name in LEFT_OUT:
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]
        return
    libraries = set(LEFT_OUT.values())
    for name in [name for name in sys.modules if name in LEFT_OUT or name.partition(".")[0] in libraries]:
        del sys.modules[name]


leave_out_imports()
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
"""A kernel's debugger, imported before kernels are forked, would warn on the terminal that Python's own modules have no
lines to stop at."""

_THRESHOLDS = gc.get_threshold()
gc.set_threshold(200_000, 30, 30)  # as in mypy: imports make much that stays, and looking through it takes a fifth more
atexit.register(gc.freeze)  # at the end memory goes back to the system without a last collection


def restore_defaults() -> None:
    """Let a process that runs a notebook's cells import libraries whole and collect garbage as any other."""
    gc.freeze()  # what was imported stays: no collection goes through it, which would copy its pages
    gc.set_threshold(*_THRESHOLDS)
    leave_out_imports(undo=True)
