"""The bot with a fake conversation, on an emulated Telegram."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import AF_INET, SOCK_STREAM, socket

from bot.admin.metrics import Metrics
from bot.storage.chats import ChatStore
from bot.telegram.app import Service
from tests.support.fakes import QUICK, FakeConversation, settings
from tests.support.telegram_server import TelegramServer

READER = 7


@dataclass
class Bot:
    service: Service
    conversation: FakeConversation
    state: ChatStore


@asynccontextmanager
async def serving(
    telegram: TelegramServer, home: Path, *, timing=QUICK, conversation=None, **more: object
) -> AsyncIterator[Bot]:
    state = ChatStore(home / "chats.db")
    conversation = conversation or FakeConversation(state)
    conversation.state = state
    chosen = settings(telegram.token, telegram.url, home, **more)
    service = Service(chosen, conversation, state, timing=timing)
    stop = asyncio.Event()
    serving = asyncio.create_task(service.serve(stop))
    try:
        await telegram.wait_for(lambda: service.application.running or serving.done())
        if serving.done():
            await serving
        yield Bot(service, conversation, state)
    finally:
        stop.set()
        await asyncio.gather(serving, return_exceptions=True)
        state.close()
    await serving


def texts(telegram: TelegramServer, chat_id: int = READER) -> list[str]:
    """The first lines of what was said in a chat."""
    return [message.text.split("\n")[0] for message in telegram.messages(chat_id)]


async def settled(telegram: TelegramServer, bot: Bot) -> None:
    """Wait until no update is in hand or stored."""
    await telegram.wait_for(lambda: not telegram.pending_updates)
    await until(lambda: not (bot.state.unfinished() or bot.service._lanes.lanes))


async def until(true: Callable[[], object]) -> None:
    """Wait for something that the emulator knows nothing of."""
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(0.01)


def figure(metrics: Metrics, name: str, **labels: str) -> float:
    """What a counter stands at."""
    return metrics.registry.get_sample_value(name, labels) or 0.0


def free_port(family: int = AF_INET, address: str = "127.0.0.1") -> int:
    with socket(family, SOCK_STREAM) as taken:
        taken.bind((address, 0))
        return taken.getsockname()[1]
