"""Answers in a group that only who asks sees, until they show them to all.

Delivery of such a message is not guaranteed, and nothing tells whether it came. So its question
stays in the store (see `bot.telegram.receiving.inbox.Inbox.hold`) until the reader presses
something under the answer, or asks again; after a restart it is offered once more to that reader's
eyes only, and never to all. What is kept of the talk in a group knows nothing of it until it is
shown to all.

Tested on the emulated Telegram in `tests/telegram/test_ephemeral.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import structlog
from telegram import Message, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.intents.commands import ASK, READERS, read_command
from bot.message_context import MessageContext
from bot.reply.actions import Action, ShowAll
from bot.reply.buttons import offer_to_all
from bot.reply.reply import Outcome, Reply
from bot.storage.chats import ChatStore
from bot.storage.memory import Memory
from bot.storage.preferences import Preferences
from bot.telegram.receiving.commands import make_menu
from bot.telegram.receiving.inbox import Inbox, Leftover, find_question
from bot.telegram.sending import ephemeral, send
from bot.telegram.sending.ephemeral import NotEphemeralError, Whisper, read_whisper
from bot.telegram.sending.rate_limiter import Before, UncertainError

_log = structlog.get_logger(__name__)


class Whispers:
    """Sends and changes what one member of a group sees.

    Args:
        conversation: Finds the words, and notes what is shown to all.
        state: Knows what groups chose.
        inbox: Keeps the questions.
        context_of: Tells where an update came from.
    """

    def __init__(
        self,
        conversation: Conversation,
        state: ChatStore,
        inbox: Inbox,
        *,
        context_of: Callable[[Update], MessageContext],
    ) -> None:
        self._conversation = conversation
        self._state = state
        self._inbox = inbox
        self._context_of = context_of
        self._shown: Memory[Whisper] = Memory()

    async def answer(self, update: Update, bot: ExtBot[Before], reply: Reply) -> bool:
        """Answer ``/ask`` for its asker's eyes only; False where all are to see the answer.

        That is where the group did not choose otherwise, and where Telegram refuses: the bot is no
        administrator there, and the question came by no ephemeral command or too long ago. What
        is written for the bot's eyes only, such as a reply to such an answer, is answered alike.

        Raises:
            TelegramError: It has not arrived.
        """
        here, message = self._context_of(update), update.message
        if message is None or not _asks_alone(message) or not ephemeral.is_known(bot):
            return False
        met = await asyncio.to_thread(self._conversation.meet, here)
        if not met.preferences.only_asker or message.from_user is None:
            return False
        reader = message.from_user.id
        hold = partial(self._inbox.hold, update.update_id, here.chat_id, reader)
        offered = offer_to_all(reply)
        try:
            sent = await _whisper(bot, here, reader, offered, message=message, before=hold)
        except NotEphemeralError as error:
            _log.info("an answer that its asker only was to see is shown to all", reason=str(error))
            return False
        except UncertainError as error:
            _log.info("an answer that its asker only sees may not have arrived", reason=str(error))
            return True
        if sent is not None:
            await self._inbox.begin(update.update_id)
            await self._noted(bot, here, sent, reply, changed=offered != reply)
        return True

    async def meant(
        self, update: Update, here: MessageContext, action: Action | None
    ) -> Action | None:
        """What a press means, and that its reader saw what they pressed.

        It means nothing where another member presses what one sees, and nothing a second time
        where it shows that to all.
        """
        query = update.callback_query
        pressed = read_whisper(query.message) if query else None
        if query is None or pressed is None:
            return None if isinstance(action, ShowAll) else action
        if query.from_user.id != pressed.reader:
            return None
        await self._inbox.settle(here.chat_id, pressed.reader)
        if isinstance(action, ShowAll):
            if self._shown.get(str(pressed)):
                return None
            self._shown.keep(str(pressed), pressed)
        return action

    async def change(
        self, update: Update, bot: ExtBot[Before], action: Action | None, outcome: Outcome
    ) -> bool:
        """Do with what one member sees as a press says; False where all see what was pressed.

        Raises:
            UncertainError: What is shown to all may have arrived, or not.
            TelegramError: It has not arrived.
        """
        query = update.callback_query
        pressed = read_whisper(query.message) if query else None
        if query is None or query.message is None or pressed is None:
            return False
        try:
            if isinstance(action, ShowAll) and outcome.reply is not None:
                await self._show_all(update, bot, pressed, outcome.reply)
            elif outcome.rating:
                rows = outcome.rating
                await ephemeral.edit_whispered_rating(bot, pressed, query.message, rows)
            elif outcome.reply is not None:
                await ephemeral.edit_whisper(bot, pressed, offer_to_all(outcome.reply))
        except NotEphemeralError as error:
            _log.info("cannot change what one reader sees", reason=str(error))
        return True

    async def remind(self, leftover: Leftover, bot: ExtBot[Before]) -> None:
        """Offer an answer again that may not have arrived, to who asked, if that may be."""
        last, reader = leftover.updates[-1], leftover.held_for
        if reader is None or last.message is None:
            return
        here = self._context_of(last)
        reply = await asyncio.to_thread(self._conversation.uncertain, here, find_question(last))
        try:
            await _whisper(bot, here, reader, reply, message=last.message)
        except (NotEphemeralError, UncertainError, TelegramError) as error:
            _log.info("cannot offer an answer again that its asker only saw", reason=str(error))

    async def chosen(self, bot: ExtBot[Before], before: MessageContext) -> None:
        """List a group's commands as it has chosen, where what it chose has changed."""
        met, now = before.preferences, await self._read(before.chat_id)
        if not before.private and met != now and (met.only_asker or now.only_asker):
            await self._show_commands(bot, before.chat_id)

    async def show_commands(self, bot: ExtBot[Before]) -> None:
        """List the commands of all groups that have chosen, as they are called today."""
        every = await asyncio.to_thread(self._state.preferences.all)
        for chat_id, chose in every.items():
            if chose.only_asker:
                await self._show_commands(bot, chat_id)

    async def _show_commands(self, bot: ExtBot[Before], chat_id: int) -> None:
        """Have ``/ask`` written for the bot's eyes only where its answers are for one's."""
        chose = await self._read(chat_id)
        try:
            if not chose.only_asker:
                await ephemeral.hide_commands(bot, chat_id)
                return
            with texts.speak(chose.language or texts.ENGLISH):
                listed = make_menu(READERS)
            await ephemeral.show_commands(bot, chat_id, listed, ASK.name)
        except (NotEphemeralError, TelegramError) as error:
            _log.info("cannot list the commands of a group", chat=chat_id, reason=str(error))

    async def _show_all(
        self, update: Update, bot: ExtBot[Before], pressed: Whisper, reply: Reply
    ) -> None:
        """Post what one member sees, then take it away from where only they do."""
        here = self._context_of(update)
        replied = getattr(update.effective_message, "reply_to_message", None)
        moved = pressed.chat_id != here.chat_id
        try:
            number = await send.send(
                bot, here, reply, to=replied.message_id if replied and not moved else None
            )
        except TelegramError:
            self._shown.change(lambda one: None if one == pressed else one)
            raise
        await self._noted(bot, here, number, reply)
        await ephemeral.delete_whisper(bot, pressed)

    async def _noted(
        self,
        bot: ExtBot[Before],
        here: MessageContext,
        number: int,
        reply: Reply,
        *,
        changed: bool = False,
    ) -> None:
        """Note what all see now, drawn anew where it was sent with a button that is for one."""
        await asyncio.to_thread(self._conversation.sent, here, number, reply)
        if changed:
            with suppress(BadRequest):  # it says that it is stale
                await send.edit(bot, here, number, reply)

    async def _read(self, chat_id: int) -> Preferences:
        return await asyncio.to_thread(self._state.preferences.get, chat_id)


async def _whisper(  # noqa: PLR0913 - what an answer needs to know
    bot: ExtBot[Before],
    here: MessageContext,
    reader: int,
    reply: Reply,
    *,
    message: Message,
    before: Before | None = None,
) -> int | None:
    """Answer a message for a reader's eyes only; the id of what all see instead, if they do."""
    heard = read_whisper(message)
    to = message.message_id if message.chat.id == here.chat_id else None
    return await ephemeral.whisper(bot, here, reader, reply, before=before, to=to, heard=heard)


def _asks_alone(message: Message) -> bool:
    """Whether a member asks in a group under their own name, by ``/ask`` or for our eyes only."""
    if message.chat.type == message.chat.PRIVATE or message.sender_chat is not None:
        return False
    return read_whisper(message) is not None or read_command(message.text or "")[0] is ASK
