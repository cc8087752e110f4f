"""Briefs that stay true: what a notebook types, fetched on first use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefkit.errors import BriefError
    from briefkit.ledger.ledger import load_ledger
    from briefkit.notebook.brief import open_section
    from briefkit.notebook.outputs import read_notebook

__version__ = "0.1.0"
__all__ = ["BriefError", "__version__", "load_ledger", "open_section", "read_notebook"]

_MODULES = {
    "open_section": "notebook.brief",
    "load_ledger": "ledger.ledger",
    "read_notebook": "notebook.outputs",
    "BriefError": "errors",
}


def __getattr__(name: str) -> Any:
    """Import a name from its module when it is first asked for, so that `import briefkit` costs nothing."""
    if name not in _MODULES:
        raise AttributeError(f"module 'briefkit' has no attribute {name!r}")
    return getattr(import_module(f"briefkit.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    """List what a notebook imports, and nothing else."""
    return __all__
