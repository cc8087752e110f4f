"""Import what kernels, and the processes beside them, need; they are forked from a process that imports this."""

from contextlib import suppress
from importlib import import_module

import nbformat

NAMES = [
    "papermill.clientwrap",
    "nbclient",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "IPython.core.interactiveshell",
    "seaborn",
    "pyproj",
    "pandas.io.formats.html",
    "briefkit.notebook.brief",
    "briefkit.execution.papermill_engine",
    "briefkit.execution.kernel",
    "briefkit.execution.forked_kernel",
]

for name in NAMES:
    with suppress(ImportError):  # whoever needs it raises it again
        import_module(name)
nbformat.validate(nbformat.v4.new_notebook())  # compiles its schema
