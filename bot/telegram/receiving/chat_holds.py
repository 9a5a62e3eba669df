"""Which chats this process answers, where several processes do: each chat is held by one.

Whoever receives an update stores it and asks for its chat. Who gets it loads what the chat waits
for, keeps the chat for a while after that is answered, lets it go, and looks again, for what came
in between. Who does not get it tells the holder.

Tested in `tests/telegram/receiving/test_chat_holds.py`.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import named
from bot.storage.coordination.coordination import Coordination
from bot.storage.coordination.session import LostError
from bot.telegram.limits import Limits

_log = structlog.get_logger(__name__)

Load = Callable[[int, int], Awaitable[None]]
"""Queues what a chat waits for; given the chat and the highest number that is known to wait."""
_TOPIC = "chat"


@dataclass(slots=True, eq=False)
class _Hold:
    """A chat that is held here, or asked for.

    Attributes:
        number: The highest of an update that is known to wait.
        heard: How often something was heard of it.
        news: Whether something may wait that was not loaded.
        stirred: Set when there is something to look at.
        term: In which it was taken; None as long as it is not.
        task: Sees to it.
    """

    number: int
    heard: int = 0
    news: bool = True
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    term: int | None = None
    task: asyncio.Task[None] | None = None

    def hear(self, number: int) -> None:
        """Note that an update waits."""
        self.number, self.news = max(self.number, number), True
        self.heard += 1
        self.stirred.set()


class ChatHolds:
    """Takes chats, has them answered, and lets them go.

    Args:
        coordination: Says who has them.
        load: Queues what one waits for.
        is_busy: Whether something of a chat is in hand.
        is_open: Whether something of a chat waits or is in hand, in this process or another.
        timing: How long to keep them.
        apart: Whether all updates come to one process, which hands chats to others then.
    """

    def __init__(  # noqa: PLR0913 - what it asks, each a seam of its own
        self,
        coordination: Coordination,
        *,
        load: Load,
        is_busy: Callable[[int], bool],
        is_open: Callable[[int], Awaitable[bool]],
        timing: Limits,
        apart: bool,
    ) -> None:
        self._coordination = coordination
        self._load = load
        self._is_busy = is_busy
        self._is_open = is_open
        self._timing = timing
        self._apart = apart
        self._holds: dict[int, _Hold] = {}
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Hear what other processes say; call it once, in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._coordination.listen(_TOPIC, self._told)

    def came(self, chat_id: int, number: int) -> None:
        """An update of a chat was stored here."""
        hold = self._holds.get(chat_id)
        if hold is not None:
            hold.hear(number)
        elif self._apart and self._chosen(chat_id) != self._coordination.name:
            self._tell(chat_id, number)
        else:
            self._start(chat_id, number)

    def stir(self, chat_id: int, *, news: bool = False) -> None:
        """Something of a chat came to its end here, or has to be loaded once more."""
        if (hold := self._holds.get(chat_id)) is not None:
            hold.news |= news
            hold.stirred.set()

    async def take_over(self, waiting: Iterable[tuple[int, int]]) -> None:
        """See to chats of which nothing is in hand here: those that nobody holds are taken.

        Args:
            waiting: Chats, and numbers of updates.

        Raises:
            LostError: Nobody can be asked.
        """
        numbers: defaultdict[int, int] = defaultdict(int)
        for chat_id, number in waiting:
            numbers[chat_id] = max(numbers[chat_id], number)
        new = {chat: _Hold(number) for chat, number in numbers.items() if chat not in self._holds}
        for chat_id in numbers.keys() - new.keys():
            self._holds[chat_id].hear(numbers[chat_id])
        if not new or self._closing:
            return
        self._holds |= new
        term, taken = self._coordination.term, set[int]()
        try:
            held = await asyncio.wrap_future(self._coordination.hold(*new))
            taken.update(held)
        finally:
            for chat_id, hold in new.items():
                self._settle(chat_id, hold, term=term if chat_id in taken else None)

    def _settle(self, chat_id: int, hold: _Hold, *, term: int | None) -> None:
        """Go on with a chat that was taken, or of which more was heard meanwhile."""
        if term is None and not hold.stirred.is_set():
            del self._holds[chat_id]
            return
        hold.term = term
        hold.task = asyncio.create_task(self._keep(chat_id, hold))

    def lost(self) -> list[int]:
        """Give up all chats that were taken in an earlier term; returns them."""
        now = self._coordination.term
        gone = [
            chat_id
            for chat_id, hold in self._holds.items()
            if hold.term is not None and hold.term != now
        ]
        for chat_id in gone:
            if (task := self._holds.pop(chat_id).task) is not None:
                task.cancel()
        return gone

    def finish(self) -> None:
        """Load nothing more, and let chats go once what is in hand is done."""
        self._closing = True
        for hold in self._holds.values():
            hold.stirred.set()

    async def close(self) -> None:
        """Let all chats go."""
        self._closing = True
        tasks = [hold.task for hold in self._holds.values() if hold.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def count(self) -> int:
        """How many chats are held here or asked for."""
        return len(self._holds)

    def _start(self, chat_id: int, number: int) -> None:
        if self._closing:
            return
        hold = self._holds[chat_id] = _Hold(number)
        hold.task = asyncio.create_task(self._keep(chat_id, hold))

    async def _keep(self, chat_id: int, hold: _Hold) -> None:
        """Take a chat and see to it until it has nothing to wait for; or tell who has it."""
        try:
            while hold.term is not None or await self._is_taken(chat_id, hold):
                try:
                    await self._see_to(chat_id, hold)
                finally:
                    await self._release(chat_id, hold)
                if self._closing or not (hold.news or await self._is_open(chat_id)):
                    return
                hold.news = True
        except (LostError, SQLAlchemyError) as error:
            _log.info("a chat is left to whoever comes by", reason=named(error))
        except Exception as error:  # noqa: BLE001 - nobody waits for this task
            _log.error("cannot see to a chat; trying again", error=named(error))
        finally:
            if self._holds.get(chat_id) is hold:
                del self._holds[chat_id]

    async def _is_taken(self, chat_id: int, hold: _Hold) -> bool:
        """Take a chat, or tell its holder of all that is known to wait."""
        told = -1
        while told != hold.heard and not self._closing:
            told = hold.heard
            term = self._coordination.term
            if await asyncio.wrap_future(self._coordination.hold(chat_id)):
                hold.term = term
                return True
            await asyncio.wrap_future(self._tell(chat_id, hold.number))
        hold.news = False
        return False

    async def _see_to(self, chat_id: int, hold: _Hold) -> None:
        """Load what waits, as it comes, until nothing has come for a while."""
        while not self._closing or self._is_busy(chat_id):
            if hold.news and not self._closing:
                hold.news = False
                await self._load_now(chat_id, hold)
                continue
            rest_s = None if self._is_busy(chat_id) else self._timing.linger_s
            try:
                async with asyncio.timeout(rest_s):
                    await hold.stirred.wait()
            except TimeoutError:
                return
            hold.stirred.clear()

    async def _load_now(self, chat_id: int, hold: _Hold) -> None:
        try:
            await self._load(chat_id, hold.number)
        except SQLAlchemyError as error:
            _log.warning("cannot load what a chat waits for", reason=named(error))
            hold.news = True
            await asyncio.sleep(self._timing.first_delay_s)

    async def _release(self, chat_id: int, hold: _Hold) -> None:
        term, hold.term = hold.term, None
        if term == self._coordination.term:
            released = self._coordination.release(chat_id)
            with suppress(LostError):
                await asyncio.shield(asyncio.wrap_future(released))

    def _tell(self, chat_id: int, number: int) -> Future[None]:
        """Tell whoever has the chat; where that fails, somebody comes by soon."""
        return self._coordination.tell(_TOPIC, f"{self._coordination.name} {chat_id} {number}")

    def _told(self, words: str) -> None:
        """Hear of an update; called in another thread."""
        sender, chat_id, number = words.split()
        if self._loop is not None and sender != self._coordination.name:
            with suppress(RuntimeError):  # the loop is closed
                self._loop.call_soon_threadsafe(self._heard, int(chat_id), int(number))

    def _heard(self, chat_id: int, number: int) -> None:
        if (hold := self._holds.get(chat_id)) is not None:
            hold.hear(number)
        elif self._apart and self._chosen(chat_id) == self._coordination.name:
            self._start(chat_id, number)

    def _chosen(self, chat_id: int) -> str:
        """The process that is to take a chat which nobody has, as all of them agree."""
        names = {one.name for one in self._coordination.members()} | {self._coordination.name}
        return max(names, key=lambda name: random.Random(f"{name} {chat_id}").random())  # noqa: S311
