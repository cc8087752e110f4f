"""Write an edition's folder beside the last one, with a manifest of hashes, then swap it in."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from briefkit import __version__
from briefkit.execution.run import Result
from briefkit.ledger.ledger import Ledger
from briefkit.report.formats import FORMATS
from briefkit.report.model import Report


def write(
    out: Path, name: str, report: Report, results: Iterable[Result], formats: Iterable[str], ledger: Ledger
) -> Path:
    """Write an edition into a fresh folder and swap it in.

    Parameters
    ----------
    out : Path
        Folder of all editions.
    name : str
        Name of this one's folder; one that ends in `.failed` leaves the last good one as it is.
    report : Report
        What the pages say.
    results : iterable of Result
        The executed notebooks.
    formats : iterable of str
        Keys of `FORMATS`.
    ledger : Ledger
        For the pages of the figures, of which nothing later than the edition's day is shown.
    """
    report = replace(report, has_companion_files="html" in formats)
    staging = out / f".{name}.{os.getpid()}.new"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    with ThreadPoolExecutor() as pool:  # typesetting the PDF and writing files release the lock that the pages need
        others = {FORMATS[key].file: pool.submit(FORMATS[key].begin(report)) for key in set(formats) - {"html"}}
        notebooks = ((f"notebooks/{result.job.notebook.name}", result.text) for result in results)
        contents = chain(notebooks, pages(report, ledger) if "html" in formats else ())
        writes = {path: pool.submit(_write_file, staging / path, content) for path, content in contents}
        writes |= {path: pool.submit(_write_file, staging / path, page.result()) for path, page in others.items()}
    hashes = {path: written.result() for path, written in writes.items()}
    manifest = json.dumps(_manifest(hashes, report), indent=1, sort_keys=True, ensure_ascii=False)
    (staging / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    _swap(staging, out / name)
    if not name.endswith(".failed"):
        shutil.rmtree(out / f"{name}.failed", ignore_errors=True)
    return out / name


def pages(report: Report, ledger: Ledger) -> Iterator[tuple[str, str | bytes]]:
    """Make the whole report and its card, a page for each section and figure, and the data of each chart and table.

    Parameters
    ----------
    report : Report
        With other files beside it.
    ledger : Ledger
        As for `write`.

    Yields
    ------
    path : str
        In the edition's folder.
    content : str or bytes
        What the file holds.
    """
    from briefkit.report import figure_pages

    yield from brief_pages(report)
    yield from ((f"figures/{name}", page) for name, page in figure_pages.render_pages(report, ledger))


def brief_pages(report: Report) -> Iterator[tuple[str, str | bytes]]:
    """Make all pages but those of the figures, as `pages` does."""
    from briefkit.report import card_png, html, json_ld

    yield FORMATS["html"].file, html.render(report, json_ld.script_text(report))
    yield card_png.FILE, card_png.render(report)
    yield from (
        (f"sections/{part.section}.html", html.render_section(report, part.section)) for part in report.sections
    )
    yield from ((f"data/{name}.csv", text) for name, text in html.csv_files(report))


def _write_file(file: Path, content: str | bytes) -> str:
    """Write a file and return its sha256."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def _manifest(hashes: dict[str, str], report: Report) -> dict[str, Any]:
    """Describe the folder: which edition, by which version, and the sha256 of every file."""
    return {
        "briefkit": __version__,
        "edition": report.edition["edition"],
        "as_of": report.edition["as_of"],
        "files": hashes,
    }


def _swap(staging: Path, final: Path) -> None:
    """Put a folder in the place of another, which `recover` finds if the process is killed in between."""
    from filelock import FileLock

    old = final.with_name(f".{final.name}.{os.getpid()}.old")
    with FileLock(final.with_name(f".{final.name}.lock")):
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        staging.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def recover(out: Path) -> None:
    """Remove what killed runs left behind, and put back a folder that one of them was about to replace."""
    import psutil

    for path in out.glob(".*.*.*"):
        match = re.fullmatch(r"\.(.+)\.(\d+)\.(new|old)", path.name)
        if match is None or psutil.pid_exists(int(match[2])):
            continue
        final = out / match[1]
        if match[3] == "old" and not final.exists():
            path.rename(final)
        elif path.is_file():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path, ignore_errors=True)
