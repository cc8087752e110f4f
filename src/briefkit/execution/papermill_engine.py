"""Papermill's own engine, without saving before and after each cell."""

from __future__ import annotations

from typing import Any

import nbformat
from papermill.engines import NBClientEngine, papermill_engines


class Engine(NBClientEngine):
    """Execute a notebook as papermill does, given no file to save to: saving takes longer than most cells.

    Attributes
    ----------
    notebook : NotebookNode or None
        The one executed last, as far as it came.
    """

    notebook: Any = None

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *, return_empty: bool = False, **options: Any) -> Any:
        """Execute a notebook as papermill does.

        Parameters
        ----------
        nb : NotebookNode
            The notebook.
        kernel_name : str
            Name of its kernel's specification.
        return_empty : bool
            Return an empty notebook with the same metadata: papermill writes what it gets, even to no file.
        **options
            As papermill's engine takes them.
        """
        executed = super().execute_notebook(nb, kernel_name, **options)
        return nbformat.v4.new_notebook(metadata=executed["metadata"]) if return_empty else executed

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> None:
        """Keep the notebook at hand, also where a cell raises, and execute it as papermill does."""
        cls.notebook = nb_man.nb
        super().execute_managed_notebook(nb_man, kernel_name, **options)


papermill_engines.register("briefkit", Engine)
