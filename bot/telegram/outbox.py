"""Put a reply on the reader's screen: send it, or change a message that stands there."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.conversation import Place
from bot.reply import Reply
from bot.telegram.delivery import Before
from bot.telegram.render import Rendered, render

_log = structlog.get_logger(__name__)


async def send(
    bot: ExtBot[Before], place: Place, reply: Reply, *, before: Before | None = None
) -> int:
    """Send a reply to where the question came from.

    Args:
        bot: The application's bot.
        place: Chat and topic.
        reply: What to say.
        before: Called right before each attempt.

    Returns:
        The message's id.

    Raises:
        UncertainError: It may have arrived, or not.
        TelegramError: It has not arrived.
    """
    drawn = render(reply)

    async def attempt(**text: Any) -> int:
        message = await bot.send_message(
            place.chat_id,
            **text,
            message_thread_id=place.thread_id,
            reply_markup=drawn.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            rate_limit_args=before,
        )
        return message.message_id

    try:
        return await attempt(text=drawn.html, parse_mode=ParseMode.HTML)
    except BadRequest as error:
        _check_unparsed(error, drawn)
        return await attempt(text=drawn.plain)


async def edit(bot: ExtBot[Before], place: Place, message_id: int, reply: Reply) -> None:
    """Replace one of the bot's messages.

    Raises:
        TelegramError: As when the message is gone.
    """
    drawn = render(reply)

    async def attempt(**text: Any) -> None:
        await bot.edit_message_text(
            chat_id=place.chat_id,
            message_id=message_id,
            **text,
            reply_markup=drawn.keyboard,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )

    try:
        await attempt(text=drawn.html, parse_mode=ParseMode.HTML)
    except BadRequest as error:
        _check_unparsed(error, drawn)
        await attempt(text=drawn.plain)


def _check_unparsed(error: BadRequest, drawn: Rendered) -> None:
    """Raise unless the text may go out again without markup."""
    if "can't parse entities" not in error.message.lower():
        raise error
    _log.warning("Telegram refused our markup", reason=error.message, size=len(drawn.html))
