"""Kinds of charts, one module each: who adds a file here adds a kind.

A kind has `draw(axes, *data, **options)`, which draws on matplotlib axes and returns the data shown as a frame, and, as
far as it needs them:

`FIELDS`
    Keys of the mappings that it draws; all other keys may change without a new picture.
`CLIPPED`
    True where marks are cut at the edge of the drawing, as on a map.
`opening(axes, shown)`
    What a small screen shows first, in percent of the picture's width; without it the left edge.
`list_entry(row, unit)`
    A row of the data as an entry of a list, for charts that are mostly words; see `screen_layout.list_entries`.
"""
