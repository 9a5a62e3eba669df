"""The bot in chats that it is no member of: inline queries, and questions to it as a guest.

Neither is kept for a restart: who types sees at once that nothing comes, and Telegram takes no
answer that is late.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
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
from telegram.ext import Application, CallbackContext, InlineQueryHandler, MessageHandler, filters

from bot import texts
from bot.conversation import Conversation, Place
from bot.payload import question_payload
from bot.reply import Button, Note, Reply
from bot.sharing import Offer, Offers
from bot.telegram import groups, outbox
from bot.telegram.fitting import one_line, shortened
from bot.telegram.render import Me, render
from retrieval.hit import Verdict

_log = structlog.get_logger(__name__)

_Context = CallbackContext[Any, Any, Any, Any]

_CACHE_S = 20
"""How long Telegram may give one reader the same results again; new articles come in meanwhile."""
_AT_ONCE = 3
"""Most queries looked up at a time, so that whoever asks in a chat does not wait for typists."""
_TITLE, _DESCRIPTION, _LABEL = 120, 240, 64
_ASK = "ask"
"""Payload that opens the chat with the bot, and names nothing."""


class Elsewhere:
    """Answers inline queries and guest messages through the conversation."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._newest: dict[int, str] = {}
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._places = asyncio.Semaphore(_AT_ONCE)

    def attach(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register the callbacks."""
        application.add_handler(InlineQueryHandler(self.query))
        guest = filters.UpdateType.GUEST_MESSAGE
        application.add_handler(MessageHandler(guest, self.guest))

    async def query(self, update: Update, context: _Context) -> None:
        """Offer what a reader may send, for the newest of what they typed; drop what is older.

        Telegram asks again for whatever is typed next, and shows nothing for a query whose text
        has changed since.
        """
        query = update.inline_query
        if query is None:
            return
        reader = query.from_user.id
        self._newest[reader] = query.id
        turn = self._turns.setdefault(reader, asyncio.Lock())
        try:
            async with turn, self._places:
                offers = await self._offers(query)
        finally:
            newest = self._newest.get(reader) == query.id
            if newest:
                del self._newest[reader]
        if offers is not None and newest:
            await self._offer(query, context, offers)

    async def guest(self, update: Update, context: _Context) -> None:
        """Answer where the bot was summoned; a bot that summons it gets nothing."""
        message = update.guest_message
        if message is None or message.from_user is None or message.from_user.is_bot:
            return
        place, question = _place(message.from_user), groups.question(message)
        reply = await asyncio.to_thread(self._conversation.visit, place, question)
        await self._post(context, message, reply)

    async def excuse(self, update: Update, context: _Context) -> bool:
        """Say that it broke, if the update is one of these; False for any other."""
        query, message = update.inline_query, update.guest_message
        try:
            if query is not None:
                with _speaking(query.from_user):
                    button = _button(texts.say("inline-fault"), _ASK)
                await context.bot.answer_inline_query(query.id, [], cache_time=0, button=button)
            elif message is not None:
                await self._post(context, message, _sorry(message.from_user))
        except TelegramError as error:
            _log.warning("cannot apologise elsewhere", reason=error.message)
        return query is not None or message is not None

    async def _offers(self, query: InlineQuery) -> Offers | None:
        """Look up; None where the reader typed on meanwhile."""
        if self._newest.get(query.from_user.id) != query.id:
            return None
        if query.offset:  # there is no second page
            return Offers(())
        place = _place(query.from_user)
        return await asyncio.to_thread(self._conversation.offers, place, query.query)

    async def _offer(self, query: InlineQuery, context: _Context, offers: Offers) -> None:
        me, button = outbox.me(context.bot), _above(query, offers)

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
            outbox.check_unparsed(error)
            await attempt(marked=False)

    async def _post(self, context: _Context, message: Message, reply: Reply) -> None:
        me, offer = outbox.me(context.bot), Offer("guest", "Byline", "", reply)

        async def attempt(*, marked: bool) -> None:
            result = _result(offer, me, marked=marked)
            await context.bot.answer_guest_query(message.guest_query_id or "", result)

        try:
            await attempt(marked=True)
        except BadRequest as error:
            outbox.check_unparsed(error)
            await attempt(marked=False)


def _place(user: User) -> Place:
    """What a reader set for the bot holds elsewhere too."""
    return Place(user.id, language=user.language_code or "")


def _result(offer: Offer, me: Me, *, marked: bool) -> InlineQueryResultArticle:
    drawn = render(offer.reply, me)
    content = InputTextMessageContent(
        drawn.html if marked else drawn.plain,
        parse_mode=ParseMode.HTML if marked else None,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    return InlineQueryResultArticle(
        offer.payload,
        shortened(one_line(offer.title), _TITLE) or "…",
        content,
        reply_markup=drawn.keyboard,
        description=shortened(one_line(offer.description), _DESCRIPTION) or None,
    )


def _above(query: InlineQuery, offers: Offers) -> InlineQueryResultsButton | None:
    """The way to the bot itself, above results that may not answer, or none."""
    start = question_payload(" ".join(query.query.split())) or _ASK
    with texts.speaking(offers.language):
        if not offers.searched:
            return _button(texts.say("inline-empty"), _ASK)
        if offers.verdict is Verdict.NOTHING:
            return _button(texts.say("inline-nothing"), start)
        if offers.verdict is Verdict.CLOSEST:
            return _button(texts.say("inline-unsure"), start)
    return None


def _button(label: str, start: str) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(shortened(label, _LABEL), start_parameter=start)


def _sorry(user: User | None) -> Reply:
    with _speaking(user):
        rows: Sequence[tuple[Button, ...]] = [(Button(texts.say("ask-more"), start=_ASK),)]
        return Reply((Note(texts.say("inline-fault")),), tuple(rows))


def _speaking(user: User | None) -> Any:
    return texts.speaking((user.language_code if user else "") or "")
