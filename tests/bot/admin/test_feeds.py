from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.admin.feeds import Followed, State, describe, follow, list_feeds, span, unfollow
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.entries import Listed
from corpus.storage.sources import Source
from corpus.storage.store import Store
from tests.support.feed_site import feed_site

NOW = datetime(2031, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WEIR = Source("https://www.weir.example/feed", NOW + HOUR, kind="RSS", last_success=NOW - HOUR)
PIER = Source("https://pier.example/a.xml", NOW)


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("source", "state", "words"),
    [
        (WEIR, State.WELL, "RSS, 2.0 a day, read 1 h ago, next in 1 h"),
        (PIER, State.NEW, "not read yet, due now"),
        (
            replace(WEIR, errors=1, error="503: busy"),
            State.FAILING,
            "RSS, 2.0 a day, read 1 h ago, next in 1 h, 503: busy",
        ),
        (
            replace(WEIR, errors=12, error="503: busy", paused=NOW - 2 * HOUR),
            State.PAUSED,
            "RSS, 2.0 a day, read 1 h ago, paused 2 h ago, failed 12 times: 503: busy",
        ),
    ],
)
def test_how_a_feed_is_stands_in_a_line(source, state, words):
    feed = Followed(source, 2.0)
    assert feed.state is state
    assert describe(feed, NOW) == words


def test_feeds_come_with_how_much_they_bring(store):
    for source in (WEIR, PIER):
        store.sources.add(source)
    store.entries.keep(Listed("https://pier.example/1", PIER.url, "", NOW, NOW, NOW))
    assert [(one.name, one.a_day) for one in list_feeds(store, NOW)] == [
        (PIER.url, 1.0),
        (WEIR.url, 0.0),
    ]


def test_a_feed_that_was_paused_is_asked_again_once_somebody_follows_it_anew(store):
    with feed_site() as site, site.fetcher() as fetcher:
        site.feed("a")
        url = site.url("/feed")
        store.sources.add(Source(url, NOW + HOUR, paused=NOW, error="410: gone", told=True))
        source, new = follow(url, store, fetcher, Sandbox(), NOW)
        assert (source.url, new) == (url, False)
        assert store.sources.due(NOW, 9) == [source]


@pytest.mark.parametrize(
    "address", [WEIR.url, "weir.example", "https://weir.example/", "WEIR.example"]
)
def test_a_feed_is_left_by_its_address_or_its_sites(store, address):
    for source in (WEIR, PIER):
        store.sources.add(source)
    left = unfollow(address, store)
    assert left == WEIR
    assert store.sources.all() == [PIER]


@pytest.mark.parametrize("address", ["weir.example/other", "pier", "weir.example", ""])
def test_what_names_none_or_several_leaves_all(store, address):
    for source in (WEIR, replace(WEIR, url="https://weir.example/sport"), PIER):
        store.sources.add(source)
    assert unfollow(address, store) is None
    assert store.sources.count() == 3


def test_spans_are_written_in_their_largest_unit():
    assert [span(timedelta(seconds=one)) for one in (-5, 59, 60, 3600, 200_000)] == [
        *("0 s", "59 s", "1 min", "1 h", "2 d")
    ]
