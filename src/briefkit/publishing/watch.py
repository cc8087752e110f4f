"""An edition while it is being written: rendered on each change, and its page reloaded where the reader stands.

This process watches files and serves pages; it stays light. Another one renders, asked line by line over a pipe, and
keeps what it has warmed up. Where the package itself has changed a new one takes its place; it ends with this one.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import webbrowser
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import click

from briefkit.errors import BriefError, UnknownName
from briefkit.hashing import PACKAGE
from briefkit.project.layout import Project, editions_in
from briefkit.project.options import RenderOptions
from briefkit.publishing.preview_server import News, Server

_READ_EACH_TIME = {".csv", ".yaml", ".ipynb"}
"""What a process that has rendered reads again; modules, templates and fonts it keeps in memory."""


def watch(project: Project, edition: str = "", *, port: int = 8018, opening: bool = False) -> None:
    """Serve an edition and render it again on each change, until interrupted.

    Parameters
    ----------
    project : Project
        The brief.
    edition : str
        The latest when empty.
    port : int
        0 for one that is free.
    opening : bool
        Whether to open the page in a browser.

    Raises
    ------
    BriefError
        If there is no such edition, or the port is taken.
    """
    known = editions_in(project.params)
    edition = edition or next(reversed(known), "")
    if edition not in known:
        raise UnknownName("edition", edition, known)
    out = project.root / "build" / ".watch"  # apart: what `render` made keeps its PDF
    server, renderer = Server(port, out / edition), _Renderer(project.root, edition, out)
    Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"{edition}: {server.address} (Ctrl-C ends it)")
    if opening:
        webbrowser.open(server.address)
    try:
        for names, anew in _changes(project):
            began = time.monotonic()
            server.tell(News(server.news.made, server.news.error, busy=True))
            error = renderer.render(anew=anew)
            server.tell(News(server.made(), error))
            click.echo(f"{names}: {time.monotonic() - began:.1f} s{', failed' * bool(error)}")
            if error:
                click.echo(error, err=True)
    except KeyboardInterrupt:
        click.echo("ended; nothing is served any more")
    finally:
        renderer.end()
        server.shutdown()
        server.server_close()


def _changes(project: Project) -> Iterator[tuple[str, bool]]:
    """What changed, and whether it takes a new process; at first what is there. Changes meanwhile come as one."""
    from watchfiles import DefaultFilter
    from watchfiles import watch as watched

    folders = [path.resolve() for path in (project.data, project.notebooks, project.params, PACKAGE) if path.is_dir()]
    asides = (*DefaultFilter.ignore_entity_patterns, r"^\.", r"^[^.]+$", r"\.(new|tmp)$")
    seen = DefaultFilter(ignore_dirs=(*DefaultFilter.ignore_dirs, ".ipynb_checkpoints"), ignore_entity_patterns=asides)
    # The first round gives nothing, as soon as all folders are watched: what changes in the first render is not missed.
    rounds = watched(*folders, watch_filter=seen, rust_timeout=200, yield_on_timeout=True)
    for number, changes in enumerate(rounds):
        paths = sorted({Path(path) for _, path in changes})
        names = [f"{path.parent.name}/{path.name}" for path in paths]
        if names or not number:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            yield ", ".join(names[:3]) + more or "start", any(path.suffix not in _READ_EACH_TIME for path in paths)


class _Renderer:
    """A process that renders when asked; it ends with this one, since then nobody asks any more."""

    def __init__(self, root: Path, edition: str, out: Path) -> None:
        program = "from briefkit.execution import startup; from briefkit.publishing import watch; watch.answer()"
        self._line = [sys.executable, "-c", program, str(root), edition, str(out)]
        self._process: Any = None
        self._complaints: Any = None

    def render(self, *, anew: bool) -> str:
        """What went wrong; empty if nothing did.

        Parameters
        ----------
        anew : bool
            Whether to begin with a new process.
        """
        if fresh := anew or self._process is None or self._process.poll() is not None:
            self.end()
            self._complaints = tempfile.TemporaryFile()  # noqa: SIM115
            self._process = subprocess.Popen(
                self._line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._complaints, encoding="utf-8",
                start_new_session=True,  # Ctrl-C reaches it from here, once, so that it can tidy up
            )  # fmt: skip
        with suppress(BrokenPipeError):
            self._process.stdin.write("render\n")
            self._process.stdin.flush()
        if line := self._process.stdout.readline():
            return str(json.loads(line))
        if not fresh:  # it went away while it had nothing to do, or memory ran out
            return self.render(anew=True)
        code = self._process.wait()
        self._complaints.seek(0)
        said = self._complaints.read().decode(errors="replace").strip()
        return said or f"the process that renders ended with {code}; look for memory running out"

    def end(self) -> None:
        """End the process, and with it all that it started."""
        if self._process is None:
            return
        with suppress(OSError):
            self._process.stdin.close()
        if os.name == "posix":
            self._process.send_signal(signal.SIGINT)
        else:
            self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._complaints.close()


def answer() -> None:
    """In the process that renders: for each line a render, and what went wrong in it as JSON."""
    from briefkit.execution.pool import keep_ready
    from briefkit.execution.run import Job
    from briefkit.project.notebooks import sections
    from briefkit.publishing import build

    root, edition, out = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    project = Project(Path(root))
    wanted = RenderOptions((edition,), formats=("html",), out=Path(out), cache=str(project.cache.resolve()))
    for _ in sys.stdin:
        try:
            wrong = [str(error) for made in build.render(project, wanted) for error in made.failed]
        except BriefError as error:
            wrong = [str(error)]
        except Exception:  # the package is being edited, too
            wrong = [traceback.format_exc()]
        print(json.dumps("\n".join(wrong)), file=answers, flush=True)
        if not wrong:
            with suppress(BriefError, ValueError):  # a notebook half saved: the next render says so
                notebook, *_ = sections(project.notebooks).values()
                keep_ready(2, Job(edition, "", notebook.resolve(), root=project.root.resolve(), store=wanted.cache))
