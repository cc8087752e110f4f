"""From outputs to pages: page model, HTML, PDF, JSON, differences.

Read in this order: `model` (the report), `markup` (text to nodes), `amounts` (numbers as text), `citation`,
`provenance` (notes and sources), `blocks`, `page_model`, `html_page` and `html`, `pdf`, `edition_json`, `formats`; then
what belongs to them: `page_svg`, `small_screens`, `csv_export`, `json_ld`, `card_png`, `figure_pages` with `sparkline`,
`index_page`, `backtest_page`, `diff` and `diff_page`, `factcheck_page`, `nbconvert_exporters`.
"""
