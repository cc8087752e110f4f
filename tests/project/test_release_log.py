"""Records of published editions: append-only and chained."""

from __future__ import annotations

import json

import pytest

from briefkit.errors import BriefError
from briefkit.project.release_log import latest, publish, published


def record(edition: str, value: float = 1.0) -> dict:
    """A record as `release` writes it."""
    return {
        "record": {"edition": edition, "figures": [{"value": value}]},
        "released": "2018-10-12",
        "allowed": [],
        "changes": {},
    }


def test_records_stand_behind_each_other(tmp_path):
    """The last one of an edition counts; the earlier ones stay."""
    for edition, value in (("a", 1), ("b", 2), ("a", 3)):
        publish(tmp_path, record(edition, value))
    assert [one["number"] for one in published(tmp_path)] == [1, 2, 3]
    assert latest(tmp_path, "a")["record"]["figures"][0]["value"] == 3
    assert latest(tmp_path, "c") is None


def test_a_record_changed_afterwards_breaks_the_chain(tmp_path):
    """A published number cannot be mended in silence."""
    path = publish(tmp_path, record("a"))
    publish(tmp_path, record("b"))
    assert len(published(tmp_path)) == 2
    changed = json.loads(path.read_text())
    changed["record"]["figures"][0]["value"] = 2.0
    path.write_text(json.dumps(changed))
    with pytest.raises(BriefError, match=r"0001-a\.json: found a hash that does not follow"):
        published(tmp_path)


def test_a_record_taken_away_breaks_the_chain(tmp_path):
    """The next one names the one before it."""
    path = publish(tmp_path, record("a"))
    publish(tmp_path, record("b"))
    path.unlink()
    with pytest.raises(BriefError, match="expected an unbroken chain"):
        published(tmp_path)
