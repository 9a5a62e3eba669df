"""What is cut off pages and feeds before they are parsed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.parse.bounds import MOST_ATTRIBUTES, cut_attributes, cut_entries
from corpus.parse.feed import read_feed, read_opml
from corpus.parse.page import read_page
from tests.support.fake_web import news

URL = "https://news.example/feed"
MANY = 40 * MOST_ATTRIBUTES


@pytest.mark.parametrize("between", [" ", "=1 ", "/", "='x y' ", '="<" ', "='>'", "\n", '" '])
def test_a_tag_with_thousands_of_attributes_keeps_none(between):
    tag = "<div " + between.join(f"a{n}" for n in range(MANY)) + ">"
    html = news().replace("<article>", f"<article>{tag}")
    assert len(cut_attributes(html.encode())) < len(html) / 2
    assert read_page(html.encode()).headline == "Ferry returns to Wexmoor"


@pytest.mark.parametrize(
    "tag",
    [
        "<path d='" + "M 1 2 " * MANY + "'>",
        '<img srcset="' + "a.png 2x, " * MANY + '">',
        "<p " + "x" * MANY + ">",
        "<p " + " ".join(f"a{n}=1" for n in range(MOST_ATTRIBUTES - 1)) + ">",
        "a < " + "b " * MANY,
    ],
)
def test_long_attributes_and_text_stay(tag):
    assert cut_attributes(tag.encode()) == tag.encode()


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="<>ab ='\"/", max_size=60))
def test_whatever_is_short_stays(text):
    assert cut_attributes(text.encode()) == text.encode()
    assert cut_entries(text.encode()) == (text.encode(), 0)


@pytest.mark.parametrize("end", ["</item>", ""])
def test_of_an_endless_feed_the_first_entries_are_read_and_the_rest_is_told(end, monkeypatch):
    monkeypatch.setattr("corpus.parse.bounds.MOST_ENTRIES", 20)
    entries = "".join(
        f"<item><title>h{n}</title><link>https://news.example/{n}</link>{end}" for n in range(27)
    )
    rss = f'<rss version="2.0"><channel><title>Gazette</title>{entries}</channel></rss>'
    feed = read_feed(rss.encode(), url=URL)
    assert feed.entries[0].url == "https://news.example/0"
    assert [one.reason for one in feed.failures] == ["the last 7 entries were left out: too many"]
    if end:
        assert len(feed.entries) == 20
        assert feed.title == "Gazette"


def test_a_list_of_feeds_with_thousands_of_attributes_is_read():
    spam = " ".join(f'a{n}="1"' for n in range(MANY))
    opml = f'<opml version="2.0"><body {spam}><outline xmlUrl="{URL}"/></body></opml>'
    assert read_opml(opml.encode()) == [URL]
