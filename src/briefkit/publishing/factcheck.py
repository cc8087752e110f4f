"""The line-by-line sheet of an edition: every sentence, what stands behind it, and who checked it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from briefkit.annotated import words
from briefkit.errors import BriefError
from briefkit.execution.progress import Progress
from briefkit.project.layout import Project
from briefkit.publishing.compare import report_of
from briefkit.report import citation, markup
from briefkit.report.model import Report
from briefkit.report.provenance import known_sources
from briefkit.storage import replace_file

COLUMNS = ["key", "section", "sentence", "numbers", "sources", "claim", "verdict", "checker", "date", "decision"]
KEPT = ["checker", "date", "decision"]
"""What whoever checks writes into the sheet; `ok` in decision closes a row."""

ABBREVIATIONS = frozenset(
    "Mr Mrs Ms Dr Prof Gen Sen Rep St No Nos Art Fig Vol Ed Inc Ltd Co Corp vs cf ca al pp approx "
    "Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec".split()
)
"""Words after whose full stop a sentence goes on."""

_RUNNING = {"prose": ["told"], "chart": ["title", "caption"], "table": ["caption"], "claim": ["why"]}
_TELLING = {*_RUNNING, "markdown", "numbers"}
_PARAGRAPH = re.compile(r"\n\s*\n|\n(?=\s*(?:#{1,6}|[-*+>|]|\d+[.)])\s)")
_BULLET = re.compile(r"\s*(?:#{1,6}|[-*+>]|\d+[.)])\s+")
_STOP = re.compile(r"[.!?][”’\"')\]*_]*\s+")
_OPENING = "“‘\"'([*_"
_TOKEN = re.compile("\ue000(\\d+)\ue001")


def rows(report: Report) -> list[dict[str, str]]:
    """One row per sentence of an edition; the same sentence on the same readings is one row.

    Sentences are those of the prose, of headings, of titles and captions of charts and tables, and of the reasons
    that claims give; a row of a table that holds a reading, and a headline number, counts as one. A claim belongs to
    the sentences before it, back to the claim before.

    Parameters
    ----------
    report : Report
        The edition, executed and read back.
    """
    kept: dict[str, dict[str, str]] = {}
    for section in report.sections:
        for row in _section(section, report):
            kept.setdefault(row["key"], row)
    return list(kept.values())


def merged(fresh: Iterable[Mapping[str, str]], earlier: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """Fresh rows with what was decided on the same sentence and the same readings; what changed is open again."""
    decided = {row["key"]: {name: row.get(name) or "" for name in KEPT} for row in earlier}
    return [{**row, **decided.get(row["key"], {})} for row in fresh]


def sentences(text: str) -> Iterator[str]:
    """Sentences of a text in Markdown.

    A sentence ends with its paragraph, heading or item of a list, and at `.`, `!` or `?` before white space and
    anything but a small letter; not at the full stop of an initial, of an abbreviation with stops in it (e.g.) or
    of one of `ABBREVIATIONS`.
    """
    for paragraph in _PARAGRAPH.split(text):
        line, start = " ".join(_BULLET.sub("", paragraph, count=1).split()), 0
        for stop in _STOP.finditer(line):
            if _ends(line, stop):
                yield line[start : stop.end()].strip()
                start = stop.end()
        if line[start:]:
            yield line[start:]


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
    from briefkit.report.factcheck_page import render

    path = _path(project, edition)
    earlier = _load(path)
    report = report_of(project, edition, progress=progress)
    sheet = merged(rows(report), earlier)
    _save(path, sheet)
    page = project.root / "build" / f"{edition}.factcheck.html"
    page.parent.mkdir(exist_ok=True)
    page.write_text(render(report, sheet), encoding="utf-8")
    return path, page


def unchecked(project: Project, edition: str, progress: Progress | None = None) -> list[str]:
    """Sentences of an edition that nobody has decided to be ok."""
    earlier = _load(_path(project, edition))
    fresh = rows(report_of(project, edition, progress=progress))
    return [row["sentence"] for row in merged(fresh, earlier) if is_open(row)]


def is_open(row: Mapping[str, str]) -> bool:
    """Whether a row awaits a decision, or has another than `ok`."""
    return row.get("decision", "").strip().lower() != "ok"


# -- the sheet on disk ---------------------------------------------------------------------------


def _path(project: Project, edition: str) -> Path:
    return project.root / "factcheck" / f"{edition}.csv"


def _load(path: Path) -> list[dict[str, str]]:
    """Rows as a spreadsheet may have saved them: with a byte-order mark, parted by semicolons."""
    if not path.is_file():
        return []
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=max(",;\t", key=first.count))
            found, columns = list(reader), list(reader.fieldnames or [])
    except UnicodeDecodeError as error:
        what = "found bytes that are not UTF-8, expected a sheet"
        raise BriefError(f"{path}: {what}; save it as CSV in UTF-8") from error
    missing = [name for name in ["key", *KEPT] if name not in columns]
    if missing:
        raise BriefError(f"{path}: found no column {', '.join(missing)}, expected {', '.join(COLUMNS)}; put it back")
    return found


def _save(path: Path, sheet: Iterable[Mapping[str, str]]) -> None:
    """Write aside and replace, so that no decision is lost half-way."""
    path.parent.mkdir(exist_ok=True)
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _safe(cell) for name, cell in row.items()} for row in sheet)
    replace_file(path, written.getvalue())


def _safe(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


# -- sentences and what stands behind them -------------------------------------------------------


def _section(section: Any, report: Report) -> Iterator[dict[str, str]]:
    """Rows of a section: sentences with the claims settled right after them, then the reasons of those claims."""
    verdicts = {claim["claim"]: claim["verdict"] for claim in report.claims}
    known = known_sources(report)
    texts: list[Mapping[str, Any]] = []
    telling = (block for block in section.blocks if block["kind"] in _TELLING)
    for settled, run in groupby(telling, key=lambda block: block["kind"] == "claim"):
        group = list(run)
        if not settled:
            texts = group
            continue
        named = [(claim["claim"], verdicts.get(claim["claim"], claim["verdict"])) for claim in group]
        for said, claims in [(texts, named), *(([claim], [name]) for claim, name in zip(group, named, strict=True))]:
            yield from (_row(section.section, one, known, claims) for block in said for one in _said(block))
        texts = []
    yield from (_row(section.section, one, known, []) for block in texts for one in _said(block))


def _said(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What a block says, sentence by sentence, as told texts."""
    kind = block["kind"]
    running = [block["text"]] if kind == "markdown" else [block.get(name) for name in _RUNNING.get(kind, [])]
    for text in (words(one) for one in running if one):
        yield from ({"text": sentence, "notes": text["notes"]} for sentence in sentences(text["text"]))
    if kind == "numbers":
        yield from (_joined([item["value"], item["label"]], " ") for item in block["items"])
    if kind == "table":
        lines = (_joined(row, " | ") for row in block["rows"])
        yield from (line for line in lines if any(note["readings"] for note in line["notes"]))


def _joined(parts: Iterable[Any], between: str) -> dict[str, Any]:
    """Told texts as one, their notes numbered through."""
    texts: list[str] = []
    notes: list[Any] = []
    for part in map(words, parts):
        texts.append(_TOKEN.sub(partial(_shifted, len(notes)), part["text"]))
        notes += part["notes"]
    return {"text": between.join(texts), "notes": notes}


def _shifted(by: int, token: re.Match[str]) -> str:
    return f"\ue000{int(token[1]) + by}\ue001"


def _ends(line: str, stop: re.Match[str]) -> bool:
    after = line[stop.end() :].lstrip(_OPENING)[:1]
    if not after or after.islower():
        return False
    before = (line[: stop.start()].split() or [""])[-1].lstrip(_OPENING)
    initial = len(before) == 1 and before.isupper()
    dotted = bool(re.fullmatch(r"(?:[^\W\d]\.)+[^\W\d]", before))
    return stop[0][0] != "." or not (initial or dotted or before in ABBREVIATIONS)


def _row(
    section: str, said: Mapping[str, Any], known: Mapping[str, Any], claims: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """A sentence, and what stands behind it; its key is a hash of both, and starts with a letter: it is no number."""
    notes = [said["notes"][int(place)] for place in _TOKEN.findall(said["text"])]
    text = markup.words({"text": said["text"], "notes": said["notes"]})
    behind = [[note.get("formula"), note["readings"]] for note in notes]
    readings = [read for note in notes for read in note["readings"]]
    named = dict.fromkeys(
        one["source"] for read in readings for one in [read, *(read.get("others") or [])] if "source" in one
    )
    hashed = hashlib.sha256(json.dumps([text, behind], sort_keys=True, default=str).encode()).hexdigest()
    return {
        "key": f"s{hashed[:16]}",
        "section": section,
        "sentence": text,
        "numbers": "\n".join(_number(note) for note in notes if note["readings"] or note.get("formula")),
        "sources": "\n".join(_source(known[name]) for name in named if name in known),
        "claim": "; ".join(claim for claim, _ in claims),
        "verdict": "; ".join(verdict for _, verdict in claims),
        **dict.fromkeys(KEPT, ""),
    }


def _source(source: Mapping[str, Any]) -> str:
    return (
        f"{source.get('publisher') or ''}: {source.get('title') or source['source']} {source.get('url') or ''}".strip()
    )


def _number(note: Mapping[str, Any]) -> str:
    """A number, the formula that it was worked out by, and the readings behind it."""
    formula = str(note.get("formula") or "")
    readings = ", ".join(map(_reading, note["readings"]))
    return f"{note['text']} = {', from '.join(filter(None, [formula, readings]))}".replace("\u00a0", " ")


def _reading(read: Mapping[str, Any]) -> str:
    relation = " ".join(str(read[name]) for name in ("subject", "relation", "object") if read.get(name))
    name = next((str(read[key]) for key in ("figure", "event", "claim", "name") if read.get(key)), relation)
    period = read.get("period") or read.get("date") or read.get("start") or ""
    value = _amount(read.get("value"), read.get("unit")) or str(read.get("verdict") or "")
    given = read.get("override")
    said = [
        str(read.get("source") or read["kind"]),
        f"published {read['published']}" if read.get("published") else "",
        *(f"but {other['source']}: {_amount(other['value'], read.get('unit'))}" for other in read.get("others") or []),
        f"set instead of {_amount(given.get('value'), read.get('unit'))}: {given['reason']}" if given else "",
    ]
    about = f"{name} {period}".strip() + (f": {value}" if value else "")
    return f"{about} ({', '.join(filter(None, said))})"


def _amount(value: Any, unit: str | None) -> str:
    return citation.amount(value, unit) if isinstance(value, (int, float)) else ""
