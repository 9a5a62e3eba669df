"""More is asked than can be answered: order is kept, everybody is told, and memory stays flat."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import structlog
from telegram import Update

from bot.message_context import MessageContext
from bot.reply.reply import Reply
from bot.telegram.line import Line
from tests.support.fake_bot import Bot, free_port, serving, settled, texts, until
from tests.support.fakes import QUICK, FakeConversation
from tests.support.telegram_server import TelegramServer

READER, OTHER, ADMIN, GROUP = 7, 8, 9, -100
CROWD = range(100, 500)
CALM = replace(QUICK, overall=(10_000, 1), at_once=1, line=100, line_told=2, line_told_s=0)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server, structlog.testing.capture_logs():
        for chat_id in (READER, OTHER, ADMIN, *CROWD):
            server.chat(chat_id)
        server.chat(GROUP, "supergroup")
        yield server


async def ask_in_turn(telegram: TelegramServer, bot: Bot, chats: range) -> None:
    """Let chats ask one after another, each once the one before stands in line."""
    for number, chat_id in enumerate(chats, 1):
        telegram.say(chat_id, f"q{chat_id}")
        await until(lambda number=number: len(bot.service._line) == number)


def answered(telegram: TelegramServer, chats: range) -> list[int]:
    """Which chats have the answer to their question."""
    return [one for one in chats if f"You said: q{one}" in texts(telegram, one)]


async def test_late_questions_hear_how_many_come_before_and_are_answered_in_turn(
    telegram, tmp_path
):
    chats = range(100, 106)
    async with serving(telegram, tmp_path, timing=CALM) as bot:
        gate = bot.conversation.gate("q100")
        await ask_in_turn(telegram, bot, chats)
        for before, chat_id in enumerate(chats):
            if before >= CALM.line_told:
                await telegram.wait_for_messages(chat_id)
        told = [texts(telegram, chat_id) for chat_id in chats]
        assert told == [[], [], *([f"{before} before you"] for before in range(2, 6))]
        gate.set()
        await until(lambda: answered(telegram, chats) == [*chats])
    assert [question for _, question in bot.conversation.asked] == [f"q{one}" for one in chats]


async def test_past_the_end_of_the_line_readers_hear_how_many_wait_and_may_ask_again(
    telegram, tmp_path
):
    chats = range(100, 103)
    async with serving(telegram, tmp_path, timing=replace(CALM, line=3)) as bot:
        gate = bot.conversation.gate("q100")
        await ask_in_turn(telegram, bot, chats)
        telegram.say(READER, "one more")
        (crowded,) = await telegram.wait_for_messages(READER)
        assert crowded.text == "3 wait, ask again"
        query = telegram.press(READER, crowded.message_id, "Try again")
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text.startswith("3 questions wait")
        assert bot.state.access.spent(READER, bot.state.clock()) == 0
        gate.set()
        await until(lambda: answered(telegram, chats) == [*chats])
        telegram.press(READER, crowded.message_id, "Try again")
        await telegram.wait_for(lambda: texts(telegram) == ["You said: one more"])
        await settled(telegram, bot)


async def test_whoever_runs_the_bot_never_waits(telegram, tmp_path):
    timing = replace(CALM, line=1)
    async with serving(telegram, tmp_path, timing=timing, admins={ADMIN}) as bot:
        gate = bot.conversation.gate("q100")
        await ask_in_turn(telegram, bot, range(100, 101))
        telegram.say(ADMIN, "q")
        (message,) = await telegram.wait_for_messages(ADMIN)
        assert message.text.startswith("You said: q")
        query = telegram.press(ADMIN, message.message_id, "2")
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        gate.set()


async def test_of_a_chat_that_floods_a_few_questions_wait_and_it_is_told_once(telegram, tmp_path):
    timing = replace(CALM, questions=1000, lane=3)
    async with serving(telegram, tmp_path, timing=timing) as bot:
        gate = bot.conversation.gate("q0")
        for number in range(40):
            telegram.say(READER, f"q{number}")
        await telegram.wait_for(lambda: not telegram.pending_updates)
        await telegram.wait_for_messages(READER)
        await until(lambda: bot.service._lanes.in_hand == 4)
        telegram.send_photo(READER, "and this?")
        await telegram.wait_for(lambda: not telegram.pending_updates)
        await until(lambda: len(bot.state.unfinished()) == 4)
        telegram.say(OTHER, "quick")
        gate.set()
        await telegram.wait_for_messages(OTHER)
        await telegram.wait_for_messages(READER, 5)
        await settled(telegram, bot)
    assert texts(telegram) == ["in-crowd", *(f"You said: q{number}" for number in range(4))]


async def test_in_a_lane_that_is_full_a_press_is_told_too_and_a_wish_to_be_forgotten_has_room(
    telegram, tmp_path
):
    async with serving(telegram, tmp_path, timing=replace(CALM, lane=1)) as bot:
        telegram.say(READER, "first")
        (message,) = await telegram.wait_for_messages(READER)
        await until(lambda: not bot.service._lanes.in_hand)
        gate = bot.conversation.gate("q0")
        for text in ("q0", "q1", "q2", "/forget"):
            telegram.say(READER, text)
        await telegram.wait_for_messages(READER, 2)
        for _ in range(5):
            query = telegram.press(READER, message.message_id, "Slow")
        await telegram.wait_for(lambda: query in telegram.callback_answers)
        assert telegram.callback_answers[query].text.startswith("I am still busy")
        gate.set()
        await until(lambda: "Forgot" in texts(telegram)[-1])
        await settled(telegram, bot)
    said = texts(telegram)
    assert said.count("in-crowd") == 1
    assert [one for one in said if one.startswith("You")] == ["You said: q0", "You said: q1"]


async def test_what_nobody_asks_in_a_busy_group_is_answered_with_nothing(telegram, tmp_path):
    telegram._world.privacy = False
    async with serving(telegram, tmp_path, timing=replace(CALM, lane=1)) as bot:
        gate = bot.conversation.gate("q0")
        telegram.say(GROUP, "/ask q0")
        for number in range(9):
            telegram.say(GROUP, f"chatter {number}")
        await telegram.wait_for(lambda: not telegram.pending_updates)
        await until(lambda: bot.service._lanes.in_hand == 2)
        gate.set()
        await telegram.wait_for_messages(GROUP)
        await settled(telegram, bot)
    assert texts(telegram, GROUP) == ["You said: q0"]


@pytest.mark.parametrize("by_webhook", [False, True], ids=["polling", "webhook"])
async def test_no_more_is_taken_from_telegram_than_there_is_room_for(
    telegram, tmp_path, by_webhook
):
    chats, port = range(100, 140), free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    timing = replace(CALM, in_hand=5, stuck_s=0.5)
    more = hook if by_webhook else {}
    async with serving(telegram, tmp_path, timing=timing, **more) as bot:
        gates = [bot.conversation.gate(f"q{one}") for one in chats]
        for chat_id in chats:
            telegram.say(chat_id, f"q{chat_id}")
        await until(lambda: bot.service._lanes.in_hand >= 5)
        await asyncio.sleep(0.3)
        assert bot.service._lanes.in_hand < 8
        assert telegram.pending_updates
        assert bot.service._inbox.empty()
        for gate in gates:
            gate.set()
        await until(lambda: answered(telegram, chats) == [*chats])


class Slow(FakeConversation):
    """Answers as many questions as it is allowed to."""

    def __init__(self) -> None:
        super().__init__()
        self.allowed = threading.Semaphore(0)

    def ask(self, context: MessageContext, text: str) -> Reply:
        self.allowed.acquire(timeout=60)
        return super().ask(context, text)


@asynccontextmanager
async def overloaded(telegram: TelegramServer, home: Path, timing):
    say = Slow()
    async with serving(telegram, home, timing=timing, conversation=say) as bot:
        try:
            yield bot, say
        finally:
            say.allowed.release(10_000)


async def test_ten_come_where_three_are_answered_and_order_memory_and_manners_are_kept(
    telegram, tmp_path
):
    timing = replace(CALM, at_once=3, line=20, line_told=5, in_hand=60)
    chats, most = iter(CROWD), 0
    async with overloaded(telegram, tmp_path, timing) as (bot, say):
        for come in range(0, len(CROWD), 10):
            for _ in range(10):
                chat_id = next(chats)
                telegram.say(chat_id, f"q{chat_id}")
            done = len(say.asked)
            say.allowed.release(3)
            await until(lambda done=done: len(say.asked) == done + 3)
            known = range(CROWD[0], CROWD[come] + 10)
            await until(lambda known=known: _heard(telegram, bot, known))
            most = max(most, bot.service._lanes.in_hand)
        in_memory = sum(type(one) is Update for one in gc.get_objects())
        say.allowed.release(100)
        await settled(telegram, bot)
        assert len(bot.service._line) == 0
    assert most <= timing.in_hand
    assert in_memory <= 2 * timing.in_hand
    answers = [int(question[1:]) for _, question in say.asked]
    # Those of one moment may pass one another on their way into the line.
    assert all(abs(at - sorted(answers).index(one)) < 10 for at, one in enumerate(answers))
    shed = [one for one in CROWD if "20 wait, ask again" in texts(telegram, one)]
    assert sorted([*answers, *shed]) == [*CROWD]
    assert answered(telegram, CROWD) == sorted(answers)


def _heard(telegram: TelegramServer, bot: Bot, chats: range) -> bool:
    """Whether all but the first few in line have an answer, or were told that they wait."""
    silent = sum(not telegram.messages(one) for one in chats)
    return silent <= min(len(bot.service._line), 5)


def test_a_chat_is_told_again_after_a_while_and_few_are_remembered(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("bot.telegram.line.time.monotonic", lambda: clock[0])
    line = Line(1, 1, tell_every_s=10)
    assert line.may_tell(READER)
    assert not line.may_tell(READER)
    clock[0] = 10
    assert line.may_tell(READER)
    for chat_id in range(2000):
        assert line.may_tell(chat_id + 100)
    assert len(line._told) == 1000


async def test_who_is_answered_soon_hears_no_number(telegram, tmp_path):
    chats = range(100, 106)
    async with serving(telegram, tmp_path, timing=replace(CALM, line_told_s=60)) as bot:
        gate = bot.conversation.gate("q100")
        await ask_in_turn(telegram, bot, chats)
        gate.set()
        await until(lambda: answered(telegram, chats) == [*chats])
        assert [len(texts(telegram, chat_id)) for chat_id in chats] == [1] * len(chats)
        assert bot.service._line.wait_s(100) < 60
