"""The house rules: what no single module can keep alone. Each rule has a test that shows it can fail."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path
from shutil import copytree

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOME = Path(__file__).resolve().parents[1]
PACKAGE = HOME / "src" / "briefkit"
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))
README = (HOME / "README.md").read_text("utf-8")
FIVE = ("jupyter", "papermill", "pandas", "seaborn", "nbconvert")
GRAB_BAGS = {"utils", "common", "helpers", "core", "base", "misc", "config"}
LONGEST = 300
WIDEST = 120

# Written so that this file does not match itself.
LEAKS = {
    "a path of one machine": r"(?<![\w.])/(?:roo[t]|wor[k]|hom[e]/\w+|User[s]/\w+|opt/pyp[i])/|C:\\User[s]",
    "a host of a package registry": r"pypi\.or[g]|pythonhosted\.or[g]|npmjs\.or[g]|deb\.debian\.or[g]",
    "a setting of one machine's index": r"--(?:extra-)?index-ur[l]|--find-link[s]|--trusted-hos[t]",
    "a token": r"gh[pousr]_\w{20}|github_pa[t]_|AKI[A][0-9A-Z]{12}|-----BEGIN [A-Z ]*PRIVATE KE[Y]|://[^\s/:@]+:[^\s/@]+@",
}


# ── Wings


def wings(package: Path) -> set[str]:
    """Name the modules and packages that stand directly in a package."""
    files = {path.stem for path in package.glob("*.py")} - {"__init__", "__main__"}
    return files | {path.parent.name for path in package.glob("*/__init__.py")}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on the package in a folder's `src`."""
    here = {"cwd": folder, "env": os.environ | {"PYTHONPATH": str(folder / "src")}}
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, **here, capture_output=True, text=True, check=False)


LAYERS = PROJECT["tool"]["importlinter"]["contracts"][0]["layers"]


def test_each_wing_imports_only_from_lower_layers():
    """A wing that reaches up can no longer be read or tested alone."""
    run = lint(HOME)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("module", "line", "named"),
    [("errors", "import briefkit.cli.main", "briefkit.errors -> briefkit.cli.main"), ("attic", "", "briefkit.attic")],
)
def test_a_module_that_reaches_up_or_stands_in_no_layer_is_named(tmp_path, module, line, named):
    """The contract must be able to fail, or it guards nothing."""
    copytree(PACKAGE, tmp_path / "src" / "briefkit")
    (tmp_path / "pyproject.toml").write_text((HOME / "pyproject.toml").read_text("utf-8"), "utf-8")
    with (tmp_path / "src" / "briefkit" / f"{module}.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    run = lint(tmp_path)
    assert run.returncode == 1
    assert named in run.stdout


def test_every_wing_has_a_layer_and_every_layer_a_wing():
    """Layers that name wings which are gone mislead whoever looks for a place."""
    assert wings(PACKAGE) == set(re.findall(r"\w+", " ".join(LAYERS)))


def cycles(wing: Path) -> list[str]:
    """Name a circle of imports among the modules of a wing, or nothing."""
    prefix = f"briefkit.{wing.name}."
    imports: dict[str, set[str]] = {}
    for path in wing.rglob("*.py"):
        if path.stem == "__init__":
            continue
        nodes = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
        named = {name for node in nodes for name in [node.module, *(f"{node.module}.{one.name}" for one in node.names)]}
        own = ".".join(path.relative_to(wing).with_suffix("").parts)
        imports[own] = {name.removeprefix(prefix) for name in named if name and name.startswith(prefix)}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_of_a_wing_import_each_other_in_a_circle(tmp_path):
    """Of two files that need each other neither can be read first."""
    for name, line in (("a", "from briefkit.attic.b import x"), ("b", "from briefkit.attic import a")):
        (tmp_path / "attic").mkdir(exist_ok=True)
        (tmp_path / "attic" / f"{name}.py").write_text(line, "utf-8")
    assert set(cycles(tmp_path / "attic")) == {"a", "b"}
    assert {wing.parent.name: cycles(wing.parent) for wing in PACKAGE.glob("*/__init__.py")} == {
        wing.parent.name: [] for wing in PACKAGE.glob("*/__init__.py")
    }


def unlisted(wing: Path) -> list[str]:
    """Name the modules of a wing that the docstring of its `__init__` does not."""
    head = ast.get_docstring(ast.parse((wing / "__init__.py").read_text("utf-8"))) or ""
    return sorted(path.stem for path in wing.glob("*.py") if path.stem != "__init__" and f"`{path.stem}`" not in head)


def test_the_docstring_of_each_wing_names_its_files_in_reading_order(tmp_path):
    """Whoever opens a wing is told where to begin."""
    (tmp_path / "__init__.py").write_text('"""Things: `a`."""', "utf-8")
    (tmp_path / "b.py").touch()
    assert unlisted(tmp_path) == ["b"]
    assert {wing.parent.name: unlisted(wing.parent) for wing in PACKAGE.glob("*/__init__.py")} == {
        wing.parent.name: [] for wing in PACKAGE.glob("*/__init__.py")
    }


def test_no_module_is_a_grab_bag():
    """What would go there belongs to the noun that it serves."""
    assert {path.stem for path in PACKAGE.rglob("*.py")} & GRAB_BAGS == set()


RIDDLES = set(
    "told said heed aside gone standing shelf shelf_years course turns answers trials wanted quick room rooms door doors "
    "early meanwhile soon foreseen fell lowered signs kept as_usual unbroken remembered interruptible".split()
)
"""Words that once meant several things here each; what they stood for has a name of the field now."""


def riddles(files: Iterable[Path]) -> list[str]:
    """Name the identifiers that are words of the old, private vocabulary."""
    found = set()
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [getattr(node, key, None) for key in ("id", "arg", "name", "attr", "asname")]
            found |= {f"{path.name}: {name}" for name in names if str(name).strip("_").lower() in RIDDLES}
    return sorted(found)


def test_identifiers_are_words_that_the_field_knows(tmp_path):
    """A maintainer of pandas must not need a dictionary of ours."""
    (tmp_path / "attic.py").write_text("import a as door\ndef said(gone): return gone._heed", "utf-8")
    assert riddles(tmp_path.glob("*.py")) == ["attic.py: _heed", "attic.py: door", "attic.py: gone", "attic.py: said"]
    assert riddles(PACKAGE.rglob("*.py")) == []


def long_files(files: Iterable[Path]) -> list[str]:
    """Name the files with more lines than can be read in one go."""
    counted = {path: len(path.read_text("utf-8").splitlines()) for path in files}
    return [f"{path.name}: {lines} lines" for path, lines in counted.items() if lines > LONGEST]


def test_no_file_is_too_long_to_read_once(tmp_path):
    """Over 300 lines, a file holds two things."""
    (tmp_path / "attic.py").write_text("x = 1\n" * (LONGEST + 1), "utf-8")
    assert long_files(tmp_path.glob("*.py")) == [f"attic.py: {LONGEST + 1} lines"]
    assert long_files(PACKAGE.rglob("*.py")) == []


def wide_lines(files: Iterable[Path]) -> list[str]:
    """Name the lines of files that are too long for two files side by side."""
    lines = (
        (path, number, line) for path in files for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
    )
    return [f"{path.name}:{number}: {len(line)} characters" for path, number, line in lines if len(line) > WIDEST]


def test_no_line_of_a_template_or_style_sheet_is_too_long(tmp_path):
    """A changed word in a line of a thousand letters is a diff that nobody reads."""
    (tmp_path / "attic.css").write_text("a{}\n" + "b" * (WIDEST + 1), "utf-8")
    assert wide_lines(tmp_path.glob("*.css")) == [f"attic.css:2: {WIDEST + 1} characters"]
    templates = PACKAGE / "report" / "templates"
    files = [path for path in templates.iterdir() if path.suffix in {".j2", ".typ", ".css"}]
    assert len(files) > 10 and wide_lines(files) == []


# ── The front door


def python(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a Python of its own."""
    return subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)


def test_the_package_offers_what_a_notebook_types_and_nothing_else():
    """Everything else comes from its room, so that there is one place to find it."""
    import briefkit

    offered = ["BriefError", "__version__", "load_ledger", "open_section", "read_notebook"]
    assert dir(briefkit) == sorted(briefkit.__all__) == offered
    assert all(getattr(briefkit, name) for name in briefkit.__all__)
    assert briefkit.__version__ == PROJECT["project"]["version"]


def test_help_comes_at_once():
    """An analyst who asks for help does not wait for pandas."""
    program = (
        "import atexit, sys\n"
        "heavy = {'pandas', 'numpy', 'matplotlib', 'seaborn', 'papermill', 'nbconvert', 'typst'}\n"
        "atexit.register(lambda: print('heavy:', sorted(heavy & set(sys.modules))))\n"
        "from briefkit.cli.main import main\n"
        "sys.exit(main())\n"
    )
    run = python(program, "--help")
    assert run.returncode == 0, run.stderr
    assert "heavy: []" in run.stdout


# ── README and CONTRIBUTING


def commands(markdown: str, program: str) -> list[list[str]]:
    """List the calls of a program that a text shows, each as its words after the program's name."""
    shown = re.findall(rf"(?m)^{program} ([^#\n]+)", "\n".join(re.findall(r"(?s)```sh\n(.*?)```", markdown)))
    return [line.split() for line in shown + re.findall(rf"`{program} ([^`]+)`", markdown)]


def test_commands_are_found_in_blocks_and_in_sentences():
    """A command that the search misses is a command that nobody checks."""
    text = "Say `tool why x`.\n```sh\ntool add --to y   # a remark\nother z\n```"
    assert commands(text, "tool") == [["add", "--to", "y"], ["why", "x"]]


def targets(makefile: str) -> set[str]:
    """Name the targets of a Makefile that help explains."""
    return set(re.findall(r"(?m)^([a-z]+):[^#\n]*## ", makefile))


def test_the_readme_has_two_commands_that_make_knows():
    """A newcomer types what the README says."""
    named = {words[0] for words in commands(README, "make")}
    assert named == {"report", "test"} <= targets((HOME / "Makefile").read_text("utf-8"))
    assert targets("report: x ## does it\nhidden: y\n") == {"report"}


def untrue(calls: list[list[str]]) -> list[str]:
    """Name the commands that the command line does not know, and the options that a command's help does not show."""
    wrong = []
    for command in sorted({words[0] for words in calls}):
        run = python("import sys; from briefkit.cli.main import main; sys.exit(main())", command, "--help")
        options = {word for words in calls if words[0] == command for word in words if word.startswith("--")}
        missing = sorted(option for option in options if option not in run.stdout)
        wrong += [f"briefkit {command}"] if run.returncode else [f"briefkit {command} {option}" for option in missing]
    return wrong


def test_the_readme_shows_only_what_the_command_line_knows():
    """A command that was renamed must not live on in the README."""
    documents = README + (HOME / "CONTRIBUTING.md").read_text("utf-8")
    assert untrue(commands(documents, "briefkit")) == []
    assert untrue([["rendre"], ["check", "--loudly"]]) == ["briefkit check --loudly", "briefkit rendre"]


def lost(markdown: str, home: Path) -> list[str]:
    """Name the paths in a text (in backquotes or as links) where nothing stands; <x>, NN and slug stand for any."""
    named = re.findall(r"`([\w./<>-]+/[\w./<>-]*|[\w-]+\.(?:py|md|toml|yml|csv|lock))`|\]\(([\w./-]+)\)", markdown)
    paths = {quoted or linked for quoted, linked in named}
    patterns = {path: re.sub(r"<\w+>|NN|slug", "*", path).rstrip("/") for path in paths}
    return sorted(path for path in paths if not path.startswith("build") and not [*home.glob(patterns[path])])


def test_every_path_in_the_documents_leads_somewhere(tmp_path):
    """The table "To add …, open" is how a newcomer finds the room."""
    (tmp_path / "01_context.ipynb").touch()
    assert lost("`./NN_slug.ipynb` is there, `src/attic.py` is not", tmp_path) == ["src/attic.py"]
    for document in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        assert lost((HOME / document).read_text("utf-8"), HOME) == [], document


# ── What is installed


def requirements(lines: Iterable[str]) -> dict[str, Requirement]:
    """Read requirements by their canonical names."""
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


def pins(lock: str) -> dict[str, Version | None]:
    """Read a lock: for each package its version, or None where the hashes are missing."""
    entries = re.findall(r"(?m)^([\w.-]+)==(\S+)([^\n\\]*(?:\\\n +--hash=sha256:[0-9a-f]{64} ?)*)", lock)
    return {canonicalize_name(name): Version(version) if "--hash" in rest else None for name, version, rest in entries}


def unlocked(asked: dict[str, Requirement], lock: str) -> list[str]:
    """Name what the project asks for and the lock does not pin, with hashes, at a version that will do."""
    versions = pins(lock)
    return sorted(name for name, one in asked.items() if not (v := versions.get(name)) or v not in one.specifier)


RUNTIME = requirements(PROJECT["project"]["dependencies"])
CLUSTER = requirements(PROJECT["project"]["optional-dependencies"]["cluster"])
FEEDS = requirements(PROJECT["project"]["optional-dependencies"]["feeds"])
DEVELOPMENT = requirements(PROJECT["project"]["optional-dependencies"]["dev"])


def test_the_lock_pins_all_that_the_project_asks_for():
    """Everyone installs the same versions, and the files that were meant."""
    lock = "a==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\nb==1.0\n"
    assert unlocked(requirements(["a>=1", "b>=1", "c"]), lock) == ["b", "c"]
    assert unlocked(requirements(["a>=2"]), lock) == ["a"]
    assert unlocked(RUNTIME | DEVELOPMENT, (HOME / "requirements.lock").read_text("utf-8")) == []


def test_environment_project_and_readme_agree():
    """The five packages that were chosen are visible, with the same bounds, to pip and conda users alike."""
    conda = yaml.safe_load((HOME / "environment.yml").read_text("utf-8"))["dependencies"]
    listed = requirements(entry for entry in conda if isinstance(entry, str))
    assert {"pip": ["-e ."]} in conda
    assert {name: str(listed[name].specifier) for name in FIVE} == {name: str(RUNTIME[name].specifier) for name in FIVE}
    python = PROJECT["project"]["requires-python"]
    assert str(listed["python"].specifier) == python
    assert f"Python {python.removeprefix('>=')} or newer" in README


def imported(package: Path) -> set[str]:
    """Name the distributions that a package imports, anywhere in its modules."""
    known = packages_distributions()
    nodes = [node for path in package.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    return {canonicalize_name(name) for module in names for name in known.get(module.split(".")[0], [])} - {"briefkit"}


def test_what_is_imported_is_asked_for_and_the_reverse(tmp_path):
    """A library that only happens to be there is gone one day; one that nobody uses is a weight for all."""
    (tmp_path / "attic.py").write_text("import json\ndef f():\n    from yaml import safe_load\n", "utf-8")
    assert imported(tmp_path) == {"pyyaml"}
    unseen = {"jupyter"}  # the reader's workbench
    behind_an_address = {"s3fs"}  # fsspec looks for it
    plugin = {"pytest"}  # loads the plugin; who has no pytest never imports it
    behind_pandas = {"python-calamine"}  # which reads spreadsheets with it
    extras = (set(CLUSTER) - behind_an_address) | (set(FEEDS) - behind_pandas)
    assert imported(PACKAGE) - plugin == set(RUNTIME) - unseen | extras


# ── What is checked in


def stored(notebook: dict) -> list[str]:
    """Name the cells of a notebook that keep an output or a count."""
    cells = enumerate(notebook["cells"])
    return [f"cell {index}" for index, cell in cells if cell.get("outputs") or cell.get("execution_count")]


def test_notebooks_are_checked_in_without_outputs():
    """A stored output is a page of another day, and noise in every review."""
    assert stored({"cells": [{"outputs": []}, {"outputs": [{}]}, {"execution_count": 3}]}) == ["cell 1", "cell 2"]
    notebooks = sorted((HOME / "notebooks").glob("*.ipynb"))
    assert len(notebooks) == 5
    assert [path.name for path in notebooks if stored(json.loads(path.read_text("utf-8")))] == []


def wide(files: Iterable[Path]) -> list[str]:
    """Name the lines that are too long to be read in a diff: of a notebook those of its cells."""
    found = []
    for path in files:
        text = path.read_text("utf-8")
        cells = json.loads(text)["cells"] if path.suffix == ".ipynb" else [{"source": [text]}]
        for place, cell in enumerate(cells, start=1):
            lines = "".join(cell["source"]).split("\n")
            found += [f"{path.name}: cell {place}, line {at}" for at, line in enumerate(lines, 1) if len(line) > WIDEST]
    return found


def test_no_line_of_a_notebook_is_too_long_to_review(tmp_path):
    """A changed word in a line of a thousand letters cannot be seen."""
    cells = [{"source": ["x"]}, {"source": ["a\n", "b" * (WIDEST + 1)]}]
    (tmp_path / "a.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    assert wide([tmp_path / "a.ipynb"]) == ["a.ipynb: cell 2, line 2"]
    assert wide(sorted((HOME / "notebooks").glob("*.ipynb"))) == []


def leaks(text: str) -> list[str]:
    """Name the kinds of things in a text that belong to one machine or one person."""
    return [kind for kind, pattern in LEAKS.items() if re.search(pattern, text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("see /" + "home/ann/brief", "a path of one machine"),
        ("from https://py" + "pi.org/simple", "a host of a package registry"),
        ("--extra-index" + "-url here", "a setting of one machine's index"),
        ("ghp" + "_abcdefghijklmnopqrstuvwxyz", "a token"),
        ("https://ann:" + "secret@example.org", "a token"),
    ],
)
def test_a_leak_is_named(text, kind):
    """The search must be able to find."""
    assert leaks(text) == [kind]


@pytest.mark.skipif(not (HOME / ".git").exists(), reason="not a git clone: no list of the files that are checked in")
def test_nothing_of_one_machine_or_person_is_checked_in():
    """A path, a mirror's address or a token in a file works once, for one, and then leaks."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=HOME, capture_output=True, text=True, check=True).stdout.split("\0")
    files = [HOME / name for name in names if name and (HOME / name).is_file()]
    found = {path.name: leaks(path.read_text("utf-8", errors="ignore")) for path in files}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}
