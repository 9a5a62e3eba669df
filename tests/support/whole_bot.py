"""The whole product on an emulated Telegram: the application, the conversation, an archive."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.dialogue.conversation import Conversation
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.telegram.app import Service
from tests.support.fakes import QUICK, settings
from tests.support.models import FakeAttributor
from tests.support.newsroom import without_a_model
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

READER = 7
QUESTION = "Who is the retired judge who will mediate in the port strike?"
"""One that the sample answers."""


@asynccontextmanager
async def serving(telegram: TelegramServer, home: Path, **more: object) -> AsyncIterator[None]:
    """What `byline run` does, within this process."""
    chosen = settings(telegram.token, telegram.url, home, **more)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.services.Encoder", without_a_model)
        patch.setattr("bot.services.Extractor", FakeAttributor)
        state = ChatStore(home / "chats.db")
        with Services(chosen).kept_fresh() as searcher:
            service = Service(chosen, Conversation(searcher, state), state, timing=QUICK)
            stop = asyncio.Event()
            running = asyncio.create_task(service.serve(stop))
            try:
                await telegram.wait_for(lambda: service.application.running or running.done())
                yield
            finally:
                stop.set()
                await running
                state.close()


async def pressed(telegram: TelegramServer, message: Message, label: str) -> Message:
    """Press a button and wait until the message has changed."""
    telegram.press(message.chat.id, message.message_id, label)

    def changed() -> Message | None:
        now = telegram.messages(message.chat.id)
        return next((m for m in now if m.message_id == message.message_id and m != message), None)

    found = await telegram.wait_for(changed)
    assert found
    return found


async def said(
    telegram: TelegramServer, typed: str, chat_id: int = READER, **more: object
) -> Message:
    """Say something, and wait for what comes back."""
    count = len(telegram.messages(chat_id))
    telegram.say(chat_id, typed, **more)
    return (await telegram.wait_for_messages(chat_id, count + 1))[-1]


def quoted(message: Message) -> str:
    """The text of the message's first quote, without the ellipses around it."""
    entity = next(one for one in message.entities if "blockquote" in one["type"])
    raw = message.text.encode("utf-16-le")
    start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    return " ".join(raw[start:end].decode("utf-16-le").strip("… \n").split())
