"""Several processes over one PostgreSQL, some of which are killed: each question is answered once.

What one of them does by itself is tested in this process, over an SQLite file and a fake of what
tells them apart.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.storage.chats import ChatStore
from bot.storage.updates import SharedUpdates
from bot.telegram.app import Service
from corpus.ingest import ingest
from corpus.storage.database.postgres import Schema
from corpus.storage.store import Store
from tests.support.coordination import FakeReplica, Town
from tests.support.fake_bot import free_port, until
from tests.support.fakes import QUICK, FakeConversation, settings
from tests.support.newsroom import ARTICLES, FUNICULAR_QUESTION, without_a_model
from tests.support.postgres import find_programs, serving
from tests.support.replicas import read, running
from tests.support.telegram_server import TelegramServer

on_postgres = pytest.mark.skipif(find_programs() is None, reason="no PostgreSQL here")
CHATS = range(1, 21)


@pytest.fixture(scope="module")
def server():
    with serving(safe=True) as found:
        yield found


@pytest.fixture
def url(server) -> str:
    found = server.create()
    ChatStore(Schema(found, "chats")).close()
    return found


@pytest.fixture
def telegram():
    with TelegramServer() as found:
        for chat_id in CHATS:
            found.chat(chat_id)
        yield found


def leader(url: str) -> int | None:
    """The number of the process that leads, as the table of replicas says."""
    engine = sa.create_engine(url, poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        name = connection.exec_driver_sql("SELECT name FROM chats.replica WHERE leads").scalar()
    return int(name.split("-")[-2]) if name else None


def ask(telegram: TelegramServer, count: int, first: int = 0) -> None:
    chance = random.Random(first)  # noqa: S311 - no secret
    for number in range(first, first + count):
        telegram.say(chance.choice(CHATS), f"q{number:05}")
        time.sleep(0.004)


def settle(telegram: TelegramServer, url: str) -> None:
    """Wait until nothing is pending, nor in hand."""
    telegram.wait(lambda: not telegram.pending_updates, timeout_s=60)
    state = ChatStore(Schema(url, "chats"))
    try:
        telegram.wait(lambda: not state.updates.open())
    finally:
        state.close()


@on_postgres
def test_every_update_is_answered_once_and_in_order_whoever_is_killed(telegram, url, tmp_path):
    with running(telegram, tmp_path, url, 3) as replicas:
        telegram.wait(lambda: telegram._world.webhook.url)
        balancer = telegram.balance(replicas.addresses, twice=0.1)
        ask(telegram, 150)
        replicas.kill(0)
        ask(telegram, 150, 150)
        replicas.start(0)
        ask(telegram, 100, 300)
        settle(telegram, url)
        found = read(telegram, CHATS)
    asked = {f"q{number:05}" for number in range(400)}
    assert balancer.doubled
    assert set(found.answers) | set(found.doubts) == asked
    assert max(found.answers.values()) == 1
    assert found.overtaken == []
    assert len(found.doubts) <= 20


@on_postgres
def test_where_they_poll_one_does_and_another_after_it_even_without_a_database_for_a_while(
    telegram, server, url, tmp_path
):
    with running(telegram, tmp_path, url, 2, webhook=False) as replicas:
        telegram.wait(lambda: telegram.polling and leader(url))
        ask(telegram, 30)
        led = leader(url)
        (number,) = [n for n, process in replicas.running.items() if process.pid == led]
        replicas.kill(number)
        ask(telegram, 30, 30)
        telegram.wait(lambda: leader(url) not in (None, led))
        settle(telegram, url)
        server.kill()
        ask(telegram, 20, 60)
        server.start()
        settle(telegram, url)
        found = read(telegram, CHATS)
        (code,) = [replicas.stop(number) for number in [*replicas.running]]
    assert code == 0
    assert set(found.answers) | set(found.doubts) == {f"q{number:05}" for number in range(80)}
    assert max(found.answers.values()) == 1
    assert found.overtaken == []
    refused = [call for call in telegram.calls("getUpdates") if call.status == 409]
    assert len(refused) < 3


@on_postgres
def test_byline_bot_is_one_of_them(telegram, url, tmp_path):
    with closing(Store.open(tmp_path, url)) as store:
        ingest(ARTICLES, store=store, embedder=without_a_model("all-MiniLM-L6-v2"))
    with running(telegram, tmp_path, url, 1, webhook=False, whole=True) as replicas:
        telegram.wait(lambda: leader(url) == replicas.running[0].pid, timeout_s=60)
        telegram.say(7, FUNICULAR_QUESTION)
        (answer,) = telegram.wait_messages(7)
        assert replicas.stop(0) == 0
        assert leader(url) is None
    assert "3,120" in answer.text


# In this process


@asynccontextmanager
async def replica_of(
    telegram: TelegramServer, state: ChatStore, replica: FakeReplica, **more: object
) -> AsyncIterator[Service]:
    chosen = settings(telegram.token, telegram.url, state._file.parent, **more)
    conversation = FakeConversation(state)
    timing = replace(QUICK, look_s=0.1)
    service = Service(chosen, conversation, state, timing=timing, coordination=replica)
    stop = asyncio.Event()
    running = asyncio.create_task(service.serve(stop))
    try:
        await telegram.wait_for(lambda: service.application.running or running.done())
        yield service
    finally:
        stop.set()
        await running


@pytest.fixture
def state(tmp_path):
    state = ChatStore(tmp_path / "chats.db")
    yield state
    state.close()


async def test_followers_fetch_nothing_until_they_lead(telegram, state):
    town = Town()
    first, second = town.replica("first", leads=True), town.replica("second")
    async with replica_of(telegram, state, first), replica_of(telegram, state, second):
        telegram.say(7, "one")
        await telegram.wait_for_messages(7)
        assert not [call for call in telegram.calls("getUpdates") if call.status == 409]
        await telegram.wait_for(lambda: len(telegram.calls("getWebhookInfo")) > 4)
        first.lose()
        await until(lambda: not telegram.polling)
        second.lead()
        telegram.say(7, "two")
        await telegram.wait_for_messages(7, 2)
        menus = len(telegram.calls("setMyCommands"))
    assert len([call for call in telegram.calls("getUpdates") if call.status == 409]) <= 1
    assert menus > 1


async def test_all_listen_and_the_leader_alone_has_telegram_post_to_them(
    telegram, state, monkeypatch
):
    town = Town()
    first, second = town.replica("first", leads=True), town.replica("second")
    ports = [free_port(), free_port()]
    hook = {"webhook_url": "http://127.0.0.1:9/hook", "webhook_secret": "s", "admins": {1}}
    keep, refusals = SharedUpdates.keep, iter([True, False])

    def stored(*given: object) -> bool:
        if next(refusals, False):
            raise OperationalError("", {}, Exception("gone"))
        return keep(*given)

    monkeypatch.setattr(SharedUpdates, "keep", stored)
    async with (
        replica_of(telegram, state, first, webhook_port=ports[0], **hook),
        replica_of(telegram, state, second, webhook_port=ports[1], **hook),
    ):
        await telegram.wait_for(lambda: telegram.calls("setWebhook"))
        balancer = telegram.balance([f"http://127.0.0.1:{port}" for port in ports])
        telegram.say(7, "one")
        await telegram.wait_for_messages(7)
        telegram.wait(lambda: not telegram.pending_updates)
        assert balancer.refused == 1
        assert "503" in telegram._world.webhook_error
    assert len(telegram.calls("setWebhook")) == 1


async def test_what_is_withdrawn_is_dropped_in_silence(telegram, state):
    replica = Town().replica("one", leads=True)
    async with replica_of(telegram, state, replica) as service:
        telegram.say(7, "sleep 0.4")
        await until(lambda: list(service._inbox._in_hand))
        assert state.updates.claim(7, 99)  # another process takes it
        await telegram.wait_for_messages(7)
        await until(lambda: not state.unfinished())
    assert [message.text.split("\n")[0] for message in telegram.messages(7)] == [
        "You said: sleep 0.4"
    ]


async def test_a_group_that_moved_is_known_to_who_did_not_hear_of_it(telegram, state):
    town = Town()
    first, second = town.replica("first", leads=True), town.replica("second")
    async with (
        replica_of(telegram, state, first) as one,
        replica_of(telegram, state, second) as two,
    ):
        await one._moves.note(-5, -105)
        assert two._moves.now(-5) == -105
        state.move(-6, -106)
        second.lose()  # what was said meanwhile it did not hear
        await until(lambda: two._moves.now(-6) == -106)
    async with replica_of(telegram, state, town.replica("third")) as three:
        assert three._moves.now(-5) == -105
