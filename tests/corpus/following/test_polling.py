"""One feed after another, over real HTTP; what time it is only the tests say."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.errors import Failure
from corpus.following import polling
from corpus.storage.store import Store
from tests.support.feed_site import (
    START,
    Clock,
    FeedSite,
    drip,
    feed_site,
    follow,
    following,
    pour,
    redirect,
    refuse,
    send,
    write_page,
    write_rss,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def site():
    with feed_site() as site:
        yield site


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


@pytest.fixture
def feed(site: FeedSite, store: Store, clock: Clock) -> str:
    """A feed of two articles that is followed."""
    site.publish("a")
    site.publish("b")
    site.feed("a", "b")
    follow(store, site.url("/feed"), clock)
    return site.url("/feed")


@pytest.fixture
def follower(site, store, clock):
    with following(site, store, clock) as follower:
        yield follower


@pytest.fixture
def poll(follower, clock):
    """Ask all that are due after some time."""

    def poll(**span: float) -> None:
        clock.forward(**span)
        follower.step()
        follower.settle()

    return poll


def headlines(store: Store) -> list[str]:
    return sorted(article.headline for article in store.articles())


def test_what_a_feed_lists_is_stored_and_what_is_known_is_not_fetched_again(
    site, store, feed, poll
):
    poll()
    assert headlines(store) == ["Otters a", "Otters b"]
    known = store.sources.get(feed)
    assert (known.kind, known.title, known.last_success) == ("RSS", "The Weir", START)
    assert known.next_check > START
    site.publish("c")
    site.feed("c", "a", "b")
    poll(hours=1)
    assert headlines(store) == ["Otters a", "Otters b", "Otters c"]
    assert [site.count(path) for path in ("/a", "/b", "/c", "/feed")] == [1, 1, 1, 2]


def test_an_unchanged_feed_is_asked_for_by_what_it_said_last(site, feed, poll, store):
    poll()
    poll(hours=1)
    _, headers = [one for one in site.asked if one[0] == "/feed"][-1]
    assert headers["if-none-match"] == store.sources.get(feed).etag
    assert store.sources.get(feed).errors == 0


@pytest.mark.usefixtures("feed")
def test_nobody_is_asked_before_it_is_time(site, poll):
    poll()
    poll(minutes=1)
    assert site.count("/feed") == 1


def test_what_the_server_asks_for_is_kept(site, store, clock, poll):
    site.feed("a", cache_control="max-age=7200")
    site.publish("a")
    follow(store, site.url("/feed"), clock)
    poll()
    assert store.sources.get(site.url("/feed")).next_check >= START + 2 * HOUR


@pytest.mark.usefixtures("feed")
def test_an_entry_that_rotated_out_of_the_feed_stays(site, store, poll):
    poll()
    for number in range(3):
        site.publish(f"n{number}")
        site.feed(f"n{number}")
        poll(hours=2)
    assert len(headlines(store)) == 5


@pytest.mark.usefixtures("feed")
def test_one_article_in_two_feeds_is_fetched_once(site, store, poll, clock):
    poll()
    site.feed("b", "a", path="/other")
    follow(store, site.url("/other"), clock)
    poll(minutes=1)
    assert site.count("/a") == site.count("/b") == 1


def test_a_page_that_is_not_there_yet_is_tried_again(site, store, feed, poll):
    site.routes["/b"] = refuse(500)
    poll()
    assert headlines(store) == ["Otters a"]
    assert store.sources.get(feed).etag is None  # or nobody would see the entry again
    site.publish("b")
    poll(hours=1)
    assert headlines(store) == ["Otters a", "Otters b"]
    assert store.sources.get(feed).etag
    assert [site.count("/a"), site.count("/b")] == [1, 2]


def test_a_page_that_stays_away_leaves_what_the_feed_prints(site, store, clock, poll):
    text = "Nine otters were counted on the weir by the warden on Monday."
    site.feed("a", more=f"<description>{text}</description>")
    site.routes["/a"] = refuse(503)
    follow(store, site.url("/feed"), clock)
    for _ in range(polling.MOST_TRIES + 2):
        poll(hours=12)
    [article] = store.articles()
    assert article.body == text
    assert article.publisher == "The Weir"
    assert site.count("/a") == polling.MOST_TRIES


@pytest.mark.parametrize("code", [401, 403, 404, 410])
@pytest.mark.usefixtures("feed")
def test_a_page_that_is_refused_is_not_asked_for_again(site, store, poll, code):
    site.routes["/b"] = refuse(code)
    for _ in range(3):
        poll(hours=12)
    assert headlines(store) == ["Otters a"]
    assert site.count("/b") == 1


def test_what_robots_txt_forbids_is_taken_from_the_feed(site, store, clock, poll):
    site.routes["/robots.txt"] = send(b"User-agent: *\nDisallow: /", kind="text/plain")
    site.publish("a")
    text = "Nine otters were counted on the weir by the warden on Monday."
    site.feed("a", more=f"<description>{text}</description>")
    follow(store, site.url("/feed"), clock)
    poll()
    assert [article.body for article in store.articles()] == [text]
    assert site.count("/a") == 0


def test_a_printed_article_is_replaced_when_the_feed_prints_another(site, store, clock, poll):
    follow(store, site.url("/feed"), clock)
    for number in ("Nine", "Ten"):
        text = f"{number} otters were counted on the weir by the warden on Monday."
        site.feed("a", more=f"<description>{text}</description>")
        poll(hours=12)
    [article] = store.articles()
    assert article.body.startswith("Ten otters")
    assert article.corrected
    assert len(store.versions.of(article.id)) == 1


def test_a_host_that_asks_for_fewer_requests_gets_none_until_then(site, store, feed, poll):
    site.routes["/a"] = refuse(429, retry_after="14400")
    poll()
    assert site.count("/b") == 0
    assert store.sources.get(feed).next_check >= START + 4 * HOUR
    site.publish("a")
    poll(hours=4, minutes=5)
    assert headlines(store) == ["Otters a", "Otters b"]


def test_what_is_older_than_is_kept_is_not_taken(site, store, clock):
    more = "<pubDate>Mon, 03 Mar 2031 12:00:00 GMT</pubDate>"
    old = more.replace("03 Mar", "01 Mar").replace("Mon", "Sat")
    items = "".join(
        f"<item><title>{name}</title><link>{site.publish(name)}</link>{when}</item>"
        for name, when in (("new", more), ("old", old), ("undated", ""))
    )
    site.routes["/feed"] = send(write_rss(items), kind="application/rss+xml")
    follow(store, site.url("/feed"), clock)
    with following(site, store, clock, keep=2 * DAY) as follower:
        follower.step()
        follower.settle()
    assert headlines(store) == ["Otters new", "Otters undated"]


# Feeds that move, lie, or are no good


def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_once_that_lasts(
    site, store, feed, poll
):
    site.feed("a", path="/new")
    site.routes["/feed"] = redirect("/new", 301)
    poll()
    assert store.sources.get(feed).moved == site.url("/new")
    poll(hours=12)
    assert [source.url for source in store.sources.all()] == [site.url("/new")]
    poll(hours=12)
    assert site.count("/feed") == 2
    assert headlines(store) == ["Otters a"]


def test_a_feed_that_is_elsewhere_for_now_is_asked_where_it_was(site, store, feed, poll):
    site.feed("a", path="/new")
    site.routes["/feed"] = redirect("/new", 302)
    for _ in range(3):
        poll(hours=12)
    assert [source.url for source in store.sources.all()] == [feed]
    assert headlines(store) == ["Otters a"]


def test_a_feed_that_moved_for_good_to_what_is_none_is_not_taken_over(site, store, feed, poll):
    site.routes["/home"] = send(write_page("Welcome"))
    site.routes["/feed"] = redirect("/home", 301)
    for _ in range(3):
        poll(hours=12)
    known = store.sources.get(feed)
    assert known.errors == 3
    assert known.error == "not a feed: expected RSS or Atom"


@pytest.mark.parametrize(
    ("route", "reason"),
    [
        (refuse(500), "500: the site is out of order"),
        (refuse(404), "404: the page is not there"),
        (send(b"plain", kind="image/png"), "image/png is refused"),
        (
            send(b"x", kind="application/rss+xml", content_encoding="gzip"),
            "broke off in the middle",
        ),
        (send(b"x", kind="application/rss+xml", content_encoding="br"), "not asked for"),
        (drip(2), "took longer than 0.3 s"),
        (pour, "larger than 5 MB"),
        (redirect("/feed"), "redirects more than"),
    ],
)
def test_a_feed_that_cannot_be_read_says_why_and_is_asked_less(
    site, store, feed, clock, route, reason
):
    site.routes["/feed"] = route

    def make(sandbox):
        return site.fetcher(sandbox=sandbox, deadline_s=0.3 if "longer" in reason else 10)

    with following(site, store, clock, make_fetcher=make) as follower:
        follower.step()
        follower.settle()
    known = store.sources.get(feed)
    assert reason in known.error
    assert (known.errors, known.failing_since, known.paused) == (1, START, None)


@pytest.mark.parametrize("said", ["utf-8", "nonsense"])
@pytest.mark.parametrize("meant", ["utf-8", "windows-1252", "utf-16"])
def test_a_feed_that_lies_about_its_encoding_is_read(site, store, clock, poll, said, meant):
    site.publish("a", "Über den Fluss führt wieder eine Fähre, sagte die Stadt. " * 4)
    item = f"<item><title>Fähre</title><link>{site.url('/a')}</link></item>"
    text = f'<?xml version="1.0" encoding="{said}"?>' + write_rss(item).decode().partition("?>")[2]
    data = text.encode(meant)
    site.routes["/feed"] = send(data, kind="application/rss+xml; charset=ascii")
    follow(store, site.url("/feed"), clock)
    poll()
    assert headlines(store) == ["Otters a"]


@pytest.mark.usefixtures("feed")
def test_a_feed_that_is_gone_is_paused_and_never_asked_again(site, store, poll):
    site.routes["/feed"] = refuse(410)
    poll()
    [known] = store.sources.untold()
    assert (known.paused, known.error) == (START, "410: the page is gone")
    poll(days=3)
    assert site.count("/feed") == 1


def test_a_feed_that_fails_for_a_week_is_paused(site, store, feed, poll, clock):
    site.publish("well")
    site.feed("well", path="/well")
    follow(store, site.url("/well"), clock)
    site.routes["/feed"] = refuse(500)
    for _ in range(200):
        poll(hours=1)
    assert store.sources.get(feed).paused
    assert [source.url for source in store.sources.untold()] == [feed]
    assert timedelta(days=7) <= store.sources.get(feed).paused - START < timedelta(days=8)


@pytest.mark.usefixtures("feed")
def test_nothing_is_paused_while_nothing_at_all_can_be_read(site, store, poll, clock):
    follow(store, site.url("/other"), clock)
    site.routes["/feed"] = site.routes["/other"] = lambda request: request.connection.close()
    for _ in range(100):
        poll(hours=3)
    assert [source.paused for source in store.sources.all()] == [None, None]


def test_a_feed_is_left_when_we_are_to_stop_and_the_next_one_takes_the_rest(site, store, clock):
    names = [f"n{number}" for number in range(20)]
    for name in names:
        site.publish(name)
    site.feed(*names)
    follow(store, site.url("/feed"), clock)
    with following(site, store, clock) as follower:

        def stop_after_some(request):
            follower._stopping.set()
            send(write_page("Otters n3"))(request)

        site.routes["/n3"] = stop_after_some
        follower.step()
        follower.settle()
    assert len(headlines(store)) == 4
    assert store.sources.get(site.url("/feed")).last_success is None
    clock.forward(hours=1)
    with following(site, store, clock) as again:
        again.step()
        again.settle()
    assert len(headlines(store)) == 20
    assert [site.count(f"/{name}") for name in names] == [1] * 20


# What changed


@pytest.mark.usefixtures("feed")
def test_an_article_that_the_feed_says_was_changed_is_looked_at_again(site, store, poll):
    poll()
    site.publish("a", "Eleven otters were seen on the weir, not nine as we wrote. " * 3)
    site.feed("a", "b", more="<description>Corrected.</description>")
    poll(hours=1)
    poll(minutes=20)
    article = store.get(site.url("/a"))
    assert article.body.startswith("Eleven otters")
    assert article.corrected
    assert len(store.versions.of(article.id)) == 1
    assert store.get(site.url("/b")).corrected is None


@pytest.mark.usefixtures("feed")
def test_articles_are_looked_at_again_by_what_their_server_said(site, poll):
    poll()
    poll(hours=3)
    _, headers = [one for one in site.asked if one[0] == "/a"][-1]
    assert site.count("/a") == 2
    assert headers["if-none-match"]
    for _ in range(20):
        poll(days=1)
    assert site.count("/a") == 4


@pytest.mark.usefixtures("feed")
def test_a_page_that_is_gone_twice_marks_its_article_and_a_return_unmarks_it(site, store, poll):
    poll()
    del site.routes["/a"]
    poll(hours=3)
    assert store.get(site.url("/a")).gone is None
    poll(hours=2)
    assert store.get(site.url("/a")).gone == START + 5 * HOUR
    assert store.get(site.url("/b")).gone is None
    site.publish("a")
    poll(days=1)
    assert store.get(site.url("/a")).gone is None
    assert headlines(store) == ["Otters a", "Otters b"]


@pytest.mark.usefixtures("feed")
def test_a_page_that_is_away_once_or_out_of_order_is_not_gone(site, store, poll):
    poll()
    site.routes["/a"] = refuse(404)
    poll(hours=3)
    site.publish("a")
    poll(hours=2)
    site.routes["/a"] = refuse(500)
    for _ in range(20):
        poll(days=1)
    assert store.get(site.url("/a")).gone is None


def test_a_page_that_now_hides_most_of_its_text_corrects_nothing(site, store, clock, poll):
    parts = [f"Otter {number} was seen on the weir by the warden on Monday." for number in "abcdef"]
    site.publish("a", "\n\n".join(parts))
    site.feed("a")
    follow(store, site.url("/feed"), clock)
    poll()
    site.publish("a", "\n\n".join([*parts[:2], "Subscribe to read on about all of the otters."]))
    poll(hours=3)
    article = store.get(site.url("/a"))
    assert parts[-1] in article.body
    assert article.corrected is None
    site.publish("a", "This article was withdrawn by the editors, since no otter was there.")
    poll(days=1)
    assert "withdrawn" in store.get(site.url("/a")).body


@pytest.mark.usefixtures("feed")
def test_a_page_that_leads_elsewhere_or_says_nothing_changes_nothing(site, store, poll):
    poll()
    site.publish("home", "Welcome to the weir, where all of the news of the otters are. " * 3)
    site.routes["/a"] = redirect("/home")
    site.routes["/b"] = send(b"<html><body></body></html>")
    poll(hours=3)
    assert headlines(store) == ["Otters a", "Otters b"]


@pytest.mark.usefixtures("feed")
def test_an_article_that_somebody_removed_does_not_come_back(site, store, poll):
    poll()
    store.remove(site.url("/a"))
    for _ in range(3):
        poll(days=1)
    assert headlines(store) == ["Otters b"]


@pytest.mark.usefixtures("feed")
def test_an_article_that_cannot_be_stored_is_tried_again_and_then_given_up(site, store, clock):
    with following(site, store, clock) as follower:
        follower._take = lambda article: Failure(article.url, "no vectors")
        for _ in range(polling.MOST_TRIES + 2):
            follower.step()
            follower.settle()
            clock.forward(hours=13)
    assert site.count("/a") == polling.MOST_TRIES
    assert headlines(store) == []
    [one] = store.entries.known([site.url("/a")]).values()
    assert (one.article_id, one.tries) == (None, polling.MOST_TRIES)


def test_an_entry_given_up_is_tried_once_more_where_the_feed_prints_something_else(
    site, store, feed, poll
):
    site.routes["/b"] = refuse(404)
    poll()
    site.publish("b")
    site.feed("a", "b", more="<description>New.</description>")
    poll(hours=1)
    assert headlines(store) == ["Otters a", "Otters b"]
    assert replace(store.sources.get(feed)).errors == 0
