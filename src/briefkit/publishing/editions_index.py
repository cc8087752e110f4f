"""The editions that stand side by side in a folder, and the page that leads to them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefkit.report.model import FORMATS
from briefkit.storage import replace_file

INDEX = "index.html"
BACKTEST = "backtest"
"""Folder of a backtest that stands beside the editions."""


def write(out: Path, fonts: Path | None = None) -> Path:
    """Write the page of all editions that stand in a folder, put in the place of the last one at once.

    Parameters
    ----------
    out : Path
        Folder of all editions.
    fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    """
    from filelock import FileLock

    from briefkit.report import index_page

    with FileLock(out / f".{INDEX}.lock"):  # whoever comes later sees what the other has made
        tested = f"{BACKTEST}/{INDEX}" if (out / BACKTEST / INDEX).exists() else ""
        return replace_file(out / INDEX, index_page.render(standing(out), fonts, backtest=tested))


def standing(out: Path) -> list[dict[str, Any]]:
    """What stands in a folder, by as-of day: of each edition the folder's name, its files and its record.

    A run that failed is told by the command and leaves no edition; a folder that nobody can read is none.
    """
    found = [*_read(out)]
    return sorted(found, key=lambda one: (one["as_of"], one["folder"]))


def _read(out: Path) -> Iterator[dict[str, Any]]:
    for manifest in sorted(out.glob("[!.]*/manifest.json")):
        folder = manifest.parent
        try:
            made = json.loads(manifest.read_text(encoding="utf-8"))
            record = folder / FORMATS["json"].file
            about = json.loads(record.read_text(encoding="utf-8")) if record.name in made["files"] else {}
            head = {name: str(made[name]) for name in ("edition", "as_of")}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        name = folder.name
        if name == head["edition"] or name.startswith((f"{head['edition']}@", f"{head['edition']}+")):
            yield {**about, **head, "folder": name, "files": frozenset(made["files"])}
