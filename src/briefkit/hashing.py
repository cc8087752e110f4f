"""Hashes of what results are made from: values, files, folders, the package and its libraries; and a memo by hash."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import platform
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

PACKAGE = Path(__file__).parent


def json_hash(value: Any) -> str:
    """Hash a plain value: numbers, texts, lists, dicts, whose keys may stand in any order.

    Examples
    --------
    >>> json_hash({"a": 1, "b": [2]}) == json_hash({"b": [2], "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def pickled(value: Any) -> bytes:
    """Pickle objects so that equal ones give the same bytes, however they share their parts.

    Raises
    ------
    PicklingError, TypeError, AttributeError, ValueError, RecursionError
        If there is none.
    """
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.fast = True  # without references to earlier parts: whether two of them are one object makes no difference
    pickler.dump(value)
    return written.getvalue()


def pickle_hash(value: Any) -> bytes:
    """Hash anything that can be pickled, with the errors of `pickled`."""
    return hashlib.sha256(pickled(value)).digest()


class Memo:
    """Values made lately, by what they were made from: a process that renders again makes only what changed.

    A value is shared with whoever asks next: read it, do not change it.

    Parameters
    ----------
    most : int
        How many values are held; the one that was asked for longest ago is dropped first.
    """

    def __init__(self, most: int) -> None:
        self._most, self._values = most, dict[bytes, Any]()

    def get_or_make(self, inputs: Any, make: Callable[[], T]) -> T:
        """Return the value held for equal inputs, or make it.

        Parameters
        ----------
        inputs : object
            All that the value depends on; anything that can be pickled.
        make : callable
            Makes the value; what it raises is not held.

        Examples
        --------
        >>> memo = Memo(8)
        >>> memo.get_or_make(("a", 1), lambda: "first"), memo.get_or_make(("a", 1), lambda: "second")
        ('first', 'first')
        """
        key = pickle_hash(inputs)
        value: T = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.pop(next(iter(self._values)), None)
        return value


Stamp = tuple[Path, int, int]


def stamp(path: Path) -> Stamp:
    """Return a file with the time of its last change and its size, which are the same while it is not written."""
    status = path.stat()
    return path, status.st_mtime_ns, status.st_size


def file_hash(path: Path) -> str:
    """Hash a file's bytes; it is read once for as long as its stamp is the same."""
    return _file_hash(*stamp(path))


@cache
def _file_hash(path: Path, *_: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def library_versions() -> dict[str, str]:
    """Return the versions of Python and of all that is installed, as the names of `.dist-info` folders give them."""
    folders = {path for entry in sys.path for path in Path(entry).glob("*.dist-info")}
    versions = dict(folder.stem.rsplit("-", 1) for folder in folders if "-" in folder.stem)
    versions.pop("briefkit", None)  # its files are hashed
    python = f"{platform.python_implementation()} {platform.python_version()} {sys.platform}"
    return {"Python": python, **{name: versions[name] for name in sorted(versions)}}


def folder_hashes(folder: Path) -> dict[str, str]:
    """Hash each file in a folder, by its path within it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): file_hash(path) for path in files}


def inputs_hash(folders: Iterable[Path], options: Any) -> str:
    """Hash all that decides a result: folders, the package with its libraries, and plain options."""
    return json_hash([[folder_hashes(folder) for folder in (*folders, PACKAGE)], library_versions(), options])
