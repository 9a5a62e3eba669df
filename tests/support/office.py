"""A whole bot with two admins, on an emulated Telegram: what tests of commands and access share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import structlog

from bot.admin.commands import AdminCommands
from bot.dialogue.conversation import Conversation
from bot.dialogue.hand_ins import HandIns
from bot.intake import Intake
from bot.pages.opening import name_pages
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.telegram.app import Service
from bot.telegram.limits import Limits
from corpus.errors import FetchError
from tests.support.fake_web import FakeFetcher, entry, news, page, rss
from tests.support.fakes import QUICK, settings
from tests.support.models import FakeAttributor
from tests.support.newsroom import ARTICLES, byline, without_a_model, write_lines
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

READER, OTHER, ADMIN, SECOND, GROUP = 7, 8, 9, 10, -100
STORY, FEED = "https://news.example/ferry", "https://news.example/feed.xml"
ALPACAS = news("Alpacas graze the weir", text=["Nine alpacas graze on the weir now." * 9])
CELLISTS = news("Cellists tune the bell", text=["Two cellists tuned the bell to a low C." * 9])
PAGES = {
    STORY: page(news(), STORY),
    FEED: rss(entry("a"), entry("b"), entry("c")),
    "https://news.example/a": page(ALPACAS, "https://news.example/a"),
    "https://news.example/b": FetchError("the server answers 500"),
    "https://news.example/c": page(CELLISTS, "https://news.example/c"),
    "https://news.example/empty": page("<html></html>", "https://news.example/empty"),
}
NOW = datetime.now(UTC)


@dataclass
class Office:
    service: Service
    state: ChatStore
    archive: Services


@contextmanager
def emulated() -> Iterator[TelegramServer]:
    """Telegram with two readers, two admins and a group."""
    with TelegramServer() as server, structlog.testing.capture_logs():
        for chat_id in (READER, OTHER, ADMIN, SECOND):
            server.chat(chat_id)
        server.chat(GROUP, "supergroup", title="Harbour talk")
        yield server


def furnished(folder: Path) -> Path:
    """A home with a few articles."""
    file = write_lines(folder / "a.jsonl", ARTICLES)
    assert byline(folder / "home", "add", str(file)).returncode == 0
    return folder / "home"


@asynccontextmanager
async def serving(
    telegram: TelegramServer,
    home: Path,
    *,
    timing=QUICK,
    encoder=without_a_model,
    coordination=None,
    **more: object,
) -> AsyncIterator[Office]:
    """What `byline run` does, within this process; 9 and 10 are admins.

    Further values are settings, or replace those of the timing that are named so.
    """
    own = {name: more.pop(name) for name in set(more) & set(Limits.__slots__)}
    timing = replace(timing, **own)
    more = {"admins": {ADMIN, SECOND}} | more
    chosen = settings(telegram.token, telegram.url, home, **more)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.services.Encoder", encoder)
        patch.setattr("bot.services.Extractor", FakeAttributor)
        fetcher = partial(nullcontext, FakeFetcher(PAGES))
        patch.setattr(
            "bot.telegram.app.AdminCommands", partial(AdminCommands, make_fetcher=fetcher)
        )
        archive = Services(chosen)
        with archive.kept_fresh() as searcher:
            state = archive.chats
            intake = Intake(archive, make_fetcher=fetcher)
            hand_ins = HandIns(intake, archive.store.whole(), state, chosen)
            taking = hand_ins if chosen.readers_add != "off" else None
            pages = name_pages(chosen, state)
            say = Conversation(searcher, state, hand_ins=taking, pages=pages)
            service = Service(
                chosen, say, state, timing=timing, archive=archive, coordination=coordination
            )
            stop = asyncio.Event()
            running = asyncio.create_task(service.serve(stop))
            try:
                await telegram.wait_for(lambda: service.application.running or running.done())
                yield Office(service, state, archive)
            finally:
                stop.set()
                await running
                state.close()


async def said(telegram: TelegramServer, typed: str, chat_id: int = ADMIN, **more: int) -> Message:
    """Say something, and wait for what comes back."""
    count = len(telegram.messages(chat_id))
    telegram.say(chat_id, typed, **more)
    return (await telegram.wait_for_messages(chat_id, count + 1, timeout_s=60))[-1]


async def changed(telegram: TelegramServer, message: Message, words: str) -> Message:
    """Wait until a message says something."""

    def found() -> Message | None:
        now = [m for m in telegram.messages(message.chat.id) if m.message_id == message.message_id]
        return now[0] if now and words in now[0].text else None

    one = await telegram.wait_for(found)
    assert one
    return one


async def toast(telegram: TelegramServer, query: str) -> str:
    await telegram.wait_for(lambda: query in telegram.callback_answers)
    return telegram.callback_answers[query].text
