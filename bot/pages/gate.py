"""How much one client may ask for, and how much is drawn at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_Drawn = TypeVar("_Drawn")

A_MINUTE = 120
"""Requests of one client a minute, for as long as it likes; a page takes up to three."""
BURST = 60
"""Requests that it may make at once."""
_CLIENTS = 4096
_THREADS, _WAITING = 2, 32


class BusyError(Exception):
    """More is asked for than can be drawn soon."""


class Gate:
    """Lets requests in, and draws apart from the answers.

    Args:
        clock: Seconds, never set back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        # Threads of their own: readers of pages must not take those that answer questions.
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
        self._waiting = 0

    def admit(self, client: str) -> bool:
        """Whether a client may ask for something more; those who were here last are known."""
        now = self._clock()
        left, since = self._left.pop(client, (float(BURST), now))
        left = min(BURST, left + (now - since) * A_MINUTE / 60)
        self._left[client] = (max(0.0, left - 1), now)
        if len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return left >= 1

    async def draw(self, work: Callable[[], _Drawn]) -> _Drawn:
        """Do some work in a thread.

        Raises:
            BusyError: Too much waits.
        """
        if self._waiting >= _WAITING:
            raise BusyError
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
