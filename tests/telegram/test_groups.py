"""The bot among others: groups, topics, groups that become supergroups, and forwards."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from telegram import Bot, Message, Update

from bot.storage.chats import ChatStore
from bot.storage.preferences import ExcerptLength, Preferences
from bot.telegram.receiving import group_messages
from bot.telegram.receiving.inbox import Inbox, carries_question, find_question
from tests.support.fake_bot import serving, settled, until
from tests.support.fakes import QUICK
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Chat
from tests.support.telegram_world import Message as Said

READER, GROUP, TOPIC, NEW = 7, -100, 55, -1_000_007
ORIGIN = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
CHANNEL = {"id": -1_000_999, "type": "channel", "title": "Gazette"}


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer(privacy=False) as server:
        server.chat(READER)
        server.chat(GROUP, "supergroup").threads[TOPIC] = "Bridges"
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


def asked(bot: Any) -> list[str]:
    return [question for _, question in bot.conversation.asked]


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        ("@byline_bot who won?", "who won?"),
        ("@Byline_Bot: who won?", "who won?"),
        ("who won, @byline_bot", "who won"),
        ("🚋 tell me, @byline_bot, who won?", "🚋 tell me, , who won?"),
        ("/ask@byline_bot who won?", "who won?"),
        ("/ask who won?", "who won?"),
        ("/ask @byline_bot who won?", "who won?"),
        ("@byline_bot", ""),
        ("/ask", ""),
    ],
)
async def test_a_group_is_answered_when_it_names_the_bot(telegram, tmp_path, typed, question):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(GROUP, typed)
        await telegram.wait_for_messages(GROUP)
        assert asked(bot) == [question]


async def test_a_mention_of_the_bot_without_its_username_counts_too(telegram, tmp_path):
    me = {"id": 123456, "is_bot": True, "first_name": "Byline"}
    entity = {"type": "text_mention", "offset": 0, "length": 6, "user": me}
    other = entity | {"user": me | {"id": 9, "is_bot": False}}
    async with serving(telegram, tmp_path) as bot:
        for one in (other, entity):
            telegram.say(GROUP, "Byline who won?", entities=[one])
        await telegram.wait_for_messages(GROUP)
        await settled(telegram, bot)
        assert asked(bot) == ["who won?"]


async def test_a_reply_to_the_bot_is_a_question_and_is_answered_as_a_reply(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        first = telegram.say(GROUP, "@byline_bot who won?")
        (answer,) = await telegram.wait_for_messages(GROUP)
        second = telegram.say(GROUP, "and who lost?", reply_to=answer.message_id)
        _, again = await telegram.wait_for_messages(GROUP, 2)
        assert (answer.reply_to, again.reply_to) == (first, second)
        assert asked(bot) == ["who won?", "and who lost?"]


async def test_answers_stay_in_their_topic(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(GROUP, "@byline_bot who won?", thread=TOPIC)
        (answer,) = await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "and who lost?", thread=TOPIC, reply_to=answer.message_id)
        _, again = await telegram.wait_for_messages(GROUP, 2)
        assert (answer.thread, again.thread) == (TOPIC, TOPIC)
        place, _ = bot.conversation.asked[1]
        assert (place.chat_id, place.thread_id, place.replied) == (GROUP, TOPIC, answer.message_id)
        assert not place.private


async def test_where_a_topic_was_deleted_the_answer_goes_to_the_group(telegram, tmp_path):
    telegram._world.chats[GROUP].threads.pop(TOPIC)
    async with serving(telegram, tmp_path):
        telegram.say(GROUP, "@byline_bot who won?", thread=TOPIC)
        await telegram.wait_for_messages(GROUP)
        await telegram.wait_for(lambda: len(telegram.calls("sendMessage")) == 2)
        topics = [call.params.get("message_thread_id") for call in telegram.calls("sendMessage")]
        assert topics == [TOPIC, None]


@pytest.mark.parametrize(
    "more",
    [
        {"text": "who won?"},
        {"text": "who won, @byline_bots?"},
        {"text": "mail me@byline_bot.example"},
        {"text": "/ask@other_bot who won?"},
        {"text": "/unknown@byline_bot"},
        {"text": "@byline_bot who won?", "forward_origin": ORIGIN},
        {"text": "/ask who won?", "forward_origin": ORIGIN},
        {"text": "@byline_bot who won?", "is_automatic_forward": True, "sender_chat": CHANNEL},
        {"text": "@byline_bot who won?", "via_bot": {"id": 5, "is_bot": True, "first_name": "x"}},
        {"text": "@byline_bot who won?", "user": 66},
        {"text": "", "new_chat_members": [{"id": 9, "is_bot": False, "first_name": "x"}]},
        {"text": "", "photo": [{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}]},
    ],
)
async def test_other_peoples_talk_is_left_alone(telegram, tmp_path, more):
    async with serving(telegram, tmp_path) as bot:
        telegram.user(66, is_bot=True)
        telegram.say(GROUP, **more)
        telegram.say(GROUP, "/help")
        await telegram.wait_for_messages(GROUP)
        await settled(telegram, bot)
        assert [message.text for message in telegram.messages(GROUP)] == ["Ask me"]


async def test_replies_to_others_and_replies_that_call_somebody_are_left_alone(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        theirs = telegram.say(GROUP, "Who won, do you think?")
        telegram.say(GROUP, "no idea", reply_to=theirs)
        telegram.say(GROUP, "@byline_bot who won?")
        (answer,) = await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "@anna look at this", reply_to=answer.message_id)
        telegram.say(GROUP, "/ask@other_bot and now?", reply_to=answer.message_id)
        telegram.say(GROUP, "/help")
        await telegram.wait_for_messages(GROUP, 2)
        await settled(telegram, bot)
        assert asked(bot) == ["who won?"]


async def test_an_anonymous_administrator_is_answered(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.user(1_087_968_824, is_bot=True, username="GroupAnonymousBot")
        group = {"id": GROUP, "type": "supergroup", "title": "x"}
        telegram.say(GROUP, "@byline_bot who won?", user=1_087_968_824, sender_chat=group)
        await telegram.wait_for_messages(GROUP)
        assert asked(bot) == ["who won?"]


@pytest.mark.parametrize(
    "typed", ["@byline_bot", "@byline_bot?", "/ask", "is that true @byline_bot"]
)
async def test_the_bots_name_in_reply_to_a_question_asks_that(telegram, tmp_path, typed):
    async with serving(telegram, tmp_path) as bot:
        theirs = telegram.say(GROUP, "Who won, do you think?")
        telegram.say(GROUP, typed, reply_to=theirs)
        await telegram.wait_for_messages(GROUP)
        assert asked(bot) == ["Who won, do you think?"]


async def test_such_words_alone_are_the_question(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(GROUP, "@byline_bot is that true?")
        await telegram.wait_for_messages(GROUP)
        assert asked(bot) == ["is that true?"]


async def test_the_part_of_it_that_is_quoted_is_the_question(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        theirs = telegram.say(GROUP, "Nice weather. Who won?")
        quote = {"text": "Who won?", "position": 14}
        telegram.say(GROUP, "@byline_bot", reply_to=theirs, quote=quote)
        await telegram.wait_for_messages(GROUP)
        assert asked(bot) == ["Who won?"]


async def test_the_bots_name_in_reply_to_the_bot_itself_asks_nothing(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(GROUP, "@byline_bot who won?")
        (answer,) = await telegram.wait_for_messages(GROUP)
        telegram.say(GROUP, "@byline_bot", reply_to=answer.message_id)
        await telegram.wait_for_messages(GROUP, 2)
        assert asked(bot) == ["who won?", ""]


async def test_a_question_in_a_group_outlives_a_kill_without_names(telegram, tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    inbox = Inbox(state, QUICK)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as me:
        telegram.user(READER, first_name="Ottilie", username="ottilie")
        theirs = telegram.say(GROUP, "Who won, Ottilie?", user=READER)
        telegram.say(GROUP, "@byline_bot", reply_to=theirs, user=READER)
        _, update = await me.get_updates()
        await inbox.put(update)
        (kept,) = state.unfinished()
        again = Update.de_json(json.loads(kept.payload), me)
        assert carries_question(again)
        assert find_question(again) == "Who won, Ottilie?"
        assert "ottilie" not in kept.payload
    inbox.close()
    state.close()


async def test_what_somebody_wrote_is_not_kept_where_it_is_not_the_question(telegram, tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    inbox = Inbox(state, QUICK)
    async with Bot(telegram.token, base_url=f"{telegram.url}/bot") as me:
        theirs = telegram.say(GROUP, "I live in Elm Street.", user=READER)
        telegram.say(GROUP, "@byline_bot who won?", reply_to=theirs)
        _, update = await me.get_updates()
        await inbox.put(update)
        (kept,) = state.unfinished()
        assert "Elm Street" not in kept.payload
    inbox.close()
    state.close()


def test_without_a_running_bot_nobody_is_named():
    message = Message.de_json(
        Said(
            Chat(GROUP, "group"), 1, {"id": 1, "is_bot": False, "first_name": "x"}, "@byline_bot?",
            ({"type": "mention", "offset": 0, "length": 11},), sent_at=time.time(),
        ).json(),
        None,
    )  # fmt: skip
    assert group_messages.find_asked(message) is None


# A group becomes a supergroup


def filled(state: ChatStore, chat_id: int) -> str:
    """Let a chat have something in several tables; returns the key of its question."""
    state.preferences.put(chat_id, Preferences(language="de", context=ExcerptLength.LONG))
    state.show(chat_id, 5, ["a1"])
    state.answered(chat_id, 4, 5)
    return state.save(chat_id, "Who won?").key


def tables(state: ChatStore) -> list[sa.Table]:
    """Every table of the database that holds something of a chat."""
    known = sa.MetaData()
    known.reflect(state._engine)
    return [table for table in known.sorted_tables if "chat_id" in table.c]


def holding(state: ChatStore, chat_id: int) -> set[str]:
    """Names of the tables that hold something of this chat."""
    with state._engine.connect() as connection:
        return {
            table.name
            for table in tables(state)
            if connection.execute(sa.select(table).where(table.c.chat_id == chat_id)).first()
        }


def test_whatever_is_kept_of_a_group_goes_along(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    key = filled(state, GROUP)
    state.keep(1, GROUP, "{}", datetime.now(UTC))
    state.move(GROUP, NEW)
    assert holding(state, GROUP) == set()
    assert state.exchange(key, NEW)
    assert state.preferences.get(NEW).language == "de"
    assert state.unfinished()[0].chat_id == NEW
    state.close()


def test_every_table_of_chats_takes_part_in_a_move(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    with state._engine.begin() as connection:
        for table in tables(state):
            values = {c.name: 1 for c in table.c if not c.nullable or c.primary_key}
            connection.execute(table.insert().values(values | {"chat_id": GROUP}))
    assert holding(state, GROUP) == {table.name for table in tables(state)}
    state.move(GROUP, NEW)
    assert holding(state, GROUP) == set()
    assert {"exchange", "preference", "inbox"} <= holding(state, NEW)
    state.close()


def test_messages_that_stay_behind_are_not_taken_for_new_ones_of_the_same_number(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    filled(state, GROUP)
    state.move(GROUP, NEW)
    assert state.shown(NEW, 5) == ()
    assert state.answer_to(NEW, 4) is None
    state.close()


def test_what_the_new_group_has_set_itself_stays(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    filled(state, GROUP)
    state.preferences.put(NEW, Preferences(language="es"))
    state.move(GROUP, NEW)
    assert state.preferences.get(NEW).language == "es"
    state.close()


async def test_a_group_that_moves_keeps_its_settings_and_questions(telegram, tmp_path):
    telegram.chat(-9, "group")
    async with serving(telegram, tmp_path) as bot:
        key = filled(bot.state, -9)
        telegram.migrate(-9, NEW)
        await until(lambda: bot.state.exchange(key, NEW))
        assert bot.state.preferences.get(NEW).language == "de"
        telegram.say(NEW, "@byline_bot who won?")
        await telegram.wait_for_messages(NEW)


async def test_a_group_is_known_to_have_moved_by_the_new_ones_message_too(telegram, tmp_path):
    telegram.chat(-9, "group")
    async with serving(telegram, tmp_path) as bot:
        key = filled(bot.state, -9)
        telegram.migrate(-9, NEW, told=False)
        telegram.say(NEW, "", migrate_from_chat_id=-9)
        await until(lambda: bot.state.exchange(key, NEW))


async def test_an_answer_follows_a_group_that_has_moved_meanwhile(telegram, tmp_path, log):
    telegram.chat(-9, "group")
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("who won?")
        telegram.say(-9, "/ask who won?")
        await until(lambda: bot.conversation.asked)
        telegram.migrate(-9, NEW, told=False)
        gate.set()
        (answer,) = await telegram.wait_for_messages(NEW)
        await settled(telegram, bot)
        assert answer.text.startswith("You said: who won?")
        assert (NEW, answer.message_id) in bot.conversation.told
        telegram.press(NEW, answer.message_id, "2")
        await telegram.wait_for(lambda: telegram.messages(NEW)[0].edits)
        assert telegram.messages(NEW)[0].text == "Page 2 of who won?"
    assert not [entry for entry in log if entry["log_level"] == "error"]


async def test_a_button_that_stayed_behind_answers_in_the_new_group(telegram, tmp_path):
    telegram.chat(-9, "group")
    async with serving(telegram, tmp_path) as bot:
        telegram.say(-9, "/ask who won?")
        (answer,) = await telegram.wait_for_messages(-9)
        await settled(telegram, bot)
        telegram.migrate(-9, NEW)
        await settled(telegram, bot)
        telegram.press(-9, answer.message_id, "2")
        (page,) = await telegram.wait_for_messages(NEW)
        assert page.text == "Page 2 of who won?"


async def test_an_apology_follows_too(telegram, tmp_path):
    telegram.chat(-9, "group")
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("boom")
        telegram.say(-9, "/ask boom")
        await until(lambda: bot.conversation.asked)
        telegram.migrate(-9, NEW, told=False)
        gate.set()
        (answer,) = await telegram.wait_for_messages(NEW)
        assert answer.text.startswith("Something broke")


# A forward and its comment


async def test_a_forward_and_its_comment_are_answered_once(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "Which bridge is meant here?")
        telegram.say(READER, "The bridge closes on Monday.", forward_origin=ORIGIN)
        telegram.say(READER, "", photo=[], caption="x", forward_origin=ORIGIN)
        telegram.say(READER, "/help")
        await telegram.wait_for_messages(READER, 2)
        await settled(telegram, bot)
        assert asked(bot) == ["Which bridge is meant here?"]
        assert len(telegram.messages(READER)) == 2


@pytest.mark.parametrize("comment", ["Is this true?", "👀", "who said that"])
async def test_a_comment_that_says_nothing_by_itself_leaves_the_word_to_the_forward(
    telegram, tmp_path, comment
):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, comment)
        await asyncio.sleep(0.05)
        telegram.say(READER, "The bridge closes on Monday.", forward_origin=ORIGIN)
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        assert asked(bot) == ["The bridge closes on Monday."]


async def test_such_words_without_a_forward_are_answered(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "Is this true?")
        await telegram.wait_for_messages(READER)
        assert asked(bot) == ["Is this true?"]


async def test_a_forward_alone_and_one_long_after_a_question_are_answered(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "First forward", forward_origin=ORIGIN)
        telegram.say(READER, "Who won?")
        later = int(time.time()) + 60
        telegram.say(READER, "Second forward", forward_origin=ORIGIN, date=later)
        await telegram.wait_for_messages(READER, 3)
        assert asked(bot) == ["First forward", "Who won?", "Second forward"]


def test_only_the_chats_heard_last_are_remembered(monkeypatch):
    monkeypatch.setattr(group_messages, "_REMEMBERED", 3)
    pairs = group_messages.Pairs()
    for chat_id in (1, 2, 3, 1, 4):
        sender = {"id": chat_id, "is_bot": False, "first_name": "x"}
        said = Said(Chat(chat_id), chat_id, sender, "Who won?", sent_at=time.time())
        pairs.arrived(Message.de_json(said.json(), None))
    assert list(pairs._talks) == [3, 1, 4]
