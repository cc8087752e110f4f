"""The report: an edition's sections, executed and read back, with all that its pages are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

from briefkit.hashing import pickle_hash

DATA_BLOCKS = ("chart", "table")
"""Kinds of blocks that a report numbers, and that have data."""


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
    main_page : str
        On a page of one section: address of the whole brief.
    names : mapping
        What figures and events of the ledger are called, by id; for premises that no cell read.
    since : dict or None
        What changed since the edition before: `edition`, `figures` (how many), `claims` (claim, old verdict).
    earlier_counts : mapping
        In a part of a report: how many charts and tables stand before it, by kind; their numbers go on from there.
    has_companion_files : bool
        Whether other files stand beside the page: `figures/<figure>.html`, `data/<chart or table>.csv`.
    """

    edition: dict[str, Any]
    sections: tuple[Any, ...] = ()
    claims: tuple[dict[str, Any], ...] = ()
    sources: tuple[dict[str, Any], ...] = ()
    fonts: Path | None = None
    files: tuple[dict[str, str], ...] = ()
    main_page: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    since: dict[str, Any] | None = None
    earlier_counts: Mapping[str, int] = field(default_factory=dict)
    has_companion_files: bool = False

    @cached_property
    def characters(self) -> frozenset[str]:
        """Collect every character that occurs in the report, for which fonts must have a glyph."""
        sections = (section.characters for section in self.sections)
        return frozenset(repr((self.claims, self.sources))).union(*sections)

    @cached_property
    def digest(self) -> bytes:
        """Hash everything that the report holds."""
        rest = [getattr(self, attribute.name) for attribute in fields(self) if attribute.name != "sections"]
        return pickle_hash(([section.digest for section in self.sections], rest))


def readings_in(payload: Any) -> Iterator[dict[str, Any]]:
    """Yield every reading in a payload or a list of payloads, however deep, in order.

    Examples
    --------
    >>> block = {"kind": "prose", "readings": [{"figure": "trade"}], "notes": [{"readings": [{"figure": "oil"}]}]}
    >>> [reading["figure"] for reading in readings_in([block])]
    ['trade', 'oil']
    """
    if isinstance(payload, dict):
        readings = payload.get("readings")
        yield from readings or []
        for value in payload.values():
            if isinstance(value, (dict, list)) and value is not readings:
                yield from readings_in(value)
    elif isinstance(payload, list):
        for value in payload:
            yield from readings_in(value)
