"""Three processes over one PostgreSQL, one of which is killed: none answers what another does."""

from __future__ import annotations

import random
import time

import pytest

from bot.storage.chats import ChatStore
from bot.storage.coordination.replica import Replica
from corpus.storage.database.postgres import Schema
from tests.support.postgres import find_programs, serving
from tests.support.replicas import read, running
from tests.support.telegram_server import TelegramServer

pytestmark = pytest.mark.skipif(find_programs() is None, reason="no PostgreSQL here")
CHATS = range(1, 21)


@pytest.fixture(scope="module")
def server():
    with serving() as found:
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


def leader(url: str) -> str | None:
    """Who leads, as the table of replicas says."""
    with Replica(Schema(url, "chats"), beat_s=60) as looking:
        end = time.monotonic() + 10
        while not looking.members() and time.monotonic() < end:
            time.sleep(0.01)
        return looking.leader()


def ask(telegram: TelegramServer, count: int, first: int = 0) -> None:
    chance = random.Random(first)  # noqa: S311 - no secret
    for number in range(first, first + count):
        telegram.say(chance.choice(CHATS), f"q{number:05}")
        time.sleep(0.004)


def settle(telegram: TelegramServer, url: str) -> None:
    """Wait until nothing is pending, nor in hand."""
    telegram.wait(lambda: not telegram.pending_updates)
    state = ChatStore(Schema(url, "chats"))
    try:
        telegram.wait(lambda: not state.updates.open())
    finally:
        state.close()


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
