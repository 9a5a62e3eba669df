"""Put a reply on the reader's screen: send it, or change a message that stands there.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import structlog
from telegram import (
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MaybeInaccessibleMessage,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.dialogue.ratings import renew_buttons
from bot.message_context import MessageContext
from bot.reply.actions import decode
from bot.reply.reply import Attachment, Button, Reply
from bot.telegram.sending.rate_limiter import Before
from bot.telegram.sending.render import Me, draw_keyboard, render
from bot.telegram.sending.render_rich import render_rich
from bot.telegram.sending.rich import NotRichError, edit_rich, is_known, send_rich

_log = structlog.get_logger(__name__)


async def send(
    bot: ExtBot[Before],
    message_context: MessageContext,
    reply: Reply,
    *,
    before: Before | None = None,
    to: int | None = None,
) -> int:
    """Send a reply to where the question came from.

    Where the topic was deleted meanwhile, it goes to the group's general one. A rich reply that
    the server does not take goes out as a classic one at once.

    Args:
        bot: The application's bot.
        message_context: Chat and topic.
        reply: What to say.
        before: Called right before each attempt.
        to: The message that it visibly replies to, if that still stands.

    Returns:
        The message's id.

    Raises:
        UncertainError: It may have arrived, or not.
        TelegramError: It has not arrived.
    """
    answered = ReplyParameters(to, allow_sending_without_reply=True) if to else None
    drawn = render(reply, _me_in(bot, message_context))

    async def attempt(**text: Any) -> int:
        message = await bot.send_message(
            message_context.chat_id,
            **text,
            message_thread_id=message_context.thread_id,
            reply_parameters=answered,
            reply_markup=drawn.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            rate_limit_args=before,
        )
        return message.message_id

    try:
        if reply.rich and is_known(bot):
            with suppress(NotRichError):
                rich = render_rich(reply, _me_in(bot, message_context))
                return await send_rich(bot, message_context, rich, before=before, to=answered)
        return await attempt(text=drawn.html, parse_mode=ParseMode.HTML)
    except BadRequest as error:
        if message_context.thread_id is not None and "thread not found" in error.message.lower():
            elsewhere = replace(message_context, thread_id=None)
            return await send(bot, elsewhere, reply, before=before, to=to)
        check_unparsed(error)
        return await attempt(text=drawn.plain)


async def offer_rich(bot: ExtBot[Before], message_context: MessageContext, reply: Reply) -> bool:
    """Send a reply that makes sense as a rich message only.

    Returns:
        Whether it went out; not where the server takes no rich messages.

    Raises:
        UncertainError: It may have arrived, or not.
        TelegramError: It has not arrived.
    """
    if not is_known(bot):
        return False
    with suppress(NotRichError):
        await send_rich(bot, message_context, render_rich(reply, _me_in(bot, message_context)))
        return True
    return False


async def send_file(
    bot: ExtBot[Before], message_context: MessageContext, attachment: Attachment
) -> None:
    """Send a file to a chat.

    Raises:
        TelegramError: It has not arrived.
    """
    await bot.send_document(
        message_context.chat_id,
        attachment.content,
        filename=attachment.name,
        message_thread_id=message_context.thread_id,
    )


def get_me(bot: ExtBot[Before]) -> Me:
    """What buttons that lead elsewhere need to know of the bot."""
    return Me(bot.username, bool(bot.supports_inline_queries))


def _me_in(bot: ExtBot[Before], message_context: MessageContext) -> Me:
    """The same in a chat: buttons may open Mini Apps in private ones alone."""
    return replace(get_me(bot), apps=message_context.chat_id > 0)


async def edit(
    bot: ExtBot[Before], message_context: MessageContext, message_id: int, reply: Reply
) -> None:
    """Replace one of the bot's messages; by a classic reply where the server takes no rich one.

    Raises:
        TelegramError: As when the message is gone.
    """
    if reply.rich and is_known(bot):
        with suppress(NotRichError):
            drawn_rich = render_rich(reply, _me_in(bot, message_context))
            await edit_rich(bot, message_context, message_id, drawn_rich)
            return
    drawn = render(reply, _me_in(bot, message_context))

    async def attempt(**text: Any) -> None:
        await bot.edit_message_text(
            chat_id=message_context.chat_id,
            message_id=message_id,
            **text,
            reply_markup=drawn.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    try:
        await attempt(text=drawn.html, parse_mode=ParseMode.HTML)
    except BadRequest as error:
        check_unparsed(error)
        await attempt(text=drawn.plain)


async def edit_rating(
    bot: ExtBot[Before], message: MaybeInaccessibleMessage, rows: Sequence[Sequence[Button]]
) -> None:
    """Replace the buttons that rate under one of the bot's messages, and nothing else of it.

    Raises:
        TelegramError: As when the message is gone.
    """
    if (changed := renew_rating(message, rows)) is not None:
        await bot.edit_message_reply_markup(
            message.chat.id, message.message_id, reply_markup=changed
        )


def renew_rating(
    message: MaybeInaccessibleMessage, rows: Sequence[Sequence[Button]]
) -> InlineKeyboardMarkup | None:
    """The buttons under a message with those that rate replaced; None where none are known."""
    markup, rating = getattr(message, "reply_markup", None), draw_keyboard(rows)
    if markup is None or rating is None:  # the message is too old to be known
        return None
    changed = renew_buttons(
        markup.inline_keyboard,
        rating.inline_keyboard,
        lambda button: decode(str(button.callback_data)),
    )
    return InlineKeyboardMarkup(changed)


def check_unparsed(error: BadRequest) -> None:
    """Raise unless the text may go out again without markup."""
    if "can't parse entities" not in error.message.lower():
        raise error
    _log.warning("Telegram refused our markup", reason=error.message)
