"""Tests of a brief's notebooks: a pytest plugin that runs sections through papermill and looks at what they say.

The plugin is there wherever briefkit is installed: `docs/testing.md` shows its fixtures. Read in this order:
`builders` (tiny ledgers, notebooks and briefs), `runs` (one section, run), `assertions` (what must hold of it),
`plugin` (fixtures).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefkit.testing.assertions import (
        claims_settled,
        nothing_from_the_future,
        numbers_have_sources,
        picture_is_readable,
        same_as_released,
    )
    from briefkit.testing.builders import observation, write_brief, write_ledger, write_notebook
    from briefkit.testing.runs import SectionRun, SectionRunner

_HOMES = {
    "assertions": (
        "claims_settled nothing_from_the_future numbers_have_sources picture_is_readable same_as_released".split()
    ),
    "builders": ["observation", "write_brief", "write_ledger", "write_notebook"],
    "runs": ["SectionRun", "SectionRunner"],
}
__all__ = [
    "SectionRun",
    "SectionRunner",
    "claims_settled",
    "nothing_from_the_future",
    "numbers_have_sources",
    "observation",
    "picture_is_readable",
    "same_as_released",
    "write_brief",
    "write_ledger",
    "write_notebook",
]


def __getattr__(name: str) -> Any:
    """Import a name from its module when it is first asked for: pytest loads this package in every test run."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"briefkit.testing.{module}"), name)
    raise AttributeError(f"module 'briefkit.testing' has no attribute {name!r}")
