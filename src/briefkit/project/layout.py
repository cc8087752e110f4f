"""A brief's folder: where its ledger, editions, notebooks and records lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A brief's folder: `data/`, `params/`, `notebooks/`, and where pages go."""

    root: Path

    @property
    def data(self) -> Path:
        """The ledger."""
        return self.root / "data"

    @property
    def params(self) -> Path:
        """The editions."""
        return self.root / "params"

    @property
    def notebooks(self) -> Path:
        """The sections."""
        return self.root / "notebooks"

    @property
    def published(self) -> Path:
        """Records of published editions."""
        return self.data / "published"

    @property
    def cache(self) -> Path:
        """Results of earlier runs, unless they are kept elsewhere."""
        return self.root / ".briefkit_cache"


def editions_in(folder: str | Path) -> list[str]:
    """Names of all editions in a folder, sorted."""
    return sorted(path.stem for path in Path(folder).glob("*.yaml"))
