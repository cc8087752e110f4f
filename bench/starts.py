"""Kernels started, used for the import that a section begins with, ended: warm, two at a time; plain, one by one."""

from __future__ import annotations

import json
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import nbformat
import papermill
from nbformat.v4 import new_code_cell, new_notebook

from briefkit.execution.pool import executor
from briefkit.execution.run import Job

WARM, PLAIN = 100, 20
FIRST = "from briefkit import open_section"


def laps(seconds: list[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    return {"median": median(seconds), "late": quantiles(seconds, n=20)[-1]}


def main() -> None:
    """Time them, in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "01_x.ipynb"
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [new_code_cell("x = 1", metadata={"tags": ["parameters"]}), new_code_cell(FIRST)]
        nbformat.write(new_notebook(cells=cells, metadata=kernel), path)
        job = Job("e", "x", Path(path.name), root=Path(folder))
        with executor(2) as submit, ThreadPoolExecutor(2) as streams:

            def lap(_: int) -> tuple[float, bool]:
                """Until the result is out; the kernel ends beside the next."""
                began = time.perf_counter()
                failed = submit(job).result().error is not None
                return time.perf_counter() - began, failed

            lap(0)  # imports, once
            done = list(streams.map(lap, range(WARM)))
        plain = []
        for _ in range(PLAIN):
            began = time.perf_counter()
            papermill.execute_notebook(str(path), None, progress_bar=False)
            plain.append(time.perf_counter() - began)
    failed = sum(one for _, one in done)
    print(json.dumps({"warm": laps([seconds for seconds, _ in done]), "plain": laps(plain), "failed": failed}))


if __name__ == "__main__":
    main()
