"""Results kept between runs, in a folder or any address that fsspec knows: each file checked when it is read."""

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
    """Named values or bytes, each written in one step and read with its hash.

    Parameters
    ----------
    address : str
        A folder, or what fsspec opens: `s3://bucket/briefs`, `gs://…`, `memory://…`.

    Notes
    -----
    Two that write the same name at once write the same value; the last one stays. A file that does not
    have the hash it was written with counts as not there, and is noted in `damaged`.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        folder = address.removeprefix("file://")
        self._folder = None if ":" in os.path.splitdrive(folder)[1] else Path(folder).expanduser().absolute()
        self.damaged: list[str] = []
        self.wrote = False

    def read(self, name: str) -> Any | None:
        """The value of this name, or None where there is none that can be believed."""
        packed = self.read_bytes(name)
        return None if packed is None else json.loads(zlib.decompress(packed))

    def read_bytes(self, name: str) -> bytes | None:
        """The bytes of this name, or None where there are none that can be believed."""
        try:
            raw = (self._folder / name).read_bytes() if self._folder else self._files.cat_file(self._path(name))
        except FileNotFoundError:
            return None
        digest, _, kept = raw.partition(b"\n")
        if digest.decode("ascii", "replace") != hashlib.sha256(kept).hexdigest():
            self.damaged.append(name)
            return None
        if self._folder:
            (self._folder / name).touch()  # what was read lately is pruned last
        return bytes(kept)

    def write(self, name: str, value: Any) -> None:
        """Keep a plain value under a name."""
        self.write_bytes(name, zlib.compress(json.dumps(value, ensure_ascii=False).encode(), level=1))

    def write_bytes(self, name: str, kept: bytes) -> None:
        """Keep bytes under a name."""
        whole = hashlib.sha256(kept).hexdigest().encode() + b"\n" + kept
        if self._folder:
            file = self._folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, whole)
            if not (self._folder / ".gitignore").exists():
                replace_file(self._folder / ".gitignore", "*\n")
        else:
            self._files.makedirs(posixpath.dirname(self._path(name)), exist_ok=True)
            opened = self._files.open(self._path(name), "wb", autocommit=False)
            opened.write(whole)
            opened.close()
            opened.commit()
        self.wrote = True

    def names(self, folder: str) -> list[str]:
        """Names in a folder."""
        try:
            found = self._files.ls(self._path(folder), detail=False, refresh=True)
        except FileNotFoundError:
            return []
        return sorted(f"{folder}/{posixpath.basename(path)}" for path in found)

    def files(self) -> list[tuple[str, int, float]]:
        """Every file with its size in bytes and when it was last written or read, oldest first."""
        try:
            found = self._files.find(self._opened[1], detail=True)
        except FileNotFoundError:
            return []
        rows = [(path, int(about["size"]), _seconds(about)) for path, about in found.items()]
        return sorted((row for row in rows if not row[0].endswith(".gitignore")), key=lambda row: (row[2], row[0]))

    def prune(self, limit: int = LIMIT) -> int:
        """Remove what was used longest ago until no more than `limit` bytes are left; gives the bytes removed."""
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
        """What fsspec opens, and the path in it; a folder's files are read and written sooner than it is imported."""
        import fsspec

        files, root = fsspec.core.url_to_fs(str(self._folder or self.address))
        return files, root

    @property
    def _files(self) -> Any:
        return self._opened[0]

    def _path(self, name: str) -> str:
        return f"{self._opened[1]}/{name}"


def replace_file(path: Path, content: bytes | str) -> Path:
    """Write a file in one step, in UTF-8: whoever reads it finds the old content or the new, whole; return its path."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return temporary.replace(path)


def _seconds(about: dict[str, Any]) -> float:
    when = about.get("mtime") or about.get("LastModified") or about.get("created") or about.get("updated") or 0
    return float(when.timestamp() if hasattr(when, "timestamp") else when)
