"""Look up charts that were drawn before, by all that they are drawn from, so that only what changed is drawn."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterable
from functools import cache
from typing import Any

from briefkit.charts.frame import draw_chart, fields_drawn
from briefkit.charts.theme import font_files
from briefkit.hashing import PACKAGE, file_hash, folder_hashes, json_hash, library_versions, pickled
from briefkit.storage import STORE_VARIABLE, Store


def get_or_draw(kind: str, data: Iterable[Any], **options: Any) -> tuple[dict[str, Any], str]:
    """Return what `draw_chart` makes of its arguments, or made of equal ones before.

    Equal are arguments with the same pickle, under the same package, libraries and fonts. What cannot be pickled is
    drawn, and so is everything where no store is named, as in Jupyter.

    Parameters
    ----------
    kind, data, **options
        As for `draw_chart`.

    Returns
    -------
    payload : dict
    svg : str
    """
    drawn = fields_drawn(kind, data)
    address = os.environ.get(STORE_VARIABLE, "")
    pickled_arguments = _pickle_or_nothing((kind, drawn, options)) if address else b""
    if not pickled_arguments:
        return draw_chart(kind, drawn, **options)
    store = Store(address)
    fonts = [[path.name, file_hash(path)] for path in font_files()]
    name = f"charts/{hashlib.sha256(pickled_arguments + json_hash([_program(), fonts]).encode()).hexdigest()}"
    chart = store.read(name)
    if chart is None:
        chart = draw_chart(kind, drawn, **options)
        store.write(name, chart)
    payload, svg = chart
    return payload, svg


def _pickle_or_nothing(arguments: Any) -> bytes:
    """Return the pickle of arguments; nothing where there is none."""
    try:
        return pickled(arguments)
    except (pickle.PicklingError, TypeError, AttributeError, ValueError, RecursionError):
        return b""


@cache
def _program() -> str:
    """Return the hash of the package and the libraries that draw."""
    return json_hash([folder_hashes(PACKAGE), library_versions()])
