"""What one does with editions: build, check, compare, fact-check, release, back-test, watch.

Read in this order: `build` (all of it), `assemble` (results to a report), `edition_folder` (pages swapped in whole),
`prefetch` (pages laid out while kernels run), `up_to_date`, `editions_index`, `remote`, then one file for each command:
`check`, `compare`, `lineage`, `factcheck` with `sentences`, `release`, `backtest`, `watch` with `preview_server`,
`update` with `replay` and `next_edition`.
"""
