"""Papermill's own engine and Jupyter's own client, without the waiting: what they do stays as it is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

import nbformat
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.util import run_sync
from papermill.engines import NBClientEngine, papermill_engines
from traitlets.config import Config


class Engine(NBClientEngine):
    """Given no place to save to: saving before and after each cell takes longer than most cells.

    Attributes
    ----------
    notebook : NotebookNode or None
        The one executed last, as far as it came.
    """

    notebook: Any = None

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, *, aside: bool = False, **more: Any) -> Any:
        """As papermill does; `aside`, papermill gets an empty one back, for it writes what it gets, even to nowhere."""
        made = super().execute_notebook(nb, kernel_name, **more)
        return nbformat.v4.new_notebook(metadata=made["metadata"]) if aside else made

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **more: Any) -> None:
        """As papermill does."""
        cls.notebook = nb_man.nb
        super().execute_managed_notebook(nb_man, kernel_name, **more)


class Client(AsyncKernelClient):
    """Knows by its answer that a kernel is ready, where Jupyter's own goes on to wait for silence."""

    def start_channels(self, *given: Any, **more: Any) -> None:
        """Look for the kernel's sockets every few milliseconds, not ten times a second; once, whoever asks again."""
        if not self.channels_running:
            self.context.reconnect_ivl = 5  # milliseconds
            super().start_channels(*given, **more)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers on both channels.

        Parameters
        ----------
        timeout : float or None
            In seconds.

        Raises
        ------
        RuntimeError
            If the kernel ended, or did not answer in time.
        """
        ends = time.monotonic() + (timeout or float("inf"))
        while not await self._answers():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > ends:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    async def _answers(self) -> bool:
        """Ask what the kernel is; whether its reply came, and word of its end on the channel that outputs take."""
        asked = self.kernel_info()
        try:
            reply = await self.get_shell_msg(timeout=1)
            while reply["parent_header"].get("msg_id") != asked:
                reply = await self.get_shell_msg(timeout=1)
            said = await self.get_iopub_msg(timeout=0.2)
            while said["parent_header"].get("msg_id") != asked or said["content"].get("execution_state") != "idle":
                said = await self.get_iopub_msg(timeout=0.2)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


class Kernel(AsyncKernelManager):
    """A kernel that is ready before papermill asks for one, and goes on until who started it ends it."""

    _client: Any = None

    def client(self, **given: Any) -> Any:
        """As Jupyter gives it; the same one again, for papermill ends none but that of a kernel of its own."""
        self._client = self._client or super().client(**given)
        return self._client

    async def start(self) -> None:
        """Start it and wait until it answers: the first answer takes longest."""
        await self.start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"])
        client = self.client()
        client.start_channels()
        await client.wait_for_ready(60)

    async def end(self) -> None:
        """End it as papermill ends its own."""
        if await self.is_alive():
            await self.shutdown_kernel()
        await self.cleanup_resources()
        self.client().stop_channels()


@contextmanager
def started(name: str, folder: str) -> Iterator[Kernel | None]:
    """A kernel, started here and ended at the end; None where it cannot start, which papermill can say better.

    Parameters
    ----------
    name : str
        Of its specification.
    folder : str
        For its sockets.
    """
    kernel = Kernel(kernel_name=name, config=sockets(folder))
    try:
        run_sync(kernel.start)()
    except Exception:
        yield None
        return
    try:
        yield kernel
    finally:
        run_sync(kernel.end)()


def alive(kernel: Kernel | None) -> Kernel | None:
    """The kernel, if it still runs: one that waited may have gone away when memory ran out."""
    return kernel if kernel and run_sync(kernel.is_alive)() else None


def sockets(folder: str) -> Config:
    """Sockets in files of a folder where the system has them: TCP ports race at the start."""
    own = {"transport": "ipc", "ip": f"{folder}/k"} if os.name == "posix" else {}
    return Config({"KernelManager": {"client_class": "briefkit.execution.kernel.Client", **own}})


papermill_engines.register("briefkit", Engine)
