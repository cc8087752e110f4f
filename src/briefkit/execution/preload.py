"""What kernels, and the processes beside them, are forked with: importing this imports it and makes it ready."""

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
    "babel.dates",
    "babel.numbers",
    "briefkit.notebook.brief",
    "briefkit.execution.kernel",
    "briefkit.execution.forked_kernel",
]

for name in NAMES:
    with suppress(ImportError):  # who needs it says so
        import_module(name)
nbformat.validate(nbformat.v4.new_notebook())  # compiles its schema
