"""Whether every update before another has come, where several are delivered at the same time.

Telegram numbers a bot's updates one by one. Over a webhook it delivers several at a time, to
several processes, so that a later one may be stored first.

Tested in `tests/telegram/receiving/test_numbers.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Known = Callable[[int, int], Awaitable[tuple[int, int | None]]]
"""How many numbers between two are known, and the lowest of these."""
_WINDOW = 1000
"""How far below an update others are missed; numbers that are farther apart began anew."""
_FIRST_S, _LONGEST_S = 0.005, 0.08


class Numbers:
    """Waits for what is missing below an update, for a while; what has not come then is not missed.

    Args:
        known: Looks at what was stored, by whichever process.
        wait_s: How long to wait for it.
    """

    def __init__(self, known: Known, wait_s: float) -> None:
        self._known = known
        self._wait_s = wait_s
        self.settled: int | None = None

    async def settle(self, number: int) -> None:
        """Wait until every number below one is known, or was waited for."""
        if self.settled is not None and number < self.settled - _WINDOW:
            return  # left over from long ago, or they began anew at a lower one
        until, pause_s = _now() + self._wait_s, _FIRST_S
        while self.settled is None or self.settled < number:
            if await self._is_whole(number) or _now() >= until:
                self.settled = max(self.settled or 0, number)
                return
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_S)

    async def _is_whole(self, number: int) -> bool:
        low = max(number - _WINDOW, self.settled or 0)
        if number - low <= 1:
            return True
        count, lowest = await self._known(low, number)
        if self.settled is None or low > self.settled:
            # Nothing is known of what came before the first.
            return lowest is None or count == number - lowest
        return count == number - low - 1


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
