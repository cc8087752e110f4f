"""Run jobs on other processes or machines, through Dask; the brief's files travel to each worker once."""

from __future__ import annotations

import hashlib
import io
import multiprocessing
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from briefkit.errors import BriefError, WorkerLost
from briefkit.execution.pool import alone
from briefkit.execution.progress import Progress
from briefkit.execution.run import Job, Result, failed_result, parsed, run
from briefkit.hashing import json_hash
from briefkit.project.layout import Project

RETRIES = 3
"""How often a job is given to another worker when its worker dies."""


@contextmanager
def cluster(
    address: str, project: Project, progress: Progress | None = None
) -> Iterator[Callable[[Job], Future[Result]]]:
    """Run jobs on the workers of a Dask cluster.

    Parameters
    ----------
    address : str
        The scheduler, such as `tcp://host:8786`; `local` starts one here, `local:4` with four workers.
    project : Project
        The brief: its notebooks and ledger are sent to each worker once.
    progress : callable
        Called when a section is done.

    Yields
    ------
    callable
        Submits a job, and returns the future of its result.

    Raises
    ------
    BriefError
        If Dask is not installed, or no scheduler answers.
    """
    with connect(address) as client:
        packed = _packed(project)
        brief = client.submit(bytes, packed, key=f"brief-{json_hash(packed.hex())}")  # a task, made again if it is lost

        def submit(job: Job) -> Future[Result]:
            done: Future[Result] = Future()
            key = f"{job.edition}-{job.section}-{json_hash([job.parameters, id(done)])}"
            task = client.submit(work, brief, replace(job, root=Path()), key=key, pure=False, retries=RETRIES)
            task.add_done_callback(lambda task: _settle(task, job, done, progress))
            return done

        yield submit


@contextmanager
def connect(address: str) -> Iterator[Any]:
    """Open a client of a Dask scheduler for a while, and with it the scheduler and its workers if they are `local`.

    Raises
    ------
    BriefError
        If Dask is not installed, or no scheduler answers.
    """
    client = _client(address)
    try:
        yield client
    finally:
        client.close()
        if client.cluster is not None:
            client.cluster.close()


def _client(address: str) -> Any:
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError as error:
        raise BriefError('scheduler: found no Dask, expected it; pip install "briefkit[cluster]"') from error
    local, _, count = address.partition(":")
    if local != "local":
        try:
            return Client(address, timeout=5)
        except (OSError, ValueError) as error:
            expected = "the address of a scheduler such as tcp://host:8786, or local"
            raise BriefError(f'scheduler: found nobody at "{address}", expected {expected}') from error
    dask.config.set({"distributed.worker.daemon": False})  # so that workers may start kernels
    local_cluster = LocalCluster(
        n_workers=int(count or 2), threads_per_worker=1, processes=True, dashboard_address=None
    )
    client = Client(local_cluster)
    client.cluster = local_cluster
    return client


def _packed(project: Project) -> bytes:
    """Return the files that jobs read, as one archive that is the same for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for folder in (project.data, project.notebooks):
            for path in sorted(
                path for path in folder.rglob("*") if path.is_file() and not {"published", "archive"} & {*path.parts}
            ):
                name = path.relative_to(project.root).as_posix()
                archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return packed.getvalue()


def work(brief: bytes, job: Job) -> Result:
    """Run a job, on a worker, in a folder of the brief's files, which is made once for each state of them."""
    folder = Path(tempfile.gettempdir()) / f"briefkit-{hashlib.sha256(brief).hexdigest()[:16]}"
    if not folder.is_dir():
        temporary = Path(tempfile.mkdtemp(prefix="briefkit-"))
        with zipfile.ZipFile(io.BytesIO(brief)) as archive:
            archive.extractall(temporary)
        try:
            temporary.rename(folder)
        except OSError:  # another worker was first
            shutil.rmtree(temporary, ignore_errors=True)
    local_job = replace(job, root=folder)
    result = run(local_job) if multiprocessing.current_process().daemon else alone(local_job)
    return replace(result, job=job)


def _settle(task: Any, job: Job, done: Future[Result], progress: Progress | None) -> None:
    """Set the result of a task; a task whose workers all died is a section that failed."""
    if task.status == "finished":
        result: Result = replace(task.result(), job=job)
        if progress is not None:
            cells = sum(cell["cell_type"] == "code" for cell in parsed(result.text)["cells"])
            progress(job.edition, job.section, cells, cells)
        done.set_result(result)
    else:
        done.set_result(failed_result(job, WorkerLost(str(job.notebook), RETRIES), 0.0))
