"""Send a message to all readers: after a look at it, slowly, and to nobody twice.

Tested with the admins' commands in `tests/telegram/test_admin.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram.error import Forbidden, TelegramError
from telegram.ext import ExtBot

from bot import texts
from bot.message_context import MessageContext
from bot.reply.actions import SendBroadcast
from bot.reply.reply import Button, Note, Outcome, Reply
from bot.storage.broadcasts import Broadcast, Sent, Stage
from bot.storage.chats import ChatStore
from bot.telegram.limits import Limits
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from bot.telegram.sending.text_limits import count_units

_log = structlog.get_logger(__name__)

_UNITS = 3500
"""Longest message: a preview of it needs room for a sentence more."""
_AT_ONCE = 3
"""How many are sent at a time, so that an answer never waits for many of them."""


class _Attempt:
    """Whether a message may be on its way."""

    def __init__(self) -> None:
        self.made = False

    async def begin(self) -> None:
        """Note that it goes out now."""
        self.made = True


class Broadcaster:
    """Keeps what is to be sent in the database, and sends it beside all else.

    Args:
        state: Keeps it.
        timing: How often to look, and to say how it goes.
        leads: Whether this process is the one that sends.
    """

    def __init__(
        self, state: ChatStore, timing: Limits, leads: Callable[[], bool] = lambda: True
    ) -> None:
        self._leads = leads
        self._broadcasts = state.broadcasts
        self._leave = state.leave
        self._timing = timing
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._stopping = False

    def preview(self, message_context: MessageContext, text: str) -> Reply:
        """Show what readers would get, with a button that sends it."""
        if not text:
            return Reply((Note(texts.say("admin-how-to-broadcast")),))
        if count_units(text) > _UNITS:
            return Reply((Note(texts.say("admin-broadcast-long", most=_UNITS)),))
        readers = self._broadcasts.readers()
        about = Note(texts.say("admin-broadcast-preview", readers=readers))
        if not readers:
            return Reply((Note(text), about))
        key = self._broadcasts.draft(message_context.chat_id, text)
        yes = Button(texts.say("admin-broadcast-send"), action=SendBroadcast(key, wanted=True))
        no = Button(texts.say("admin-broadcast-cancel"), action=SendBroadcast(key, wanted=False))
        return Reply((Note(text), about), ((yes, no),))

    async def press(
        self,
        bot: ExtBot[Before],
        message_context: MessageContext,
        action: SendBroadcast,
        *,
        message: int,
    ) -> Outcome:
        """Send a draft, or end one that is under way; ``message`` will tell how it goes."""
        key = action.broadcast
        found = await asyncio.to_thread(self._broadcasts.find, key, message_context.chat_id)
        if found is None:
            return Outcome(texts.say("stale"))
        if not action.wanted:
            if await asyncio.to_thread(self._broadcasts.end, key, Stage.STOPPED):
                if found.stage is Stage.DRAFT:
                    return Outcome(reply=Reply((Note(texts.say("admin-broadcast-cancelled")),)))
                return Outcome()  # whoever sends it notices, and says how far it came
            return Outcome(texts.say("stale"))
        if await asyncio.to_thread(self._broadcasts.sending):
            return Outcome(texts.say("admin-broadcast-busy"))
        if not await asyncio.to_thread(self._broadcasts.start, key, message):
            return Outcome(texts.say("stale"))
        if self._leads():  # otherwise the process that does looks for it
            await self.resume(bot)
        return Outcome()

    async def resume(self, bot: ExtBot[Before]) -> None:
        """Go on with what is under way, as after a restart."""
        for found in await asyncio.to_thread(self._broadcasts.sending):
            if found.id not in self._tasks:
                task = asyncio.create_task(self._send_all(bot, found))
                self._tasks[found.id] = task
                task.add_done_callback(partial(self._done, found.id))

    def _done(self, broadcast: int, _: asyncio.Task[None]) -> None:
        self._tasks.pop(broadcast, None)

    async def resume_often(self, bot: ExtBot[Before]) -> None:
        """Send what any process of ours was told to send, for as long as this one leads."""
        try:
            while not self._stopping:
                await self.resume(bot)
                await asyncio.sleep(self._timing.alerts_s)
        finally:
            if not self._leads():
                await self._leave_off()

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

    async def _send_all(self, bot: ExtBot[Before], found: Broadcast) -> None:
        telling = asyncio.create_task(self._tell_often(bot, found))
        try:
            await asyncio.gather(*(self._send_some(bot, found) for _ in range(_AT_ONCE)))
            if not self._stopping:
                await asyncio.to_thread(self._broadcasts.end, found.id, Stage.DONE)
        except Exception:  # noqa: BLE001 - nobody waits for this task, so nobody else says so
            _log.exception("cannot go on with a broadcast; the next start will")
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        await self._tell(bot, found)

    async def _send_some(self, bot: ExtBot[Before], found: Broadcast) -> None:
        while not self._stopping:
            chat_id = await asyncio.to_thread(self._broadcasts.claim, found.id)
            if chat_id is None:
                return
            attempt = _Attempt()
            try:
                outcome = await self._send(bot, chat_id, found.text, attempt)
            except UncertainError:
                continue  # it stays as begun: once more might be twice
            except asyncio.CancelledError:
                if not attempt.made:
                    self._broadcasts.delivered(found.id, chat_id, Sent.WAITING)
                raise
            await asyncio.to_thread(self._broadcasts.delivered, found.id, chat_id, outcome)

    async def _send(self, bot: ExtBot[Before], chat_id: int, text: str, attempt: _Attempt) -> Sent:
        reply = Reply((Note(text),))
        try:
            await send.send(bot, MessageContext(chat_id), reply, before=attempt.begin)
        except TelegramError as error:
            if isinstance(error, Forbidden):
                await asyncio.to_thread(self._leave, chat_id)
            else:
                _log.info("a reader cannot be written to", reason=error.message)
            return Sent.REFUSED
        return Sent.ARRIVED

    async def _tell_often(self, bot: ExtBot[Before], found: Broadcast) -> None:
        while True:
            await self._tell(bot, found)
            await asyncio.sleep(self._timing.typing_every_s)

    async def _tell(self, bot: ExtBot[Before], found: Broadcast) -> None:
        """Let the admin's message say how it goes."""
        if found.message is None:
            return
        try:
            reply = await asyncio.to_thread(self._progress, found)
            await send.edit(bot, MessageContext(found.chat_id), found.message, reply)
        except (TelegramError, SQLAlchemyError) as error:
            _log.info("cannot say how a broadcast goes", reason=str(error))

    def _progress(self, found: Broadcast) -> Reply:
        now = self._broadcasts.find(found.id, found.chat_id)
        stage, counts = now.stage if now else Stage.STOPPED, self._broadcasts.counts(found.id)
        arrived, readers = counts[Sent.ARRIVED], counts.total()
        if stage is Stage.SENDING:
            words = texts.say("admin-broadcast-sending", arrived=arrived, readers=readers)
            halt = SendBroadcast(found.id, wanted=False)
            stop = Button(texts.say("admin-broadcast-stop"), action=halt)
            return Reply((Note(words),), ((stop,),))
        words = texts.say(
            "admin-broadcast-done",
            stopped=int(stage is Stage.STOPPED),
            arrived=arrived,
            readers=readers,
            refused=counts[Sent.REFUSED],
            begun=counts[Sent.BEGUN],
        )
        return Reply((Note(words),))
