"""Several bots over one PostgreSQL, each a process of its own, with a conversation that echoes."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from bot.message_context import MessageContext
from bot.reply.reply import Note, Reply
from bot.settings import load
from bot.storage.chats import ChatStore
from bot.storage.coordination.replica import Replica
from bot.telegram.app import run
from corpus.storage.database.postgres import Schema
from tests.support.fake_bot import free_port
from tests.support.fakes import QUICK, FakeConversation
from tests.support.newsroom import environment
from tests.support.starting import Process, start
from tests.support.telegram_server import TelegramServer

SECRET = "known-to-all-of-them"
_DOUBT = "In doubt: "


class Echo(FakeConversation):
    """Answers a question with itself after a moment; an apology says for which it is."""

    def ask(self, context: MessageContext, text: str) -> Reply:
        del context
        time.sleep(random.uniform(0.003, 0.02))  # noqa: S311 - no secret
        return Reply((Note(text),))

    def uncertain(self, context: MessageContext, question: str) -> Reply:
        del context
        return Reply((Note(f"{_DOUBT}{question}"),))


def main() -> None:
    """Run one of them, as the environment says."""
    chosen = load()
    assert chosen.database_url
    schema = Schema(chosen.database_url.get_secret_value(), "chats")
    state = ChatStore(schema)
    busy = {"stop_s": 5, "lane": 1000, "gap_s": 20}  # whatever else this machine does meanwhile
    timing = replace(QUICK, overall=(1000, 1), questions=10_000, **busy)
    with Replica(schema) as coordination:
        run(chosen, Echo(state), state, timing=timing, coordination=coordination)
    state.close()


@dataclass
class Outcome:
    """What readers were told of their questions.

    Attributes:
        answers: How often each question was answered.
        doubts: How often it was said of each that it may have been.
        overtaken: Pairs of neighbours in a chat in the wrong order.
    """

    answers: Counter[str] = field(default_factory=Counter)
    doubts: Counter[str] = field(default_factory=Counter)
    overtaken: list[tuple[str, str]] = field(default_factory=list)


def read(telegram: TelegramServer, chats: Sequence[int]) -> Outcome:
    """Look at everything that was said; questions of a chat are in order by their text."""
    found = Outcome()
    for chat_id in chats:
        said = [message.text for message in telegram.messages(chat_id)]
        found.answers.update(one for one in said if not one.startswith(_DOUBT))
        doubts = [one.removeprefix(_DOUBT) for one in said if one.startswith(_DOUBT)]
        found.doubts.update(doubts)
        order = [one.removeprefix(_DOUBT) for one in said]
        found.overtaken += [(a, b) for a, b in pairwise(order) if a > b]
    return found


class Replicas:
    """The processes, each with a home and a port of its own."""

    def __init__(
        self, telegram: TelegramServer, folder: Path, url: str, *, webhook: bool, whole: bool
    ) -> None:
        self._whole = whole
        self._telegram = telegram
        self._folder = folder
        self._url = url
        self._webhook = webhook
        self.addresses: list[str] = []
        self.running: dict[int, Process] = {}

    def start(self, number: int) -> None:
        """Start one, anew at its old address if it had one."""
        while len(self.addresses) <= number:
            self.addresses.append(f"http://127.0.0.1:{free_port()}")
        home = self._folder / f"home{number}"
        more = {
            "TELEGRAM_BOT_TOKEN": self._telegram.token,
            "BYLINE_TELEGRAM_API_URL": self._telegram.url,
            "BYLINE_DATABASE_URL": self._url,
        }
        if self._webhook:
            more |= {
                "BYLINE_WEBHOOK_URL": "http://127.0.0.1:9/hook",
                "BYLINE_WEBHOOK_SECRET": SECRET,
                "BYLINE_WEBHOOK_PORT": self.addresses[number].rpartition(":")[2],
            }
        with (self._folder / f"log{number}").open("ab") as log, Path(os.devnull).open("rb") as no:
            self.running[number] = start(
                ("bot",),
                env=environment(home, **more),
                cwd=self._folder,
                files=[no.fileno(), log.fileno(), log.fileno()],
                module=f"tests.support.{'newsroom' if self._whole else 'replicas'}",
            )

    def kill(self, number: int) -> None:
        """Kill one, as a loss of power would."""
        process = self.running.pop(number)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, number: int) -> int:
        """Have one end by itself; returns its exit status."""
        process = self.running.pop(number)
        process.send_signal(signal.SIGTERM)
        return process.wait(30)

    def log(self, number: int) -> str:
        return (self._folder / f"log{number}").read_text()


@contextmanager
def running(
    telegram: TelegramServer,
    folder: Path,
    url: str,
    count: int,
    *,
    webhook: bool = True,
    whole: bool = False,
) -> Iterator[Replicas]:
    """Run several until the context ends; ``whole`` ones have an archive to answer from."""
    found = Replicas(telegram, folder, url, webhook=webhook, whole=whole)
    try:
        for number in range(count):
            found.start(number)
        yield found
    finally:
        for process in found.running.values():
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
