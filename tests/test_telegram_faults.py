"""The limits on sending that the emulator enforces, on a clock of our own."""

from __future__ import annotations

import pytest

from tests.telegram_faults import FloodLimits
from tests.telegram_rules import RefusedError
from tests.telegram_world import Chat

GROUP = Chat(-40, "group")


class Clock:
    """Stands still until moved."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def send(limits: FloodLimits, chat: Chat) -> int:
    """Seconds to wait, 0 where the message passes."""
    try:
        limits.check(chat)
    except RefusedError as error:
        return int(error.parameters["retry_after"])
    limits.count(chat)
    return 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_chat_takes_three_at_once_and_then_one_a_second(clock):
    limits, sent = FloodLimits(clock), []
    for clock.now in (0.0, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0):
        sent.append(send(limits, Chat(7)))

    assert sent == [0, 0, 0, 1, 0, 1, 0]


def test_a_group_takes_twenty_a_minute(clock):
    limits = FloodLimits(clock)
    for clock.now in range(20):
        assert send(limits, GROUP) == 0

    clock.now = 30
    assert send(limits, GROUP) == 30
    assert send(limits, Chat(7)) == 0
    clock.now = 60
    assert send(limits, GROUP) == 0


def test_all_chats_together_take_thirty_a_second(clock):
    limits = FloodLimits(clock)

    assert [send(limits, Chat(n)) for n in range(31)] == [0] * 30 + [1]
    clock.now += 1
    assert send(limits, Chat(99)) == 0
