import gzip

import pytest

from corpus.errors import FetchError, UnreadableError
from corpus.following.discovery import discover
from corpus.sandbox.sandbox import Sandbox
from tests.support.feed_site import drip, feed_site, redirect, refuse, send, write_page

LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


@pytest.fixture
def site():
    with feed_site() as site:
        yield site


def find(site, path="/"):
    with site.fetcher() as fetcher:
        return discover(site.url(path), fetcher, Sandbox())


def put_home(site, *links):
    head = "".join(LINK.format(link) for link in links)
    site.routes["/"] = send(write_page("The Weir").replace(b"<head>", f"<head>{head}".encode()))


def test_a_feed_is_its_own_address(site):
    site.feed("a")
    found = find(site, "/feed")
    assert (found.url, found.feed.title, found.feed.kind) == (site.url("/feed"), "The Weir", "RSS")


def test_the_feed_that_a_page_names_is_found(site):
    put_home(site, "/gone.xml", "/news.xml")
    site.feed("a", path="/news.xml")
    assert find(site).url == site.url("/news.xml")


def test_a_feed_that_no_page_names_is_found_where_feeds_are(site):
    put_home(site)
    site.routes["/feed"] = site.routes["/"]  # a page in the place of a feed is none
    site.routes["/rss"] = send(b"<rss", kind="application/rss+xml")
    site.feed("a", path="/atom.xml")
    assert find(site).url == site.url("/atom.xml")


def test_a_feed_that_has_moved_for_good_is_followed_where_it_is_now(site):
    site.routes["/old"], site.routes["/now"] = redirect("/new", 301), redirect("/new", 302)
    site.feed("a", path="/new")
    assert find(site, "/old").url == site.url("/new")
    assert find(site, "/now").url == site.url("/now")


def test_a_site_without_a_feed_says_so(site):
    put_home(site)
    with pytest.raises(UnreadableError, match="no feed is found there"):
        find(site)


def test_what_cannot_be_fetched_says_why(site):
    site.routes["/"] = refuse(403)
    with pytest.raises(FetchError, match="403"):
        find(site)
    with (
        site.fetcher() as fetcher,
        pytest.raises(FetchError, match=r"not a web address|no proper host"),
    ):
        discover("weir example", fetcher, Sandbox())


def test_looking_takes_no_longer_than_it_may(site, monkeypatch):
    monkeypatch.setattr("corpus.following.discovery._ALLOWED_S", 0.3)
    put_home(site)

    site.routes["/feed"] = drip(1)
    with pytest.raises(UnreadableError, match="no feed"):
        find(site)
    assert site.count("/atom.xml") == 0


def test_of_a_list_of_sitemaps_the_one_of_news_is_followed(site):
    news = (
        "<urlset xmlns:n='n'><url><loc>https://weir.example/a</loc><n:news><n:title>Otters"
        "</n:title></n:news></url></urlset>"
    )
    inside = f"<sitemap><loc>{site.url('/news.xml.gz')}</loc></sitemap>"
    index = f"<sitemapindex>{inside}</sitemapindex>"
    site.routes["/sitemap.xml"] = send(index.encode(), kind="text/xml")
    site.routes["/news.xml.gz"] = send(gzip.compress(news.encode()), kind="application/x-gzip")
    found = find(site, "/sitemap.xml")
    assert (found.url, found.feed.kind) == (site.url("/news.xml.gz"), "sitemap")
