"""Cache the results of sections under all that they depended on, so that a section runs only when that has changed.

A result counts for a section when code, parameters that the code names, package, libraries and fonts are the same, and
each query that the section put to the ledger has the answer that it had then.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

from briefkit.errors import BriefWarning
from briefkit.execution.fingerprint import Trace, changes, distinct_queries, parts, query_text
from briefkit.execution.run import Job, Result, parsed, written
from briefkit.hashing import Memo, file_hash, json_hash
from briefkit.ledger.ledger import Ledger
from briefkit.notebook.outputs import MIME
from briefkit.project.notebooks import cells
from briefkit.storage import Store


@dataclass(frozen=True)
class CacheLookup:
    """What is known of a job before it runs.

    Attributes
    ----------
    result : Result or None
        The cached result, where one counts.
    why : str
        Why the job must run, or need not.
    parts : dict of str to str
        What it depends on besides the ledger, as `fingerprint.parts` lists it.
    """

    result: Result | None
    why: str
    parts: dict[str, str]


class ResultCache:
    """Results of earlier runs.

    Parameters
    ----------
    store : Store
        Where they are stored.
    ledger : Ledger
        As it stands now.
    """

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._trace, self._fonts = store, Trace(ledger), ledger.folder / "fonts"

    def look_up(self, job: Job) -> CacheLookup:
        """Find the result of an earlier job that would come out the same, or the reason why there is none."""
        began = time.monotonic()
        path = job.root / job.notebook
        depends_on = parts(cells(path), job.parameters, self._fonts)
        if "as_of" not in job.parameters:
            return CacheLookup(None, "it does not say as of which day", depends_on)
        prefix = _cache_prefix(job, depends_on)
        for name in self._store.names(f"queries/{prefix}"):
            queries = self._store.read(name) or []
            answer_hashes = self._trace.answer_hashes(queries, job.parameters)
            place = f"executed/{prefix}/{json_hash([queries, answer_hashes])}"
            cached = self._store.read(place)
            if cached:
                self._record_latest(job, depends_on, queries, answer_hashes)
                key = (self._store.address, place, file_hash(path), job)
                text = _UPDATED.get_or_make(key, partial(_updated, cached, job))
                result = Result(job, text, None, time.monotonic() - began, reused=True)
                return CacheLookup(result, "nothing that it reads changed", depends_on)
        return CacheLookup(None, self._reason(job, depends_on), depends_on)

    def add(self, lookup: CacheLookup, result: Result) -> None:
        """Store the result of a job, if it came to its end.

        Parameters
        ----------
        lookup : CacheLookup
            As `look_up` gave it before the job ran.
        result : Result
            Its result.
        """
        if result.error or "as_of" not in result.job.parameters:
            return
        job, prefix = result.job, _cache_prefix(result.job, lookup.parts)
        queries, answer_hashes = distinct_queries(result.section.queries)
        cached = {"text": result.text, "parameters": json_hash(job.parameters)}
        self._store.write(f"executed/{prefix}/{json_hash([queries, answer_hashes])}", cached)
        self._store.write(f"queries/{prefix}/{json_hash(queries)}", queries)
        self._record_latest(job, lookup.parts, queries, answer_hashes)

    def close(self) -> None:
        """Remove results until the store is within its limit; warn of damaged ones."""
        if self._store.wrote:
            self._store.prune()
        for name in dict.fromkeys(self._store.damaged):
            warnings.warn(f"{self._store.address}/{name}: found a damaged result; it is made again", BriefWarning, 2)

    def _record_latest(self, job: Job, depends_on: dict[str, str], queries: Any, answer_hashes: Any) -> None:
        """Record what the result that now stands for a section was made from; the next reason is told by it."""
        name = f"latest/{job.edition}/{job.section}"
        latest = {"parts": depends_on, "queries": queries, "answer_hashes": answer_hashes}
        if self._store.read(name) != latest:
            self._store.write(name, latest)

    def _reason(self, job: Job, depends_on: dict[str, str]) -> str:
        """Say what changed since the result that stands for this edition."""
        latest = self._store.read(f"latest/{job.edition}/{job.section}")
        if latest is None:
            return "it has not run before"
        queries, old_hashes = latest["queries"], latest["answer_hashes"]
        pairs = zip(old_hashes, self._trace.answer_hashes(queries, job.parameters), strict=True)
        moved = [query_text(query) for query, (old, new) in zip(queries, pairs, strict=True) if old != new]
        names = changes(latest["parts"], depends_on) + moved
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        return "changed: " + ", ".join(names[:4]) + more if names else "its result is no longer kept"


def last_result(store: Store, job: Job) -> Result | None:
    """Return the result that last stood for a section, whatever has changed since; None if it is no longer stored."""
    latest = store.read(f"latest/{job.edition}/{job.section}")
    if latest is None:
        return None
    place = json_hash([latest["queries"], latest["answer_hashes"]])
    cached = store.read(f"executed/{_cache_prefix(job, latest['parts'])}/{place}")
    return Result(job, cached["text"], None, 0, reused=True) if cached else None


def _cache_prefix(job: Job, depends_on: dict[str, str]) -> str:
    """Return the folder of a section's results in the store: its name, and a hash of all but the ledger."""
    return f"{job.section}/{json_hash(depends_on)}"


_UPDATED = Memo(64)


def _updated(cached: dict[str, Any], job: Job) -> str:
    """Write the notebook as it stands on disk with the outputs of a run of the same code."""
    import nbformat

    notebook = nbformat.read(job.root / job.notebook, as_version=4)
    executed = parsed(cached["text"])
    code = [cell for cell in executed["cells"] if cell["cell_type"] == "code"]
    injected = next((cell for cell in code if "injected-parameters" in cell["metadata"].get("tags", [])), None)
    if injected is not None:
        if cached["parameters"] != json_hash(job.parameters):
            from papermill import execute_notebook

            path, parameters = str(job.root / job.notebook), dict(job.parameters)
            notebook = execute_notebook(path, None, parameters, prepare_only=True, progress_bar=False)
        else:
            place = executed["cells"].index(injected)
            notebook["cells"].insert(place, nbformat.from_dict(injected))
    new_code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell, old in zip(new_code, code, strict=True):
        cell["outputs"], cell["execution_count"] = old["outputs"], old["execution_count"]
        for output in cell["outputs"]:
            payload = output.get("data", {}).get(MIME, {})
            if payload.get("kind") == "section":
                payload |= {name: job.parameters[name] for name in ("edition", "as_of") if name in job.parameters}
    for name in ("language_info", "widgets"):  # written by the kernel at its end
        if name in executed["metadata"]:
            notebook["metadata"][name] = executed["metadata"][name]
    return written(notebook, job.section)
