"""Records of published editions: append-only, each chained to the one before by its hash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError
from briefkit.hashing import Stamp, stamp
from briefkit.storage import replace_file


def published(folder: Path) -> list[dict[str, Any]]:
    """All records in `folder`, oldest first, the chain checked.

    Raises
    ------
    BriefError
        If a record was changed after it was written, or one is missing.
    """
    return list(_chained(tuple(map(stamp, _files(folder)))))


@lru_cache(maxsize=1)
def _chained(stamps: tuple[Stamp, ...]) -> list[dict[str, Any]]:
    """The records of files, once for as long as they stay as they are."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path, *_ in stamps]
    before = ""
    for (path, *_), record in zip(stamps, records, strict=True):
        if record["before"] != before or record["hash"] != fingerprint(record):
            found = "a hash that does not follow from the record and the one before it"
            raise BriefError(
                f"{path}: found {found}, expected an unbroken chain; restore the file from version control"
            )
        before = record["hash"]
    return records


def latest(folder: Path, edition: str) -> dict[str, Any] | None:
    """The last record of an edition, or None."""
    return next((record for record in reversed(published(folder)) if record["record"]["edition"] == edition), None)


def publish(folder: Path, record: Mapping[str, Any]) -> Path:
    """Write a record behind the others.

    Parameters
    ----------
    folder : Path
        Where the records lie.
    record : mapping
        `record` (as in edition.json), `released`, `allowed`, `changes`.
    """
    known = published(folder)
    whole = {**record, "number": len(known) + 1, "before": known[-1]["hash"] if known else ""}
    whole["hash"] = fingerprint(whole)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{whole['number']:04}-{whole['record']['edition']}.json"
    return replace_file(path, json.dumps(whole, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def fingerprint(record: Mapping[str, Any]) -> str:
    """Hash of all of a record but its own hash."""
    rest = {key: value for key, value in record.items() if key != "hash"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(_named(folder))


def _named(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.json") if re.fullmatch(r"\d{4}-.+\.json", path.name))
