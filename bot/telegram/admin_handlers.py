"""The admins' commands on Telegram: who may give them, and where their replies go.

For anybody else, and in any other than an admin's private chat, they do not exist; only ``/block``
and ``/unblock`` also work in a group, in reply to whom they mean.

Tested on the emulated Telegram in `tests/telegram/test_admin.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from telegram import BotCommand, BotCommandScopeChat, MaybeInaccessibleMessage, Update
from telegram.error import BadRequest, TelegramError
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    ExtBot,
    TypeHandler,
    filters,
)

from bot import texts
from bot.admin.commands import AdminCommands
from bot.intents.commands import ADMINS, BROADCAST, STATS, Command, Where, split_command
from bot.message_context import MessageContext
from bot.reply.actions import Action, DecideChannel, RemoveArticle, SendBroadcast
from bot.reply.reply import Note, Outcome, Reply
from bot.telegram.context import App, Context
from bot.telegram.receiving.commands import hear_in, make_menu
from bot.telegram.receiving.inbox import Inbox
from bot.telegram.receiving.presses import acknowledge, read_action, says
from bot.telegram.receiving.reading import Poison
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from bot.telegram.unasked.broadcaster import Broadcaster

_log = structlog.get_logger(__name__)

Answer = Callable[[Update, Context, Callable[[MessageContext], Reply]], Awaitable[None]]

_NEW = filters.UpdateType.MESSAGE


class AdminHandlers:
    """Hears admins.

    Args:
        desk: Does what they ask for.
        broadcaster: Sends to all readers.
        inbox: Told when an answer goes out.
        admins: Their numbers.
        answer: Answers an update with the reply that a function makes, showing "typing".
    """

    def __init__(
        self,
        desk: AdminCommands,
        broadcaster: Broadcaster,
        *,
        inbox: Inbox,
        admins: frozenset[int],
        answer: Answer,
    ) -> None:
        self._desk = desk
        self._broadcaster = broadcaster
        self._inbox = inbox
        self._admins = admins
        self._answer = answer

    def attach(self, application: App) -> None:
        """Register; before the handlers that hear all commands and all buttons."""
        ours = _NEW & filters.User(self._admins)
        private, replying = (ours & hear_in(one) for one in (Where.PRIVATE, Where.REPLIES))
        add = application.add_handler
        for one in ADMINS:
            do = self.stats if one is STATS else partial(self.command, command=one)
            add(CommandHandler(one.name, do, filters=private))
            if Where.REPLIES in one.where:
                judge = partial(self.judge, command=one)
                add(CommandHandler(one.name, judge, filters=replying))
        add(
            CallbackQueryHandler(
                self.press, pattern=says(RemoveArticle, SendBroadcast, DecideChannel)
            )
        )
        add(TypeHandler(Poison, self.poisoned))

    async def show_commands(self, bot: ExtBot[Before], others: list[BotCommand]) -> None:
        """Put the admins' commands into their menus, above those of everybody."""
        own = make_menu(ADMINS)
        for admin in self._admins:
            try:
                await bot.set_my_commands([*own, *others], scope=BotCommandScopeChat(admin))
            except TelegramError as error:  # as long as they have never written to the bot
                _log.info("cannot show an admin their commands", reason=error.message)

    async def command(self, update: Update, context: Context, *, command: Command) -> None:
        """Do what a command says."""
        _, words = split_command((update.message and update.message.text) or "")
        await self._answer(update, context, partial(self._do, command, words))

    async def stats(self, update: Update, context: Context) -> None:
        """Show figures, as a picture with words below; the words alone where that is refused."""
        figures = await asyncio.to_thread(self._desk.stats)
        chat = update.effective_chat
        (note,) = figures.reply.blocks
        try:
            if chat is not None and isinstance(note, Note):
                await context.bot.send_photo(
                    chat.id,
                    figures.picture,
                    caption=note.text,
                    rate_limit_args=partial(self._inbox.begin, update.update_id),
                )
        except BadRequest as error:
            _log.warning("cannot send a picture", reason=error.message)
            await self._answer(update, context, lambda _: figures.reply)

    async def judge(self, update: Update, context: Context, *, command: Command) -> None:
        """Shut out, or let in again, who wrote the message replied to; only the admin is told."""
        message, admin = update.message, update.effective_user
        replied = message.reply_to_message if message else None
        meant = replied and (replied.sender_chat or replied.from_user)
        if admin is None or meant is None or meant.id == context.bot.id:
            return
        message_context = MessageContext(admin.id)
        if message is not None and meant.id == message.chat.id:  # never all for one who is hidden
            reply = Reply((Note(texts.say("admin-block-anonymous", id=str(meant.id))),))
        else:
            reply = await asyncio.to_thread(self._do, command, str(meant.id), message_context)
        before = partial(self._inbox.begin, update.update_id)
        await send.send(context.bot, message_context, reply, before=before)

    async def poisoned(self, poison: Poison, context: Context) -> None:
        """Tell the admins, once, that there are updates that cannot be read."""
        if not poison.first:
            return
        number = str(poison.update_id or "-")
        reply = Reply((Note(texts.say("admin-poison", number=number, kind=poison.kind)),))
        for admin in self._admins:
            try:
                await send.send(context.bot, MessageContext(admin), reply)
            except (TelegramError, UncertainError) as error:
                _log.warning("cannot tell an admin", admin=admin, reason=str(error))

    async def press(self, update: Update, context: Context) -> None:
        """Do what an admin's button says; for others it has no meaning."""
        query, user = update.callback_query, update.effective_user
        if query is None or user is None:
            return
        action, message = read_action(query.data), query.message
        outcome = Outcome(texts.say("stale"))
        if user.id in self._admins and message is not None:
            outcome = await self._pressed(context.bot, message, action)
        await acknowledge(query, outcome.toast)
        if outcome.reply is not None and message is not None:
            try:
                await send.edit(
                    context.bot, MessageContext(message.chat.id), message.message_id, outcome.reply
                )
            except BadRequest as error:
                _log.info("cannot edit the pressed message", reason=error.message)

    async def _pressed(
        self, bot: ExtBot[Before], message: MaybeInaccessibleMessage, action: Action | None
    ) -> Outcome:
        message_context = MessageContext(message.chat.id, admin=True)
        match action:
            case RemoveArticle():
                return await asyncio.to_thread(self._desk.removed, message_context, action)
            case DecideChannel():
                return await asyncio.to_thread(self._desk.decided, action)
            case SendBroadcast():
                return await self._broadcaster.press(
                    bot, message_context, action, message=message.message_id
                )
        return Outcome(texts.say("stale"))

    def _do(self, command: Command, words: str, message_context: MessageContext) -> Reply:
        if command is BROADCAST:  # what it sends goes out through Telegram, so it is asked here
            return self._broadcaster.preview(message_context, words)
        method = getattr(self._desk, command.answered_by)
        reply: Reply = method(message_context, words) if command.words else method(message_context)
        return reply
