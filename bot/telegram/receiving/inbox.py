"""No question is lost: each is stored before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.ext import Application

from bot.logs import named
from bot.storage.chats import ChatStore
from bot.storage.updates import Kept
from bot.telegram.limits import Limits
from bot.telegram.receiving.anonymous import write_anonymous
from bot.telegram.receiving.channel_posts import ChannelPosts
from bot.telegram.receiving.group_messages import (
    Pairs,
    find_asked,
    hands_in,
    is_noise,
    read_question,
)
from bot.telegram.receiving.pastes import Pastes
from bot.telegram.receiving.reading import (
    Poison,
    UnstoredError,
    name_raw_kind,
    read,
    read_number,
)
from bot.telegram.receiving.update_processor import lane_of, name_kind

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")

_REMEMBERED = 1000
"""How many updates are remembered to be done, while that cannot be stored."""


@dataclass(frozen=True, slots=True)
class Leftover:
    """Questions of one chat that are from before a restart and get an apology, no answer.

    Attributes:
        updates: In the order they were sent; one only unless ``late``.
        late: Whether they are too old; otherwise an answer may have been delivered.
        held_for: Whom alone the answer was shown to; None where it was to be seen by all.
    """

    updates: tuple[Update, ...]
    late: bool
    held_for: int | None = None

    @property
    def chat_id(self) -> int | None:
        """Where they came from."""
        chat = self.updates[-1].effective_chat
        return chat.id if chat else None


class Inbox(asyncio.Queue[object]):
    """The application's update queue, with a copy of every question in the database.

    An update is acknowledged once it is in the queue, long before it is answered. Buttons pressed
    are not stored: whoever presses sees at once that nothing happens. No update keeps another
    from its answer: what cannot be read is set aside, and what cannot be stored is answered all
    the same, from memory.

    Args:
        state: Stores the questions.
        timing: When a question is too old to be answered, and how often to warn.
        room: Waits until there is room for one more in memory.
        posts: Keeps what comes of channels, which goes no further; None to answer as ever.
    """

    _THREADS = 1

    def __init__(
        self,
        state: ChatStore,
        timing: Limits,
        *,
        room: Callable[[], Awaitable[None]] | None = None,
        posts: ChannelPosts | None = None,
    ) -> None:
        super().__init__()
        self._room = room
        self._posts = posts
        self._state = state
        self._timing = timing
        self.pairs = Pairs()
        self.pastes = Pastes(timing.piece_s)
        self._told = False
        self._moved_at = 0.0
        self._unstored: dict[int, Kept] = {}
        self._unbegun: dict[int, None] = {}
        self._lost: dict[int | None, tuple[str, str]] = {}
        self._ended: dict[int, None] = {}
        self._held: set[int] = set()
        self._warned_at: dict[str, float] = {}
        # One thread, so that updates are stored in the order they came, and never wait for the
        # threads that look for answers.
        self._thread = ThreadPoolExecutor(self._THREADS, thread_name_prefix="inbox")

    async def take(self, raw: object, bot: Bot) -> None:
        """Read, store and queue one update as it came out of Telegram's JSON.

        Where too much is in hand it waits, and Telegram keeps what comes next.

        Raises:
            UnstoredError: It is to be delivered once more; never where one process has the chats.
        """
        try:
            await self._take(raw, bot)
        except UnstoredError:
            raise
        except Exception:  # noqa: BLE001 - it may be for once, for want of memory, say
            try:
                await self._take(raw, bot)
            except UnstoredError:
                raise
            except Exception as error:  # noqa: BLE001 - whatever is wrong is its own affair
                await self._give_up(raw, bot, error)

    async def _give_up(self, raw: object, bot: Bot, error: Exception) -> None:
        """Set an update aside, and let its reader know where it is a question all the same."""
        self._lost[read_number(raw)] = (name_raw_kind(raw), named(error))
        with suppress(Exception):  # it is tried again
            await self._set_lost_aside()
        with suppress(Exception):  # most of them nobody can read
            update = read(raw, bot)
            if carries_question(update):
                await self._hand_on(Leftover((update,), late=True))

    async def _set_lost_aside(self) -> None:
        while self._lost:
            number, (kind, error) = self._lost.popitem()
            try:
                await self._set_aside(number, kind, error)
            except Exception:
                self._lost[number] = kind, error
                raise

    async def _take(self, raw: object, bot: Bot) -> None:
        if self._room is not None:
            await self._room()
        await self.put(read(raw, bot))

    async def put(self, item: object) -> None:
        """Store the update, then queue it; one that is known already is dropped.

        Raises:
            Exception: Of any kind, where something in it cannot be looked at.
        """
        if isinstance(item, Update):
            if self._posts is not None and await self._kept(self._posts, item):
                return
            payload = self._looked_at(item)
            if payload is not None and not await self._is_new(item, payload):
                _log.debug("update known already", update=item.update_id)
                return
        await self._hand_on(item)

    async def _hand_on(self, item: object) -> None:
        """Queue what is to be handled now."""
        await super().put(item)

    async def again(self, update: Update) -> None:
        """Queue an update anew that is known, and not answered yet."""
        await super().put(update)

    async def _kept(self, posts: ChannelPosts, update: Update) -> bool:
        """Whether an update is of a channel: then it is stored, and done with here."""
        if posts.concerns(update):
            await self._store(posts.keep, update)
            posts.came.set()
            return True
        if update.message is not None and update.message.is_automatic_forward:
            with suppress(SQLAlchemyError):  # a full disk, say: there is another with each post
                await self._store(posts.note_copy, update.message)
        return False

    def _looked_at(self, update: Update) -> str | None:
        """What is stored of an update, once all that is looked at outside of handlers was."""
        self._arrived(update.message)
        hash((name_kind(update), lane_of(update)))
        return _payload(update)

    def _arrived(self, message: Message | None) -> None:
        self.pairs.arrived(message)
        self.pastes.arrived(message)

    def keeps(self, update: Update) -> bool:
        """Whether an update is stored until it is done."""
        return carries_question(update)

    def ended(self, item: object) -> None:
        """Note that nothing more is done about what was queued, whatever became of it."""

    def puts_off(self, item: object, error: Exception) -> bool:
        """Whether what failed is done anew later on, so that nobody is to be told."""
        del item, error
        return False

    async def begin(self, update_id: int) -> None:
        """Note that the answer goes out now; where that cannot be, as soon as it can."""
        self._held.discard(update_id)
        self._unbegun[update_id] = None
        try:
            await self._store(self._state.begin, update_id)
            if update_id not in self._unstored:
                self._unbegun.pop(update_id, None)
        except Exception as error:  # noqa: BLE001 - a full disk must not silence the bot
            self._warn("cannot store that an answer goes out", update=update_id, error=named(error))

    async def hold(self, update_id: int, chat_id: int, reader: int) -> None:
        """Note that an answer goes out which one reader sees, and keep its question until then.

        Delivery of such an answer is not guaranteed, so that it is done with by `settle` only.
        Where that cannot be stored, it counts as any other answer.
        """
        if update_id in self._unstored:
            await self.begin(update_id)
            return
        try:
            await self._store(self._state.hold, update_id, chat_id, reader)
            self._held.add(update_id)
        except Exception as error:  # noqa: BLE001 - a full disk must not silence the bot
            self._warn("cannot store that a question is kept", update=update_id, error=named(error))
            await self.begin(update_id)

    async def settle(self, chat_id: int, reader: int) -> None:
        """Note that a reader saw what they alone were shown in a chat."""
        try:
            await self._store(self._state.settle, chat_id, reader)
        except Exception as error:  # noqa: BLE001 - it lapses by itself
            self._warn("cannot store that an answer was seen", error=named(error))

    async def done(self, update_id: int) -> None:
        """Note that the update needs nothing more; where that cannot be, as soon as it can.

        What is held for its reader does.
        """
        if update_id in self._held:
            self._held.discard(update_id)
            return
        self._unstored.pop(update_id, None)
        self._unbegun.pop(update_id, None)
        self._ended[update_id] = None
        if len(self._ended) > _REMEMBERED:
            del self._ended[next(iter(self._ended))]
        try:
            await self._store_ended()
        except Exception as error:  # noqa: BLE001 - a full disk must not silence the bot
            self._warn("cannot store that an update is done", update=update_id, error=named(error))

    async def _store_ended(self) -> None:
        finished = tuple(self._ended)
        await self._store(self._state.done, *finished)
        for one in finished:
            self._ended.pop(one, None)

    async def catch_up_often(self) -> None:
        """Store for ever what could not be stored when it came, once there is room for it.

        Otherwise a process that dies after the disk was full would lose what it holds in memory,
        and answer again what it answered meanwhile.
        """
        while True:
            await asyncio.sleep(self._timing.first_delay_s)
            with suppress(Exception):  # it was told when it came, and goes on being tried
                await self._catch_up()

    async def _catch_up(self) -> None:
        await self._set_lost_aside()
        if self._ended:
            await self._store_ended()
        if unstored := tuple(self._unstored.values()):
            # In one go, for what a kill finds in memory only is lost. What is done meanwhile is
            # noted after it, by the same thread.
            await self._store(self._state.keep_all, unstored)
            for one in unstored:
                self._unstored.pop(one.update_id, None)
        if begun := tuple(self._unbegun):
            await self._store(self._state.begin, *begun)
            for update_id in begun:
                self._unbegun.pop(update_id, None)

    async def replay(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Queue what a former process left unfinished, in order; call it before polling starts."""
        kept = await self._store(self._state.unfinished)
        found: list[tuple[Kept, Update]] = []
        stale_s, now = self._timing.stale_s, datetime.now(UTC)
        for one in kept:
            if one.held_for is not None and (now - one.received).total_seconds() > stale_s:
                await self.done(one.update_id)  # who has not missed it by now will not
                continue
            try:
                restored = restore(one, application.bot)
                self._arrived(restored.message)
                found.append((one, restored))
            except Exception as error:  # noqa: BLE001 - a damaged one must not end every start
                await self._set_aside(one.update_id, "unknown", named(error))
        self._held |= {one.update_id for one, _ in found if one.held_for is not None}
        for item in sort_out(found, stale_s):
            await self._hand_on(item)
        if kept:
            _log.info("questions left over from before", count=len(kept))

    @property
    def stuck_s(self) -> float:
        """For how long nobody has taken what is in the queue; 0 where nothing is."""
        return 0.0 if self.empty() else time.monotonic() - self._moved_at

    def close(self) -> None:
        """Finish writing."""
        self._thread.shutdown()

    def _put(self, item: object) -> None:
        self._moved_at = time.monotonic() if self.empty() else self._moved_at
        super()._put(item)

    def _get(self) -> object:
        self._moved_at = time.monotonic()
        return super()._get()

    async def _is_new(self, update: Update, payload: str) -> bool:
        chat = update.effective_chat
        chat_id, received = chat.id if chat else 0, datetime.now(UTC)
        try:
            return await self._store(self._state.keep, update.update_id, chat_id, payload, received)
        except Exception as error:  # noqa: BLE001 - a full disk must not silence the bot
            # Such a question is answered, and lost only if the process dies before there is room.
            self._unstored[update.update_id] = Kept(
                update.update_id, chat_id, payload, received, begun=False
            )
            _log.error("cannot store an update", update=update.update_id, error=named(error))
            return True

    async def _set_aside(self, update_id: int | None, kind: str, error: str) -> None:
        """Note an update that cannot be read, and queue word of it."""
        new, first = True, not self._told
        try:
            if update_id is not None:
                new, first = await self._store(self._noted, update_id, kind)
        except Exception as fault:  # noqa: BLE001 - it is counted and told all the same
            _log.error("cannot store an update", update=update_id, error=named(fault))
        if new:
            await self._tell_aside(update_id, kind, error, first=first)

    async def _tell_aside(
        self, update_id: int | None, kind: str, error: str, *, first: bool
    ) -> None:
        """Queue word of an update that was set aside."""
        about = {"update": update_id, "kind": kind, "error": error}
        self._warn("an update cannot be read; it is set aside", **about)
        tell = first and not self._told
        self._told |= tell
        await self._hand_on(Poison(update_id, kind, tell))

    def _warn(self, event: str, **about: object) -> None:
        """Log something, once in a while."""
        now = time.monotonic()
        if now - self._warned_at.get(event, -math.inf) >= self._timing.warn_every_s:
            self._warned_at[event] = now
            _log.warning(event, **about)

    def _noted(self, update_id: int, kind: str) -> tuple[bool, bool]:
        """Store that an update was set aside: whether that is new, and the day's first."""
        return self._state.set_aside(update_id, kind), self._state.poison() == 1

    async def _store(self, write: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, write, *args)


def carries_question(update: Update) -> bool:
    """Whether losing the update would leave somebody without an answer."""
    message = update.message or update.edited_message
    if update.message is not None and hands_in(update.message):
        return True
    if message is None or not message.text or is_noise(message):
        return False
    private, command = message.chat.type == ChatType.PRIVATE, message.text.startswith("/")
    return private or command or find_asked(message) is not None


def find_question(update: Update) -> str:
    """The question as typed, without ``/ask`` and the bot's name; other commands stand as is."""
    message = update.message or update.edited_message
    return read_question(message) if message else ""


def restore(kept: Kept, bot: Bot) -> Update:
    """The update that was stored.

    Raises:
        Exception: Of any kind, where it is none that can be answered.
    """
    update = read(json.loads(kept.payload), bot)
    if not (update.message or update.edited_message):
        raise ValueError("nothing but messages is stored")
    find_question(update)
    return update


def sort_out(kept: list[tuple[Kept, Update]], stale_s: float) -> list[Update | Leftover]:
    """Tell what is answered still from what is apologised for, as too late or in doubt."""
    now = datetime.now(UTC)
    items: list[Update | Leftover] = []
    late: dict[int, list[Update]] = {}
    for one, update in kept:
        if one.begun:
            items.append(Leftover((update,), late=False, held_for=one.held_for))
        elif (now - one.received).total_seconds() > stale_s and not _never_lapses(update):
            late.setdefault(one.chat_id, []).append(update)
        else:
            items.append(update)
    return [Leftover(tuple(updates), late=True) for updates in late.values()] + items


def _never_lapses(update: Update) -> bool:
    """A wish to be forgotten is granted however late."""
    return find_question(update).lower().startswith("/forget")


def _payload(update: Update) -> str | None:
    """What is stored of an update, as JSON; None where nothing is."""
    if not carries_question(update):
        return None
    return write_anonymous(update)
