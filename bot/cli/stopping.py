"""An end soon after Ctrl-C, even while a model computes that cannot be interrupted."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread

INTERRUPTED = 130
"""As shells say of a command that was ended by Ctrl-C."""

_GRACE_S = 1.0


@dataclass(slots=True)
class Stop:
    """Says, once, that a command was stopped.

    Attributes:
        tell: Says it.
        end: Ends the process.
    """

    tell: Callable[[], None]
    end: Callable[[int], object] = os._exit
    _lock: Lock = field(default_factory=Lock)
    _told: bool = False

    def say(self) -> None:
        """Say it, unless that was done; whoever comes meanwhile waits until it is."""
        with self._lock:
            if not self._told:
                self._told = True
                self.tell()
                sys.stdout.flush()
                sys.stderr.flush()


@contextmanager
def end_soon(stop: Stop, *, grace_s: float = _GRACE_S) -> Iterator[None]:
    """End the process a second after Ctrl-C, if it did not end by itself.

    Only for what may be killed at any moment without harm. In the main thread.

    Args:
        stop: What to say then.
        grace_s: How long after it.
    """
    heard, rung = os.pipe()
    os.set_blocking(rung, False)
    before = signal.set_wakeup_fd(rung, warn_on_full_buffer=False)
    Thread(target=_watch, args=(heard, stop, grace_s), daemon=True).start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(rung)


def _watch(heard: int, stop: Stop, grace_s: float) -> None:
    with os.fdopen(heard, "rb", buffering=0) as signals:
        while number := signals.read(1):
            if number[0] == signal.SIGINT:
                time.sleep(grace_s)
                stop.say()
                stop.end(INTERRUPTED)
                return
