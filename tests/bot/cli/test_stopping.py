from __future__ import annotations

import signal
from threading import Event

import pytest

from bot.cli.stopping import INTERRUPTED, Stop, end_soon


def test_a_command_that_goes_on_after_ctrl_c_is_ended_and_says_so_once():
    said, ended, statuses = [], Event(), []

    def end(status):
        statuses.append(status)
        ended.set()

    stop = Stop(lambda: said.append("Stopped."), end)
    with pytest.raises(KeyboardInterrupt), end_soon(stop, grace_s=0):
        signal.raise_signal(signal.SIGINT)
    stop.say()
    assert ended.wait(60)
    assert (said, statuses) == (["Stopped."], [INTERRUPTED])


def test_other_signals_and_none_end_nothing():
    stop, came = Stop(lambda: None, lambda _: pytest.fail("ended")), []
    before = signal.signal(signal.SIGUSR1, lambda *_: came.append(1))
    try:
        with end_soon(stop, grace_s=0):
            signal.raise_signal(signal.SIGUSR1)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert came == [1]
