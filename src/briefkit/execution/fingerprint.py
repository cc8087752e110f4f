"""Everything that a section's result depends on, part by part, so that what changed can be named.

A part is a name and a hash: `code cell 3`, `parameter band_low`, `package charts/lines.py`, `library pandas`, `font …`.
What a section read from the ledger is no part of it: that is the trace, the questions and the hashes of their answers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from briefkit.errors import UnknownName
from briefkit.hashing import PACKAGE, file_hash, json_hash, library_versions, stamp
from briefkit.ledger.ledger import Ledger
from briefkit.ledger.snapshot import Snapshot

HANDED_ON = {"edition", "as_of", "ledger", "overrides", "claims"}
"""Parameters that a notebook hands to `open_section`; what they change there, the trace sees."""
_RUNS = {"parameters", "raises-exception", "skip-execution"}
_IMPORTS = re.compile(
    r"^\s*(?:from\s+(briefkit[\w.]*)\s+import\s+(\([^)]*\)|[^\n(]*)|import\s+(briefkit[\w.]*))", re.MULTILINE
)


def parts(cells: Iterable[Mapping[str, Any]], given: Mapping[str, Any], fonts: Path) -> dict[str, str]:
    """What a section's result depends on besides the ledger.

    Parameters
    ----------
    cells : iterable of mapping
        The notebook's cells. Only code counts, and tags that say how it runs.
    given : mapping
        Parameters; those count that the code names, and `claims` always.
    fonts : Path
        Folder with the brief's own fonts.
    """
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    sources = [cell["source"] for cell in code if "parameters" not in cell["metadata"].get("tags", [])]
    code_cells = [[cell["source"], sorted(_RUNS & set(cell["metadata"].get("tags", [])))] for cell in code]
    return {
        **{f"code cell {place}": json_hash(one) for place, one in enumerate(code_cells, start=1)},
        **{f"parameter {name}": json_hash(given[name]) for name in sorted(used(sources, given))},
        **{f"package {name}": file_hash(PACKAGE / name) for name in modules(sources)},
        **{f"library {name}": version for name, version in library_versions().items()},
        **{f"font {path.name}": file_hash(path) for path in sorted([*fonts.glob("*"), *(PACKAGE / "fonts").glob("*")])},
    }


def used(sources: Iterable[str], names: Iterable[str]) -> set[str]:
    """Parameters that code names, in whatever way, but for those that it only hands to `open_section`."""
    text = "\n".join(_without_opening(source) for source in sources)
    return {name for name in names if name == "claims" or re.search(rf"\b{re.escape(name)}\b", text)}


def _without_opening(source: str) -> str:
    """Code without `as_of=as_of` and its like in a call of `open_section`."""
    if "open_section" not in source:
        return source
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for one in (one for call in calls if getattr(call.func, "id", "") == "open_section" for one in call.keywords):
        if isinstance(one.value, ast.Name) and one.arg == one.value.id and one.arg in HANDED_ON:
            source = re.sub(rf"\b{one.arg}\s*=\s*{one.arg}\b", "", source, count=1)
    return source


def modules(sources: Iterable[str]) -> list[str]:
    """Files of the package that a section's code runs through: all that `section` imports, and the charts it names."""
    code = "\n".join(sources)
    kinds = {path.stem for path in (PACKAGE / "charts" / "kinds").glob("[a-z]*.py")}
    named = {kind for kind in kinds if re.search(rf"[.'\"]{kind}\b", code)}  # brief.chart.lines, but no word of prose
    to_visit = {"notebook/brief", *(f"charts/kinds/{kind}" for kind in named), *_imported(code)}
    found: set[str] = set()
    while to_visit:
        name = to_visit.pop()
        path = next((at for at in (f"{name}.py", f"{name}/__init__.py") if (PACKAGE / at).is_file()), None)
        if path and path not in found:
            found.add(path)
            to_visit |= _imports(*stamp(PACKAGE / path))
    return sorted(found)


@cache
def _imports(module: Path, *_: int) -> set[str]:
    """Modules of the package that one of them imports; read once while it stays as it is."""
    return _imported(module.read_text("utf-8"))


def _imported(code: str) -> set[str]:
    """Modules of the package that code imports, as paths without suffix."""
    found = set()
    for package, names, module in _IMPORTS.findall(code):
        home = (package or module).removeprefix("briefkit").strip(".").replace(".", "/")
        found |= {home} if home else set()
        found |= {f"{home}/{name}".strip("/") for name in re.findall(r"\w+", names)}
    return found


class Trace:
    """Questions that sections asked of a ledger, put again.

    Parameters
    ----------
    ledger : Ledger
        As it stands now.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._snapshots: dict[str, Snapshot] = {}

    def answer_hashes(self, queries: Iterable[Mapping[str, Any]], given: Mapping[str, Any]) -> list[str]:
        """Hashes of today's answers; "gone" where what is asked for no longer is.

        Parameters
        ----------
        queries : iterable of mapping
            `query`, `args` and, where it is not the edition's, `as_of`.
        given : mapping
            The section's parameters: `as_of` and `overrides`.
        """
        own = self._snapshot(given["as_of"], tuple(given.get("overrides") or ()))
        return [self._answer(self._snapshot(query["as_of"]) if "as_of" in query else own, query) for query in queries]

    def _snapshot(self, day: str, overrides: tuple[Any, ...] = ()) -> Snapshot:
        key = f"{day}{overrides}"
        if key not in self._snapshots:
            self._snapshots[key] = self._ledger.as_of(day, overrides=overrides)
        return self._snapshots[key]

    @staticmethod
    def _answer(snapshot: Snapshot, query: Mapping[str, Any]) -> str:
        try:
            return snapshot.answer_hash(query["query"], query["args"])
        except UnknownName:
            return "gone"


def questions(queries: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what a section asked, each question once and without its cell, and the recorded hashes of the answers."""
    asked: dict[str, dict[str, Any]] = {}
    hashes: dict[str, str] = {}
    for query in queries:
        question = {name: query[name] for name in ("query", "args", "as_of") if name in query}
        key = json_hash(question)
        asked[key], hashes[key] = question, query["sha"]
    return list(asked.values()), list(hashes.values())


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Parts that differ, by name."""
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def named(query: Mapping[str, Any]) -> str:
    """A question in words: `figure trade.total`, `events prefix=talks`."""
    args = {name: value for name, value in query["args"].items() if value not in ("", None, [])}
    words = [str(value) if len(args) == 1 else f"{name}={value}" for name, value in args.items()]
    return f"{query['query']} {', '.join(words)}".strip()
