from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import Failure, UnreadableError
from corpus.parse.feed import (
    Entry,
    Feed,
    looks_like_feed,
    looks_like_opml,
    read_feed,
    read_opml,
    read_saved_feed,
)
from tests.support.patterns import growth

HOME = "https://news.example/feed.xml"
RSS = b"""<?xml version="1.0"?><!-- ours --><rss version="2.0"><channel>
<title>Example &amp; News</title>
<item><title>Bridge &lt;i&gt;shut&lt;/i&gt;</title><link>/bridge?utm_source=rss</link>
<author>jane@news.test (Jane Doe)</author><pubDate>Tue, 04 Mar 2021 12:00:00 GMT</pubDate>
<description>&lt;p&gt;The bridge is shut.&lt;/p&gt;&lt;p&gt;Ferries &amp;amp; boats run.&lt;/p&gt;
</description></item>
<item><title>Nowhere</title></item>
<item><title>Again</title><link>/bridge</link></item>
<item><link>/bare</link></item>
<item><link>mailto:jane@news.test</link></item>
</channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>Sample</title><entry><title></title>
<id>https://news.example/owl</id><author><name>Ann Ash and Bo Birch</name></author>
<updated>2021-03-04T12:00:00Z</updated><summary>Short.</summary>
<content type="html">Owl seen at the old mill. It hooted.</content></entry></feed>"""
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12))
    + b']><rss version="2.0"><channel><title>&m;</title></channel></rss>'
)
OUTSIDE = b'<!DOCTYPE opml [<!entity x SYSTEM "file:///etc/hostname">]><opml><body/></opml>'


def test_rss_entries_are_read():
    assert read_feed(RSS, url=HOME) == Feed(
        "Example & News",
        (
            Entry(
                "https://news.example/bridge",
                "Bridge shut",
                ("Jane Doe",),
                datetime(2021, 3, 4, 12, 0, tzinfo=UTC),
                "The bridge is shut.\n\nFerries & boats run.",
            ),
            Entry("https://news.example/bare", "https://news.example/bare"),
        ),
        kind="RSS",
        unlinked=(Entry("", "Nowhere"), Entry("", "Again"), Entry("", "(untitled)")),
    )


def test_atom_entries_are_read_from_their_content():
    assert read_feed(ATOM, url=HOME).entries == (
        Entry(
            "https://news.example/owl",
            "Owl seen at the old mill.",
            ("Ann Ash", "Bo Birch"),
            datetime(2021, 3, 4, 12, 0, tzinfo=UTC),
            "Owl seen at the old mill. It hooted.",
            datetime(2021, 3, 4, 12, 0, tzinfo=UTC),
        ),
    )


def items(*found: str) -> bytes:
    inside = "".join(f"<item>{one}</item>" for one in found)
    site = "<link>https://mill.example/news/</link>"
    return f"<rss version='2.0'><channel><title>Mill</title>{site}{inside}</channel></rss>".encode()


def test_entries_with_one_link_are_all_kept():
    text = "<description>An owl sat at the mill {1} times.</description>"
    live = "<title>Live {0}</title><link>https://mill.example/live#post-{0}</link>" + text
    feed = read_feed(items(live.format(1, 1), live.format(2, 2), live.format(2, 2)), url=HOME)
    assert [(entry.headline, entry.url) for entry in (*feed.entries, *feed.unlinked)] == [
        ("Live 1", "https://mill.example/live"),
        ("Live 2", ""),
    ]
    first, second = read_saved_feed(items(live.format(1, 1), live.format(2, 2)), where="a.rss")
    assert (first.url, second.url) == ("https://mill.example/live", None)
    assert second.body == "An owl sat at the mill 2 times."


@pytest.mark.parametrize(
    "guid",
    [
        "<guid isPermaLink='false'>u1</guid>",
        "<guid isPermaLink='false'>https://mill.example/u1</guid>",
        "<guid>u1</guid>",
        "<guid>12345</guid>",
    ],
)
def test_what_only_tells_entries_apart_is_no_address(guid):
    text = "<title>Owl</title><description>An owl sat at the mill.</description>"
    (found,) = read_feed(items(guid + text), url=HOME).unlinked
    assert found.url == ""
    (article,) = read_saved_feed(items(guid + text), where="a.rss")
    assert (article.url, article.publisher) == (None, "Mill")
    (linked,) = read_feed(items("<guid>https://mill.example/u1</guid>"), url=HOME).entries
    assert linked.url == "https://mill.example/u1"


def test_relative_links_of_a_saved_feed_are_those_of_its_site():
    data = items("<link>owl</link><description>An owl sat at the mill.</description>")
    (article,) = read_saved_feed(data, where="a.rss")
    assert article.url == "https://mill.example/news/owl"


def test_entries_that_hold_nothing_are_counted():
    data = items("<title>Owl</title>", "<title>Cat</title>", "<description>Two</description>")
    short, count = read_saved_feed(data, where="a.rss")
    assert short.where == "a.rss: Two"
    assert count.reason == "2 of its entries left out: no text, and no link of their own"


@pytest.mark.parametrize(
    ("asks", "pause_s"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<ttl>soon</ttl>", 0),
        ("<ttl>99999999999</ttl>", 0),
        ("<sy:updatePeriod> hourly </sy:updatePeriod>", 3600),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            21600,
        ),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            86400,
        ),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", 0),
        ("", 0),
    ],
)
def test_how_long_a_feed_asks_to_wait_is_read(asks, pause_s):
    syndication = "http://purl.org/rss/1.0/modules/syndication/"
    data = f'<rss version="2.0" xmlns:sy="{syndication}"><channel>{asks}</channel></rss>'
    assert read_feed(data.encode(), url=HOME).pause_s == pause_s


def test_the_hub_of_a_feed_is_read_and_by_which_name_it_knows_the_feed():
    links = b'<link rel="hub" href="https://hub.example/"/><link rel="self" href="/feed.xml"/>'
    feed = read_feed(ATOM.replace(b"<entry>", links + b"<entry>"), url=HOME)
    assert (feed.hub, feed.topic, feed.kind) == ("https://hub.example/", HOME, "Atom")


def test_a_hub_that_is_no_address_is_none():
    links = b'<link rel="hub" href="https://[hub"/>'
    assert read_feed(ATOM.replace(b"<entry>", links + b"<entry>"), url=HOME).hub == ""


def test_a_feed_cut_short_gives_the_entries_it_holds():
    assert read_feed(RSS[:700], url=HOME).entries[0].headline == "Bridge shut"


@pytest.mark.parametrize("stamp", ["Tue, 04 Mar 1531 12:00:00 GMT", "soon"])
def test_dates_that_cannot_be_are_none(stamp):
    data = RSS.replace(b"Tue, 04 Mar 2021 12:00:00 GMT", stamp.encode())
    assert read_feed(data, url=HOME).entries[0].published is None


@pytest.mark.parametrize(
    "data", [b"", b"<html></html>", b"plain", b'{"version": "x"}', b"\x00", b"<:opml>"]
)
def test_what_is_no_feed_is_unreadable(data):
    with pytest.raises(UnreadableError, match="not a feed"):
        read_feed(data, url=HOME)
    with pytest.raises(UnreadableError, match="not a list of feeds"):
        read_opml(data)


def test_an_empty_rss_document_is_a_feed_without_entries():
    assert read_feed(b'<rss version="2.0"><channel/></rss>', url=HOME) == Feed("", (), kind="RSS")


@pytest.mark.parametrize("bomb", [BOMB, BOMB.decode().encode("utf-16"), OUTSIDE])
def test_declared_entities_are_refused_at_once(bomb):
    started = time.monotonic()
    with pytest.raises(UnreadableError, match="declares entities"):
        read_feed(bomb, url=HOME)
    with pytest.raises(UnreadableError, match="declares entities"):
        read_opml(bomb)
    assert time.monotonic() - started < 0.5


def test_a_plain_doctype_is_harmless():
    assert read_feed(b"<!DOCTYPE rss>" + RSS[21:], url=HOME).title == "Example & News"


def test_an_entry_that_breaks_something_is_a_failure_beside_the_others(monkeypatch):
    def broken(entry):
        raise KeyError(entry)

    monkeypatch.setattr("corpus.parse.feed._authors", broken)
    feed = read_feed(ATOM, url=HOME)
    assert feed.entries == ()
    assert "a fault of ours" in feed.failures[0].reason


def test_a_saved_feed_gives_the_articles_that_it_prints():
    printed = "<description>The bridge is shut for a week.</description>"
    items = [
        f"<item><title>Bridge {n}</title><link>{HOME}{n}</link>{text}</item>"
        for n, text in enumerate([printed, "", "<description>No</description>"])
    ]
    data = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>".encode()
    article, failure = read_saved_feed(data, where="feed.xml")
    assert article.headline == "Bridge 0"
    assert failure == Failure(f"feed.xml: {HOME}2", "no article text: fewer than three words")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<opml><body/></opml>", "a list of feeds holds no articles"),
        (b"<rss version='2.0'><channel/></rss>", "the feed holds no text"),
        (b"plain", "not a feed"),
    ],
)
def test_a_saved_feed_without_articles_is_unreadable(data, reason):
    with pytest.raises(UnreadableError, match=reason):
        list(read_saved_feed(data, where="feed.xml"))


def test_opml_lists_each_feed_once():
    data = b"""<?xml version="1.0"?><opml version="2.0"><body><outline text="Local">
    <outline xmlUrl="https://a.example/feed"/><outline XMLURL="https://b.example/feed"/></outline>
    <outline xmlUrl="https://a.example/feed#top"/><outline xmlUrl="nowhere"/></body></opml>"""
    assert read_opml(data) == ["https://a.example/feed", "https://b.example/feed"]


def test_documents_are_told_by_their_first_element():
    assert looks_like_feed(RSS)
    assert looks_like_feed(ATOM.decode().encode("utf-16"))
    assert looks_like_feed(b"\xef\xbb\xbf<rdf:RDF xmlns='x'>")
    assert looks_like_opml(b"<?xml version='1.0'?>\n<opml version='1.0'>")
    assert not looks_like_feed(b"<html><rss>")
    assert not looks_like_opml(RSS)


@pytest.mark.parametrize("atom", ["<!--", "<![", "<a ", "a=b ", "&amp;", "<p <"])
@pytest.mark.parametrize("tag", ["title", "description", "author"])
def test_a_feed_twice_as_hostile_takes_about_twice_as_long(tag, atom):
    def make(times: int) -> bytes:
        inside = f"<{tag}><![CDATA[<p>{atom * (20_000 * times)}]]></{tag}>"
        return f"<rss><channel><item><link>{HOME}a</link>{inside}</item></channel></rss>".encode()

    assert growth(lambda data: read_feed(data, url=HOME), make) < 2.9


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(RSS)))
def test_any_bytes_are_a_feed_or_unreadable(junk, cut):
    for data in (junk, RSS[:cut] + junk, b"<opml>" + junk):
        for read in (lambda data: read_feed(data, url=HOME), read_opml):
            with suppress(UnreadableError):
                assert read(data) is not None


def feed_of(item: str, language: str = "") -> Entry:
    head = f"<title>Velm Post</title><language>{language}</language>"
    data = f'<rss version="2.0"><channel>{head}<item><link>/a</link>{item}</item></channel></rss>'
    [entry] = read_feed(data.encode(), url=HOME).entries
    return entry


@pytest.mark.parametrize(
    ("stamp", "language", "day"),
    [
        ("2020/6/7 09:30:12", "", datetime(2020, 6, 7, 9, 30, 12, tzinfo=UTC)),
        ("Do, 07 Mai 2020 09:30:00", "de", datetime(2020, 5, 7, 9, 30, tzinfo=UTC)),
        ("07/05/2020 09:30", "fr", datetime(2020, 5, 7, 9, 30, tzinfo=UTC)),
        ("07/05/2020 09:30", "en", datetime(2020, 7, 5, 9, 30, tzinfo=UTC)),
        ("<![CDATA[Thu, May 7 2020 09:30:00 UTC]]>", "", datetime(2020, 5, 7, 9, 30, tzinfo=UTC)),
        ("Thu, 07 May 2099 09:30:00 GMT", "", None),
    ],
)
def test_the_date_that_a_feed_prints_is_read_as_printed(stamp, language, day):
    entry = feed_of(f"<pubDate>{stamp}</pubDate><title>Tram</title>", language)
    assert (entry.published, entry.day_only) == (day, False)


def test_an_entry_with_a_day_and_no_time_says_so():
    data = RSS.replace(b"Tue, 04 Mar 2021 12:00:00 GMT", b"Mar 4, 2021")
    data = data.replace(b"<link>/", b"<link>https://news.example/")
    article = next(iter(read_saved_feed(data, where="feed.xml")))
    assert (article.published, article.day_only) == (datetime(2021, 3, 4, tzinfo=UTC), True)


def test_markup_and_entities_are_resolved():
    entry = feed_of(
        "<title>Room of 40 m&lt;sup&gt;2&lt;/sup&gt; at &amp;#163;9</title>"
        "<description>Tea &amp;amp; toast, the guild&amp;#8217;s list says.</description>"
    )
    assert entry.headline == "Room of 40 m2 at £9"
    assert entry.text == "Tea & toast, the guild’s list says."


def test_an_entry_taken_from_elsewhere_names_where():
    entry = feed_of(
        '<title>Tram runs - Velm Post</title><source url="https://p.example">Velm Post</source>'
        "<description>&lt;a href=&quot;/a&quot;&gt;Tram runs&lt;/a&gt; Velm Post</description>"
    )
    assert (entry.headline, entry.text, entry.publisher) == ("Tram runs", "Tram runs", "Velm Post")


def test_a_mail_address_with_a_long_ending_is_no_author():
    assert feed_of("<author>ida@post.example (Ida Brandt)</author>").authors == ("Ida Brandt",)
    assert feed_of("<author>desk@post.example</author>").authors == ()


def test_the_language_is_the_feeds_or_the_one_it_looks_like():
    text = (
        "<description>Die Straßenbahn fährt ab Freitag wieder, teilte die Stadt mit.</description>"
    )
    assert feed_of(text, "de-at").language == "de"
    assert feed_of(text).language == "de"


def test_of_an_export_of_wordpress_only_what_is_published_is_read():
    item = (
        "<item><title>{0}</title><link>https://news.example/{0}</link><description>{1}"
        "</description><wp:status>{2}</wp:status><wp:post_type>{3}</wp:post_type></item>"
    )
    inside = "".join(
        item.format(*facts)
        for facts in (
            ("owl", '&lt;p&gt;An owl sat.&lt;/p&gt;[gallery ids="1"]', "publish", "post"),
            ("draft", "A cat sat.", "draft", "post"),
            ("picture", "A cat sat.", "inherit", "attachment"),
        )
    )
    space = "xmlns:wp='http://wordpress.org/export/1.2/'"
    data = f"<rss version='2.0' {space}><channel><title>Mill</title>{inside}</channel></rss>"
    (entry,) = read_feed(data.encode(), url="").entries
    assert (entry.headline, entry.text) == ("owl", "An owl sat.")


def test_blanks_before_a_feed_and_markup_escaped_twice_are_seen_through():
    text = "&amp;lt;p&amp;gt;An owl sat.&amp;lt;/p&amp;gt;"
    data = (
        "\n \ufeff<?xml version='1.0'?><rss version='2.0'><channel><item><title>Owl</title>"
        f"<link>https://news.example/owl</link><description>{text}</description></item>"
        "</channel></rss>"
    )
    assert looks_like_feed(data.encode())
    assert [one.text for one in read_feed(data.encode(), url="").entries] == ["An owl sat."]
