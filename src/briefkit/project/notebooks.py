"""A section's notebook as it lies on disk: its place in the order, its parameters, its cells."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefkit.errors import NotebookError, Problem, nearest
from briefkit.hashing import stamp


def sections(folder: str | Path = "notebooks") -> dict[str, Path]:
    """The notebooks of a brief by slug, in the order of their numbers: `03_obstacles.ipynb` is `obstacles`."""
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    return {path.stem.split("_", 1)[1]: path for path in paths}


def declared(notebook: Path) -> dict[str, Any]:
    """Names that a notebook's parameters cell declares, with their defaults.

    Raises
    ------
    NotebookError
        If the file is no notebook, or has no filled cell tagged `parameters`, or more than one.
    """
    tagged = [cell for cell in cells(notebook) if "parameters" in cell["metadata"].get("tags", [])]
    remedy = "tag one cell parameters and assign the defaults there"
    if len(tagged) != 1:
        expected = "one cell with that tag"
        raise NotebookError(
            [Problem(str(notebook), None, "parameters", f"{len(tagged) or 'no'} cells", expected, remedy)]
        )
    found = dict(_assigned(tagged[0]["source"]))
    if not found:
        expected = 'lines such as as_of = "2018-10-12"'
        raise NotebookError([Problem(str(notebook), None, "parameters", "an empty cell", expected, remedy)])
    return found


def check_parameters(given: Mapping[str, Any], notebooks: Mapping[str, Path], file: str) -> None:
    """Refuse parameters that no notebook declares, and notebooks that assign to theirs again.

    Raises
    ------
    NotebookError
        With every such parameter and notebook.
    """
    wrong: list[Problem] = []
    known = {"claims"}
    for path in notebooks.values():
        try:
            names = declared(path)
        except NotebookError as error:
            wrong += error.problems
            continue
        known |= set(names)
        wrong += list(_reassigned(path, set(names)))
    expected = "a parameter that a notebook declares"
    strays = [name for name in given if name not in known]
    wrong += [Problem(file, None, name, f'"{name}"', expected, nearest(name, known)) for name in strays]
    if wrong:
        raise NotebookError(wrong)


def cells(notebook: Path) -> list[Any]:
    """The cells of a notebook, to be read, not changed.

    Raises
    ------
    NotebookError
        If the file is none.
    """
    return list(_book(notebook)["cells"])


def kernel_of(notebook: Path) -> str:
    """Name of the kernel that a notebook asks for.

    Raises
    ------
    NotebookError
        If the file is none.
    """
    return str(_book(notebook)["metadata"].get("kernelspec", {}).get("name", "python3"))


def _book(notebook: Path) -> Any:
    import nbformat

    try:
        return _read(*stamp(notebook))
    except (OSError, ValueError, AttributeError, nbformat.ValidationError) as error:  # JSON may hold no notebook
        found = str(error).split("\n")[0]
        raise NotebookError([Problem(str(notebook), None, "", found, "a notebook", "open it in Jupyter")]) from error


@lru_cache(maxsize=64)
def _read(notebook: Path, *_: int) -> Any:
    """Read once while the file stays as it is."""
    import nbformat

    return nbformat.read(notebook, as_version=4)


@lru_cache(maxsize=1024)
def _assigned(source: str) -> list[tuple[str, Any]]:
    """Names to which code assigns, with the values that can be read off."""
    found = []
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(
                node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.NamedExpr)
            ):
                value = None
                with suppress(ValueError, TypeError, AttributeError):
                    value = ast.literal_eval(node.value)  # type: ignore[union-attr,arg-type]
                found.append((target.id, value))
    return found


def _reassigned(notebook: Path, names: set[str]) -> Iterator[Problem]:
    """Parameters that a later cell assigns to."""
    for place, cell in enumerate(cells(notebook), start=1):
        if (
            cell["cell_type"] != "code"
            or "parameters" in cell["metadata"].get("tags", [])
            or cell["source"].startswith("%%")
        ):
            continue
        with suppress(SyntaxError):
            for name, _ in _assigned(cell["source"]):
                if name in names:
                    expected = "parameters to be set in their own cell only"
                    yield Problem(str(notebook), None, f"cell {place}", f"{name} = …", expected, "use another name")


def parameters_at(notebook: Path) -> int:
    """Index of the parameters cell."""
    tagged = ["parameters" in cell["metadata"].get("tags", []) for cell in cells(notebook)]
    return tagged.index(True) if True in tagged else 0
