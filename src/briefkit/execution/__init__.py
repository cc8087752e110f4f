"""Notebooks run: kernels, the pool of processes, the order of sections, kept results.

Read in this order: `run` (one notebook through papermill), `kernel`, `forkserver`, `forked_kernel`, `preload`,
`startup`, `pool`, `schedule`, `fingerprint`, `result_cache`, `progress`, `dask_cluster`, then `evaluate` and
`evaluate_days` for back-tests.
"""
