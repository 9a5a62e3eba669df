"""Tell readers unasked: watch what comes in, and send what is due, slowly and nothing twice.

What is to be sent lies in the database, so that a restart goes on where the last process stopped;
APScheduler's jobs, which live in memory, would know nothing of what was under way. So this is two
loops that look at the tables, by clocks that tests can set.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import TypeVar

import structlog
from telegram.error import BadRequest, Forbidden, NetworkError, TelegramError
from telegram.ext import ExtBot

from bot.alerts.messages import Messages
from bot.alerts.watch import Watch
from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.page_links import showing
from bot.reply.reply import Reply
from bot.storage.alerts.outbox import Parcel, Stage
from bot.storage.chats import ChatStore
from bot.telegram.limits import Limits
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, RateLimiter, UncertainError
from retrieval.search import Searcher

_log = structlog.get_logger(__name__)
_Found = TypeVar("_Found")

_AT_ONCE = 8
"""How many are under way at a time, so that an answer never waits for many of them."""
_REST = 2
"""How many times as long as a look took it rests before the next: answers come first."""
_IDLE = 9
"""The same where it looks for what is to be sent, and little is."""
_IN_ONE_GO = 64
"""How many messages are read at a time."""
_TRIES = 3
"""How often somebody is told at most that something may not have arrived, if that is in doubt."""
_GONE = ("chat not found", "deactivated", "kicked", "user is deleted", "group chat was deleted")


class _WithdrawnError(Exception):
    """What was to go out is stopped, or was sent by somebody else, since it was read."""


class Herald:
    """Finds what is to be told, and tells it.

    Args:
        searcher: Knows the articles.
        state: Keeps what is to be told, and says what time it is.
        conversation: Is told what a message shows, for who goes on from it.
        pacing: Knows which chats Telegram will not hear from for a while.
        timing: How often to look, and for how long to gather.
        leads: Whether this process is the one that tells.
    """

    def __init__(  # noqa: PLR0913 - what it works with, and whether it is to
        self,
        searcher: Searcher,
        state: ChatStore,
        *,
        conversation: Conversation,
        pacing: RateLimiter,
        timing: Limits,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._leads = leads
        self._watch = Watch(searcher, state)
        self._messages = Messages(searcher.store, state)
        self._state = state
        self._outbox = state.outbox
        self._conversation = conversation
        self._pacing = pacing
        self._timing = timing
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._later: dict[int, float] = {}
        self._doubts: dict[int, int] = {}
        self._settled = False
        self._stopping = False

    async def watch(self) -> None:
        """Look at what comes in, for ever."""
        look = partial(_clocked, lambda: self._watch.look(self._state.clock()))
        while not self._stopping:
            more, took_s = await asyncio.to_thread(look)
            rest_s = _REST * took_s
            await asyncio.sleep(rest_s if more else max(self._timing.alerts_s, rest_s))

    async def send(self, bot: ExtBot[Before]) -> None:
        """Send what is due, for ever, or for as long as this process leads."""
        try:
            await self._send(bot)
        finally:
            if not self._leads():  # whoever does takes what is under way for doubtful
                self._settled = False
                await self._leave_off()

    async def _send(self, bot: ExtBot[Before]) -> None:
        if not self._settled:
            await asyncio.to_thread(self._outbox.settle, self._state.clock())
            self._settled = True
        while not self._stopping:
            alone = self._left_alone()
            find = partial(_clocked, partial(self._due, alone))
            due, took_s = await asyncio.to_thread(find)
            if await self._begin(bot, due, alone) < _IN_ONE_GO:
                # What is held is looked at again and again: seldom, where it is much.
                await asyncio.sleep(max(self._timing.alerts_s, _IDLE * took_s))

    def _due(self, alone: Collection[int]) -> list[Parcel]:
        gather = timedelta(seconds=self._timing.gather_s)
        now = self._state.clock()
        return self._outbox.due(now, without=alone, gather=gather, most=_IN_ONE_GO)

    async def _begin(
        self, bot: ExtBot[Before], due: Iterable[Parcel], alone: Collection[int]
    ) -> int:
        """Start to send what is due, one message a chat at a time; returns how many."""
        begun = set(alone)
        for parcel in due:
            if parcel.chat_id in begun:
                continue
            while len(self._tasks) >= _AT_ONCE:
                await asyncio.wait(self._tasks.values(), return_when=asyncio.FIRST_COMPLETED)
            if self._stopping:
                break
            begun.add(parcel.chat_id)
            task = asyncio.create_task(self._deliver(bot, parcel))
            self._tasks[parcel.chat_id] = task
            task.add_done_callback(partial(self._done, parcel.chat_id))
        return len(begun) - len(alone)

    async def close(self) -> None:
        """Finish the messages in hand; the next start goes on with the others."""
        self._stopping = True
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=self._timing.press_s)
        await self._leave_off()

    async def _leave_off(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _left_alone(self) -> set[int]:
        """The chats to which something is under way, or that are to be left alone for a while."""
        now = asyncio.get_running_loop().time()
        self._later = {chat: until for chat, until in self._later.items() if until > now}
        return {*self._tasks, *self._pacing.paused(), *self._later}

    def _done(self, chat_id: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(chat_id, None)

    async def _deliver(self, bot: ExtBot[Before], parcel: Parcel) -> None:
        try:
            reply = await asyncio.to_thread(self._put, parcel)
            if reply is None:
                await self._end(parcel, Stage.DROPPED)
            elif parcel.doubtful:
                await self._ask(bot, parcel, reply)
            else:
                await self._tell(bot, parcel, reply)
        except Exception:  # noqa: BLE001 - nobody waits for this task, so nobody else says so
            _log.exception("cannot tell somebody of something new; trying again")
            self._put_off(parcel.chat_id)

    def _put(self, parcel: Parcel) -> Reply | None:
        """Put a parcel into words; what has no address is linked to a page for its reader."""
        with showing(self._conversation.pages_of(parcel.chat_id)):
            return self._messages.tell(parcel)

    async def _tell(self, bot: ExtBot[Before], parcel: Parcel, reply: Reply) -> None:
        """Send a parcel; it is noted as begun right before each attempt."""

        async def begin() -> None:
            if not await asyncio.to_thread(self._outbox.begin, parcel, self._state.clock()):
                raise _WithdrawnError

        try:
            message = await send.send(bot, _context(parcel), reply, before=begin)
        except _WithdrawnError:
            return
        except UncertainError:
            await self._end(parcel, Stage.DOUBTFUL)
            return
        except TelegramError as error:
            await self._refused(parcel, error, Stage.WAITING)
            return
        await self._end(parcel, Stage.ARRIVED)
        await asyncio.to_thread(self._conversation.sent, _context(parcel), message, reply)

    async def _ask(self, bot: ExtBot[Before], parcel: Parcel, reply: Reply) -> None:
        """Say that something may not have arrived; said twice is better than never."""
        try:
            await send.send(bot, _context(parcel), reply)
        except UncertainError:
            tries = self._doubts[parcel.batch] = self._doubts.get(parcel.batch, 0) + 1
            if tries < _TRIES:
                self._put_off(parcel.chat_id)
                return
        except TelegramError as error:
            await self._refused(parcel, error, Stage.DOUBTFUL)
            return
        self._doubts.pop(parcel.batch, None)
        await self._end(parcel, Stage.ASKED)

    async def _refused(self, parcel: Parcel, error: TelegramError, before: Stage) -> None:
        """Stop for a chat that is gone; otherwise try again where that may help."""
        if _is_gone(error):
            await asyncio.to_thread(self._state.leave, parcel.chat_id)
        elif isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            await self._end(parcel, before)
            self._put_off(parcel.chat_id)
        else:
            _log.info("a chat cannot be told of something new", reason=error.message)
            await self._end(parcel, Stage.DROPPED)

    async def _end(self, parcel: Parcel, stage: Stage) -> None:
        await asyncio.to_thread(self._outbox.end, parcel, stage)

    def _put_off(self, chat_id: int) -> None:
        """Leave a chat alone for a while."""
        self._later[chat_id] = asyncio.get_running_loop().time() + self._timing.longest_delay_s


def _clocked(work: Callable[[], _Found]) -> tuple[_Found, float]:
    """Do some work; returns what it finds, and the seconds that it took of a processor."""
    start = time.thread_time()
    return work(), time.thread_time() - start


def _context(parcel: Parcel) -> MessageContext:
    place = parcel.subscription.place
    return MessageContext(
        place.chat_id,
        thread_id=place.thread,
        private=place.chat_id > 0,
        language=place.language,
    )


def _is_gone(error: TelegramError) -> bool:
    """Whether there is nobody any more who would read a message."""
    said = error.message.casefold()
    return isinstance(error, Forbidden) or (
        isinstance(error, BadRequest) and any(words in said for words in _GONE)
    )
