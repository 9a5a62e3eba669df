"""Rich messages by raw calls, until python-telegram-bot knows them; this module goes when it does.

They take the same way as all that is sent: at Telegram's pace, and again where that does no harm.
Tested on the emulated Telegram in `tests/telegram/test_rich.py`.
"""

from __future__ import annotations

from typing import Any

import structlog
from telegram import ReplyParameters
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, TelegramError
from telegram.ext import ExtBot

from bot.message_context import MessageContext
from bot.telegram.sending.rate_limiter import Before, RateLimiter
from bot.telegram.sending.render_rich import RichDrawn

_log = structlog.get_logger(__name__)

_SEND = "sendRichMessage"
# All methods may be written in any case, and python-telegram-bot warns of the name that it knows.
_EDIT = "editmessagetext"
_UNSEEN = "message text is empty"
"""What a server says to an edit that knows no rich messages: it sees nothing of it."""
_OURS = ("can't parse", "rich")
"""What a refusal says that is of what we draw."""
_NO_THREAD = "thread not found"
_REFUSALS = 3
"""After so many refusals of what we draw, one after another, a server does not know it all."""


class NotRichError(Exception):
    """The message did not go out as a rich one, and may go out as a classic one."""


def is_known(bot: ExtBot[Before]) -> bool:
    """Whether the server may know rich messages: it has not said that it does not."""
    pacing = bot.rate_limiter
    return not (isinstance(pacing, RateLimiter) and pacing.without_rich)


async def send_rich(
    bot: ExtBot[Before],
    message_context: MessageContext,
    drawn: RichDrawn,
    *,
    before: Before | None = None,
    to: ReplyParameters | None = None,
) -> int:
    """Send a rich message.

    Returns:
        Its id.

    Raises:
        NotRichError: The server knows none, or refuses this one.
        UncertainError: It may have arrived, or not.
        TelegramError: It has not arrived.
    """
    known = {
        "chat_id": message_context.chat_id,
        "message_thread_id": message_context.thread_id,
        "reply_parameters": to,
        "reply_markup": drawn.keyboard,
    }
    sent = await _call(bot, _SEND, drawn, known, before)
    return int(sent["message_id"])


async def edit_rich(
    bot: ExtBot[Before], message_context: MessageContext, message_id: int, drawn: RichDrawn
) -> None:
    """Replace one of the bot's messages by a rich one.

    Raises:
        NotRichError: The server knows none, or refuses this one.
        TelegramError: As when the message is gone.
    """
    known = {
        "chat_id": message_context.chat_id,
        "message_id": message_id,
        "reply_markup": drawn.keyboard,
    }
    await _call(bot, _EDIT, drawn, known, None)


async def _call(
    bot: ExtBot[Before],
    endpoint: str,
    drawn: RichDrawn,
    known: dict[str, Any],
    before: Before | None,
) -> Any:
    given = {name: value for name, value in known.items() if value is not None}
    # Nothing in it is to become a link or a command but what is drawn as one.
    given["rich_message"] = {"html": drawn.html, "skip_entity_detection": True}
    try:
        answer = await bot.do_api_request(endpoint, given, rate_limit_args=before)
    except EndPointNotFound as error:
        if "unauthorized" in str(error.__cause__).lower():
            raise InvalidToken(str(error.__cause__)) from error
        await _forgo(bot, error)
        raise NotRichError from error
    except BadRequest as error:
        said = error.message.lower()
        if _NO_THREAD in said:
            raise
        if _UNSEEN in said:
            await _forgo(bot, error)
        elif any(words in said for words in _OURS):  # other refusals are of the chat
            _log.warning("Telegram refused a rich message", reason=error.message)
            await _count_refusal(bot, error)
        raise NotRichError from error
    if isinstance(pacing := bot.rate_limiter, RateLimiter):
        pacing.rich_refusals = 0
    return answer


async def _count_refusal(bot: ExtBot[Before], error: TelegramError) -> None:
    pacing = bot.rate_limiter
    if isinstance(pacing, RateLimiter):
        pacing.rich_refusals += 1
        if pacing.rich_refusals >= _REFUSALS:
            await _forgo(bot, error)


async def _forgo(bot: ExtBot[Before], error: TelegramError) -> None:
    """Send none any more, and say so once; whoever is to know is told."""
    pacing = bot.rate_limiter
    if not isinstance(pacing, RateLimiter) or pacing.without_rich:
        return
    pacing.without_rich = True
    _log.warning(
        "the Bot API server knows no rich messages; every reply is a classic one from now on",
        reason=error.message,
        remedy="update the server that BYLINE_TELEGRAM_API_URL names",
    )
    if pacing.forgone is not None:
        await pacing.forgone()
