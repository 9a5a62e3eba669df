"""Killed at any moment, no digest comes twice, and none never."""

from __future__ import annotations

from tests.support.kill_telling import kill_digests


def test_twenty_kills_send_no_digest_twice_and_none_never(tmp_path):
    report = kill_digests(tmp_path, 20)
    assert report.kills == 20
    assert report.faults == []
    assert report.outcomes["told once"] > 0
    assert report.outcomes.total() == report.due == 30
