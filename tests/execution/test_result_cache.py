"""A section runs again when something that it reads has changed, and only then."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from shutil import copy, copytree

import nbformat
import pytest

from briefkit.execution import fingerprint
from briefkit.hashing import PACKAGE
from briefkit.storage import Store
from conftest import SETTLE, briefkit, command

pytestmark = pytest.mark.kernel
READ = ['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}.", SETTLE]
ROWS = ["trade, 2017, 18.4, published 2018-03-01", "coal, 2017, 7.5, published 2018-03-01"]
EDITION = 'edition: e\ntitle: A brief\nas_of: "2018-12-31"\n'


@pytest.fixture
def rendered(brief):
    """A brief rendered once."""
    root = brief(ROWS, s=READ)
    assert "s ran: it has not run before" in explained(root)
    return root


def explained(root: Path, *arguments: str) -> str:
    """Render, and say why each section ran or did not."""
    done = briefkit(root, "render", "--to", "html,json", "--explain", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def page(root: Path) -> str:
    """What a reader sees."""
    return (root / "build/e/index.html").read_text("utf-8")


def replace(path: Path, old: str, new: str) -> None:
    """Change a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def add(root: Path, row: str) -> None:
    """Append an observation."""
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write(f"{row}\n")


def as_if_fresh(root: Path, tmp_path: Path) -> bool:
    """Whether the standing pages are those that a run without any earlier result makes."""
    done = briefkit(root, "render", "--to", "html,json", "--no-cache", "--out", str(tmp_path / "fresh"))
    assert done.returncode == 0, done.stderr
    return (root / "build/e/manifest.json").read_bytes() == (tmp_path / "fresh/e/manifest.json").read_bytes()


def test_nothing_changed_does_nothing(rendered):
    """The folder is not even written; a file that was touched by hand is made again."""
    before = (rendered / "build/e").stat().st_mtime_ns
    assert "(nothing changed)" in explained(rendered)
    assert (rendered / "build/e").stat().st_mtime_ns == before
    (rendered / "build/e/index.html").write_text("spoilt", "utf-8")
    assert "s reused" in explained(rendered) and "18.4" in page(rendered)


def test_the_title_of_an_edition_changes_the_page_and_runs_nothing(rendered, tmp_path):
    """What stands around the sections is laid out again."""
    replace(rendered / "params/e.yaml", "A brief", "Another name")
    assert "s reused" in explained(rendered)
    assert "Another name" in page(rendered) and as_if_fresh(rendered, tmp_path)


def test_words_between_cells_and_tags_run_nothing(rendered, tmp_path):
    """Results are put into the notebook as it stands."""
    path = rendered / "notebooks/01_s.ipynb"
    book = nbformat.read(path, as_version=4)
    book.cells[0].source = "# T\n\nWherefore?"
    book.cells[-1].metadata["tags"] = ["slow"]
    nbformat.write(book, path)
    assert "s reused" in explained(rendered)
    assert "Wherefore?" in page(rendered) and as_if_fresh(rendered, tmp_path)


def test_changed_code_runs_and_is_named(rendered):
    replace(rendered / "notebooks/01_s.ipynb", "Trade was", "Trade stood at")
    assert "s ran: changed: code cell 4" in explained(rendered)
    assert "Trade stood at" in page(rendered)


def test_an_observation_runs_only_what_reads_it(rendered, tmp_path):
    """A correction of what is read; a row of what is not."""
    add(rendered, "coal,2017,7.9,,,2018-05-10,s,verified,")
    assert "s reused" in explained(rendered)
    add(rendered, "trade,2017,18.9,,,2018-05-10,s,verified,")
    assert "s ran: changed: figure trade" in explained(rendered)
    assert "18.9" in page(rendered) and as_if_fresh(rendered, tmp_path)


def test_what_was_taken_back_is_no_change(rendered):
    """A reason compares with what stands, not with what ran last."""
    before = (rendered / "data/observations.csv").read_text("utf-8")
    add(rendered, "trade,2017,18.9,,,2018-05-10,s,verified,")
    explained(rendered)
    (rendered / "data/observations.csv").write_text(before, "utf-8")
    assert "s reused" in explained(rendered)
    replace(rendered / "notebooks/01_s.ipynb", "Trade was", "Trade stood at")
    assert "figure trade" not in explained(rendered)


DRAWN = [
    *('trade, coal = brief.figure("trade"), brief.figure("coal")', SETTLE),
    'brief.chart.bars([trade], id="one", title="{{ trade }} was traded", alt="One bar.")',
    'brief.chart.bars([coal], id="two", title="{{ coal }} was coal", alt="Another bar.")',
]


@pytest.fixture
def charts(brief):
    """A brief with two charts, rendered once; where each is kept."""
    root = brief(ROWS, s=DRAWN)
    assert "s ran" in explained(root)
    assert len(kept_charts(root)) == 2
    return root


def kept_charts(root: Path) -> set[Path]:
    return set((root / ".briefkit_cache/charts").iterdir())


def test_a_section_that_runs_again_draws_the_charts_that_changed(charts, tmp_path):
    """The other is taken as it was drawn."""
    before = kept_charts(charts)
    add(charts, "coal,2017,7.9,,,2018-05-10,s,verified,")
    assert "s ran: changed: figure coal" in explained(charts)
    assert len(kept_charts(charts) - before) == 1
    assert "7.9" in page(charts) and as_if_fresh(charts, tmp_path)


def test_a_damaged_chart_is_drawn_again(charts, tmp_path):
    for path in kept_charts(charts):
        path.write_bytes(path.read_bytes()[:-9])
    replace(charts / "notebooks/01_s.ipynb", "was traded", "changed hands")
    assert "s ran: changed: code cell" in explained(charts)
    assert "changed hands" in page(charts) and as_if_fresh(charts, tmp_path)


def test_a_source_whose_title_changed_runs_what_names_it(rendered):
    replace(rendered / "data/sources.csv", "s,P,T", "s,P,Another title")
    assert "s ran: changed: source s" in explained(rendered)


def test_a_day_on_which_nothing_new_was_known_runs_nothing(rendered, tmp_path):
    """Nor does the executed notebook keep the old day."""
    replace(rendered / "params/e.yaml", "2018-12-31", "2019-01-15")
    assert "s reused" in explained(rendered)
    assert "15 January 2019" in page(rendered) and as_if_fresh(rendered, tmp_path)


def test_a_day_that_the_text_names_runs(brief):
    root = brief(ROWS, s=[*READ, "%%prose\nKnown on {{ as_of | date }}."])
    explained(root)
    replace(root / "params/e.yaml", "2018-12-31", "2019-01-15")
    assert "s ran: changed: parameter as_of" in explained(root)


def test_a_review_day_that_passes_runs_what_awaits_it(brief):
    """The day itself is asked, not only what was known by it."""
    root = brief(ROWS, s=['trade = brief.figure("trade")', 'brief.judge("grew")'])
    replace(root / "data/claims.csv", "2018-10-12,,", "2018-10-12,2019-06-30,")
    replace(root / "data/claims.csv", "figure", "judgement")
    with (root / "data/verdicts.csv").open("a", encoding="utf-8") as file:
        file.write("grew,holds,2018-11-01,It did.,\n")
    explained(root)
    replace(root / "params/e.yaml", "2018-12-31", "2019-06-01")
    assert "s reused" in explained(root)
    replace(root / "params/e.yaml", "2019-06-01", "2019-07-01")
    assert "s ran: changed: after 2019-06-30" in explained(root)


def test_a_parameter_runs_only_what_names_it(brief):
    """One that a section declares and does not use changes nothing."""
    root = brief(ROWS, edition=EDITION + "band: 1\nspare: 1\n", s=READ, t=["print(band)"])
    (root / "params/schema.json").write_text('{"properties": {"band": {}, "spare": {}}}')
    for path in (root / "notebooks").glob("*.ipynb"):
        replace(path, "overrides = []", "overrides = []\\nband = 0\\nspare = 0")
    explained(root)
    replace(root / "params/e.yaml", "spare: 1", "spare: 2")
    assert explained(root).count("reused: nothing") == 2
    replace(root / "params/e.yaml", "band: 1", "band: 2")
    progress = explained(root)
    assert "s reused" in progress and "t ran: changed: parameter band" in progress


def test_an_override_runs_what_reads_the_figure(rendered, tmp_path):
    text = "overrides:\n  - figure: {}\n    value: 20.5\n    reason: a newer count\n"
    path = rendered / "params/e.yaml"
    path.write_text(EDITION + text.format("coal"))
    assert "s reused" in explained(rendered)
    path.write_text(EDITION + text.format("trade"))
    assert "s ran: changed: " in explained(rendered)
    assert "20.5" in page(rendered) and as_if_fresh(rendered, tmp_path)


def test_another_library_or_font_runs_everything(rendered, monkeypatch):
    """What is installed decides what a chart looks like."""
    copy(PACKAGE / "fonts/BriefSans-Regular.ttf", (rendered / "data/fonts").mkdir() or rendered / "data/fonts/Own.ttf")
    assert "s ran: changed: font Own.ttf" in explained(rendered)
    monkeypatch.setattr(fingerprint, "library_versions", lambda: {"pandas": "0.1"})
    replace(rendered / "params/e.yaml", "A brief", "A third name")
    assert "library Python" in explained(rendered)


@pytest.mark.thorough
def test_a_comment_in_a_chart_runs_what_draws_it(brief, tmp_path):
    """And nothing else; a change of the style sheet runs nothing."""
    draws = 'brief.chart.lines(trade, id="c", title="Trade", alt="A line that rises.")'
    root = brief(["trade, 2016, 17, published 2018-03-01", ROWS[0]], s=[READ[0], draws, SETTLE], t=["print(1)"])
    package = copytree(PACKAGE, tmp_path / "src/briefkit")
    line, env = [*command(root, "render", "--explain")], os.environ | {"PYTHONPATH": str(tmp_path / "src")}

    def progress() -> str:
        return subprocess.run(line, env=env, capture_output=True, text=True, check=True).stdout

    progress()
    for path, text in (("charts/kinds/lines.py", "\n# a comment\n"), ("report/templates/page.css", "\n")):
        with (package / path).open("a", encoding="utf-8") as file:
            file.write(text)
        explained = progress()
        assert ("s ran: changed: package charts/kinds/lines.py" in explained) == (path == "charts/kinds/lines.py")
        assert "t reused" in explained and "nothing changed" not in explained


def test_a_failed_section_is_not_kept(rendered):
    replace(rendered / "notebooks/01_s.ipynb", "Trade was {{ trade }}.", "Trade was {{ trad }}.")
    for _ in range(2):
        done = briefkit(rendered, "render", "--explain")
        assert done.returncode == 1 and "s ran: changed: code cell 4" in done.stdout


def test_a_damaged_result_is_made_again_with_a_warning(rendered):
    """A file cut short, or one whose bytes were changed."""
    (kept,) = (rendered / ".briefkit_cache/executed").rglob("*/*/*")
    kept.write_bytes(kept.read_bytes()[:-9])
    replace(rendered / "params/e.yaml", "A brief", "Another name")
    with pytest.warns(UserWarning, match="damaged"):
        assert "s ran" in explained(rendered)
    assert "18.4" in page(rendered)


@pytest.mark.thorough
def test_two_renders_at_once_share_a_cache(brief, tmp_path):
    """Neither sees a file that the other has half written."""
    root = brief(ROWS, s=READ, t=["print(1)"])
    lines = [command(root, "render", "--to", "json", "--out", str(tmp_path / side)) for side in "ab"]
    running = [subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for line in lines]
    assert [one.communicate()[1] for one in running] == [b"", b""]
    assert [one.returncode for one in running] == [0, 0]
    assert (tmp_path / "a/e/manifest.json").read_bytes() == (tmp_path / "b/e/manifest.json").read_bytes()


def test_a_store_stays_within_its_limit(tmp_path):
    """What was used longest ago goes first; another kind of address works alike."""
    for address in (str(tmp_path / "store"), "memory://store"):
        store = Store(address)
        for name in "abc":
            store.write(f"x/{name}", {"value": name * 1000})
        if store.files()[0][0].startswith(str(tmp_path)):
            for age, name in enumerate("cba"):
                os.utime(tmp_path / "store/x" / name, (1e9 + age, 1e9 + age))
            assert store.read("x/c") == {"value": "c" * 1000}
        size = store.files()[0][1]
        assert store.prune(2 * size) == size and len(store.files()) == 2
        assert store.read("x/nosuch") is None
    assert Store(str(tmp_path / "store")).names("x") == ["x/a", "x/c"]


def test_results_can_be_kept_elsewhere(rendered):
    """In any address that fsspec knows."""
    assert "it has not run before" in explained(rendered, "--cache", "memory://there", "--as-of", "2018-11-01")
    assert "s reused" in explained(rendered, "--cache", "memory://there", "--as-of", "2018-11-02")


def test_a_result_depends_on_every_module_that_a_section_imports():
    """All of them, also those that others import; and of the kinds of charts those that are drawn."""
    code = (
        "import sys, briefkit.notebook.brief; print(*(n for n, m in sys.modules.items() if n.startswith('briefkit.')))"
    )
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    files = {
        Path(sys.modules[name].__file__ if name in sys.modules else import_module(name).__file__) for name in names
    }
    progress = fingerprint.modules(["brief.chart.lines(a)", "%%prose\nThe law bars it, and counts the steps."])
    assert {path.relative_to(PACKAGE).as_posix() for path in files} <= set(progress)
    assert {f"charts/{name}.py" for name in ("kinds/lines", "axes", "svg", "screen_layout", "chart_cache")} <= set(
        progress
    )
    assert not {f"charts/kinds/{name}.py" for name in ("bars", "counts", "steps")} & set(progress)


def test_python_is_part_of_what_a_result_depends_on():
    """And so is every library."""
    found = fingerprint.parts([], {}, Path("nosuch"))
    assert platform.python_version() in found["library Python"] and "library pandas" in found
    assert not any(name.startswith("package report/") for name in found)
