"""The line-by-line sheet of an edition: every sentence, what stands behind it, and who checked it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from briefkit.build import Wanted, executed, prepare
from briefkit.export import Report
from briefkit.project import Project
from briefkit.prose import plain

COLUMNS = ["key", "section", "sentence", "numbers", "sources", "claim", "verdict", "checker", "date", "decision"]
KEPT = ["checker", "date", "decision"]
"""What whoever checks writes into the sheet; `ok` in decision closes a row."""

_END = re.compile(r"(?<=[.!?])[”\"')\]]*\s+(?=[A-Z\ue000“\"(])")
_TOKEN = re.compile("\ue000(\\d+)\ue001")


def rows(report: Report) -> list[dict[str, str]]:
    """One row per sentence of an edition.

    A sentence ends at `.`, `!` or `?` before white space and a capital, a number or a quotation mark; headings and
    titles of charts and tables are sentences of their own. A claim belongs to the sentences before it, back to the
    claim before.

    Parameters
    ----------
    report : Report
        The edition, executed and read back.
    """
    found = [row for section in report.sections for row in _section(section.section, section.blocks, report)]
    return list({row["key"]: row for row in found}.values())


def merged(fresh: Iterable[Mapping[str, str]], earlier: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fresh rows with what was decided on the same sentence and the same readings; what changed is open again."""
    decided = {row["key"]: {name: row.get(name, "") for name in KEPT} for row in earlier}
    return [{**row, **decided.get(row["key"], {})} for row in fresh]


def write(project: Project, edition: str) -> tuple[Path, Path]:
    """Write the sheet of an edition as CSV, where decisions are made, and as a page to read.

    Returns
    -------
    sheet, page : Path
        `factcheck/EDITION.csv` and `build/EDITION.factcheck.html`.
    """
    from briefkit.export.factcheck import render

    report = _report(project, edition)
    path = _path(project, edition)
    sheet = merged(rows(report), _load(path))
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _safe(cell) for name, cell in row.items()} for row in sheet)
    page = project.root / "build" / f"{edition}.factcheck.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text(render(report, sheet), encoding="utf-8")
    return path, page


def unchecked(project: Project, edition: str) -> list[str]:
    """Sentences of an edition that nobody has decided to be ok."""
    sheet = merged(rows(_report(project, edition)), _load(_path(project, edition)))
    return [row["sentence"] for row in sheet if row.get("decision", "").strip().lower() != "ok"]


def _report(project: Project, edition: str) -> Report:
    wanted = Wanted((edition,))
    ((_, report, results),) = executed(project, wanted, *prepare(project, wanted))
    failed = [result.error for result in results if result.error]
    if failed:
        raise failed[0]
    return report


def _path(project: Project, edition: str) -> Path:
    return project.root / "factcheck" / f"{edition}.csv"


def _load(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _section(name: str, blocks: Iterable[Mapping[str, Any]], report: Report) -> Iterator[dict[str, str]]:
    verdicts = {claim["claim"]: claim["verdict"] for claim in report.claims}
    open_rows: list[dict[str, str]] = []
    for block in blocks:
        if block["kind"] == "claim":
            for row in open_rows:
                row["claim"] = "; ".join(filter(None, [row["claim"], block["claim"]]))
                row["verdict"] = "; ".join(filter(None, [row["verdict"], verdicts[block["claim"]]]))
            continue
        if block["kind"] in ("prose", "chart", "table", "markdown") and any(row["claim"] for row in open_rows):
            yield from open_rows
            open_rows = []
        open_rows += [_row(name, told, report) for told in _sentences(block)]
    yield from open_rows


def _sentences(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Sentences of a block, as told texts."""
    told = {"text": block["text"], "notes": []} if block["kind"] == "markdown" else None
    told = (
        told or block.get("told") or block.get("title") or (block.get("caption") if block["kind"] == "table" else None)
    )
    for line in (told or {"text": ""})["text"].splitlines():
        for sentence in _END.split(line.lstrip("# ").strip()):
            if sentence.strip():
                yield {"text": sentence, "notes": (told or {})["notes"]}


def _row(section: str, told: Mapping[str, Any], report: Report) -> dict[str, str]:
    notes = [told["notes"][int(place)] for place in _TOKEN.findall(told["text"])]
    reads = [read for note in notes for read in note["reads"]]
    text = plain(dict(told))
    known = {source["source"]: source for source in report.sources}
    named = dict.fromkeys(read["source"] for read in reads if read.get("source") in known)
    behind = hashlib.sha256(json.dumps([text, reads], sort_keys=True, default=str).encode()).hexdigest()[:16]
    numbers = [f"{note['text']} = {', '.join(map(_said, note['reads']))}" for note in notes if note["reads"]]
    sources = [f"{known[name]['publisher']}: {known[name]['title']} {known[name]['url']}".strip() for name in named]
    head = {"key": behind, "section": section, "sentence": text, "numbers": "\n".join(numbers)}
    return head | {"sources": "\n".join(sources), "claim": "", "verdict": ""} | dict.fromkeys(KEPT, "")


def _said(read: Mapping[str, Any]) -> str:
    name = read.get("figure") or read.get("event") or read.get("claim") or read.get("name") or read.get("subject", "")
    period = read.get("period") or read.get("date") or ""
    value = "" if read.get("value") is None else f": {read['value']:g}" if isinstance(read["value"], float) else ""
    published = f", published {read['published']}" if read.get("published") else ""
    return f"{name} {period}{value} ({read.get('source') or read['kind']}{published})"


def _safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell[:1] in "=+@\t" and cell else cell
