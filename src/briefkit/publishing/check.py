"""Find what is wrong with a brief without running it: ledger, editions, notebooks, claims."""

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

from briefkit.analysis.premises import order, premises_of
from briefkit.analysis.verdicts import judge
from briefkit.errors import ClaimError, EditionError, LedgerError, NotebookError, Problem, Problems
from briefkit.feeds.check_feeds import check_feeds, overdue
from briefkit.ledger.append_only import changed_rows
from briefkit.ledger.ledger import Ledger, load_ledger
from briefkit.ledger.periods import last_days
from briefkit.ledger.readings import records
from briefkit.ledger.rules import published_after
from briefkit.project.edition import load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.notebooks import cells, sections
from briefkit.project.options import RenderOptions
from briefkit.project.prepare import prepare

_TEXT_ARGUMENTS = {"title", "alt", "caption", "why", "unit"}
_TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_READERS = {"open", "read_csv", "read_text", "now", "today", "urlopen", "requests"}


Code = Mapping[str, list[tuple[int, ast.AST]]]
"""Syntax trees of code cells with their numbers, by section."""


def check(project: Project, today: date | None = None) -> tuple[list[Problem], list[Problem]]:
    """List errors and warnings of a brief.

    Parameters
    ----------
    project : Project
        The brief.
    today : date or None
        Rows published later give a warning and are ignored in others; with None all count.

    Returns
    -------
    errors, warnings : list of Problem
        Errors in order of place; warnings by kind.
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
        code = {section: list(_code(path)) for section, path in notebooks.items()}
    except NotebookError:
        return errors, []
    allowed = typed_phrases(project.notebooks)
    errors += [problem for path in notebooks.values() for problem in typed_digits(path, allowed)]
    errors += [problem for path in notebooks.values() for problem in _stored_outputs(path)]
    errors += list(_claims(project, ledger, notebooks, code))
    errors += list(_unknown_sections(project, ledger, notebooks))
    errors += check_feeds(project.feeds, ledger)[1]
    return list(dict.fromkeys(errors)), list(_warnings(project, ledger, today, notebooks, code))


def _warnings(
    project: Project,
    ledger: Ledger,
    today: date | None,
    notebooks: Mapping[str, Path],
    code: Code,
) -> Iterator[Problem]:
    """Look for what an editor should see, kind by kind."""
    last = _last_day(ledger, today)
    files = {name: str(project.data / f"{name}.csv") for name in ledger.tables}
    by_kind: dict[str, Iterable[Problem]] = {
        "rows published after today": published_after(ledger.tables, files, today) if today else [],
        "old rows that were changed": changed_rows(project.data),
        "subtitles that two editions share": _shared_subtitles(project),
        "cells that read past the ledger": _reads_elsewhere(notebooks, code),
        "judgements past their review date": _reviews_due(project, ledger, last),
        "figures behind their rhythm": _overdue_figures(project, ledger, last),
        "feeds past their rhythm": overdue(check_feeds(project.feeds, ledger)[0], ledger, today) if today else [],
        "claims that rest on one source": _single_sources(project, ledger),
        "sources without an address": _sources_without_address(project, ledger),
        "figures without a value": _figures_without_value(project, ledger),
    }
    yield from (replace(problem, kind=kind) for kind, problems in by_kind.items() for problem in problems)


def _last_day(ledger: Ledger, today: date | None) -> date:
    """Return the last day on which a row was published, up to today: a typing error in a year must not move it."""
    days = ledger.published
    return ledger.last_published if today is None else days[days <= pd.Timestamp(today)].max().date()


def _shared_subtitles(project: Project) -> Iterator[Problem]:
    """Find editions with the subtitle of another, as a copied file has."""
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
    """Read the phrases with digits that prose may hold, such as 2+2, from `typed.txt`; longest first."""
    path = notebooks / "typed.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return sorted((line.strip() for line in lines if line.strip() and not line.startswith("#")), key=len, reverse=True)


def typed_digits(path: Path, allowed: Iterable[str]) -> Iterator[Problem]:
    """Find digits typed in prose, a title, a caption or alt text instead of read from the ledger."""
    for number, cell in enumerate(cells(path), start=1):
        for text in _texts(cell):
            left = _TEMPLATE.sub(" ", text)
            for phrase in allowed:
                left = left.replace(phrase, " ")
            for found in re.findall(r"\S*\d\S*", left):
                remedy = "read it from the ledger, or list the name in notebooks/typed.txt"
                yield Problem(str(path), None, f"cell {number}", f'"{found}"', "no digit typed in prose", remedy)


def _texts(cell: Mapping[str, Any]) -> Iterator[str]:
    """List the texts that a cell puts on the page: Markdown, a prose template, text arguments of calls."""
    source = cell["source"]
    if cell["cell_type"] == "markdown":
        yield source
    elif source.startswith("%%prose"):
        yield source.partition("\n")[2]
    elif cell["cell_type"] == "code":
        with suppress(SyntaxError):
            for call in (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)):
                for keyword in call.keywords:
                    if keyword.arg in _TEXT_ARGUMENTS:
                        yield from _strings(keyword.value)
                if _method(call) in ("table", "numbers") and call.args:
                    yield from _strings(call.args[0])


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _stored_outputs(path: Path) -> Iterator[Problem]:
    """Find cells that were saved with an output or a count."""
    for number, cell in enumerate(cells(path), start=1):
        if cell["cell_type"] == "code" and (cell["outputs"] or cell["execution_count"]):
            remedy = "clear the outputs before you save"
            yield Problem(str(path), None, f"cell {number}", "stored outputs", "a notebook without any", remedy)


def _claims(project: Project, ledger: Ledger, notebooks: Mapping[str, Path], code: Code) -> Iterator[Problem]:
    """Find claims that no section settles, that are settled twice or elsewhere, and premises in a circle."""
    table = ledger.tables["claims"]
    file = str(project.data / "claims.csv")
    settled = [(claim, section) for section in code for claim in _settled(code[section])]
    counts = Counter(claim for claim, _ in settled)
    for row in records(table):
        places = [section for claim, section in settled if claim == row["claim"]]
        if row["section"] in notebooks and places != [row["section"]]:
            found = f"settled in {', '.join(places)}" if places else "settled nowhere"
            remedy = f"settle it once in {notebooks[row['section']].name} with brief.claim or brief.judge"
            expected = f"settled once, in {row['section']}"
            yield Problem(file, row["line"], row["claim"], found, expected, remedy)
    for claim in counts.keys() - set(table["claim"]):
        where = ", ".join(str(notebooks[section]) for name, section in settled if name == claim)
        yield Problem(where, None, claim, "a claim that claims.csv does not have", "a claim of the ledger", "add a row")
    try:
        order([{"claim": row["claim"], "premises": premises_of(row)} for row in records(table)])
    except ClaimError as error:
        yield Problem(file, None, "premises", str(error), "no circle", "take out one premise")


def _settled(trees: Iterable[tuple[int, ast.AST]]) -> Iterator[str]:
    """Name the claims that calls of `brief.claim` and `brief.judge` settle."""
    for _, tree in trees:
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            if _method(call) in ("claim", "judge") and call.args and isinstance(call.args[0], ast.Constant):
                yield str(call.args[0].value)


def _unknown_sections(project: Project, ledger: Ledger, notebooks: Mapping[str, Path]) -> Iterator[Problem]:
    """Find figures and claims of sections that have no notebook."""
    for name in ("figures", "claims"):
        table = ledger.tables[name]
        for row in records(table[~table["section"].isin(list(notebooks))]):
            expected = f"one of {', '.join(notebooks)}"
            file = str(project.data / f"{name}.csv")
            yield Problem(file, row["line"], "section", f'"{row["section"]}"', expected, "correct it")


def _reads_elsewhere(notebooks: Mapping[str, Path], code: Code) -> Iterator[Problem]:
    """Find cells that seem to read a file, the clock or the network by themselves, which no trace records."""
    for section, trees in code.items():
        for number, tree in trees:
            names = {_method(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
            for name in sorted(names & _READERS):
                remedy = "read it through brief, so that the trace knows"
                place, expected = f"cell {number}", "nothing read past the ledger"
                yield Problem(str(notebooks[section]), None, place, f"{name}(…)", expected, remedy)


def _figures_without_value(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Find figures without any observation."""
    table = ledger.tables["figures"]
    empty = table[~table["figure"].isin(ledger.tables["observations"]["figure"])]
    for row in records(empty):
        file = str(project.data / "figures.csv")
        yield Problem(file, row["line"], row["figure"], "no observation", "at least one", "add one or take it out")


def _sources_without_address(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Find sources that are used and that a reader cannot look up."""
    table = ledger.tables["sources"]
    used = set(ledger.tables["observations"]["source"]) | set(ledger.tables["events"]["source"])
    for row in records(table[(table["url"] == "") & table["source"].isin(used)]):
        file = str(project.data / "sources.csv")
        yield Problem(file, row["line"], row["source"], "no address", "a url", "add one where there is one")


def _reviews_due(project: Project, ledger: Ledger, last: date) -> Iterator[Problem]:
    """Find judgements past their review date, as of the last day that the ledger knows of."""
    day = last.isoformat()
    verdicts = sorted(records(ledger.tables["verdicts"]), key=_published)
    for row in records(ledger.tables["claims"]):
        settled = judge(row, (verdict for verdict in verdicts if verdict["claim"] == row["claim"]), day.__gt__)
        if row["kind"] == "judgement" and settled["review_due"]:
            found = f"review by {row['review_by']}, last judged {settled['readings'][0]['published']}"
            file, remedy = str(project.data / "claims.csv"), "judge it again in verdicts.csv, or move the date"
            yield Problem(file, row["line"], row["claim"], found, "a judgement after the review date", remedy)


def _overdue_figures(project: Project, ledger: Ledger, last: date) -> Iterator[Problem]:
    """Find figures not updated for more than twice the median gap between their releases, of which there are four."""
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


def _single_sources(project: Project, ledger: Ledger) -> Iterator[Problem]:
    """Find claims whose readings all come from one source."""
    observed, events = ledger.tables["observations"], ledger.tables["events"]
    named = pd.concat([observed.set_index("figure")["source"], events.set_index("event")["source"]])
    for row in records(ledger.tables["claims"]):
        sources = set(named[named.index.isin(premises_of(row))])
        if len(sources) == 1:
            file, expected = str(project.data / "claims.csv"), "two sources that do not copy each other"
            yield Problem(file, row["line"], row["claim"], f"only {sources.pop()}", expected, "look for a second one")


def _published(row: Mapping[str, Any]) -> str:
    return str(row["published"])


def _code(path: Path) -> Iterator[tuple[int, ast.AST]]:
    """Parse the code cells of a notebook that Python can parse, numbered from 1."""
    for number, cell in enumerate(cells(path), start=1):
        if cell["cell_type"] == "code" and not cell["source"].startswith("%%"):
            with suppress(SyntaxError):
                yield number, ast.parse(cell["source"])


def _method(call: ast.Call) -> str:
    """Return the name of what is called, without what stands before its last dot."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
