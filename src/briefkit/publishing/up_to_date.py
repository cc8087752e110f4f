"""Editions that stand: their folders are as they were made, and nothing that they are made from has changed since."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from briefkit.hashing import sha, whole
from briefkit.project.layout import Project
from briefkit.project.options import RenderOptions
from briefkit.storage import replace_file


class Standing:
    """Notes of what editions were made from.

    Parameters
    ----------
    project : Project
        The brief.
    wanted : Wanted
        What else decides what comes out: formats, another day, parameters set.
    """

    def __init__(self, project: Project, wanted: RenderOptions) -> None:
        self._notes = project.cache / "up_to_date"
        self._made_from = whole([project.data, project.notebooks, project.params], wanted.decides)

    def stands(self, folder: Path) -> bool:
        """Whether a folder is what these inputs gave, file by file."""
        try:
            note = json.loads(self._note(folder).read_text(encoding="utf-8"))
            if note["made_from"] != self._made_from or note["manifest"] != _bytes(folder / "manifest.json"):
                return False
            files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
            return all(_bytes(folder / name) == wanted for name, wanted in files.items())
        except (OSError, ValueError, KeyError):
            return False

    def note(self, folder: Path) -> None:
        """Remember what a folder was made from."""
        self._notes.mkdir(parents=True, exist_ok=True)
        note = {"made_from": self._made_from, "manifest": _bytes(folder / "manifest.json")}
        replace_file(self._note(folder), json.dumps(note))

    def _note(self, folder: Path) -> Path:
        return self._notes / f"{sha(str(folder.resolve()))}.json"


def _bytes(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
