"""A brief's folder: editions, notebooks on disk, options, releases.

Read in this order: `layout` (where things lie), `edition` (a YAML file under `params/`), `notebooks` (sections and
their parameters), `options` (what to render, and how), `prepare` (all inputs loaded and checked), `release_log`
(records of published editions).
"""
