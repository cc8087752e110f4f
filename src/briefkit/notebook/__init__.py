"""What a section's cells call, and what they put out.

Read in this order: `brief` (what `open_section` gives), `prose` (sentences with numbers), `filters` (words for
numbers), `tables`, `chart`, `cell` (the cell that is running), `outputs` (an executed notebook, read back).
"""
