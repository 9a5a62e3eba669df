"""At what pace messages may go out: of this process, or of all replicas that share a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from aiolimiter import AsyncLimiter
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import named
from bot.storage.coordination.buckets import Buckets, Rate, Slot
from bot.telegram.limits import Limits

_log = structlog.get_logger(__name__)

_IDLE_CHATS = 1024
_RETRIES = 3
"""So many times as long as it may take to answer, a database that did not is not asked again."""
_T = TypeVar("_T")


class Pacing(Protocol):
    """Knows when a message may go out, and which chats are to be left alone."""

    def turn(self, chat_id: object) -> AbstractAsyncContextManager[None]:
        """Wait until a message may go out to a chat.

        What is done in the context comes right before it, and keeps other messages waiting: where
        a disk is slow to note what goes out, turns must not pile up, only to be taken all at once.
        """

    async def heeded(self, chat_id: object) -> None:
        """Wait until a chat need not be left alone any more, as far as this process knows."""

    async def hold(self, chat_id: object, seconds: float) -> None:
        """Leave a chat alone for some time."""

    def paused(self) -> set[int]:
        """The chats that are to be left alone for now, as far as this process knows."""

    async def close(self) -> None:
        """Need nothing more."""


@dataclass(slots=True)
class _Pace:
    """What one chat may still be sent."""

    limiter: AsyncLimiter
    paused_until: float = field(default=0.0)

    def idle(self, now: float) -> bool:
        return self.paused_until <= now and self.limiter.has_capacity(self.limiter.max_rate)


class OwnPacing:
    """The pace of this process alone."""

    def __init__(self, timing: Limits) -> None:
        self._timing = timing
        self._overall = AsyncLimiter(*timing.overall)
        self._door = asyncio.Lock()
        self._chats: dict[object, _Pace] = {}

    @asynccontextmanager
    async def turn(self, chat_id: object) -> AsyncIterator[None]:
        """See `Pacing.turn`."""
        await self._pace(chat_id).limiter.acquire()
        async with self._door:
            await self._overall.acquire()
            yield

    async def heeded(self, chat_id: object) -> None:
        """See `Pacing.heeded`."""
        pace = self._pace(chat_id)
        while (wait_s := pace.paused_until - _now()) > 0:  # noqa: ASYNC110 - it may grow
            await asyncio.sleep(wait_s)

    async def hold(self, chat_id: object, seconds: float) -> None:
        """See `Pacing.hold`."""
        self._pace(chat_id).paused_until = _now() + seconds

    def paused(self) -> set[int]:
        """See `Pacing.paused`."""
        now, known = _now(), self._chats.items()
        return {chat for chat, pace in known if isinstance(chat, int) and pace.paused_until > now}

    async def close(self) -> None:
        """See `Pacing.close`."""

    def _pace(self, chat_id: object) -> _Pace:
        if chat_id not in self._chats:
            if len(self._chats) >= _IDLE_CHATS:
                now = _now()
                self._chats = {k: v for k, v in self._chats.items() if not v.idle(now)}
            self._chats[chat_id] = _Pace(AsyncLimiter(*rate_of(chat_id, self._timing)))
        return self._chats[chat_id]


class SharedPacing:
    """The pace of all replicas together; where the database does not answer, a fair share of it.

    A turn is taken ahead, then waited for, so that one question to the database is enough for a
    message to a chat that need not wait. Holds are shared as well: other replicas learn of one
    with their next message to that chat.

    Args:
        buckets: Where it is counted.
        timing: The limits.
        replicas: How many replicas there are; 0 where that is not known.
    """

    def __init__(
        self, buckets: Buckets, timing: Limits, replicas: Callable[[], int] = lambda: 1
    ) -> None:
        self._buckets = buckets
        self._timing = timing
        self._replicas, self._among = replicas, 1
        self._door = asyncio.Lock()
        self._known = OwnPacing(timing)
        self._alone: OwnPacing | None = None
        self._late: asyncio.Future[Any] | None = None
        self._again_at = 0.0
        # A thread of its own: answers, which may hold all others, must not keep each other waiting.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pacing")

    @asynccontextmanager
    async def turn(self, chat_id: object) -> AsyncIterator[None]:
        """See `Pacing.turn`."""
        if not isinstance(chat_id, int):  # which Byline sends nothing to
            async with self._known.turn(chat_id):
                yield
            return
        again = False
        while True:
            async with self._door:
                slot = await self._take(chat_id, again=again)
                if slot is None:
                    break
                if slot.overall_s is not None:
                    await asyncio.sleep(slot.overall_s)
                    yield
                    return
            again = True
            await asyncio.sleep(slot.own_s)
        async with self._by_itself().turn(chat_id):
            yield

    async def heeded(self, chat_id: object) -> None:
        """See `Pacing.heeded`."""
        await self._known.heeded(chat_id)

    async def hold(self, chat_id: object, seconds: float) -> None:
        """See `Pacing.hold`."""
        await self._known.hold(chat_id, seconds)
        if isinstance(chat_id, int):
            await self._ask(partial(self._buckets.hold, chat_id, seconds))

    def paused(self) -> set[int]:
        """See `Pacing.paused`."""
        return self._known.paused()

    async def close(self) -> None:
        """See `Pacing.close`."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _take(self, chat_id: int, *, again: bool) -> Slot | None:
        """Take a turn; None where the database does not tell of any."""
        chat, overall = rate_of(chat_id, self._timing), self._timing.overall
        slot = await self._ask(partial(self._buckets.take, chat_id, chat, overall, again=again))
        if slot and slot.held_s:
            await self._known.hold(chat_id, slot.held_s)
        return slot

    async def _ask(self, ask: Callable[[], _T]) -> _T | None:
        """Ask the database, unless it did not answer just now; None where it does not."""
        if _now() < self._again_at or (self._late is not None and not self._late.done()):
            return None
        asked = asyncio.get_running_loop().run_in_executor(self._thread, ask)
        try:
            answer = await asyncio.wait_for(asyncio.shield(asked), self._timing.pacing_s)
        except (SQLAlchemyError, TimeoutError) as error:
            self._late = asked
            asked.add_done_callback(_heard)
            self._fall_back(error)
            return None
        self._among = self._replicas() or self._among
        if self._alone is not None:
            self._alone = None
            _log.info("keeping pace with other replicas again")
        return answer

    def _fall_back(self, error: Exception) -> None:
        self._again_at = _now() + _RETRIES * self._timing.pacing_s
        if self._alone is None:
            among = self._among = self._replicas() or self._among
            _log.warning("cannot keep pace with other replicas", among=among, error=named(error))
            self._alone = OwnPacing(_shared_out(self._timing, among))

    def _by_itself(self) -> OwnPacing:
        return self._alone or self._known


def rate_of(chat_id: object, timing: Limits) -> Rate:
    """What a chat may be sent."""
    return timing.group if isinstance(chat_id, int) and chat_id < 0 else timing.chat


def _shared_out(timing: Limits, replicas: int) -> Limits:
    """The limits of one of several processes that do not know of each other."""
    overall, chat, group = (
        (burst, period_s * replicas)
        for burst, period_s in (timing.overall, timing.chat, timing.group)
    )
    return replace(timing, overall=overall, chat=chat, group=group)


def _heard(asked: asyncio.Future[Any]) -> None:
    """Note that a question was answered too late, whatever the answer."""
    if not asked.cancelled():
        asked.exception()


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
