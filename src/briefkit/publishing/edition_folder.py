"""An edition's folder under `build/`: written aside, described by a manifest, swapped in whole."""

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
from briefkit.execution.forkserver import unbroken
from briefkit.execution.run import Result
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.readings import records
from briefkit.report.model import FORMATS, Report


def write(
    out: Path, name: str, report: Report, results: Iterable[Result], formats: Iterable[str], ledger: Ledger
) -> Path:
    """Write an edition into a fresh folder and swap it in.

    Parameters
    ----------
    out : Path
        Folder of all editions.
    name : str
        Name of this one's folder; what ends in `.failed` leaves the good one beside it alone.
    report : Report
        What the pages say.
    results : iterable of Result
        The executed notebooks.
    formats : iterable of str
        Keys of `FORMATS`.
    ledger : Ledger
        For the pages of the figures, of which nothing later than the edition's day is shown.
    """
    report = replace(report, beside="html" in formats)
    staging = out / f".{name}.{os.getpid()}.new"
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    with ThreadPoolExecutor() as pool:  # what sets the PDF, and what writes, leaves Python to the pages meanwhile
        others = {FORMATS[key].file: pool.submit(FORMATS[key].begin(report)) for key in set(formats) - {"html"}}
        books = ((f"notebooks/{one.job.notebook.name}", one.text) for one in results)
        every = chain(books, pages(report, ledger) if "html" in formats else ())
        files = {place: pool.submit(_put, staging / place, content) for place, content in every}
        files |= {place: pool.submit(_put, staging / place, made.result()) for place, made in others.items()}
    hashes = {place: written.result() for place, written in files.items()}
    manifest = json.dumps(_manifest(hashes, report), indent=1, sort_keys=True, ensure_ascii=False)
    (staging / "manifest.json").write_text(manifest + "\n", encoding="utf-8")
    _swap(staging, out / name)
    if not name.endswith(".failed"):
        shutil.rmtree(out / f"{name}.failed", ignore_errors=True)
    return out / name


def ready(formats: Iterable[str], fonts: Path) -> None:
    """Import what `write` needs: its own modules, and what these import where they need it.

    Parameters
    ----------
    formats : iterable of str
        Keys of `FORMATS`.
    fonts : Path
        Folder with fonts of other scripts, which need not be there.
    """
    with unbroken():
        import mistune  # noqa: F401

        if "html" in formats:
            import briefkit.charts.frame  # noqa: F401
            from briefkit.report import card_png, figure_pages, html, html_page, json_ld  # noqa: F401

            html_page.ready()
        if "pdf" in formats:
            from briefkit.report import pdf

            pdf.ready(fonts)


def foreseen(ledger: Ledger, day: str, code: str) -> Iterator[Any]:
    """What `pages` tells of figures that code names, step by step, before there is a report."""
    from briefkit.report import figure_pages

    named = [figure for figure in ledger.tables["figures"]["figure"] if figure in code]
    sources = {one["source"]: one for one in records(ledger.tables["sources"].drop(columns="line"))}
    yield from figure_pages.known(ledger, day, named, sources)


def pages(report: Report, ledger: Ledger) -> Iterator[tuple[str, str | bytes]]:
    """The whole report and its card, a page for each section and figure, and the data of each chart and table.

    Parameters
    ----------
    report : Report
        With other files beside it.
    ledger : Ledger
        As for `write`.

    Yields
    ------
    place, page : str or bytes
        Where it stands in the edition's folder, and what stands there.
    """
    from briefkit.report import figure_pages

    yield from _own(report)
    yield from ((f"figures/{name}", page) for name, page in figure_pages.pages(report, ledger))


def early(report: Report, ledger: Ledger) -> Iterator[Any]:
    """What `pages` is going to need, step by step, of a report of which a section is missing, or as it was."""
    from briefkit.report import figure_pages

    report = replace(report, beside=True)
    own = _own(report)
    yield next(own)  # the whole page, of which the others have parts
    models: list[Any] = []
    for model in figure_pages.models(report, ledger):
        models.append(model)
        yield
    yield from figure_pages.laid_out(report, models)
    yield from own


def _own(report: Report) -> Iterator[tuple[str, str | bytes]]:
    """All but the pages of the figures."""
    from briefkit.report import card_png, html, json_ld

    yield FORMATS["html"].file, html.render(report, json_ld.block(report))
    yield card_png.FILE, card_png.render(report)
    yield from (
        (f"sections/{part.section}.html", html.render_section(report, part.section)) for part in report.sections
    )
    yield from ((f"data/{name}.csv", text) for name, text in html.sheets(report))


def _put(file: Path, content: str | bytes) -> str:
    """Write a file; gives its sha256."""
    raw = content if isinstance(content, bytes) else content.encode("utf-8")
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def _manifest(hashes: dict[str, str], report: Report) -> dict[str, Any]:
    """What was made, by which version, and the sha256 of every file."""
    return {
        "briefkit": __version__,
        "edition": report.edition["edition"],
        "as_of": report.edition["as_of"],
        "files": hashes,
    }


def _swap(staging: Path, final: Path) -> None:
    from filelock import FileLock

    old = final.with_name(f".{final.name}.{os.getpid()}.old")
    with FileLock(final.with_name(f".{final.name}.lock")):
        shutil.rmtree(old, ignore_errors=True)
        if final.exists():
            final.rename(old)
        staging.rename(final)
    shutil.rmtree(old, ignore_errors=True)


def recover(out: Path) -> None:
    """Clear what runs that were killed left behind, and put back a folder that was about to be replaced."""
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
