"""Editions at an address that fsspec opens: each is made in a folder here as ever, then put there whole."""

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
from briefkit.report.model import FORMATS

MANIFEST = "manifest.json"


class Address:
    """Where editions go, in the place of a folder.

    Parameters
    ----------
    address : str
        What fsspec opens, such as `s3://bucket/briefs`; who may write there is told by the environment.

    Raises
    ------
    BriefError
        If nothing is known that opens such an address, or the package is missing that does.
    """

    def __init__(self, address: str) -> None:
        import fsspec

        self._address = address if address.endswith("/") else f"{address}/"
        with self._refused():
            self._files, root = fsspec.core.url_to_fs(address)
        self._root = root.rstrip("/")

    def joinpath(self, *names: str) -> str:
        """The address of a file."""
        return self._address + "/".join(names)

    def reach(self) -> None:
        """Write a file and remove it: what cannot be done later is told before anything runs."""
        path = f"{self._root}/.{uuid4().hex}.new"  # another run may be here at the same moment
        with self._refused():
            self._files.pipe_file(path, b"")
            self._files.rm_file(path)

    def put(self, folder: Path) -> None:
        """Put an edition under its folder's name, in the place of an earlier one.

        Whoever finds its manifest finds its files: it is written after them, and what only the earlier one had is
        removed after it, as is what a failed run left beside it.
        """
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
        there = f"{self._root}/{folder.name}"
        with self._refused():
            for some in ([name for name in names if name != MANIFEST], [MANIFEST]):
                self._files.put([str(folder / name) for name in some], [f"{there}/{name}" for name in some])
            self._remove(there, names)
            if not folder.name.endswith(".failed"):
                self._remove(f"{there}.failed", ())

    def index(self, fonts: Path, *, anew: bool) -> None:
        """Write the page of all editions that stand there; where there is none, only if it is to be made `anew`."""
        with TemporaryDirectory(prefix="briefkit-") as folder:
            with self._refused():
                self._fetch(Path(folder))
                if not anew and not self._files.exists(f"{self._root}/{editions_index.INDEX}"):
                    return
            page = editions_index.write(Path(folder), fonts if fonts.is_dir() else None)
            with self._refused():
                self._files.put([str(page)], [f"{self._root}/{editions_index.INDEX}"])

    def _fetch(self, folder: Path) -> None:
        """What the page of all editions is made from: of each edition its manifest and its record."""
        self._files.invalidate_cache()
        about = self._files.ls(self._root, detail=True)
        folders = [PurePosixPath(one["name"]).name for one in about if one["type"] == "directory"]
        names = [f"{name}/{file}" for name in folders if name[0] != "." for file in (MANIFEST, FORMATS["json"].file)]
        names += [f"{editions_index.BACKTEST}/{editions_index.INDEX}"] if editions_index.BACKTEST in folders else []
        for path, content in self._files.cat([f"{self._root}/{name}" for name in names], on_error="return").items():
            if isinstance(content, FileNotFoundError):
                continue
            if isinstance(content, Exception):
                raise content
            here = folder.joinpath(*PurePosixPath(path).parts[-2:])
            here.parent.mkdir(exist_ok=True)
            here.write_bytes(content)

    def _remove(self, there: str, but: Iterable[str]) -> None:
        self._files.invalidate_cache()
        kept = {f"{there}/{name}" for name in but}
        old = [path for path in self._files.find(there) if path.startswith(f"{there}/") and path not in kept]
        if old:
            self._files.rm(old)

    @contextmanager
    def _refused(self) -> Iterator[None]:
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
    project: Project, wanted: RenderOptions, address: Address, progress: Progress | None = None
) -> Iterator[build.Rendered]:
    """Render editions as `build.render` does, and put each to an address when it is made.

    Parameters
    ----------
    project, wanted, told
        As for `build.render`; `wanted.out` is passed over.
    address : Address
        Where they go.

    Yields
    ------
    Rendered
        Each edition when it stands at the address; its folder here is gone with the next.
    """
    address.reach()
    with TemporaryDirectory(prefix="briefkit-") as folder:
        for made in build.render(project, replace(wanted, out=Path(folder)), progress):
            began = time.monotonic()
            address.put(made.folder)
            address.index(project.data / "fonts", anew="html" in wanted.formats)
            yield replace(made, seconds={**made.seconds, "put": time.monotonic() - began})
            rmtree(made.folder)
