"""From outputs to pages: page model, HTML, PDF, JSON, differences.

Read in this order: `model` (the report), `markup` (text to nodes), `provenance` (notes and sources), `blocks`,
`page_model`, `html_page` and `html`, `pdf`, `edition_json`, then what belongs to them: `page_svg`, `small_screens`,
`figure_pages`, `sparkline`, `json_ld`, `citation`, `card_png`, `csv_export`, `index_page`, `backtest_page`, `diff` and
`diff_page`, `factcheck_page`, `nbconvert_exporters`.
"""
