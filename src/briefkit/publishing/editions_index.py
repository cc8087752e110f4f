"""Write the page that leads to all editions in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from briefkit.report.formats import FORMATS
from briefkit.storage import replace_file

INDEX = "index.html"
BACKTEST = "backtest"
"""Folder of a backtest beside the editions."""


def write(out: Path, fonts: Path | None = None) -> Path:
    """Write the page of all editions in a folder, in one step.

    Parameters
    ----------
    out : Path
        Folder of all editions.
    fonts : Path or None
        Folder with fonts of other scripts, such as `data/fonts`.
    """
    from filelock import FileLock

    from briefkit.report import index_page

    with FileLock(out / f".{INDEX}.lock"):  # of two runs at once the later one lists what the other has made
        backtest = f"{BACKTEST}/{INDEX}" if (out / BACKTEST / INDEX).exists() else ""
        return replace_file(out / INDEX, index_page.render(editions(out), fonts, backtest=backtest))


def editions(out: Path) -> list[dict[str, Any]]:
    """List the editions in a folder by as-of day.

    A failed run leaves no edition, and a folder whose manifest cannot be read is skipped.

    Returns
    -------
    list of dict
        What `edition.json` holds, if there is one, and `edition`, `as_of`, `folder` (its name), `files` (those listed).
    """
    return sorted(_read(out), key=lambda edition: (edition["as_of"], edition["folder"]))


def _read(out: Path) -> Iterator[dict[str, Any]]:
    for manifest in sorted(out.glob("[!.]*/manifest.json")):
        folder = manifest.parent
        try:
            contents = json.loads(manifest.read_text(encoding="utf-8"))
            record = folder / FORMATS["json"].file
            about = json.loads(record.read_text(encoding="utf-8")) if record.name in contents["files"] else {}
            head = {name: str(contents[name]) for name in ("edition", "as_of")}
        except (OSError, ValueError, KeyError, TypeError):
            continue
        name = folder.name
        if name == head["edition"] or name.startswith((f"{head['edition']}@", f"{head['edition']}+")):
            yield {**about, **head, "folder": name, "files": frozenset(contents["files"])}
