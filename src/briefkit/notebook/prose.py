"""Render sentences whose numbers bring their source.

A template is Jinja over the notebook's variables. What `{{ … }}` gives becomes a note of an `AnnotatedText`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import jinja2

from briefkit.analysis import measures
from briefkit.analysis.quantity import Phrase
from briefkit.annotated import AnnotatedText, Note, token
from briefkit.errors import ExportError
from briefkit.ledger.readings import Reading
from briefkit.notebook.filters import FILTERS, date, phrase

_NOTES = "the notes"  # of a template; nothing in it can have this name
_MEASURES = "share change growth total count peak trough at earlier first running months_between days_between".split()


def render(template: str, names: Mapping[str, Any]) -> AnnotatedText:
    """Render a template over a notebook's variables.

    Parameters
    ----------
    template : str
        Markdown with `{{ … }}` and `{% … %}`; a tag may have a line of its own, with what it holds indented.
    names : mapping
        The variables.

    Raises
    ------
    ExportError
        If a number would reach the page without its source, or a name is unknown.

    Examples
    --------
    >>> share = ledger.as_of("2018-10-12").figure("energy.share")
    >>> sentence = render("LNG stood at {{ share }} in {{ share | period }}.", {"share": share})
    >>> str(sentence), sentence.notes[0]["readings"][0]["source"]
    ('LNG stood at 8.5% in 2017.', 'customs')
    """
    notes: list[Note] = []
    try:
        text = _compiled(template).render(_visible(names) | {_NOTES: notes})
    except jinja2.UndefinedError as error:
        raise ExportError(f"prose: {error.message}; read it from the brief in a cell above") from error
    except jinja2.TemplateSyntaxError as error:
        raise ExportError(f"prose: line {error.lineno}: {error.message}; correct the template") from error
    return AnnotatedText.numbered(text.strip(), notes)


def undecided_reason(stale: str, judged: Reading) -> AnnotatedText | None:
    """Say why a condition left a claim open: its newest reading is too old, or a judgement leaves it open too.

    Parameters
    ----------
    stale : str
        Day of the newest reading, ISO, where that is too old; else empty.
    judged : dict
        The claim as `verdicts.judge` settles it.
    """
    if stale:
        return render("The newest reading, of {{ day | date }}, is too old to tell.", {"day": stale})
    return judgement_reason(judged) if judged["verdict"] == "unknown" else None


def judgement_reason(judged: Reading, why: AnnotatedText | None = None) -> AnnotatedText | None:
    """Give a judgement's reason: its words as they stand in `verdicts.csv`, never markup, then its day.

    Parameters
    ----------
    judged : dict
        The claim as `verdicts.judge` settles it.
    why : AnnotatedText, optional
        The reason in other words.
    """
    if not judged["readings"]:
        return None
    judgement = judged["readings"][0]
    day = replace(date(judgement["published"]), readings=(judgement,))
    reason = why or AnnotatedText.of(Phrase(judgement["why"]))
    return AnnotatedText.join([reason, " (Judgement of ", AnnotatedText.of(day), ".)"])


def _visible(names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in names.items() if not name.startswith("_")}


@jinja2.pass_context
def _token(context: jinja2.runtime.Context, value: Any) -> str:
    """Turn what an expression gave into a note, and refuse naked numbers."""
    if value is None or isinstance(value, jinja2.Undefined):
        return str(value or "")  # an undefined name raises here
    words = phrase(value)
    if not words.text:
        return ""
    notes: list[Note] = context[_NOTES]
    notes.append(words.note())
    return token(len(notes) - 1)


_TAG_LINE = re.compile(r"\{%-?\s*(\w+).*%\}")


def _outdented(template: str) -> str:
    """Remove the indentation that lines have because they stand between tags that have lines of their own."""
    lines, margins = [], [0]
    for line in template.split("\n"):
        text = line.lstrip(" ")
        indent = len(line) - len(text)
        tag = _TAG_LINE.fullmatch(text)
        word = tag[1] if tag and text.count("{%") == 1 else ""
        if word in ("elif", "else", "endif", "endfor") and len(margins) > 1:
            margins.pop()
        lines.append(line[min(indent, margins[-1]) :])
        if word in ("if", "for", "elif", "else"):
            margins.append(indent + 2)
    return "\n".join(lines)


@lru_cache(maxsize=1024)
def _compiled(template: str) -> jinja2.Template:
    return _environment().from_string(_outdented(template))


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, finalize=_token, optimized=False, trim_blocks=True, lstrip_blocks=True
    )
    measured = {name: getattr(measures, name) for name in _MEASURES}
    environment.filters |= {**measured, **FILTERS}
    environment.globals |= measured
    return environment
