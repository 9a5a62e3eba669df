"""Show "typing" while an answer is made.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from telegram.constants import ChatAction
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.message_context import MessageContext
from bot.telegram.sending.rate_limiter import Before

_log = structlog.get_logger(__name__)


class TypingIndicator:
    """Shows "typing" in chats.

    Args:
        every_s: How often to show it anew, in seconds; Telegram shows it for five.
    """

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop whatever still shows it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @asynccontextmanager
    async def shown(
        self, bot: ExtBot[Before], message_context: MessageContext
    ) -> AsyncIterator[None]:
        """Show it at once and for as long as it takes, without ever delaying the answer."""
        answered = asyncio.Event()
        task = asyncio.create_task(self._show(bot, message_context, answered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.sleep(0)  # so that it shows before even the quickest answer
        try:
            yield
        finally:
            answered.set()

    async def _show(
        self, bot: ExtBot[Before], message_context: MessageContext, answered: asyncio.Event
    ) -> None:
        while not answered.is_set():
            try:
                await bot.send_chat_action(
                    message_context.chat_id,
                    ChatAction.TYPING,
                    message_thread_id=message_context.thread_id,
                )
            except TelegramError as error:
                _log.debug("cannot show typing", reason=error.message)
            with suppress(TimeoutError):
                await asyncio.wait_for(answered.wait(), self._every_s)
