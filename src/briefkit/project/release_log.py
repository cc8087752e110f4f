"""Records of released editions: append-only, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError
from briefkit.hashing import Stamp, stamp
from briefkit.storage import replace_file


def published(folder: Path) -> list[dict[str, Any]]:
    """Read all records in a folder, oldest first, and check the chain.

    Raises
    ------
    BriefError
        If a record was changed after it was written, or one is missing.
    """
    return list(_chained(tuple(stamp(path) for path in _files(folder))))


@lru_cache(maxsize=1)
def _chained(stamps: tuple[Stamp, ...]) -> list[dict[str, Any]]:
    """Read and check records once for as long as their files stay as they are."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path, *_ in stamps]
    before = ""
    for (path, *_), record in zip(stamps, records, strict=True):
        if record["before"] != before or record["hash"] != record_hash(record):
            found = "found a hash that does not follow from the record and the one before it"
            raise BriefError(f"{path}: {found}, expected an unbroken chain; restore the file from version control")
        before = record["hash"]
    return records


def latest(folder: Path, edition: str) -> dict[str, Any] | None:
    """Return the last record of an edition, or None."""
    return next((record for record in reversed(published(folder)) if record["record"]["edition"] == edition), None)


def publish(folder: Path, record: Mapping[str, Any]) -> Path:
    """Write a record after the others and return its path.

    Parameters
    ----------
    folder : Path
        Folder of the records.
    record : mapping
        `record` (as in edition.json), `released`, `allowed`, `changes`.
    """
    earlier = published(folder)
    chained = {**record, "number": len(earlier) + 1, "before": earlier[-1]["hash"] if earlier else ""}
    chained["hash"] = record_hash(chained)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{chained['number']:04}-{chained['record']['edition']}.json"
    return replace_file(path, json.dumps(chained, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def record_hash(record: Mapping[str, Any]) -> str:
    """Hash all of a record but its own hash."""
    rest = {key: value for key, value in record.items() if key != "hash"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.json") if re.fullmatch(r"\d{4}-.+\.json", path.name))
