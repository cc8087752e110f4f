"""YAML files as plain mappings, with the line of each key, checked by a JSON Schema: editions and feeds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from briefkit.errors import EditionError, Problem, Problems, nearest

Lines = dict[tuple[Any, ...], int | None]
"""Line of each key of a file, by the keys that lead to it."""


class TextLoader(yaml.SafeLoader):
    """YAML as data, days left as text: what YAML makes a date would crash papermill."""


TextLoader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_mapping(path: Path, error_class: type[Problems] = EditionError) -> tuple[dict[str, Any], Lines]:
    """Read the values of a YAML mapping, and the line of each key.

    Parameters
    ----------
    path : Path
        The file.
    error_class : type
        What is raised.

    Raises
    ------
    EditionError, or another class of problems
        If the file is no YAML, no mapping, or says something twice.
    """
    text = ""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=TextLoader)
        values = yaml.load(text, Loader=TextLoader)  # a SafeLoader, which makes plain values only
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        reason = str(getattr(error, "problem", None) or error)
        line = mark.line + 1 if mark else None
        at = text.splitlines()[mark.line : mark.line + 1] if mark else []
        found = f'"{at[0].strip()}"' if at else "the end of the file" if mark else "bytes that are not UTF-8"
        expected = "YAML" if mark else "YAML in UTF-8"
        raise error_class([Problem(str(path), line, "", found, expected, f"correct the line: {reason}")]) from error
    if not isinstance(values, dict):
        raise error_class([Problem(str(path), 1, "", "no mapping", "lines of name: value", "see params/ for one")])
    lines: Lines = {}
    twice = list(_walk(node, (), lines))
    if twice:
        what = "each name once"
        raise error_class(Problem(str(path), line, key, "a second time", what, "delete one") for key, line in twice)
    return values, lines


def _walk(node: Any, place: tuple[Any, ...], lines: Lines) -> Iterable[tuple[str, int]]:
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


def schema_problems(
    path: Path,
    values: Any,
    lines: Lines,
    schema: Mapping[str, Any],
    formats: Mapping[str, Callable[[str], bool]] | None = None,
) -> list[Problem]:
    """List what is wrong with the values of a file, by the line of the key.

    Parameters
    ----------
    path : Path
        The file, as problems name it.
    values, lines
        As `read_mapping` gives them.
    schema : mapping
        A JSON Schema, whose descriptions say what is expected.
    formats : mapping of str to callable
        Whether a text has a `format` of the schema.
    """
    from jsonschema import Draft202012Validator, FormatChecker

    checker = FormatChecker(formats=())
    for name, is_right in (formats or {}).items():
        checker.checks(name)(lambda text, is_right=is_right: not isinstance(text, str) or is_right(text))
    errors = Draft202012Validator(schema, format_checker=checker).iter_errors(values)
    return [problem for error in errors for problem in _problem(path, error, lines)]


def _problem(path: Path, error: Any, lines: Lines) -> Iterable[Problem]:
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
