"""Looking at pages again; most of it is tested with the feeds that list them."""

from __future__ import annotations

from datetime import timedelta

from corpus.following import looks
from corpus.storage.entries import Listed
from corpus.storage.store import Store
from tests.support.feed_site import START, Clock, feed_site, following


def test_an_entry_whose_article_is_not_here_is_not_looked_at_again(tmp_path):
    store, clock = Store.open(tmp_path), Clock()
    url = "https://weir.example/a"
    store.entries.keep(Listed(url, "f", "", START, START, START, "none", next_look=START))
    with feed_site() as site, following(site, store, clock) as follower:
        follower.step()
        follower.settle()
        assert site.asked == []
    assert store.entries.known([url])[url].next_look is None


def test_a_page_that_breaks_something_is_left_alone_for_a_while(tmp_path, monkeypatch, caplog):
    def broken(*_):
        raise KeyError("ours")

    monkeypatch.setattr("corpus.following.follower.look", broken)
    store, clock = Store.open(tmp_path), Clock()
    url = "https://weir.example/a"
    store.entries.keep(Listed(url, "f", "", START, START, START, "none", next_look=START))
    with feed_site() as site, following(site, store, clock) as follower:
        follower.step()
        follower.settle()
    assert store.entries.known([url])[url].next_look == START + timedelta(hours=6)
    assert "a fault of ours" in caplog.text
    assert looks._MISSING == 2
