"""Throw made-up updates at the whole bot, and name whatever it does not take calmly.

Run it with ``python -m tests.support.fuzz [UPDATES]``; it prints a table and exits with 1 on any
fault.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.table import Table
from telegram import Update

from bot.answers import summaries
from bot.dialogue.conversation import Conversation
from bot.services import Services
from bot.storage.chats import ChatStore
from bot.telegram.app import Service
from corpus.errors import Failure
from corpus.ingest import ingest
from corpus.storage.store import Store
from retrieval.extraction.key_facts import Facts
from tests.support import fakes, fuzzing
from tests.support.models import FakeAttributor, FakeEncoder
from tests.support.newsroom import ARTICLES, without_a_model
from tests.support.telegram_rules import JSON
from tests.support.telegram_server import TelegramServer
from tests.support.telegram_world import Message

_CALM = ("message is not modified", "query is too old")
_FORGED = ("message to edit not found", "message can't be edited")
"""How Telegram takes an edit of a message that only a made-up update knows."""
_REMEMBERED = 200
_UNHURRIED = replace(
    fakes.QUICK, overall=(10_000, 1), chat=(10_000, 1), group=(10_000, 1), questions=10_000_000
)


class Fuzz:
    """A bot over hostile articles, its Telegram, and a loop to run it in."""

    def __init__(self, runner: asyncio.Runner, telegram: TelegramServer, service: Service) -> None:
        self._runner = runner
        self._telegram = telegram
        self._service = service
        self._log: list[Any] = []
        self._calls = 0
        self._ids = 0
        self._standing: deque[Message] = deque(maxlen=_REMEMBERED)
        telegram.listen(self._hear)
        self.kinds: Counter[str] = Counter()
        self.sent = 0

    def feed(self, payload: JSON, choice: int) -> list[str]:
        """Have the bot handle an update to the end.

        Args:
            payload: As `fuzzing.payloads` makes it.
            choice: An odd number turns a press into one of a button that stands somewhere.

        Returns:
            What was wrong, in words; empty where all is well.
        """
        update = self._prepared(payload, choice)
        self._telegram.forge(update)
        with structlog.testing.capture_logs() as log:
            self._runner.run(self._handled(update))
        faults = [f"log: {line}" for line in log if line["log_level"] in ("error", "critical")]
        faults += [f"log: {line}" for line in log if "refused our markup" in str(line)]
        return faults + self._refused() + self._unanswered(update)

    async def _handled(self, update: JSON) -> None:
        broken: list[dict[str, Any]] = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: broken.append(context))
        application = self._service.application
        await application.update_queue.put(Update.de_json(update, application.bot))
        async with asyncio.timeout(20):
            await application.update_queue.join()
        if broken:
            raise AssertionError(broken)

    def _prepared(self, payload: JSON, choice: int) -> JSON:
        """The update with numbers of its own, as it comes out of JSON."""
        self._ids += 1
        update: JSON = json.loads(json.dumps(payload)) | {"update_id": 1_000_000 + self._ids}
        (kind,) = set(update) - {"update_id"}
        self.kinds[kind] += 1
        for query in ("callback_query", "inline_query"):
            if query in update:
                update[query]["id"] = str(self._ids)
        if kind == "guest_message":
            update[kind]["guest_query_id"] = str(self._ids)
        if kind == "callback_query" and choice % 2 and self._standing:
            self._press_standing(update[kind], choice // 2)
        return update

    def _press_standing(self, query: JSON, choice: int) -> None:
        """Somebody presses a button below one of the bot's messages, be it theirs or not."""
        message = self._standing[choice % len(self._standing)]
        every = [button for row in message.buttons for button in row]
        data = [button["callback_data"] for button in every if "callback_data" in button]
        query.pop("inline_message_id", None)
        query.pop("game_short_name", None)
        query |= {"message": message.json(), "data": data[choice // 7 % len(data)]}

    def _hear(self, message: Message) -> None:
        if message.sender["is_bot"]:
            self.sent += 1
            if any("callback_data" in button for row in message.buttons for button in row):
                self._standing.append(message)

    def _refused(self) -> list[str]:
        calls = self._telegram.calls(since=self._calls)
        self._calls += len(calls)
        faults = []
        for call in calls:
            fine = _CALM + (_FORGED if call.method.startswith("edit") else ())
            if call.status >= 400 and not any(words in call.description for words in fine):
                faults.append(f"{call.status} {call.description}: {call.method} {call.params}")
        return faults

    def _unanswered(self, update: JSON) -> list[str]:
        query, typed = update.get("callback_query"), update.get("inline_query")
        faults = []
        if query and query["id"] not in self._telegram.callback_answers:
            faults.append("the press was not answered")
        if typed and typed["id"] not in self._telegram.inline_answers:
            faults.append("the inline query was not answered")
        return faults


@contextmanager
def fuzz(home: Path) -> Iterator[Fuzz]:
    """A bot to throw updates at, over articles that hold everything that breaks markup."""
    with ExitStack() as stack:
        _without_models(stack.enter_context(pytest.MonkeyPatch.context()))
        ingest(
            (*ARTICLES, *fuzzing.HOSTILE),
            store=Store.open(home),
            embedder=FakeEncoder("fake all-MiniLM-L6-v2"),
            attributor=FakeAttributor(),
        )
        telegram = stack.enter_context(TelegramServer(privacy=False))
        for chat_id, kind in fuzzing.CHATS.items():
            telegram.chat(chat_id, kind)
        telegram.add_thread(fuzzing.FORUM, "Harbour")
        chosen = fakes.settings(telegram.token, telegram.url, home, admins={fuzzing.ADMIN})
        chosen = chosen.model_copy(update={"questions_a_day": 10_000_000})
        state = ChatStore(home / "chats.db")
        stack.callback(state.close)
        archive = Services(chosen)
        conversation = Conversation(stack.enter_context(archive.kept_fresh()), state)
        runner = stack.enter_context(asyncio.Runner())

        def make() -> Service:
            return Service(chosen, conversation, state, timing=_UNHURRIED, archive=archive)

        service = stack.enter_context(_serving(runner, telegram, make))
        yield Fuzz(runner, telegram, service)


def _without_models(patch: pytest.MonkeyPatch) -> None:
    """Neither models nor the network."""
    patch.setattr("bot.services.Encoder", without_a_model)
    patch.setattr("bot.services.Extractor", FakeAttributor)
    patch.setattr("corpus.readers.web.read_url", lambda url, _: [Failure(url, "no network here")])
    patch.setattr(summaries, "find_facts", lambda *_, **__: Facts())


@contextmanager
def _serving(
    runner: asyncio.Runner, telegram: TelegramServer, make: Callable[[], Service]
) -> Iterator[Service]:
    """The service, made and running in the runner's loop."""

    async def start() -> tuple[Service, asyncio.Event, asyncio.Task[None]]:
        service, stop = make(), asyncio.Event()
        serving = asyncio.create_task(service.serve(stop))
        await telegram.wait_for(lambda: service.application.running or serving.done())
        return service, stop, serving

    async def end(stop: asyncio.Event, serving: asyncio.Task[None]) -> None:
        stop.set()
        await serving

    with structlog.testing.capture_logs():
        service, stop, serving = runner.run(start())
    try:
        yield service
    finally:
        with structlog.testing.capture_logs():
            runner.run(end(stop, serving))


def thrown() -> st.SearchStrategy[tuple[JSON, int]]:
    """An update, and which standing button it presses if it is a press."""
    return st.tuples(fuzzing.payloads(), st.integers(0, 9999))


def main(count: int = 1000, shown: int = 20) -> int:
    """Throw so many, print what came of it, and return the exit status."""
    faults: dict[str, JSON] = {}
    with tempfile.TemporaryDirectory() as place, fuzz(Path(place)) as bot:

        @settings(
            max_examples=count,
            database=None,
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(thrown())
        def throw(one: tuple[JSON, int]) -> None:
            for fault in bot.feed(*one):
                faults.setdefault(fault, one[0])

        throw()
        kinds, sent = bot.kinds, bot.sent
    table = Table("made-up updates", "result")
    table.add_row("thrown", f"{kinds.total()} of {len(kinds)} kinds")
    table.add_row("messages sent or edited", str(sent))
    table.add_row("faults", str(len(faults)))
    for fault, payload in list(faults.items())[:shown]:
        table.add_row("", f"{fault[:1500]}\n{json.dumps(payload)[:800]}")
    Console().print(table)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
