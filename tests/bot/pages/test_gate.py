from __future__ import annotations

import asyncio
import threading

import pytest

from bot.pages import gate
from bot.pages.gate import A_MINUTE, BURST, BusyError, Gate


def test_a_client_is_let_in_as_often_as_is_fair_and_again_after_a_while():
    now = [0.0]
    door = Gate(lambda: now[0])
    assert [door.admit("a") for _ in range(BURST)] == [True] * BURST
    assert not door.admit("a")
    assert door.admit("b")
    now[0] += 2 * 60 / A_MINUTE
    assert [door.admit("a") for _ in range(3)] == [True, True, False]
    door.close()


def test_only_so_many_clients_are_remembered(monkeypatch):
    monkeypatch.setattr(gate, "_CLIENTS", 3)
    door = Gate(lambda: 0.0)
    for client in "abcd":
        door.admit(client)
    assert len(door._left) == 3
    door.close()


async def test_what_cannot_be_drawn_soon_is_turned_away(monkeypatch):
    monkeypatch.setattr(gate, "_WAITING", 1)
    door, held = Gate(), threading.Event()
    first = asyncio.create_task(door.draw(held.wait))
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await door.draw(lambda: None)
    held.set()
    assert await first
    assert await door.draw(lambda: 3) == 3
    door.close()
