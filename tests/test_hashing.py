"""What results are made from, and what is kept of them while a process lives."""

from __future__ import annotations

import pickle

from hypothesis import given, settings
from hypothesis import strategies as st

from briefkit.hashing import Memo, pickled

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=50, deadline=None)
@given(PLAIN)
def test_equal_things_have_the_same_pickle_however_they_share_their_parts(thing):
    """Whether two parts are one object, or two that are equal, makes no difference."""
    twice = [thing, thing]
    apart = [pickle.loads(pickle.dumps(thing)), pickle.loads(pickle.dumps(thing))]
    assert pickled(twice) == pickled(apart)


def test_what_is_asked_again_is_made_once():
    """What is equal to what was asked before need not be the same object."""
    memo, made = Memo(4), []

    def make() -> dict[str, list[int]]:
        made.append(1)
        return {"rows": [1, 2]}

    first = memo.get_or_make(("a", [1]), make)
    assert memo.get_or_make(("a", [1]), make) is first and len(made) == 1
    memo.get_or_make(("a", [2]), make)
    assert len(made) == 2


def test_what_was_asked_for_longest_ago_is_forgotten_first():
    """A memo holds no more values than it may."""
    memo, made = Memo(2), []
    for asked in "ababcab":
        memo.get_or_make(asked, lambda asked=asked: made.append(asked))
    assert "".join(made) == "abcab"


def test_what_cannot_be_made_is_not_held():
    """The next one who asks meets the same error."""
    memo = Memo(2)
    for _ in range(2):
        try:
            memo.get_or_make("a", lambda: 1 / 0)
        except ZeroDivisionError:
            continue
        raise AssertionError("it was held")
