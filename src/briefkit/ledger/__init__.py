"""Dated facts: read from CSV files, checked, and seen as of a day.

Read in this order: `periods` (days and parts of days), `schema` (the tables and their columns), `columns` (columns of
text), `csv_tables` (files to frames), `rules` (what rows must be), `readings` (one value with all that says where it
comes from), `vintages` (observations, and what was known of a figure on a day), `dated_facts` (events, relations,
verdicts), `catalogue` (all of it by id), `trace` (what was asked), `snapshot` (the ledger on one day), `ledger`
(loaded, checked, appended to), `append_only` (rows of the last commit), `geojson` (places beside the tables).
"""
