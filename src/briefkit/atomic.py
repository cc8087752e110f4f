"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write(path: Path, content: bytes | str) -> Path:
    """Write a file aside, in UTF-8, and put it in the place of the one that is there; gives its path."""
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    aside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return aside.replace(path)
