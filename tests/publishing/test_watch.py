"""An edition while it is being written: real files, a real server, a real process and a real browser."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
import sample

from briefkit.errors import BriefError
from briefkit.publishing.preview_server import EVENTS, Server, State
from briefkit.report import html
from conftest import IN_BROWSER, REPO, command, write_brief

CARDS = "document.querySelector('#Nb2').getClientRects().length"


# ── The server alone


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Server]:
    """The sample report in a folder with a secret beside it."""
    folder = tmp_path / "e"
    folder.mkdir()
    (tmp_path / "secret.html").write_text("secret")
    (folder / "link.html").symlink_to(tmp_path / "secret.html")
    (folder / "rows.csv").write_text("name\nДневник\n", "utf-8")
    put(folder, html.render(sample.report()))
    server = Server(0, folder)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def put(folder: Path, page: str) -> None:
    """What a render leaves."""
    (folder / "index.html").write_text(page, "utf-8")
    (folder / "manifest.json").write_text(json.dumps({"page": hash(page)}))


def get(port: int, path: str, *hosts: str) -> tuple[int, str, Any]:
    """Status, content and headers for a path, asked for as it stands."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.putrequest("GET", path, skip_host=True)
        for host in hosts or ("127.0.0.1",):
            connection.putheader("Host", host)
        connection.endheaders()
        response = connection.getresponse()
        endless = response.headers["Content-Type"] == "text/event-stream"
        return response.status, "" if endless else response.read().decode(), response.headers


@contextmanager
def listening(port: int) -> Iterator[Iterator[dict[str, Any]]]:
    """States as they come."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", EVENTS)
        lines = connection.getresponse()
        yield (json.loads(line[6:]) for line in lines if line.startswith(b"data: "))


def test_only_this_machine_is_answered(served):
    """A draft is nobody else's; the address is the loopback's."""
    assert served.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    "hosts",
    [["evil.example"], ["127.0.0.1.evil.example:80"], ["localhost.evil"], ["", ""], ["127.0.0.1", "evil.example"]],
)
@pytest.mark.parametrize("path", ["/", EVENTS])
def test_a_page_of_elsewhere_cannot_read_the_draft(served, path, hosts):
    """DNS rebinding: a name of the attacker's is made to point here, but the browser still sends that name."""
    status, content, _ = get(served.server_port, path, *hosts)
    assert status == 403 and "briefkit watch answers to" in content and "harbour" not in content


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8018", "LOCALHOST:1"])
def test_the_names_of_this_machine_are_answered(served, host):
    """The check must be able to pass."""
    assert get(served.server_port, "/", host)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/x/../../secret.html",
        "//../secret.html",
        "/link.html",
        "/%00",
        "/" + "a" * 5000,
    ],
)
def test_nothing_outside_the_folder_is_served(served, path):
    """Neither by dots, however written, nor by a link."""
    status, content, _ = get(served.server_port, path)
    assert status == 404 and "secret\n" not in content and content != "secret"


def test_what_is_not_there_is_named_as_text(served):
    """A path is anybody's words."""
    status, content, _ = get(served.server_port, "/<b>brief.pdf")
    assert status == 404 and "/&lt;b&gt;brief.pdf is not among the pages" in content


def test_the_served_page_lets_in_its_script_and_the_file_stays(served, tmp_path):
    """The page that is published runs no script; the policy of the served one opens no further than needed."""
    file = (tmp_path / "e/index.html").read_text("utf-8")
    _, page, headers = get(served.server_port, "/")
    assert "/.watch/page.js" in page and page.count("<script src") == 1
    policy = re.search(r'Security-Policy" content="([^"]*)"', page)[1].replace("&#39;", "'")
    assert policy.startswith("script-src 'self'; connect-src 'self'; default-src 'none'; style-src 'sha256-")
    assert (
        "script-src" not in file
        and page.replace(re.search(r"<script src.*?</script>", page)[0], "").replace(
            "script-src 'self'; connect-src 'self'; ", ""
        )
        == file
    )
    assert headers["Cache-Control"] == "no-store"


def test_data_is_served_as_it_is(served):
    """Letters of every script, and no script tag in a table."""
    status, content, headers = get(served.server_port, "/rows.csv")
    assert (status, content, headers["Content-Type"]) == (200, "name\nДневник\n", "text/csv; charset=utf-8")


def test_a_taken_port_gets_a_sentence(served, tmp_path):
    """The other one is likely a watch in another window."""
    with pytest.raises(BriefError, match=f"port: found {served.server_port} taken.*--port"):
        Server(served.server_port, tmp_path / "e")


def test_a_first_render_that_failed_is_shown(served, tmp_path):
    """Its page says which cell stopped, and the sections that did not are there."""
    (tmp_path / "e").rename(tmp_path / "e.failed")
    assert served.manifest_hash() and get(served.server_port, "/")[0] == 200


# ── A reader's browser


def in_browser(test: Any) -> Any:
    """As the tests of the page, but where the other tests of this module run."""
    browsing, _, skipped_without = IN_BROWSER
    return browsing(skipped_without(test))


@pytest.fixture
def opened(browser: Any) -> Iterator[Any]:
    """Opens an address; what the page complained of is kept on it."""
    with closing(browser.new_context(viewport={"width": 1000, "height": 600})) as context:

        def open_page(address: str) -> Any:
            page = context.new_page()
            page.said = []
            page.on("console", lambda message: page.said.append(message.text))
            page.goto(address)
            return page

        yield open_page


def rendered_again(served: Server, page: Any) -> None:
    """Thirty paragraphs come in above the reader, who waits for the reload."""
    file = served.folder / "index.html"
    whole = file.read_text("utf-8")
    put(served.folder, whole.replace('<main id="main"', "<p>More.</p>" * 30 + '<main id="main"', 1))
    served.publish(State(served.manifest_hash()))
    page.locator(f'script[data-manifest="{served.manifest_hash()}"]').wait_for(state="attached")
    page.wait_for_load_state("load")
    until(lambda: page.evaluate("history.scrollRestoration") == "auto", 10)  # the last thing that the script does


@in_browser
def test_the_page_reloads_where_the_reader_is(served, opened):
    """What came in above moves neither the lines being read nor what the reader had opened."""
    page = opened(served.address)
    chart = page.locator("#gas-share")
    chart.locator("summary").first.click()
    page.evaluate(
        "document.querySelector('#gas-share').scrollIntoView({block: 'start', behavior: 'instant'}); scrollBy({top: 37, behavior: 'instant'})"
    )
    before, scrolled = chart.bounding_box()["y"], page.evaluate("scrollY")
    rendered_again(served, page)
    assert page.evaluate("scrollY") > scrolled + 300
    assert abs(chart.bounding_box()["y"] - before) < 2
    assert chart.locator("details[open]").count() == 1 and page.locator("details[open]").count() == 1
    assert page.said == []


@in_browser
def test_an_open_note_stays_open_and_the_page_in_place(served, opened):
    """The address ends in the note's id, where a browser would scroll to."""
    page = opened(served.address)
    page.locator("#Rb2-2").click()
    before = page.locator("#Rb2-2").bounding_box()["y"]
    rendered_again(served, page)
    assert page.evaluate(CARDS) and page.url.endswith("#Nb2")
    assert abs(page.locator("#Rb2-2").bounding_box()["y"] - before) < 2


@in_browser
def test_at_the_top_the_page_stays_at_the_top(served, opened):
    """Nothing was read yet: what is new above is seen."""
    page = opened(served.address)
    rendered_again(served, page)
    assert page.evaluate("scrollY") == 0


@in_browser
def test_an_error_is_shown_as_text_and_goes(served, opened):
    """The words of an error are those of a file; they must not become part of the page."""
    page = opened(served.address)
    served.publish(State(served.manifest_hash(), "observations.csv:3: found <img src=x>\nand more"))
    bar = page.get_by_role("alert")
    bar.wait_for()
    assert bar.inner_text() == "observations.csv:3: found <img src=x>\nand more"
    assert bar.bounding_box()["y"] + bar.bounding_box()["height"] == 600
    served.publish(State(served.manifest_hash()))
    bar.wait_for(state="detached")
    assert page.said == []


# ── The whole command


class Desk:
    """A brief, a copy of the package, and the command that watches both.

    `change` alters a file; on leaving it is as it was before.
    """

    def __init__(self, folder: Path) -> None:
        self.root, self.source = folder / "brief", folder / "src"
        write_brief(self.root)
        shutil.copytree(REPO / "src", self.source)
        self.said = folder / "said.txt"
        self.process = subprocess.Popen(
            command(self.root, "watch", "--port", "0"),
            stdout=self.said.open("wb"), stderr=subprocess.STDOUT, env=os.environ | {"PYTHONPATH": str(self.source)},
        )  # fmt: skip

    @property
    def port(self) -> int:
        """Where it serves, as told."""
        return int(until(lambda: re.search(r"http://127\.0\.0\.1:(\d+)/ \(Ctrl-C", self.said.read_text()))[1])

    def page(self) -> str:
        """The page as it is served now."""
        return get(self.port, "/")[1]

    def state(self) -> dict[str, Any]:
        """The state once no render is under way."""
        with listening(self.port) as states:
            return next(state for state in states if not state["busy"])

    def renders(self) -> int:
        """How many it has told of."""
        return len(re.findall(r"(?m) \d+\.\d s(, failed)?$", self.said.read_text()))

    def settle(self) -> None:
        """Wait until nothing is under way, nor about to be."""
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < 0.7:
            before = self.renders()
            self.state()
            time.sleep(0.1)
            idle_since = idle_since if self.renders() == before and not self.busy() else time.monotonic()

    def busy(self) -> bool:
        """Whether a render is under way."""
        with listening(self.port) as states:
            return bool(next(states)["busy"])

    def until_page(self, text: str) -> None:
        """Wait for a text on the page."""
        until(lambda: text in self.page())

    @contextmanager
    def change(self, path: Path, old: str, new: str) -> Iterator[None]:
        """Put other words into a file for as long as the block lasts."""
        whole = path.read_text("utf-8")
        assert old in whole
        save(path, whole.replace(old, new))
        try:
            yield
        finally:
            save(path, whole)
            self.settle()
            assert not self.state()["error"] and "18.4" in self.page()

    def end(self, how: signal.Signals) -> None:
        """End it; with it goes all that it started."""
        started = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(how)
        self.process.wait(30)
        assert psutil.wait_procs(started, 30)[1] == []


def save(path: Path, text: str) -> None:
    """In one step, as editors do: half a file is another change."""
    aside = path.with_name(f"{path.name}.new")
    aside.write_text(text, "utf-8")
    aside.replace(path)


def until(found: Any, seconds: float = 60) -> Any:
    """What a function gives, once it gives something."""
    ends = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(0.05)
    return result


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One for all tests; its first render is there."""
    made = Desk(tmp_path_factory.mktemp("desk"))
    until(lambda: made.state()["manifest"])
    yield made
    made.process.kill()
    made.process.wait()


together = pytest.mark.xdist_group("watch")


@together
@pytest.mark.kernel
@pytest.mark.thorough
def test_a_change_is_rendered_served_and_told(desk):
    """One line says what changed; what `render` makes in build/ is left alone."""
    made = desk.state()["manifest"]
    with listening(desk.port) as states, desk.change(desk.root / "data/observations.csv", "18.4", "19.6"):
        assert next(state for state in states if state["manifest"] != made)["error"] == ""
        desk.until_page("19.6")
    assert re.search(r"(?m)^data/observations\.csv: \d+\.\d s$", desk.said.read_text())
    assert [path.name for path in (desk.root / "build").iterdir()] == [".watch"]


ROW, BOOK, YAML = "data/observations.csv", "notebooks/01_s.ipynb", "params/e.yaml"


@together
@pytest.mark.kernel
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (ROW, "18.4", "1O5", "observations.csv:2: value: found "),
        (YAML, "title: A brief", "title: [", "e.yaml:"),
        (BOOK, '"%%prose', '"1/0', "01_s.ipynb: cell 5: "),
    ],
)
def test_an_error_is_told_and_the_last_good_page_stands(desk, file, old, new, message):
    """A bad row, a broken YAML, a failing cell; the next good render clears it."""
    with desk.change(desk.root / file, old, new):
        assert message in until(lambda: desk.state()["error"])
        assert "18.4" in desk.page()
    assert desk.state()["error"] == ""


@together
@pytest.mark.kernel
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("new", "seen"),
    [('"UTF-8"))  # no change', ""), ("(", "SyntaxError"), ("raise_here()", "NameError: name 'raise_here'")],
)
def test_a_changed_package_renders_in_a_fresh_process(desk, new, seen):
    """Modules stay in memory: only a new process sees the new ones, and what is wrong with them."""
    process = renderer(desk)
    file = desk.source / "briefkit/report/html.py"
    with desk.change(
        file, "from __future__ import annotations\n", f"from __future__ import annotations\n{new if seen else ''}\n"
    ):
        until(lambda: seen in desk.state()["error"] and not process.is_running())
        assert "18.4" in desk.page()


def renderer(desk: Desk) -> psutil.Process:
    """The process that renders."""
    return psutil.Process(desk.process.pid).children()[0]


@together
@pytest.mark.kernel
@pytest.mark.thorough
def test_a_changed_template_shows_on_the_page(desk):
    """The package's own pages are written with the same command."""
    template = desk.source / "briefkit/report/templates/base.html.j2"
    with desk.change(template, "Skip to the ", "Go to the "):
        desk.until_page("Go to the text")


@together
@pytest.mark.kernel
@pytest.mark.thorough
def test_a_process_that_renders_and_is_killed_is_replaced(desk):
    """Memory may run out; the next change renders all the same."""
    renderer(desk).kill()
    with desk.change(desk.root / ROW, "18.4", "19.7"):
        desk.until_page("19.7")


@together
@pytest.mark.kernel
@pytest.mark.thorough
def test_changes_during_a_render_come_as_one(desk):
    """Ten saves in a row must not queue ten renders."""
    before, file = desk.renders(), desk.root / ROW
    with listening(desk.port) as states, desk.change(file, "18.4", "21.0"):
        next(state for state in states if state["busy"])
        for value in ("21.1", "21.2", "21.3"):
            save(file, re.sub(r"21\.\d", value, file.read_text()))
        desk.settle()
        assert desk.renders() == before + 2 and "21.3" in desk.page()


@in_browser
@together
@pytest.mark.kernel
@pytest.mark.thorough
def test_an_observation_saved_is_seen_without_a_hand_on_the_browser(desk, opened):
    """And a bad one in a bar, above a page that still reads."""
    page = opened(f"http://localhost:{desk.port}/")
    with desk.change(desk.root / ROW, "18.4", "22.5"):
        page.get_by_text("Trade was 22.5").wait_for()
    page.get_by_text("Trade was 18.4").wait_for()
    with desk.change(desk.root / ROW, "18.4", "<b>1O5</b>"):
        bar = page.get_by_role("alert")
        bar.wait_for()
        assert "<b>1O5</b>" in bar.inner_text() and page.get_by_text("Trade was 18.4").is_visible()
    bar.wait_for(state="detached")
    assert page.said == []


@pytest.mark.kernel
@pytest.mark.thorough
@pytest.mark.parametrize(
    ("how", "early"),
    [(signal.SIGINT, True), (signal.SIGINT, False), (signal.SIGTERM, False), (signal.SIGKILL, True)],
)
def test_however_it_ends_no_process_is_left(tmp_path, how, early):
    """In the middle of a render or after it; Ctrl-C is the usual way out, and no failure."""
    desk = Desk(tmp_path)
    until(lambda: psutil.Process(desk.process.pid).children(recursive=True)[2:] if early else desk.state()["manifest"])
    desk.end(how)
    assert desk.process.returncode == (0 if how == signal.SIGINT else -how)
    assert ("ended; nothing is served any more" in desk.said.read_text()) == (how == signal.SIGINT)


def test_an_edition_that_is_not_there_is_refused(brief):
    """Before anything is served."""
    done = subprocess.run(command(brief(), "watch", "f", "--port", "0"), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "") and 'edition: found "f"' in done.stderr
