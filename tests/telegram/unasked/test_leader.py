"""What is sent unasked the leader sends, and whoever leads after it goes on, to nobody twice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.message_context import MessageContext
from bot.reply.actions import SendBroadcast
from bot.storage.broadcasts import Stage
from bot.telegram.unasked.broadcaster import Broadcaster
from tests.support.coordination import Town
from tests.support.fake_bot import until
from tests.support.fakes import QUICK
from tests.support.heralded import SECOND, STRIKE, add, alerted, told
from tests.support.office import ADMIN, READER, emulated, furnished, serving
from tests.support.telegram_server import TelegramServer

MANY = range(101, 121)
NOW = datetime.now(UTC)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with emulated() as server:
        yield server


@pytest.fixture(scope="module")
def set_up(tmp_path_factory) -> Path:
    return furnished(tmp_path_factory.mktemp("office"))


@pytest.fixture
def home(set_up, tmp_path) -> Path:
    return Path(shutil.copytree(set_up, tmp_path / "home"))


async def test_a_broadcast_goes_on_with_the_next_leader_and_reaches_nobody_twice(telegram, home):
    town = Town()
    first, second = town.replica("first", leads=True), town.replica("second")
    slow = replace(QUICK, overall=(1, 0.02))
    async with (
        serving(telegram, home, timing=slow, coordination=first) as one,
        serving(telegram, home, timing=slow, coordination=second) as two,
    ):
        for chat_id in MANY:
            telegram.chat(chat_id)
            one.state.usage.seen(chat_id, NOW)
        key = two.state.broadcasts.draft(ADMIN, "Hello")
        follower = Broadcaster(two.state, QUICK, lambda: second.leads)
        action = SendBroadcast(key, wanted=True)
        await follower.press(None, MessageContext(ADMIN), action, message=1)
        assert follower._tasks == {}
        await telegram.wait_for(lambda: any(telegram.messages(chat) for chat in MANY))
        first.lose()
        await until(lambda: not one.service._broadcaster._tasks)
        second.lead()
        await until(lambda: not two.state.broadcasts.sending())
        assert two.state.broadcasts.find(key, ADMIN).stage is Stage.DONE
    reached = [len(telegram.messages(chat_id)) for chat_id in MANY]
    assert max(reached) == 1
    assert (
        sum(reached) >= len(MANY) - 3
    )  # what was being sent may have arrived, and is not repeated


async def test_alerts_are_told_by_the_next_leader_and_only_once(telegram, home):
    town = Town()
    first, second = town.replica("first", leads=True), town.replica("second")
    async with (
        serving(telegram, home, coordination=first, gather_s=0),
        serving(telegram, home, coordination=second, gather_s=0),
    ):
        await alerted(telegram, "tram strike")
        add(home, STRIKE)
        await told(telegram, STRIKE)
        first.lose()
        second.lead()
        add(home, SECOND)
        await told(telegram, SECOND)
    about = [message.text for message in telegram.messages(READER)]
    assert sum(STRIKE.headline in text for text in about) == 1
    assert sum(SECOND.headline in text for text in about) == 1
