"""List all that a section's result depends on, part by part, so that what changed can be named.

A part is a name and a hash: `code cell 3`, `parameter band_low`, `package charts/kinds/lines.py`, `library pandas`,
`font …`. What a section read from the ledger is no part: that is its trace, queries and hashes of their answers.
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

PASSED_ON = {"edition", "as_of", "ledger", "overrides", "claims"}
"""Parameters that a notebook passes to `open_section`; what they change there is seen in the trace."""
MISSING = "missing"
_TAGS = {"parameters", "raises-exception", "skip-execution"}
_IMPORTS = re.compile(
    r"^\s*(?:from\s+(briefkit[\w.]*)\s+import\s+(\([^)]*\)|[^\n(]*)|import\s+(briefkit[\w.]*))", re.MULTILINE
)


def parts(cells: Iterable[Mapping[str, Any]], parameters: Mapping[str, Any], fonts: Path) -> dict[str, str]:
    """List what a section's result depends on besides the ledger.

    Parameters
    ----------
    cells : iterable of mapping
        The notebook's cells. Only code counts, and tags that say how it runs.
    parameters : mapping
        Those count that the code names, and `claims` always.
    fonts : Path
        Folder with the brief's own fonts.

    Returns
    -------
    dict of str to str
        A hash, or a version, by the name of the part.
    """
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    sources = [cell["source"] for cell in code if "parameters" not in cell["metadata"].get("tags", [])]
    code_cells = [[cell["source"], sorted(_TAGS & set(cell["metadata"].get("tags", [])))] for cell in code]
    return {
        **{f"code cell {place}": json_hash(cell) for place, cell in enumerate(code_cells, start=1)},
        **{f"parameter {name}": json_hash(parameters[name]) for name in sorted(used(sources, parameters))},
        **{f"package {name}": file_hash(PACKAGE / name) for name in modules(sources)},
        **{f"library {name}": version for name, version in library_versions().items()},
        **{f"font {path.name}": file_hash(path) for path in sorted([*fonts.glob("*"), *(PACKAGE / "fonts").glob("*")])},
    }


def used(sources: Iterable[str], names: Iterable[str]) -> set[str]:
    """Return the parameters that code names, in whatever way, but for those that it only passes to `open_section`.

    Examples
    --------
    >>> sorted(used(['open_section("s", as_of=as_of)', "high = band"], ["as_of", "band", "spare"]))
    ['band']
    """
    text = "\n".join(_without_opening(source) for source in sources)
    return {name for name in names if name == "claims" or re.search(rf"\b{re.escape(name)}\b", text)}


def _without_opening(source: str) -> str:
    """Remove `as_of=as_of` and the like from a call of `open_section`."""
    if "open_section" not in source:
        return source
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    for keyword in (
        keyword for call in calls if getattr(call.func, "id", "") == "open_section" for keyword in call.keywords
    ):
        name = keyword.arg
        if name in PASSED_ON and isinstance(keyword.value, ast.Name) and keyword.value.id == name:
            source = re.sub(rf"\b{name}\s*=\s*{name}\b", "", source, count=1)
    return source


def modules(sources: Iterable[str]) -> list[str]:
    """Return the files of the package that a section's code uses: all that `Brief` imports, and the charts it names."""
    code = "\n".join(sources)
    kinds = {path.stem for path in (PACKAGE / "charts" / "kinds").glob("[a-z]*.py")}
    named = {kind for kind in kinds if re.search(rf"[.'\"]{kind}\b", code)}  # brief.chart.lines, but no word of prose
    to_visit = {"notebook/brief", *(f"charts/kinds/{kind}" for kind in named), *_imported(code)}
    files: set[str] = set()
    while to_visit:
        name = to_visit.pop()
        path = next((file for file in (f"{name}.py", f"{name}/__init__.py") if (PACKAGE / file).is_file()), None)
        if path and path not in files:
            files.add(path)
            to_visit |= _imports(*stamp(PACKAGE / path))
    return sorted(files)


@cache
def _imports(module: Path, *_: int) -> set[str]:
    """Return the modules of the package that one of them imports; its file is read once while it stays the same."""
    return _imported(module.read_text("utf-8"))


def _imported(code: str) -> set[str]:
    """Return the modules of the package that code imports, as paths without suffix."""
    paths = set()
    for package, names, module in _IMPORTS.findall(code):
        folder = (package or module).removeprefix("briefkit").strip(".").replace(".", "/")
        paths |= {folder} if folder else set()
        paths |= {f"{folder}/{name}".strip("/") for name in re.findall(r"\w+", names)}
    return paths


class Trace:
    """Answer the queries of sections again, from the ledger as it stands.

    Parameters
    ----------
    ledger : Ledger
        The ledger.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._snapshots: dict[str, Snapshot] = {}

    def answer_hashes(self, queries: Iterable[Mapping[str, Any]], parameters: Mapping[str, Any]) -> list[str]:
        """Return the hashes of today's answers; `MISSING` where what is asked for no longer exists.

        Parameters
        ----------
        queries : iterable of mapping
            `query`, `args` and, where it is not the edition's, `as_of`.
        parameters : mapping
            The section's: `as_of` and `overrides`.
        """
        own = self._snapshot(parameters["as_of"], tuple(parameters.get("overrides") or ()))
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
            return MISSING


def distinct_queries(queries: Iterable[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what a section asked, each query once and without its cell, and the recorded hashes of the answers.

    Examples
    --------
    >>> query = {"query": "figure", "args": {"figure": "trade"}, "sha": "1f"}
    >>> distinct_queries([query | {"cell": 3}, query | {"cell": 7}])
    ([{'query': 'figure', 'args': {'figure': 'trade'}}], ['1f'])
    """
    distinct: dict[str, dict[str, Any]] = {}
    hashes: dict[str, str] = {}
    for query in queries:
        bare = {name: query[name] for name in ("query", "args", "as_of") if name in query}
        key = json_hash(bare)
        distinct[key], hashes[key] = bare, query["sha"]
    return list(distinct.values()), list(hashes.values())


def changes(old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """Return the names of the parts that differ.

    Examples
    --------
    >>> changes({"code cell 1": "a", "font X": "b"}, {"code cell 1": "c", "font X": "b", "parameter band": "d"})
    ['code cell 1', 'parameter band']
    """
    return [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]


def query_text(query: Mapping[str, Any]) -> str:
    """Write a query in words.

    Examples
    --------
    >>> query_text({"query": "figure", "args": {"figure": "trade.total"}})
    'figure trade.total'
    >>> query_text({"query": "events", "args": {"prefix": "talks", "kind": "visit"}})
    'events prefix=talks, kind=visit'
    """
    args = {name: value for name, value in query["args"].items() if value not in ("", None, [])}
    words = [str(value) if len(args) == 1 else f"{name}={value}" for name, value in args.items()]
    return f"{query['query']} {', '.join(words)}".strip()
