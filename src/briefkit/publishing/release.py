"""Release an edition, unless something speaks against it; verify one by rebuilding it."""

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
    """One kind of reason against a release.

    Attributes
    ----------
    kind : str
        A key of `OBJECTIONS`.
    found : tuple of str
        What was found, such as sentences or claims.
    """

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
    """Release an edition: write its record behind the others.

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
        objections = list(_objections(project, name, record, first.folder, second.folder, progress))
        refused = [str(objection) for objection in objections if objection.kind not in reasons]
        if refused:
            raise BriefError(f"{name} is not released:\n" + "\n".join(refused))
    with_reasons = [{"what": objection.kind, "reason": reasons[objection.kind]} for objection in objections]
    changes = _changes(project, name, progress)
    return publish(project.published, {"record": record, "released": day, "allowed": with_reasons, "changes": changes})


def verify(project: Project, name: str, progress: Progress | None = None) -> str:
    """Rebuild an edition, compare it with the manifest of its last build and return the first difference, or "".

    Raises
    ------
    BriefError
        If it was never built.
    """
    built = project.root / "build" / name
    if not (built / "manifest.json").is_file():
        raise BriefError(f"{built}: found no manifest.json, expected an edition that was built; render it first")
    old = json.loads((built / "manifest.json").read_text(encoding="utf-8"))["files"]
    with tempfile.TemporaryDirectory(prefix="briefkit-") as folder:
        rebuilt = _rendered(project, name, Path(folder), progress).folder
        new = json.loads((rebuilt / "manifest.json").read_text(encoding="utf-8"))["files"]
        for file in sorted(old.keys() | new.keys(), key=_by_readability):
            if old.get(file) != new.get(file):
                return _first_difference(file, built / file, rebuilt / file)
    return ""


def moved(project: Project, name: str, record: Mapping[str, Any]) -> list[str]:
    """List the released numbers and verdicts that a rebuilt record would change, in words."""
    release = latest(project.published, name)
    if release is None:
        return [f"{name}: never released"]
    difference = diff.compare(release["record"], record)
    figures = [
        f"{figure['figure']}: {_value(figure['old'])} → {_value(figure['new'])} ({figure['why']})"
        for figure in difference.figures
    ]
    claims = [f"{claim['claim']}: {_verdict(claim['old'])} → {_verdict(claim['new'])}" for claim in difference.claims]
    return figures + claims


def _objections(
    project: Project, name: str, record: Mapping[str, Any], first: Path, second: Path, progress: Progress | None
) -> Iterator[Objection]:
    """Look for every kind of objection."""
    errors, _ = check.check(project)
    due = tuple(claim["claim"] for claim in record["claims"] if claim.get("due"))
    hashes = [(folder / "manifest.json").read_text(encoding="utf-8") for folder in (first, second)]
    found = {
        "errors": tuple(map(str, errors)),
        "unchecked": tuple(factcheck.unchecked(project, name, progress)),
        "review": due,
        "bytes": () if hashes[0] == hashes[1] else ("manifest.json",),
    }
    yield from (Objection(kind, reasons) for kind, reasons in found.items() if reasons)


def _changes(project: Project, name: str, progress: Progress | None) -> dict[str, Any]:
    """Compare with the edition before: figures revised, claims moved, and how many texts changed."""
    earlier = [edition for edition in editions_in(project.params) if edition < name]
    if not earlier:
        return {"since": "", "figures": [], "claims": [], "texts": 0}
    difference = compare.difference(project, earlier[-1], name, progress)
    texts = len(difference.texts)
    return {"since": earlier[-1], "figures": difference.figures, "claims": difference.claims, "texts": texts}


def _rendered(project: Project, name: str, out: Path, progress: Progress | None = None) -> Rendered:
    """Render an edition with nothing reused; raise its first error if it fails."""
    (rendered,) = render(project, RenderOptions((name,), out=out), progress)
    if rendered.failed:
        raise rendered.failed[0]
    return rendered


def _first_difference(file: str, old: Path, new: Path) -> str:
    """Describe the first line in which a file differs."""
    if not old.is_file() or not new.is_file():
        return f"{file}: {'only in the rebuilt edition' if new.is_file() else 'not rebuilt'}"
    for line, (a, b) in enumerate(zip_longest(*(path.read_bytes().split(b"\n") for path in (old, new))), start=1):
        if a != b:
            shown = [(side or b"")[:120].decode("utf-8", "replace") for side in (a, b)]
            return f"{file}:{line}: found {shown[1]!r}, expected {shown[0]!r}"
    return f"{file}: its hash in the manifest is not that of the file"


def _by_readability(file: str) -> tuple[bool, bool, str]:
    """Sort the record first, then what can be read as text, the PDF last."""
    return file.endswith(".pdf"), not file.endswith(".json"), file


def _value(side: Mapping[str, Any] | None) -> str:
    return "–" if side is None else f"{side['value']:g} ({side['period']})"


def _verdict(side: Mapping[str, Any] | None) -> str:
    return "–" if side is None else f"{side['verdict']} {'' if side['margin'] is None else side['margin']}".strip()
