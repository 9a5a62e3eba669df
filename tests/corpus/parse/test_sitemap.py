from datetime import UTC, datetime

import pytest

from corpus.errors import UnreadableError
from corpus.parse.feed import Entry
from corpus.parse.sitemap import list_sitemaps, read_sitemap

SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


def news(name: str, more: str = "", when: str = "2031-03-04T12:00:00Z") -> str:
    return (
        f"<url><loc>https://news.example/{name}?utm_source=x</loc>{more}<news:news>"
        "<news:publication><news:name>The Weir</news:name></news:publication>"
        f"<news:publication_date>{when}</news:publication_date>"
        f"<news:title> Otters {name} </news:title></news:news></url>"
    )


def sitemap(*pages: str, root: str = "urlset") -> bytes:
    return f"<?xml version='1.0'?><{root} {SPACES}>{''.join(pages)}</{root}>".encode()


def test_the_news_of_a_sitemap_are_read_newest_first():
    later = news("b", "<lastmod>2031-03-06</lastmod>", "2031-03-05T08:30:00+02:00")
    feed = read_sitemap(sitemap(news("a"), later, news("c", when="soon")))
    assert feed.title == "The Weir"
    assert feed.entries == (
        Entry(
            "https://news.example/b",
            "Otters b",
            published=datetime(2031, 3, 5, 6, 30, tzinfo=UTC),
            updated=datetime(2031, 3, 6, tzinfo=UTC),
        ),
        Entry("https://news.example/a", "Otters a", published=datetime(2031, 3, 4, 12, tzinfo=UTC)),
        Entry("https://news.example/c", "Otters c"),
    )


def test_pages_that_are_no_news_and_addresses_that_are_none_are_left_out():
    page = "<url><loc>https://news.example/contact</loc></url>"
    odd = news("d").replace("https://news.example/", "mailto:")
    assert [one.headline for one in read_sitemap(sitemap(page, odd, news("a"))).entries] == [
        "Otters a"
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (sitemap("<url><loc>https://news.example/a</loc></url>"), "lists no news, only pages"),
        (sitemap(), "lists no news"),
        (b"<rss/>", "not a sitemap"),
        (b"", "not a sitemap"),
        (
            sitemap(
                "<sitemap><loc>https://news.example/pages.xml</loc></sitemap>"
                "<sitemap><loc>https://news.example/news.xml</loc></sitemap>",
                root="sitemapindex",
            ),
            "not a sitemap of news; try https://news.example/news.xml",
        ),
        (b'<!DOCTYPE urlset [<!ENTITY a "b">]><urlset/>', "declares entities"),
    ],
)
def test_what_lists_no_news_is_unreadable(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        read_sitemap(data)


def listed(name: str, changed: str = "") -> str:
    told = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<sitemap><loc>https://news.example/{name}</loc>{told}</sitemap>"


def test_of_a_list_of_sitemaps_those_of_news_are_named():
    entries = [listed("pages.xml", "2031-03-09"), listed("news-2.xml.gz"), listed("news-1.xml")]
    assert list_sitemaps(sitemap(*entries, "<sitemap/>", root="sitemapindex")) == [
        "https://news.example/news-2.xml.gz",
        "https://news.example/news-1.xml",
    ]


def test_where_no_name_speaks_of_them_the_newest_may_hold_news():
    entries = [listed(f"{day}.xml", f"2031-03-0{day}") for day in range(1, 6)]
    found = list_sitemaps(sitemap(*entries, root="sitemapindex").replace(b"news.ex", b"weir.ex"))
    assert found == [f"https://weir.example/{day}.xml" for day in (5, 4, 3)]


def test_what_is_no_list_of_sitemaps_says_so():
    with pytest.raises(UnreadableError, match="not a list of sitemaps"):
        list_sitemaps(sitemap(news("a")))
