"""What lets a command start at once, and end at once: some imports left out, garbage hardly looked for."""

import atexit
import gc
import os
import sys

LEFT_OUT = {"rfc3987_syntax": "jsonschema", "papermill.s3": "papermill"}
"""What a library imports where it is installed, and does without where it is not, by library: a grammar of addresses,
whose compiling takes a second, and a store of files."""

for name in LEFT_OUT:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's way to say: not to be imported

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
"""A kernel's debugger, imported before kernels are forked, would warn on the terminal that Python's own modules have no
lines to stop at."""

_USUAL = gc.get_threshold()
gc.set_threshold(200_000, 30, 30)  # as in mypy: imports make much that stays, and looking through it takes a fifth more
atexit.register(gc.freeze)  # and at the end all goes back to the system as it is


def as_usual() -> None:
    """In a process that runs a notebook's cells: libraries can be imported whole, garbage is looked for as anywhere."""
    gc.freeze()  # what was imported stays: no collection goes through it, and copies its pages, again
    gc.set_threshold(*_USUAL)
    halved = set(LEFT_OUT.values())
    for name in [one for one in sys.modules if one in LEFT_OUT or one.partition(".")[0] in halved]:
        del sys.modules[name]
