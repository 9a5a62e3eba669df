"""Kill the bot while a channel posts, again and again, and look whether anything was lost."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import bot.priority
import bot.services
from bot.dialogue.conversation import Conversation
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.telegram.app import run
from corpus.storage.store import Store
from tests.support import databases
from tests.support.fakes import QUICK, settings
from tests.support.models import FakeAttributor
from tests.support.newsroom import without_a_model
from tests.support.telegram_server import TelegramServer

_ADMIN, _CHANNEL = 9, -1_000_000_000_077
_PREFIX = "https://t.me/tarnherald/"
_LONGEST_S = 90


@dataclass(slots=True)
class Posting:
    """What kills while a channel posted left.

    Attributes:
        kills: Processes killed.
        posts: What the articles should be, by address.
        found: What they are.
    """

    kills: int = 0
    posts: dict[str, str] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)


def kill_posting(home: Path, rounds: int, *, seed: int = 1) -> Posting:
    """Kill the bot while posts, albums and edits come in."""
    chance, report = random.Random(seed), Posting()  # noqa: S311 - no secret
    with TelegramServer() as telegram:
        telegram.channel(_CHANNEL, "Tarn Herald", username="TarnHerald")
        telegram.join_channel(_CHANNEL, user=_ADMIN)
        for _ in range(rounds):
            with _bot(telegram, home) as process:
                _post(telegram, chance, report)
                time.sleep(chance.uniform(0, 0.3))
                process.kill()
                report.kills += 1
        with _bot(telegram, home):
            state = ChatStore(home / "chats.db")
            telegram.wait(
                lambda: not telegram.pending_updates and not state.channels.waiting(0),
                timeout_s=_LONGEST_S,
            )
            state.close()
    found = Store.open(home).whole().articles()
    report.found = {str(article.url): article.body for article in found}
    return report


def _post(telegram: TelegramServer, chance: random.Random, report: Posting) -> None:
    """Post a text, an album, and correct something."""
    text = f"Ferry {chance.randrange(10**9)} came to the pier in the evening."
    number = telegram.post(_CHANNEL, text)
    caption = f"Otter {chance.randrange(10**9)} sat on the quay in the rain."
    _, captioned, _ = telegram.album(_CHANNEL, ["", caption, ""])
    report.posts |= {f"{_PREFIX}{number}": text, f"{_PREFIX}{captioned}": caption}
    url = chance.choice(list(report.posts))
    report.posts[url] += f" It was corrected {chance.randrange(10**9)} times."
    telegram.edit_post(_CHANNEL, int(url.removeprefix(_PREFIX)), report.posts[url])


@contextmanager
def _bot(telegram: TelegramServer, home: Path) -> Iterator[BaseProcess]:
    """The bot in a process that is forked from one which has all imported; it polls."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    place = (telegram.token, telegram.url, str(home), databases.url_of(home))
    process = context.Process(target=serve, args=place)
    polls = len(telegram.calls("getMe"))
    process.start()
    try:
        telegram.wait(lambda: len(telegram.calls("getMe")) > polls, timeout_s=_LONGEST_S)
        yield process
    finally:
        process.kill()
        process.join()


def serve(token: str, url: str, home: str, database: str) -> None:
    """Run the whole bot, without a model."""
    bot.services.Encoder = without_a_model  # type: ignore[assignment,misc]
    bot.services.Extractor = FakeAttributor  # type: ignore[assignment,misc]
    bot.services._warm_names = lambda: None
    bot.priority._NICE = -20  # it makes way for nothing else that the machine does
    chosen = settings(
        token, url, Path(home), admins={_ADMIN}, reranker="none", database_url=database or None
    )
    archive = Services(chosen)
    with archive.kept_fresh() as searcher:
        state = archive.chats
        run(chosen, Conversation(searcher, state), state, timing=QUICK, archive=archive)
