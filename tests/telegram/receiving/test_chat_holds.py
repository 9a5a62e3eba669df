"""A chat is answered by one process at a time, and what comes meanwhile is never overlooked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from bot.telegram.receiving.chat_holds import ChatHolds
from tests.support.coordination import FakeReplica, Town
from tests.support.fake_bot import until
from tests.support.fakes import QUICK

CHAT, OTHER = 7, 8
TIMING = replace(QUICK, linger_s=0.05)


class Process:
    """One that answers at once, from a store that all share."""

    def __init__(self, replica: FakeReplica, waiting: set[tuple[int, int]], *, apart: bool) -> None:
        self.replica = replica
        self.waiting = waiting
        self.loaded: list[int] = []
        self.busy: set[int] = set()
        self.faults = 0
        self.holds = ChatHolds(
            replica,
            load=self.load,
            is_busy=lambda chat_id: chat_id in self.busy,
            is_open=self.is_open,
            timing=TIMING,
            apart=apart,
        )
        self.holds.begin()

    async def load(self, chat_id: int, number: int) -> None:
        del number
        if self.faults:
            self.faults -= 1
            raise OperationalError("", {}, Exception())
        await asyncio.sleep(0)
        found = sorted(one for one in self.waiting if one[0] == chat_id)
        self.waiting.difference_update(found)
        self.loaded += [number for _, number in found]

    async def is_open(self, chat_id: int) -> bool:
        return any(chat == chat_id for chat, _ in self.waiting)

    def receive(self, number: int, chat_id: int = CHAT) -> None:
        self.waiting.add((chat_id, number))
        self.holds.came(chat_id, number)


@pytest.fixture
async def processes():
    """Makes processes of one town."""
    town, waiting, made = Town(), set[tuple[int, int]](), list[Process]()

    def make(name: str, *, apart: bool = False) -> Process:
        made.append(Process(town.replica(name), waiting, apart=apart))
        return made[-1]

    yield make
    for one in made:
        await one.holds.close()


async def test_it_is_held_while_it_is_answered_and_for_a_while_after(processes):
    one = processes("one")
    one.busy.add(CHAT)
    one.receive(1)
    await until(lambda: one.loaded == [1])
    await asyncio.sleep(3 * TIMING.linger_s)
    assert one.replica.town.holders == {CHAT: one.replica}
    one.busy.clear()
    one.holds.stir(CHAT)
    await asyncio.sleep(0)
    assert one.replica.town.holders == {CHAT: one.replica}
    await until(lambda: not one.replica.town.holders)
    await until(lambda: one.holds.count == 0)


async def test_who_does_not_get_it_tells_who_has_it(processes):
    one, two = processes("one"), processes("two")
    one.busy.add(CHAT)
    one.receive(1)
    await until(lambda: one.loaded)
    two.receive(2)
    await until(lambda: one.loaded == [1, 2])
    await until(lambda: two.holds.count == 0)
    assert two.loaded == []
    assert one.replica.town.said == [f"chat two {CHAT} 2"]


async def test_what_came_while_it_was_let_go_is_seen_after_that(processes):
    one = processes("one")
    one.receive(1)
    await until(lambda: one.loaded == [1])
    one.waiting.add((CHAT, 2))  # whoever stored it told nobody who heard
    await until(lambda: one.loaded == [1, 2])


async def test_what_nobody_holds_is_taken_over_and_what_somebody_holds_is_not(processes):
    one, two = processes("one"), processes("two")
    one.busy.add(CHAT)
    one.receive(1)
    await until(lambda: one.loaded)
    one.waiting |= {(CHAT, 2), (OTHER, 3)}
    await two.holds.take_over([(CHAT, 2), (OTHER, 3)])
    await until(lambda: two.loaded == [3])
    assert two.replica.town.holders[CHAT] is one.replica
    await one.holds.take_over([(CHAT, 2)])
    await until(lambda: one.loaded == [1, 2])


async def test_what_is_heard_of_a_chat_that_is_asked_for_is_not_lost(processes):
    one, two = processes("one"), processes("two")
    two.busy.add(CHAT)
    two.receive(1)
    await until(lambda: two.loaded)
    asking = asyncio.create_task(one.holds.take_over([(CHAT, 2)]))
    await asyncio.sleep(0)
    one.receive(3)
    await asking
    await until(lambda: two.loaded == [1, 3])


async def test_who_loses_it_gives_it_up_and_another_takes_it(processes):
    one, two = processes("one"), processes("two")
    one.busy.add(CHAT)
    one.receive(1)
    await until(lambda: one.loaded)
    one.replica.lose()
    assert one.holds.lost() == [CHAT]
    assert one.holds.lost() == []
    two.receive(2)
    await until(lambda: two.loaded == [2])


async def test_without_a_connection_it_is_left_to_whoever_comes_by(processes):
    one, two = processes("one"), processes("two")
    one.replica.lose(away=True)
    one.receive(1)
    await until(lambda: one.holds.count == 0)
    await two.holds.take_over([(CHAT, 1)])
    await until(lambda: two.loaded == [1])


async def test_what_cannot_be_loaded_is_loaded_later(processes):
    one = processes("one")
    one.faults = 2
    one.receive(1)
    await until(lambda: one.loaded == [1])


async def test_a_fault_of_ours_ends_no_more_than_the_hold(processes, monkeypatch):
    one = processes("one")
    load, broken = one.holds._load, [True]

    async def fail_once(chat_id: int, number: int) -> None:
        if broken and broken.pop():
            raise ZeroDivisionError
        await load(chat_id, number)

    monkeypatch.setattr(one.holds, "_load", fail_once)
    one.receive(1)
    await until(lambda: one.holds.count == 0)
    assert one.replica.town.holders == {}
    await one.holds.take_over([(CHAT, 1)])
    await until(lambda: one.loaded == [1])


async def test_who_finishes_takes_no_more_and_lets_go_when_nothing_is_in_hand(processes):
    one = processes("one")
    one.busy.add(CHAT)
    one.receive(1)
    await until(lambda: one.loaded)
    one.holds.finish()
    one.receive(2)
    one.receive(3, OTHER)
    await one.holds.take_over([(9, 4)])
    await asyncio.sleep(0.02)
    assert one.loaded == [1]
    assert set(one.replica.town.holders) == {CHAT}
    one.busy.clear()
    one.holds.stir(CHAT)
    await until(lambda: not one.replica.town.holders)


async def test_where_one_process_receives_all_each_gets_some_of_the_chats(processes):
    all_three = [processes(name, apart=True) for name in ("one", "two", "three")]
    for chat_id in range(1, 31):
        all_three[0].receive(chat_id, chat_id)
    await until(lambda: sum(len(one.loaded) for one in all_three) == 30)
    assert all(one.loaded for one in all_three)
