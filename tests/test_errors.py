"""Errors: the drawn tree, sentences, and what crosses processes."""

from __future__ import annotations

import pickle
import re

import pytest

from briefkit import errors
from briefkit.errors import BriefError, BriefWarning, CellTimedOut, KernelDied, WorkerLost


def drawn(tree: str) -> dict[str, str]:
    """Read a drawn tree: the parent of each class, empty for a root."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for lines, name in re.findall(r"(?m)^ {4}((?:[│ ]  )*(?:[├└]─ )?)([A-Z]\w*)", tree):
        depth = len(lines) // 3
        above[depth:] = [name]
        parents[name] = above[depth - 1] if depth else ""
    return parents


def defined() -> dict[str, str]:
    """Name the parent of each exception of `errors`, empty for a root."""
    found = [
        cls for cls in vars(errors).values() if isinstance(cls, type) and issubclass(cls, (BriefError, BriefWarning))
    ]
    own = {cls.__name__ for cls in found}
    return {cls.__name__: next((base.__name__ for base in cls.__bases__ if base.__name__ in own), "") for cls in found}


def test_every_error_stands_in_the_drawn_tree_below_its_parent(monkeypatch):
    """The tree is where a maintainer looks for the error to raise."""
    assert drawn(errors.__doc__) == defined()
    missing = type("AtticError", (errors.UnitError,), {})
    monkeypatch.setattr(errors, "AtticError", missing, raising=False)
    assert drawn(errors.__doc__) != defined()
    assert drawn("    A   x\n    ├─ B\n    │  └─ C\n    └─ D\n") == {"A": "", "B": "A", "C": "B", "D": "A"}


@pytest.mark.parametrize(
    "error",
    [
        CellTimedOut("n.ipynb", None, 3),
        KernelDied("n.ipynb", 2),
        WorkerLost("n.ipynb", 1),
        errors.UnknownName("figure", "gs", ["gas"]),
    ],
)
def test_an_error_says_the_same_in_another_process(error):
    """Sections run in processes of their own: an error that cannot be pickled would be lost."""
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
