"""Editions: YAML files under `params/`, checked before anything runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from briefkit.errors import EditionError, Problem, UnknownName, nearest
from briefkit.ledger.periods import is_period
from briefkit.project.layout import editions_in
from briefkit.yaml_files import TextLoader, read_mapping, schema_problems

ABOUT = {
    "edition": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$", "description": "a name such as 2018-10"},
    "as_of": {"type": "string", "format": "day", "description": "a day such as 2018-10-12"},
    "title": {"type": "string", "minLength": 1, "description": "the title on the page"},
    "subtitle": {"type": "string", "description": "a line under the title"},
    "introduction": {"type": "string", "description": "a sentence on who wrote the brief, when, and what is done here"},
    "authors": {"type": "array", "items": {"type": "string"}, "description": "a list of names"},
    "publisher": {"type": "string", "description": "who publishes the brief"},
    "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$", "description": "a language code such as en"},
    "licence": {"type": "string", "description": "the licence of the text"},
    "url": {"type": "string", "description": "where the brief is published"},
    "overrides": {
        "type": "array",
        "description": "a list of figure, value and reason",
        "items": {
            "type": "object",
            "required": ["figure", "value", "reason"],
            "additionalProperties": False,
            "properties": {
                "figure": {"type": "string", "description": "a figure of the ledger"},
                "value": {"type": "number", "description": "a number"},
                "reason": {"type": "string", "minLength": 1, "description": "why the ledger is set aside"},
                "period": {"type": "string", "format": "period", "description": "a day, month or year"},
            },
        },
    },
}
"""JSON Schema of what every edition may hold; a brief's own parameters are declared in `params/schema.json`."""


@dataclass(frozen=True)
class Edition:
    """One issue of the brief.

    Attributes
    ----------
    name : str
        Also the name of the YAML file and of the folder under `build/`.
    path : Path
        The YAML file.
    as_of : str
        The day whose knowledge counts, ISO.
    about : dict
        Title, subtitle, introduction, authors, publisher, language, licence: what notebooks are not given.
    parameters : dict
        For notebooks, by name, as plain JSON values.
    overrides : tuple of dict
        Values set against the ledger, with reasons.
    """

    name: str
    path: Path
    as_of: str
    about: dict[str, Any] = field(default_factory=dict)
    parameters: dict[str, Any] = field(default_factory=dict)
    overrides: tuple[dict[str, Any], ...] = ()

    def notebook_parameters(self) -> dict[str, Any]:
        """Return all that a notebook may declare as a parameter, by name."""
        own = {"edition": self.name, "as_of": self.as_of, "overrides": list(self.overrides)}
        return own | self.parameters


def load_edition(
    name: str, folder: str | Path = "params", *, as_of: str = "", changes: Mapping[str, str] | None = None
) -> Edition:
    """Read one edition and check it.

    Parameters
    ----------
    name : str
        Name of the edition: the file without `.yaml`.
    folder : str or Path
        Folder of the editions.
    as_of : str
        Another day than the file's.
    changes : mapping of str to str
        Parameters to set instead of the file's, as text in YAML.

    Raises
    ------
    UnknownName
        If there is no such edition.
    EditionError
        With every problem of the file.
    """
    folder = Path(folder)
    path = folder / f"{name}.yaml"
    if name not in editions_in(folder):
        raise UnknownName("edition", name, editions_in(folder))
    values, lines = read_mapping(path)
    values.setdefault("edition", name)
    schema = _schema(folder)
    options = {key: f"--set {key}" for key in changes or {}} | ({"as_of": "--as-of"} if as_of else {})
    for key, text in (changes or {}).items():
        values[key] = _parse_change(key, text)
    other_day = bool(as_of) and as_of != values.get("as_of")
    if as_of:
        values["as_of"] = as_of
    problems = schema_problems(path, values, lines, schema, _FORMATS)
    problems = [_at_option(problem, options) for problem in problems]
    if values["edition"] != name:
        found, expected = f'"{values["edition"]}"', f'"{name}", the name of the file'
        problems.append(Problem(str(path), lines.get(("edition",)), "edition", found, expected, "rename"))
    if problems:
        raise EditionError(problems)
    if other_day:  # the file's subtitle was written for its own day
        day = date.fromisoformat(as_of)
        values["subtitle"] = f"As of {day.day} {day:%B %Y}"
    about = {key: values[key] for key in ABOUT if key in values and key not in ("as_of", "overrides")}
    parameters = {key: value for key, value in values.items() if key not in ABOUT}
    return Edition(name, path, values["as_of"], about, parameters, tuple(values.get("overrides", ())))


def _parse_change(key: str, text: str) -> Any:
    """Parse the value of `--set` as in a YAML file."""
    try:
        return yaml.load(text, Loader=TextLoader)
    except yaml.YAMLError as error:
        remedy = "put text with signs in quotes"
        raise EditionError([Problem(f"--set {key}", None, "", f'"{text}"', "a value in YAML", remedy)]) from error


def _at_option(problem: Problem, options: Mapping[str, str]) -> Problem:
    """Move the problem of a value from the command line to its option."""
    option = options.get(problem.place.split(".")[0])
    return replace(problem, file=option, line=None, place="") if option else problem


def check_overrides(edition: Edition, figures: Iterable[str]) -> None:
    """Refuse overrides of figures that the ledger does not have.

    Raises
    ------
    EditionError
        With every override of an unknown figure.
    """
    known = set(figures)
    _, lines = read_mapping(edition.path)
    problems = []
    for place, figure in enumerate(override["figure"] for override in edition.overrides):
        if figure not in known:
            line, key = lines.get(("overrides", place, "figure")), f"overrides[{place}].figure"
            expected, remedy = "a figure of the ledger", nearest(figure, known)
            problems.append(Problem(str(edition.path), line, key, f'"{figure}"', expected, remedy))
    if problems:
        raise EditionError(problems)


def _schema(folder: Path) -> dict[str, Any]:
    """Make the schema of editions: what all share, and the brief's own parameters from `schema.json`."""
    path = folder / "schema.json"
    own: dict[str, Any] = {}
    if path.is_file():
        try:
            own = json.loads(path.read_text(encoding="utf-8"))["properties"]
        except (json.JSONDecodeError, KeyError) as error:
            found, expected = str(error), "a JSON Schema with properties"
            raise EditionError([Problem(str(path), None, "", found, expected, "correct the file")]) from error
    return {
        "type": "object",
        "required": ["edition", "as_of", "title"],
        "additionalProperties": False,
        "properties": ABOUT | {name: rule for name, rule in own.items() if name not in ABOUT},
    }


_FORMATS = {"day": lambda text: len(text) == 10 and is_period(text), "period": is_period}
