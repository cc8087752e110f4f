"""Reach the cell that is running: read the notebook's variables, publish outputs, and hear when it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any

from briefkit.annotated import AnnotatedText
from briefkit.ledger.readings import Reading
from briefkit.notebook.outputs import MIME


def variables() -> dict[str, Any]:
    """Return the notebook's variables; none outside IPython."""
    shell = _shell()
    return dict(shell.user_ns) if shell is not None else {}


def publish(payload: Mapping[str, Any], bundle: Mapping[str, str] | None = None) -> None:
    """Publish an output of the cell: a plain form for Jupyter, and the payload for the page."""
    if _EVALUATED is not None:
        _EVALUATED.append(json.loads(json.dumps(payload, default=_json)))
    elif _shell() is not None:
        from IPython.display import publish_display_data

        publish_display_data({**(bundle or {}), MIME: json.loads(json.dumps(payload, default=_json))})


@contextmanager
def evaluation_mode() -> Iterator[list[Reading]]:
    """Run cells for what they settle and ask: charts, tables, prose and numbers do nothing, claims are judged.

    Yields
    ------
    list of dict
        Grows by what the cells publish: sections, claims and traces.
    """
    global _EVALUATED
    before, _EVALUATED = _EVALUATED, []
    try:
        yield _EVALUATED
    finally:
        _EVALUATED = before


_EVALUATED: list[Reading] | None = None


def evaluating() -> bool:
    """Return whether cells run in evaluation mode."""
    return _EVALUATED is not None


def only_shows(method: Callable[..., None]) -> Callable[..., None]:
    """Mark a method that does nothing but show: in evaluation mode it returns at once."""

    @wraps(method)
    def shown(*args: Any, **options: Any) -> None:
        if not evaluating():
            method(*args, **options)

    return shown


def listen(magic: Callable[[str, str], None], done: Callable[..., None]) -> None:
    """Offer the cell magic `%%prose` and call `done` after each cell; a section opened again takes over."""
    shell = _shell()
    if shell is None:
        return
    shell.register_magic_function(magic, "cell", "prose")
    forget()
    shell.events.register("post_run_cell", done)
    _LISTENING.append(done)


def forget() -> None:
    """Stop calling anything after each cell."""
    while _LISTENING:
        _shell().events.unregister("post_run_cell", _LISTENING.pop())


_LISTENING: list[Callable[..., None]] = []


def readings_in(payload: Any) -> Iterable[Reading]:
    """Iterate over every reading in a payload, however deep."""
    if isinstance(payload, Mapping):
        for name, value in payload.items():
            yield from value if name == "readings" else readings_in(value)
    elif isinstance(payload, (list, tuple)):
        for part in payload:
            yield from readings_in(part)
    elif isinstance(payload, AnnotatedText):
        yield from readings_in(payload.notes)


def unique(records: Iterable[Reading]) -> list[Reading]:
    """Drop records that were there before, keeping the order."""
    return list({json.dumps(record, sort_keys=True, default=_json): record for record in records}.values())


def _json(value: Any) -> Any:
    if isinstance(value, AnnotatedText):
        return value.payload()
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot travel in a notebook")


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()
