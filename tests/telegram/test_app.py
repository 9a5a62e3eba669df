"""The bot as a whole, against an emulated Telegram, with a fake conversation."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from socket import socket
from typing import Any

import httpx
import pytest
import structlog
from telegram import Update
from tornado.httpserver import HTTPServer

from bot.message_context import MessageContext
from bot.reply.actions import encode
from bot.storage.chats import ChatStore
from bot.telegram.app import Service, build
from bot.telegram.limits import STANDARD
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.receiving.polling import CANNOT_LISTEN, REFUSED_TOKEN, TAKEN_TOKEN, StoppedError
from tests.support import databases
from tests.support.fake_bot import serving, settled, texts, until
from tests.support.fakes import BOOM, QUICK, FakeConversation, settings
from tests.support.telegram_server import TelegramServer

READER, OTHER, GROUP, TOPIC = 7, 8, -100, 55


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(OTHER)
        server.chat(GROUP, "supergroup").threads[TOPIC] = "Bridges"
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as entries:
        yield entries


async def test_a_question_is_answered_with_quote_and_link(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "Who & why?")
        (message,) = await telegram.wait_for_messages(READER)
    assert "<blockquote>You said: <b>Who &amp; why?</b></blockquote>" in message.html
    assert '<a href="https://news.example/a?b=1&c=2">A &amp; B</a>' in message.html
    assert message.link_preview_options == {"is_disabled": True}


async def test_typing_shows_before_the_answer(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "sleep 0.1")
        await telegram.wait_for_messages(READER)
    assert telegram.calls("sendChatAction")[0].at < telegram.calls("sendMessage")[0].at


async def test_typing_goes_on_while_the_answer_takes_long(telegram, tmp_path):
    async with serving(telegram, tmp_path, timing=replace(QUICK, typing_every_s=0.05)):
        telegram.fail("sendChatAction")
        telegram.say(READER, "sleep 0.3")
        await telegram.wait_for_messages(READER)
        assert len(telegram.calls("sendChatAction")) > 2


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("/start", "Welcome"),
        ("/start deep-link", "Welcome"),
        ("/help", "Ask me"),
        ("/latest", "Nothing new"),
        ("/privacy", "A day"),
        ("/forget", "Forgot 0"),
        ("/nonsense", "Ask me"),
        ("/quotes", "Quotes of ?"),
        ("/quotes@byline_bot Ada Quill", "Quotes of Ada Quill?"),
        ("/ask who won?", "You said: who won?"),
        ("/ask", "You said: "),
        ("/ASK@byline_bot who\nwon?", "You said: who"),
    ],
)
async def test_commands_reach_their_part_of_the_conversation(telegram, tmp_path, command, answer):
    async with serving(telegram, tmp_path):
        telegram.say(READER, command)
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == [answer.strip()]


async def test_an_admin_is_known_as_one(telegram, tmp_path):
    async with serving(telegram, tmp_path, admins=frozenset({READER})):
        telegram.say(READER, "/start")
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["Welcome, admin"]


async def test_groups_get_answers_to_commands_in_their_topic_and_to_nothing_unasked(
    telegram, tmp_path
):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(GROUP, "who won?")
        telegram.say(GROUP, "/ask@other_bot who won?")
        telegram.say(GROUP, "/unknown")
        telegram.say(GROUP, "/ask who won?", thread=TOPIC)
        (message,) = await telegram.wait_for_messages(GROUP)
        await settled(telegram, bot)
        assert message.thread == TOPIC
        assert bot.conversation.asked == [
            (MessageContext(GROUP, thread_id=TOPIC, private=False, language="en"), "who won?")
        ]


async def test_pictures_and_the_like_get_one_line_each(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.send_photo(READER)
        telegram.send_voice(READER)
        telegram.send_sticker(READER)
        await telegram.wait_for_messages(READER, 3)
        await settled(telegram, bot)
        assert texts(telegram) == ["I read text and links"] * 3


async def test_an_album_gets_one_line(telegram, tmp_path):
    size = {"file_id": "p", "file_unique_id": "p", "width": 90, "height": 60}
    async with serving(telegram, tmp_path):
        for _ in range(3):
            telegram.say(READER, "", photo=[size], media_group_id="m")
        telegram.say(READER, "/help")
        await telegram.wait_for_messages(READER, 2)
        assert texts(telegram) == ["I read text and links", "Ask me"]


async def test_answers_in_a_chat_keep_the_order_of_its_questions(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "sleep 0.2")
        for number in range(5):
            telegram.say(READER, f"q{number}")
        await telegram.wait_for_messages(READER, 6)
        assert texts(telegram)[1:] == [f"You said: q{number}" for number in range(5)]


async def test_a_slow_question_holds_up_no_other_chat_and_no_button(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "first")
        (message,) = await telegram.wait_for_messages(READER)
        gate = bot.conversation.gate("slow")
        telegram.say(READER, "slow")
        telegram.say(OTHER, "quick")
        query = telegram.press(READER, message.message_id, "2")
        await telegram.wait_for_messages(OTHER)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        await telegram.wait_for(lambda: texts(telegram) == ["Page 2 of first"])
        gate.set()
        await telegram.wait_for_messages(READER, 2)


async def test_one_chats_flood_leaves_room_for_others(telegram, tmp_path):
    async with serving(
        telegram, tmp_path, timing=replace(QUICK, questions=1000, lane=1000, stop_s=0.1)
    ) as bot:
        gate = bot.conversation.gate("q0")
        for number in range(300):
            telegram.say(READER, f"q{number}")
        telegram.say(OTHER, "quick")
        await telegram.wait_for_messages(OTHER)
        assert telegram.messages(READER) == []
        gate.set()
        await telegram.wait_for_messages(READER, 3)


async def test_a_chat_that_asks_too_fast_is_told_and_then_answered(telegram, tmp_path):
    timing = replace(QUICK, questions=2, questions_s=0.5, unnoticed_s=0.2)
    async with serving(telegram, tmp_path, timing=timing):
        for number in range(4):
            telegram.say(READER, f"q{number}")
        telegram.say(OTHER, "quick")
        await telegram.wait_for_messages(OTHER)
        await telegram.wait_for_messages(READER, 5)
        assert texts(telegram) == [
            "You said: q0",
            "You said: q1",
            "Wait 1 s",
            "You said: q2",
            "You said: q3",
        ]


async def test_a_429_holds_up_one_chat_only(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.fail("sendMessage", 429, retry_after=1, chat_id=READER)
        telegram.say(READER, "held")
        telegram.say(OTHER, "quick")
        (quick,) = await telegram.wait_for_messages(OTHER)
        (held,) = await telegram.wait_for_messages(READER)
        assert held.sent_at - quick.sent_at > 0.8
        assert [call.status for call in telegram.calls("sendMessage")].count(429) == 1


async def test_flood_limits_are_kept_without_a_refusal(telegram, tmp_path):
    standard = replace(QUICK, overall=STANDARD.overall, chat=STANDARD.chat)
    telegram.flood_limits()
    for chat_id in range(20, 58):
        telegram.chat(chat_id)
    async with serving(telegram, tmp_path, timing=standard):
        for chat_id in range(20, 58):
            telegram.say(chat_id, "q")
        for number in range(3):
            telegram.say(READER, f"q{number}")
        await telegram.wait_for_messages(READER, 3)
        for chat_id in range(20, 58):
            await telegram.wait_for_messages(chat_id)
    assert 429 not in [call.status for call in telegram.calls()]


@pytest.mark.parametrize("status", [500, 502])
async def test_a_failing_server_is_asked_again_until_the_answer_is_out(telegram, tmp_path, status):
    async with serving(telegram, tmp_path) as bot:
        telegram.fail("sendMessage", status, times=2)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        assert texts(telegram) == ["You said: q"]


async def test_a_lost_connection_is_waited_out(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("q")
        telegram.say(READER, "q")
        await telegram.wait_for(lambda: bot.conversation.asked)
        telegram.stop()
        gate.set()
        await asyncio.sleep(1)
        telegram.start()
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        assert texts(telegram) == ["You said: q"]


@pytest.mark.parametrize("delivered", [True, False])
async def test_a_message_in_doubt_is_never_sent_twice(telegram, tmp_path, delivered):
    async with serving(telegram, tmp_path, timing=replace(QUICK, read_s=0.5)) as bot:
        telegram.hang("sendMessage", 1.5 if delivered else 0, after=delivered)
        telegram.say(READER, "q")
        await telegram.wait_for(lambda: "The connection broke" in texts(telegram))
        await settled(telegram, bot)
        assert texts(telegram).count("You said: q") == delivered
        assert texts(telegram).count("The connection broke") == 1


async def test_the_note_about_a_doubtful_answer_turns_into_the_answer(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.hang("sendMessage", 0)
        telegram.say(READER, "q")
        (note,) = await telegram.wait_for_messages(READER)
        telegram.press(READER, note.message_id, "Try again")
        await telegram.wait_for(lambda: texts(telegram) == ["You said: q"])


async def test_an_edit_in_doubt_is_made_again(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        telegram.hang("editMessageText", 0, after=True)
        telegram.press(READER, message.message_id, "2")
        await telegram.wait_for(lambda: len(telegram.calls("editMessageText")) == 2)
        assert texts(telegram) == ["Page 2 of q"]


async def test_a_reader_who_blocked_the_bot_is_no_error(telegram, tmp_path, log):
    async with serving(telegram, tmp_path) as bot:
        gate = bot.conversation.gate("q")
        telegram.say(READER, "q")
        await telegram.wait_for(lambda: bot.conversation.asked)
        telegram.block(READER)
        gate.set()
        await settled(telegram, bot)
        assert bot.state.unfinished() == []
        assert [call.status for call in telegram.calls("sendMessage")] == [403]
    assert {entry["log_level"] for entry in log} <= {"debug", "info"}


async def test_a_redelivered_question_is_answered_once(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "q", update_id=500)
        await telegram.wait_for_messages(READER)
        telegram.say(READER, "q", update_id=500)
        telegram.say(READER, "next", update_id=501)
        await telegram.wait_for_messages(READER, 2)
        await settled(telegram, bot)
        assert texts(telegram) == ["You said: q", "You said: next"]


async def test_an_edited_question_edits_its_answer(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        question = telegram.say(READER, "old")
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        telegram.edit(READER, question, "new")
        await telegram.wait_for(lambda: texts(telegram) == ["You said: new"])


async def test_an_edited_question_is_answered_anew_where_the_answer_is_gone(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        question = telegram.say(READER, "old")
        (message,) = await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        del telegram._world.messages[READER, message.message_id]
        telegram.edit(READER, question, "new")
        await telegram.wait_for(lambda: texts(telegram) == ["You said: new"])


async def test_an_edited_question_without_an_answer_is_answered(telegram, tmp_path):
    question = telegram.say(READER, "old", update_id=1)
    telegram._world.updates.clear()
    async with serving(telegram, tmp_path) as bot:
        telegram.edit(READER, question, "/start")
        telegram.edit(READER, question, "new")
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
        assert texts(telegram) == ["You said: new"]


async def test_a_press_is_answered_with_its_toast_before_the_message_changes(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        query = telegram.press(READER, message.message_id, "2")
        await telegram.wait_for(lambda: telegram.calls("editMessageText"))
        assert telegram.callback_answers[query].text == "Turned"
        answered, edited = telegram.calls("answerCallbackQuery"), telegram.calls("editMessageText")
        assert answered[0].at <= edited[0].at
        telegram.press(READER, message.message_id, "2")
        await telegram.wait_for(lambda: len(telegram.calls("editMessageText")) == 2)
        assert "not modified" in telegram.calls("editMessageText")[1].description
    assert len(telegram.messages(READER)) == 1


async def test_a_slow_press_is_answered_without_a_toast(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        query = telegram.press(READER, message.message_id, "Slow")
        await telegram.wait_for(lambda: texts(telegram) == ["Slept"])
        assert telegram.callback_answers[query].text == ""
        assert len(telegram.calls("answerCallbackQuery")) == 1


@pytest.mark.parametrize("data", ["page:gone:2", "page", "::::", "page:" + "x" * 59, "retry:no:0"])
async def test_stale_and_forged_buttons_get_a_toast_only(telegram, tmp_path, data):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        query = telegram.press(READER, message.message_id, data, forge=True)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text == "This list is too old, ask again"
    assert telegram.calls("editMessageText") == []


async def test_another_chats_button_is_stale(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "secret")
        telegram.say(OTHER, "q")
        (theirs,) = await telegram.wait_for_messages(READER)
        (mine,) = await telegram.wait_for_messages(OTHER)
        data = theirs.buttons[0][0]["callback_data"]
        query = telegram.press(OTHER, mine.message_id, data, forge=True)
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert "too old" in telegram.callback_answers[query].text


async def test_a_press_on_a_deleted_message_harms_nothing(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        telegram.fail("answerCallbackQuery", 400, description="Bad Request: something else")
        telegram.press(READER, message.message_id, "2")
        del telegram._world.messages[READER, message.message_id]
        await telegram.wait_for(lambda: telegram.calls("editMessageText"))
        await settled(telegram, bot)
        assert telegram.messages(READER) == []


async def test_a_fault_is_told_with_the_reference_that_the_log_has(telegram, tmp_path, log):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "boom")
        (message,) = await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
    reference = message.text.removeprefix("Something broke (").removesuffix(")")
    assert len(reference) == 6
    fault, answered = [entry for entry in log if entry.get("request") == reference]
    assert isinstance(fault["exc_info"], ZeroDivisionError)
    assert answered["event"] == "answered"


async def test_a_fault_behind_a_button_still_answers_the_press(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        query = telegram.press(READER, message.message_id, encode(BOOM), forge=True)
        await telegram.wait_for_messages(READER, 2)
        assert telegram.callback_answers[query].text == ""


async def test_a_fault_that_cannot_be_told_is_kept_for_the_next_start(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.fail("sendMessage", 500, times=2 * QUICK.attempts)
        telegram.say(READER, "q")
        await telegram.wait_for(lambda: len(telegram.calls("sendMessage")) == 2 * QUICK.attempts)
        await until(lambda: not bot.service._lanes.lanes)
        assert [(kept.chat_id, kept.begun) for kept in bot.state.unfinished()] == [(READER, True)]
    async with serving(telegram, tmp_path):
        await telegram.wait_for(lambda: texts(telegram) == ["The connection broke"])


async def test_an_apology_in_doubt_is_repeated_as_twice_is_better_than_never(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.hang("sendMessage", 0)
        telegram.hang("sendMessage", 0, after=True)
        telegram.say(READER, "boom")
        await telegram.wait_for_messages(READER, 2)
        await settled(telegram, bot)
    assert len({*texts(telegram)}) == 1


async def test_an_apology_in_doubt_each_time_is_given_up(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.hang("sendMessage", 0, times=3)
        telegram.say(READER, "boom")
        await telegram.wait_for(lambda: len(telegram.calls("sendMessage")) == 3)
        await settled(telegram, bot)
    assert telegram.messages(READER) == []


async def test_a_note_in_doubt_about_a_left_over_is_sent_again(telegram, tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    inbox = Inbox(state, QUICK)
    message = {"message_id": 1, "date": 1, "chat": {"id": READER, "type": "private"}, "text": "q"}
    await inbox.put(Update.de_json({"update_id": 1, "message": message}))
    await inbox.begin(1)
    inbox.close()
    state.close()
    telegram.hang("sendMessage", 0, times=2)
    async with serving(telegram, tmp_path) as bot:
        await telegram.wait_for(lambda: texts(telegram) == ["The connection broke"])
        await settled(telegram, bot)


async def test_a_line_in_doubt_that_answers_no_question_is_left_alone(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.hang("sendMessage", 0)
        telegram.send_sticker(READER)
        telegram.say(READER, "/help")
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["Ask me"]


async def test_markup_that_telegram_refuses_goes_out_as_plain_text(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        refusal = "Bad Request: can't parse entities: Unclosed start tag"
        telegram.fail("sendMessage", 400, description=refusal)
        telegram.say(READER, "a < b")
        (message,) = await telegram.wait_for_messages(READER)
        assert message.text.startswith("You said: a < b\nA & B\nhttps://news.example/a?b=1&c=2")
        assert message.parse_mode is None
        telegram.fail("editMessageText", 400, description=refusal)
        telegram.press(READER, message.message_id, "2")
        await telegram.wait_for(lambda: texts(telegram) == ["Page 2 of a < b"])


async def test_any_other_refusal_of_a_text_is_a_fault(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        telegram.fail("sendMessage", 400, description="Bad Request: no reason")
        telegram.say(READER, "q")
        (message,) = await telegram.wait_for_messages(READER)
        assert message.text.startswith("Something broke")


async def test_the_commands_are_shown(telegram, tmp_path):
    async with serving(telegram, tmp_path):
        await telegram.wait_for(lambda: telegram.commands)
        shown = next(iter(telegram.commands.values()))
    assert [command["command"] for command in shown] == [
        "ask", "quotes", "summary", "story", "latest", "shelf", "alert", "alerts", "digest",
        "settings", "help", "privacy", "forget",
    ]  # fmt: skip


async def test_commands_that_cannot_be_shown_stop_nothing(telegram, tmp_path):
    telegram.fail("setMyCommands", 400)
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_full_disk_does_not_silence_the_bot(telegram, tmp_path, monkeypatch):
    async with serving(telegram, tmp_path) as bot:
        bot.conversation.state = None
        bot.state._engine.dispose()
        monkeypatch.setattr(bot.state, "keep", _full_disk)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["You said: q"]


def _full_disk(*_: object) -> bool:
    from sqlalchemy.exc import OperationalError

    raise OperationalError("INSERT", {}, Exception("disk I/O error"))


async def test_old_questions_are_deleted_while_the_bot_runs(telegram, tmp_path, monkeypatch):
    timing = replace(QUICK, purge_every_s=0.05)
    async with serving(telegram, tmp_path, timing=timing) as bot:
        bot.state.retention = timedelta(seconds=0.1)
        key = bot.state.save(READER, "q").key
        await until(lambda: not bot.state.exchange(key, READER))
        monkeypatch.setattr(bot.state, "purge", _full_disk)
        await asyncio.sleep(0.1)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_questions_too_old_get_one_apology_and_a_wish_to_be_forgotten_is_granted(
    telegram, tmp_path
):
    async with serving(telegram, tmp_path) as bot:
        bot.conversation.gate("a")
        for text in ("a", "b", "/forget"):
            telegram.say(READER, text)
        telegram.say(OTHER, "c")
        await telegram.wait_for_messages(OTHER)
        await telegram.wait_for(lambda: len(bot.state.unfinished()) == 3)
        await bot.service._lanes.shutdown()  # what is in hand is cut short, as by a crash
        bot.conversation.gates["a"].set()
    async with serving(telegram, tmp_path, timing=replace(QUICK, stale_s=0)):
        await telegram.wait_for_messages(READER, 2)
        apology, granted = texts(telegram)
        assert apology == "Sorry for 2"
        assert granted.startswith("Forgot")


async def test_an_apology_for_a_left_over_that_cannot_be_told_is_kept_too(telegram, tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    inbox = Inbox(state, QUICK)
    message = {"message_id": 1, "date": 1, "chat": {"id": READER, "type": "private"}, "text": "q"}
    await inbox.put(Update.de_json({"update_id": 1, "message": message}))
    await inbox.begin(1)
    inbox.close()
    state.close()
    telegram.fail("sendMessage", 500, times=QUICK.attempts)
    async with serving(telegram, tmp_path) as bot:
        await telegram.wait_for(lambda: len(telegram.calls("sendMessage")) == QUICK.attempts)
        await until(lambda: not bot.service._lanes.lanes)
        assert len(bot.state.unfinished()) == 1
    async with serving(telegram, tmp_path) as bot:
        await telegram.wait_for(lambda: texts(telegram) == ["The connection broke"])
        await settled(telegram, bot)


async def test_a_wrong_token_stops_the_bot_with_a_reason(telegram, tmp_path):
    telegram.token = "1:other"
    state = ChatStore(tmp_path / "chats.db")
    service = Service(
        settings("1:TEST", telegram.url, tmp_path), FakeConversation(), state, timing=QUICK
    )
    with pytest.raises(StoppedError, match="BotFather") as stopped:
        await service.serve(asyncio.Event())
    state.close()
    assert stopped.value.code == REFUSED_TOKEN


async def test_a_token_revoked_later_stops_the_bot_too(telegram, tmp_path):
    with pytest.raises(StoppedError) as stopped:
        await _ended(telegram, tmp_path, lambda: setattr(telegram, "token", "1:other"))
    assert stopped.value.code == REFUSED_TOKEN


async def test_two_processes_with_one_token_are_told_apart(telegram, tmp_path):
    with pytest.raises(StoppedError, match="another process") as stopped:
        await _ended(
            telegram,
            tmp_path,
            lambda: telegram.fail("getUpdates", 409, times=QUICK.conflicts + 1),
        )
    assert stopped.value.code == TAKEN_TOKEN


async def _ended(telegram: TelegramServer, home: Path, change: Callable[[], object]) -> None:
    async with serving(telegram, home) as bot:
        change()
        telegram.say(READER, "wake up")
        await asyncio.wait_for(bot.service._polling.ended(), 30)
        await asyncio.sleep(0.05)


async def test_a_single_conflict_passes(telegram, tmp_path):
    telegram.fail("getUpdates", 409)
    async with serving(telegram, tmp_path):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_start_without_network_waits_for_it(telegram, tmp_path):
    telegram.stop()
    starting = asyncio.create_task(_one_answer(telegram, tmp_path))
    await asyncio.sleep(0.3)
    telegram.start()
    await starting


async def test_a_bot_without_network_can_be_stopped(telegram, tmp_path):
    telegram.stop()
    state, stop = ChatStore(tmp_path / "chats.db"), asyncio.Event()
    chosen = settings(telegram.token, telegram.url, tmp_path)
    service = Service(chosen, FakeConversation(), state, timing=QUICK)
    asyncio.get_running_loop().call_later(0.2, stop.set)
    async with asyncio.timeout(30):
        await service.serve(stop)
    state.close()


async def test_a_start_while_telegram_is_down_waits_for_it(telegram, tmp_path):
    telegram.fail("getMe", 500, times=QUICK.attempts + 1)
    await _one_answer(telegram, tmp_path)


async def _one_answer(telegram: TelegramServer, home: Path) -> None:
    async with serving(telegram, home):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)


async def test_a_webhook_takes_updates_with_the_right_secret_only(telegram, tmp_path):
    port = _free_port()
    hook = f"http://127.0.0.1:{port}/hook"
    secret = "s3cret"
    async with serving(
        telegram, tmp_path, webhook_url=hook, webhook_port=port, webhook_secret=secret
    ):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
        update = {"update_id": 1, "message": {}}
        async with httpx.AsyncClient() as client:
            wrong = {"X-Telegram-Bot-Api-Secret-Token": "guess"}
            assert (await client.post(hook, json=update, headers=wrong)).status_code == 403
            assert (await client.post(hook, json=update)).status_code == 403
    assert telegram.calls("setWebhook")[0].params["secret_token"] == secret
    assert telegram.calls("getUpdates") == []


async def test_a_webhook_without_a_secret_gets_a_random_one(telegram, tmp_path):
    port = _free_port()
    async with serving(
        telegram, tmp_path, webhook_url=f"http://127.0.0.1:{port}/", webhook_port=port
    ):
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
    assert len(telegram.calls("setWebhook")[0].params["secret_token"]) > 30


async def test_a_port_in_use_is_said(telegram, tmp_path, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise OSError("address already in use")

    monkeypatch.setattr(HTTPServer, "listen", refuse)
    hook = {"webhook_url": "https://bot.example/", "webhook_port": 8443}
    with pytest.raises(StoppedError, match=r"127.0.0.1:8443: address already") as stopped:
        async with serving(telegram, tmp_path, **hook):
            pass
    assert stopped.value.code == CANNOT_LISTEN


def _free_port() -> int:
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


async def test_stopping_finishes_what_is_in_hand(telegram, tmp_path):
    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "sleep 0.3")
        await telegram.wait_for(lambda: bot.conversation.asked)
    assert texts(telegram) == ["You said: sleep 0.3"]


async def test_stopping_on_a_bad_line_finishes_what_is_in_hand(telegram, tmp_path):
    async with serving(telegram, tmp_path, timing=replace(QUICK, stop_s=3, read_s=10)) as bot:
        telegram.say(READER, "sleep 0.3")
        await telegram.wait_for(lambda: bot.conversation.asked)
        telegram.hang("getUpdates", 5, times=5)
    assert texts(telegram) == ["You said: sleep 0.3"]
    assert not bot.service.overran


async def test_stopping_leaves_what_takes_too_long_to_the_next_start(telegram, tmp_path):
    async with serving(telegram, tmp_path, timing=replace(QUICK, stop_s=0.2)) as bot:
        gate = bot.conversation.gate("slow")
        telegram.say(READER, "slow")
        await telegram.wait_for(lambda: bot.conversation.asked)
    assert bot.service.overran
    gate.set()
    async with serving(telegram, tmp_path):
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["You said: slow"]


def test_build_gives_an_application_that_is_connected_to_nothing(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    application = build(
        settings("1:TEST", "http://127.0.0.1:9", tmp_path), FakeConversation(), state
    )
    state.close()
    assert application.bot.base_url == "http://127.0.0.1:9/bot1:TEST"


@contextmanager
def process(
    telegram: TelegramServer, home: Path, level: str = "debug"
) -> Iterator[subprocess.Popen]:
    command = [
        sys.executable,
        "-m",
        "tests.support.fakes",
        telegram.token,
        telegram.url,
        str(home),
        level,
    ]
    log = (home / "log").open("a")
    env = os.environ | databases.settings(home)
    running = subprocess.Popen(command, stderr=log, env=env, cwd=Path(__file__).parents[2])
    try:
        yield running
    finally:
        running.kill()
        running.wait()
        log.close()


@pytest.mark.both_databases
def test_a_question_survives_a_kill_before_it_is_answered(telegram, tmp_path):
    with process(telegram, tmp_path) as bot:
        telegram.say(READER, "sleep 1")
        telegram.say(READER, "next")
        telegram.wait(lambda: telegram.calls("sendChatAction"), timeout_s=60)
        telegram.wait(lambda: not telegram.pending_updates)
        bot.send_signal(signal.SIGKILL)
        bot.wait()
    assert telegram.messages(READER) == []
    with process(telegram, tmp_path):
        telegram.wait_messages(READER, 2, timeout_s=60)
        time.sleep(0.3)
    assert texts(telegram) == ["You said: sleep 1", "You said: next"]


@pytest.mark.parametrize("delivered", [True, False])
def test_a_kill_while_answering_never_leads_to_two_answers(telegram, tmp_path, delivered):
    with process(telegram, tmp_path) as bot:
        telegram.hang("sendMessage", 0.4, after=delivered)
        telegram.say(READER, "q")
        wait_for_begun(tmp_path)
        if delivered:
            telegram.wait_messages(READER)
        bot.send_signal(signal.SIGKILL)
        bot.wait()
    telegram.calm()
    with process(telegram, tmp_path):
        telegram.wait(lambda: "The connection broke" in texts(telegram), timeout_s=60)
        time.sleep(0.3)
    assert texts(telegram).count("You said: q") == delivered


def wait_for_begun(home: Path) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if databases.url_of(home) or (home / "chats.db").exists():
            state = ChatStore(home / "chats.db")
            begun = [kept for kept in state.unfinished() if kept.begun]
            state.close()
            if begun:
                return
        time.sleep(0.05)
    raise TimeoutError


def test_a_kill_after_the_answer_leads_to_no_second_one(telegram, tmp_path):
    with process(telegram, tmp_path) as bot:
        telegram.say(READER, "q")
        telegram.wait_messages(READER, timeout_s=60)
        state = ChatStore(tmp_path / "chats.db")
        telegram.wait(lambda: not state.unfinished(), timeout_s=60)
        state.close()
        bot.send_signal(signal.SIGKILL)
        bot.wait()
    with process(telegram, tmp_path):
        telegram.say(READER, "next")
        telegram.wait_messages(READER, 2, timeout_s=60)
    assert texts(telegram) == ["You said: q", "You said: next"]


def test_sigterm_ends_the_process_soon_even_with_a_thread_that_hangs(telegram, tmp_path):
    with process(telegram, tmp_path) as bot:
        telegram.say(READER, "sleep 60")
        telegram.wait(lambda: telegram.calls("sendChatAction"), timeout_s=60)
        bot.send_signal(signal.SIGTERM)
        assert bot.wait(QUICK.stop_s + 5) == 0
    state = ChatStore(tmp_path / "chats.db")
    assert [kept.begun for kept in state.unfinished()] == [False]
    state.close()


def test_no_log_line_holds_the_token_at_any_level(tmp_path):
    token = "1234567890:AAE" + "x" * 32
    with TelegramServer(token) as telegram:
        telegram.chat(READER)
        with process(telegram, tmp_path, "debug") as bot:
            telegram.fail("sendMessage", 500)
            telegram.fail("getUpdates", 502)
            telegram.hang("editMessageText", 0)
            telegram.say(READER, "boom")
            telegram.wait_messages(READER, timeout_s=60)
            telegram.token = "1:revoked"
            assert bot.wait(60) == REFUSED_TOKEN
        telegram.token = token
        with process(telegram, tmp_path, "info") as bot:
            telegram.token = "1:revoked"
            assert bot.wait(60) == REFUSED_TOKEN
    log = (tmp_path / "log").read_text()
    assert "ZeroDivisionError" in log
    assert "BotFather" in log
    assert token not in log
    assert token.partition(":")[2] not in log
