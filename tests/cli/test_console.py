"""What commands print: on a terminal, and for a program."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import suppress

import pytest
from test_diff import figure, record

from briefkit.cli.console import print_moves
from briefkit.report.diff import compare
from conftest import SETTLE, command

LONG = "trade.of_all_things.between.both_countries"
READ_LONG = ['trade = brief.figure("trade")', f'long = brief.figure("{LONG}")', "%%prose\nIt was {{ long }}.", SETTLE]


def on_a_terminal(line: list[str], typed: str = "", **pipes: int) -> tuple[int, str, str]:
    """Run a command on a terminal of 80 columns; gives exit code, what the terminal showed, and what went elsewhere."""
    ours, theirs = pty.openpty()
    ends = {"stdin": theirs, "stdout": theirs, "stderr": theirs} | pipes
    env = os.environ | {"COLUMNS": "80", "TERM": "xterm"}
    running = subprocess.Popen(line, **ends, env=env, start_new_session=True)
    os.close(theirs)
    os.write(ours, typed.encode())
    shown = b""
    with suppress(OSError):  # the terminal is gone with its last reader
        while part := os.read(ours, 65536):
            shown += part
    out = running.communicate(timeout=60)[0] or b""
    return running.returncode, shown.decode(), out.decode()


@pytest.mark.kernel
def test_add_says_what_it_does_and_writes_only_when_told_to(brief):
    """Whoever only presses Enter has not read what would move; an id stands in one piece."""
    root = brief([f"{name}, 2017, 18.4, published 2018-03-01" for name in ("trade", LONG)], s=READ_LONG)
    before = (root / "data/observations.csv").read_bytes()
    row = [LONG, "2018", "3", "--published", "2018-12-31", "--source", "s"]
    code, shown, _ = on_a_terminal(command(root, "add", *row), "\n")
    assert code == 1 and "comparing the latest edition with and without the row" in shown, shown
    assert "Write it? [y/N]" in shown and LONG in shown
    assert (root / "data/observations.csv").read_bytes() == before


@pytest.mark.kernel
def test_diff_tells_on_the_terminal_what_it_does_and_a_program_reads_json(brief):
    """Half a minute without a word looks like a hang; progress goes beside the answer."""
    line = command(brief(), "diff", "e", "e@2018-06-30", "--json")
    code, shown, out = on_a_terminal(line, stdout=subprocess.PIPE)
    assert code == 0 and json.loads(out)["new"]["as_of"] == "2018-06-30"
    assert "comparing e and e@2018-06-30" in shown


def test_an_answer_of_yes_or_no_is_printed_in_words(capsys):
    """`0 → 1` of an id says little to a reader."""
    old, new = (figure(value, period, unit="yes or no") for value, period in ((1, "2017"), (0, "2018")))
    print_moves(compare(record([old]), record([new]), names={"trade": "Goods are traded", "coal": "Coal"}))
    text = capsys.readouterr().out
    assert "Goods are traded" in text and "yes (2017, s)" in text and "no (2018, s)" in text
    print_moves(compare(record([figure(1234567.5)]), record([figure(1234567.5, "2018")])))
    assert "1234567.5 (2018, s)" in (text := capsys.readouterr().out) and "new period, same value" in text
