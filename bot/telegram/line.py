"""Who waits for an answer: oldest first, and no more than can be answered soon.

Tested on the emulated Telegram in `tests/telegram/test_overload.py`.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_REMEMBERED = 1000
_MEASURED = 20
"""So many of the last questions tell how long one takes."""
_UNKNOWN_S = 1.0
"""How long one takes as long as that is not known."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a question stands.

    Attributes:
        before: How many questions wait before it, or are being answered.
        taken: Whether it may wait too; otherwise it has to be asked again.
    """

    before: int
    taken: bool


class Line:
    """The questions of all chats that wait to be looked up.

    What looks them up is kept to a few at a time, so that whatever is quick, such as telling
    somebody how many wait before them, never waits behind what is slow.

    Args:
        at_once: Most questions looked up at a time.
        most: Most that may wait, with those being looked up.
        tell_every_s: How often one chat is told, at most, that its messages pile up.
    """

    def __init__(self, at_once: int, most: int, tell_every_s: float) -> None:
        self._at_once = self._free = at_once
        self._next: list[tuple[int, asyncio.Future[None]]] = []
        self._most = most
        self._tell_every_s = tell_every_s
        self._waiting: dict[int, None] = {}
        self._told: dict[int, float] = {}
        self._took_s: deque[float] = deque(maxlen=_MEASURED)

    def __len__(self) -> int:
        return len(self._waiting)

    def join(self, update_id: int) -> Place:
        """Let a question wait, where there is room."""
        place = Place(len(self._waiting), len(self._waiting) < self._most)
        if place.taken:
            self._waiting[update_id] = None
        return place

    def leave(self, update_id: int) -> None:
        """Note that a question waits no more; it need not have."""
        self._waiting.pop(update_id, None)

    def wait_s(self, before: int) -> float:
        """How long as many questions as come before one will take, by how long the last took."""
        took_s = sum(self._took_s) / len(self._took_s) if self._took_s else _UNKNOWN_S
        return before * took_s / self._at_once

    @asynccontextmanager
    async def turn(self, update_id: int) -> AsyncIterator[None]:
        """Wait until it is a question's turn; what does not stand in line has it at once.

        The turn goes to the question that was asked first, by Telegram's number.
        """
        if update_id not in self._waiting:
            yield
            return
        await self._wait(update_id)
        began = time.monotonic()
        try:
            yield
        finally:
            self._took_s.append(time.monotonic() - began)
            self.leave(update_id)
            self._pass_on()

    async def _wait(self, update_id: int) -> None:
        if self._free:
            self._free -= 1
            return
        mine = asyncio.get_running_loop().create_future()
        heapq.heappush(self._next, (update_id, mine))
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():  # it had the turn already
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._next:
            _, other = heapq.heappop(self._next)
            if not other.done():
                other.set_result(None)
                return
        self._free += 1

    def may_tell(self, chat_id: int) -> bool:
        """Whether a chat may be told again that its messages pile up; it counts as told then."""
        now = time.monotonic()
        if now - self._told.get(chat_id, -self._tell_every_s) < self._tell_every_s:
            return False
        self._told.pop(chat_id, None)
        self._told[chat_id] = now  # the chat told last stands last
        if len(self._told) > _REMEMBERED:
            del self._told[next(iter(self._told))]
        return True
