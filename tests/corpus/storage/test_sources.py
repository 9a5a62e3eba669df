from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.storage.entries import Listed
from corpus.storage.sources import Source
from corpus.storage.store import Store
from corpus.storage.tables import SOURCE

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEIR = Source("https://weir.example/feed", NOW, kind="RSS", title="The Weir")
PIER = Source("https://pier.example/feed", NOW - HOUR)


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    for source in (WEIR, PIER):
        assert store.sources.add(source)
    return store


def test_the_table_holds_what_is_known_of_a_feed():
    assert set(SOURCE.c.keys()) == {one.name for one in fields(Source)}


def test_what_is_known_of_a_feed_is_read_as_it_was_written(store):
    told = replace(
        WEIR,
        etag='"v1"',
        modified="Monday",
        interval_s=300.5,
        last_success=NOW,
        errors=3,
        failing_since=NOW - DAY,
        error="it is slow",
        paused=NOW,
        told=True,
        moved="https://weir.example/new",
        hub="https://hub.example/",
        topic=WEIR.url,
        secret="s",
        hub_state="asked",
        renew=NOW + DAY,
    )
    assert store.sources.save(told)
    by_hub = replace(told, secret="", hub_state="", renew=None)
    assert store.sources.get(WEIR.url) == by_hub
    assert store.sources.remove(WEIR.url)
    assert store.sources.add(told)
    assert store.sources.all() == [PIER, told]
    assert store.sources.count() == 2


def test_a_feed_is_followed_once_and_what_is_known_of_it_stays(store):
    assert not store.sources.add(replace(WEIR, title="Another"))
    assert store.sources.get(WEIR.url) == WEIR


def test_a_feed_that_is_followed_no_longer_is_not_brought_back(store):
    assert store.sources.remove(WEIR.url)
    assert not store.sources.remove(WEIR.url)
    assert not store.sources.save(WEIR)
    assert store.sources.all() == [PIER]


def test_those_longest_overdue_come_first_and_paused_ones_never(store):
    assert store.sources.due(NOW, 9) == [PIER, WEIR]
    assert store.sources.due(NOW, 1) == [PIER]
    assert store.sources.due(NOW - timedelta(seconds=1), 9) == [PIER]
    store.sources.save(replace(PIER, paused=NOW))
    assert store.sources.due(NOW, 9) == [WEIR]


def test_a_clock_that_ran_ahead_leaves_no_feed_alone_for_good(store):
    store.sources.save(replace(WEIR, next_check=NOW + 400 * DAY))
    assert WEIR.url in [source.url for source in store.sources.due(NOW, 9)]


def test_a_feed_is_claimed_by_one_only(store):
    assert store.sources.claim(WEIR, NOW + HOUR)
    assert not store.sources.claim(WEIR, NOW + HOUR)
    assert store.sources.due(NOW, 9) == [PIER]


def test_a_feed_that_moved_takes_along_what_it_listed(store):
    new = "https://weir.example/new"
    store.entries.keep(Listed("https://weir.example/a", WEIR.url, "1", NOW, NOW, NOW))
    moved = store.sources.move(replace(WEIR, etag="old", moved=new), new)
    assert moved == replace(WEIR, url=new)
    assert store.sources.all() == [PIER, moved]
    assert store.entries.known(["https://weir.example/a"])["https://weir.example/a"].source == new


def test_a_feed_that_moved_to_one_that_is_followed_is_followed_once(store):
    assert store.sources.move(WEIR, PIER.url) is None
    assert store.sources.all() == [PIER]


def test_paused_feeds_are_told_of_once(store):
    paused = replace(WEIR, paused=NOW)
    store.sources.save(paused)
    assert store.sources.untold() == [paused]
    assert store.sources.change(WEIR.url, told=True)
    assert store.sources.untold() == []


def test_articles_a_day_are_counted_over_a_week(store):
    for number in range(6):
        when = NOW - number * 12 * HOUR
        store.entries.keep(Listed(f"https://weir.example/{number}", WEIR.url, "", when, NOW, NOW))
    long_ago = NOW - 30 * DAY
    store.entries.keep(Listed("https://weir.example/old", WEIR.url, "", long_ago, NOW, NOW))
    store.entries.keep(Listed("https://pier.example/1", PIER.url, "", NOW, NOW, NOW))
    assert store.sources.rates(NOW) == {WEIR.url: pytest.approx(6 / 2.5), PIER.url: 1.0}
