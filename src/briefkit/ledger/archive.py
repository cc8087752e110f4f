"""Checked rows of a large ledger, kept between commands: they are checked again when a byte has changed."""

from __future__ import annotations

import io
import json
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd

from briefkit.errors import BriefWarning
from briefkit.hashing import file_hash, inputs_hash, json_hash
from briefkit.storage import Store

LARGE = 4_000_000
"""Bytes from which it is quicker to look up than to check."""
Tables = dict[str, pd.DataFrame]


def checked(folder: Path, address: str, check: Callable[[], Tables]) -> Tables:
    """The checked tables of a ledger, from the store where they were kept, else from `check`, to be kept.

    What was kept stands for the same bytes in every table, the same package and the same libraries. It is trusted as
    far as results are: the store's hash shows damage, not forgery, and nothing in it is run.

    Parameters
    ----------
    folder : Path
        Where the tables lie.
    address : str
        The store: a folder. At another address, or at none, nothing is kept.
    check : callable
        Gives the tables: categorical columns of text, and `line`.
    """
    if not address or "://" in address or sum(path.stat().st_size for path in folder.glob("*.csv")) < LARGE:
        return check()
    store, name, made_from = Store(address), f"ledgers/{json_hash(str(folder.resolve()))}", _made_from(folder)
    kept = None
    with suppress(OSError):  # what is kept is only quicker
        kept = store.read_bytes(name)
    for damaged in store.damaged:
        warnings.warn(f"{address}/{damaged}: found a damaged ledger; its files are checked again", BriefWarning, 2)
    found = _unpacked(kept, made_from) if kept else None
    if found is None:
        found = check()
        if _made_from(folder) == made_from:  # no file changed meanwhile
            with suppress(OSError):
                store.write_bytes(name, _packed(found, made_from))
    return found


def _made_from(folder: Path) -> str:
    return inputs_hash([], {path.name: file_hash(path) for path in folder.glob("*.csv")})


def _packed(tables: Mapping[str, pd.DataFrame], made_from: str) -> bytes:
    """Each different text of a column once, as JSON; which stands in which row, as numbers."""
    columns = [(name, column, table[column].array) for name, table in tables.items() for column in table]
    columns = [each for each in columns if each[1] != "line"]
    texts = [[name, column, cells.categories.tolist()] for name, column, cells in columns]
    told = np.frombuffer(json.dumps([made_from, texts]).encode(), "uint8")
    written = io.BytesIO()
    np.savez(written, told, *(cells.codes for *_, cells in columns))
    return written.getvalue()


def _unpacked(packed: bytes, made_from: str) -> Tables | None:
    """The tables, if they were made from the same."""
    with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
        was, texts = json.loads(arrays["arr_0"].tobytes())
        if was != made_from:
            return None
        columns: dict[str, dict[str, pd.Categorical]] = {}
        for at, (name, column, its) in enumerate(texts, start=1):
            cells = pd.Categorical.from_codes(arrays[f"arr_{at}"], pd.Index(its, dtype="str"))
            columns.setdefault(name, {})[column] = cells
    tables = {name: pd.DataFrame(cells, copy=False) for name, cells in columns.items()}
    return {name: table.assign(line=range(2, len(table) + 2)) for name, table in tables.items()}
