"""Serve an edition while it is written: render on each change, and reload its page.

This process watches files and serves pages. A second one renders, one request a line over a pipe, and so imports
everything once. It is replaced when the package itself has changed, and ends with this one.
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
from briefkit.publishing.preview_server import Server, State

_READ_EACH_TIME = {".csv", ".yaml", ".ipynb"}
"""Kinds of files that are read in each render; modules, templates and fonts stay in the memory of the process."""


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
    editions = editions_in(project.params)
    edition = edition or next(reversed(editions), "")
    if edition not in editions:
        raise UnknownName("edition", edition, editions)
    out = project.root / "build" / ".watch"  # not build/: what `render` made there has a PDF
    server, renderer = Server(port, out / edition), _Renderer(project.root, edition, out)
    Thread(target=server.serve_forever, daemon=True).start()
    click.echo(f"{edition}: {server.address} (Ctrl-C ends it)")
    if opening:
        webbrowser.open(server.address)
    try:
        for names, restart in _changes(project):
            started = time.monotonic()
            server.publish(State(server.state.manifest, server.state.error, busy=True))
            error = renderer.render(restart=restart)
            server.publish(State(server.manifest_hash(), error))
            click.echo(f"{names}: {time.monotonic() - started:.1f} s{', failed' * bool(error)}")
            if error:
                click.echo(error, err=True)
    except KeyboardInterrupt:
        click.echo("ended; nothing is served any more")
    finally:
        renderer.end()
        server.shutdown()
        server.server_close()


def _changes(project: Project) -> Iterator[tuple[str, bool]]:
    """Wait for changes, those during a render as one; first comes the start.

    Yields
    ------
    names : str
        Files that changed, for the terminal.
    restart : bool
        Whether the process that renders must be started again to see the change.
    """
    from watchfiles import DefaultFilter
    from watchfiles import watch as watch_files

    folders = [path.resolve() for path in (project.data, project.notebooks, project.params, PACKAGE) if path.is_dir()]
    temporary = (*DefaultFilter.ignore_entity_patterns, r"^\.", r"^[^.]+$", r"\.(new|tmp)$")
    dirs = (*DefaultFilter.ignore_dirs, ".ipynb_checkpoints")
    watched = DefaultFilter(ignore_dirs=dirs, ignore_entity_patterns=temporary)
    # The first round is empty and comes when all folders are watched: a change during the first render is not missed.
    rounds = watch_files(*folders, watch_filter=watched, rust_timeout=200, yield_on_timeout=True)
    for number, changes in enumerate(rounds):
        paths = sorted({Path(path) for _, path in changes})
        names = [f"{path.parent.name}/{path.name}" for path in paths]
        if names or not number:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            yield ", ".join(names[:3]) + more or "start", any(path.suffix not in _READ_EACH_TIME for path in paths)


class _Renderer:
    """A process that renders on request; it ends with this one, when the pipe of requests is closed."""

    def __init__(self, root: Path, edition: str, out: Path) -> None:
        program = (
            "from briefkit.execution import startup; from briefkit.publishing import watch; watch.serve_requests()"
        )
        self._line = [sys.executable, "-c", program, str(root), edition, str(out)]
        self._process: Any = None
        self._stderr: Any = None

    def render(self, *, restart: bool) -> str:
        """Render, and return what went wrong or "".

        Parameters
        ----------
        restart : bool
            Whether to begin with a new process.
        """
        if fresh := restart or self._process is None or self._process.poll() is not None:
            self.end()
            self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
            self._process = subprocess.Popen(
                self._line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr, encoding="utf-8",
                start_new_session=True,  # Ctrl-C reaches it from here, once, so that it can tidy up
            )  # fmt: skip
        with suppress(BrokenPipeError):
            self._process.stdin.write("render\n")
            self._process.stdin.flush()
        if line := self._process.stdout.readline():
            return str(json.loads(line))
        if not fresh:  # it ended since the last request, or memory ran out
            return self.render(restart=True)
        code = self._process.wait()
        self._stderr.seek(0)
        message = self._stderr.read().decode(errors="replace").strip()
        return message or f"the process that renders ended with {code}; look for memory running out"

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
        self._stderr.close()


def serve_requests() -> None:
    """Render once for each line of standard input, and print what went wrong as a line of JSON; run by `_Renderer`."""
    from briefkit.execution.pool import keep_ready
    from briefkit.execution.run import Job
    from briefkit.project.notebooks import sections
    from briefkit.publishing import build

    root, edition, out = sys.argv[1:]
    responses = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no response
    project = Project(Path(root))
    options = RenderOptions((edition,), formats=("html",), out=Path(out), cache=str(project.cache.resolve()))
    for _ in sys.stdin:
        try:
            errors = [str(error) for rendered in build.render(project, options) for error in rendered.failed]
        except BriefError as error:
            errors = [str(error)]
        except Exception:  # the package is being edited, too
            errors = [traceback.format_exc()]
        print(json.dumps("\n".join(errors)), file=responses, flush=True)
        if not errors:
            with suppress(BriefError, ValueError):  # a notebook half saved: the next render says so
                notebook, *_ = sections(project.notebooks).values()
                keep_ready(2, Job(edition, "", notebook.resolve(), root=project.root.resolve(), store=options.cache))
