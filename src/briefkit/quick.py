"""What briefkit's own processes leave out, so that a command starts at once."""

import os
import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # jsonschema then does without it
"""Compiling this grammar takes a second, at each import of jsonschema, for an address format that nothing here checks.
A name bound to None is Python's documented way to say that a module is not to be imported."""

os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
"""A kernel's debugger, imported before kernels are forked, would warn on the terminal that Python's own modules have no
lines to stop at."""
