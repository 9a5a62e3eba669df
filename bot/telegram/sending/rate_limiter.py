"""How requests reach Telegram: at its pace, and again where that does no harm."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import httpx
import structlog
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import BaseRateLimiter

from bot.admin.metrics import Metrics
from bot.request_trace import get_current
from bot.telegram.limits import Limits, count_seconds
from bot.telegram.sending.pacing import OwnPacing, Pacing

_log = structlog.get_logger(__name__)

Answer = bool | dict[str, Any] | list[dict[str, Any]]
Before = Callable[[], Awaitable[None]]
"""Called right before each attempt to send; passed as ``rate_limit_args``."""

Moved = Callable[[int, int], Awaitable[None]]
"""Called when a message finds that its group has become a supergroup: both numbers."""

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_FINAL = (Forbidden, InvalidToken, Conflict, ChatMigrated)
_LEFT_BEHIND = ("message_thread_id", "reply_parameters")
"""What a message names that stays in the group when it becomes a supergroup."""
_HARMLESS = ("message is not modified", "query is too old")
_ANSWERS = ("send", "edit", "answer")


class UncertainError(Exception):
    """The connection broke after a message was sent: it may have arrived, or not."""


class RateLimiter(BaseRateLimiter[Before]):
    """Keeps to Telegram's limits and tries again what can be tried again without harm.

    A 429 holds up the chat it concerns and no other. A request that was surely not carried out
    is repeated: without end while there is no connection, `Timing.attempts` times when
    Telegram's servers fail. One that may have been carried out is repeated only where twice does
    no harm; for a message, `UncertainError` is raised instead. Polling (``getUpdates``) never comes
    through here.
    """

    def __init__(
        self, timing: Limits, metrics: Metrics | None = None, pacing: Pacing | None = None
    ) -> None:
        self.moved: Moved | None = None
        # What is known of the server; see `bot.telegram.sending.rich`.
        self.without_rich, self.rich_refusals = False, 0
        self.without_ephemeral = False
        self.forgone: Before | None = None
        self._retries = (metrics or Metrics()).retries
        # python-telegram-bot's switch for retry_after as a timedelta, without a warning each time.
        os.environ["PTB_TIMEDELTA"] = "true"
        self._timing = timing
        self._pacing = pacing or OwnPacing(timing)
        self._warned_at = -float("inf")

    def paused(self) -> set[int]:
        """The chats that Telegram asked to leave alone for now."""
        return self._pacing.paused()

    async def initialize(self) -> None:
        """Needs nothing."""

    async def shutdown(self) -> None:
        """Need nothing more."""
        await self._pacing.close()

    async def process_request(  # noqa: PLR0913 - the base class's signature
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Before | None,
    ) -> Answer:
        """Carry out one request in its turn; harmless refusals count as success.

        Raises:
            UncertainError: A message may or may not have arrived.
            TelegramError: Anything else that trying again does not cure.
        """
        # "Typing" that comes late misleads: it goes out now, or not at all.
        if endpoint == "sendChatAction":
            return await callback(*args, **kwargs)
        failures = 0
        while True:
            await self._turn(endpoint, data.get("chat_id"), rate_limit_args)
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as error:
                self._retries.labels("flood").inc()
                await self._pause(data.get("chat_id"), error)
            except BadRequest as error:
                if any(words in error.message.lower() for words in _HARMLESS):
                    return True
                raise
            except TelegramError as error:
                failures += 1
                if not await self._follows(error, endpoint, data):
                    await self._recover(error, endpoint, failures)
            else:
                get_current().answered |= endpoint.startswith(_ANSWERS)
                return answer

    async def _turn(self, endpoint: str, chat_id: object, before: Before | None) -> None:
        """Wait until a request may go out, and do what is to be done right before."""
        await self._pacing.heeded(chat_id)
        if not endpoint.startswith(("send", "edit")):
            return
        async with self._pacing.turn(chat_id):
            if before is not None:
                await before()

    async def _follows(self, error: TelegramError, endpoint: str, data: dict[str, Any]) -> bool:
        """Turn a message to the supergroup that its group has become; False for other faults."""
        if not isinstance(error, ChatMigrated) or not endpoint.startswith("send"):
            return False
        old, data["chat_id"] = data["chat_id"], error.new_chat_id
        for name in _LEFT_BEHIND:
            data.pop(name, None)
        if self.moved is not None:
            await self.moved(old, error.new_chat_id)
        return True

    async def _pause(self, chat_id: object, error: RetryAfter) -> None:
        wait_s = count_seconds(error)
        _log.info("Telegram asks to slow down", chat=chat_id, seconds=wait_s)
        await self._pacing.hold(chat_id, wait_s)

    async def _recover(self, error: TelegramError, endpoint: str, failures: int) -> None:
        """Wait until the request may be tried again, or raise."""
        cause = error.__cause__
        if isinstance(error, _FINAL):
            raise error
        if isinstance(cause, _NEVER_SENT):
            self._retries.labels("connection").inc()
            self._warn(cause)
        elif not _was_refused(error) and endpoint.startswith("send"):
            raise UncertainError(f"{endpoint}: {error.message}") from error
        elif failures >= self._timing.attempts:
            raise error
        else:
            self._retries.labels("server").inc()
        await asyncio.sleep(self._delay_s(failures))

    def _delay_s(self, failures: int) -> float:
        # The exponent is capped as an outage of days would overflow it.
        delay_s: float = self._timing.first_delay_s * 2 ** min(failures - 1, 30)
        jitter = random.uniform(0.5, 1)  # noqa: S311 - it spreads load, it hides nothing
        return min(delay_s, self._timing.longest_delay_s) * jitter

    def _warn(self, cause: BaseException) -> None:
        if _now() - self._warned_at >= self._timing.warn_every_s:
            self._warned_at = _now()
            _log.warning("no connection to Telegram; trying again", cause=repr(cause))


def _was_refused(error: TelegramError) -> bool:
    """Whether Telegram's servers answered, and their answer was an error (5xx)."""
    answered = isinstance(error.__cause__, TelegramError | None)
    return isinstance(error, NetworkError) and not isinstance(error, TimedOut) and answered


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
