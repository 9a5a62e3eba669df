"""Replicas keep to one pace together, and to a fair share of it where they cannot."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from telegram.error import RetryAfter

from bot.storage.chats import ChatStore
from bot.storage.coordination.buckets import Buckets, Kind
from bot.telegram.limits import Limits
from bot.telegram.sending import pacing as module
from bot.telegram.sending.pacing import OwnPacing, SharedPacing
from bot.telegram.sending.rate_limiter import RateLimiter
from corpus.storage.database.postgres import Schema
from tests.support.databases import copy_of_empty
from tests.support.fakes import QUICK

READER, OTHER, GROUP = 7, 8, -7


@pytest.fixture(scope="module")
def url() -> str:
    return copy_of_empty()


@pytest.fixture
def replicas(url) -> Iterator[list[Buckets]]:
    """The buckets of two replicas, empty."""
    states = [ChatStore(Schema(url, "chats")) for _ in range(2)]
    with states[0]._engine.begin() as connection:
        connection.exec_driver_sql("TRUNCATE bucket")
    yield [state.buckets for state in states]
    for state in states:
        state.close()


class Down:
    """A database that does not answer, or only once something happened."""

    def __init__(self, late: threading.Event | None = None) -> None:
        self.late = late
        self.asked = 0
        self.works: Buckets | None = None

    def take(self, *args, **kwargs):
        self.asked += 1
        if self.works:
            return self.works.take(*args, **kwargs)
        if self.late is None:
            raise OperationalError("SELECT", {}, Exception("gone"))
        self.late.wait(20)
        return None

    hold = take


async def send(pacing, chat: int) -> float:
    async with pacing.turn(chat):
        return time.monotonic()


async def send_all(pacings, chats) -> list[float]:
    """Send a message to each chat, by the replicas in turn; when they went out."""
    every = [send(pacings[number % len(pacings)], chat) for number, chat in enumerate(chats)]
    async with asyncio.timeout(20):
        return sorted(await asyncio.gather(*every))


def shared(buckets, timing: Limits = QUICK, **more) -> SharedPacing:
    return SharedPacing(buckets, timing, **more)


async def test_two_replicas_send_no_faster_than_one(replicas):
    timing = replace(QUICK, overall=(1, 0.02))
    sent = await send_all([shared(one, timing) for one in replicas], range(1, 21))
    assert sent[-1] - sent[0] > 18 * 0.02
    assert all(later - sooner > 0.005 for sooner, later in pairwise(sent))


async def test_a_chat_has_one_pace_whoever_writes_to_it(replicas):
    timing = replace(QUICK, overall=(100, 0.1), chat=(1, 0.1))
    to_reader = await send_all([shared(one, timing) for one in replicas], [READER] * 4)
    assert to_reader[-1] - to_reader[0] > 0.28


def test_a_group_may_be_sent_some_at_once(replicas):
    slots = [replicas[n % 2].take(GROUP, (2, 600), (100, 1)) for n in range(4)]
    assert [slot.overall_s for slot in slots] == [0, 0, None, None]
    assert 290 < slots[2].own_s <= 300 < 590 < slots[3].own_s <= 600


async def test_who_waits_for_its_chat_keeps_no_other_waiting(replicas):
    pacing = shared(replicas[0], replace(QUICK, chat=(1, 0.3)))
    slow = asyncio.create_task(send_all([pacing], [READER, READER]))
    await asyncio.sleep(0.02)
    at = await send(pacing, OTHER)
    assert (await slow)[-1] > at


async def test_a_chat_that_one_replica_is_to_leave_alone_is_left_alone_by_all(replicas):
    first, second = (shared(one) for one in replicas)
    started = time.monotonic()
    await first.hold(READER, 1)
    assert first.paused() == {READER}
    assert second.paused() == set()
    waiting = asyncio.create_task(send(second, READER))
    await asyncio.sleep(0)
    to_other = await send(second, OTHER)
    assert second.paused() == {READER}
    assert to_other < await waiting
    assert await waiting - started > 0.98


async def test_a_429_holds_a_chat_for_all_replicas(replicas):
    first, second = (RateLimiter(QUICK, pacing=shared(one)) for one in replicas)
    errors = [RetryAfter(0.3)]

    async def telegram() -> bool:
        if errors:
            raise errors.pop()
        return True

    started = time.monotonic()
    asked = asyncio.create_task(
        first.process_request(telegram, (), {}, "sendMessage", {"chat_id": READER}, None)
    )
    await asyncio.sleep(0.05)
    await second.process_request(telegram, (), {}, "sendMessage", {"chat_id": READER}, None)
    assert time.monotonic() - started > 0.28
    await asked
    await first.shutdown()


async def test_a_message_is_one_question_to_the_database(replicas, monkeypatch):
    asked = 0
    tell = Buckets._tell

    def count(self, *args):
        nonlocal asked
        asked += 1
        return tell(self, *args)

    monkeypatch.setattr(Buckets, "_tell", count)
    await send_all([shared(replicas[0])], range(1, 6))
    assert asked == 5


async def test_what_is_to_no_chat_by_number_goes_by_the_own_pace():
    down = Down()
    pacing = shared(down)
    await send(pacing, "@somewhere")
    await pacing.hold(None, 0.01)
    await pacing.heeded(None)
    assert down.asked == 0


async def test_without_the_database_each_replica_takes_a_fair_share_and_says_so_once():
    timing = replace(QUICK, overall=(1, 0.02), pacing_s=0.02)
    pacing = shared(Down(), timing, replicas=lambda: 3)
    with capture_logs() as logs:
        sent = await send_all([pacing], range(1, 8))
    assert sent[-1] - sent[0] > 5 * 0.06
    (said,) = logs
    assert (said["log_level"], said["among"]) == ("warning", 3)


async def test_a_database_that_hangs_holds_up_one_message_and_not_for_long():
    late = threading.Event()
    down = Down(late)
    pacing = shared(down, replace(QUICK, pacing_s=0.02))
    with capture_logs() as logs:
        await send_all([pacing], range(1, 4))
        await asyncio.sleep(0.08)
        await send(pacing, READER)  # what was asked first is not answered yet
    late.set()
    assert down.asked == 1
    assert len(logs) == 1
    await pacing.close()


async def test_the_shared_pace_is_kept_again_once_the_database_is_back(replicas, monkeypatch):
    monkeypatch.setattr(module, "_RETRIES", 0)
    down = Down()
    pacing = shared(down, replace(QUICK, pacing_s=20))
    with capture_logs() as logs:
        await send(pacing, READER)
        down.works = replicas[0]
        await send(pacing, READER)
    assert [one["log_level"] for one in logs] == ["warning", "info"]
    assert replicas[1].take(OTHER, QUICK.chat, QUICK.overall).overall_s == 0
    await pacing.close()


async def test_a_connection_that_was_cut_is_made_anew(replicas):
    first, second = replicas
    first.take(READER, QUICK.chat, QUICK.overall)
    with second._engine.connect() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            " AND position('bucket' IN query) > 0"
        )
    assert first.take(OTHER, QUICK.chat, QUICK.overall).overall_s == 0


def test_a_fault_of_a_statement_is_told(replicas):
    with pytest.raises(Exception, match="out of range"):
        replicas[0].hold(2**70, 1)
    assert replicas[0].take(OTHER, QUICK.chat, QUICK.overall).overall_s == 0


def test_a_database_that_is_gone_is_told():
    nowhere = Buckets(sa.create_engine("postgresql+psycopg://byline@127.0.0.1:1/none"))
    with pytest.raises(OperationalError):
        nowhere.purge()


def test_buckets_that_are_empty_are_deleted(replicas):
    buckets = replicas[0]
    buckets.spend(Kind.ASKED, READER, (1, 0.001))
    buckets.spend(Kind.ASKED, OTHER, (1, 600))
    time.sleep(0.005)
    buckets.purge()
    with buckets._engine.connect() as connection:
        left = connection.exec_driver_sql("SELECT chat_id FROM bucket").scalars().all()
    assert left == [OTHER]


async def test_threads_that_take_turns_at_once_get_different_ones(replicas):
    overall = (1, 100)
    takes = [
        asyncio.to_thread(partial(replicas[n % 2].take, n + 1, (50, 1), overall)) for n in range(16)
    ]
    slots = sorted(slot.overall_s for slot in await asyncio.gather(*takes))
    assert all(90 < later - sooner < 110 for sooner, later in pairwise(slots))


async def test_own_pacing_needs_no_end():
    await OwnPacing(QUICK).close()
