"""The commands of those who run the bot, against an emulated Telegram."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from bot import texts
from bot.admin.commands import AdminCommands
from bot.intents.commands import ADMINS
from bot.priority import step_back
from bot.reply.actions import decode
from bot.storage.access import Standing
from bot.storage.broadcasts import Stage
from bot.storage.chats import ChatStore
from corpus.errors import FetchError
from corpus.sandbox.process import Reason, StoppedError
from corpus.sandbox.sandbox import SET_ASIDE
from tests.support.fakes import QUICK
from tests.support.newsroom import ARTICLES, BEES, FUNICULAR, FUNICULAR_QUESTION
from tests.support.office import (
    ADMIN,
    FEED,
    GROUP,
    NOW,
    OTHER,
    READER,
    SECOND,
    STORY,
    changed,
    emulated,
    furnished,
    said,
    serving,
    toast,
)
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

COMMANDS = [one.name for one in ADMINS]


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    return furnished(tmp_path_factory.mktemp("office"))


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


@pytest.mark.parametrize("name", COMMANDS)
async def test_for_whoever_is_no_admin_the_commands_do_not_exist(telegram, home, name):
    async with serving(telegram, home) as office:
        office.state.usage.seen(OTHER, NOW)
        answer = await said(telegram, f"/{name} {FUNICULAR.url}", READER)
        help_ = await said(telegram, "/help", READER)
        assert answer.text == help_.text
        telegram.say(GROUP, f"/{name} 5", user=ADMIN)
        assert (await said(telegram, "/help")).text == help_.text
        assert telegram.messages(GROUP) == []
        assert office.archive.store.count() == len(ARTICLES)


async def test_stats_come_as_a_picture_with_words(telegram, home):
    async with serving(telegram, home) as office:
        await said(telegram, FUNICULAR_QUESTION, READER)
        await said(telegram, "Zwolgrub quixl vantrep?", READER)
        await said(telegram, "/alert ferry strike", READER)
        message = await said(telegram, "/stats")
        (call,) = await telegram.wait_for(lambda: telegram.calls("sendPhoto"))
        usage = office.state.usage.usage(datetime.now(UTC))
    assert message.media["photo"]
    assert "Articles: 3\nQuestions: 2 in 24 hours, 2 in 7 days\nUnanswered: 1 and 1" in message.text
    assert "Readers: 1 in 24 hours, 1 in 7 days, 1 in all" in message.text
    assert "Alerts: 1 in 1 chats; digests: 0; articles told in the last day: 0" in message.text
    assert usage.day.median_s is not None
    assert usage.day.median_s < 5
    assert call.status == 200


async def test_the_picture_is_one(home):
    async with serving_desk(home) as desk:
        figures = desk.stats()
    file = home / "stats.png"
    file.write_bytes(figures.picture)
    with Image.open(file) as image:
        assert image.format == "PNG"
        assert image.size == (960, 640)


@asynccontextmanager
async def serving_desk(home: Path) -> AsyncIterator[AdminCommands]:
    with TelegramServer() as telegram:
        async with serving(telegram, home) as office:
            assert office.service._admins
            yield office.service._admins._desk


async def test_where_the_picture_is_refused_the_words_come_alone(telegram, home):
    telegram.fail("sendPhoto", 400, description="Bad Request: IMAGE_PROCESS_FAILED")
    async with serving(telegram, home):
        message = await said(telegram, "/stats")
    assert message.text.startswith("Articles: 3")
    assert not message.media


async def test_health_says_how_the_bot_is(telegram, home):
    async with serving(telegram, home):
        message = await said(telegram, "/health")
    assert "up for" in message.text
    assert "Archive: 3 articles" in message.text
    assert "fake all-MiniLM-L6-v2" not in message.text
    assert message.text.endswith("All is well.")


async def test_an_article_is_added_and_answers_at_once(telegram, home):
    async with serving(telegram, home):
        added = await said(telegram, f"/add {STORY}")
        assert added.text.startswith("Added one article.\n\nFerry returns to Wexmoor")
        answer = await said(telegram, "Who hired two new sailors for the season?", READER)
        assert "Two new sailors" in answer.text
        again = await said(telegram, f"/add {STORY}")
    assert again.text.startswith("Added 0 articles; one was here already.")


async def test_an_article_that_was_read_in_part_is_named(telegram, home, monkeypatch):
    monkeypatch.setattr("corpus.ingest.MOST_CHARS", 10)
    async with serving(telegram, home):
        added = await said(telegram, f"/add {STORY}")
    assert added.text.endswith(
        "Who said what was looked for only in the first 100,000 characters of:\n"
        "Ferry returns to Wexmoor"
    )


async def test_a_page_that_had_to_be_stopped_twice_is_set_aside(telegram, home, monkeypatch):
    class Frozen:
        def ask(self, *_: object) -> None:
            raise StoppedError(Reason.TIME, 10.0)

    monkeypatch.setattr("corpus.sandbox.sandbox.shared", Frozen)
    async with serving(telegram, home):
        told = [(await said(telegram, f"/add {STORY}")).text for _ in range(3)]
    late = f"Nothing was added. {STORY}: takes longer than 10 s to read"
    said_then = [late, late, f"Nothing was added. {STORY}: {SET_ASIDE}"]
    assert told == [*map(texts.unlink, said_then)]


async def test_of_a_feed_what_could_not_be_read_is_told(telegram, home):
    async with serving(telegram, home):
        message = await said(telegram, f"/add {FEED}")
    assert message.text.startswith("Added 2 articles.\n\nAlpacas graze the weir")
    assert texts.unlink("One could not be read:\nhttps://news.example/b: ") in message.text


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("https://news.example/gone", "https://news.example/gone: 404: the page is not there"),
        ("https://news.example/empty", "https://news.example/empty: "),
        ("ferry", "Write an address after the command"),
        ("", "Write an address after the command"),
        ("/etc/passwd", "Write an address after the command"),
        ("file:///etc/passwd", "Write an address after the command"),
    ],
)
async def test_what_can_not_be_added_has_a_reason(telegram, home, typed, reason):
    async with serving(telegram, home) as office:
        message = await said(telegram, f"/add {typed}")
        assert texts.unlink(reason) in message.text
        assert office.archive.store.count() == len(ARTICLES)


async def test_a_fault_of_the_archive_is_told(telegram, home, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise FetchError("no network")

    monkeypatch.setattr("bot.admin.commands.add_url", broken)
    async with serving(telegram, home):
        message = await said(telegram, f"/add {STORY}")
    assert message.text == "Nothing was added. no network"


@pytest.mark.parametrize("named", [FUNICULAR.url, FUNICULAR.id])
async def test_an_article_is_removed_once_that_is_confirmed(telegram, home, named):
    async with serving(telegram, home) as office:
        asked = await said(telegram, f"/remove {named}")
        assert FUNICULAR.headline in asked.text
        telegram.press(ADMIN, asked.message_id, "Keep")
        await changed(telegram, asked, f"Kept “{FUNICULAR.headline}”")
        assert office.archive.store.get(FUNICULAR.id)
        asked = await said(telegram, f"/remove {named}")
        telegram.press(ADMIN, asked.message_id, "Remove")
        await changed(telegram, asked, f"Removed “{FUNICULAR.headline}”")
        assert office.archive.store.get(FUNICULAR.id) is None
        gone = await said(telegram, f"/remove {named}")
        assert gone.text == f"There is no article {texts.unlink(named)}."


async def test_an_address_that_was_copied_from_a_message_can_be_given_to_a_command(telegram, home):
    async with serving(telegram, home) as office:
        await said(telegram, f"/add {texts.unlink(STORY)}")
        assert office.archive.store.count() == len(ARTICLES) + 1


async def test_an_article_that_is_gone_meanwhile_is_not_removed_twice(telegram, home):
    async with serving(telegram, home) as office:
        asked = await said(telegram, f"/remove {BEES.url}")
        office.archive.store.remove(BEES.id)
        telegram.press(ADMIN, asked.message_id, "Remove")
        await changed(telegram, asked, "not here any more")
        assert (await said(telegram, "/remove")).text.startswith("Write an article's address")


@pytest.mark.parametrize("data", ["remove:{key}:1", "cast:1:1", "let:7:1"])
async def test_forged_buttons_do_nothing(telegram, home, data):
    async with serving(telegram, home) as office:
        office.state.usage.seen(OTHER, NOW)
        key = office.state.save(READER, BEES.id).key
        office.state.broadcasts.draft(READER, "Buy things")
        answer = await said(telegram, FUNICULAR_QUESTION, READER)
        query = telegram.press(READER, answer.message_id, data.format(key=key), forge=True)
        assert await toast(telegram, query) == texts.say("stale")
        assert office.archive.store.get(BEES.id)
        assert office.state.access.standing(READER) is None
    assert telegram.messages(OTHER) == []


async def test_an_admins_button_is_for_that_chat_alone(telegram, home):
    async with serving(telegram, home) as office:
        asked = await said(telegram, f"/remove {BEES.url}")
        data = asked.buttons[0][0]["callback_data"]
        other = await said(telegram, "/health", SECOND)
        query = telegram.press(SECOND, other.message_id, data, forge=True)
        assert await toast(telegram, query) == texts.say("stale")
        query = telegram.press(SECOND, other.message_id, "cast:abc:1", forge=True)
        assert await toast(telegram, query) == texts.say("stale")
        assert office.archive.store.get(BEES.id)


async def test_whoever_is_blocked_hears_nothing_until_unblocked(telegram, home):
    async with serving(telegram, home) as office:
        before = await said(telegram, FUNICULAR_QUESTION, READER)
        message = await said(telegram, f"/block {READER}")
        assert message.text.startswith(f"Blocked {READER}")
        assert office.state.exchange(_key(before), READER) is None
        telegram.say(READER, FUNICULAR_QUESTION)
        telegram.say(READER, "/forget")
        query = telegram.press(READER, before.message_id, before.labels[0][-1])
        assert await toast(telegram, query) == ""
        assert "already" in (await said(telegram, f"/block {READER}")).text
        assert len(telegram.messages(READER)) == 1
        assert office.state.access.standing(READER) is Standing.BLOCKED
        assert (await said(telegram, f"/unblock {READER}")).text == f"{READER} may ask again."
        await said(telegram, FUNICULAR_QUESTION, READER)
    assert office.state.unfinished() == []


def _key(message: Message) -> str:
    every = [button for row in message.buttons for button in row]
    return next(decode(b["callback_data"]).key for b in every if "callback_data" in b)


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/block", "Write the number"),
        ("/block somebody", "Write the number"),
        ("/block ٧", "Write the number"),
        ("/block 10", "That is an admin"),
        ("/unblock", "Write the number"),
        ("/unblock 12345", "12345 is not blocked"),
        ("/broadcast", "Write the message"),
        (f"/broadcast {'x' * 3600}", "That is too long"),
    ],
)
async def test_commands_that_make_no_sense_say_so(telegram, home, typed, answer):
    async with serving(telegram, home):
        assert (await said(telegram, typed)).text.startswith(answer)


async def test_a_reply_in_a_group_blocks_its_writer_and_tells_the_admin_alone(telegram, home):
    async with serving(telegram, home) as office:
        noise = telegram.say(GROUP, "/ask@byline_bot Buy things", user=OTHER)
        await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "/block@byline_bot", user=READER, reply_to=noise)
        telegram.say(GROUP, "/block@byline_bot", user=ADMIN, reply_to=noise)
        (message,) = await telegram.wait_for_messages(ADMIN)
        assert message.text.startswith(f"Blocked {OTHER}")
        telegram.say(GROUP, "/ask@byline_bot Buy more", user=OTHER)
        telegram.say(GROUP, "/unblock@byline_bot", user=ADMIN, reply_to=noise)
        await telegram.wait_for_messages(ADMIN, 2)
        assert office.state.access.standing(OTHER) is None
    assert len(telegram.messages(GROUP)) == 1


async def test_who_writes_in_the_name_of_a_channel_is_blocked_as_that(telegram, home):
    channel = {"id": -1_000_555, "type": "channel", "title": "Gazette"}
    theirs = {"user": 136_817_688, "sender_chat": channel}
    async with serving(telegram, home) as office:
        telegram.user(136_817_688, is_bot=True)
        noise = telegram.say(GROUP, "/ask@byline_bot Buy things", **theirs)
        await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "/block@byline_bot", user=ADMIN, reply_to=noise)
        (message,) = await telegram.wait_for_messages(ADMIN)
        assert message.text.startswith(f"Blocked {channel['id']}")
        telegram.say(GROUP, "/ask@byline_bot Buy more", **theirs)
        others = theirs | {"sender_chat": channel | {"id": -1_000_556}}
        telegram.say(GROUP, "/ask@byline_bot Who signed?", **others)
        await telegram.wait_for_messages(GROUP, 2)
        await telegram.wait_for(lambda: not office.state.unfinished())
    assert len(telegram.messages(GROUP)) == 2


@pytest.mark.parametrize("command", ["block", "unblock"])
async def test_a_group_is_never_blocked_for_an_administrator_who_is_hidden(telegram, home, command):
    group = {"id": GROUP, "type": "supergroup", "title": "Harbour talk"}
    async with serving(telegram, home) as office:
        telegram.user(1_087_968_824, is_bot=True)
        noise = telegram.say(GROUP, "Buy things", user=1_087_968_824, sender_chat=group)
        telegram.say(GROUP, f"/{command}@byline_bot", user=ADMIN, reply_to=noise)
        (message,) = await telegram.wait_for_messages(ADMIN)
        assert "in the name of the group itself" in message.text
        assert office.state.access.standing(GROUP) is None
        assert office.state.access.standing(1_087_968_824) is None


async def test_a_broadcast_goes_to_readers_once_it_is_confirmed(telegram, home):
    telegram._world.blocked.add(OTHER)  # and the bot was not told
    async with serving(telegram, home) as office:
        for chat_id in (READER, SECOND, OTHER, GROUP):
            office.state.usage.seen(chat_id, NOW)
        preview = await said(telegram, "/broadcast Fish & chips\n\nare <b>news</b>")
        assert preview.text.startswith("Fish & chips\n\nare <b>news</b>\n\n3 readers would get")
        telegram.press(ADMIN, preview.message_id, "Send it")
        done = await changed(telegram, preview, "Done.")
        again = telegram.press(ADMIN, preview.message_id, "cast:1:1", forge=True)
        assert await toast(telegram, again) == texts.say("stale")
        assert office.state.broadcasts.readers() == 2
    assert done.text == "Done. 2 of 3 readers have it; 1 do not want messages from me."
    assert not done.buttons
    for chat_id in (READER, SECOND):
        assert [m.text for m in telegram.messages(chat_id)] == ["Fish & chips\n\nare <b>news</b>"]
    assert telegram.messages(GROUP) == telegram.messages(OTHER) == []


async def test_a_broadcast_can_be_cancelled_before(telegram, home):
    async with serving(telegram, home) as office:
        assert "nobody would get" in (await said(telegram, "/broadcast Hello")).text
        office.state.usage.seen(READER, NOW)
        preview = await said(telegram, "/broadcast Hello")
        telegram.press(ADMIN, preview.message_id, "Cancel")
        await changed(telegram, preview, "Sent to nobody.")
        for number in (0, 1):
            query = telegram.press(ADMIN, preview.message_id, f"cast:1:{number}", forge=True)
            assert await toast(telegram, query) == texts.say("stale")
    assert telegram.messages(READER) == []


SLOW = replace(QUICK, overall=(1, 0.1), typing_every_s=0.1)
MANY = range(1000, 1012)


async def test_a_broadcast_can_be_stopped_under_way(telegram, home):
    async with serving(telegram, home, timing=SLOW) as office:
        for chat_id in MANY:
            telegram.chat(chat_id)
            office.state.usage.seen(chat_id, NOW)
        preview = await said(telegram, "/broadcast Hello")
        telegram.press(ADMIN, preview.message_id, "Send it")
        under_way = await changed(telegram, preview, "Sending:")
        other = office.state.broadcasts.draft(ADMIN, "Hello again")
        query = telegram.press(ADMIN, preview.message_id, f"cast:{other}:1", forge=True)
        assert await toast(telegram, query) == "Another one is under way"
        telegram.press(ADMIN, under_way.message_id, "Stop")
        done = await changed(telegram, preview, "Stopped.")
    reached = [len(telegram.messages(chat_id)) for chat_id in MANY]
    assert 0 < sum(reached) < len(MANY)
    assert done.text == f"Stopped. {sum(reached)} of {len(MANY)} readers have it."


async def test_a_broadcast_goes_on_after_a_restart_and_reaches_nobody_twice(telegram, home):
    async with serving(telegram, home, timing=SLOW) as office:
        for chat_id in MANY:
            telegram.chat(chat_id)
            office.state.usage.seen(chat_id, NOW)
        preview = await said(telegram, "/broadcast Hello")
        telegram.press(ADMIN, preview.message_id, "Send it")
        await telegram.wait_for(lambda: any(telegram.messages(one) for one in MANY))
    assert not all(telegram.messages(one) for one in MANY)
    async with serving(telegram, home):
        await changed(telegram, preview, "Done.")
    assert [len(telegram.messages(one)) for one in MANY] == [1] * len(MANY)


async def test_a_delivery_in_doubt_is_not_repeated(telegram, home):
    async with serving(telegram, home) as office:
        office.state.usage.seen(READER, NOW)
        preview = await said(telegram, "/broadcast Hello")
        telegram.hang("sendMessage", 0, after=True)
        telegram.press(ADMIN, preview.message_id, "Send it")
        done = await changed(telegram, preview, "Done.")
    assert done.text == "Done. 0 of 1 readers have it; of 1 it is not certain."
    assert len(telegram.messages(READER)) == 1


async def test_admins_see_their_commands_in_the_menu(telegram, home):
    async with serving(telegram, home):
        await telegram.wait_for(lambda: len(telegram.commands) > 6)
        menus = telegram.commands
    own = next(menu for (scope, _), menu in menus.items() if str(ADMIN) in scope)
    everybody = menus['{"type": "default"}', ""]
    assert [one["command"] for one in own][: len(COMMANDS)] == COMMANDS
    assert own[len(COMMANDS) :] == everybody
    assert "stats" not in str(everybody)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
def test_adding_steps_back_behind_those_that_answer(monkeypatch):
    monkeypatch.setattr("bot.priority._NICE", 10)

    def nice() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = nice()
    with ThreadPoolExecutor(1, initializer=step_back) as beside:
        assert beside.submit(nice).result() >= 10
    assert nice() == before


async def test_what_ended_long_ago_is_deleted(home):
    state = ChatStore(home / "chats.db", retention=timedelta(0))
    key = state.broadcasts.draft(ADMIN, "Hello")
    state.purge()
    assert state.broadcasts.find(key, ADMIN) is None
    state.usage.seen(READER, NOW)
    key = state.broadcasts.draft(ADMIN, "Hello")
    assert state.broadcasts.start(key, None)
    state.purge()
    assert [one.stage for one in state.broadcasts.sending()] == [Stage.SENDING]
    state.close()
