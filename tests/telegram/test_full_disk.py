"""The disk is full: answers go on from memory, nothing is promised, and `/healthz` says no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot import texts
from bot.storage.chats import ChatStore
from tests.support import fake_bot, office
from tests.support.fake_bot import settled
from tests.support.full_disk import full_disk
from tests.support.newsroom import BEES_QUESTION, FUNICULAR_QUESTION
from tests.support.office import ADMIN, READER, changed, said
from tests.support.telegram_server import TelegramServer

FULL = "the database of chats does not answer: database or disk is full"


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture
def home(tmp_path):
    return office.furnished(tmp_path)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with office.emulated() as server:
        yield server


async def test_answers_and_their_buttons_go_on_and_healthz_says_no_until_there_is_room(
    telegram, home
):
    async with office.serving(telegram, home, settled_s=0.2) as bot:
        with full_disk(bot.state._engine):
            answer = await said(telegram, FUNICULAR_QUESTION, READER)
            assert "3,120 signatures" in answer.text
            who = texts.say("who")
            telegram.press(READER, answer.message_id, who)
            await changed(telegram, answer, texts.say("quoted-in"))
            assert "85 florins" in (await said(telegram, BEES_QUESTION, READER)).text
            assert FULL in bot.service.health.check().problems
            assert FULL in (await said(telegram, "/health")).text
        await fake_bot.until(lambda: not bot.service.health.check().problems)
        await said(telegram, BEES_QUESTION, READER)
        await fake_bot.until(lambda: not bot.state.unfinished())


async def test_a_question_is_called_saved_only_where_it_is(telegram, home, monkeypatch):
    async with office.serving(telegram, home) as bot:
        monkeypatch.setattr(bot.archive.searcher, "ask", lambda *_, **__: 1 // 0)
        saved = (await said(telegram, FUNICULAR_QUESTION, READER)).text
        assert "Your question is saved" in saved
        with full_disk(bot.state._engine):
            unsaved = await said(telegram, FUNICULAR_QUESTION, READER)
            assert "I cannot save your question now" in unsaved.text
            monkeypatch.undo()
            telegram.press(READER, unsaved.message_id, texts.say("try-again"))
            await changed(telegram, unsaved, "3,120 signatures")


async def test_a_stranger_whose_question_cannot_be_kept_is_told_so(telegram, home):
    async with office.serving(telegram, home, access="invite") as bot:
        with full_disk(bot.state._engine):
            told = await said(telegram, FUNICULAR_QUESTION, READER)
        assert told.text == texts.say("invited-unsaved")
        await telegram.wait_for_messages(ADMIN)
        told = await said(telegram, FUNICULAR_QUESTION, READER)
        assert "Your question is kept" in told.text


async def test_past_the_days_limit_a_question_that_cannot_be_kept_is_answered(
    telegram, home, monkeypatch
):
    async with office.serving(telegram, home, questions_a_day=1) as bot:
        await said(telegram, FUNICULAR_QUESTION, READER)
        save = bot.state.save
        with monkeypatch.context() as patch:
            patch.setattr(bot.state, "save", _in_memory(bot.state, save))
            assert "85 florins" in (await said(telegram, BEES_QUESTION, READER)).text


def _in_memory(state: ChatStore, save):
    def kept(*given, **more):
        with full_disk(state._engine):
            return save(*given, **more)

    return kept


async def test_what_was_answered_while_it_was_full_is_not_answered_again_after_a_start(tmp_path):
    with TelegramServer() as telegram:
        telegram.chat(READER)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            gate = bot.conversation.gate("q")
            telegram.say(READER, "q")
            await fake_bot.until(bot.state.unfinished)
            with full_disk(bot.state._engine):
                gate.set()
                await telegram.wait_for_messages(READER)
                await fake_bot.until(lambda: not bot.service._lanes.in_hand)
            assert bot.state.unfinished()
            telegram.say(READER, "next")
            await telegram.wait_for_messages(READER, 2)
            await settled(telegram, bot)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            telegram.say(READER, "last")
            await telegram.wait_for_messages(READER, 3)
        said = fake_bot.texts(telegram)
        assert said == ["You said: q", "You said: next", "You said: last"]


async def test_what_came_while_it_was_full_is_stored_once_there_is_room(tmp_path):
    with TelegramServer() as telegram:
        telegram.chat(READER)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            gate = bot.conversation.gate("q")
            with full_disk(bot.state._engine):
                telegram.say(READER, "q")
                await fake_bot.until(lambda: bot.service._lanes.in_hand)
                await fake_bot.until(lambda: not telegram.pending_updates)
                assert not bot.state.unfinished()
            await fake_bot.until(bot.state.unfinished)
            (kept,) = bot.state.unfinished()
            assert not kept.begun
            gate.set()
            await telegram.wait_for_messages(READER)
            await settled(telegram, bot)
        assert fake_bot.texts(telegram) == ["You said: q"]


async def test_what_goes_out_while_it_is_full_is_known_to_have_once_there_is_room(tmp_path):
    with TelegramServer() as telegram:
        telegram.chat(READER)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            telegram.hang("sendMessage", 0.4)
            with full_disk(bot.state._engine):
                telegram.say(READER, "q")
                await fake_bot.until(lambda: bot.service._inbox._unbegun)
            await fake_bot.until(lambda: [one.begun for one in bot.state.unfinished()] == [True])
            await telegram.wait_for_messages(READER)
            await settled(telegram, bot)


async def test_what_ended_while_it_was_full_is_noted_without_a_word_from_anybody(tmp_path):
    with TelegramServer() as telegram:
        telegram.chat(READER)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            gate = bot.conversation.gate("q")
            telegram.say(READER, "q")
            await fake_bot.until(bot.state.unfinished)
            with full_disk(bot.state._engine):
                gate.set()
                await telegram.wait_for_messages(READER)
                await fake_bot.until(lambda: not bot.service._lanes.in_hand)
                assert bot.state.unfinished()
            await settled(telegram, bot)


def test_what_is_in_memory_belongs_to_its_chat_and_is_forgotten_like_the_rest(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    with full_disk(state._engine):
        mine, other, group = (state.save(chat_id, "q") for chat_id in (7, 8, -9))
    assert not mine.stored
    assert state.exchange(mine.key, 7) == mine
    assert state.exchange(mine.key, 8) is None
    state.forget(7)
    assert state.exchange(mine.key, 7) is None
    assert state.exchange(other.key, 8) == other
    state.move(-9, -10)
    found = state.exchange(group.key, -10)
    assert found
    assert found.question == "q"
    state.retention *= 0
    state.purge()
    assert state.exchange(other.key, 8) is None
    state.close()


def test_no_more_than_a_thousand_are_kept_in_memory(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    with full_disk(state._engine):
        keys = [state.save(7, "q").key for _ in range(1002)]
    assert [state.exchange(key, 7) is None for key in keys] == [True] * 2 + [False] * 1000
    assert len(state._unstored) == 1000
    state.close()


async def test_many_updates_that_cannot_be_noted_as_done_are_remembered_in_part(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("bot.telegram.receiving.inbox._REMEMBERED", 2)
    with TelegramServer() as telegram:
        telegram.chat(READER)
        async with fake_bot.serving(telegram, tmp_path) as bot:
            with full_disk(bot.state._engine):
                for number in range(3):
                    telegram.say(READER, f"q{number}")
                await telegram.wait_for_messages(READER, 3)
                await fake_bot.until(lambda: not bot.service._lanes.in_hand)
            assert len(bot.service._inbox._ended) == 2
