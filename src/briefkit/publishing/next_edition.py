"""Make the next edition from the last one: a new day, the same text; rendered, and compared with it."""

from __future__ import annotations

import re
from datetime import date

from briefkit import formatting
from briefkit.errors import EditionError, Problem, SectionFailed
from briefkit.execution.progress import Progress
from briefkit.project.edition import load_edition
from briefkit.project.layout import Project, editions_in
from briefkit.project.options import RenderOptions
from briefkit.publishing.build import render
from briefkit.publishing.compare import difference
from briefkit.report.diff import Difference
from briefkit.storage import replace_file


def make_edition(project: Project, name: str, day: date) -> str:
    """Write the YAML file of a new edition, as of a day, after the one with the latest day; return that one's name.

    Comments and parameters stay; name, day and subtitle are new. An edition that is there already is left as it is.

    Raises
    ------
    EditionError
        If the brief has no edition yet, or the name is no name of an edition.
    """
    every = [load_edition(other, project.params) for other in editions_in(project.params) if other != name]
    if not every:
        expected, remedy = "at least one edition", "write the first one by hand"
        raise EditionError([Problem(str(project.params), None, "", "no edition", expected, remedy)])
    last = max(every, key=lambda edition: (edition.as_of, edition.name))
    path = project.params / f"{name}.yaml"
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise EditionError([Problem("--edition", None, "", f'"{name}"', "a name such as 2018-10", "correct the name")])
    if not path.exists():
        lines = {"edition": f'"{name}"', "as_of": f'"{day}"', "subtitle": f"As of {formatting.day(day.isoformat())}"}
        text = last.path.read_text(encoding="utf-8")
        for key, value in lines.items():
            text = re.sub(rf"(?m)^{key}:.*$", f"{key}: {value}", text, count=1)
        replace_file(path, text)
    return last.name


def render_edition(project: Project, name: str, progress: Progress | None = None) -> SectionFailed | None:
    """Render an edition into the brief's folder of pages, and return what stopped a section, if anything did."""
    (rendered,) = render(project, RenderOptions((name,), cache=str(project.cache.resolve())), progress)
    return next(iter(rendered.failed), None)


def compared_with_last(project: Project, name: str, last: str, progress: Progress | None = None) -> Difference:
    """Compare an edition with the one before it."""
    return difference(project, last, name, progress)
