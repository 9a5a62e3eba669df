import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UnreadableError
from corpus.parse.feed import Entry
from corpus.parse.json_feed import looks_like_json_feed, read_json_feed

URL = "https://news.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def feed(*items: object, **more: object) -> bytes:
    return json.dumps({"version": VERSION, "title": "The Weir", "items": items, **more}).encode()


def test_items_are_read():
    item = {
        "id": "7",
        "url": "/otters?utm_medium=feed",
        "title": "Otters <b>return</b>",
        "content_html": "<p>Four otters came back.</p><p>They stay.</p>",
        "summary": "Otters.",
        "authors": [{"name": "Ann Ash"}, "nobody"],
        "date_published": "2031-03-04T12:00:00Z",
        "date_modified": "2031-03-05T12:00:00Z",
    }
    read = read_json_feed(feed(item, item), url=URL)
    assert (read.title, read.kind) == ("The Weir", "JSON Feed")
    assert read.entries == (
        Entry(
            "https://news.example/otters",
            "Otters return",
            ("Ann Ash",),
            datetime(2031, 3, 4, 12, tzinfo=UTC),
            "Four otters came back.\n\nThey stay.",
            datetime(2031, 3, 5, 12, tzinfo=UTC),
        ),
    )


def test_an_item_without_title_is_called_by_its_first_sentence():
    read = read_json_feed(
        feed(
            {
                "id": "https://news.example/a",
                "content_text": "It snowed on the weir. Nobody minded it much.",
            },
            {"url": "https://news.example/b", "author": {"name": "Bo Birch"}},
        ),
        url=URL,
    )
    assert [entry.headline for entry in read.entries] == [
        "It snowed on the weir.",
        "https://news.example/b",
    ]
    assert read.entries[1].authors == ("Bo Birch",)


def test_items_without_an_address_are_left_out_and_broken_ones_told():
    odd = {"url": "https://[broken"}
    read = read_json_feed(feed({"title": "No link"}, "text", {"id": "tag:1"}, odd), url=URL)
    assert read.entries == ()
    assert len(read.failures) == 1


def test_the_hub_is_read():
    hubs = [{"type": "rssCloud", "url": "https://a.example"}, 5, {"type": "WebSub", "url": "/hub"}]
    read = read_json_feed(feed(hubs=hubs, feed_url=URL), url=URL)
    assert (read.hub, read.topic) == ("https://news.example/hub", URL)


def test_a_hub_that_is_no_address_is_none():
    hubs = [{"type": "WebSub", "url": "https://[hub"}]
    assert read_json_feed(feed({"url": URL}, hubs=hubs), url=URL).hub == ""


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"version": 1}', b'{"version": "2.0", "items": []}', b"[" * 9999]
)
def test_what_is_none_is_unreadable(data):
    with pytest.raises(UnreadableError, match="not a feed"):
        read_json_feed(data, url=URL)


def test_one_is_told_by_the_version_that_it_names():
    assert looks_like_json_feed(b"\xef\xbb\xbf\n" + feed())
    assert looks_like_json_feed(rb'{"version": "https:\/\/jsonfeed.org\/version\/1"}')
    assert not looks_like_json_feed(b'{"headline": "A record"}')


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["url", "id"]), inner),
        max_leaves=8,
    )
)
def test_whatever_items_are_nothing_breaks(items):
    read_json_feed(feed(items, hubs=items, feed_url=items), url=URL)
    read_json_feed(json.dumps({"version": VERSION, "items": items}).encode(), url=URL)
