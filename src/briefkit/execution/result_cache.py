"""Sections that need not run again: what a run made is kept under what it depended on, and found by it.

A result counts for a section when code, parameters that the code names, package, libraries and fonts are the same, and
each question that the section asked of the ledger has the answer that it had then.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from functools import partial
from typing import Any

from briefkit.errors import BriefWarning
from briefkit.execution.fingerprint import Trace, changes, named, parts, questions
from briefkit.execution.run import Job, Result, parsed, written
from briefkit.hashing import Memo, file_hash, json_hash
from briefkit.ledger.ledger import Ledger
from briefkit.notebook.outputs import MIME
from briefkit.project.notebooks import cells
from briefkit.storage import Store


@dataclass(frozen=True)
class Found:
    """What is known of a job before it runs.

    Attributes
    ----------
    result : Result or None
        What an earlier run made, when it counts.
    why : str
        Why it must run, or may not.
    parts : dict
        What it depends on besides the ledger.
    """

    result: Result | None
    why: str
    parts: dict[str, str]


class Reuse:
    """Results of earlier runs.

    Parameters
    ----------
    store : Store
        Where they are kept.
    ledger : Ledger
        As it stands now.
    """

    def __init__(self, store: Store, ledger: Ledger) -> None:
        self._store, self._trace, self._fonts = store, Trace(ledger), ledger.folder / "fonts"

    def find(self, job: Job) -> Found:
        """What an earlier run made of a job that would come out the same, or why there is none."""
        began = time.monotonic()
        path = job.root / job.notebook
        needs = parts(cells(path), job.parameters, self._fonts)
        if "as_of" not in job.parameters:
            return Found(None, "it does not say as of which day", needs)
        home = _home(job, needs)
        for name in self._store.names(f"questions/{home}"):
            asked = self._store.read(name) or []
            answer_hashes = self._trace.answer_hashes(asked, job.parameters)
            place = f"executed/{home}/{json_hash([asked, answer_hashes])}"
            stored = self._store.read(place)
            if stored:
                self._remember(job, needs, asked, answer_hashes)
                given = (self._store.address, place, file_hash(path), job)
                text = _GRAFTED.get_or_make(given, partial(_grafted, stored, job))
                result = Result(job, text, None, time.monotonic() - began, reused=True)
                return Found(result, "nothing that it reads changed", needs)
        return Found(None, self._reason(job, needs), needs)

    def keep(self, found: Found, result: Result) -> None:
        """Keep what a run made, if it came to its end."""
        if result.error or "as_of" not in result.job.parameters:
            return
        job, home = result.job, _home(result.job, found.parts)
        asked, answer_hashes = questions(result.section.queries)
        stored = {"text": result.text, "given": json_hash(job.parameters)}
        self._store.write(f"executed/{home}/{json_hash([asked, answer_hashes])}", stored)
        self._store.write(f"questions/{home}/{json_hash(asked)}", asked)
        self._remember(job, found.parts, asked, answer_hashes)

    def close(self) -> None:
        """Keep the store within its limit; say what was damaged."""
        if self._store.wrote:
            self._store.prune()
        for name in dict.fromkeys(self._store.damaged):
            warnings.warn(f"{self._store.address}/{name}: found a damaged result; it is made again", BriefWarning, 2)

    def _remember(self, job: Job, needs: dict[str, str], asked: Any, answer_hashes: Any) -> None:
        """What the result that now stands for a section was made from: by that the next one says what changed."""
        name, last = f"last/{job.edition}/{job.section}", {"parts": needs, "asked": asked, "answers": answer_hashes}
        if self._store.read(name) != last:
            self._store.write(name, last)

    def _reason(self, job: Job, needs: dict[str, str]) -> str:
        """What changed since the result that stands for this edition."""
        last = self._store.read(f"last/{job.edition}/{job.section}")
        if last is None:
            return "it has not run before"
        answer_hashes = self._trace.answer_hashes(last["asked"], job.parameters)
        moved = [
            query for query, old, new in zip(last["asked"], last["answers"], answer_hashes, strict=True) if old != new
        ]
        found = changes(last["parts"], needs) + [named(query) for query in moved]
        more = f" and {len(found) - 4} more" if len(found) > 4 else ""
        return "changed: " + ", ".join(found[:4]) + more if found else "its result is no longer kept"


def last_result(store: Store, job: Job) -> Result | None:
    """Return the result that last stood for a section, whatever has changed since; None if it is no longer kept."""
    last = store.read(f"last/{job.edition}/{job.section}")
    if last is None:
        return None
    stored = store.read(f"executed/{_home(job, last['parts'])}/{json_hash([last['asked'], last['answers']])}")
    return Result(job, stored["text"], None, 0, reused=True) if stored else None


def _home(job: Job, needs: dict[str, str]) -> str:
    """Where what a section made is kept: by all that it depends on besides the ledger."""
    return f"{job.section}/{json_hash(needs)}"


_GRAFTED = Memo(64)


def _grafted(stored: dict[str, Any], job: Job) -> str:
    """The notebook as it stands, with the outputs of a run of the same code, as a file holds it."""
    import nbformat

    notebook = nbformat.read(job.root / job.notebook, as_version=4)
    ran = parsed(stored["text"])
    code = [cell for cell in ran["cells"] if cell["cell_type"] == "code"]
    injected = next((cell for cell in code if "injected-parameters" in cell["metadata"].get("tags", [])), None)
    if injected is not None:
        if stored["given"] != json_hash(job.parameters):
            from papermill import execute_notebook

            path, given = str(job.root / job.notebook), dict(job.parameters)
            notebook = execute_notebook(path, None, given, prepare_only=True, progress_bar=False)
        else:
            place = ran["cells"].index(injected)
            notebook["cells"].insert(place, nbformat.from_dict(injected))
    now = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell, old in zip(now, code, strict=True):
        cell["outputs"], cell["execution_count"] = old["outputs"], old["execution_count"]
        for output in cell["outputs"]:
            payload = output.get("data", {}).get(MIME, {})
            if payload.get("kind") == "section":
                payload |= {name: job.parameters[name] for name in ("edition", "as_of") if name in job.parameters}
    from_kernel = ("language_info", "widgets")  # by the kernel, at the end
    notebook["metadata"] |= {name: ran["metadata"][name] for name in from_kernel if name in ran["metadata"]}
    return written(notebook, job.section)
