"""What results are made from besides the ledger's rows: files, the package, libraries; each as a hash."""

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


def sha(value: Any) -> str:
    """Hash of a plain value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def pickled(things: Any) -> bytes:
    """The pickle of things, the same for equal ones.

    Raises
    ------
    PicklingError, TypeError, AttributeError, ValueError, RecursionError
        If there is none.
    """
    written = io.BytesIO()
    pickler = pickle.Pickler(written)
    pickler.fast = True  # says again what it has said: whether two parts are one object makes no difference
    pickler.dump(things)
    return written.getvalue()


def digest(things: Any) -> bytes:
    """Hash of things that can be pickled, the same for equal ones."""
    return hashlib.sha256(pickled(things)).digest()


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
        key = digest(inputs)
        value: T = self._values.pop(key) if key in self._values else make()
        self._values[key] = value
        if len(self._values) > self._most:
            self._values.pop(next(iter(self._values)), None)
        return value


Stamp = tuple[Path, int, int]


def stamp(path: Path) -> Stamp:
    """A file, when it was last written and its size: the same for as long as it stays as it is."""
    about = path.stat()
    return path, about.st_mtime_ns, about.st_size


def file_sha(path: Path) -> str:
    """Hash of a file's bytes; read once while the file stays as it is."""
    return _hashed(*stamp(path))


@cache
def _hashed(path: Path, *_: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


@cache
def libraries() -> dict[str, str]:
    """Versions of Python and of all that is installed, from the names of the folders that say so."""
    folders = {path for entry in sys.path for path in Path(entry).glob("*.dist-info")}
    known = dict(folder.stem.rsplit("-", 1) for folder in folders if "-" in folder.stem)
    known.pop("briefkit", None)
    python = f"{platform.python_implementation()} {platform.python_version()} {sys.platform}"
    return {"Python": python, **{name: known[name] for name in sorted(known)}}


def tree(folder: Path) -> dict[str, str]:
    """Hash of each file in a folder, by its path within it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): file_sha(path) for path in files}


def whole(folders: Iterable[Path], options: Any) -> str:
    """One hash of folders, of the package and its libraries, and of what was asked for."""
    return sha([[tree(folder) for folder in (*folders, PACKAGE)], libraries(), options])
