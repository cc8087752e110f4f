"""Write the line-by-line sheet of an edition: each sentence, its readings and sources, and who checked it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from briefkit.annotated import AnnotatedText
from briefkit.errors import BriefError
from briefkit.execution.progress import Progress
from briefkit.notebook.outputs import Section
from briefkit.project.layout import Project
from briefkit.publishing.compare import report_of
from briefkit.publishing.sentences import FIELDS, sentences_of
from briefkit.report import factcheck_page, markup
from briefkit.report.amounts import amount
from briefkit.report.model import Report
from briefkit.report.provenance import known_sources
from briefkit.storage import replace_file

COLUMNS = ["key", "section", "sentence", "numbers", "sources", "claim", "verdict", "checker", "date", "decision"]
DECISION_COLUMNS = ["checker", "date", "decision"]
"""What whoever checks writes into the sheet; `ok` in decision closes a row."""

Claims = Sequence[tuple[str, str]]
"""Names of claims with their verdicts."""


def write(project: Project, edition: str, progress: Progress | None = None) -> tuple[Path, Path]:
    """Write the sheet of an edition as CSV, where decisions are made, and as a page to read.

    Returns
    -------
    sheet, page : Path
        `factcheck/EDITION.csv` and `build/EDITION.factcheck.html`.

    Raises
    ------
    BriefError
        If the sheet that is there cannot be read; it is left as it is.
    """
    path = _path(project, edition)
    earlier = load(path)
    report = report_of(project, edition, progress=progress)
    sheet = merge(sheet_rows(report), earlier)
    save(path, sheet)
    page = project.root / "build" / f"{edition}.factcheck.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text(factcheck_page.render(report, sheet), encoding="utf-8")
    return path, page


def unchecked(project: Project, edition: str, progress: Progress | None = None) -> list[str]:
    """List the sentences of an edition that nobody has decided to be ok."""
    earlier = load(_path(project, edition))
    sheet = sheet_rows(report_of(project, edition, progress=progress))
    return [row["sentence"] for row in merge(sheet, earlier) if is_open(row)]


def is_open(row: Mapping[str, str]) -> bool:
    """Return whether a row awaits a decision, or has another than `ok`."""
    return row.get("decision", "").strip().lower() != "ok"


def merge(fresh: Iterable[Mapping[str, str]], earlier: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fill in what was decided on the same sentence and the same readings; what changed is open again.

    Examples
    --------
    >>> merge([{"key": "s1"}, {"key": "s2"}], [{"key": "s1", "decision": "ok"}])
    [{'key': 's1', 'checker': '', 'date': '', 'decision': 'ok'}, {'key': 's2'}]
    """
    decided = {row["key"]: {name: row.get(name) or "" for name in DECISION_COLUMNS} for row in earlier}
    return [{**row, **decided.get(row["key"], {})} for row in fresh]


# ── The sheet on disk


def _path(project: Project, edition: str) -> Path:
    return project.root / "factcheck" / f"{edition}.csv"


def load(path: Path) -> list[dict[str, str]]:
    """Read a sheet as a spreadsheet may have saved it: with a byte-order mark, parted by semicolons.

    Raises
    ------
    BriefError
        If it is not UTF-8, or a column is missing.
    """
    if not path.is_file():
        return []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=max(",;\t", key=first.count))
            rows, columns = list(reader), list(reader.fieldnames or [])
    except UnicodeDecodeError as error:
        what = "found bytes that are not UTF-8, expected a sheet"
        raise BriefError(f"{path}: {what}; save it as CSV in UTF-8") from error
    missing = [name for name in ["key", *DECISION_COLUMNS] if name not in columns]
    if missing:
        raise BriefError(f"{path}: found no column {', '.join(missing)}, expected {', '.join(COLUMNS)}; put it back")
    return rows


def save(path: Path, sheet: Iterable[Mapping[str, str]]) -> None:
    """Write a sheet in one step, so that no decision is lost half-way."""
    path.parent.mkdir(exist_ok=True)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _without_formula(cell) for name, cell in row.items()} for row in sheet)
    replace_file(path, text.getvalue())


def _without_formula(cell: str) -> str:
    """Mark as text what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


# ── Rows


def sheet_rows(report: Report) -> list[dict[str, str]]:
    """Make one row per sentence of an edition; the same sentence on the same readings is one row.

    Sentences are those of the prose, of headings, of titles and captions of charts and tables, and of the reasons
    that claims give; a row of a table that holds a reading, and a headline number, counts as one. A claim belongs to
    the sentences before it, back to the claim before.

    Parameters
    ----------
    report : Report
        The edition, executed and read back.

    Returns
    -------
    list of dict
        Each with all of `COLUMNS`, in the order of the page.
    """
    rows = (row for section in report.sections for row in _section_rows(section, report))
    by_key: dict[str, dict[str, str]] = {}
    for row in rows:
        by_key.setdefault(row["key"], row)
    return list(by_key.values())


def _section_rows(section: Section, report: Report) -> Iterator[dict[str, str]]:
    """Make the rows of a section: sentences with the claims settled right after them, then those claims' reasons."""
    verdicts = {claim["claim"]: claim["verdict"] for claim in report.claims}
    sources = known_sources(report)
    texts: list[Mapping[str, Any]] = []
    blocks = (block for block in section.blocks if block["kind"] in FIELDS)
    for settled, group in groupby(blocks, key=lambda block: block["kind"] == "claim"):
        if not settled:
            texts = list(group)
            continue
        claims = list(group)
        named = [(claim["claim"], str(verdicts.get(claim["claim"], claim["verdict"]))) for claim in claims]
        yield from _rows(section.section, texts, sources, named)
        for claim, name in zip(claims, named, strict=True):
            yield from _rows(section.section, [claim], sources, [name])
        texts = []
    yield from _rows(section.section, texts, sources, [])


def _rows(
    section: str, blocks: Iterable[Mapping[str, Any]], sources: Mapping[str, Any], claims: Claims
) -> Iterator[dict[str, str]]:
    for block in blocks:
        for sentence in sentences_of(block):
            yield _row(section, sentence, sources, claims)


def _row(section: str, sentence: AnnotatedText, sources: Mapping[str, Any], claims: Claims) -> dict[str, str]:
    """Make the row of a sentence; its key is a hash of the text and of the readings behind it.

    The key starts with a letter, or a spreadsheet might take it for a number.
    """
    notes = sentence.shown()
    text = markup.plain_text(sentence.payload())
    readings = [reading for note in notes for reading in note["readings"]]
    with_others = (source for reading in readings for source in [reading, *(reading.get("others") or [])])
    named = dict.fromkeys(source["source"] for source in with_others if "source" in source)
    hashed = json.dumps(
        [text, [[note.get("formula"), note["readings"]] for note in notes]], sort_keys=True, default=str
    )
    return {
        "key": f"s{hashlib.sha256(hashed.encode()).hexdigest()[:16]}",
        "section": section,
        "sentence": text,
        "numbers": "\n".join(_number(note) for note in notes if note["readings"] or note.get("formula")),
        "sources": "\n".join(_source(sources[name]) for name in named if name in sources),
        "claim": "; ".join(claim for claim, _ in claims),
        "verdict": "; ".join(verdict for _, verdict in claims),
        **dict.fromkeys(DECISION_COLUMNS, ""),
    }


def _source(source: Mapping[str, Any]) -> str:
    publisher, title, url = source.get("publisher") or "", source.get("title") or source["source"], source.get("url")
    return f"{publisher}: {title} {url or ''}".strip()


def _number(note: Mapping[str, Any]) -> str:
    """Write a number with the formula that gave it and the readings behind it."""
    formula = str(note.get("formula") or "")
    readings = ", ".join(map(_reading, note["readings"]))
    return f"{note['text']} = {', from '.join(filter(None, [formula, readings]))}".replace("\u00a0", " ")


def _reading(reading: Mapping[str, Any]) -> str:
    """Write a reading: id, period, value, source, day of publication, other sources, override."""
    relation = " ".join(str(reading[name]) for name in ("subject", "relation", "object") if reading.get(name))
    name = next((str(reading[key]) for key in ("figure", "event", "claim", "name") if reading.get(key)), relation)
    period = reading.get("period") or reading.get("date") or reading.get("start") or ""
    unit, override = reading.get("unit"), reading.get("override")
    value = _amount(reading.get("value"), unit) or str(reading.get("verdict") or "")
    details = [
        str(reading.get("source") or reading["kind"]),
        f"published {reading['published']}" if reading.get("published") else "",
        *(f"but {other['source']}: {_amount(other['value'], unit)}" for other in reading.get("others") or []),
        f"set instead of {_amount(override.get('value'), unit)}: {override['reason']}" if override else "",
    ]
    what = f"{name} {period}".strip() + (f": {value}" if value else "")
    return f"{what} ({', '.join(filter(None, details))})"


def _amount(value: Any, unit: str | None) -> str:
    return amount(value, unit) if isinstance(value, (int, float)) else ""
