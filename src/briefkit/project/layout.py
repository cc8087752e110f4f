"""A brief's folder: where its ledger, editions, notebooks and records lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """Paths in a brief's folder.

    Attributes
    ----------
    root : Path
        The folder, which holds `data/`, `params/` and `notebooks/`.

    Examples
    --------
    >>> Project(Path("brief")).published.as_posix()
    'brief/data/published'
    """

    root: Path

    @property
    def data(self) -> Path:
        """Folder of the ledger."""
        return self.root / "data"

    @property
    def params(self) -> Path:
        """Folder of the editions."""
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        """Folder of the sections."""
        return self.root / "notebooks"

    @property
    def published(self) -> Path:
        """Folder of the records of released editions."""
        return self.data / "published"

    @property
    def feeds(self) -> Path:
        """Folder of the feeds."""
        return self.data / "feeds"

    @property
    def archive(self) -> Path:
        """Folder of the documents that feeds and sources come from, unless another place is named."""
        return self.data / "archive"

    @property
    def cache(self) -> Path:
        """Folder of results of earlier runs, unless another store is named."""
        return self.root / ".briefkit_cache"


def editions_in(folder: str | Path) -> list[str]:
    """List the names of all editions in a folder, sorted."""
    return sorted(path.stem for path in Path(folder).glob("*.yaml"))
