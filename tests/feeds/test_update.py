"""`briefkit update`: from a server to the ledger, and what is said on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from feed_briefs import write_figure_feed
from server import busy, reply, send

from briefkit.ledger.ledger import load_ledger
from conftest import briefkit, command

OLD = "trade, 2017, 18.4, published 2018-03-01"
CSV = "period,value\n2016,17.1\n2017,18.9\n"


def rows(root: Path) -> list[str]:
    return (root / "data" / "observations.csv").read_text("utf-8").splitlines()[1:]


def test_new_and_revised_values_are_shown_and_appended(fed, server):
    """The analyst sees old and new before the ledger has them."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 3, done.stderr
    assert "1 new, 1 revised, 0 unchanged" in done.stdout and "18.4" in done.stdout
    assert [row.split(",")[:6] for row in rows(root)[1:]] == [
        ["trade", "2016", "17.1", "", "", "2018-03-29"],
        ["trade", "2017", "18.9", "", "", "2018-03-29"],
    ]
    book = load_ledger(root / "data")
    assert book.as_of("2018-03-28").figure("trade").value == 18.4
    assert book.as_of("2018-03-29").figure("trade").value == 18.9


def test_the_second_run_says_nothing_new(fed, server):
    """The monthly job runs whether or not there is news, and the server is not asked to send it again."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    before = rows(root)
    again = briefkit(root, "update", "--yes", "--no-preview")
    assert again.returncode == 0 and "nothing new" in again.stdout, again.stderr
    assert rows(root) == before and "If-Modified-Since" in server.asked[-1][1]
    assert len([*(root / "data" / "archive").iterdir()]) == 2


def test_a_dry_run_writes_nothing(fed, server):
    """Neither a row nor a document."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    done = briefkit(root, "update", "--dry-run", "--no-preview")
    assert done.returncode == 3 and "18.9" in done.stdout
    assert len(rows(root)) == 1 and not (root / "data" / "archive").exists()


def test_without_yes_nothing_is_written_where_nobody_can_be_asked(fed, server):
    """A job without a terminal must have been told."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    done = briefkit(root, "update", "--no-preview")
    assert done.returncode == 3 and "--yes" in done.stderr and len(rows(root)) == 1
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    assert len(rows(root)) == 3  # the server says 304 now: the archived document still counts


@pytest.mark.kernel
def test_the_preview_names_the_numbers_and_claims_that_would_move(fed, server):
    """By a real evaluation of the latest edition, as of today."""
    root = fed(OLD, url=server.publish("/trade.csv", "period,value\n2017,9.5\n"))
    done = briefkit(root, "update", "--dry-run", "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 3 and found["written"] == 0
    assert [(row["figure"], row["old"]["value"], row["new"]["value"]) for row in found["moves"]["figures"]] == [
        ("trade", 18.4, 9.5)
    ]
    assert [claim["claim"] for claim in found["moves"]["claims"]] == ["grew"]


def test_json_says_what_a_program_needs(fed, server):
    """Feeds, documents with their hashes, changes, and the exit code."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    found = json.loads(briefkit(root, "update", "--json", "--yes", "--no-preview").stdout)
    (feed,) = found["feeds"]
    assert found["written"] == 2 and found["exit_code"] == 3 and feed["fetched"] == 1
    assert feed["revised"][0]["old"] == 18.4 and feed["revised"][0]["value"] == "18.9"
    assert (root / "data" / "archive" / feed["documents"][0]["sha256"]).read_text("utf-8") == CSV


def test_a_source_that_is_not_reached_leaves_the_others(fed, server):
    """One office's server must not stop the figures of all others."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    write_figure_feed(root, "lost", "oil", url=f"{server.address}/gone.csv")
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 4 and "404" in done.stderr and len(rows(root)) == 3
    assert server.count("/gone.csv") == 1  # what is gone is not asked for again and again


def test_a_withdrawn_value_is_reported_and_kept(fed, server):
    """The ledger has no word yet for what a source takes back."""
    root = fed(
        OLD,
        "trade, 2016, 17.1, published 2017-03-01",
        url=server.publish("/t.csv", "period,value\n2016,17.1\n2017,:\n"),
    )
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert "1 withdrawn" in done.stdout and done.returncode == 3 and len(rows(root)) == 2


def test_a_kept_back_jump_is_taken_when_it_is_accepted(fed, server):
    """A slip of a thousand in a file must not become a finding."""
    known = [f"trade, {year}, {100 + year % 7}, published {year + 1}-03-01" for year in range(2000, 2017)]
    root = fed(*known, url=server.publish("/t.csv", "period,value\n2016,100\n2017,103000\n"))
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 2 and "unexpected jump" in done.stdout and "--accept trade" in done.stdout
    assert len(rows(root)) == 17
    taken = briefkit(root, "update", "--yes", "--no-preview", "--accept", "trade")
    assert taken.returncode == 3 and "103000" in rows(root)[-1]


def test_all_or_nothing(fed, server):
    """A row that the ledger cannot believe keeps back those that it could."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    write_figure_feed(root, "share", "share", unit="percent", url=server.publish("/s.csv", "period,value\n2017,180\n"))
    before = (root / "data" / "observations.csv").read_bytes()
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 2 and "0 to 100" in done.stderr
    assert (root / "data" / "observations.csv").read_bytes() == before


def test_two_updates_at_once_append_each_row_once(fed, server):
    """Two people, or a person and the monthly job."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    line = command(root, "update", "--yes", "--no-preview")
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda _: subprocess.run(line, capture_output=True, text=True), range(2)))
    assert all(run.returncode in (0, 3) for run in runs), [run.stderr for run in runs]
    assert len(rows(root)) == 3 and len({row.split(",")[1] for row in rows(root)[1:]}) == 2


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(fed, server):
    """What was there is there, and the next run does what is left."""

    def answer(request):
        time.sleep(0.4)
        send(request, CSV.encode())

    root = fed(OLD, url=server.answer("/trade.csv", answer))
    running = subprocess.Popen(command(root, "update", "--yes", "--no-preview"), stdout=subprocess.PIPE)
    while not server.asked:
        time.sleep(0.01)
    time.sleep(0.1)
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert rows(root) == [rows(root)[0]]
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    assert len(rows(root)) == 3


def test_a_full_disk_leaves_the_ledger_as_it_was(fed, server, monkeypatch):
    """Writing fails half way: the old file stands, and the half is gone."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    written = Path.write_bytes

    def full(path, content):
        if "observations" in path.name:
            written(path, content[: len(content) // 2])
            raise OSError(28, "No space left on device")
        return written(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 2 and "No space left" in done.stderr
    assert len(rows(root)) == 1 and not [*(root / "data").glob("*.new")]


def test_replay_gives_the_fed_rows_again(fed, server):
    """From the documents alone, through revisions: the ledger can be checked against what was fetched."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    briefkit(root, "update", "--yes", "--no-preview")
    server.publish("/trade.csv", "period,value\n2016,17.1\n2017,19.3\n2018,20.0\n", "Fri, 29 Mar 2019 00:00:00 GMT")
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    same = briefkit(root, "update", "--replay")
    assert same.returncode == 0 and "4 rows as the archive gives them" in same.stdout, same.stdout
    path = root / "data" / "observations.csv"
    path.write_text(path.read_text("utf-8").replace("19.3", "19.4"), "utf-8")
    odd = briefkit(root, "update", "--replay")
    assert odd.returncode == 2 and "only the ledger has: trade, 2017: 19.4" in odd.stdout and "19.3" in odd.stdout


def test_an_edited_document_of_the_archive_is_named(fed, server):
    """Its hash is its name."""
    root = fed(OLD, url=server.publish("/trade.csv", CSV))
    briefkit(root, "update", "--yes", "--no-preview")
    (file,) = [path for path in (root / "data" / "archive").iterdir() if not path.suffix]
    file.write_text(CSV.replace("18.9", "19.9"), "utf-8")
    done = briefkit(root, "update", "--replay")
    assert done.returncode == 2 and "another hash" in done.stderr


@pytest.mark.kernel
def test_the_monthly_job_is_one_command(fed, server):
    """Update, edition, render, diff against the last; and again, when there is nothing new."""
    later = "Fri, 29 Mar 2019 00:00:00 GMT"
    root = fed(OLD, url=server.publish("/trade.csv", "period,value\n2017,9.5\n", later))
    done = briefkit(root, "update", "--yes", "--edition", "next")
    assert done.returncode == 3, done.stderr
    assert (
        (root / "build" / "next" / "index.html").is_file() and "grew" in done.stdout and "→ next (as of" in done.stdout
    )
    assert 'edition: "next"' in (root / "params" / "next.yaml").read_text("utf-8")
    again = briefkit(root, "update", "--yes", "--edition", "next")
    assert again.returncode == 0 and "nothing new" in again.stdout


def test_secrets_of_the_environment_are_sent_and_never_kept(fed, server, monkeypatch):
    """A key to a service belongs to a person, not to the brief."""
    monkeypatch.setenv("OFFICE_KEY", "s3cret")
    server.publish("/trade.csv", CSV)
    root = fed(OLD, url=server.address + "/trade.csv?key={key}", parameters={"key": "$OFFICE_KEY"})
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    assert server.asked[-1][0] == "/trade.csv?key=s3cret"
    assert not [path for path in (root / "data").rglob("*") if path.is_file() and b"s3cret" in path.read_bytes()]
    monkeypatch.delenv("OFFICE_KEY")
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 2 and "OFFICE_KEY" in done.stderr


def test_a_busy_server_is_asked_again(fed, server):
    root = fed(OLD, url=server.answer("/t.csv", busy(2, 503, lambda request: send(request, CSV.encode()))))
    assert briefkit(root, "update", "--yes", "--no-preview").returncode == 3
    assert server.count("/t.csv") == 3


def test_a_document_that_is_no_table_is_named_with_its_feed(fed, server):
    """The page of an error that a server sends with 200."""
    root = fed(OLD, url=server.answer("/t.csv", lambda request: reply(request, 200, b"<html>maintenance</html>")))
    done = briefkit(root, "update", "--yes", "--no-preview")
    assert done.returncode == 2 and "trade.yaml" in done.stderr and "/t.csv" in done.stderr
