"""What only the leader does begins with the lead, and ends with it."""

from __future__ import annotations

import asyncio

import pytest

from bot.storage.coordination.alone import Alone
from bot.storage.coordination.leading import Leading
from tests.support.coordination import Town
from tests.support.fake_bot import until


class Work:
    def __init__(self) -> None:
        self.begun = self.ended = 0
        self.error: Exception | None = None
        self.lasts = True

    async def __call__(self) -> None:
        self.begun += 1
        try:
            if self.error:
                raise self.error
            if self.lasts:
                await asyncio.Event().wait()
        finally:
            self.ended += 1


@pytest.fixture
def replica():
    return Town().replica("one")


@pytest.fixture
async def doing(replica):
    """Has some work done, as a leader."""
    leading = Leading(replica)
    leading.begin()
    tasks = []

    def do(work: Work) -> asyncio.Task[None]:
        tasks.append(asyncio.ensure_future(leading.only(work)()))
        return tasks[-1]

    yield do
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_it_is_done_by_who_leads_for_as_long_as_that_leads(replica, doing):
    work = Work()
    doing(work)
    await asyncio.sleep(0.02)
    assert work.begun == 0
    replica.lead()
    await until(lambda: work.begun == 1)
    replica.lose()
    await until(lambda: work.ended == 1)
    replica.lead()
    await until(lambda: work.begun == 2)


async def test_a_lead_lost_and_won_at_once_begins_anew(replica, doing):
    work = Work()
    replica.lead()
    doing(work)
    await until(lambda: work.begun == 1)
    replica.lose()
    replica.lead()
    await until(lambda: (work.begun, work.ended) == (2, 1))


async def test_what_is_done_is_done_again_with_the_next_lead_only(replica, doing):
    work = Work()
    work.lasts = False
    replica.lead()
    doing(work)
    await until(lambda: work.ended == 1)
    await asyncio.sleep(0.02)
    assert work.begun == 1
    replica.lose()
    replica.lead()
    await until(lambda: work.ended == 2)


async def test_its_fault_is_told_to_whoever_keeps_it_alive(replica, doing):
    work = Work()
    work.error = ZeroDivisionError()
    replica.lead()
    with pytest.raises(ZeroDivisionError):
        await doing(work)


async def test_who_is_alone_does_it_as_it_is():
    work = Work()
    assert Leading(Alone()).only(work) is work
