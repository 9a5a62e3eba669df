"""Paths, addresses and lists of feeds, as an operator names them together."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.archive import Archive
from corpus.errors import Failure, FetchError
from corpus.readers.fetch import Page
from corpus.readers.sources import read_sources
from corpus.storage.store import Store
from tests.support.models import FakeAttributor

FEED = "https://news.example/feed"
PAGE = "https://news.example/ferry"
MONDAY = "Mon, 02 Mar 2026 09:00:00 GMT"
HTML = """<html><head><title>Ferry runs again</title></head><body><article>
<h1>Ferry runs again</h1>
<p>The ferry between Wexmoor and Little Aldbury will run again from the first of May.</p>
<p>Ticket prices stay as they were, the harbour office told residents on Thursday evening.</p>
</article></body></html>"""
RSS = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Gazette</title>
<item><title>Ferry runs again</title><link>{PAGE}</link></item></channel></rss>"""
OPML = f'<opml version="2.0"><body><outline type="rss" xmlUrl="{FEED}"/></body></opml>'
PAGES = {
    PAGE: Page(PAGE, "text/html", None, HTML.encode(), None, None),
    FEED: Page(FEED, "application/rss+xml", None, RSS.encode(), '"v1"', MONDAY),
}


class FakeFetcher:
    """Holds pages by address; closed when it is left."""

    def __init__(self):
        self.asked = []
        self.closed = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.closed = True

    def get(self, url, **more):
        self.asked.append((url, more.get("etag"), more.get("modified")))
        if url not in PAGES:
            raise FetchError("404: the page is not there")
        return PAGES[url]


@pytest.fixture
def fetchers(monkeypatch):
    opened = []

    def make():
        opened.append(FakeFetcher())
        return opened[-1]

    monkeypatch.setattr("corpus.readers.fetch.Fetcher", make)
    return opened


@pytest.fixture
def feeds(tmp_path):
    return Store.open(tmp_path / "home").feeds


def named(found):
    return [item if isinstance(item, Failure) else item.headline for item in found]


@pytest.mark.parametrize("address", [PAGE, FEED])
def test_an_address_is_a_page_or_a_feed(fetchers, feeds, address):
    assert named(read_sources([address], feeds=feeds)) == ["Ferry runs again"]
    assert fetchers[0].asked[0][0] == address
    assert fetchers[0].closed


@pytest.mark.parametrize("name", ["feeds.opml", "Feeds.OPML"])
def test_a_saved_list_of_feeds_is_followed(fetchers, feeds, tmp_path, name):
    (tmp_path / name).write_text(OPML)

    assert named(read_sources([str(tmp_path / name)], feeds=feeds)) == ["Ferry runs again"]
    assert [url for url, _, _ in fetchers[0].asked] == [FEED, PAGE]


@pytest.mark.usefixtures("fetchers")
def test_paths_and_addresses_are_read_in_their_order_and_failures_stand_between(feeds, tmp_path):
    text = tmp_path / "owl.txt"
    text.write_text("Owl seen at the mill\n\nAn owl sat on the mill at Halm for a whole day.")
    missing = "https://news.example/none"

    assert named(read_sources([str(text), "", missing, PAGE], feeds=feeds)) == [
        "Owl seen at the mill",
        Failure('""', "no path or address given"),
        Failure(missing, "404: the page is not there"),
        "Ferry runs again",
    ]


@pytest.mark.usefixtures("fetchers")
def test_a_tilde_is_the_home_of_whoever_runs_it(feeds, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "owl.txt").write_text("Owl seen at the mill\n\nAn owl sat on the mill at Halm.")
    (tmp_path / "feeds.opml").write_text(OPML)

    assert named(read_sources(["~/owl.txt", "~/feeds.opml"], feeds=feeds)) == [
        "Owl seen at the mill",
        "Ferry runs again",
    ]


@pytest.mark.usefixtures("fetchers")
def test_the_home_of_nobody_is_not_there(feeds, monkeypatch):
    def nobody(_):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", nobody)
    (failure,) = read_sources(["~nobody/owl.txt"], feeds=feeds)

    assert failure.where == "~nobody/owl.txt"
    assert failure.reason.startswith("cannot be read")


def test_a_feed_is_remembered_once_its_articles_are_stored(fetchers, tmp_path):
    archive = Archive.open(tmp_path / "home")

    assert archive.add(FEED, attributor=FakeAttributor()).articles == 1
    assert archive.store.feeds.recall(FEED) == ('"v1"', MONDAY)
    archive.add(FEED, attributor=FakeAttributor())
    assert fetchers[1].asked[0] == (FEED, '"v1"', MONDAY)


def test_the_fetcher_is_closed_where_the_reader_stops_early(fetchers, feeds):
    reading = read_sources([PAGE, FEED], feeds=feeds)
    next(reading)
    reading.close()

    assert fetchers[0].closed
