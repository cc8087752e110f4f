"""What is wrong with a brief, found without running it: ledger, editions, notebooks, claims."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from briefkit.analysis.verdicts import judge, order, premises
from briefkit.errors import ClaimError, EditionError, LedgerError, NotebookError, Problem, Problems
from briefkit.ledger.append_only import changed
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.periods import last_days
from briefkit.ledger.readings import records
from briefkit.ledger.rules import unknowable
from briefkit.project.edition import load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import cells as _cells
from briefkit.project.notebooks import sections
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare

_TEXTS = {"title", "alt", "caption", "why", "unit"}
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_OUTSIDE = {"open", "read_csv", "read_text", "now", "today", "urlopen", "requests"}


def check(project: Project, today: date | None = None) -> tuple[list[Problem], list[Problem]]:
    """Errors and warnings of a brief; each warning has its kind.

    Parameters
    ----------
    project : Project
        The brief.
    today : date or None
        Warn of what was published later, and leave it aside; without it all counts.
    """
    errors: list[Problem] = []
    try:
        prepare(project, RenderOptions())
    except Problems as error:
        errors += error.problems
    try:
        ledger = load_ledger(project.data)
    except LedgerError:
        return errors, []
    notebooks = sections(project.notebooks)
    try:
        cells = {section: list(_code(path)) for section, path in notebooks.items()}
    except NotebookError:
        return errors, []
    allowed = typed_phrases(project.notebooks)
    errors += [problem for path in notebooks.values() for problem in typed_digits(path, allowed)]
    errors += [problem for path in notebooks.values() for problem in _stored(path)]
    errors += list(_claims(project, ledger, notebooks, cells))
    errors += list(_strangers(project, ledger, notebooks))
    return list(dict.fromkeys(errors)), list(_warnings(project, ledger, today, notebooks, cells))


def _warnings(
    project: Project,
    ledger: Ledger,
    today: date | None,
    notebooks: Mapping[str, Path],
    cells: Mapping[str, list[tuple[int, ast.AST]]],
) -> Iterator[Problem]:
    """What an editor should look at, kind by kind."""
    last = _last_day(ledger, today)
    files = {name: str(project.data / f"{name}.csv") for name in ledger.tables}
    looks: dict[str, Iterable[Problem]] = {
        "rows published after today": unknowable(ledger.tables, files, today) if today else [],
        "old rows that were changed": changed(project.data),
        "subtitles that two editions share": _subtitles(project),
        "cells that read past the ledger": _outside(notebooks, cells),
        "judgements past their review date": _due(project, ledger, last),
        "figures behind their rhythm": _late(project, ledger, last),
        "claims that rest on one source": _single(project, ledger),
        "sources without an address": _addresses(project, ledger),
        "figures without a value": _unused(project, ledger),
    }
    yield from (replace(problem, kind=kind) for kind, found in looks.items() for problem in found)


def _last_day(ledger: Ledger, today: date | None) -> date:
    """The last day that the ledger knows of; a typing error in a year must not move it."""
    days = ledger.published
    return ledger.last_published if today is None else days[days <= pd.Timestamp(today)].max().date()


def _subtitles(project: Project) -> Iterator[Problem]:
    """Editions whose subtitle is that of another: a copied file keeps what was written for its model."""
    seen: dict[str, str] = {}
    for name in editions_in(project.params):
        with suppress(EditionError):
            edition = load_edition(name, project.params)
            subtitle = edition.about.get("subtitle", "")
            if subtitle and subtitle in seen:
                expected, remedy = "a line of its own", "say what this edition is"
                found = f'"{subtitle}", as in {seen[subtitle]}'
                yield Problem(str(edition.path), None, "subtitle", found, expected, remedy)
            seen.setdefault(subtitle, name)


def typed_phrases(notebooks: Path) -> list[str]:
    """Phrases with digits that prose may hold: names such as 2+2, listed in `typed.txt`, longest first."""
    path = notebooks / "typed.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return sorted((line.strip() for line in lines if line.strip() and not line.startswith("#")), key=len, reverse=True)


def typed_digits(path: Path, allowed: Iterable[str]) -> Iterator[Problem]:
    """Digits that someone typed in prose, a title, a caption or alt text instead of reading them from the ledger."""
    for number, cell in enumerate(_cells(path), start=1):
        for text in _texts(cell):
            left = _TEMPLATE.sub(" ", text)
            for phrase in allowed:
                left = left.replace(phrase, " ")
            for found in re.findall(r"\S*\d\S*", left):
                remedy = "read it from the ledger, or list the name in notebooks/typed.txt"
                yield Problem(str(path), None, f"cell {number}", f'"{found}"', "no digit typed in prose", remedy)


def _texts(cell: Mapping[str, Any]) -> Iterator[str]:
    """What a cell puts on the page: Markdown, a prose template, text arguments of brief's calls."""
    source = cell["source"]
    if cell["cell_type"] == "markdown":
        yield source
    elif source.startswith("%%prose"):
        yield source.partition("\n")[2]
    elif cell["cell_type"] == "code":
        with suppress(SyntaxError):
            for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
                for keyword in call.keywords:
                    if keyword.arg in _TEXTS:
                        yield from _strings(keyword.value)
                if _method(call) in ("table", "numbers") and call.args:
                    yield from _strings(call.args[0])


def _strings(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def _stored(path: Path) -> Iterator[Problem]:
    for number, cell in enumerate(_cells(path), start=1):
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"]):
            remedy = "clear the outputs before you save"
            yield Problem(str(path), None, f"cell {number}", "stored outputs", "a notebook without any", remedy)


def _claims(
    project: Project, ledger: Ledger, notebooks: Mapping[str, Path], cells: Mapping[str, list[tuple[int, ast.AST]]]
) -> Iterator[Problem]:
    """Claims that no section settles, that are settled twice or elsewhere, and premises in a circle."""
    table = ledger.tables["claims"]
    file = str(project.data / "claims.csv")
    settled = [(claim, section) for section in cells for claim in _settled(cells[section])]
    counts = Counter(claim for claim, _ in settled)
    for row in records(table):
        found = [section for claim, section in settled if claim == row["claim"]]
        if row["section"] in notebooks and found != [row["section"]]:
            said = f"settled in {', '.join(found)}" if found else "settled nowhere"
            remedy = f"settle it once in {notebooks[row['section']].name} with brief.claim or brief.judge"
            expected = f"settled once, in {row['section']}"
            yield Problem(file, row["line"], row["claim"], said, expected, remedy)
    for claim in counts.keys() - set(table["claim"]):
        where = ", ".join(str(notebooks[section]) for name, section in settled if name == claim)
        yield Problem(where, None, claim, "a claim that claims.csv does not have", "a claim of the ledger", "add a row")
    try:
        order([{"claim": row["claim"], "premises": premises(row)} for row in records(table)])
    except ClaimError as error:
        yield Problem(file, None, "premises", str(error), "no circle", "take out one premise")


def _settled(cells: Iterable[tuple[int, ast.AST]]) -> Iterator[str]:
    for _, tree in cells:
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if _method(call) in ("claim", "judge") and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def _strangers(project: Project, ledger: Ledger, notebooks: Mapping[str, Path]) -> Iterator[Problem]:
    """Figures and claims of sections that no notebook has."""
    for name in ("figures", "claims"):
        table = ledger.tables[name]
        for row in records(table[~table["section"].isin(list(notebooks))]):
            expected = f"one of {', '.join(notebooks)}"
            file = str(project.data / f"{name}.csv")
            yield Problem(file, row["line"], "section", f'"{row["section"]}"', expected, "correct it")


def _outside(notebooks: Mapping[str, Path], cells: Mapping[str, list[tuple[int, ast.AST]]]) -> Iterator[Problem]:
    """Cells that seem to read a file, the clock or the network by themselves: no trace sees that."""
    for section, trees in cells.items():
        for number, tree in trees:
            names = {_method(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
            for name in sorted(names & _OUTSIDE):
                remedy = "read it through brief, so that the trace knows"
                place, expected = f"cell {number}", "nothing read past the ledger"
                yield Problem(str(notebooks[section]), None, place, f"{name}(…)", expected, remedy)


def _unused(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Figures without any observation."""
    table = ledger.tables["figures"]
    empty = table[~table["figure"].isin(ledger.tables["observations"]["figure"])]
    for row in records(empty):
        file = str(project.data / "figures.csv")
        yield Problem(file, row["line"], row["figure"], "no observation", "at least one", "add one or take it out")


def _addresses(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Sources that a reader cannot look up, and that something rests on."""
    table = ledger.tables["sources"]
    used = set(ledger.tables["observations"]["source"]) | set(ledger.tables["events"]["source"])
    for row in records(table[(table["url"] == "") & table["source"].isin(used)]):
        file = str(project.data / "sources.csv")
        yield Problem(file, row["line"], row["source"], "no address", "a url", "add one where there is one")


def _due(project: Project, ledger: Ledger, last: date) -> Iterator[Problem]:
    """Judgements past their review date, as of the last day that the ledger knows of."""
    day = last.isoformat()
    judged = records(ledger.tables["verdicts"])
    for row in records(ledger.tables["claims"]):
        settled = judge(
            row, sorted((one for one in judged if one["claim"] == row["claim"]), key=_published), day.__gt__
        )
        if row["kind"] == "judgement" and settled["due"]:
            found = f"review by {row['review_by']}, last judged {settled['readings'][0]['published']}"
            file, remedy = str(project.data / "claims.csv"), "judge it again in verdicts.csv, or move the date"
            yield Problem(file, row["line"], row["claim"], found, "a judgement after the review date", remedy)


def _late(project: Project, ledger: Ledger, last: date) -> Iterator[Problem]:
    """Figures not updated for more than twice their usual rhythm, judged from at least four releases."""
    table = ledger.tables["observations"]
    days = table.assign(day=last_days(table["published"])).drop_duplicates(["figure", "day"]).sort_values("day")
    days = days[days["day"] <= pd.Timestamp(last)]
    gaps = days.groupby("figure")["day"].diff().dt.days.groupby(days["figure"]).median()
    newest, releases = days.groupby("figure")["day"].max(), days.groupby("figure")["day"].size()
    waited = (pd.Timestamp(last) - newest).dt.days
    for row in records(ledger.tables["figures"]):
        name = row["figure"]
        if releases.get(name, 0) >= 4 and waited[name] > max(2 * gaps[name], 180):
            found = f"last published {newest[name].date()}, usually every {gaps[name]:.0f} days"
            file, remedy = str(project.data / "figures.csv"), "look for a newer value"
            yield Problem(file, row["line"], name, found, "an update in its rhythm", remedy)


def _single(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Claims whose readings all come from one source."""
    observed, events = ledger.tables["observations"], ledger.tables["events"]
    named = pd.concat([observed.set_index("figure")["source"], events.set_index("event")["source"]])
    for row in records(ledger.tables["claims"]):
        sources = set(named[named.index.isin(premises(row))])
        if len(sources) == 1:
            file, expected = str(project.data / "claims.csv"), "two sources that do not copy each other"
            yield Problem(file, row["line"], row["claim"], f"only {sources.pop()}", expected, "look for a second one")


def _published(row: Mapping[str, Any]) -> str:
    return str(row["published"])


def _code(path: Path) -> Iterator[tuple[int, ast.AST]]:
    for number, cell in enumerate(_cells(path), start=1):
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%"):
            with suppress(SyntaxError):
                yield number, ast.parse(cell["source"])


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
