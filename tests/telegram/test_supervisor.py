"""What runs beside the answers: it is started again when it dies, and said, or the process ends."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from bot.admin.health import Health
from bot.storage.chats import ChatStore
from bot.telegram.app import Service, run
from bot.telegram.limits import Limits
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.receiving.polling import CANNOT_GO_ON, Polling, StoppedError
from bot.telegram.supervisor import Supervisor
from tests.support import office
from tests.support.fake_bot import serving, texts, until
from tests.support.fakes import QUICK, FakeConversation, settings
from tests.support.telegram_server import TelegramServer

READER = 7
SECRET = "Who stole the weir?"


class Panic(BaseException):
    """What a library in Rust raises."""


RESTLESS = replace(QUICK, settled_s=0.2, stuck_s=0.2)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        yield server


@pytest.fixture(autouse=True)
def log() -> Iterator[list[dict[str, Any]]]:
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture
def state(tmp_path) -> Iterator[ChatStore]:
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


class Kept:
    """A supervisor, and what it gave up for."""

    def __init__(self, state: ChatStore, timing: Limits) -> None:
        self.health = Health(state, None, silent_s=60)
        self.health.heard()
        self.reasons: list[StoppedError] = []
        self.supervisor = Supervisor(self.health, timing, self.reasons.append)


@pytest.fixture
async def kept(state) -> AsyncIterator[Kept]:
    kept = Kept(state, RESTLESS)
    yield kept
    await kept.supervisor.close()


def dying(error: BaseException, times: int, then: Callable[[], Any]):
    """Work that dies a few times, then goes on."""
    left = [error] * times

    async def work() -> None:
        if left:
            raise left.pop()
        await then()

    return work


async def forever() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "error", [RuntimeError, MemoryError, asyncio.CancelledError, KeyError, Panic]
)
async def test_what_dies_is_started_again_and_healthz_names_it_until_it_has_settled(
    kept, log, error
):
    kept.supervisor.keep("counting", dying(error(SECRET), 3, forever), vital=True)
    await until(lambda: kept.health.check().problems)
    (problem,) = kept.health.check().problems
    assert problem.startswith(f"counting does not work: {error.__name__}, at ")
    await until(lambda: not kept.health.check().problems)
    lines = [line for line in log if line["event"] == "something died; starting it again"]
    assert [line["what"] for line in lines] == ["counting"] * 3
    assert SECRET not in str(log)
    assert kept.reasons == []


async def test_what_is_done_is_not_started_again(kept):
    done = asyncio.Event()

    async def finish() -> None:
        done.set()

    kept.supervisor.keep("counting", dying(RuntimeError(), 1, finish))
    await until(done.is_set)
    await until(lambda: not kept.health.check().problems)


async def test_what_is_vital_and_dies_again_and_again_is_given_up(kept):
    kept.supervisor.keep("counting", dying(RuntimeError(), 99, forever), vital=True)
    await until(lambda: kept.reasons)
    await asyncio.sleep(0.2)
    (reason,) = kept.reasons
    assert reason.code == CANNOT_GO_ON
    assert str(reason).startswith("counting does not work")


async def test_what_is_not_vital_is_started_without_end(kept, log):
    kept.supervisor.keep("counting", dying(RuntimeError(), QUICK.attempts + 2, forever))
    await until(lambda: len(log) == QUICK.attempts + 2)
    await until(lambda: not kept.health.check().problems)
    assert kept.reasons == []


async def test_deaths_far_apart_end_nothing(kept, log):
    async def live_a_little() -> None:
        await asyncio.sleep(RESTLESS.settled_s + 0.05)
        raise RuntimeError

    kept.supervisor.keep("counting", live_a_little, vital=True)
    await until(lambda: len(log) == QUICK.attempts + 1)
    assert kept.reasons == []


@pytest.mark.parametrize("error", [Panic("q"), SystemExit(1), GeneratorExit()])
async def test_whatever_a_library_raises_the_reader_is_told(telegram, tmp_path, monkeypatch, error):
    def fail(*_: object) -> None:
        raise error

    async with serving(telegram, tmp_path) as bot:
        telegram.say(READER, "q")
        (answer,) = await telegram.wait_for_messages(READER)
        monkeypatch.setattr(bot.conversation, "press", fail)
        monkeypatch.setattr(bot.conversation, "ask", fail)
        telegram.press(READER, answer.message_id, "2")
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER, 3)
        assert all("Something broke" in one for one in texts(telegram)[1:])


async def test_polling_that_dies_is_started_again(telegram, tmp_path, monkeypatch, log):
    take, left = Polling._take_some, [RuntimeError(SECRET), MemoryError(SECRET)]

    async def die(polling: Polling, *given: Any) -> None:
        if left:
            raise left.pop()
        await take(polling, *given)

    monkeypatch.setattr(Polling, "_take_some", die)
    async with serving(telegram, tmp_path, timing=RESTLESS) as bot:
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
        assert texts(telegram) == ["You said: q"]
        await until(lambda: not bot.service.health.check().problems)
    assert [line["what"] for line in log if "what" in line] == ["fetching updates"] * 2
    assert SECRET not in str(log)


async def test_an_inbox_that_raises_after_all_does_not_end_polling(telegram, tmp_path, monkeypatch):
    put, left = Inbox.put, [RuntimeError()]

    async def die(inbox: Inbox, item: object) -> None:
        if left:
            raise left.pop()
        await put(inbox, item)

    async with serving(telegram, tmp_path, timing=RESTLESS):
        monkeypatch.setattr(Inbox, "put", die)
        telegram.say(READER, "q")
        await telegram.wait_for_messages(READER)
    assert texts(telegram) == ["You said: q"]


async def test_a_queue_that_nobody_empties_ends_the_process_and_the_next_start_answers(
    telegram, tmp_path
):
    with pytest.raises(StoppedError, match="handing on updates") as stopped:
        await _left_alone(telegram, tmp_path)
    assert stopped.value.code == CANNOT_GO_ON
    async with serving(telegram, tmp_path):
        await telegram.wait_for_messages(READER)
    assert texts(telegram) == ["You said: q"]


async def _left_alone(telegram: TelegramServer, home: Path) -> None:
    async with serving(telegram, home, timing=RESTLESS) as bot:
        (fetcher,) = [one for one in asyncio.all_tasks() if "update_fetcher" in one.get_name()]
        fetcher.cancel()
        telegram.say(READER, "q")
        await until(lambda: bot.service.health.check().problems)
        (problem,) = bot.service.health.check().problems
        assert problem.startswith("handing on updates does not work")
        await asyncio.wait_for(bot.service._polling.ended(), 30)
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "broken", [(Polling, "_take_some"), (ChatStore, "unfinished")], ids=["polling", "a start"]
)
def test_a_process_that_cannot_be_healed_exits_so_that_it_is_started_anew(
    telegram, tmp_path, state, monkeypatch, broken
):
    def die(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(*broken, die)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    with pytest.raises(SystemExit) as stopped:
        run(
            settings(telegram.token, telegram.url, tmp_path),
            FakeConversation(state),
            state,
            timing=QUICK,
        )
    for number, handler in before.items():
        signal.signal(number, handler)
    assert stopped.value.code == CANNOT_GO_ON


def test_a_hanging_thread_does_not_keep_a_broken_process_alive(
    telegram, tmp_path, state, monkeypatch
):
    exits: list[int] = []

    async def broken(service: Service, _: asyncio.Event) -> None:
        service.overran = True
        raise RuntimeError

    monkeypatch.setattr(Service, "serve", broken)
    monkeypatch.setattr(os, "_exit", exits.append)
    chosen = settings(telegram.token, telegram.url, tmp_path)
    with pytest.raises(SystemExit):
        run(chosen, FakeConversation(state), state, timing=QUICK)
    assert exits == [CANNOT_GO_ON]


async def test_whatever_fails_at_the_gate_it_lets_nobody_in_who_was_not_invited(
    tmp_path, monkeypatch
):
    home = office.furnished(tmp_path)
    with office.emulated() as telegram:
        async with office.serving(telegram, home, access="invite") as bot:
            monkeypatch.setattr(bot.service._gate, "_standings", lambda _: 1 // 0)
            telegram.say(office.READER, "/help")
            await telegram.wait_for(lambda: not telegram.pending_updates)
            await asyncio.sleep(0.3)
            assert telegram.messages(office.READER) == []


async def test_a_broadcast_that_breaks_says_so(tmp_path, monkeypatch):
    home = office.furnished(tmp_path)
    with office.emulated() as telegram, structlog.testing.capture_logs() as lines:
        async with office.serving(telegram, home) as bot:
            bot.state.usage.seen(office.READER, office.NOW)
            preview = await office.said(telegram, "/broadcast There are new articles.")
            broadcasts = bot.service._broadcaster._broadcasts
            monkeypatch.setattr(type(broadcasts), "claim", lambda *_: 1 // 0)
            telegram.press(office.ADMIN, preview.message_id, "Send it")
            await until(lambda: "cannot go on with a broadcast" in str(lines))
