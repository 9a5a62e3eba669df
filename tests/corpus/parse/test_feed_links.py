from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.parse.feed_links import MOST_LINKS, find_feed_links

URL = "https://news.example/today/"


def page(*links: str, head: str = "") -> bytes:
    return f"<html><head>{head}{''.join(links)}</head><body>News</body></html>".encode()


def link(
    href: str, kind: str = "application/rss+xml", rel: str = "alternate", title: str = ""
) -> str:
    return f'<link rel="{rel}" type="{kind}" href="{href}" title="{title}">'


def test_feeds_are_found_the_likeliest_first():
    data = page(
        link("/comments.xml"),
        link("all.json", "application/feed+json"),
        link("/replies", title="Comments on this"),
        link("/rss.xml?utm_source=x", "application/rss+xml; charset=utf-8"),
        link("https://other.example/atom", "application/atom+xml", "feed ALTERNATE"),
    )
    assert find_feed_links(data, url=URL) == [
        "https://news.example/rss.xml",
        "https://other.example/atom",
        "https://news.example/today/all.json",
        "https://news.example/comments.xml",
        "https://news.example/replies",
    ]


def test_other_links_are_none():
    data = page(
        link("/style.css", "text/css", "stylesheet"),
        link("/fr", "text/html"),
        link("", "application/rss+xml"),
        link("mailto:a@b.example"),
        link("https://[broken"),
    )
    assert find_feed_links(data, url=URL) == []


def test_links_are_resolved_against_the_base_that_the_page_names():
    data = page(link("rss"), head='<base href="https://cdn.example/x/">')
    assert find_feed_links(data, url=URL) == ["https://cdn.example/x/rss"]


def test_none_comes_twice_and_not_without_end():
    data = page(*[link(f"/{n // 2}") for n in range(100)])
    assert len(find_feed_links(data, url=URL)) == MOST_LINKS


def test_an_empty_page_names_none():
    assert find_feed_links(b"", url=URL) == []


@settings(max_examples=50)
@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_a_page_holds_nothing_breaks(data, href):
    find_feed_links(data, url=URL)
    find_feed_links(page(link(href)), url=URL)
