"""Questions that cannot be answered while what holds the passages is down.

They stay unfinished in the inbox, so that a restart finds them too. Once it answers again, those
that nobody took back meanwhile are handled as if they came now, in their order.

Tested on the emulated Telegram in `tests/telegram/test_held.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Update

from bot.storage.chats import ChatStore
from bot.telegram.receiving.inbox import Inbox, carries_question
from retrieval.errors import EngineError

_log = structlog.get_logger(__name__)
_MOST = 2000
"""Questions held at a time: whoever asks then has to ask again."""


class Held:
    """Holds questions until they can be answered.

    Args:
        state: Knows which of them are still to be answered.
        inbox: Handles them anew.
        answers: Whether what holds the passages answers.
        pause_s: How often to look.
    """

    def __init__(
        self, state: ChatStore, inbox: Inbox, answers: Callable[[], bool], *, pause_s: float
    ) -> None:
        self._state = state
        self._inbox = inbox
        self._answers = answers
        self._pause_s = pause_s
        self._waiting: dict[int, Update] = {}
        self._told: dict[int, None] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def keep(self, update: Update, error: EngineError) -> bool:
        """Hold a question; returns whether it is held, which of a pressed button nothing is.

        An inbox that several processes share tries it anew by itself, after a while.
        """
        if self._inbox.puts_off(update, error):
            return True
        if not carries_question(update) or len(self._waiting) >= _MOST:
            return False
        self._waiting[update.update_id] = update
        return True

    def tell(self, update: Update) -> bool:
        """Whether its reader is to be told that it waits: once, however often it was tried."""
        new = update.update_id not in self._told
        self._told[update.update_id] = None
        if len(self._told) > 2 * _MOST:
            del self._told[next(iter(self._told))]
        return new

    async def watch(self) -> None:
        """Handle anew what waits, as soon as it can be answered; for ever."""
        while True:
            await asyncio.sleep(self._pause_s)
            if len(self) and await asyncio.to_thread(self._answers):
                try:
                    await self._go_on()
                except SQLAlchemyError:
                    _log.exception("cannot look which questions wait")

    async def _go_on(self) -> None:
        """Hand on what is unfinished; a chat that was forgotten meanwhile asks nothing any more."""
        kept = await asyncio.to_thread(self._state.unfinished)
        unfinished = {one.update_id for one in kept}
        waiting, self._waiting = self._waiting, {}
        _log.info("search is back", questions=len(waiting))
        for number in sorted(waiting):
            if number in unfinished:
                await self._inbox.again(waiting[number])
