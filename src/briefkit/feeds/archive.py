"""Documents kept as they were fetched, by the hash of their content, each with a small JSON file beside it."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError
from briefkit.feeds.document import Document
from briefkit.storage import replace_file


@dataclass(frozen=True)
class Sighting:
    """That a content was seen at an address, for the first time or after another.

    Attributes
    ----------
    sha256 : str
        Hash of the content.
    feed, address, at, headers
        As of a `Document`.
    """

    sha256: str
    feed: str
    address: str
    at: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, document: Document) -> Sighting:
        """Return that a document was seen."""
        return cls(document.sha256, document.feed, document.address, document.at, dict(document.headers))

    @property
    def day(self) -> str:
        """The day on which it was seen."""
        return self.at[:10]

    @property
    def record(self) -> dict[str, Any]:
        """What the JSON file of the content says of it."""
        return {"feed": self.feed, "address": self.address, "at": self.at, "headers": dict(self.headers)}


class Archive:
    """Raw documents: `<sha256>` holds the bytes, `<sha256>.json` the address, time and headers of each first sight.

    Parameters
    ----------
    address : str
        A folder, or what fsspec opens: `s3://bucket/archive`, `memory://…`.

    Notes
    -----
    The same content is never kept twice. Both files are written in one step, the bytes first, so that whoever is
    interrupted leaves no JSON without its document; two who keep the same document at once write the same.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        folder = address.removeprefix("file://")
        self._folder = None if ":" in os.path.splitdrive(folder)[1] else Path(folder).absolute()
        self._keeping = threading.Lock()

    def __reduce__(self) -> Any:
        return Archive, (self.address,)

    def load(self) -> Archive:
        """Read what has been seen so far, before threads ask for it."""
        _ = self._latest
        return self

    def seen(self, document: Document) -> Document:
        """Return a document with the time at which it was first seen, where it is what was last seen at its address."""
        last = self.latest(document.feed, document.address)
        same = last is not None and last.sha256 == document.sha256
        return replace(document, at=last.at) if last and same else document

    def keep(self, document: Document) -> Document:
        """Keep a document, unless it is what was last seen at its address; return it as `seen` does."""
        with self._keeping:
            return self._keep(document)

    def _keep(self, document: Document) -> Document:
        last = self.latest(document.feed, document.address)
        if last and last.sha256 == document.sha256:
            return self.seen(document)
        sightings = self._sightings.setdefault(document.sha256, [])
        if not sightings:
            self._write(document.sha256, document.body)
        sightings.append(Sighting.of(document))
        record = {"sha256": document.sha256, "bytes": len(document.body), "seen": [one.record for one in sightings]}
        self._write(f"{document.sha256}.json", (json.dumps(record, indent=1, ensure_ascii=False) + "\n").encode())
        self._latest[document.feed, document.address] = sightings[-1]
        return document

    def latest(self, feed: str, address: str) -> Sighting | None:
        """Return what was last seen at an address; None where nothing was."""
        return self._latest.get((feed, address))

    def sightings(self, feed: str = "") -> list[Sighting]:
        """Return what was seen for a feed, or for all, oldest first."""
        every = [one for sightings in self._sightings.values() for one in sightings if feed in ("", one.feed)]
        return sorted(every, key=lambda one: one.at)

    def document(self, sighting: Sighting) -> Document:
        """Return a document with its content.

        Raises
        ------
        BriefError
            If the content is not there, or has changed.
        """
        body = self.body(sighting.sha256)
        return Document(sighting.feed, sighting.address, body, sighting.headers, sighting.at)

    def body(self, sha256: str) -> bytes:
        """Return the content with a hash.

        Raises
        ------
        BriefError
            If it is not there, or has changed.
        """
        try:
            body = (self._folder / sha256).read_bytes() if self._folder else self._files.cat_file(self._path(sha256))
        except FileNotFoundError as error:
            raise BriefError(f"{self.address}/{sha256}: found no file, expected the document; restore it") from error
        if hashlib.sha256(body).hexdigest() != sha256:
            found = "content with another hash"
            raise BriefError(f"{self.address}/{sha256}: found {found}, expected the document as fetched; restore it")
        return bytes(body)

    @cached_property
    def _sightings(self) -> dict[str, list[Sighting]]:
        """When and where each content was seen, by its hash."""
        if self._folder:
            raw = [path.read_bytes() for path in sorted(self._folder.glob("*.json"))]
        else:
            paths = self._files.glob(f"{self._root}/*.json")
            raw = list(self._files.cat(paths).values()) if paths else []
        records = map(json.loads, raw)
        return {record["sha256"]: [Sighting(record["sha256"], **one) for one in record["seen"]] for record in records}

    @cached_property
    def _latest(self) -> dict[tuple[str, str], Sighting]:
        return {(one.feed, one.address): one for one in self.sightings()}

    def _write(self, name: str, content: bytes) -> None:
        try:
            if self._folder:
                self._folder.mkdir(parents=True, exist_ok=True)
                replace_file(self._folder / name, content)
            else:
                self._files.pipe_file(self._path(name), content)
        except OSError as error:
            reason = error.strerror or str(error)
            raise BriefError(
                f"{self.address}/{name}: found {reason}, expected to keep it; see to it and try again"
            ) from error

    @cached_property
    def _opened(self) -> tuple[Any, str]:
        import fsspec

        files, root = fsspec.core.url_to_fs(self.address)
        return files, root

    @property
    def _files(self) -> Any:
        return self._opened[0]

    @property
    def _root(self) -> str:
        return str(self._opened[1])

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"
