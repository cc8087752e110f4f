"""Run notebooks: kernels, the pool of processes, the order of sections, cached results.

Read in this order: `run` (one notebook through papermill), `papermill_engine`, `kernel`, `forkserver`, `interrupts`,
`forked_kernel`, `preload`, `startup`, `pool`, `schedule`, `fingerprint`, `result_cache`, `progress`, `dask_cluster`,
then `evaluate` and `evaluate_days` for back-tests.
"""
