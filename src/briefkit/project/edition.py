"""One issue of the brief: a YAML file under `params/`, checked before anything runs."""

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
"""What every edition may say of itself; a brief's own parameters stand in `params/schema.json`."""


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
        Title, subtitle, introduction, authors, publisher, language, licence: what no notebook needs to know.
    parameters : dict
        What notebooks are given, by name, as plain JSON values.
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
        Where the editions lie.
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
    values, lines = _read(path)
    values.setdefault("edition", name)
    schema = _schema(folder)
    given = {key: f"--set {key}" for key in changes or {}} | ({"as_of": "--as-of"} if as_of else {})
    for key, text in (changes or {}).items():
        values[key] = _set(key, text)
    other_day = bool(as_of) and as_of != values.get("as_of")
    if as_of:
        values["as_of"] = as_of
    wrong = [_as_given(problem, given) for problem in _problems(path, values, lines, schema)]
    if values["edition"] != name:
        expected = f'"{name}", the name of the file'
        wrong.append(
            Problem(str(path), lines.get(("edition",)), "edition", f'"{values["edition"]}"', expected, "rename")
        )
    if wrong:
        raise EditionError(wrong)
    if other_day:  # what the file says under the title was written for its own day
        day = date.fromisoformat(as_of)
        values["subtitle"] = f"As of {day.day} {day:%B %Y}"
    about = {key: values[key] for key in ABOUT if key in values and key not in ("as_of", "overrides")}
    parameters = {key: value for key, value in values.items() if key not in ABOUT}
    return Edition(name, path, values["as_of"], about, parameters, tuple(values.get("overrides", ())))


def _set(key: str, text: str) -> Any:
    """The value of `--set`, read as in a YAML file."""
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError as error:
        remedy = "put text with signs in quotes"
        raise EditionError([Problem(f"--set {key}", None, "", f'"{text}"', "a value in YAML", remedy)]) from error


def _as_given(problem: Problem, given: Mapping[str, str]) -> Problem:
    """The problem of a value from the command line, at its option instead of in the file."""
    option = given.get(problem.place.split(".")[0])
    return replace(problem, file=option, line=None, place="") if option else problem


def check_overrides(edition: Edition, figures: Iterable[str]) -> None:
    """Refuse overrides of figures that the ledger does not have.

    Raises
    ------
    EditionError
        With every override of an unknown figure.
    """
    known = set(figures)
    _, lines = _read(edition.path)
    wrong = [
        Problem(
            str(edition.path),
            lines.get(("overrides", place, "figure")),
            f"overrides[{place}].figure",
            f'"{one["figure"]}"',
            "a figure of the ledger",
            nearest(one["figure"], known),
        )
        for place, one in enumerate(edition.overrides)
        if one["figure"] not in known
    ]
    if wrong:
        raise EditionError(wrong)


class _Loader(yaml.SafeLoader):
    """YAML as data, days left as text: what YAML makes a date would crash papermill."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _read(path: Path) -> tuple[dict[str, Any], dict[tuple[Any, ...], int | None]]:
    """Values of a YAML mapping, and the line of each key."""
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=_Loader)
        values = yaml.load(text, Loader=_Loader)  # a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        said = str(getattr(error, "problem", None) or error)
        line = mark.line + 1 if mark else None
        at = text.splitlines()[mark.line : mark.line + 1] if mark else []
        found = f'"{at[0].strip()}"' if at else "the end of the file" if mark else "bytes that are not UTF-8"
        expected = "YAML" if mark else "YAML in UTF-8"
        raise EditionError([Problem(str(path), line, "", found, expected, f"correct the line: {said}")]) from error
    if not isinstance(values, dict):
        raise EditionError([Problem(str(path), 1, "", "no mapping", "lines of name: value", "see params/ for one")])
    lines: dict[tuple[Any, ...], int | None] = {}
    twice = list(_walk(node, (), lines))
    if twice:
        what = "each name once"
        raise EditionError(Problem(str(path), line, key, "a second time", what, "delete one") for key, line in twice)
    return values, lines


def _walk(node: Any, place: tuple[Any, ...], lines: dict[tuple[Any, ...], int | None]) -> Iterable[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*place, str(key.value))
            if here in lines:
                yield str(key.value), key.start_mark.line + 1
            lines[here] = key.start_mark.line + 1
            yield from _walk(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*place, index), lines)


def _schema(folder: Path) -> dict[str, Any]:
    """The schema of editions: what all share, and the brief's own parameters from `schema.json`."""
    path = folder / "schema.json"
    own = {}
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


def _problems(
    path: Path, values: Any, lines: Mapping[tuple[Any, ...], int | None], schema: dict[str, Any]
) -> list[Problem]:
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(formats=())
    formats.checks("day")(lambda text: not isinstance(text, str) or (len(text) == 10 and is_period(text)))
    formats.checks("period")(lambda text: not isinstance(text, str) or is_period(text))
    found = Draft202012Validator(schema, format_checker=formats).iter_errors(values)
    return [problem for error in found for problem in _problem(path, error, lines)]


def _problem(path: Path, error: Any, lines: Mapping[tuple[Any, ...], int | None]) -> Iterable[Problem]:
    place = tuple(error.absolute_path)
    name = ".".join(str(step) for step in place)
    file, line = str(path), lines.get(place)
    if error.validator == "additionalProperties":
        known = error.schema["properties"]
        for key in set(error.instance) - set(known):
            at = lines.get((*place, key))
            yield Problem(
                file, at, ".".join([*map(str, place), key]), f'"{key}"', "a name known here", nearest(key, known)
            )
    elif error.validator == "required":
        for key in set(error.validator_value) - set(error.instance):
            yield Problem(file, line or 1, name or key, f"no {key}", f"a line {key}: …", "add it")
    else:
        expected = error.schema.get("description", error.message)
        limits = [f"{word} {error.schema[key]}" for key, word in _LIMITS.items() if key in error.schema]
        expected = ", ".join([expected, *limits])
        yield Problem(file, line, name, json.dumps(error.instance, ensure_ascii=False), expected, "correct the value")


_LIMITS = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
