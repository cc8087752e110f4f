"""Options of a render: what, and how."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CELL_LIMIT, SECTION_LIMIT = 120.0, 300.0
"""Seconds after which a cell, or a section, is stopped."""


@dataclass(frozen=True)
class RenderOptions:
    """What to render, and how.

    Examples
    --------
    >>> RenderOptions(as_of="2020-06-30", changes={"band_low": "10"}).folder("2018-10")
    '2018-10@2020-06-30+band_low=10'

    Attributes
    ----------
    editions : tuple of str
        Names; all when empty.
    formats : tuple of str
        Of `html`, `pdf`, `json`.
    as_of : str
        Another day than the editions', or empty.
    changes : dict
        Parameters to set instead of the editions', as YAML text.
    jobs : int
        Sections at once; 0 for as many as the machine has cores.
    out : Path or None
        Where the folders go; `build/` of the project when None.
    cell_limit, section_limit : float
        In seconds.
    data : Path or None
        Another ledger than the project's.
    scheduler : str
        Address of a Dask scheduler, or `local`; this machine's own processes when empty.
    cache : str
        Folder or address of earlier results; nothing is stored or reused when empty.
    """

    editions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ("html", "pdf", "json")
    as_of: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    jobs: int = 0
    out: Path | None = None
    cell_limit: float = CELL_LIMIT
    section_limit: float = SECTION_LIMIT
    data: Path | None = None
    cache: str = ""
    scheduler: str = ""

    def folder(self, edition: str) -> str:
        """Return the name of an edition's folder; another day or other parameters make another folder."""
        name = edition + (f"@{self.as_of}" if self.as_of else "")
        name += "".join(f"+{key}={self.changes[key]}" for key in sorted(self.changes))
        return re.sub(r"[^A-Za-z0-9._=@+-]", "-", name)

    @property
    def decides(self) -> Any:
        """Options that decide the bytes of the pages."""
        return [self.formats, self.as_of, dict(self.changes), str(self.data or "")]
