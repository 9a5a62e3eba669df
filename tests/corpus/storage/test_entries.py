from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.storage.entries import Listed
from corpus.storage.store import Store
from corpus.storage.tables import ENTRY

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def listed(number: int, **more: object) -> Listed:
    url, source = f"https://weir.example/{number}", "https://weir.example/feed"
    return replace(Listed(url, source, "stamp", NOW, NOW, NOW), **more)


@pytest.fixture
def entries(tmp_path):
    return Store.open(tmp_path).entries


def test_the_table_holds_what_is_known_of_an_article():
    assert set(ENTRY.c.keys()) == {one.name for one in fields(Listed)}


def test_what_is_known_is_read_as_it_was_written_and_written_anew(entries):
    one = listed(1, article_id="a", next_look=NOW + HOUR, etag="e", modified="m", missing=1)
    entries.keep(listed(1))
    entries.keep(one)
    assert entries.known([one.url, "https://weir.example/2"]) == {one.url: one}
    assert entries.known([]) == {}


def test_many_are_asked_for_at_once(entries):
    entries.keep(listed(700))
    assert len(entries.known(listed(number).url for number in range(1200))) == 1


def test_those_longest_overdue_are_looked_at_first(entries):
    for number, when in ((1, NOW), (2, NOW - HOUR), (3, NOW + HOUR), (4, None)):
        entries.keep(listed(number, next_look=when))
    assert [one.url[-1] for one in entries.due(NOW, 9)] == ["2", "1"]
    assert [one.url[-1] for one in entries.due(NOW, 1)] == ["2"]


def test_what_was_seen_long_ago_is_forgotten_some_at_a_time(entries):
    for number in range(5):
        entries.keep(listed(number, seen=NOW - number * HOUR))
    assert entries.forget(NOW - HOUR, 2) == 2
    assert entries.forget(NOW - HOUR, 2) == 1
    assert len(entries.known(listed(number).url for number in range(5))) == 2
