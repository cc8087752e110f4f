"""Read executed notebooks back; docs/outputs.md describes what they carry."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError
from briefkit.hashing import pickle_hash
from briefkit.ledger.readings import Reading

MIME = "application/vnd.briefkit.v1+json"
"""MIME type of all that a cell puts out beyond its picture or text."""


@dataclass(frozen=True)
class Section:
    """An executed notebook read back.

    Attributes
    ----------
    section, title, question : str
        Slug, heading, and the sentence under it.
    status : str
        `ok`, or `failed` when a cell raised or did not run.
    blocks : list of dict
        What stands on the page, in order: markdown, prose, numbers, chart (with `svg`), table, claim, text, error;
        each with `cell`, its index.
    queries : list of dict
        What the cells asked the snapshot.
    """

    section: str
    title: str
    question: str
    status: str
    blocks: list[Reading] = field(default_factory=list)
    queries: list[Reading] = field(default_factory=list)

    @property
    def claims(self) -> list[Reading]:
        """List the claims that it settled."""
        return [block for block in self.blocks if block["kind"] == "claim"]

    @cached_property
    def digest(self) -> bytes:
        """Hash everything that it holds."""
        return pickle_hash((self.section, self.title, self.question, self.status, self.blocks, self.queries))

    @cached_property
    def characters(self) -> frozenset[str]:
        """Every letter and sign that stands anywhere in it."""
        return frozenset(repr((self.title, self.question, self.blocks, self.queries)))


def read_notebook(notebook: Mapping[str, Any], name: str = "") -> Section:
    r"""Read an executed notebook back: what its cells put on the page.

    Parameters
    ----------
    notebook : NotebookNode
        As papermill leaves it.
    name : str
        Slug to use when the notebook failed before it opened its section.

    Examples
    --------
    >>> heading = {"cell_type": "markdown", "metadata": {}, "source": "# Obstacles\n\nWhat stands in the way?"}
    >>> section = read_notebook({"cells": [heading]}, "obstacles")
    >>> section.title, section.question, section.status
    ('Obstacles', 'What stands in the way?', 'ok')
    """
    blocks = [block for index, cell in enumerate(notebook["cells"]) for block in _blocks(index, cell)]
    title, question, blocks = _heading(blocks)
    section = next((block["section"] for block in blocks if block["kind"] == "section"), name)
    traces = [block for block in blocks if block["kind"] == "trace"]
    queries = [query | {"cell": trace["cell"]} for trace in traces for query in trace["queries"]]
    shown = [block for block in blocks if block["kind"] not in ("section", "trace")]
    failed = any(block["kind"] == "error" and not block["expected"] for block in shown)
    return Section(section, title or name, question, "failed" if failed else "ok", shown, queries)


def load_claims(claims: Mapping[str, Any] | str | None) -> dict[str, Reading]:
    """Load the claims that other sections settled, by claim.

    Parameters
    ----------
    claims : mapping, str or None
        The claims themselves, or a folder with executed notebooks.

    Raises
    ------
    BriefError
        If there is no such folder.
    """
    if not isinstance(claims, str):
        return {str(name): dict(settled) for name, settled in (claims or {}).items()}
    import nbformat

    folder = Path(claims)
    if not folder.is_dir():
        raise BriefError(f'claims: found no folder "{claims}", expected one with executed sections; run them first')
    notebooks = [nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))]
    return {claim["claim"]: claim for notebook in notebooks for claim in read_notebook(notebook).claims}


def slug(text: str) -> str:
    """Make a name for a place on the page of its title.

    Examples
    --------
    >>> slug("LNG stays below 15%, crude oil does not")
    'lng-stays-below-15-crude-oil-does-not'
    """
    return "-".join(re.findall(r"[a-z0-9]+", text.lower())[:8]) or "untitled"


def _blocks(index: int, cell: Mapping[str, Any]) -> Iterable[Reading]:
    if cell["cell_type"] == "markdown":
        yield {"kind": "markdown", "cell": index, "text": cell["source"]}
    tags = cell["metadata"].get("tags", [])
    for output in cell.get("outputs", ()):
        kind, data = output["output_type"], output.get("data", {})
        if MIME in data:
            svg = {"svg": "".join(data["image/svg+xml"])} if "image/svg+xml" in data else {}
            yield {**data[MIME], **svg, "cell": index}
        elif kind == "error":
            expected = "raises-exception" in tags
            error = {name: output[name] for name in ("ename", "evalue", "traceback")}
            yield {"kind": "error", "cell": index, "expected": expected, **error}
        elif kind == "stream" and output["name"] == "stdout":
            yield {"kind": "text", "cell": index, "text": output["text"]}
        elif "text/plain" in data:
            yield {"kind": "text", "cell": index, "text": data["text/plain"]}


def _heading(blocks: list[Reading]) -> tuple[str, str, list[Reading]]:
    """Take title and question out of the first Markdown cell."""
    for place, block in enumerate(blocks):
        if block["kind"] == "markdown" and block["text"].startswith("# "):
            title, _, rest = block["text"].partition("\n")
            question, _, more = rest.strip().partition("\n\n")
            left = [block | {"text": more.strip()}] if more.strip() else []
            return title[2:].strip(), question.strip(), [*blocks[:place], *left, *blocks[place + 1 :]]
    return "", "", blocks
