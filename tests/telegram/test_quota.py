"""How many questions a chat may ask in a short time."""

from __future__ import annotations

import asyncio

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.storage.chats import ChatStore
from bot.storage.coordination.buckets import Buckets, Kind
from bot.telegram.quota import ChatQuota, make_quota
from corpus.storage.database.postgres import Schema
from tests.support.databases import copy_of_empty


async def test_an_allowance_comes_back_and_leaves_nothing_behind():
    allowance = ChatQuota(2, 0.1)
    assert await allowance.wait_s(7) == 0
    await allowance.spend(7)
    await allowance.spend(7)
    assert 0.05 < await allowance.wait_s(7) <= 0.1
    assert await allowance.wait_s(8) == 0
    await asyncio.sleep(0.12)
    assert await allowance.wait_s(7) == 0
    assert allowance._spent == {}


@pytest.fixture(scope="module")
def replicas():
    """The buckets of two replicas."""
    url = copy_of_empty()
    states = [ChatStore(Schema(url, "chats")) for _ in range(2)]
    yield [state.buckets for state in states]
    for state in states:
        state.close()


async def test_an_allowance_is_one_for_all_replicas(replicas):
    first, second = (make_quota(one, Kind.ASKED, 2, 600) for one in replicas)
    for quota in (first, second):
        assert await quota.wait_s(7) == 0
        await quota.spend(7)
    for quota in (first, second):
        assert 290 < await quota.wait_s(7) <= 300
        assert await quota.wait_s(8) == 0


async def test_other_limits_are_counted_apart(replicas):
    await make_quota(replicas[0], Kind.KNOCKED, 1, 600).spend(9)
    assert await make_quota(replicas[1], Kind.KNOCKED, 1, 600).wait_s(9) > 590
    assert await make_quota(replicas[1], Kind.PUT_OFF, 1, 600).wait_s(9) == 0


async def test_without_the_database_a_process_counts_by_itself():
    nowhere = Buckets(sa.create_engine("postgresql+psycopg://byline@127.0.0.1:1/none"))
    quota = make_quota(nowhere, Kind.ASKED, 1, 600)
    with capture_logs() as logs:
        assert await quota.wait_s(7) == 0
        await quota.spend(7)
        assert await quota.wait_s(7) > 590
    assert [one["event"] for one in logs] == ["cannot count with other replicas"]


def test_what_may_be_done_several_times_comes_back_evenly(replicas):
    buckets, rate = replicas[0], (20, 86_400)
    assert buckets.room(Kind.HANDED_IN, 7, rate) == 20
    buckets.spend(Kind.HANDED_IN, 7, rate, 3)
    assert replicas[1].room(Kind.HANDED_IN, 7, rate) == 17
    buckets.spend(Kind.HANDED_IN, 7, rate, 20)
    assert buckets.room(Kind.HANDED_IN, 7, rate) == -3
