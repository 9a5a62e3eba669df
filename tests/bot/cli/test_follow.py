"""Feeds are followed and left, listed and exported, and corrected articles show their history."""

# ruff: noqa: ARG001 - a test may need a home without looking into it

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from bot.cli import main
from corpus.ingest import ingest
from corpus.parse.feed import read_opml
from corpus.storage.sources import Source
from corpus.storage.store import Store
from tests.support.feed_site import feed_site, send, write_page
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import BEES, without_a_model

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.services.Encoder", without_a_model)
    monkeypatch.setattr("bot.services.Extractor", FakeAttributor)
    monkeypatch.setenv("BYLINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


@pytest.fixture
def store(home):
    store = Store.open(home)
    yield store
    store.close()


@pytest.fixture
def site(monkeypatch):
    with feed_site() as site:
        monkeypatch.setattr("bot.cli.follow.make_fetcher", lambda _: site.fetcher())
        site.feed("a")
        link = b'<head><link rel="alternate" type="application/rss+xml" href="/feed">'
        site.routes["/"] = send(write_page("The Weir").replace(b"<head>", link))
        yield site


def run(*arguments: str):
    return CliRunner().invoke(main.app, arguments, catch_exceptions=False)


def test_the_feed_of_a_site_is_followed_and_left_again(site, store):
    done = run("follow", site.url("/"))
    assert done.stdout == f"Following The Weir (RSS): {site.url('/feed')}\n"
    assert [source.url for source in store.sources.all()] == [site.url("/feed")]
    assert run("follow", site.url("/feed")).stdout.startswith("Followed already: The Weir")
    done = run("unfollow", site.url("/feed"))
    assert done.stdout == f"No longer following {site.url('/feed')}\n"
    assert store.sources.all() == []


def test_of_several_addresses_those_that_can_be_are_followed(site, store):
    done = run("follow", site.url("/nothing"), site.url("/feed"))
    assert done.exit_code == 2
    assert "/nothing: 404: the page is not there" in done.stderr
    assert store.sources.count() == 1


def test_a_list_of_feeds_is_followed_and_written(home, tmp_path, store):
    file = tmp_path / "feeds.opml"
    urls = ["https://pier.example/rss", "https://weir.example/rss"]
    lines = "".join(f'<outline xmlUrl="{url}"/>' for url in urls)
    file.write_text(f"<opml><body>{lines}</body></opml>")
    done = run("follow", "--opml", str(file))
    assert done.stdout == f"Following 2 new of 2 feeds in {file}\n"
    assert "0 new of 2" in run("follow", "--opml", str(file)).stdout
    assert [source.url for source in store.sources.all()] == urls
    assert read_opml(run("feeds", "--opml").stdout.encode()) == urls


@pytest.mark.parametrize("arguments", [(), ("--opml", "missing.opml")])
def test_what_names_no_feed_is_wrong_input(home, arguments):
    assert run("follow", *arguments).exit_code == 2


def test_leaving_what_is_not_followed_says_so(home):
    done = run("unfollow", "weir.example")
    assert done.exit_code == 2
    assert "weir.example names no feed, or several" in done.stderr


def test_feeds_are_listed_the_worst_first(home, store):
    now = datetime.now(UTC)
    read = now - timedelta(minutes=90)
    well = Source(
        "https://a.example/rss", now + 1.5 * DAY, kind="RSS", title="A", last_success=read
    )
    failing = Source(
        "https://b.example/rss", now + 1.5 * DAY, errors=3, failing_since=now, error="it is slow"
    )
    paused = Source(
        "https://c.example/rss", now, errors=9, error="410: gone", paused=now - 1.5 * DAY
    )
    for source in (well, failing, paused):
        store.sources.add(source)
    lines = run("feeds").stdout.splitlines()
    assert lines == [
        "https://c.example/rss",
        "  https://c.example/rss",
        "  paused: not read yet, paused 1 d ago, failed 9 times: 410: gone",
        "https://b.example/rss",
        "  https://b.example/rss",
        "  failing: not read yet, next in 1 d, failed 3 times: it is slow",
        "A",
        "  https://a.example/rss",
        "  well: RSS, 0.0 a day, read 1 h ago, next in 1 d",
    ]
    told = [json.loads(line) for line in run("feeds", "--json").stdout.splitlines()]
    assert [one["state"] for one in told] == ["paused", "failing", "well"]
    assert (told[0]["next_check"], told[1]["errors"], told[2]["error"]) == (None, 3, "")


def test_no_feeds_are_said_to_be_none(home):
    done = run("feeds")
    assert "no feed is followed yet" in done.stderr
    assert done.stdout == ""


def test_the_history_of_an_article_shows_what_was_corrected(home, store):
    second = replace(BEES, body=BEES.body.replace("85 florins", "58 florins"))
    ingest([BEES, second], store=store, embedder=FakeEncoder())
    store.mark_gone(BEES.id, datetime(2031, 3, 4, tzinfo=UTC))
    lines = run("history", BEES.url).stdout.splitlines()
    assert lines[0].startswith("Corrected 20")
    assert [line[:12] for line in lines if line.startswith(("-", "+"))] == [
        "-The ministr",
        "+The ministr",
    ]
    assert lines[-1] == "Its page was gone by 2031-03-04T00:00:00+00:00"
    told = [json.loads(line) for line in run("history", BEES.id, "--json").stdout.splitlines()]
    assert [one["body"] for one in told] == [BEES.body, second.body]
    assert told[1]["replaced"] is None


def test_an_article_that_was_never_corrected_has_no_history(home, store):
    ingest([BEES], store=store, embedder=FakeEncoder())
    assert "was never corrected here" in run("history", BEES.id).stdout
    assert run("history", "nothing").exit_code == 2
