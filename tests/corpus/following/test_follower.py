"""Many feeds at once: none waits for another, and faults of ours end nobody."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from corpus.errors import SandboxError, StoreError
from corpus.following import follower as followers
from corpus.storage.entries import Listed
from corpus.storage.store import Store
from tests.support.feed_site import START, Clock, drip, feed_site, follow, following, refuse
from tests.support.follow_kill import kill_following


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


def run(follower):
    follower.step()
    follower.settle()


def put_feeds(site, store, clock, count):
    for number in range(count):
        site.publish(f"a{number}")
        site.feed(f"a{number}", path=f"/feed{number}")
        follow(store, site.url(f"/feed{number}", f"h{number}.example"), clock)


def test_more_feeds_than_can_be_asked_at_a_time_are_asked_in_turn(site, store, clock):
    put_feeds(site, store, clock, 9)
    with following(site, store, clock) as follower:
        run(follower)
        assert store.count() == followers._WORKERS
        run(follower)
    assert store.count() == 9


def test_a_feed_is_asked_by_one_of_two_who_follow_it(site, store, clock):
    put_feeds(site, store, clock, 3)
    with following(site, store, clock) as one, following(site, store, clock) as two:
        for follower in (one, two):
            follower.step()
        for follower in (one, two):
            follower.settle()
    assert [site.count(f"/feed{number}") for number in range(3)] == [1, 1, 1]


def test_a_feed_is_not_asked_again_while_it_is_being_asked(site, store, clock):
    put_feeds(site, store, clock, 1)
    held = threading.Event()
    route = site.routes["/feed0"]

    def hold(request):
        held.wait(30)
        route(request)

    site.routes["/feed0"] = hold
    with following(site, store, clock) as follower:
        follower.step()
        clock.forward(hours=1)
        follower.step()
        held.set()
        follower.settle()
    assert site.count("/feed0") == 1


def test_after_an_outage_of_ours_all_that_failed_is_asked_again(site, store, clock):
    put_feeds(site, store, clock, 6)
    routes = dict(site.routes)
    with following(site, store, clock) as follower:
        for number in range(6):
            site.routes[f"/feed{number}"] = refuse(500)
        for _ in range(8):
            clock.forward(hours=13)
            run(follower)
        site.routes.update(routes)
        url = site.url("/feed0", "h0.example")
        store.sources.change(url, next_check=clock().isoformat(timespec="seconds"))
        run(follower)
        run(follower)
    assert store.count() == 6


def test_a_fault_of_ours_is_said_of_the_feed_and_the_others_go_on(site, store, clock, monkeypatch):
    put_feeds(site, store, clock, 3)
    real = followers.poll

    def poll(source, desk):
        if "feed1" in source.url:
            raise KeyError("ours")
        return real(source, desk)

    monkeypatch.setattr(followers, "poll", poll)
    with following(site, store, clock) as follower:
        run(follower)
    assert store.count() == 2
    known = store.sources.get(site.url("/feed1", "h1.example"))
    assert known.error.startswith("a fault of ours, please report it: KeyError")


@pytest.mark.parametrize("error", [StoreError("the disk is full"), SandboxError("no process")])
def test_what_stops_everything_is_raised_and_nothing_is_noted(site, store, clock, error):
    put_feeds(site, store, clock, 1)

    def take(_):
        raise error

    with following(site, store, clock) as follower:
        follower._take = take
        follower.step()
        with pytest.raises(type(error)):
            run(follower)
    known = store.sources.get(site.url("/feed0", "h0.example"))
    assert (known.errors, known.last_success, known.etag) == (0, None, None)


def test_a_look_raises_what_stops_everything(site, store, clock, monkeypatch):
    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(followers, "look", full)
    store.entries.keep(Listed("https://a.example/", "f", "", START, START, START, next_look=START))
    with following(site, store, clock) as follower:
        follower.step()
        with pytest.raises(StoreError):
            run(follower)


def test_stopping_does_not_wait_for_a_slow_server(site, store, clock):
    site.routes["/feed"] = drip(3)
    follow(store, site.url("/feed"), clock)
    with following(site, store, clock) as follower:
        follower.step()
        while not site.asked:
            pass
        follower.close()
    known = store.sources.get(site.url("/feed"))
    assert (known.errors, known.last_success) == (0, None)


def test_the_rules_of_robots_txt_are_asked_for_anew_after_an_hour(site, store, clock):
    put_feeds(site, store, clock, 1)
    with following(site, store, clock) as follower:
        run(follower)
        assert site.count("/robots.txt") == 1
        clock.forward(hours=3)
        run(follower)
    assert site.count("/robots.txt") == 2


def test_what_is_old_is_let_go_and_forgotten_now_and_then(site, store):
    clock = Clock(datetime.now(UTC))  # as articles are added
    put_feeds(site, store, clock, 1)
    with following(site, store, clock, keep=timedelta(days=30)) as follower:
        run(follower)
        assert store.count() == 1
        clock.forward(days=29)
        run(follower)
        assert store.count() == 1
        clock.forward(days=70)
        site.feed(path="/feed0")
        run(follower)
        assert store.count() == 0
        assert store.entries.newest(site.url("/feed0", "h0.example"), 9) == []


def test_every_thread_steps_back(site, store, clock):
    stepped = set()
    put_feeds(site, store, clock, 2)
    with following(
        site, store, clock, step_back=lambda: stepped.add(threading.current_thread().name)
    ) as follower:
        run(follower)
    assert {name.partition("_")[0] for name in stepped} == {"following", "taking"}


def test_a_follower_without_feeds_starts_nothing(store, site, clock):
    before = threading.active_count()
    with following(site, store, clock) as follower:
        run(follower)
        assert threading.active_count() == before


def test_twenty_kills_lose_no_article_and_take_none_twice(tmp_path):
    report = kill_following(tmp_path, 20)
    assert report.faults == []
    assert report.kills == 20
    assert report.stored == sorted(report.stored)
    assert 0 < report.stored[-1] <= report.published


def test_a_fault_after_the_end_is_nobodys(site, store, clock, monkeypatch):
    put_feeds(site, store, clock, 1)
    with following(site, store, clock) as follower:

        def poll(*_):
            follower._stopping.set()
            raise KeyError("torn down")

        monkeypatch.setattr(followers, "poll", poll)
        run(follower)
    assert store.sources.get(site.url("/feed0", "h0.example")).errors == 0
