"""What is said where more is asked than can be answered soon.

Tested on the emulated Telegram in `tests/telegram/test_overload.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from telegram import Update
from telegram.ext import TypeHandler

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.reply.reply import Reply
from bot.request_trace import get_current
from bot.telegram.context import App, Context
from bot.telegram.line import Line
from bot.telegram.receiving.inbox import carries_question, find_question
from bot.telegram.receiving.presses import acknowledge
from bot.telegram.sending import send

Make = Callable[[MessageContext], Reply]


class Crowds:
    """Lets questions wait for their turn, and tells their readers.

    Args:
        conversation: Finds the words.
        line: Where they wait.
        told_from: With as many before them, readers are told how many there are.
        told_from_s: Unless those take less than that: telling everybody takes its time too, as
            Telegram lets the bot send no more than some thirty messages a second.
        context_of: Tells where an update came from.
    """

    def __init__(
        self,
        conversation: Conversation,
        line: Line,
        *,
        told_from: int,
        told_from_s: float,
        context_of: Callable[[Update], MessageContext],
    ) -> None:
        self._conversation = conversation
        self._line = line
        self._told_from = told_from
        self._told_from_s = told_from_s
        self._context_of = context_of

    def attach(self, application: App) -> None:
        """Register; before whatever answers."""
        application.add_handler(_Shed(Update, self.shed))

    async def join(self, update: Update, context: Context, here: MessageContext) -> Make | None:
        """Let a question wait; where many do, its reader is told how many at once.

        Admins, who are to see what is wrong, are never made to wait.

        Returns:
            What makes the reply in place of an answer, where too many wait.
        """
        if here.admin:
            return None
        place, question = self._line.join(update.update_id), find_question(update)
        if not place.taken:
            return lambda here: self._conversation.crowded(here, question, place.before)
        before = place.before
        if before >= self._told_from and self._line.wait_s(before) >= self._told_from_s:
            reply = await asyncio.to_thread(self._conversation.in_line, here, place.before)
            await send.send(context.bot, here, reply, to=_asked_by(update))
        return None

    async def join_by_press(self, update: Update, here: MessageContext) -> str:
        """Let what a button asks wait; returns the toast that says that too many do."""
        if here.admin or (place := self._line.join(update.update_id)).taken:
            return ""
        return await asyncio.to_thread(self._say, here, "crowded", count=place.before)

    async def shed(self, update: Update, context: Context) -> None:
        """Tell a chat, once in a while, that too many of its messages wait; a press each time."""
        here, query = self._context_of(update), update.callback_query
        if query is not None:
            await acknowledge(query, await asyncio.to_thread(self._say, here, "in-crowd"))
        elif here.private or carries_question(update):
            await self._tell(update, context, here)

    async def _tell(self, update: Update, context: Context, here: MessageContext) -> None:
        if self._line.may_tell(here.chat_id):
            reply = await asyncio.to_thread(self._conversation.notice, here, "in-crowd")
            await send.send(context.bot, here, reply, to=_asked_by(update))

    def _say(self, here: MessageContext, key: str, **values: int) -> str:
        with texts.speak(self._conversation.language(here)):
            return texts.say(key, **values)


class _Shed(TypeHandler[Update, Context, None]):
    """Hears what comes from a chat of which too many messages wait."""

    def check_update(self, update: object) -> bool:
        return super().check_update(update) and get_current().shed


def _asked_by(update: Update) -> int | None:
    """The message that asks."""
    return update.effective_message.message_id if update.effective_message else None
