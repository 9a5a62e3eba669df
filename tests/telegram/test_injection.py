"""Whatever raises on the way of an update, and wherever: all others are answered."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from dataclasses import replace
from gc import collect

import pytest
import structlog

from tests.support.fake_bot import Bot, free_port, serving, texts, until
from tests.support.fakes import QUICK
from tests.support.injection import Injector
from tests.support.telegram_server import TelegramServer

READER, OTHER = 7, 8
RECEIVING = ("inbox", "polling", "reading", "group_messages", "update_processor", "webhook")
ANSWERING = ("access_control", "crowds", "handlers", "line", "quota", "error_replies")
STORING = ("storage.chats", "storage.access", "request_trace", "admin.health")
FATAL = {"telegram.receiving.inbox.Inbox._get"}
"""What nobody but python-telegram-bot calls, which ends by it; then the process does, see
`test_supervisor`."""
LOST = {"telegram.receiving.inbox.Inbox.take"}
"""What catches whatever is raised in it, and is called by what does so once more."""
ERRORS = (RuntimeError, MemoryError, asyncio.CancelledError)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with TelegramServer() as server:
        server.chat(READER)
        server.chat(OTHER)
        yield server


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Drop what raised, and what never began, while what Python tells of that is ignored."""
    with structlog.testing.capture_logs() as entries:
        yield
    entries.clear()
    collect()


@pytest.fixture
def injector(monkeypatch) -> Injector:
    paths = [f"bot.telegram.receiving.{name}" for name in RECEIVING]
    paths += [f"bot.telegram.{name}" for name in ANSWERING]
    paths += [f"bot.{name}" for name in STORING]
    return Injector(monkeypatch, *map(importlib.import_module, paths))


async def survived(
    telegram: TelegramServer, bot: Bot, injector: Injector, name: str, error: BaseException
) -> str:
    """Let a call raise while a question is received; returns what did not go on, or nothing."""
    await until(lambda: not bot.service._lanes.in_hand)
    before, probes = len(telegram.messages(READER)), len(telegram.messages(OTHER))
    kept = len(bot.state.unfinished())
    injector.arm(name, error)
    telegram.say(READER, f"{name} raises {error!r}")
    try:
        await until(lambda: injector.fired or len(telegram.messages(READER)) > before)
        injector.disarm()
        telegram.say(OTHER, "still there?")
        await until(lambda: len(telegram.messages(OTHER)) > probes)
        if name in LOST:
            return ""
        # Whose question it was is answered, or told, or it is kept for the next start.
        await until(
            lambda: len(telegram.messages(READER)) > before or len(bot.state.unfinished()) > kept
        )
    except TimeoutError:
        return f"{name} raises {error!r}: {texts(telegram, READER)[before:]}"
    return ""


# What raises in the last call of a task, or before it begins, is told by Python alone.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("by_webhook", [False, True], ids=["polling", "webhook"])
async def test_whatever_raises_wherever_an_update_is_received_others_are_answered(
    telegram, tmp_path, injector, by_webhook
):
    port = free_port()
    hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_port": port}
    timing = replace(QUICK, settled_s=0.05, questions=10_000, poll_s=0.3, attempts=1000)
    more = hook if by_webhook else {}
    async with serving(telegram, tmp_path, timing=timing, **more) as bot:
        telegram.say(READER, "first")
        await telegram.wait_for_messages(READER)
        path = sorted(injector.called - FATAL)
        for number, name in enumerate(path):
            # By webhook one kind for each call, in turns: what is behind it is the same.
            for error in ERRORS[number % 3 :][:1] if by_webhook else ERRORS:
                assert not await survived(telegram, bot, injector, name, error("secret"))
        assert len(path) > 80
        await until(lambda: not bot.service.health.check().problems)
