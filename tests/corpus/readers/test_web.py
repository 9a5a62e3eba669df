import json
import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from corpus.article import Article
from corpus.errors import Failure, FetchError, UnreadableError
from corpus.readers.fetch import Page
from corpus.readers.web import MAX_ENTRIES, Web, read_opml_feeds, read_opml_file, read_url
from corpus.sandbox.sandbox import Sandbox
from tests.support.fake_web import FEED, MONDAY, FakeFetcher, entry, news, opml, page, rss


class FakeMemory:
    """Remembers in a dictionary."""

    def __init__(self):
        self.known = {}

    def recall(self, url):
        return self.known.get(url, (None, None))

    def remember(self, url, *, etag, modified):
        self.known[url] = (etag, modified)


@pytest.fixture
def seen():
    return FakeMemory()


def read(url, pages, seen):
    return list(read_url(url, Web(FakeFetcher(pages), seen)))


# One address


def test_a_page_is_read_under_the_address_that_answered(seen):
    url = "https://news.example/short"
    [article] = read(url, {url: page(news(), url="https://news.example/long?utm_source=x")}, seen)
    assert article.headline == "Ferry returns to Wexmoor"
    assert article.url == "https://news.example/long"
    assert "Ticket prices stay" in article.body
    assert seen.known == {}


def test_a_page_in_the_charset_that_only_its_server_names_is_read(seen):
    url = "https://news.example/a"
    text = ["Über die Brücke fährt ab Montag wieder der grüne Bus, teilte die Stadt mit."] * 3
    for charset in ("windows-1252", "utf-16"):
        body = news("Brücke offen", text=text).encode(charset)
        [article] = read(url, {url: page(body, charset=charset)}, seen)
        assert article.headline == "Brücke offen"


@pytest.mark.parametrize("charset", [None, "punycode", "rot13", "windows-nonsense"])
def test_a_charset_that_is_none_of_the_web_is_left_to_the_page(seen, charset):
    url = "https://news.example/a"
    head = '<meta charset="iso-8859-1">'
    body = news("Brücke offen", head=head).encode("iso-8859-1")
    [article] = read(url, {url: page(body, charset=charset)}, seen)
    assert article.headline == "Brücke offen"


def test_what_can_not_be_fetched_is_a_failure(seen):
    url = "https://news.example/a"
    assert read(url, {}, seen) == [Failure(url, "404: the page is not there")]


def test_a_page_without_article_is_a_failure(seen):
    url = "https://news.example/a"
    [failure] = read(url, {url: page("<html><body></body></html>")}, seen)
    assert failure.where == url
    assert failure.reason.startswith("no article text")


def test_xml_that_is_no_feed_is_a_failure(seen):
    url = "https://news.example/a"
    found = read(url, {url: page("<sitemap/>", kind="application/xml")}, seen)
    assert found == [Failure(url, "application/xml is neither a page nor a feed")]


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
def test_records_are_read_whatever_the_server_calls_them(seen, kind):
    url = "https://news.example/all.jsonl"
    lines = [json.dumps({"headline": f"H{n}", "text": "It rained all day."}) for n in (1, 2)]
    found = read(url, {url: page("\n".join([*lines, "{"]), kind=kind)}, seen)
    assert [item.headline for item in found[:2]] == ["H1", "H2"]
    assert found[2].where == f"{url}:3"


def test_plain_text_is_read_as_a_clipping_from_that_address(seen):
    url = "https://www.news.example/a.txt"
    text = "Ferry returns\n\nThe ferry will run again from the first of May, the harbour said.\n"
    [article] = read(url, {url: page(text, url=url, kind="text/plain")}, seen)
    assert article.url == url
    assert article.publisher == "news.example"
    assert "run again" in article.body


# Feeds


def test_every_entry_of_a_feed_is_fetched_with_respect_for_robots_txt(seen):
    fetcher = FakeFetcher(
        {
            FEED: rss(entry("1"), entry("2")),
            "https://news.example/1": page(news("First"), url="https://news.example/1"),
            "https://news.example/2": page(news("Second"), url="https://news.example/2"),
        }
    )
    found = list(read_url(FEED, Web(fetcher, seen)))
    assert [article.headline for article in found] == ["First", "Second"]
    assert sorted(fetcher.asked) == [
        ("https://news.example/1", True, None, None),
        ("https://news.example/2", True, None, None),
        (FEED, False, None, None),
    ]


def test_pages_are_fetched_together_and_come_in_the_order_of_the_feed(seen):
    together = threading.Barrier(2, timeout=30)

    class Waiting(FakeFetcher):
        def get(self, url, **more):
            if url != FEED:
                together.wait()  # passes only while both are being fetched
            return super().get(url, **more)

    pages = {entry(n)[0]: page(news(f"Story {n}"), url=entry(n)[0]) for n in "abcd"}
    fetcher = Waiting({FEED: rss(*map(entry, "abcd"))} | pages)
    found = list(read_url(FEED, Web(fetcher, seen)))
    assert [article.headline for article in found] == [f"Story {n}" for n in "abcd"]


def test_the_entry_tells_what_the_page_does_not(seen):
    more = f"<pubDate>{MONDAY}</pubDate><author>Ida Brandt</author>"
    pages = {FEED: rss(entry("1", more)), entry("1")[0]: page(news(headline=""))}
    [article] = read(FEED, pages, seen)
    assert article.headline == "Headline 1"
    assert article.authors == ("Ida Brandt",)
    assert article.published == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert not article.day_only


@pytest.mark.parametrize("wall", ["Access denied by the captcha", "The bridge is shut."])
def test_a_page_that_shows_less_gives_way_to_the_feeds_own_text(seen, wall):
    told = "Nine drivers were hired in June, and three more start in Velm after the summer. " * 6
    more = f"<pubDate>{MONDAY}</pubDate><description>{told}</description>"
    shown = news(wall, text=[wall + ". Verify you are human. This site is on this server."])
    pages = {FEED: rss(entry("1", more)), entry("1")[0]: page(shown)}
    [article] = read(FEED, pages, seen)
    assert article.body == told.strip()
    assert article.published == datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_page_is_believed_before_the_entry(seen):
    more = f"<pubDate>{MONDAY}</pubDate><author>Ida Brandt</author>"
    head = (
        '<meta property="article:published_time" content="2026-03-01">'
        '<meta name="author" content="Jo Weller">'
    )
    pages = {FEED: rss(entry("1", more)), entry("1")[0]: page(news(head=head))}
    [article] = read(FEED, pages, seen)
    assert article.headline == "Ferry returns to Wexmoor"
    assert article.authors == ("Jo Weller",)
    assert article.published == datetime(2026, 3, 1, tzinfo=UTC)
    assert article.day_only


PRINTED = "<description>The ferry will run again. Prices stay.</description>"


@pytest.mark.parametrize(
    "answer",
    [
        FetchError("403: the site does not let programs read it"),
        page("<html><body></body></html>"),
        rss(entry("2")),
    ],
    ids=["refused", "empty", "a feed"],
)
def test_where_a_page_is_not_to_be_had_the_text_of_the_feed_serves(seen, answer):
    more = f"{PRINTED}<pubDate>{MONDAY}</pubDate><author>Ida Brandt</author>"
    found = read(FEED, {FEED: rss(entry("1", more)), entry("1")[0]: answer}, seen)
    assert found == [
        Article(
            headline="Headline 1",
            body="The ferry will run again. Prices stay.",
            url="https://news.example/1",
            authors=("Ida Brandt",),
            publisher="Wexmoor Gazette",
            published=datetime(2026, 3, 2, 9, tzinfo=UTC),
        )
    ]


def test_an_untitled_feed_lends_its_articles_the_name_of_their_host(seen):
    [article] = read(FEED, {FEED: rss(entry("1", PRINTED), title="")}, seen)
    assert article.publisher == "news.example"


def test_where_the_feed_holds_too_little_too_both_reasons_are_told(seen):
    [failure] = read(FEED, {FEED: rss(entry("1", "<description>Soon.</description>"))}, seen)
    assert failure.where == "https://news.example/1"
    assert failure.reason == (
        "404: the page is not there; and the feed holds no article text: fewer than three words"
    )


def test_an_entry_without_a_link_of_its_own_is_read_from_the_feed(seen):
    feed = rss(("", "Owl", f"<guid>u1</guid>{PRINTED}"))
    [article] = read(FEED, {FEED: feed}, seen)
    assert (article.headline, article.url) == ("Owl", None)


def test_a_feed_may_not_lead_to_feeds(seen):
    fetcher = FakeFetcher({FEED: rss((FEED, "Myself", PRINTED))})
    [article] = read_url(FEED, Web(fetcher, seen))
    assert article.body == "The ferry will run again. Prices stay."
    assert [url for url, *_ in fetcher.asked] == [FEED, FEED]


def test_an_endless_feed_is_cut(seen):
    fetcher = FakeFetcher({FEED: rss(*(entry(n, PRINTED) for n in range(MAX_ENTRIES + 1)))})
    found = list(read_url(FEED, Web(fetcher, seen)))
    assert len(found) == MAX_ENTRIES + 1
    assert found[-1] == Failure(FEED, "only the first 500 entries of the feed are read")
    assert len(fetcher.asked) == MAX_ENTRIES + 1


def test_a_feed_that_attacks_the_reader_is_a_failure(seen):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel><title>&a;</title></channel></rss>'
    [failure] = read(FEED, {FEED: page('<rss version="2.0">' + bomb, kind="text/xml")}, seen)
    assert failure.where == FEED
    assert seen.known == {}


# What takes too long


class Dripping(FakeFetcher):
    """Every page takes twenty seconds of the clock."""

    now = 0.0

    def get(self, url, **more):
        self.now += 20 * (url != FEED)
        return super().get(url, **more)


@pytest.fixture
def dripping(monkeypatch):
    fetcher = Dripping({FEED: rss(*(entry(n, PRINTED) for n in range(500)))})
    clock = SimpleNamespace(monotonic=lambda: fetcher.now)
    monkeypatch.setattr("corpus.readers.guard.time", clock)
    return fetcher


def test_a_feed_that_drips_has_one_budget_for_all_of_its_entries(dripping, seen):
    *articles, failure = read_url(FEED, Web(dripping, seen))
    assert 25 <= len(articles) <= 600 / 20
    assert failure == Failure(
        FEED,
        f"{len(articles)} of its 500 entries were read in 600 s; its servers are slow, "
        "try again later",
    )
    assert seen.known == {}


def test_a_list_of_feeds_that_drip_has_one_too(dripping, seen):
    web = Web(dripping, seen, feed_s=200.0, list_s=300.0)
    found = list(read_opml_feeds([FEED] * 9, web))
    failures = [item for item in found if isinstance(item, Failure)]
    assert len(found) - len(failures) <= 300 / 20
    assert len(failures) == 3
    assert failures[-1] == Failure(
        FEED, "2 of 9 feeds were read in 300 s; add the others by themselves"
    )


def test_a_page_that_froze_its_reader_gives_way_to_what_the_feed_prints(seen):
    class Frozen(Sandbox):
        def read_page(self, *_, **__):
            raise UnreadableError("takes longer than 10 s to read")

    url = "https://news.example/1"
    fetcher = FakeFetcher({FEED: rss(entry("1", PRINTED)), url: page(news(), url=url)})
    [article] = read_url(FEED, Web(fetcher, seen, Frozen()))
    assert article.body == "The ferry will run again. Prices stay."
    [failure] = read_url(url, Web(fetcher, seen, Frozen()))
    assert failure == Failure(url, "takes longer than 10 s to read")


# What is remembered


def test_a_feed_is_remembered_once_the_caller_came_back_for_more(seen):
    found = read_url(FEED, Web(FakeFetcher({FEED: rss(entry("1", PRINTED))}), seen))
    assert isinstance(next(found), Article)
    assert seen.known == {}
    assert list(found) == []
    assert seen.known == {FEED: ('"v1"', MONDAY)}


def test_a_feed_that_was_given_up_half_way_is_not_remembered(seen):
    entries = [entry(n, PRINTED) for n in range(50)]
    fetcher = FakeFetcher({FEED: rss(*entries)})
    found = read_url(FEED, Web(fetcher, seen))
    next(found)
    found.close()
    assert seen.known == {}


def test_an_unchanged_feed_yields_nothing(seen):
    seen.remember(FEED, etag='"v1"', modified=MONDAY)
    unchanged = Page(FEED, "", None, b"", '"v1"', MONDAY, unchanged=True)
    fetcher = FakeFetcher({FEED: unchanged})
    assert list(read_url(FEED, Web(fetcher, seen))) == []
    assert list(read_opml_feeds([FEED], Web(fetcher, seen))) == []
    assert fetcher.asked == [(FEED, False, '"v1"', MONDAY)] * 2


# Lists of feeds


def test_every_feed_of_a_list_is_read_and_remembered(seen):
    url, other = "https://news.example/list", "https://other.example/feed"
    pages = {
        url: opml(FEED, "https://gone.example/feed", other),
        FEED: rss(entry("1", PRINTED)),
        other: rss(entry("2", PRINTED)),
    }
    found = read(url, pages, seen)
    assert [getattr(item, "headline", item) for item in found] == [
        "Headline 1",
        Failure("https://gone.example/feed", "404: the page is not there"),
        "Headline 2",
    ]
    assert set(seen.known) == {FEED, other}


def _sitemap(root: str, *inside: str) -> str:
    return f"<{root} xmlns:n='n'>{''.join(inside)}</{root}>"


def test_the_news_of_sitemaps_are_read_one_by_one_and_in_lists(seen):
    url, part, story = (f"https://news.example/{name}" for name in ("sitemap", "news.xml", "a"))
    told = f"<url><loc>{story}</loc><n:news><n:title>Ferry</n:title></n:news></url>"
    index = _sitemap("sitemapindex", f"<sitemap><loc>{part}</loc></sitemap>")
    pages = {
        url: page(index, kind="text/xml"),
        part: page(_sitemap("urlset", told), kind="application/xml"),
        story: page(news()),
    }
    for address in (part, url):
        (article,) = read(address, pages, seen)
        assert (article.url, article.headline) == (story, "Ferry returns to Wexmoor")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (_sitemap("sitemapindex"), "names none"),
        (f"<!DOCTYPE x><!ENTITY a 'b'>{_sitemap('sitemapindex')}", "neither a page"),
    ],
)
def test_a_list_of_sitemaps_that_leads_nowhere_is_a_failure(seen, body, told):
    url = "https://news.example/sitemap"
    (failure,) = read(url, {url: page(body, kind="text/xml")}, seen)
    assert told in failure.reason


def test_a_list_in_a_list_is_a_failure(seen):
    url, inner = "https://news.example/list", "https://news.example/inner"
    found = read(url, {url: opml(inner), inner: opml(FEED)}, seen)
    assert found == [Failure(inner, "not a feed: expected RSS or Atom")]


def test_a_list_that_attacks_the_reader_is_a_failure(seen):
    url = "https://news.example/list"
    bomb = b'<opml><!DOCTYPE x [<!ENTITY a "aaaa">]></opml>'
    [failure] = read(url, {url: page(bomb, kind="text/xml")}, seen)
    assert failure.where == url


def test_an_endless_list_is_cut(seen):
    addresses = [f"https://news.example/{n}" for n in range(MAX_ENTRIES + 1)]
    found = list(read_opml_feeds(addresses, Web(FakeFetcher(), seen)))
    assert len(found) == MAX_ENTRIES + 1
    assert found[-1] == Failure(addresses[-1], "only the first 500 feeds are read")


def test_a_saved_opml_list_is_followed(tmp_path, seen):
    saved = tmp_path / "feeds.opml"
    saved.write_bytes(opml(FEED).body)

    (found,) = read_opml_file(saved, Web(FakeFetcher(), seen))

    assert found.where == FEED  # which the fake does not know


def test_a_saved_opml_list_that_cannot_be_read_is_one_failure(tmp_path, seen):
    bomb = tmp_path / "bomb.opml"
    bomb.write_bytes(b'<opml><!DOCTYPE x [<!ENTITY a "aaaa">]></opml>')

    for path in (bomb, tmp_path / "missing.opml"):
        (found,) = read_opml_file(path, Web(FakeFetcher(), seen))
        assert found.where == str(path)
