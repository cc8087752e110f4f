"""From the sections of an edition to pages: one format per file, all fed by the same page model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

from briefkit.hashing import pickle_hash


@dataclass(frozen=True)
class Report:
    """An edition, executed and read back: all that a page is made from.

    Attributes
    ----------
    edition : dict
        edition, title, subtitle, introduction, authors, publisher, as_of, language, licence, ... as in `params/`.
    sections : tuple of Section
        In the order of the page; each with section, title, question, status, blocks, claims.
    claims : tuple of dict
        Claim payloads, resolved over all sections.
    sources : tuple of dict
        source, publisher, title, url, published; those that the blocks carry need not be repeated.
    fonts : Path or None
        Folder with fonts of other scripts that the brief needs, such as `data/fonts`.
    files : tuple of dict
        href, text and kind of what is offered beside the page: PDF, notebooks, data.
    home : str
        From a page of one section: where the whole brief is.
    names : mapping
        What figures and events of the ledger are called, by id; for premises that no cell read.
    since : dict or None
        What changed since the edition before: `edition`, `figures` (how many), `claims` (claim, old verdict).
    before : mapping
        In a part of a report: how many charts and tables stand before it, by kind; their numbers go on from there.
    beside : bool
        Whether other files stand beside the page: `figures/<figure>.html`, `data/<chart or table>.csv`.
    """

    edition: dict[str, Any]
    sections: tuple[Any, ...] = ()
    claims: tuple[dict[str, Any], ...] = ()
    sources: tuple[dict[str, Any], ...] = ()
    fonts: Path | None = None
    files: tuple[dict[str, str], ...] = ()
    home: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    since: dict[str, Any] | None = None
    before: Mapping[str, int] = field(default_factory=dict)
    beside: bool = False

    @cached_property
    def signs(self) -> frozenset[str]:
        """Every letter and sign that stands anywhere in it."""
        return frozenset(repr((self.claims, self.sources))).union(*(part.signs for part in self.sections))

    @cached_property
    def digest(self) -> bytes:
        """Hash of all that it says."""
        rest = [getattr(self, one.name) for one in fields(self) if one.name != "sections"]
        return pickle_hash(([part.digest for part in self.sections], rest))


@dataclass(frozen=True)
class Format:
    """One output: the file it is written to and the room that makes it."""

    file: str
    room: str

    def render(self, report: Report) -> bytes:
        """Bytes of the whole report in this format."""
        return self.begin(report)()

    def begin(self, report: Report) -> Callable[[], bytes]:
        """Do of `render` what Python does; gives the rest, which leaves Python to other threads."""
        room = import_module(f"briefkit.report.{self.room}")
        if hasattr(room, "begin"):
            rest: Callable[[], bytes] = room.begin(report)
            return rest
        made = room.render(report)
        return lambda: made if isinstance(made, bytes) else made.encode("utf-8")


FORMATS = {
    "html": Format("index.html", "html"),
    "pdf": Format("brief.pdf", "pdf"),
    "json": Format("edition.json", "edition_json"),
}

SHOWN = ("chart", "table")
"""Kinds of blocks that a report counts, and that have data."""


def readings_in(part: Any) -> Iterator[dict[str, Any]]:
    """Every reading in a payload or a list of payloads, however deep, in order."""
    if isinstance(part, dict):
        yield from part.get("readings") or []
        for value in part.values():
            yield from (
                readings_in(value) if isinstance(value, (dict, list)) and value is not part.get("readings") else ()
            )
    elif isinstance(part, list):
        for value in part:
            yield from readings_in(value)


def gather(notebook: Any, name: str = "", folder: str | Path = ".") -> Report:
    """Report of an executed notebook: a single section, or all of them joined.

    Parameters
    ----------
    notebook : NotebookNode
        Joined, it has `briefkit.section` in the metadata of each cell and `briefkit.edition` in its own.
    name : str
        Slug and title to fall back on.
    folder : str or Path
        Where the notebook lies; fonts of other scripts are looked for in `data/fonts` there and above.
    """
    from briefkit.notebook.outputs import read_back

    about = notebook.metadata.get("briefkit", {})
    order = dict.fromkeys(cell.metadata.get("briefkit", {}).get("section", name) for cell in notebook.cells)
    parts = {
        part: [c for c in notebook.cells if c.metadata.get("briefkit", {}).get("section", name) == part]
        for part in order
    }
    sections = tuple(read_back({"cells": cells}, part) for part, cells in parts.items())
    edition = about.get("edition") or _opened(notebook) | {"title": sections[0].title if sections else name}
    claims = about.get("claims") or [claim for section in sections for claim in section.claims]
    places = [Path(folder).resolve(), *Path(folder).resolve().parents]
    fonts = next((place / "data" / "fonts" for place in places if (place / "data" / "fonts").is_dir()), None)
    return Report(dict(edition), sections, tuple(claims), fonts=fonts)


def _opened(notebook: Any) -> dict[str, Any]:
    """Edition and as-of day as the section's first output names them."""
    from briefkit.notebook.outputs import MIME

    found = [
        output["data"][MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]
    first: dict[str, Any] = next((payload for payload in found if payload["kind"] == "section"), {})
    return {key: first[key] for key in ("edition", "as_of") if key in first}
