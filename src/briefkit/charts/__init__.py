"""Pictures: one frame, one theme, one kind per file in `kinds/`.

Read in this order: `frame` (a chart from its data to its payload), `theme`, `text_metrics`, `text_layout`, `axes`,
`svg`, `screen_layout`, `layout_check`, `chart_cache`, `map_projection`, `map_labels`, `layered_graph`, `social_card`,
then a kind.
"""
