"""Pictures: one frame, one theme, one kind per file in `kinds/`.

Read in this order: `frame` (a chart from its data to its payload), `theme`, `canvas`, `text_metrics`, `text_layout`,
`series`, `axes`, `legend`, `svg`, `screen_layout`, `layout_check`, `chart_cache`, `map_projection`, `map_labels`,
`map_insets`, `layered_graph`, `social_card`, then a kind.
"""
