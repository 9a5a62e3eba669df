"""An update waits for those below it that have not come, but not for long, and not twice."""

from __future__ import annotations

import asyncio
import time

from bot.telegram.receiving.numbers import Numbers

WAIT_S = 0.2


class Store:
    def __init__(self, *numbers: int) -> None:
        self.numbers = set(numbers)
        self.looks = 0

    async def known(self, after: int, before: int) -> tuple[int, int | None]:
        self.looks += 1
        found = [one for one in self.numbers if after < one < before]
        return len(found), min(found, default=None)


async def took_s(numbers: Numbers, number: int) -> float:
    start = time.monotonic()
    await numbers.settle(number)
    return time.monotonic() - start


async def test_nothing_is_missed_below_the_first():
    store = Store(100)
    assert await took_s(Numbers(store.known, WAIT_S), 100) < WAIT_S


async def test_what_is_missing_is_waited_for_until_it_comes():
    store = Store(100, 102)
    numbers = Numbers(store.known, 30)
    await numbers.settle(100)
    waiting = asyncio.create_task(numbers.settle(102))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    store.numbers.add(101)
    await waiting
    assert numbers.settled == 102


async def test_what_does_not_come_is_waited_for_once():
    store = Store(100, 102, 103)
    numbers = Numbers(store.known, WAIT_S)
    await numbers.settle(100)
    assert await took_s(numbers, 102) >= WAIT_S
    assert await took_s(numbers, 103) < WAIT_S
    assert await took_s(numbers, 102) < WAIT_S


async def test_at_first_what_is_missing_in_between_is_waited_for():
    store = Store(100, 102, 103)
    assert await took_s(Numbers(store.known, WAIT_S), 103) >= WAIT_S


async def test_numbers_that_began_anew_far_away_are_not_missed():
    store = Store(100, 10_000)
    numbers = Numbers(store.known, 30)
    await numbers.settle(100)
    await numbers.settle(10_000)
    await numbers.settle(50)
    assert numbers.settled == 10_000


async def test_next_to_the_last_nothing_is_looked_up():
    store = Store(100)
    numbers = Numbers(store.known, WAIT_S)
    await numbers.settle(100)
    looks = store.looks
    await numbers.settle(101)
    assert store.looks == looks
