"""Jupyter's own client and kernel manager, without their waits."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from nbclient.util import run_sync
from traitlets.config import Config


class Client(AsyncKernelClient):
    """A client that takes a kernel's reply for readiness, where Jupyter's own goes on to wait for silence."""

    def start_channels(self, *args: Any, **options: Any) -> None:
        """Open the channels, once; look for the kernel's sockets every few milliseconds, not ten times a second."""
        if not self.channels_running:
            self.context.reconnect_ivl = 5  # milliseconds
            super().start_channels(*args, **options)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel replies on both channels.

        Parameters
        ----------
        timeout : float or None
            In seconds.

        Raises
        ------
        RuntimeError
            If the kernel ended, or did not reply in time.
        """
        ends = time.monotonic() + (timeout or float("inf"))
        while not await self._replies():
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > ends:
                raise RuntimeError(f"Kernel didn't respond in {timeout:.0f} seconds")

    async def _replies(self) -> bool:
        """Ask for the kernel's description; return whether its reply came, and its status on the channel of outputs."""
        request = self.kernel_info()
        try:
            reply = await self.get_shell_msg(timeout=1)
            while reply["parent_header"].get("msg_id") != request:
                reply = await self.get_shell_msg(timeout=1)
            status = await self.get_iopub_msg(timeout=0.2)
            while status["parent_header"].get("msg_id") != request or not _is_idle(status):
                status = await self.get_iopub_msg(timeout=0.2)
        except Empty:
            return False
        self._handle_kernel_info_reply(reply)
        return True


def _is_idle(message: dict[str, Any]) -> bool:
    return bool(message["content"].get("execution_state") == "idle")


class Kernel(AsyncKernelManager):
    """A kernel that is ready before papermill asks for one, and runs until whoever started it ends it."""

    _client: Any = None

    def client(self, **options: Any) -> Any:
        """Return Jupyter's client; always the same one, since papermill stops only that of a kernel of its own."""
        self._client = self._client or super().client(**options)
        return self._client

    async def start(self) -> None:
        """Start the kernel and wait for its first reply, which takes longest."""
        await self.start_kernel(extra_arguments=["--HistoryManager.hist_file=:memory:"])
        client = self.client()
        client.start_channels()
        await client.wait_for_ready(60)

    async def end(self) -> None:
        """End the kernel as papermill ends its own."""
        if await self.is_alive():
            await self.shutdown_kernel()
        await self.cleanup_resources()
        self.client().stop_channels()


@contextmanager
def started(name: str, folder: str) -> Iterator[Kernel | None]:
    """Start a kernel, and end it at the end.

    Parameters
    ----------
    name : str
        Of its specification.
    folder : str
        For its sockets.

    Yields
    ------
    Kernel or None
        None where it cannot start: papermill, asked to start it again, says why.
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
    """Return the kernel if it still runs, else None: one that waited may have been killed when memory ran out."""
    return kernel if kernel and run_sync(kernel.is_alive)() else None


def sockets(folder: str) -> Config:
    """Return Jupyter's settings for sockets in files of a folder, where the system has them: TCP ports race."""
    in_files = {"transport": "ipc", "ip": f"{folder}/k"} if os.name == "posix" else {}
    return Config({"KernelManager": {"client_class": "briefkit.execution.kernel.Client", **in_files}})
