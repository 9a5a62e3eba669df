"""No question is lost, and none answered twice, where several processes answer for one bot.

Nothing lies in one process alone: an update that cannot be stored is refused, so that Telegram
delivers it again, maybe to another process. Whoever receives one stores it; whoever holds its
chat (`bot.telegram.receiving.chat_holds`) answers it.

Tested on PostgreSQL in `tests/telegram/receiving/test_shared_inbox.py`.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.ext import Application, filters

from bot.logs import named
from bot.storage.chats import ChatStore
from bot.storage.coordination.coordination import Coordination
from bot.storage.coordination.session import LostError
from bot.storage.updates import Kept
from bot.telegram.limits import Limits
from bot.telegram.receiving.anonymous import write_anonymous
from bot.telegram.receiving.channel_posts import ChannelPosts
from bot.telegram.receiving.chat_holds import ChatHolds
from bot.telegram.receiving.inbox import Inbox, Leftover, carries_question, restore, sort_out
from bot.telegram.receiving.numbers import Numbers
from bot.telegram.receiving.reading import UnstoredError, WithdrawnError, name_raw_kind, read_number
from bot.telegram.receiving.update_processor import lane_of, name_kind
from retrieval.errors import EngineError

_log = structlog.get_logger(__name__)

_FINAL = DataError, IntegrityError
"""What the database says of an update that it will say again."""
_ABSENT = OperationalError, InterfaceError, PoolTimeoutError, EngineError
"""What is raised where it does not answer, or what holds the passages."""
_REMEMBERED = 1000
"""How many updates are remembered of which an answer was dropped, or that are left for a while."""


@dataclass(frozen=True, slots=True)
class _InHand:
    """An update that is in hand here: whose, and as what it was queued."""

    chat_id: int
    item: object


class SharedInbox(Inbox):
    """The update queue of one of several processes over the same chats.

    Args:
        state: Stores the updates, for all of them.
        timing: As for `Inbox`.
        coordination: Says who holds which chat.
        drop: Leaves off with updates that are being handled.
        room: As for `Inbox`.
        posts: As for `Inbox`.
        webhook: Whether any process may receive an update, and several at once.
    """

    _THREADS = 4

    def __init__(  # noqa: PLR0913 - what an inbox has, and whom it shares the chats with
        self,
        state: ChatStore,
        timing: Limits,
        coordination: Coordination,
        *,
        drop: Callable[[Callable[[object], bool]], None],
        room: Callable[[], Awaitable[None]] | None = None,
        posts: ChannelPosts | None = None,
        webhook: bool,
    ) -> None:
        super().__init__(state, timing, room=room, posts=posts)
        self._updates = state.updates
        self._coordination = coordination
        self._drop = drop
        self._holder = coordination.number
        self._bot: Bot | None = None
        self._fresh: dict[int, Update] = {}
        self._in_hand: dict[int, _InHand] = {}
        self._begun: set[int] = set()
        self._dropped: dict[int, None] = {}
        self._parked: dict[int, float] = {}
        self._paused: dict[int, float] = {}
        self._setbacks: dict[int, int] = {}
        self._numbers = Numbers(self._find_known, timing.gap_s) if webhook else None
        self.holds = ChatHolds(
            coordination,
            load=self._load,
            is_busy=lambda chat_id: bool(self._known_of(chat_id)),
            is_open=self._is_open,
            timing=timing,
            apart=not webhook,
        )

    # What comes in

    def keeps(self, update: Update) -> bool:
        """Whether an update is stored until it is done, for whoever holds its chat."""
        message = update.message or update.edited_message
        if message is None or filters.StatusUpdate.ALL.check_update(update):
            return False
        return message.chat.type == ChatType.PRIVATE or carries_question(update)

    async def put(self, item: object) -> None:
        """Store an update, then see to it that it is answered; one that is known is dropped.

        Raises:
            UnstoredError: It cannot be stored.
            Exception: Of any kind, where something in it cannot be looked at.
        """
        if not isinstance(item, Update):
            await self._hand_on(item)
            return
        hash((name_kind(item), lane_of(item)))
        kept = self.keeps(item)
        payload, chat = write_anonymous(item) if kept else None, item.effective_chat
        chat_id = chat.id if chat else 0
        if not await self._stored(item, chat_id, payload):
            _log.debug("update known already", update=item.update_id)
        elif kept:
            self._fresh[item.update_id] = item
            if len(self._fresh) > self._timing.in_hand:
                del self._fresh[next(iter(self._fresh))]
            self.holds.came(chat_id, item.update_id)
        elif self._posts is not None and self._posts.concerns(item):
            self._posts.came.set()
        else:
            await self._hand_on(item)

    async def _stored(self, update: Update, chat_id: int, payload: str | None) -> bool:
        """Store an update, of those that nobody else will look at no more than the number."""

        def keep() -> bool:
            if self._posts is not None:
                self._posts.keep_now(update)
            return self._updates.keep(update.update_id, chat_id, payload, datetime.now(UTC))

        try:
            return await self._store(keep)
        except (DBAPIError, PoolTimeoutError) as error:
            if isinstance(error, _FINAL):  # it will not be stored any other time either
                raise
            raise _unstored(error) from error

    async def _give_up(self, raw: object, bot: Bot, error: Exception) -> None:
        """Set an update aside, or have it delivered again where not even that can be stored."""
        del bot
        number, kind, new, first = read_number(raw), name_raw_kind(raw), True, not self._told
        try:
            if number is not None:
                new, first = await self._store(self._noted, number, kind)
        except SQLAlchemyError as fault:
            raise _unstored(fault) from fault
        if new:
            await self._tell_aside(number, kind, named(error), first=first)

    # What is answered here

    async def replay(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Begin to hear of chats; what a former process left is found by `sweep_often`."""
        self._bot = application.bot
        self.holds.begin()
        loop = asyncio.get_running_loop()

        def changed() -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(self._changed)

        self._coordination.watch(changed)

    async def sweep_often(self) -> None:
        """Take chats that wait and that nobody holds, for ever, as those of a process that died."""
        while True:
            try:
                waiting = await asyncio.to_thread(self._updates.open)
                await self.holds.take_over(one for one in waiting if self._is_missed(one[1]))
            except (LostError, SQLAlchemyError):  # it was told, and goes on being tried
                pass
            jitter = random.uniform(0.6, 1)  # noqa: S311 - it spreads load
            await asyncio.sleep(self._timing.sweep_s * jitter)

    async def _load(self, chat_id: int, number: int) -> None:
        """Queue what a chat waits for, in the order of the numbers."""
        await asyncio.sleep(max(0.0, self._paused.pop(chat_id, 0.0) - time.monotonic()))
        found: list[tuple[Kept, Update]] = []
        looked, bot = -1, self._bot
        while bot is not None and looked < number:
            if self._numbers is not None:
                await self._numbers.settle(number)
            known = [*self._known_of(chat_id), *(one.update_id for one, _ in found)]
            claim = partial(self._updates.claim, chat_id, self._holder, without=known)
            more = await self._store(claim)
            for one in filter(lambda one: self._is_missed(one.update_id), more):
                found += await self._restored(one, bot)
            looked, number = number, max([number, *(one.update_id for one in more)])
        for item in sort_out(sorted(found, key=lambda one: one[0].update_id), self._timing.stale_s):
            if self._room is not None:
                await self._room()
            await self._take_in_hand(item, chat_id)

    async def _take_in_hand(self, item: Update | Leftover, chat_id: int) -> None:
        if isinstance(item, Update):
            try:
                self._arrived(item.message)
            except Exception as error:  # noqa: BLE001 - whatever is wrong is its own affair
                await self._set_aside(item.update_id, name_raw_kind(item), named(error))
                return
        for one in item.updates if isinstance(item, Leftover) else (item,):
            self._in_hand[one.update_id] = _InHand(chat_id, item)
            self._dropped.pop(one.update_id, None)
            self._parked.pop(one.update_id, None)
        await self._hand_on(item)

    async def _restored(self, one: Kept, bot: Bot) -> list[tuple[Kept, Update]]:
        """A claimed update as it came in here, or else as it was stored; none that is damaged."""
        fresh = self._fresh.pop(one.update_id, None)
        try:
            return [(one, fresh or restore(one, bot))]
        except Exception as error:  # noqa: BLE001 - a damaged one must not end the others
            await self._set_aside(one.update_id, "unknown", named(error))
            return []

    def _is_missed(self, number: int) -> bool:
        """Whether an update that is not done is neither in hand here nor to be left for a while."""
        if number in self._in_hand or number in self._ended:
            return False
        return self._parked.get(number, 0.0) <= time.monotonic()

    async def begin(self, update_id: int) -> None:
        """Note that the answer goes out now.

        Raises:
            WithdrawnError: It must not: another process answers, or may.
        """
        if update_id in self._dropped:
            raise WithdrawnError(f"update {update_id} was given up")
        if update_id not in self._in_hand:
            return  # a pressed button
        try:
            mine = await self._store(self._updates.begin, update_id, self._holder)
        except Exception as error:
            self._put_off(update_id)
            raise WithdrawnError(f"update {update_id}: {named(error)}") from error
        if not mine:
            self._put_off(update_id)
            raise WithdrawnError(f"update {update_id} is held by another process")
        self._begun.add(update_id)

    async def hold(self, update_id: int, chat_id: int, reader: int) -> None:
        """Note that an answer goes out which one reader sees; it counts as any other here.

        What is not done is what any process may take: a question cannot be kept there.
        """
        del chat_id, reader
        await self.begin(update_id)

    def ended(self, item: object) -> None:
        """Note that nothing more is done here about an update, whatever became of it."""
        updates = item.updates if isinstance(item, Leftover) else (item,)
        for one in updates:
            number = one.update_id if isinstance(one, Update) else None
            held = None if number is None else self._in_hand.get(number)
            if number is None or held is None or held.item is not item or number in self._ended:
                continue
            # It came to nothing, and nobody could be told: later, or by another process at once.
            self._parked[number] = time.monotonic() + self._delay_s(number, self._timing.stale_s)
            _shorten(self._parked)
            self._let_go(number)

    async def _store_ended(self) -> None:
        finished = tuple(self._ended)
        await self._store(self._updates.done, self._holder, *finished)
        for one in finished:
            self._ended.pop(one, None)
            self._let_go(one)

    def _let_go(self, number: int) -> None:
        """An update is in hand no more."""
        self._begun.discard(number)
        if (held := self._in_hand.pop(number, None)) is not None:
            self.holds.stir(held.chat_id)

    def puts_off(self, item: object, error: Exception) -> bool:
        """Whether what failed is done anew in a while, for want of the database, and not told."""
        if not isinstance(error, _ABSENT):
            return False
        number = item.update_id if isinstance(item, Update) else None
        if number is None or number not in self._in_hand or number in self._begun:
            return False
        self._put_off(number)
        return True

    def _put_off(self, number: int) -> None:
        """Look at an update anew in a while, and after it at what its chat said since."""
        if (held := self._in_hand.get(number)) is None:
            return
        self._paused[held.chat_id] = time.monotonic() + self._delay_s(
            number, self._timing.longest_delay_s
        )
        _shorten(self._paused)
        since = {one for one in self._known_of(held.chat_id) if one not in self._begun}
        for one in since | {number}:
            self._forget(one)
        self._drop(
            lambda item: item is not held.item and any(one in since for one in _numbers(item))
        )
        self.holds.stir(held.chat_id, news=True)

    def _delay_s(self, number: int, longest_s: float) -> float:
        """How long to leave an update alone, which doubles each time."""
        count = self._setbacks[number] = self._setbacks.get(number, 0) + 1
        _shorten(self._setbacks)
        return min(longest_s, self._timing.first_delay_s * 2.0 ** min(count - 1, 30))

    def _forget(self, number: int) -> None:
        self._let_go(number)
        self._dropped[number] = None
        _shorten(self._dropped)

    def _changed(self) -> None:
        """Drop what was not begun, of the chats that this process does not hold any more."""
        gone = set(self.holds.lost())
        lost = {
            number
            for number, held in self._in_hand.items()
            if held.chat_id in gone and number not in self._begun
        }
        if lost:
            _log.warning("chats were lost; what was not begun is dropped", updates=len(lost))
        for number in lost:
            self._forget(number)
        self._drop(lambda item: any(number in lost for number in _numbers(item)))

    def finish(self) -> None:
        """Load nothing more; what waits is for other processes."""
        self.holds.finish()

    def _known_of(self, chat_id: int) -> list[int]:
        """The numbers of a chat's updates that are in hand here."""
        return [number for number, held in self._in_hand.items() if held.chat_id == chat_id]

    async def _is_open(self, chat_id: int) -> bool:
        waiting = await self._store(self._updates.open_of, chat_id)
        return any(map(self._is_missed, waiting))

    async def _find_known(self, after: int, before: int) -> tuple[int, int | None]:
        return await asyncio.to_thread(self._updates.known, after, before)


def _numbers(item: object) -> list[int]:
    updates = item.updates if isinstance(item, Leftover) else (item,)
    return [one.update_id for one in updates if isinstance(one, Update)]


def _shorten(remembered: dict[int, Any]) -> None:
    if len(remembered) > _REMEMBERED:
        del remembered[next(iter(remembered))]


def _unstored(error: Exception) -> UnstoredError:
    return UnstoredError(f"the database does not take it: {named(error)}")
