"""Hubs are asked to tell, asked back, and heard: a push has its feed asked, and brings no news."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.following import websub
from corpus.following.websub import confirm, hear, name_feed
from corpus.storage.sources import Source
from corpus.storage.store import Store
from tests.support.feed_site import (
    START,
    Clock,
    feed_site,
    follow,
    following,
    refuse,
    send,
    write_rss,
)

CALLBACK = "https://bot.example/hook/feeds"
SECRET = "only the hub knows"
HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
WEIR = Source(
    "https://weir.example/feed",
    NOW + HOUR,
    last_success=NOW - HOUR,
    hub="https://hub.example/",
    topic="https://weir.example/topic",
    secret=SECRET,
    hub_state="asked",
)
NAME = name_feed(WEIR.url, SECRET)


@pytest.fixture(autouse=True)
def _clock(monkeypatch):
    monkeypatch.setattr(websub, "read_now", lambda: NOW)


@pytest.fixture
def site():
    with feed_site() as site:
        atom = "http://www.w3.org/2005/Atom"
        head = f'<link xmlns="{atom}" rel="hub" href="{site.url("/hub", "hub.example")}"/>'
        site.routes["/feed"] = send(write_rss("", head=head), kind="application/rss+xml")
        site.routes["/hub"] = send(b"", 202)
        yield site


@pytest.fixture
def store(tmp_path):
    store = Store.open(tmp_path)
    yield store
    store.close()


def sign(body: bytes, method: str = "sha256") -> str:
    return f"{method}={hmac.new(SECRET.encode(), body, method).hexdigest()}"


def test_the_hub_of_a_feed_is_asked_once_and_again_when_its_lease_ends(site, store):
    clock, url = Clock(), site.url("/feed")
    follow(store, url, clock)
    with following(site, store, clock, callback=CALLBACK) as follower:

        def poll(**span):
            clock.forward(**span)
            follower.step()
            follower.settle()

        poll()
        [(path, form)] = site.posted
        known = store.sources.get(url)
        assert path == "/hub"
        assert form == {
            "hub.mode": "subscribe",
            "hub.topic": url,
            "hub.callback": f"{CALLBACK}/{name_feed(url, known.secret)}",
            "hub.secret": known.secret,
            "hub.lease_seconds": "432000",
        }
        assert (known.hub_state, len(known.secret) > 30) == ("asked", True)
        poll(hours=3)
        assert len(site.posted) == 1
        poll(hours=13)
        assert [one["hub.secret"] for _, one in site.posted] == [known.secret] * 2


def test_a_hub_that_refuses_leaves_the_feed_to_be_asked(site, store):
    clock, url = Clock(), site.url("/feed")
    site.routes["/hub"] = refuse(500)
    follow(store, url, clock)
    with following(site, store, clock, callback=CALLBACK) as follower:
        follower.step()
        follower.settle()
    known = store.sources.get(url)
    assert (known.hub_state, known.errors, known.last_success) == ("", 0, START)


def test_without_a_webhook_no_hub_is_asked(site, store):
    clock = Clock()
    follow(store, site.url("/feed"), clock)
    with following(site, store, clock) as follower:
        follower.step()
        follower.settle()
    assert site.posted == []


def test_a_feed_that_is_not_followed_any_more_has_no_hub_asked(site, store):
    with site.fetcher() as fetcher:
        websub.subscribe("https://weir.example/feed", CALLBACK, fetcher, store, START)
    assert site.posted == []


@pytest.mark.parametrize(
    ("lease", "days"), [("864000", 8), ("", 4), ("1", 1 / 30), ("9" * 12, 4), ("soon", 4)]
)
def test_what_was_asked_for_is_confirmed_for_as_long_as_the_hub_says(store, lease, days):
    store.sources.add(WEIR)
    assert confirm(store.sources, NAME, mode="subscribe", topic=WEIR.topic, lease=lease)
    known = store.sources.get(WEIR.url)
    assert known.hub_state == "subscribed"
    assert known.renew - NOW == pytest.approx(timedelta(days=days), abs=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("name", "mode", "topic"),
    [
        ("0" * 32, "subscribe", WEIR.topic),
        (NAME, "subscribe", "https://other.example/"),
        (NAME, "unsubscribe", WEIR.topic),
    ],
)
def test_what_was_not_asked_for_is_not_confirmed(store, name, mode, topic):
    store.sources.add(WEIR)
    assert not confirm(store.sources, name, mode=mode, topic=topic, lease="5")


def test_a_hub_that_says_no_is_not_subscribed(store):
    store.sources.add(replace(WEIR, topic="", hub_state="subscribed"))
    assert not confirm(store.sources, NAME, mode="denied", topic=WEIR.url, lease="")
    assert store.sources.get(WEIR.url).hub_state == ""


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha512"])
def test_a_signed_push_has_the_feed_asked_at_once(store, method):
    store.sources.add(replace(WEIR, last_success=NOW))
    assert hear(store.sources, NAME, b"<rss>", sign(b"<rss>", method))
    assert store.sources.get(WEIR.url).next_check - NOW < timedelta(minutes=1)
    assert store.count() == 0


@pytest.mark.parametrize("signature", ["", "sha256=00", "md5=0", sign(b"other"), "sha256=é"])
def test_a_push_of_anybody_has_the_feed_asked_no_more_often_than_others(store, signature):
    store.sources.add(replace(WEIR, last_success=NOW))
    assert hear(store.sources, NAME, b"<rss>", signature)
    assert store.sources.get(WEIR.url).next_check == NOW + timedelta(minutes=5)
    hear(store.sources, NAME, b"<rss>", signature)
    assert store.sources.get(WEIR.url).next_check == NOW + timedelta(minutes=5)


def test_a_push_for_no_feed_of_ours_is_refused(store):
    assert not hear(store.sources, NAME, b"", "")
    store.sources.add(replace(WEIR, paused=NOW))
    assert not hear(store.sources, NAME, b"", "")


def test_a_name_tells_nobody_the_secret_and_is_its_feeds_own():
    assert hashlib.sha256(SECRET.encode()).hexdigest()[:32] != NAME
    assert name_feed("https://weir.example/other", SECRET) != NAME
