"""Figures that come in: where new values are fetched, how documents are read, what of them the ledger does not know.

Read in this order: `feed` (what a YAML file says) with `series` (what selects the values of a figure), `addresses` and
`fetch` (documents over HTTP and from stores), `document` and `archive` (kept by the hash of their content), `grid` and
`tables` (each format as a table of text), `period_forms` and `values` (Jul-26, △8.1p), `observations` (rows for the
ledger), `collect` (all of that for one feed), `comparison` (new, revised, withdrawn, unexpected), `check_feeds` (what
is wrong before anything is fetched, and what is late).
"""
