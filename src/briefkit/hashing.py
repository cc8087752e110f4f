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


class Memory:
    """What was made lately, by all that it was made from: a process that renders again makes only what changed.

    What it gives is shared with whoever asks next: to be read, not changed.

    Parameters
    ----------
    most : int
        How much is kept; what was asked for longest ago goes first.
    """

    def __init__(self, most: int) -> None:
        self._most, self._known = most, dict[bytes, Any]()

    def made(self, asked: Any, make: Callable[[], T]) -> T:
        """What `make` gives, or gave for an equal `asked`, which can be pickled."""
        key = digest(asked)
        answer: T = self._known.pop(key) if key in self._known else make()
        self._known[key] = answer
        if len(self._known) > self._most:
            self._known.pop(next(iter(self._known)), None)
        return answer


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
