"""The limits on sending that the emulator enforces, on a clock of our own."""

from __future__ import annotations

import random

import pytest

from tests.support.telegram_faults import Faults, FloodLimits, Storm
from tests.support.telegram_rules import RefusedError
from tests.support.telegram_world import Chat

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


def test_a_storm_strikes_its_share_of_calls_in_both_ways_until_it_is_calm():
    faults = Faults()
    faults.storm = Storm(0.1, 30, random.Random(1))  # noqa: S311 - no secret
    struck = [one for _ in range(2000) if (one := faults.take("sendMessage", {}))]
    assert 150 < len(struck) == faults.storm.struck < 250
    assert {one.status for one in struck} == {None, 500, 502}
    assert {one.after for one in struck if one.status is None} == {True, False}
    polls = [one for _ in range(2000) if (one := faults.take("getUpdates", {}))]
    assert max(one.seconds for one in polls) <= 1 < max(one.seconds for one in struck) <= 30
    faults.clear()
    assert all(faults.take("sendMessage", {}) is None for _ in range(200))
