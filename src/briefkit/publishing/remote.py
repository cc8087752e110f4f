"""Render editions to an address that fsspec opens: each in a local folder first, then copied file by file."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from shutil import rmtree
from tempfile import TemporaryDirectory
from uuid import uuid4

from briefkit.errors import BriefError
from briefkit.execution.progress import Progress
from briefkit.project.layout import Project
from briefkit.project.options import RenderOptions
from briefkit.publishing import build, editions_index
from briefkit.report.formats import FORMATS

MANIFEST = "manifest.json"


class Address:
    """A place for editions in an object store or on another machine.

    Parameters
    ----------
    address : str
        What fsspec opens, such as `s3://bucket/briefs`; credentials come from the environment.

    Raises
    ------
    BriefError
        If fsspec knows no such kind of address, or the package that opens it is missing.
    """

    def __init__(self, address: str) -> None:
        import fsspec

        self._address = address if address.endswith("/") else f"{address}/"
        with self._refused():
            self._files, root = fsspec.core.url_to_fs(address)
        self._root = root.rstrip("/")

    def joinpath(self, *names: str) -> str:
        """Return the address of a file."""
        return self._address + "/".join(names)

    def check_writable(self) -> None:
        """Write a file and remove it, so that a place that cannot be written to is refused before anything runs."""
        path = f"{self._root}/.{uuid4().hex}.new"  # another run may be here at the same moment
        with self._refused():
            self._files.pipe_file(path, b"")
            self._files.rm_file(path)

    def put(self, folder: Path) -> None:
        """Copy an edition to its folder's name, over an earlier one.

        The manifest is written after all files that it lists. Files that only the earlier edition had are removed after
        that, and so is what a failed run left beside it.
        """
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        there = f"{self._root}/{folder.name}"
        with self._refused():
            for batch in ([name for name in names if name != MANIFEST], [MANIFEST]):
                self._files.put([str(folder / name) for name in batch], [f"{there}/{name}" for name in batch])
            self._remove(there, names)
            if not folder.name.endswith(".failed"):
                self._remove(f"{there}.failed", ())

    def update_index(self, fonts: Path, *, create: bool) -> None:
        """Write the page of all editions at the address; where there is none yet, only with `create`."""
        with TemporaryDirectory(prefix="briefkit-") as folder:
            with self._refused():
                self._fetch(Path(folder))
                if not create and not self._files.exists(f"{self._root}/{editions_index.INDEX}"):
                    return
            page = editions_index.write(Path(folder), fonts if fonts.is_dir() else None)
            with self._refused():
                self._files.put([str(page)], [f"{self._root}/{editions_index.INDEX}"])

    def _fetch(self, folder: Path) -> None:
        """Copy here what the page of all editions is made from: the manifest and the record of each edition."""
        self._files.invalidate_cache()
        entries = self._files.ls(self._root, detail=True)
        folders = [PurePosixPath(entry["name"]).name for entry in entries if entry["type"] == "directory"]
        names = [f"{name}/{file}" for name in folders if name[0] != "." for file in (MANIFEST, FORMATS["json"].file)]
        names += [f"{editions_index.BACKTEST}/{editions_index.INDEX}"] if editions_index.BACKTEST in folders else []
        for path, content in self._files.cat([f"{self._root}/{name}" for name in names], on_error="return").items():
            if isinstance(content, FileNotFoundError):
                continue
            if isinstance(content, Exception):
                raise content
            local = folder.joinpath(*PurePosixPath(path).parts[-2:])
            local.parent.mkdir(exist_ok=True)
            local.write_bytes(content)

    def _remove(self, there: str, excluded: Iterable[str]) -> None:
        """Remove the files of a folder, but for some names."""
        self._files.invalidate_cache()
        stay = {f"{there}/{name}" for name in excluded}
        old = [path for path in self._files.find(there) if path.startswith(f"{there}/") and path not in stay]
        if old:
            self._files.rm(old)

    @contextmanager
    def _refused(self) -> Iterator[None]:
        """Turn what the store raises into a sentence that names the address."""
        try:
            yield
        except ImportError as error:
            found, remedy = "no package that opens it, expected one", f"{error} (s3fs comes with briefkit[cluster])"
            raise BriefError(f"--out {self._address}: found {found}; {remedy}") from error
        except Exception as error:  # each kind of store has exceptions of its own
            found = str(error) or type(error).__name__
            remedy = "see to its name and to what the environment says of servers and keys"
            raise BriefError(f"--out {self._address}: found {found}, expected a place to write to; {remedy}") from error


def render(
    project: Project, options: RenderOptions, address: Address, progress: Progress | None = None
) -> Iterator[build.Rendered]:
    """Render editions as `build.render` does, and copy each to an address.

    Parameters
    ----------
    project, options, progress
        As for `build.render`; `options.out` is ignored.
    address : Address
        Where they go.

    Yields
    ------
    Rendered
        Each edition when it is at the address; its local folder is removed with the next step.

    Raises
    ------
    BriefError
        As `build.render`, or if the address cannot be written to.
    """
    address.check_writable()
    with TemporaryDirectory(prefix="briefkit-") as folder:
        for rendered in build.render(project, replace(options, out=Path(folder)), progress):
            started = time.monotonic()
            address.put(rendered.folder)
            address.update_index(project.data / "fonts", create="html" in options.formats)
            yield replace(rendered, seconds={**rendered.seconds, "put": time.monotonic() - started})
            rmtree(rendered.folder)
