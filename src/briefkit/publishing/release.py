"""An edition is published: refused while anything speaks against it, else recorded; and verified by rebuilding."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError
from briefkit.execution.progress import Progress
from briefkit.project.layout import Project, editions_in
from briefkit.project.options import RenderOptions
from briefkit.project.release_log import latest, publish
from briefkit.publishing import check, compare, factcheck
from briefkit.publishing.build import Rendered, render
from briefkit.report import diff

OBJECTIONS = {
    "errors": "briefkit check finds errors",
    "unchecked": "sentences await the fact-checker",
    "review": "judgements are past their review date",
    "bytes": "two renders differ",
}
"""What may speak against a release; each may be allowed with a reason that the page then shows."""


@dataclass(frozen=True)
class Objection:
    """One thing that speaks against a release."""

    kind: str
    found: tuple[str, ...]

    def __str__(self) -> str:
        shown = "; ".join(self.found[:3]) + (f"; and {len(self.found) - 3} more" if len(self.found) > 3 else "")
        return (
            f"{self.kind}: {OBJECTIONS[self.kind]}: {shown}; mend it, or give a reason with --allow {self.kind}=REASON"
        )


def release(
    project: Project, name: str, *, day: str, allowed: Mapping[str, str] | None = None, progress: Progress | None = None
) -> Path:
    """Publish an edition: write its record.

    Parameters
    ----------
    project : Project
        The brief.
    name : str
        The edition.
    day : str
        The day of the release, ISO.
    allowed : mapping of str to str
        Objections set aside, with reasons.
    progress : callable
        As for `build.render`.

    Raises
    ------
    BriefError
        With every objection that is not allowed.
    """
    reasons = dict(allowed or {})
    unknown = set(reasons) - set(OBJECTIONS)
    if unknown:
        raise BriefError(f"--allow: found {', '.join(sorted(unknown))}, expected some of {', '.join(OBJECTIONS)}")
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        first, second = (_rendered(project, name, Path(folder) / side, progress) for side in "ab")
        record = json.loads((first.folder / "edition.json").read_text(encoding="utf-8"))
        found = list(_objections(project, name, record, first.folder, second.folder, progress))
        standing = [str(objection) for objection in found if objection.kind not in reasons]
        if standing:
            raise BriefError(f"{name} is not released:\n" + "\n".join(standing))
    kept = [{"what": objection.kind, "reason": reasons[objection.kind]} for objection in found]
    changes = _changes(project, name, progress)
    whole = {"record": record, "released": day, "allowed": kept, "changes": changes}
    return publish(project.published, whole)


def verify(project: Project, name: str, progress: Progress | None = None) -> str:
    """Rebuild an edition and compare it with the manifest of its last build; the first difference, or nothing.

    Raises
    ------
    BriefError
        If it was never built.
    """
    built = project.root / "build" / name
    if not (built / "manifest.json").is_file():
        raise BriefError(f"{built}: found no manifest.json, expected an edition that was built; render it first")
    wanted = json.loads((built / "manifest.json").read_text(encoding="utf-8"))["files"]
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        again = _rendered(project, name, Path(folder), progress).folder
        made = json.loads((again / "manifest.json").read_text(encoding="utf-8"))["files"]
        for file in sorted(wanted.keys() | made.keys(), key=_by_reader):
            if wanted.get(file) != made.get(file):
                return _first_difference(file, built / file, again / file)
    return ""


def moved(project: Project, name: str, record: Mapping[str, Any]) -> list[str]:
    """Published numbers and verdicts that a rebuilt record would move, in words; empty where none."""
    before = latest(project.published, name)
    if before is None:
        return [f"{name}: never released"]
    found = diff.compare(before["record"], record)
    figures = [f"{one['figure']}: {_said(one['old'])} → {_said(one['new'])} ({one['why']})" for one in found.figures]
    claims = [f"{one['claim']}: {_verdict(one['old'])} → {_verdict(one['new'])}" for one in found.claims]
    return figures + claims


def _objections(
    project: Project, name: str, record: Mapping[str, Any], first: Path, second: Path, progress: Progress | None
) -> Iterator[Objection]:
    errors, _ = check.check(project)
    due = tuple(claim["claim"] for claim in record["claims"] if claim.get("due"))
    hashes = [(folder / "manifest.json").read_text(encoding="utf-8") for folder in (first, second)]
    found = {
        "errors": tuple(map(str, errors)),
        "unchecked": tuple(factcheck.unchecked(project, name, progress)),
        "review": due,
        "bytes": () if hashes[0] == hashes[1] else ("manifest.json",),
    }
    yield from (Objection(kind, what) for kind, what in found.items() if what)


def _changes(project: Project, name: str, progress: Progress | None) -> dict[str, Any]:
    """Figures revised, claims moved and texts changed since the edition before."""
    earlier = [edition for edition in editions_in(project.params) if edition < name]
    if not earlier:
        return {"since": "", "figures": [], "claims": [], "texts": 0}
    found = compare.difference(project, earlier[-1], name, progress)
    return {"since": earlier[-1], "figures": found.figures, "claims": found.claims, "texts": len(found.texts)}


def _rendered(project: Project, name: str, out: Path, progress: Progress | None = None) -> Rendered:
    (made,) = render(project, RenderOptions((name,), out=out), progress)
    if made.failed:
        raise made.failed[0]
    return made


def _first_difference(file: str, old: Path, new: Path) -> str:
    if not old.is_file() or not new.is_file():
        return f"{file}: {'only in the rebuilt edition' if new.is_file() else 'not rebuilt'}"
    for line, (a, b) in enumerate(zip_longest(*(path.read_bytes().split(b"\n") for path in (old, new))), start=1):
        if a != b:
            shown = [(side or b"")[:120].decode("utf-8", "replace") for side in (a, b)]
            return f"{file}:{line}: found {shown[1]!r}, expected {shown[0]!r}"
    return f"{file}: its hash in the manifest is not that of the file"


def _by_reader(file: str) -> tuple[bool, bool, str]:
    """The record first, then what can be read as text, paper last."""
    return file.endswith(".pdf"), not file.endswith(".json"), file


def _said(side: Mapping[str, Any] | None) -> str:
    return "–" if side is None else f"{side['value']:g} ({side['period']})"


def _verdict(side: Mapping[str, Any] | None) -> str:
    return "–" if side is None else f"{side['verdict']} {'' if side['margin'] is None else side['margin']}".strip()
