"""The bot in chats that it is no member of: inline queries, and questions to it as a guest.

Neither is kept for a restart: who types sees at once that nothing comes, and Telegram takes no
answer that is late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any
from weakref import WeakValueDictionary

import structlog
from telegram import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
    Message,
    Update,
    User,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import Application, InlineQueryHandler, MessageHandler, filters

from bot import texts
from bot.dialogue.conversation import Conversation
from bot.dialogue.quota import DailyQuota
from bot.dialogue.sharing import Offer, Offers
from bot.message_context import MessageContext
from bot.reply.deep_links import write_question
from bot.reply.reply import Note, Reply
from bot.telegram.context import Context
from bot.telegram.receiving import group_messages
from bot.telegram.sending import send
from bot.telegram.sending.render import Me, render
from bot.telegram.sending.text_limits import flatten, shorten
from retrieval.results import Verdict

_log = structlog.get_logger(__name__)


_CACHE_S = 20
"""How long Telegram may give one reader the same results again; new articles come in meanwhile."""
_AT_ONCE = 3
"""Most queries looked up at a time, so that whoever asks in a chat does not wait for typists."""
_TITLE, _DESCRIPTION, _LABEL = 120, 240, 64
_ASK = "ask"
"""Payload that opens the chat with the bot, and names nothing."""


class InlineHandlers:
    """Answers inline queries and guest messages through the conversation.

    Args:
        conversation: Answers.
        limits: Counts the questions to a guest, and what somebody types as far less than one.
        admins: They may ask any number.
    """

    def __init__(
        self, conversation: Conversation, limits: DailyQuota, admins: Collection[int] = ()
    ) -> None:
        self._conversation = conversation
        self._limits = limits
        self._admins = admins
        self._newest: dict[int, int] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def attach(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register the callbacks."""
        application.add_handler(InlineQueryHandler(self.query))
        guest = filters.UpdateType.GUEST_MESSAGE
        application.add_handler(MessageHandler(guest, self.guest))

    async def query(self, update: Update, context: Context) -> None:
        """Offer what a reader may send, for the newest of what they typed; drop what is older.

        Telegram asks again for whatever is typed next, and shows nothing for a query whose text
        has changed since.
        """
        query = update.inline_query
        if query is None:
            return
        reader, number = query.from_user.id, update.update_id
        # By number, as whoever looks at updates before may let a later one pass first.
        self._newest[reader] = max(number, self._newest.get(reader, number))
        turn = self._turns.setdefault(reader, asyncio.Lock())
        try:
            async with turn, self._places:
                newest = self._newest.get(reader) == number
                offers = await self._offers(query, context) if newest else None
        finally:
            newest = self._newest.get(reader) == number
            if newest:
                del self._newest[reader]
        if offers is not None and newest:
            await self._offer(query, context, offers)

    async def guest(self, update: Update, context: Context) -> None:
        """Answer where the bot was summoned; a bot that summons it gets nothing."""
        message = update.guest_message
        if message is None or message.from_user is None or message.from_user.is_bot:
            return
        message_context, question = (
            self._context(message.from_user),
            group_messages.read_question(message),
        )
        reply = await asyncio.to_thread(self._visit, message_context, question)
        await self._post(context, message, reply)

    async def excuse(self, update: Update, context: Context, key: str = "inline-fault") -> bool:
        """Say what is wrong, if the update is one of these; False for any other."""
        query, message = update.inline_query, update.guest_message
        try:
            if query is not None:
                sorry = await asyncio.to_thread(self._say, self._context(query.from_user), key)
                button = _button(sorry, _ASK)
                await context.bot.answer_inline_query(query.id, [], cache_time=0, button=button)
            elif message is not None and message.from_user is not None:
                sorry = await asyncio.to_thread(self._say, self._context(message.from_user), key)
                await self._post(context, message, Reply((Note(sorry),)))
        except TelegramError as error:
            _log.warning("cannot apologise elsewhere", reason=error.message)
        return query is not None or message is not None

    def _visit(self, message_context: MessageContext, question: str) -> Reply:
        with texts.speak(self._conversation.language(message_context)):
            reader = message_context.chat_id
            refusal = self._limits.refuse_elsewhere(message_context, reader, question)
        if refusal is not None:
            return refusal
        return self._conversation.visit(message_context, question)

    def _say(self, message_context: MessageContext, key: str, **values: int) -> str:
        with texts.speak(self._conversation.language(message_context)):
            return texts.say(key, **values)

    def _context(self, user: User) -> MessageContext:
        """What a reader set for the bot holds elsewhere too."""
        language = user.language_code or ""
        return MessageContext(user.id, admin=user.id in self._admins, language=language)

    async def _offers(self, query: InlineQuery, context: Context) -> Offers | None:
        """What to offer; None where its reader has asked enough, which is said."""
        if query.offset:  # there is no second page
            return Offers(())
        here = self._context(query.from_user)
        hours = await asyncio.to_thread(self._limits.hours_to_look_up, here, query.from_user.id)
        if not hours:
            return await asyncio.to_thread(self._conversation.offers, here, query.query)
        label = await asyncio.to_thread(self._say, here, "inline-limit", hours=hours)
        await context.bot.answer_inline_query(
            query.id, [], cache_time=0, is_personal=True, button=_button(label, _ASK)
        )
        return None

    async def _offer(self, query: InlineQuery, context: Context, offers: Offers) -> None:
        me, button = send.get_me(context.bot), _above(query, offers)

        async def attempt(*, marked: bool) -> None:
            await context.bot.answer_inline_query(
                query.id,
                [_result(offer, me, marked=marked) for offer in offers.found],
                cache_time=_CACHE_S,
                is_personal=True,
                button=button,
            )

        try:
            await attempt(marked=True)
        except BadRequest as error:
            send.check_unparsed(error)
            await attempt(marked=False)

    async def _post(self, context: Context, message: Message, reply: Reply) -> None:
        me, offer = send.get_me(context.bot), Offer("guest", "Byline", "", reply)

        async def attempt(*, marked: bool) -> None:
            result = _result(offer, me, marked=marked)
            await context.bot.answer_guest_query(message.guest_query_id or "", result)

        try:
            await attempt(marked=True)
        except BadRequest as error:
            send.check_unparsed(error)
            await attempt(marked=False)


def _result(offer: Offer, me: Me, *, marked: bool) -> InlineQueryResultArticle:
    drawn = render(offer.reply, me)
    content = InputTextMessageContent(
        drawn.html if marked else drawn.plain,
        parse_mode=ParseMode.HTML if marked else None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(
        offer.payload,
        shorten(flatten(offer.title), _TITLE) or "…",
        content,
        reply_markup=drawn.keyboard,
        description=shorten(flatten(offer.description), _DESCRIPTION) or None,
    )


def _above(query: InlineQuery, offers: Offers) -> InlineQueryResultsButton | None:
    """The way to the bot itself, above results that may not answer, or none."""
    start = write_question(" ".join(query.query.split())) or _ASK
    with texts.speak(offers.language):
        if not offers.searched:
            return _button(texts.say("inline-empty"), _ASK)
        if offers.verdict is Verdict.NOTHING:
            return _button(texts.say("inline-nothing"), start)
        if offers.verdict is Verdict.CLOSEST:
            return _button(texts.say("inline-unsure"), start)
    return None


def _button(label: str, start: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(shorten(label, _LABEL), start_parameter=start)
