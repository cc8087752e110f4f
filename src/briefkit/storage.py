"""Files written in one step, and a store of results in a folder or at any address that fsspec opens."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import zlib
from functools import cached_property
from pathlib import Path
from typing import Any

LIMIT = 500_000_000
"""Bytes to which a store is pruned after a run that added to it."""
STORE_VARIABLE = "BRIEFKIT_STORE"
"""Environment variable that names a store to kernels."""


class Store:
    """Named values or bytes between runs, each written in one step with its hash, and checked when it is read.

    Parameters
    ----------
    address : str
        A folder, or what fsspec opens: `s3://bucket/briefs`, `gs://…`, `memory://…`.

    Notes
    -----
    Processes that write a name at the same time write the same value; the last one counts. A file that does not have
    the hash it was written with counts as missing, and its name is added to `damaged`.

    Examples
    --------
    >>> store = Store("memory://doctest")
    >>> store.write("a/b", {"rows": [1, 2]})
    >>> store.read("a/b"), store.read("a/c"), store.names("a")
    ({'rows': [1, 2]}, None, ['a/b'])
    """

    def __init__(self, address: str) -> None:
        self.address = address
        folder = address.removeprefix("file://")
        self._folder = None if ":" in os.path.splitdrive(folder)[1] else Path(folder).expanduser().absolute()
        self.damaged: list[str] = []
        self.wrote = False

    def read(self, name: str) -> Any | None:
        """Return the value of a name; None where it is missing or damaged."""
        packed = self.read_bytes(name)
        return None if packed is None else json.loads(zlib.decompress(packed))

    def read_bytes(self, name: str) -> bytes | None:
        """Return the bytes of a name; None where they are missing or damaged."""
        try:
            raw = (self._folder / name).read_bytes() if self._folder else self._files.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        recorded, _, content = raw.partition(b"\n")
        if recorded.decode("ascii", "replace") != hashlib.sha256(content).hexdigest():
            self.damaged.append(name)
            return None
        if self._folder:
            (self._folder / name).touch()  # what was read lately is pruned last
        return bytes(content)

    def write(self, name: str, value: Any) -> None:
        """Store a plain value under a name."""
        self.write_bytes(name, zlib.compress(json.dumps(value, ensure_ascii=False).encode(), level=1))

    def write_bytes(self, name: str, content: bytes) -> None:
        """Store bytes under a name."""
        raw = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
        if self._folder:
            file = self._folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, raw)
            if not (self._folder / ".gitignore").exists():
                replace_file(self._folder / ".gitignore", "*\n")
        else:
            self._files.makedirs(posixpath.dirname(self._path(name)), exist_ok=True)
            opened = self._files.open(self._path(name), "wb", autocommit=False)
            opened.write(raw)
            opened.close()
            opened.commit()
        self.wrote = True

    def names(self, folder: str) -> list[str]:
        """List the names in a folder, sorted."""
        try:
            paths = self._files.ls(self._path(folder), detail=False, refresh=True)
        except FileNotFoundError:
            return []
        return sorted(f"{folder}/{posixpath.basename(path)}" for path in paths)

    def files(self) -> list[tuple[str, int, float]]:
        """List every file with its size in bytes and when it was last written or read, oldest first."""
        try:
            details = self._files.find(self._opened[1], detail=True)
        except FileNotFoundError:
            return []
        rows = [(path, int(status["size"]), _last_used(status)) for path, status in details.items()]
        return sorted((row for row in rows if not row[0].endswith(".gitignore")), key=lambda row: (row[2], row[0]))

    def prune(self, limit: int = LIMIT) -> int:
        """Remove what was used longest ago until no more than `limit` bytes are left; return the bytes removed."""
        files = self.files()
        left, removed = sum(size for _, size, _ in files), 0
        for path, size, _ in files:
            if left - removed <= limit:
                break
            self._files.rm_file(path)
            removed += size
        return removed

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        """Open the file system and the path in it; a local folder does without fsspec, which is slow to import."""
        import fsspec

        files, root = fsspec.core.url_to_fs(str(self._folder or self.address))
        return files, root

    @property
    def _files(self) -> Any:
        return self._opened[0]

    def _path(self, name: str) -> str:
        return f"{self._opened[1]}/{name}"


def replace_file(path: Path, content: bytes | str) -> Path:
    """Write a file in one step, text in UTF-8, and return its path: a reader finds the old content or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return temporary.replace(path)
    except OSError:  # a full disk would else stay full of what could not be written
        temporary.unlink(missing_ok=True)
        raise


def _last_used(status: dict[str, Any]) -> float:
    """Return when a file was last written or touched, in seconds; each file system has a name of its own for it."""
    when = next((status[key] for key in ("mtime", "LastModified", "created", "updated") if status.get(key)), 0)
    return float(when.timestamp() if hasattr(when, "timestamp") else when)
