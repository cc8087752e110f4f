"""What was asked of the ledger: each question with its arguments and a hash of the answer.

A result made from the ledger stands for as long as every question that was asked for it has the answer that it had.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from briefkit.ledger.readings import Event, Reading
from briefkit.ledger.vintages import FigureAsOf

P = ParamSpec("P")
T = TypeVar("T")
_ENCODER = json.JSONEncoder(sort_keys=True, default=str)


_QUESTIONS: dict[str, Callable[..., Any]] = {}
"""The methods that answer questions, by name, as they were before they were recorded."""


class Traced:
    """An object that keeps the questions put to it.

    Attributes
    ----------
    queries : list of dict
        `query`, `args` and `sha`, the hash of the answer, of each recorded call so far.
    """

    def __init__(self) -> None:
        self.queries: list[Reading] = []
        self._hashes: dict[str, str] = {}

    def answer_hash(self, query: str, args: Reading) -> str:
        """Put a recorded question again, which is not recorded, and return the hash of the answer.

        Raises
        ------
        UnknownName
            If what it asks for is no longer in the ledger.
        """
        key = f"{query}{args}"
        if key not in self._hashes:
            self._hashes[key] = answer_hash(_QUESTIONS[query](self, **args))
        return self._hashes[key]


S = TypeVar("S", bound=Traced)


def recorded(question: str) -> Callable[[Callable[Concatenate[S, P], T]], Callable[Concatenate[S, P], T]]:
    """Note each call of a method in the `queries` of its object: question, arguments and the answer's hash.

    A frame is answered by rows whose index is a hash of each; the caller gets them numbered from 0.

    Parameters
    ----------
    question : str
        The name under which the call is noted, and asked again.
    """

    def decorate(method: Callable[Concatenate[S, P], T]) -> Callable[Concatenate[S, P], T]:
        parameters = signature(method)
        _QUESTIONS[question] = method

        @wraps(method)
        def ask(asked: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
            answer = method(asked, *args, **kwargs)
            bound = parameters.bind(asked, *args, **kwargs)
            bound.apply_defaults()
            arguments = {name: _plain(value) for name, value in list(bound.arguments.items())[1:]}
            asked.queries.append({"query": question, "args": arguments, "sha": answer_hash(answer)})
            return answer.reset_index(drop=True) if isinstance(answer, pd.DataFrame) else answer

        return ask

    return decorate


def _plain(argument: Any) -> Any:
    """Return an argument as JSON can hold it."""
    if argument is None or isinstance(argument, (str, bool)):
        return argument
    return sorted(argument) if isinstance(argument, (set, frozenset)) else list(argument)


def answer_hash(answer: Any) -> str:
    """Return a hash by which two answers are told apart: rows by what is in them, wherever they stand.

    Parameters
    ----------
    answer : DataFrame, FigureAsOf, Event, tuple of these, or what JSON can hold
        A frame has hashes of its rows as index.
    """
    digest = hashlib.sha256()
    for part in answer if isinstance(answer, tuple) else (answer,):
        if isinstance(part, pd.DataFrame):
            digest.update(part.index.to_numpy().tobytes())
        elif isinstance(part, FigureAsOf):
            digest.update(part.row_hashes)
        else:
            digest.update(_ENCODER.encode(vars(part) if isinstance(part, Event) else part).encode())
    return digest.hexdigest()[:16]
