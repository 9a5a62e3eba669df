"""Ratings, and what is kept and forgotten of a chat, on an emulated Telegram."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import AsyncMock

import pytest
import structlog
from telegram import Chat, InaccessibleMessage, Update

from bot import texts
from bot.reply.actions import Rate, Retry, encode
from bot.reply.reply import Button
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.storage.erasure import STAYS
from bot.storage.preferences import Preferences
from bot.telegram.permissions import may_decide
from bot.telegram.sending.send import edit_rating
from tests.support import databases
from tests.support.chats_database import chats_in, tables
from tests.support.fakes import settings
from tests.support.newsroom import byline
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message
from tests.support.whole_bot import QUESTION, pressed, said, serving

READER, OTHER, GROUP, OWNER, MEMBER = 7, 8, -100, 21, 22
ANONYMOUS = 1087968824
"""Telegram's number for administrators who write in their group's name."""
SECRET = "marmalade"
ASKED = f"Which retired judge of {SECRET} will mediate in the port strike?"
REASONS = [["Wrong passage", "Wrong person"], ["Out of date", "Nothing of these"]]
MEND = ["Also send my question, so that it can be mended"]


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup")
        server.own(GROUP, OWNER)
        server.user(MEMBER)
        yield server


def on_disk(home: Path) -> bytes:
    """Every byte of the databases, their logs, their indexes of the logs, and their copies."""
    return databases.bytes_in(home)


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    return databases.rows(home / "chats.db", query)


async def told(telegram: TelegramServer, message: Message, button: str, **more: object) -> str:
    """Press a button; returns the toast."""
    query = telegram.press(message.chat.id, message.message_id, button, **more)
    await telegram.wait_for(lambda: query in telegram.callback_answers)
    return telegram.callback_answers[query].text


# Thumbs


async def test_a_thumb_down_offers_reasons_below_an_answer_that_stays(telegram, edition):
    async with serving(telegram, edition):
        answer = await said(telegram, QUESTION)
        asking = await pressed(telegram, answer, "👎")
        assert (asking.text, asking.entities) == (answer.text, answer.entities)
        (place,) = [n for n, row in enumerate(answer.labels) if "👎" in row]
        assert asking.labels[: place + 1] == answer.labels[: place + 1]
        assert asking.labels[place + 1 : place + 4] == [*REASONS, MEND]
        explained = await pressed(telegram, asking, "Out of date")
        assert explained.labels[place + 1] == MEND
        sent = await pressed(telegram, explained, MEND[0])
        assert sent.labels == answer.labels
    assert telegram.calls("editMessageText") == []
    assert len(telegram.messages(READER)) == 1
    assert rows(edition, "SELECT chat_id, value, reason, question FROM feedback") == [
        (READER, -1, "out of date", QUESTION)
    ]


async def test_a_thumb_pressed_twice_changes_nothing_and_breaks_nothing(telegram, edition):
    async with serving(telegram, edition):
        answer = await said(telegram, QUESTION)
        asking = await pressed(telegram, answer, "👎")
        assert await told(telegram, asking, "👎") == texts.say("what-is-wrong")
        changed = await pressed(telegram, asking, "👍")
        assert REASONS[0] not in changed.labels
        assert await said(telegram, QUESTION)
    assert rows(edition, "SELECT value FROM feedback") == [(1,)]


async def test_ratings_of_what_was_forgotten_or_is_anothers_get_a_toast(telegram, edition):
    async with serving(telegram, edition):
        answer = await said(telegram, QUESTION)
        other = await said(telegram, QUESTION, OTHER)
        (data,) = [
            str(one["callback_data"])
            for row in answer.buttons
            for one in row
            if one["text"] == "👍"
        ]
        assert await told(telegram, other, data, forge=True) == texts.say("stale")
        asking = await pressed(telegram, answer, "👎")
        await said(telegram, "/forget")
        for label in ("👍", "Out of date", *MEND):
            assert await told(telegram, asking, label) == texts.say("stale")
    assert rows(edition, "SELECT * FROM feedback") == []


async def test_in_a_group_a_thumb_asks_for_no_question(telegram, edition):
    async with serving(telegram, edition):
        answer = await said(telegram, f"/ask {QUESTION}", GROUP, user=MEMBER)
        telegram.press(GROUP, answer.message_id, "👎", user=OWNER)
        await telegram.wait_for(lambda: REASONS[0] in telegram.messages(GROUP)[-1].labels)
    assert MEND not in telegram.messages(GROUP)[-1].labels


# Forgetting


@pytest.mark.sqlite_only("reads the bytes of the files and of a copy")
async def test_nothing_of_a_busy_chat_is_left_on_disk_after_forget(telegram, edition):
    with closing(ChatStore(edition / "chats.db")) as former:
        former.save(READER, f"{ASKED} Before the upgrade?")
    copy = edition / "chats.db.before-chats_0001"  # as an upgrade leaves it
    copy.write_bytes((edition / "chats.db").read_bytes())
    assert SECRET.encode() in copy.read_bytes()
    async with serving(telegram, edition):
        answer = await said(telegram, ASKED)
        await pressed(telegram, await pressed(telegram, answer, "👎"), MEND[0])
        await said(telegram, f"and the {SECRET} bridge?", reply_to=answer.message_id)
        await said(telegram, f"/summary {SECRET}")
        await said(telegram, f"/quotes {SECRET.title()} Stahl")
        with closing(ChatStore(edition / "chats.db")) as beside:
            chosen = Preferences(language="en", preferred=frozenset({f"The {SECRET} Gazette"}))
            beside.preferences.put(READER, chosen)
            payload = f'{{"text": "{SECRET}"}}'
            beside.keep(5, READER, payload, datetime.now(UTC))  # as of a process that was killed
            beside.save(OTHER, "What was the other's question?")
        assert on_disk(edition).count(SECRET.encode()) > 5
        asked = len(telegram.messages(READER))
        reply = await said(telegram, "/forget")
        assert len(telegram.messages(READER)) == asked + 1  # it asks nothing back
        assert SECRET.encode() not in on_disk(edition).lower()
        assert b"What was the other's question?" in on_disk(edition)
    assert SECRET.encode() not in on_disk(edition).lower()
    for kind in ("questions", "noted of", "one thumb", "your settings"):
        assert kind in reply.text
    assert "Nothing that was asked or answered here is left" in reply.text


@pytest.mark.both_databases
async def test_the_wish_to_be_forgotten_leaves_no_row_itself(telegram, edition):
    async with serving(telegram, edition):
        await said(telegram, QUESTION)
        await said(telegram, "/forget")
        await telegram.wait_for(lambda: not telegram.pending_updates)
    for table in tables(edition / "chats.db"):
        if "chat_id" in table.c and table.name not in STAYS:
            assert chats_in(edition / "chats.db", table.name) <= {None}, table.name


async def test_without_consent_only_the_thumb_outlives_the_questions(telegram, edition):
    async with serving(telegram, edition):
        silent = await said(telegram, ASKED)
        await pressed(telegram, silent, "👎")
        await said(telegram, f"And why {SECRET}?")
    with closing(ChatStore(edition / "chats.db")) as state:
        assert SECRET.encode() in on_disk(edition)
        state.retention = timedelta(0)
        state.purge()
    assert SECRET.encode() not in on_disk(edition)
    assert rows(edition, "SELECT value, question, place FROM feedback") == [(-1, None, None)]


async def test_a_question_that_was_sent_outlives_the_others_until_forget(telegram, edition):
    async with serving(telegram, edition):
        answer = await said(telegram, ASKED)
        await pressed(telegram, await pressed(telegram, answer, "👍"), texts.say("send-as-example"))
        with closing(ChatStore(edition / "chats.db")) as state:
            state.retention = timedelta(0)
            state.purge()
        assert rows(edition, "SELECT question FROM feedback") == [(ASKED,)]
        await said(telegram, "/forget")
    assert SECRET.encode() not in on_disk(edition)


async def test_only_administrators_have_a_group_forgotten(telegram, edition):
    async with serving(telegram, edition):
        await said(telegram, f"/ask {ASKED}", GROUP, user=MEMBER)
        refused = await said(telegram, "/forget@byline_bot", GROUP, user=MEMBER)
        assert refused.text == texts.say("not-allowed")
        telegram.fail("getChatMember", 400)
        untold = await said(telegram, "/forget", GROUP, user=OWNER)
        assert untold.text == texts.say("not-allowed")
        assert SECRET.encode() in on_disk(edition)
        granted = await said(telegram, "/forget", GROUP, user=OWNER)
        assert granted.text.startswith("Done. I deleted one question")
        assert SECRET.encode() not in on_disk(edition)
        await said(telegram, f"/ask {ASKED}", GROUP, user=MEMBER)
        await said(telegram, "/forget", GROUP, user=ANONYMOUS)
    assert SECRET.encode() not in on_disk(edition)


async def test_no_detour_lets_a_member_have_a_group_forgotten(telegram, edition):
    state = ChatStore(edition / "chats.db")
    again = encode(Retry(state.save(GROUP, "/forget").key))  # as where the first try met a fault
    state.close()
    async with serving(telegram, edition):
        answer = await said(telegram, f"/ask {ASKED}", GROUP, user=MEMBER)
        theirs = telegram.say(GROUP, "/forget the rest", user=OTHER)
        await said(telegram, "/story", GROUP, user=MEMBER, reply_to=theirs)
        await told(telegram, answer, again, user=MEMBER, forge=True)
        await telegram.wait_for(lambda: telegram.calls("editMessageText"))
    assert SECRET.encode() in on_disk(edition)


async def test_a_member_who_forgets_in_private_leaves_the_group_alone(telegram, edition):
    async with serving(telegram, edition):
        await said(telegram, f"/ask {QUESTION}", GROUP, user=READER)
        await said(telegram, "/forget")
    assert rows(edition, "SELECT DISTINCT chat_id FROM exchange") == [(GROUP,)]


async def test_who_writes_in_nobodys_name_may_not_decide():
    assert not await may_decide(AsyncMock(), Update(1))


async def test_a_message_too_old_to_be_known_keeps_its_buttons():
    bot, old = AsyncMock(), InaccessibleMessage(Chat(READER, "private"), 1)
    await edit_rating(
        bot, old, ((Button("👍", action=Rate("k", good=True, page=0, whole=False)),),)
    )
    assert bot.mock_calls == []


# What is said about it


@pytest.mark.parametrize(("hours", "words"), [("1", "for one hour,"), ("720", "for 720 hours,")])
def test_privacy_says_the_number_that_is_set_in_the_terminal_too(edition, hours, words):
    done = byline(edition, "chat", stdin="/privacy\n", BYLINE_KEEP_HOURS=hours)
    assert done.returncode == 0, done.stderr
    assert words in " ".join(done.stdout.split())


def test_the_terminal_keeps_questions_no_longer_than_it_says(edition):
    home = edition
    with closing(ChatStore(home / "chats.db")) as state:
        state.save(0, ASKED)
    databases.change(home / "chats.db", "UPDATE exchange SET asked = asked - 7200")
    assert SECRET.encode() in on_disk(home)
    byline(home, "chat", stdin="", BYLINE_KEEP_HOURS="3")
    assert SECRET.encode() in on_disk(home)
    byline(home, "chat", stdin="", BYLINE_KEEP_HOURS="1")
    assert SECRET.encode() not in on_disk(home)


def test_what_is_set_is_how_long_is_kept(edition):
    with closing(
        Services(settings("1:TEST", "http://127.0.0.1", edition, keep_hours=5)).chats
    ) as chats:
        assert chats.retention == timedelta(hours=5)
