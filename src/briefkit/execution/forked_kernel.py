"""Fork kernels from a process that has already imported what notebooks import.

Each is a Jupyter kernel in a process of its own: widgets, display, magics, interrupts and tracebacks are as everywhere;
only the start and the imports are saved. Where a process cannot fork, and for other kernels, the plain start is used.
"""

from __future__ import annotations

import asyncio
import atexit
import multiprocessing
import os
import random
import signal
import sys
from collections.abc import Mapping
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner


class WarmProvisioner(LocalProvisioner):
    """Start a Python kernel by forking this process; registered as `briefkit-warm`."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel; other kernels than this Python's are started as usual.

        Parameters
        ----------
        cmd : list of str
            The kernel's command line, with its connection file.
        """
        if not _is_this_python(cmd):
            return await super().launch_kernel(cmd, **kwargs)
        process = _Process(cmd[cmd.index("-m") + 2 :], kwargs.get("env") or {}, kwargs.get("cwd") or os.getcwd())
        self.process: Any = process
        self.pid = self.pgid = process.pid  # the kernel leads its own session
        self.cwd = kwargs.get("cwd") or os.getcwd()
        return self.connection_info

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Let `poll` wait for the end from now on: Jupyter polls ten times a second, and the kernel ends sooner."""
        if isinstance(self.process, _Process):
            self.process.patience = 0.1


class _Process:
    """A forked kernel with the few methods of `Popen` that Jupyter calls."""

    stdin = stdout = stderr = None
    patience = 0.0
    """Seconds for which `poll` waits for the end."""

    def __init__(self, arguments: list[str], env: Mapping[str, str], cwd: str) -> None:
        context = multiprocessing.get_context("fork")
        self._process = context.Process(target=_kernel, args=(arguments, dict(env), cwd), daemon=False)
        self._process.start()

    @property
    def pid(self) -> int:
        return int(self._process.pid or 0)

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        self._process.join(self.patience)
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end; return the exit code, or None after `timeout` seconds."""
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def _is_this_python(cmd: list[str]) -> bool:
    """Return whether the command starts ipykernel in this very Python, and this system forks."""
    same = os.path.realpath(cmd[0]) == os.path.realpath(sys.executable)
    return same and "ipykernel_launcher" in cmd and hasattr(os, "fork") and sys.platform != "darwin"


def _kernel(arguments: list[str], env: dict[str, str], cwd: str) -> None:
    """Become a kernel, in the forked process, with nothing of the parent's but its imports."""
    from briefkit.execution.startup import restore_defaults

    os.setsid()
    restore_defaults()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(0, 1)
    asyncio.set_event_loop(asyncio.new_event_loop())  # the parent's is running, there
    random.seed()
    import numpy

    numpy.random.seed()
    sys.argv = ["ipykernel_launcher", *arguments]
    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance(parent_handle=os.getppid())  # it ends with the process that started it
    kernel.initialize(arguments)
    atexit._clear()  # the parent's exit functions, and the kernel's own, which only wait
    try:
        kernel.start()
    finally:
        atexit._run_exitfuncs()  # the notebook's: a forked process does not run them by itself
