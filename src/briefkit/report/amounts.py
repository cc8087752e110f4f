"""Numbers as a report's pages write them: with all digits of the ledger, and on one line with their unit."""

from __future__ import annotations

from functools import partial

from briefkit import formatting

_NO_BREAK_SPACE = "\u00a0"

number = partial(formatting.number, exact=True)
amount = partial(formatting.amount, exact=True, space=_NO_BREAK_SPACE)
margin = partial(formatting.margin, space=_NO_BREAK_SPACE)
