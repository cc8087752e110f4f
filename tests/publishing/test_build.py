"""An edition from YAML to a folder: swapped in whole, or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from briefkit.execution.interrupts import defer_interrupts, raise_pending_interrupt, record_interrupts
from briefkit.publishing import build
from conftest import SETTLE, briefkit, command

pytestmark = pytest.mark.kernel


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file."""
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_an_edition_becomes_a_folder(brief):
    """HTML, PDF, JSON, sections, notebooks and a manifest that names each file by its hash."""
    root = brief()
    done = briefkit(root, "render", "e")
    assert done.returncode == 0, done.stderr
    folder = root / "build" / "e"
    made = hashes(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["files"] == {name: made[name] for name in made if name != "manifest.json"}
    assert {"index.html", "card.png", "brief.pdf", "edition.json", "sections/s.html", "notebooks/01_s.ipynb"} <= set(
        made
    )
    assert "18.4" in (folder / "index.html").read_text()
    begun, made_, last = done.stdout.splitlines()
    assert begun == "e s: done (1 of 1)" and made_.startswith(f"e: {folder}/index.html")
    assert re.fullmatch(rf"1 edition in \d+ s; open {folder}/index\.html \(PDF: brief\.pdf beside it\)", last)


def test_the_same_inputs_give_the_same_bytes(brief, tmp_path):
    """Also in another process and another place."""
    root = brief()
    subprocess.run(command(root, "render", "--out", str(tmp_path / "one")), check=True, capture_output=True)
    assert briefkit(root, "render", "--out", str(tmp_path / "two"), "--jobs", "1").returncode == 0
    assert hashes(tmp_path / "one" / "e") == hashes(tmp_path / "two" / "e")


def test_an_added_observation_changes_its_number_and_nothing_else(brief):
    """In the record: the figure and the claim that rests on it; on the page: no other sentence."""
    rows = ["trade, 2017, 18.4, published 2018-03-01", "coal, 2017, 7.5, published 2018-03-01"]
    read = ['trade = brief.figure("trade")', 'coal = brief.figure("coal")']
    root = brief(rows, s=[*read, "%%prose\nTrade was {{ trade }}.", "%%prose\nCoal was {{ coal }}.", SETTLE])
    assert briefkit(root, "render", "--to", "html,json").returncode == 0
    before, page = json.loads((root / "build/e/edition.json").read_text()), (root / "build/e/index.html").read_text()
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,18.9,,,2018-05-10,s,verified,\n")
    assert briefkit(root, "render", "--to", "html,json").returncode == 0
    after, new = json.loads((root / "build/e/edition.json").read_text()), (root / "build/e/index.html").read_text()
    moved = [
        (old, now)
        for name in ("figures", "claims")
        for old, now in zip(before[name], after[name], strict=True)
        if old != now
    ]
    assert [(old.get("figure") or old["claim"], now.get("value") or now["margin"]) for old, now in moved] == [
        ("trade", 18.9),
        ("grew", 8.9),
    ]
    assert "18.4" in page and "18.9" in new and "18.9" not in page
    sentence = next(part for part in page.split("<p") if "Coal was" in part)
    assert sentence.split("</p>")[0] in new


def test_a_failed_section_says_so_and_the_last_good_build_stands(brief):
    """The others are made; the summary names notebook, cell and error; exit 1."""
    root = brief(s=['trade = brief.figure("trade")', "%%prose\nTrade was {{ trade }}."], t=["print(1)"])
    assert briefkit(root, "render").returncode == 0
    good = hashes(root / "build/e")
    path = root / "notebooks/02_t.ipynb"
    path.write_text(path.read_text().replace("print(1)", "1 / 0"))
    done = briefkit(root, "render")
    assert done.returncode == 1
    assert "02_t.ipynb: cell 4: ZeroDivisionError" in done.stderr
    assert hashes(root / "build/e") == good
    page = (root / "build/e.failed/index.html").read_text()
    assert "18.4" in page and "ZeroDivisionError" in page
    assert "ZeroDivisionError" in (root / "build/e.failed/sections/t.html").read_text()


def test_wrong_input_is_refused_before_anything_runs(brief):
    """All problems of ledger, edition and notebooks at once; exit 2; nothing is made."""
    root = brief(edition='edition: e\ntitle: A brief\nas_of: "2018-12-31"\nband: 1\n')
    with (root / "data/observations.csv").open("a", encoding="utf-8") as file:
        file.write("trade,2017,x,,,2018-05-10,s,verified,\n")
    done = briefkit(root, "render")
    assert done.returncode == 2
    assert "observations.csv:3: value" in done.stderr and 'e.yaml:4: band: found "band"' in done.stderr
    assert not (root / "build").exists()


def test_a_parameter_that_no_notebook_declares_is_refused(brief):
    """papermill would only warn."""
    root = brief(edition='edition: e\ntitle: A brief\nas_of: "2018-12-31"\nband: 1\n')
    (root / "params/schema.json").write_text('{"properties": {"band": {"type": "number"}}}')
    done = briefkit(root, "render")
    assert done.returncode == 2 and 'band: found "band", expected a parameter that a notebook declares' in done.stderr


def test_a_parameter_assigned_again_is_found(brief):
    """Below its cell it would undo what the edition sets."""
    done = briefkit(brief(s=['as_of = "2019-01-01"']), "render")
    assert done.returncode == 2 and "cell 4: found as_of = …" in done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_the_last_good_build(brief, how):
    """Ctrl-C ends with 130; after kill -9 the next run clears what was left."""
    root = brief(s=['trade = brief.figure("trade")', "import time; time.sleep(float(0))"])
    assert briefkit(root, "render").returncode == 0
    good = hashes(root / "build/e")
    path = root / "notebooks/01_s.ipynb"
    whole = path.read_text()
    path.write_text(whole.replace("time.sleep(float(0))", "open('begun', 'w').close(); time.sleep(30)"))
    line = command(root, "render")
    running = subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    while not (root / "begun").exists():
        time.sleep(0.1)
    os.killpg(running.pid, how)
    running.communicate(timeout=30)
    assert running.returncode == (130 if how == signal.SIGINT else -signal.SIGKILL)
    assert hashes(root / "build/e") == good
    path.write_text(whole)
    assert briefkit(root, "render").returncode == 0
    assert [p.name for p in (root / "build").iterdir() if p.name.endswith((".new", ".old"))] == []


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [1, 2, 3])
def test_an_interrupt_in_the_first_seconds_prints_our_line_alone(brief, seconds):
    """While the process that kernels are forked from still imports, Ctrl-C reaches it too; nothing is left behind."""
    root = brief(s=["import time; time.sleep(30)"])
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = subprocess.Popen(command(root, "render"), **pipes, start_new_session=True)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    # CPython ends by the signal itself where it was interrupted in an `exec` of text, as dataclasses are made: to a shell both are 130.
    code = running.returncode if running.returncode >= 0 else 128 - running.returncode
    assert (code, out, err.strip()) == (130, "", "interrupted; what was rendered before still stands")
    assert left_of(running.pid) == [] and not (root / "build/e").exists()


def test_an_interrupt_that_a_library_swallows_is_heeded(brief, monkeypatch):
    """Once in a while something that is just being imported does: the run would go on to its end."""
    prepare = build.prepare

    def swallowing(*given):
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        return prepare(*given)

    monkeypatch.setattr(build, "prepare", swallowing)
    root = brief()
    done = briefkit(root, "render", "--to", "html")
    assert (done.returncode, done.stdout) == (130, "") and not (root / "build/e").exists()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_command_in_the_background_goes_on_ignoring_interrupts():
    """As `briefkit render &` in a script does: the Ctrl-C of what runs in front is not for it."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with record_interrupts():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            raise_pending_interrupt()
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_interrupt_waits_for_imports_to_end():
    """A compiled library that is broken off says that its initialization failed: a traceback, and another exit code."""
    done = []
    with pytest.raises(KeyboardInterrupt), defer_interrupts():
        signal.raise_signal(signal.SIGINT)
        done.append("imported")
    assert done and signal.getsignal(signal.SIGINT) is signal.default_int_handler


def left_of(session: int) -> list[str]:
    """Processes of a session that still run, after the seconds that a kernel takes to see that it is alone."""
    for _ in range(50):
        running = [one.name() for one in psutil.process_iter() if _runs(one, session)]
        if not running:
            break
        time.sleep(0.2)
    return running


def _runs(process: psutil.Process, session: int) -> bool:
    try:
        return os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE
    except (ProcessLookupError, psutil.Error):
        return False


def test_another_day_makes_another_folder(brief):
    """`--as-of` must not overwrite the edition."""
    root = brief()
    assert briefkit(root, "render", "e", "--as-of", "2018-06-30", "--to", "json").returncode == 0
    assert json.loads((root / "build/e@2018-06-30/edition.json").read_text())["as_of"] == "2018-06-30"
    assert not (root / "build/e").exists()


def test_an_override_is_marked_on_the_page(brief):
    """With the analyst's reason and the value of the ledger."""
    text = 'edition: e\ntitle: A brief\nas_of: "2018-12-31"\noverrides:\n  - figure: trade\n    value: 20.5\n    reason: a newer count\n'
    root = brief(edition=text)
    assert briefkit(root, "render", "--to", "html").returncode == 0
    page = (root / "build/e/index.html").read_text()
    assert "20.5" in page and "a newer count" in page and "18.4" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["render", "nosuch"], 'edition: found "nosuch"'),
        (["render", "--to", "docx"], 'found "docx", expected some of html, pdf, json'),
        (["render", "--set", "x"], 'found "x", expected NAME=VALUE'),
        (["render", "--as-of", "soon"], '--as-of: found "soon", expected a day'),
        (["render", "--jobs", "0"], "0 is not in the range x>=1"),
        (["nosuch"], "No such command"),
    ],
)
def test_a_mistake_on_the_command_line_gets_a_sentence(brief, arguments, message):
    """No traceback; exit 2."""
    done = briefkit(brief(), *arguments)
    assert done.returncode == 2 and message in done.stderr and "Traceback" not in done.stderr
