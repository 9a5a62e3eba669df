"""In which order updates are handled: a chat's in theirs, different chats' side by side."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Coroutine, Hashable
from typing import Any
from weakref import WeakValueDictionary

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.admin.metrics import Metrics
from bot.request_trace import trace_update

_log = structlog.get_logger(__name__)


class ChatUpdateProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat in order, those of different chats at the same time.

    A chat has two lanes, messages and pressed buttons, so that a press need not wait for a slow
    answer. An update that waits for its lane costs a task and takes no place from other chats:
    that is why the base class's limit, which counts the waiting too, is out of reach.
    """

    def __init__(self, metrics: Metrics | None = None) -> None:
        super().__init__(sys.maxsize)
        self._metrics = metrics or Metrics()
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[Any]] = set()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update when those before it in its lane are done."""
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        # Whoever holds or awaits a lock keeps it alive; an idle lane leaves nothing behind.
        lock = self._locks.setdefault(lane_of(update), asyncio.Lock())
        start = _now()
        with trace_update(name_kind(update)) as trace:
            try:
                async with lock:
                    await coroutine
            finally:
                if isinstance(coroutine, Coroutine):
                    coroutine.close()  # it never started where the wait was cut short
                self._metrics.handled(trace, seconds := _now() - start)
            if trace.answered:
                known = {"kind": trace.kind, "answer": trace.answer, "verdict": trace.verdict}
                _log.info("answered", **known, ms=round(1000 * seconds))

    @property
    def lanes(self) -> int:
        """Lanes in use now."""
        return len(self._locks)

    @property
    def in_hand(self) -> int:
        """Updates that are being handled or wait for their lane."""
        return len(self._tasks)

    async def initialize(self) -> None:
        """Needs nothing."""

    async def shutdown(self) -> None:
        """Drop what is still being handled; the inbox keeps it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def name_kind(update: object) -> str:
    """Name what came in: one of a few words, none of them the reader's."""
    if not isinstance(update, Update):
        return type(update).__name__.lower()
    if update.callback_query is not None:
        return "press"
    message = update.message
    if message is None:
        names = (name for name in Update.ALL_TYPES if getattr(update, name, None) is not None)
        return next(names, "unknown")
    if not message.text:
        return "unreadable"
    return "command" if message.text.startswith("/") else "question"


def lane_of(update: object) -> Hashable:
    """Name the lane that an update takes: its chat, and whether it is a press."""
    if not isinstance(update, Update):
        return getattr(update, "chat_id", None), False
    if update.inline_query is not None or update.guest_message is not None:
        return update.update_id  # they have no order to keep, and wait for nobody
    chat = update.effective_chat
    return chat.id if chat else None, update.callback_query is not None


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
