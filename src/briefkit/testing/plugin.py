"""A pytest plugin: fixtures that run the sections of the brief under test; heavy libraries are imported when used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from briefkit.testing.runs import SectionRun, SectionRunner


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the setting that names the brief's folder."""
    parser.addini("briefkit_project", "the brief's folder, from the root of the tests", default=".")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that asks for `each_section` or `each_edition` once for each of them."""
    asked = {"each_section", "each_edition"} & set(metafunc.fixturenames)
    if not asked:
        return
    from briefkit.project.layout import Project, editions_in
    from briefkit.project.notebooks import sections

    project = Project(_root(metafunc.config))
    if "each_section" in asked:
        metafunc.parametrize("each_section", list(sections(project.notebooks)))
    if "each_edition" in asked:
        metafunc.parametrize("each_edition", editions_in(project.params))


@pytest.fixture(scope="session")
def section_runner(pytestconfig: pytest.Config) -> Iterator[SectionRunner]:
    """Give the runner that all tests of a session share: its kernels are warm, and it runs nothing twice."""
    from briefkit.testing.runs import SectionRunner

    runner = SectionRunner(_root(pytestconfig))
    yield runner
    runner.close()


@pytest.fixture
def section(section_runner: SectionRunner) -> Callable[..., SectionRun]:
    """Give the function that runs a section: `section("valuation", edition="2026-04", as_of="2026-06-30")`."""
    return section_runner.run


def _root(config: Any) -> Path:
    root: Path = config.rootpath / config.getini("briefkit_project")
    return root
