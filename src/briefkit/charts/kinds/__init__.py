"""Kinds of charts: each file draws one, by its function `draw`."""
