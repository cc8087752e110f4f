"""What results are made from besides the ledger's rows: files, the package, libraries; each as a hash."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent


def sha(value: Any) -> str:
    """Hash of a plain value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def file_sha(path: Path) -> str:
    """Hash of a file's bytes; read once while the file stays as it is."""
    about = path.stat()
    return _hashed(path, about.st_mtime_ns, about.st_size)


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
