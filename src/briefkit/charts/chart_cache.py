"""Charts that were drawn before, found by all that they are drawn from: who runs again draws what changed."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from functools import cache
from typing import Any

from briefkit.charts.theme import font_files
from briefkit.hashing import PACKAGE, file_hash, folder_hashes, json_hash, library_versions, pickled
from briefkit.storage import STORE_VARIABLE, Store

Drawn = tuple[dict[str, Any], str]


def get_or_draw(draw: Callable[..., Drawn], *arguments: Any, **options: Any) -> Drawn:
    """Return what `draw` makes of its arguments, or made of equal ones before.

    Equal are arguments with the same pickle, under the same package, libraries and fonts. What cannot be pickled is
    drawn, and so is everything where no store is named, as in Jupyter.
    """
    address = os.environ.get(STORE_VARIABLE, "")
    asked = _bytes((arguments, options)) if address else b""
    if not asked:
        return draw(*arguments, **options)
    store = Store(address)
    fonts = [[path.name, file_hash(path)] for path in font_files()]
    name = f"charts/{hashlib.sha256(asked + json_hash([_package(), fonts]).encode()).hexdigest()}"
    found = store.read(name)
    if found is None:
        found = draw(*arguments, **options)
        store.write(name, found)
    payload, svg = found
    return payload, svg


def _bytes(things: Any) -> bytes:
    """The pickle of things; empty where there is none."""
    try:
        return pickled(things)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):
        return b""


@cache
def _package() -> str:
    return json_hash([folder_hashes(PACKAGE), library_versions()])
