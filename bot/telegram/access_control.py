"""Who gets an answer: nobody who is blocked and, by invitation, only who was let in.

Tested on the emulated Telegram in `tests/telegram/test_access.py`.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import CallbackQuery, Chat, ChatMember, ChatMemberUpdated, Update
from telegram.error import TelegramError
from telegram.ext import (
    ApplicationHandlerStop,
    CallbackQueryHandler,
    ExtBot,
    TypeHandler,
    filters,
)

from bot import texts
from bot.admin.commands import Pulse
from bot.dialogue.conversation import Conversation
from bot.dialogue.quota import DailyQuota
from bot.intents.commands import START, read_command
from bot.logs import named
from bot.message_context import MessageContext
from bot.reply.actions import Admit
from bot.reply.reply import Button, Note, Reply
from bot.settings import Settings
from bot.storage.access import Standing
from bot.storage.chats import ChatStore
from bot.storage.coordination.buckets import Kind
from bot.telegram.context import App, Context
from bot.telegram.quota import make_quota
from bot.telegram.receiving.anonymous import NAMELESS
from bot.telegram.receiving.inbox import Inbox, carries_question, find_question
from bot.telegram.receiving.presses import acknowledge, read_action, says
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from bot.telegram.sending.text_limits import flatten, isolate, shorten

_log = structlog.get_logger(__name__)

_FIRST = -1
"""The group of handlers that runs before all others."""
_OUT = {Standing.BLOCKED, Standing.DECLINED}
_PRESENT = {ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED}
_NAME_UNITS = 64
_REQUESTS = 20, 3600.0
"""How many strangers may ask the admins to be let in, within how many seconds."""
_REQUESTS_EACH = 3, 24 * 3600.0
"""How many times one person may: for themselves, for groups, and again after `/forget`."""
_ALL = 0
"""Stands for all strangers together."""
_Standings = tuple[Standing | None, Standing | None]


class AccessControl:
    """Looks at every update before it is answered.

    Args:
        conversation: Answers what was asked before its reader was let in.
        state: Keeps standings.
        settings: Who runs the bot, and who may ask.
        inbox: Told what needs no answer.
        pulse: Told that an update came.
    """

    def __init__(
        self,
        conversation: Conversation,
        state: ChatStore,
        *,
        settings: Settings,
        inbox: Inbox,
        pulse: Pulse,
    ) -> None:
        self._conversation = conversation
        self._state = state
        self._admins = settings.admins
        self._by_invitation = settings.access == "invite"
        self._inbox = inbox
        self._pulse = pulse
        self._limits = DailyQuota(state, settings.questions_a_day)
        quota = partial(make_quota, state.buckets)
        self._requests = quota(Kind.KNOCKED, *_REQUESTS)
        self._requests_each = quota(Kind.KNOCKED_EACH, *_REQUESTS_EACH)
        self._put_off = quota(Kind.PUT_OFF, 1, _REQUESTS[1])

    def attach(self, application: App) -> None:
        """Register; before the handlers that hear all buttons."""
        application.add_handler(TypeHandler(Update, self.check), group=_FIRST)
        application.add_handler(CallbackQueryHandler(self.decide, pattern=says(Admit)))

    async def resume(self, bot: ExtBot[Before]) -> None:
        """Answer readers that were let in right before the bot stopped."""
        for chat_id in await asyncio.to_thread(self._state.access.owed):
            await self._answer_waiting(bot, chat_id)

    async def resume_often(self, bot: ExtBot[Before], every_s: float) -> None:
        """Answer, for ever, readers that were let in right before a process of ours ended."""
        while True:
            await self.resume(bot)
            await asyncio.sleep(every_s)

    async def check(self, update: Update, context: Context) -> None:
        """Let an update pass, or see to it that nobody answers.

        Raises:
            ApplicationHandlerStop: It needs no answer any more.
        """
        self._pulse.updated = time.monotonic()
        try:
            if update.my_chat_member is not None:
                await self._joined(update, update.my_chat_member, context.bot)
            standings = await asyncio.to_thread(self._standings, update)
            if self._admits(update, standings):
                return
            if update.message_reaction is None:  # which asks for nothing
                await self._refuse(update, standings, context.bot)
        except Exception as error:  # noqa: BLE001 - whatever fails, it must let nobody in
            _log.exception("cannot see to who may ask", reason=type(error).__name__)
            if not self._by_invitation:
                return
        raise ApplicationHandlerStop

    async def decide(self, update: Update, context: Context) -> None:
        """Let somebody in or not, as an admin's button says."""
        query, user = update.callback_query, update.effective_user
        action = read_action(query and query.data)
        if query is None or user is None:
            return
        if user.id not in self._admins or not isinstance(action, Admit):
            await acknowledge(query, texts.say("stale"))
            return
        chat_id = action.chat_id
        standing = Standing.APPROVED if action.wanted else Standing.DECLINED
        language = await asyncio.to_thread(self._state.access.language, chat_id)
        decided = await asyncio.to_thread(self._decide, chat_id, standing)
        await acknowledge(query, "" if decided else texts.say("admin-decided"))
        await self._show_decision(query, context.bot, chat_id)
        if decided:
            message_context = MessageContext(chat_id, language=language)
            await self._tell(context.bot, message_context, approved=action.wanted)

    def _decide(self, chat_id: int, standing: Standing) -> bool:
        access = self._state.access
        if not access.decide(chat_id, standing):
            return False
        if standing is Standing.DECLINED:  # they can no longer ask to be forgotten themselves
            self._state.forget(chat_id)
            access.set(chat_id, standing)
        return True

    async def _show_decision(self, query: CallbackQuery, bot: ExtBot[Before], chat_id: int) -> None:
        """Replace the request, and with it the name, by what became of it."""
        standing = await asyncio.to_thread(self._state.access.standing, chat_id)
        came_in = standing is Standing.APPROVED
        words = texts.say("admin-approved" if came_in else "admin-declined", id=str(chat_id))
        message = query.message
        if message is not None:
            message_context = MessageContext(message.chat.id)
            try:
                await send.edit(bot, message_context, message.message_id, Reply((Note(words),)))
            except TelegramError as error:
                _log.info("cannot edit a request", reason=error.message)

    async def _tell(
        self, bot: ExtBot[Before], message_context: MessageContext, *, approved: bool
    ) -> None:
        """Tell a reader what was decided, and answer what waits; groups see it by the answer."""
        if message_context.chat_id < 0:
            return
        key = "invited-in" if approved else "invited-declined"
        try:
            await send.send(bot, message_context, await self._said(message_context, key))
            if approved:
                await self._answer_waiting(bot, message_context.chat_id)
        except (TelegramError, UncertainError) as error:
            _log.warning("cannot tell a reader what was decided", reason=str(error))

    async def _answer_waiting(self, bot: ExtBot[Before], chat_id: int) -> None:
        access = self._state.access
        message_context = MessageContext(
            chat_id, language=await asyncio.to_thread(access.language, chat_id)
        )
        while key := await asyncio.to_thread(access.next_question, chat_id):
            if exchange := await asyncio.to_thread(self._state.exchange, key, chat_id):
                reply = await asyncio.to_thread(self._answer, message_context, exchange.question)
                message = await send.send(bot, message_context, reply)
                await asyncio.to_thread(self._conversation.sent, message_context, message, reply)

    def _answer(self, message_context: MessageContext, question: str) -> Reply:
        """Answer what waited; it counts like any other question, and may be as long."""
        with texts.speak(self._conversation.language(message_context)):
            refused = self._limits.refuse(message_context, message_context.chat_id, question)
        return refused or self._conversation.hear(message_context, question)

    def _standings(self, update: Update) -> _Standings:
        """How the chat and who writes there stand, in this order.

        Who writes in the name of a channel or group is that; somebody outside of our chats is both.
        """
        chat, person = update.effective_chat, _writer(update)
        here = chat.id if chat and update.guest_message is None else person
        known = self._state.access.standings([here, person])
        return known.get(here), known.get(person)

    def _admits(self, update: Update, standings: _Standings) -> bool:
        user = update.effective_user
        if user is not None and user.id in self._admins:
            return True
        if Standing.BLOCKED in standings:
            return False
        if filters.StatusUpdate.MIGRATE.check_update(update):  # then its standing goes along
            return True
        if not self._by_invitation or standings[0] is Standing.APPROVED:
            return True
        if not _private(update) or standings[0] is Standing.DECLINED:
            return False
        command, _ = read_command(find_question(update))
        return command is not None and command.waiting

    async def _refuse(self, update: Update, standings: _Standings, bot: ExtBot[Before]) -> None:
        """Ignore an update, unless it is from somebody who may knock."""
        if not _OUT & set(standings) and update.message is not None:
            if _private(update):
                await self._knock(update, bot, update.message.chat, first=standings[0] is None)
            elif carries_question(update) and standings[0] is None:
                await self._ask(update, bot, update.message.chat, update.message.chat.title)
        if update.callback_query is not None:
            await acknowledge(update.callback_query)
        if self._inbox.keeps(update):
            await self._inbox.done(update.update_id)

    async def _knock(self, update: Update, bot: ExtBot[Before], chat: Chat, *, first: bool) -> None:
        """Keep a stranger's question, and ask the admins whether to answer."""
        user, chat_id, text = update.effective_user, chat.id, find_question(update)
        language = (user and user.language_code) or ""
        message_context = MessageContext(chat_id, language=language)
        name = user.full_name if user else ""
        if first and not await self._ask(update, bot, chat, name, language=language):
            if not await self._put_off.wait_s(chat_id):
                await self._put_off.spend(chat_id)
                later = await self._said(message_context, "invited-later")
                await send.send(bot, message_context, later)
            return
        said = "invited-only" if first else "invited-waiting"
        question = "" if read_command(text)[0] is START else text
        try:
            kept = await asyncio.to_thread(self._keep, chat_id, question, language)
        except SQLAlchemyError as error:
            _log.error("cannot keep a stranger's question", error=named(error))
            kept, said = True, "invited-unsaved"
        if kept:
            await send.send(bot, message_context, await self._said(message_context, said))

    def _keep(self, chat_id: int, question: str, language: str) -> bool:
        """Let a chat wait with a question, if any; False where too many of its wait."""
        exchange = self._state.save(chat_id, question) if question else None
        kept = self._state.access.wait(chat_id, exchange.key if exchange else "", language=language)
        if exchange and not exchange.stored:
            raise SQLAlchemyError("the question is in memory only")
        return kept

    async def _ask(
        self,
        update: Update,
        bot: ExtBot[Before],
        chat: Chat,
        name: str | None,
        *,
        language: str = "",
    ) -> bool:
        """Ask every admin whether a chat may come in; they see its name, and nobody keeps it.

        Returns:
            False where they are not asked, as many were or the same person was before.
        """
        asking = ((self._requests, _ALL), (self._requests_each, _writer(update)))
        if any([await quota.wait_s(one) for quota, one in asking]):
            return False
        for quota, one in asking:
            await quota.spend(one)
        if name in (None, NAMELESS):  # it was stored meanwhile, and no name with it
            name = await _look_up_name(bot, chat.id)
        shown = isolate(shorten(flatten(name or ""), _NAME_UNITS)) or "…"
        key = "admin-asks-in" if chat.type == chat.PRIVATE else "admin-group-asks-in"
        words = Note(texts.say(key, name=shown, id=str(chat.id)))
        yes, no = (
            Button(texts.say(key), action=Admit(chat.id, wanted=wanted))
            for wanted, key in ((True, "admin-approve"), (False, "admin-decline"))
        )
        for admin in self._admins:
            try:
                await send.send(bot, MessageContext(admin), Reply((words,), ((yes, no),)))
            except (TelegramError, UncertainError) as error:
                _log.warning("cannot ask an admin", admin=admin, reason=str(error))
        with suppress(SQLAlchemyError):  # a full disk, say: whoever knocks is told so
            await asyncio.to_thread(self._state.access.wait, chat.id, language=language)
        return True

    async def _joined(self, update: Update, change: ChatMemberUpdated, bot: ExtBot[Before]) -> None:
        """Somebody added the bot to a group, or stopped it in their chat."""
        chat, present = change.chat, change.new_chat_member.status in _PRESENT
        if not present:
            await asyncio.to_thread(self._state.leave, chat.id)
        if chat.type == chat.PRIVATE or not present or not self._by_invitation:
            return
        if change.old_chat_member.status in _PRESENT:
            return
        if change.from_user.id in self._admins:
            await asyncio.to_thread(self._state.access.set, chat.id, Standing.APPROVED)
        elif await asyncio.to_thread(self._state.access.standing, chat.id) is None:
            await self._ask(update, bot, chat, chat.title)

    async def _said(self, message_context: MessageContext, key: str) -> Reply:
        return await asyncio.to_thread(self._conversation.notice, message_context, key)


async def _look_up_name(bot: ExtBot[Before], chat_id: int) -> str:
    try:
        return (await bot.get_chat(chat_id)).effective_name or ""
    except TelegramError as error:
        _log.info("cannot ask for a name", reason=error.message)
        return ""


def _writer(update: Update) -> int:
    """Who writes or presses: a person, or the chat in whose name they do; 0 for nobody."""
    sender = update.effective_sender
    return sender.id if sender else 0


def _private(update: Update) -> bool:
    chat = update.effective_chat
    return chat is not None and chat.type == chat.PRIVATE
