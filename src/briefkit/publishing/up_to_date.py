"""What editions were made from, so that one whose inputs and files are unchanged need not be rendered again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from briefkit.hashing import inputs_hash, json_hash
from briefkit.project.layout import Project
from briefkit.project.options import RenderOptions
from briefkit.storage import replace_file


class UpToDate:
    """Records of what editions' folders were made from.

    Parameters
    ----------
    project : Project
        The brief.
    options : RenderOptions
        Formats, another day, parameters set: what decides the bytes beside the files.
    """

    def __init__(self, project: Project, options: RenderOptions) -> None:
        self._folder = project.cache / "up_to_date"
        self._inputs = inputs_hash([project.data, project.notebooks, project.params], options.decides)

    def check(self, folder: Path) -> bool:
        """Return whether a folder was made from these inputs, and is as it was made, file by file."""
        try:
            record = json.loads(self._path(folder).read_text(encoding="utf-8"))
            if record["made_from"] != self._inputs or record["manifest"] != _file_hash(folder / "manifest.json"):
                return False
            files = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["files"]
            return all(_file_hash(folder / name) == expected for name, expected in files.items())
        except (OSError, ValueError, KeyError):
            return False

    def record(self, folder: Path) -> None:
        """Record what a folder was made from."""
        self._folder.mkdir(parents=True, exist_ok=True)
        record = {"made_from": self._inputs, "manifest": _file_hash(folder / "manifest.json")}
        replace_file(self._path(folder), json.dumps(record))

    def _path(self, folder: Path) -> Path:
        return self._folder / f"{json_hash(str(folder.resolve()))}.json"


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
