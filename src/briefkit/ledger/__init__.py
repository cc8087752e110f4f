"""Dated facts: read from CSV files, checked, and seen as of a day.

Read in this order: `csv_tables` (files to frames), `rules` (what rows must be), `periods` (what a value is about),
`vintages` (values as published on a day), `queries` and `snapshot` (the ledger on one day), `readings` (one value with
all that says where it comes from), `ledger` (all of it, loaded), `append_only` (rows of the last commit), `geojson`,
`columns` and `archive` (speed of large ledgers).
"""
