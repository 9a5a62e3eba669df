"""While search is down, questions are kept, and answered when it is back."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from bot.reply.actions import encode
from bot.telegram.receiving import held
from retrieval.errors import EngineError
from tests.support.fake_bot import READER, serving, settled, texts, until
from tests.support.fakes import SLOW, FakeConversation
from tests.support.telegram_server import TelegramServer

DOWN, AGAIN = "search-down", "search-down-again"
ANSWERED = "You said: "


class Searching(FakeConversation):
    """Answers while its search does.

    Attributes:
        down: Whether it does not.
        tried: How often it was asked meanwhile.
    """

    down = True
    tried = 0

    def ask(self, context, text):
        self._search()
        return super().ask(context, text)

    def press(self, context, action):
        self._search()
        return super().press(context, action)

    def offers(self, context, typed):
        self._search()
        return super().offers(context, typed)

    def _search(self):
        if self.down:
            self.tried += 1
            raise EngineError("no Milvus at http://milvus:19530")


@pytest.fixture
def telegram():
    with TelegramServer() as server:
        server.chat(READER)
        yield server


async def test_a_question_is_kept_told_once_and_answered_when_search_is_back(telegram, tmp_path):
    talk = Searching()
    async with serving(telegram, tmp_path, conversation=talk) as bot:
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
        await until(lambda: talk.tried > 2)
        assert texts(telegram) == [DOWN]
        assert [one.begun for one in bot.state.unfinished()] == [False]
        talk.down = False
        await telegram.wait_for_messages(READER, 2)
        assert texts(telegram)[1].startswith(ANSWERED)
        await settled(telegram, bot)


async def test_questions_that_are_kept_are_answered_in_their_order(telegram, tmp_path):
    talk = Searching()
    async with serving(telegram, tmp_path, conversation=talk) as bot:
        bot.service._held._answers = lambda: not talk.down
        for word in ("One?", "Two?", "Three?"):
            telegram.say(READER, word)
        await telegram.wait_for_messages(READER, 3)
        talk.down = False
        await telegram.wait_for_messages(READER, 6)
    assert [text for _, text in talk.asked] == ["One?", "Two?", "Three?"]


async def test_a_kept_question_outlives_the_process(telegram, tmp_path):
    async with serving(telegram, tmp_path, conversation=Searching()):
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
    up = Searching()
    up.down = False
    async with serving(telegram, tmp_path, conversation=up):
        await telegram.wait_for_messages(READER, 2)
    assert texts(telegram)[1].startswith(ANSWERED)


async def test_a_chat_that_was_forgotten_is_not_answered(telegram, tmp_path):
    talk = Searching()
    async with serving(telegram, tmp_path, conversation=talk) as bot:
        bot.service._held._answers = lambda: not talk.down
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
        bot.state.forget(READER)
        talk.down = False
        await until(lambda: len(bot.service._held) == 0)
        telegram.say(READER, "And now?")
        await telegram.wait_for_messages(READER, 2)
    assert [text for _, text in talk.asked] == ["And now?"]


async def test_whoever_presses_a_button_is_to_press_again(telegram, tmp_path):
    talk = Searching()
    talk.down = False
    async with serving(telegram, tmp_path, conversation=talk) as bot:
        telegram.say(READER, "Who?")
        (answer,) = await telegram.wait_for_messages(READER)
        talk.down = True
        telegram.press(READER, answer.message_id, encode(SLOW))
        await telegram.wait_for_messages(READER, 2)
        assert texts(telegram)[1] == AGAIN
        await settled(telegram, bot)


async def test_where_too_many_wait_readers_are_to_ask_again(telegram, tmp_path, monkeypatch):
    monkeypatch.setattr(held, "_MOST", 0)
    async with serving(telegram, tmp_path, conversation=Searching()) as bot:
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
        await settled(telegram, bot)
    assert texts(telegram) == [AGAIN]


async def test_what_waits_goes_on_waiting_while_the_chats_cannot_be_read(telegram, tmp_path):
    talk = Searching()
    async with serving(telegram, tmp_path, conversation=talk) as bot:
        telegram.say(READER, "Who?")
        await telegram.wait_for_messages(READER)
        read, failures = bot.state.unfinished, []

        def fail():
            failures.append(True)
            raise OperationalError("SELECT", {}, Exception("disk I/O error"))

        bot.state.unfinished = fail
        await until(lambda: failures)
        talk.down = False
        bot.state.unfinished = read
        await telegram.wait_for_messages(READER, 2)
    assert texts(telegram)[1].startswith(ANSWERED)


async def test_whoever_types_elsewhere_is_told_too(telegram, tmp_path):
    async with serving(telegram, tmp_path, conversation=Searching()):
        query = telegram.inline_query("Who?")
        answer = await telegram.wait_for(lambda: telegram.inline_answers.get(query))
    assert answer
