"""Admins follow feeds in their chats, and hear of those that are no good any more."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from bot.texts import relink
from corpus.storage.sources import Source
from corpus.storage.store import Store
from tests.support.fakes import QUICK
from tests.support.office import (
    ADMIN,
    FEED,
    READER,
    SECOND,
    emulated,
    furnished,
    said,
    serving,
)
from tests.support.telegram_world import Message

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
TIMING = replace(QUICK, look_s=0.05)


@pytest.fixture
def telegram():
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    return furnished(tmp_path_factory.mktemp("office"))


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


def plain(message: Message) -> str:
    """What a message says, without what keeps its addresses from being links."""
    return relink(message.text)


async def test_a_feed_is_followed_listed_and_left(telegram, home, monkeypatch):
    monkeypatch.setattr("bot.services._FOLLOW_S", 60)  # nobody is to ask it here
    async with serving(telegram, home) as office:
        assert "/follow https://news.example" in (await said(telegram, "/follow")).text
        assert "/follow https://news.example" in (await said(telegram, "/follow a b")).text
        assert "No feed is followed yet" in (await said(telegram, "/feeds")).text
        answer = await said(telegram, f"/follow {FEED}")
        assert answer.text.startswith("Following Wexmoor Gazette (RSS).")
        assert plain(await said(telegram, f"/follow {FEED}")).endswith(
            "was followed already. https://news.example/feed.xml"
        )
        listed = (await said(telegram, "/feeds")).text
        assert listed.startswith("One feed: 0 well, 1 new, 0 failing, 0 paused.")
        assert "Wexmoor Gazette: RSS, not read yet, due now" in listed
        assert "/unfollow https" in plain(await said(telegram, "/unfollow"))
        assert "No feed is meant by" in (await said(telegram, "/unfollow a.example")).text
        assert (await said(telegram, f"/unfollow {FEED}")).text == (
            "Wexmoor Gazette is followed no longer. Its articles stay."
        )
        assert office.archive.store.sources.count() == 0


async def test_what_has_no_feed_says_why(telegram, home):
    async with serving(telegram, home):
        message = await said(telegram, "/follow https://news.example/none")
    assert message.text == "Nothing is followed. 404: the page is not there"


async def test_of_many_feeds_the_first_are_listed(telegram, home):
    store = Store.open(home)
    for number in range(20):
        title = f"Gazette {number} " + "of the long name " * 20
        store.sources.add(Source(f"https://a{number}.example/", LATER, title=title))
    async with serving(telegram, home):
        message = await said(telegram, "/feeds")
    assert message.text.startswith("20 feeds: 0 well, 20 new")
    assert "And 8 more;" in message.text


async def test_admins_hear_once_of_a_feed_that_is_paused(telegram, home):
    store = Store.open(home)
    async with serving(telegram, home, timing=TIMING):
        store.sources.add(
            Source("https://a.example/rss", LATER, title="A", error="410: it is gone", paused=NOW)
        )
        for admin in (ADMIN, SECOND):
            (message,) = await telegram.wait_for_messages(admin, 1)
            assert plain(message) == (
                "A is not asked any more: 410: it is gone. /follow https://a.example/rss asks it "
                "again, /unfollow https://a.example/rss leaves it."
            )
        store.sources.add(
            Source("https://b.example/rss", LATER, title="B", error="It fails.", paused=NOW)
        )
        await telegram.wait_for_messages(ADMIN, 2)
        assert [message.text[0] for message in telegram.messages(ADMIN)] == ["A", "B"]
        assert telegram.messages(READER) == []
    assert store.sources.untold() == []


async def test_an_admin_who_cannot_be_told_keeps_nobody_from_it(telegram, home):
    store = Store.open(home)
    store.sources.add(Source("https://a.example/rss", LATER, title="A", error="e", paused=NOW))
    telegram.block(ADMIN)
    with structlog.testing.capture_logs() as log:
        async with serving(telegram, home, timing=TIMING):
            await telegram.wait_for_messages(SECOND, 1)
            await telegram.wait_for(
                lambda: (
                    [one for one in log if one["event"] == "cannot tell an admin"]
                    or not store.sources.untold()
                )
            )
