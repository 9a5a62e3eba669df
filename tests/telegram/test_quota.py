"""How many questions a chat may ask in a short time."""

from __future__ import annotations

import asyncio

from bot.telegram.quota import ChatQuota


async def test_an_allowance_comes_back_and_leaves_nothing_behind():
    allowance = ChatQuota(2, 0.1)
    assert allowance.wait_s(7) == 0
    allowance.spend(7)
    allowance.spend(7)
    assert 0.05 < allowance.wait_s(7) <= 0.1
    assert allowance.wait_s(8) == 0
    await asyncio.sleep(0.12)
    assert allowance.wait_s(7) == 0
    assert allowance._spent == {}
