"""Notebooks on disk: their order, parameters and cells, and mistakes in them that papermill would pass over."""

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
    """List the notebooks of a brief by slug, in the order of their numbers: `03_obstacles.ipynb` is `obstacles`."""
    paths = sorted(Path(folder).glob("[0-9][0-9]_*.ipynb"))
    return {path.stem.split("_", 1)[1]: path for path in paths}


def declared(notebook: Path) -> dict[str, Any]:
    """Read the names that a notebook's parameters cell declares, with their defaults.

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
    defaults = dict(_assigned(tagged[0]["source"]))
    if not defaults:
        expected = 'lines such as as_of = "2018-10-12"'
        raise NotebookError([Problem(str(notebook), None, "parameters", "an empty cell", expected, remedy)])
    return defaults


def check_parameters(parameters: Mapping[str, Any], notebooks: Mapping[str, Path], file: str) -> None:
    """Refuse parameters that no notebook declares, and notebooks that assign to theirs again.

    Parameters
    ----------
    parameters : mapping
        By name, as an edition sets them.
    notebooks : mapping of str to Path
        As `sections` gives them.
    file : str
        The edition's file, for the message.

    Raises
    ------
    NotebookError
        With every such parameter and notebook.
    """
    problems: list[Problem] = []
    known = {"claims"}
    for path in notebooks.values():
        try:
            names = declared(path)
        except NotebookError as error:
            problems += error.problems
            continue
        known |= set(names)
        problems += list(_reassigned(path, set(names)))
    expected = "a parameter that a notebook declares"
    unknown = [name for name in parameters if name not in known]
    problems += [Problem(file, None, name, f'"{name}"', expected, nearest(name, known)) for name in unknown]
    if problems:
        raise NotebookError(problems)


def cells(notebook: Path) -> list[Any]:
    """Return the cells of a notebook, to be read, not changed.

    Raises
    ------
    NotebookError
        If the file is no notebook.
    """
    return list(_read_notebook(notebook)["cells"])


def kernel_of(notebook: Path) -> str:
    """Return the name of the kernel that a notebook asks for.

    Raises
    ------
    NotebookError
        If the file is no notebook.
    """
    return str(_read_notebook(notebook)["metadata"].get("kernelspec", {}).get("name", "python3"))


def _read_notebook(notebook: Path) -> Any:
    """Read a notebook, and refuse what is none."""
    import nbformat

    try:
        return _parse(*stamp(notebook))
    except (
        OSError,
        ValueError,
        AttributeError,
        nbformat.ValidationError,
    ) as error:  # other JSON
        found = str(error).split("\n")[0]
        raise NotebookError([Problem(str(notebook), None, "", found, "a notebook", "open it in Jupyter")]) from error


@lru_cache(maxsize=64)
def _parse(notebook: Path, *_: int) -> Any:
    """Parse a file once for as long as its stamp is the same."""
    import nbformat

    return nbformat.read(notebook, as_version=4)


@lru_cache(maxsize=1024)
def _assigned(source: str) -> list[tuple[str, Any]]:
    """List the names to which code assigns, with their values where these are literals, else None."""
    names = []
    for node in ast.walk(ast.parse(source)):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(
                node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.NamedExpr)
            ):
                value = None
                with suppress(ValueError, TypeError, AttributeError):
                    value = ast.literal_eval(node.value)  # type: ignore[union-attr,arg-type]
                names.append((target.id, value))
    return names


def _reassigned(notebook: Path, names: set[str]) -> Iterator[Problem]:
    """Find parameters to which another cell assigns."""
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
    """Return the index of the parameters cell, or 0."""
    tagged = ["parameters" in cell["metadata"].get("tags", []) for cell in cells(notebook)]
    return tagged.index(True) if True in tagged else 0
