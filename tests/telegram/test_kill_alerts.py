"""Killed at any moment, nobody is told of an article twice, and nobody never."""

from __future__ import annotations

from tests.support.kill_telling import kill_alerts


def test_twenty_kills_tell_of_no_article_twice_and_of_none_never(tmp_path):
    report = kill_alerts(tmp_path, 20)
    assert report.kills == 20
    assert report.faults == []
    assert report.outcomes["told once"] > 0
    assert report.outcomes.total() == report.due == 80
