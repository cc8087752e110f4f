"""What briefkit's own processes leave out, so that a command starts at once."""

import atexit
import gc
import os
import sys

LEFT_OUT = ("rfc3987_syntax", "isoduration", "papermill.s3")
"""What jsonschema and papermill import where it is installed, and do without where it is not: a grammar of addresses,
whose compiling takes a second, durations, and a store of files. Nothing here asks for them."""

for name in LEFT_OUT:
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # Python's way to say: not to be imported

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
"""A kernel's debugger, imported before kernels are forked, would warn on the terminal that Python's own modules have no
lines to stop at."""

USUAL = gc.get_threshold()
"""How often Python looks for what nobody can reach any more."""

gc.set_threshold(200_000, 30, 30)  # as in mypy: imports make much that stays, and looking through it takes a fifth more
atexit.register(gc.freeze)  # and at the end all goes back to the system as it is
