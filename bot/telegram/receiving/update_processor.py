"""In which order updates are handled, and how many: a chat's in theirs, chats side by side."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Hashable
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakValueDictionary

import structlog
from telegram import Update
from telegram.ext import BaseUpdateProcessor, filters

from bot.admin.metrics import Metrics
from bot.request_trace import Trace, trace_update
from bot.telegram.limits import STANDARD, Limits
from bot.telegram.line import Line

_log = structlog.get_logger(__name__)


class ChatUpdateProcessor(BaseUpdateProcessor):
    """Handles the updates of one chat in order, those of different chats at the same time.

    A chat has two lanes, messages and pressed buttons, so that a press need not wait for a slow
    answer. An update that waits for its lane costs a task and takes no place from other chats:
    that is why the base class's limit, which counts the waiting too, is out of reach. What comes
    into a lane that is full is marked (`Trace.shed`), to be told so at once beside it.

    Args:
        metrics: Counts what was handled.
        line: Told that an update is done, whatever became of it.
        ended: The same of whatever else is handled.
        timing: How many updates may be in hand, and how many of them of one chat.
    """

    def __init__(
        self,
        metrics: Metrics | None = None,
        *,
        line: Line | None = None,
        ended: Callable[[object], None] = lambda _: None,
        timing: Limits = STANDARD,
    ) -> None:
        super().__init__(sys.maxsize)
        self._metrics = metrics or Metrics()
        self._line = line
        self._timing = timing
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._crowds: Counter[Hashable] = Counter()
        self._ended = ended
        self._tasks: dict[asyncio.Task[Any], object] = {}
        self._freed = asyncio.Event()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Handle the update when those before it in its lane are done."""
        if (task := asyncio.current_task()) is not None:
            self._tasks[task] = update
            task.add_done_callback(self._done)
        try:
            with trace_update(name_kind(update)) as trace:
                await self._handle(update, coroutine, trace)
        finally:
            if isinstance(coroutine, Coroutine):
                coroutine.close()  # it never started where the wait was cut short
            if self._line is not None and isinstance(update, Update):
                self._line.leave(update.update_id)
            self._ended(update)

    async def _handle(self, update: object, coroutine: Awaitable[Any], trace: Trace) -> None:
        start = _now()
        try:
            async with self._lane(update, trace):
                await coroutine
        finally:
            self._metrics.handled(trace, seconds := _now() - start)
        if trace.answered:
            known = {"kind": trace.kind, "answer": trace.answer, "verdict": trace.verdict}
            _log.info("answered", **known, ms=round(1000 * seconds))

    @asynccontextmanager
    async def _lane(self, update: object, trace: Trace) -> AsyncIterator[None]:
        """Wait for an update's turn in its lane; where that is full, it has one of its own."""
        lane = lane_of(update)
        # What Telegram itself says, and wishes to be forgotten, have more room.
        trace.shed = self._crowds[lane] > self._timing.lane * (2 if _is_vital(update) else 1)
        lane = trace.reference if trace.shed else lane
        # Whoever holds or awaits a lock keeps it alive; an idle lane leaves nothing behind.
        lock = self._locks.setdefault(lane, asyncio.Lock())
        self._crowds[lane] += 1
        try:
            async with lock:
                yield
        finally:
            self._crowds[lane] -= 1
            if not self._crowds[lane]:
                del self._crowds[lane]

    async def room(self) -> None:
        """Wait until fewer updates are in hand than may be."""
        while len(self._tasks) >= self._timing.in_hand:
            self._freed.clear()
            await self._freed.wait()

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.pop(task, None)
        self._freed.set()

    def drop(self, unwanted: Callable[[object], bool]) -> None:
        """Leave off with updates, wherever they are."""
        for task, update in self._tasks.items():
            if unwanted(update):
                task.cancel()

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
        return "file" if message.document else "unreadable"
    return "command" if message.text.startswith("/") else "question"


def lane_of(update: object) -> Hashable:
    """Name the lane that an update takes: its chat, and whether it is a press."""
    if not isinstance(update, Update):
        return getattr(update, "chat_id", None), False
    if update.inline_query is not None or update.guest_message is not None:
        return update.update_id  # they have no order to keep, and wait for nobody
    chat = update.effective_chat
    return chat.id if chat else None, update.callback_query is not None


def _is_vital(update: object) -> bool:
    if not isinstance(update, Update) or update.effective_message is None:
        return False
    typed = (update.effective_message.text or "").lower()
    return typed.startswith("/forget") or bool(filters.StatusUpdate.ALL.check_update(update))


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
