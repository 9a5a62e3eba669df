"""Messages that one member of a group sees, by raw calls, until python-telegram-bot knows them.

A server that knows none ignores what makes a message one, and shows it to all; that is told by its
answer, and none is sent any more.

Tested on the emulated Telegram in `tests/telegram/test_ephemeral.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from telegram import BotCommand, BotCommandScopeChat, MaybeInaccessibleMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, EndPointNotFound, InvalidToken
from telegram.ext import ExtBot

from bot.message_context import MessageContext
from bot.reply.reply import Button, Reply
from bot.telegram.sending.rate_limiter import Before, RateLimiter
from bot.telegram.sending.render import render
from bot.telegram.sending.send import get_me, renew_rating

_log = structlog.get_logger(__name__)

# All methods may be written in any case, and python-telegram-bot warns of the names that it knows.
_SEND, _SET_COMMANDS = "sendmessage", "setmycommands"
_EDIT, _EDIT_BUTTONS = "editEphemeralMessageText", "editEphemeralMessageReplyMarkup"
_DELETE = "deleteEphemeralMessage"


class NotEphemeralError(Exception):
    """The server refuses, or knows no messages that one member sees."""


@dataclass(frozen=True, slots=True)
class Whisper:
    """A message that one member of a group sees, written by them or by the bot.

    Attributes:
        chat_id: The group.
        reader: The member.
        number: Its own; such a message has no other.
    """

    chat_id: int
    reader: int
    number: int

    @property
    def named(self) -> dict[str, int]:
        """As methods name it."""
        return {
            "chat_id": self.chat_id,
            "receiver_user_id": self.reader,
            "ephemeral_message_id": self.number,
        }


def read_whisper(message: MaybeInaccessibleMessage | None) -> Whisper | None:
    """What makes a message one that a single member sees; None for any other."""
    known = message.api_kwargs if message else {}
    number, receiver = known.get("ephemeral_message_id"), known.get("receiver_user")
    sender = getattr(message, "from_user", None)
    # Of both who write and receive one is the bot, which alone gets what members write this way.
    reader = sender.id if sender and not sender.is_bot else _id_of(receiver)
    if message is None or not isinstance(number, int) or reader is None:
        return None
    return Whisper(message.chat.id, reader, number)


def is_known(bot: ExtBot[Before]) -> bool:
    """Whether the server may know such messages: it has not shown that it does not."""
    pacing = bot.rate_limiter
    return not (isinstance(pacing, RateLimiter) and pacing.without_ephemeral)


async def whisper(  # noqa: PLR0913 - what a message needs to know
    bot: ExtBot[Before],
    message_context: MessageContext,
    reader: int,
    reply: Reply,
    *,
    before: Before | None = None,
    to: int | None = None,
    heard: Whisper | None = None,
) -> int | None:
    """Send a reply that one member of a group sees.

    Args:
        bot: The application's bot.
        message_context: Group and topic.
        reader: The member.
        reply: What to say; drawn as a classic message.
        before: Called right before each attempt.
        to: The message of theirs that it replies to, if others see that.
        heard: The same where they alone do, which allows the answer for some seconds.

    Returns:
        None; or its id, where the server knows no such messages and showed it to everybody.

    Raises:
        NotEphemeralError: The server refuses.
        UncertainError: It may have arrived, or not.
        TelegramError: It has not arrived.
    """
    replied = {"message_id": to, "allow_sending_without_reply": True} if to else None
    known = {
        "chat_id": message_context.chat_id,
        "message_thread_id": message_context.thread_id,
        "ephemeral_message_parameters": {"receiver_user_id": reader},
        "reply_parameters": {"ephemeral_message_id": heard.number} if heard else replied,
    }
    sent = await _call_with_text(bot, _SEND, known, reply, before)
    if "ephemeral_message_id" in sent:
        return None
    _forgo(bot, "it showed such a message to everybody")
    return int(sent["message_id"])


async def edit_whisper(bot: ExtBot[Before], message: Whisper, reply: Reply) -> None:
    """Replace one of the bot's messages that one member sees.

    Raises:
        NotEphemeralError: The server refuses, as where the message is gone.
        TelegramError: It could not be done.
    """
    await _call_with_text(bot, _EDIT, message.named, reply, None)


async def edit_whispered_rating(
    bot: ExtBot[Before],
    message: Whisper,
    stands: MaybeInaccessibleMessage,
    rows: Sequence[Sequence[Button]],
) -> None:
    """Replace the buttons that rate under such a message, and nothing else of it.

    Raises:
        NotEphemeralError: The server refuses, as where the message is gone.
        TelegramError: It could not be done.
    """
    if (keyboard := renew_rating(stands, rows)) is not None:
        await _call(bot, _EDIT_BUTTONS, message.named | {"reply_markup": keyboard})


async def delete_whisper(bot: ExtBot[Before], message: Whisper) -> None:
    """Delete one of the bot's messages that one member sees.

    Raises:
        NotEphemeralError: The server refuses, as where the message is gone.
        TelegramError: It could not be done.
    """
    await _call(bot, _DELETE, message.named)


async def show_commands(
    bot: ExtBot[Before], chat_id: int, commands: Sequence[BotCommand], whispered: str
) -> None:
    """List a group's commands, one of them as one that is written for the bot's eyes only.

    Raises:
        NotEphemeralError: The server refuses.
        TelegramError: It could not be done.
    """
    listed = [
        one.to_dict() | ({"is_ephemeral": True} if one.command == whispered else {})
        for one in commands
    ]
    scope = BotCommandScopeChat(chat_id).to_dict()
    await _call(bot, _SET_COMMANDS, {"commands": listed, "scope": scope})


async def hide_commands(bot: ExtBot[Before], chat_id: int) -> None:
    """List the commands in a group that are listed everywhere.

    Raises:
        TelegramError: It could not be done.
    """
    await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))


def _id_of(user: object) -> int | None:
    found = user.get("id") if isinstance(user, dict) and not user.get("is_bot") else None
    return found if isinstance(found, int) else None


async def _call_with_text(
    bot: ExtBot[Before],
    endpoint: str,
    known: dict[str, Any],
    reply: Reply,
    before: Before | None,
) -> Any:
    """Call with a reply drawn as text, again without markup where that is refused."""
    drawn = render(reply, get_me(bot))
    given = known | {
        "reply_markup": drawn.keyboard,
        "link_preview_options": {"is_disabled": True},
    }
    try:
        marked = {"text": drawn.html, "parse_mode": ParseMode.HTML}
        return await _call(bot, endpoint, given | marked, before)
    except NotEphemeralError as error:
        if "can't parse entities" not in str(error).lower():
            raise
        _log.warning("Telegram refused our markup", reason=str(error))
    return await _call(bot, endpoint, given | {"text": drawn.plain}, before)


async def _call(
    bot: ExtBot[Before], endpoint: str, known: dict[str, Any], before: Before | None = None
) -> Any:
    given = {name: value for name, value in known.items() if value is not None}
    try:
        return await bot.do_api_request(endpoint, given, rate_limit_args=before)
    except EndPointNotFound as error:
        if "unauthorized" in str(error.__cause__).lower():
            raise InvalidToken(str(error.__cause__)) from error
        _forgo(bot, error.message)
        raise NotEphemeralError(error.message) from error
    except BadRequest as error:
        raise NotEphemeralError(error.message) from error


def _forgo(bot: ExtBot[Before], reason: str) -> None:
    """Send none any more while this process runs, and say so once."""
    pacing = bot.rate_limiter
    if not isinstance(pacing, RateLimiter) or pacing.without_ephemeral:
        return
    pacing.without_ephemeral = True
    _log.warning(
        "the Bot API server knows no ephemeral messages; everybody sees every answer from now on",
        reason=reason,
        remedy="update the server that BYLINE_TELEGRAM_API_URL names",
    )
