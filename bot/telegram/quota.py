"""How many questions a chat may ask in a short time: of this process, or of all replicas."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import named
from bot.storage.coordination.buckets import Buckets, Kind, Rate

_log = structlog.get_logger(__name__)

_T = TypeVar("_T")


class Quota(Protocol):
    """How many questions a chat may still ask."""

    async def wait_s(self, chat_id: int) -> float:
        """Seconds until the chat may ask again, 0 where it may now."""

    async def spend(self, chat_id: int) -> None:
        """Count a question; it comes back after the period."""


class ChatQuota:
    """What this process counts; nothing is kept of a chat that is silent."""

    def __init__(self, questions: int, period_s: float) -> None:
        self._questions = questions
        self._period_s = period_s
        self._spent: dict[int, list[float]] = {}

    async def wait_s(self, chat_id: int) -> float:
        """See `Quota.wait_s`."""
        back_at = self._spent.get(chat_id, [])
        return max(0.0, back_at[0] - _now()) if len(back_at) >= self._questions else 0.0

    async def spend(self, chat_id: int) -> None:
        """See `Quota.spend`."""
        loop = asyncio.get_running_loop()
        back_at = loop.time() + self._period_s
        self._spent.setdefault(chat_id, []).append(back_at)
        loop.call_at(back_at, self._give_back, chat_id)

    def _give_back(self, chat_id: int) -> None:
        del self._spent[chat_id][0]
        if not self._spent[chat_id]:
            del self._spent[chat_id]


class SharedQuota:
    """What all replicas count together; where that cannot be asked, what this process counts.

    Questions come back one by one, evenly over the period.
    """

    def __init__(self, buckets: Buckets, kind: Kind, rate: Rate) -> None:
        self._shared_wait_s = partial(buckets.wait_s, kind, rate=rate)
        self._shared_spend = partial(buckets.spend, kind, rate=rate)
        self._own = ChatQuota(int(rate[0]), rate[1])
        self._failing = False

    async def wait_s(self, chat_id: int) -> float:
        """See `Quota.wait_s`."""
        wait_s = await self._ask(partial(self._shared_wait_s, chat_id))
        return await self._own.wait_s(chat_id) if wait_s is None else wait_s

    async def spend(self, chat_id: int) -> None:
        """See `Quota.spend`."""
        await self._own.spend(chat_id)
        await self._ask(partial(self._shared_spend, chat_id))

    async def _ask(self, ask: Callable[[], _T]) -> _T | None:
        """Ask the database; None where it does not answer, which is said once, until it does."""
        try:
            answer = await asyncio.to_thread(ask)
        except SQLAlchemyError as error:
            if not self._failing:
                _log.warning("cannot count with other replicas", error=named(error))
            self._failing = True
            return None
        self._failing = False
        return answer


def make_quota(buckets: Buckets | None, kind: Kind, questions: int, period_s: float) -> Quota:
    """Make what counts for all replicas, where there may be several."""
    if buckets is None:
        return ChatQuota(questions, period_s)
    return SharedQuota(buckets, kind, (questions, period_s))


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
