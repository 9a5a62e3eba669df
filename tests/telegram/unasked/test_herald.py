"""Alerts and digests from an article that comes to a message, on an emulated Telegram."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot import texts
from bot.storage.alerts.hours import Quiet
from bot.storage.alerts.outbox import Parcel
from bot.storage.alerts.subscriptions import Kind
from bot.storage.preferences import Preferences
from tests.support.fakes import QUICK
from tests.support.heralded import SECOND, STRIKE, THIRD, add, alerted, told
from tests.support.office import GROUP, OTHER, READER, emulated, furnished, said, serving, toast
from tests.support.telegram_server import TelegramServer
from tests.support.whole_bot import pressed, quoted

OWNER, MEMBER = 21, 22
_NOW = datetime.now(UTC)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with emulated() as server:
        server.own(GROUP, OWNER)
        server.user(MEMBER)
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    return furnished(tmp_path_factory.mktemp("office"))


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


async def test_an_article_that_comes_is_told_with_its_passage_and_source(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        add(home, STRIKE)
        message = await told(telegram, STRIKE)
    assert quoted(message) in " ".join(STRIKE.body.split())
    assert message.text.startswith(texts.say("alert-told", wanted="tram strike", articles=1))
    bold = [one for one in message.entities if one["type"] == "bold"]
    assert len(bold) == 1
    (link,) = [one["url"] for one in message.entities if one["type"] == "text_link"]
    assert link.startswith(f"{STRIKE.url}#:~:text=")
    assert message.labels == [["Open at the passage"], ["Stop this alert"], ["👎"]]


def wind(office, **ahead: float) -> None:
    """Let the clocks of the chats go so much ahead."""
    office.state.clock = lambda: datetime.now(UTC) + timedelta(**ahead)


async def quiet_for(telegram: TelegramServer, chat_id: int = READER, seconds: float = 0.4) -> int:
    """See that nothing comes for a while; returns how many messages there are."""
    count = len(telegram.messages(chat_id))
    await asyncio.sleep(seconds)
    assert len(telegram.messages(chat_id)) == count
    return count


async def test_what_was_there_before_the_alert_and_what_is_corrected_is_not_told(telegram, home):
    add(home, STRIKE)
    async with serving(telegram, home) as office:
        await telegram.wait_for(office.state.outbox.watched)
        await alerted(telegram, "tram strike")
        add(home, replace(STRIKE, body=STRIKE.body + "\n\nMore on the tram strike follows."))
        add(home, SECOND)
        await told(telegram, SECOND)
        add(home, replace(SECOND, body=SECOND.body + "\n\nThe tram strike goes on."))
        await quiet_for(telegram)
    assert not [one for one in telegram.messages(READER) if STRIKE.headline in one.text]


async def test_the_first_comes_at_once_and_what_follows_soon_in_one_message(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        add(home, STRIKE)
        await told(telegram, STRIKE)
        add(home, SECOND, THIRD)
        await quiet_for(telegram)
        wind(office, minutes=10, seconds=1)
        message = await told(telegram, SECOND)
        await quiet_for(telegram)
    assert THIRD.headline in message.text
    assert message.text.startswith("2 new articles")
    assert message.labels[0] == ["↗ 1", "↗ 2"]


async def test_a_near_copy_is_told_once_and_named(telegram, home):
    copy = replace(STRIKE, url="https://post.example/t", publisher="Evening Post")
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        add(home, STRIKE)
        await told(telegram, STRIKE)
        add(home, copy, SECOND)
        wind(office, minutes=11)
        await told(telegram, SECOND)
        assert [copy.publisher in one.text for one in telegram.messages(READER)].count(True) == 0
        (found,) = office.state.outbox.told([1], _NOW - timedelta(days=1), copies=True).values()
        assert copy.id in found


async def test_quiet_hours_of_the_reader_hold_what_comes_until_they_end(telegram, home):
    async with serving(telegram, home) as office:
        office.state.preferences.put(READER, Preferences(timezone="Asia/Kolkata"))
        await alerted(telegram, "tram strike")
        here = datetime.now(UTC) + timedelta(hours=5, minutes=30)
        start = here.hour * 60 + here.minute - 1
        office.state.subscriptions.be_quiet(READER, Quiet(start % 1440, (start + 60) % 1440))
        add(home, STRIKE)
        await quiet_for(telegram)
        wind(office, hours=1)
        await told(telegram, STRIKE)


async def test_of_a_publisher_that_is_left_out_nothing_is_told(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        left_out = frozenset({STRIKE.publisher})
        office.state.preferences.put(READER, Preferences(left_out=left_out))
        add(home, STRIKE)
        add(home, SECOND)
        await told(telegram, SECOND)
        wind(office, minutes=11)
        await quiet_for(telegram)
    assert not [one for one in telegram.messages(READER) if STRIKE.headline in one.text]


async def test_an_archive_that_is_added_tells_no_news(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        add(home, replace(STRIKE, published=_NOW - timedelta(days=30)))
        add(home, replace(SECOND, published=None))
        await told(telegram, SECOND)
        await quiet_for(telegram)


async def test_buttons_below_an_alert_stop_it_and_make_it_stricter(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        (one,) = office.state.subscriptions.of(READER, Kind.ALERT)
        menu = telegram.messages(READER)[-1]
        await pressed(telegram, menu, "Balanced")
        add(home, STRIKE)
        message = await told(telegram, STRIKE)
        assert message.labels[1] == ["Stop this alert", "Only important"]

        async def press(label: str) -> str:
            return await toast(telegram, telegram.press(READER, message.message_id, label))

        assert await press("👎") == texts.say("alert-disliked")
        assert await press("👎") == texts.say("alert-disliked")
        (now,) = office.state.subscriptions.of(READER, Kind.ALERT)
        assert 0 < now.alert.raised < 0.5
        assert await press("Only important") == texts.say("alert-stricter-now")
        (now,) = office.state.subscriptions.of(READER, Kind.ALERT)
        assert now.alert == replace(one.alert, level="fewer")
        assert await press("Stop this alert") == texts.say("alert-stopped")
        assert await press("Stop this alert") == texts.say("alert-stopped-before")
        assert await press("👎") == texts.say("stale")
        add(home, SECOND)
        await quiet_for(telegram)


async def test_in_a_group_its_administrators_decide_and_all_are_told(telegram, home):
    async with serving(telegram, home):
        refused = await said(telegram, "/alert tram strike", GROUP, user=MEMBER)
        assert refused.text == texts.say("not-allowed")
        thread = telegram.add_thread(GROUP, "News")
        await alerted(telegram, "tram strike", GROUP, user=OWNER, thread=thread)
        add(home, STRIKE)
        message = await told(telegram, STRIKE, GROUP)
        assert message.thread == thread
        query = telegram.press(GROUP, message.message_id, "Stop this alert", user=MEMBER)
        assert await toast(telegram, query) == texts.say("settings-refused")
        query = telegram.press(GROUP, message.message_id, "Stop this alert", user=OWNER)
        assert await toast(telegram, query) == texts.say("alert-stopped")


async def test_a_chat_that_blocked_the_bot_rests_and_others_are_told(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        await alerted(telegram, "tram strike", OTHER)
        telegram.fail("sendMessage", 403, chat_id=READER, description="bot was blocked by the user")
        add(home, STRIKE)
        await told(telegram, STRIKE, OTHER)
        subscriptions = office.state.subscriptions
        await telegram.wait_for(lambda: subscriptions.of(READER, Kind.ALERT)[0].paused)
        wind(office, minutes=11)
        add(home, SECOND)
        await told(telegram, SECOND, OTHER)
        assert len(telegram.messages(READER)) == 1
        menu = await said(telegram, "/alerts", READER)
        shown = await pressed(telegram, menu, "1. tram strike")
        assert "at rest" in shown.text
        await pressed(telegram, shown, "Go on")
        add(home, THIRD)
        wind(office, minutes=25)
        await told(telegram, THIRD)


async def test_who_blocks_the_bot_is_told_nothing_even_before_it_tries(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        telegram.block(READER)
        subscriptions = office.state.subscriptions
        await telegram.wait_for(lambda: subscriptions.of(READER, Kind.ALERT)[0].paused)


async def test_a_chat_that_is_to_be_left_alone_is_told_later_and_once(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        await alerted(telegram, "tram strike", OTHER)
        telegram.fail("sendMessage", 429, chat_id=READER, retry_after=1)
        add(home, STRIKE)
        await told(telegram, STRIKE, OTHER)
        assert len(telegram.messages(READER)) == 1
        await told(telegram, STRIKE)
        await quiet_for(telegram)
    assert len(telegram.messages(READER)) == 2


async def test_where_a_chat_may_not_be_written_to_nothing_is_tried_again(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        telegram.fail("sendMessage", 400, chat_id=READER, description="not enough rights")
        add(home, STRIKE)
        await telegram.wait_for(lambda: any(c.status == 400 for c in telegram.calls("sendMessage")))
        await quiet_for(telegram)


async def test_when_telegram_fails_for_long_it_is_told_afterwards(telegram, home):
    quick = replace(QUICK, attempts=1)
    async with serving(telegram, home, timing=quick):
        await alerted(telegram, "tram strike")
        telegram.fail("sendMessage", 502, times=3)
        add(home, STRIKE)
        await told(telegram, STRIKE)
    assert len(telegram.messages(READER)) == 2


@pytest.mark.parametrize("arrives", [True, False])
async def test_what_may_not_have_arrived_is_shown_on_request(telegram, home, arrives):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        telegram.hang("sendMessage", 0.05, after=arrives)
        add(home, STRIKE)
        doubt = texts.say("alert-in-doubt", wanted="tram strike")
        await telegram.wait_for(lambda: telegram.messages(READER)[-1].text == doubt)
        note = telegram.messages(READER)[-1]
        shown = await pressed(telegram, note, "Show it")
        assert STRIKE.headline in shown.text
        count = await quiet_for(telegram)
    assert count == 2 + arrives


async def test_a_doubt_that_is_in_doubt_itself_is_not_said_for_ever(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        telegram.hang("sendMessage", 0.02, times=20)
        add(home, STRIKE)
        await telegram.wait_for(lambda: len(telegram.calls("sendMessage")) >= 5)
        await quiet_for(telegram)
    assert len(telegram.messages(READER)) == 1


async def test_what_was_under_way_at_a_kill_is_in_doubt_at_the_next_start(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        begin, begun = office.state.outbox.begin, threading.Event()

        def dies(parcel: Parcel, now: datetime) -> bool:
            begin(parcel, now)
            begun.set()
            raise RuntimeError("killed")

        office.service._herald._outbox.begin = dies
        add(home, STRIKE)
        await telegram.wait_for(begun.is_set)
    async with serving(telegram, home):
        doubt = texts.say("alert-in-doubt", wanted="tram strike")
        await telegram.wait_for(lambda: telegram.messages(READER)[-1].text == doubt)


async def test_an_alert_goes_with_its_group_to_the_supergroup(telegram, home):
    telegram.chat(-5, "group")
    telegram.own(-5, OWNER)
    async with serving(telegram, home):
        await alerted(telegram, "tram strike", -5, user=OWNER)
        telegram.migrate(-5, -1005, told=False)
        add(home, STRIKE)
        await told(telegram, STRIKE, -1005)
        await quiet_for(telegram, -1005)


async def test_what_is_forgotten_is_told_no_more(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        forgot = await said(telegram, "/forget", READER)
        assert "one alert" in forgot.text
        add(home, STRIKE)
        await quiet_for(telegram)
        assert office.state.subscriptions.active(Kind.ALERT) == []


async def test_what_is_removed_before_it_goes_out_is_not_told(telegram, home):
    async with serving(telegram, home) as office:
        await alerted(telegram, "tram strike")
        office.state.subscriptions.be_quiet(READER, Quiet(0, 1439))
        add(home, STRIKE)
        outbox = office.state.outbox
        await telegram.wait_for(lambda: outbox.told([1], _NOW - timedelta(days=1)))
        office.archive.store.remove(STRIKE.id)
        office.state.subscriptions.be_quiet(READER, None)
        await telegram.wait_for(lambda: not outbox.due(datetime.now(UTC)))
        await quiet_for(telegram)


async def test_a_digest_comes_at_its_hour_once_and_where_there_is_news(telegram, home):
    async with serving(telegram, home) as office:
        soon = datetime.now(UTC) + timedelta(hours=2)
        reply = await said(telegram, f"/digest daily {soon:%H:%M}", READER)
        assert f"Digest every day at {soon:%H:%M}" in reply.text
        add(home, STRIKE, SECOND)
        await quiet_for(telegram)
        wind(office, hours=2)
        message = await told(telegram, STRIKE)
        assert SECOND.headline in message.text
        assert message.labels == [["Stop the digest"]]
        await quiet_for(telegram)
        wind(office, hours=26)
        await telegram.wait_for(
            lambda: office.state.subscriptions.of(READER, Kind.DIGEST)[0].last > soon.date()
        )
        await quiet_for(telegram)
        query = telegram.press(READER, message.message_id, "Stop the digest")
        assert await toast(telegram, query) == texts.say("alert-stopped")
    assert len(telegram.messages(READER)) == 2


async def test_summing_up_in_reply_to_an_alert_finds_its_article(telegram, home):
    async with serving(telegram, home):
        await alerted(telegram, "tram strike")
        add(home, STRIKE)
        message = await told(telegram, STRIKE)
        await quiet_for(telegram)
        summary = await said(telegram, "/summary", READER, reply_to=message.message_id)
    assert STRIKE.headline in summary.text
