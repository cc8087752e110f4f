"""An edition is published only when nothing speaks against it, and can be verified by rebuilding."""

from __future__ import annotations

import json

import pytest

from briefkit.project.layout import Project
from briefkit.project.release_log import published
from conftest import briefkit

pytestmark = pytest.mark.kernel
ALLOWED = ["--allow", "unchecked=a first edition"]


def test_a_build_is_verified_and_a_changed_one_is_named(brief):
    """The same inputs give the same bytes; else the first difference, with file and line."""
    root = brief()
    assert briefkit(root, "render").returncode == 0
    done = briefkit(root, "verify", "e")
    assert done.returncode == 0 and "the same bytes" in done.stdout
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,18.9,,,2018-05-10,s,verified,\n")
    done = briefkit(root, "verify", "e")
    assert done.returncode == 1 and "18." in done.stdout


def test_verifying_what_was_never_built_is_refused(brief):
    """With what to do."""
    done = briefkit(brief(), "verify", "e")
    assert done.returncode == 2 and "render it first" in done.stderr


def test_a_release_is_refused_with_every_reason(brief):
    """Unchecked sentences, errors of the check; nothing is written."""
    root = brief()
    path = root / "notebooks/01_s.ipynb"
    path.write_text(path.read_text().replace("Trade was {{ trade }}.", "Trade was {{ trade }}, up by 3."))
    done = briefkit(root, "release", "e")
    assert done.returncode == 2
    assert "unchecked: sentences await the fact-checker" in done.stderr
    assert "errors: briefkit check finds errors" in done.stderr and "--allow errors=REASON" in done.stderr
    assert published(Project(root).published) == []


def test_a_release_writes_its_record_behind_the_others(brief):
    """Figures, claims, what was allowed and why, chained by its hash."""
    root = brief()
    for _ in range(2):
        done = briefkit(root, "release", "e", *ALLOWED)
        assert done.returncode == 0, done.stderr
    first, second = published(Project(root).published)
    assert second["before"] == first["hash"]
    assert first["allowed"] == [{"what": "unchecked", "reason": "a first edition"}]
    assert first["record"]["figures"][0]["value"] == 18.4


def test_what_was_allowed_is_told_on_the_page(brief):
    """A reader sees what the editors set aside."""
    root = brief()
    assert briefkit(root, "release", "e", *ALLOWED).returncode == 0
    assert briefkit(root, "render", "--to", "html").returncode == 0
    assert "a first edition" in (root / "build/e/index.html").read_text()


def test_an_unknown_objection_is_refused(brief):
    """A mistyped kind would allow nothing."""
    done = briefkit(brief(), "release", "e", "--allow", "unchekced=x")
    assert done.returncode == 2 and "expected some of errors, unchecked, review, bytes" in done.stderr


def test_a_moved_number_is_told_against_the_record(brief):
    """A change to package, notebook or ledger that moves a published number is listed."""
    from briefkit.publishing.release import moved

    root = brief()
    assert briefkit(root, "release", "e", *ALLOWED).returncode == 0
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,8.9,,,2018-05-10,s,verified,\n")
    assert briefkit(root, "render", "--to", "json").returncode == 0
    record = json.loads((root / "build/e/edition.json").read_text())
    assert moved(Project(root), "e", record) == [
        "trade: 18.4 (2017) → 8.9 (2017) (correction)",
        "grew: holds 8.4 → overturned -1.1",
    ]
