"""What in a group is meant for the bot, and what in any chat is said once and arrives twice.

A group hears the bot when somebody names it or replies to it, and otherwise not at all.

Tested on the emulated Telegram in `tests/telegram/test_groups.py`.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType
from telegram.ext import filters

from bot.intents.handed import read_handed
from bot.telegram.receiving.forwards import read_forwarded

_ASK = re.compile(r"^/ask(@\w+)?(\s+|$)", re.IGNORECASE)
_EDGE = " \t\n,:;–—-"
"""What is left of "Byline, who won?" without the name, and belongs to neither."""
_TOGETHER_S = 1.5
"""How far apart in time Telegram dates a forward and the comment sent with it."""
_WAIT_S = 0.4
"""How long a comment that says nothing by itself waits for its forward."""
_REMEMBERED = 1000
_HOLLOW = frozenset((
    "a", "about", "and", "any", "are", "check", "correct", "fact", "fake", "false", "how", "is",
    "it", "me", "more", "news", "of", "on", "please", "really", "right", "said", "says", "see",
    "so", "story", "sum", "summarise", "summarize", "tell", "that", "the", "these", "they",
    "think", "this", "thoughts", "thread", "tldr", "true", "truth", "up", "was", "what", "when",
    "where", "who", "why", "wow", "you", "your",
))  # fmt: skip


def hands_in(message: Message) -> bool:
    """Whether a message without a text hands the bot something to read.

    That is a file, or what stands below a picture and is an article, its address, or a channel's
    post; in a group only where that names the bot.
    """
    if message.text or is_noise(message):
        return False
    if message.chat.type != ChatType.PRIVATE and not _mentions(message):
        return False
    caption = message.caption or ""
    return bool(message.document or read_handed(caption) or read_forwarded(message))


class HandsIn(filters.MessageFilter):
    """Lets through what `hands_in`."""

    def filter(self, message: Message) -> bool:
        """Whether it does."""
        return hands_in(message)


def find_asked(message: Message) -> str | None:
    """The question that a message puts to the bot in a group; None where it is not meant for it.

    Commands are told apart elsewhere. An empty question is one all the same: somebody called.
    """
    if message.text is None or message.text.startswith("/") or is_noise(message):
        return None
    if _mentions(message):
        return read_question(message)
    return message.text if _replies_to_us(message) and not _calls_another(message) else None


def read_question(message: Message) -> str:
    """The words of a message that are a question: without the bot's name and ``/ask``.

    Where little else is said ("Is this true?"), the question is what the message replies to,
    unless that is the bot's own.
    """
    return _quoted(message) if is_asked_by_reply(message) else _bare(message)


def is_asked_by_reply(message: Message) -> bool:
    """Whether a message in a group asks what it replies to: it says nothing by itself."""
    if message.chat.type == ChatType.PRIVATE or _replies_to_us(message):
        return False
    return _is_hollow(_bare(message)) and bool(_quoted(message))


class Asked(filters.MessageFilter):
    """Lets through what `find_asked` gives a question for."""

    def filter(self, message: Message) -> bool:
        """Whether the message is meant for the bot."""
        return find_asked(message) is not None


def is_noise(message: Message) -> bool:
    """Whether a message is nobody's question, wherever it stands.

    One of the bot's own answers, which a reader put there by an inline query, is none; nor is, in
    a group, what is forwarded, comes from a channel by itself, or from another bot.
    """
    if message.chat.type == ChatType.PRIVATE:
        return message.via_bot is not None and message.via_bot.id == _me(message)[0]
    sender = message.from_user
    # Whoever writes in the name of a group or channel comes as a bot, and is none.
    bot = sender is not None and sender.is_bot and message.sender_chat is None
    copied = message.forward_origin or message.is_automatic_forward or message.via_bot
    return bool(copied) or bot


class Noise(filters.MessageFilter):
    """Lets through what `is_noise`."""

    def filter(self, message: Message) -> bool:
        """Whether it is."""
        return is_noise(message)


@dataclass(slots=True)
class _Talk:
    """What came last in a private chat, by number and date: a comment, a forward.

    Attributes:
        comment: The comment.
        said: What it says.
        forward: The forward.
        readable: Whether that is to be read: an article, an address, a file.
        answered: Whether the comment is answered by itself.
    """

    comment: tuple[int, datetime] | None = None
    said: str = ""
    forward: tuple[int, datetime] | None = None
    readable: bool = False
    answered: bool = False


class Pairs(filters.MessageFilter):
    """Knows forwards that were sent with a comment; as a filter, lets through those answered.

    Telegram sends the comment first, as a message of its own, then what is forwarded. Together
    they are one question: the comment, or what is forwarded where the comment says nothing by
    itself. Of an article that is forwarded, or its address, the comment asks.

    Attributes:
        reads: Whether articles that are forwarded are read.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reads = False
        self._talks: dict[int, _Talk] = {}

    def arrived(self, message: Message | None) -> None:
        """Note a message of a private chat as it comes in."""
        if message is None or message.chat.type != ChatType.PRIVATE:
            return
        talk = self._talks.pop(message.chat.id, None) or _Talk()
        self._talks[message.chat.id] = talk  # the chat heard last stands last
        if message.forward_origin:
            talk.forward = message.message_id, message.date
            read = read_handed(_said(message)) or read_forwarded(message)
            talk.readable = message.document is not None or read is not None
        elif message.text and not message.text.startswith("/"):
            talk.comment, talk.answered = (message.message_id, message.date), False
            talk.said = message.text
        if len(self._talks) > _REMEMBERED:
            del self._talks[next(iter(self._talks))]

    async def speaks_for_itself(self, message: Message) -> bool:
        """Whether a message is to be answered; False for an empty comment on a forward.

        Only a comment that says nothing by itself has to wait to know.
        """
        talk = self._talks.get(message.chat.id)
        if talk is None or not talk.comment or talk.comment[0] != message.message_id:
            return True
        if _is_hollow(message.text or ""):
            for _ in range(4):
                if _together(talk.comment, talk.forward):
                    return False
                await asyncio.sleep(_WAIT_S / 4)
        if self.reads and talk.readable and _together(talk.comment, talk.forward):
            return False
        talk.answered = True
        return True

    def find_comment(self, message: Message) -> str:
        """What was said with a forward, which may be asked of it; empty for nothing."""
        talk = self._talks.get(message.chat.id)
        if message.forward_origin is None or talk is None:
            return ""
        together = _together(talk.comment, (message.message_id, message.date))
        return talk.said if together else ""

    def filter(self, message: Message) -> bool:
        """Whether it was forwarded with a comment that has been answered."""
        talk = self._talks.get(message.chat.id)
        if message.forward_origin is None or talk is None or not talk.answered:
            return False
        if self.reads and talk.readable:  # the comment came alone, and is asked of it once more
            return False
        return _together(talk.comment, (message.message_id, message.date))


def _together(comment: tuple[int, datetime] | None, forward: tuple[int, datetime] | None) -> bool:
    if comment is None or forward is None or forward[0] <= comment[0]:
        return False
    return (forward[1] - comment[1]).total_seconds() <= _TOGETHER_S


def _is_hollow(text: str) -> bool:
    return all(word in _HOLLOW for word in re.findall(r"\w+", text.casefold()))


def _mentions(message: Message) -> list[MessageEntity]:
    """Where a message names the bot."""
    number, name = _me(message)
    found, said = [], _said(message)
    raw = said.encode("utf-16-le", "replace")
    for entity in message.entities or message.caption_entities:
        if entity.type == MessageEntity.MENTION:
            named = raw[2 * entity.offset : 2 * (entity.offset + entity.length)]
            if named.decode("utf-16-le", "replace").casefold() == f"@{name}".casefold():
                found.append(entity)
        elif entity.type == MessageEntity.TEXT_MENTION and entity.user:
            found += [entity] if entity.user.id == number else []
    return found


def _unnamed(message: Message) -> str:
    """The text of a message without the bot's name."""
    raw = _said(message).encode("utf-16-le")
    for entity in sorted(_mentions(message), key=lambda entity: -entity.offset):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        raw = raw[:start] + raw[end:]
    return raw.decode("utf-16-le", "replace")


def _bare(message: Message) -> str:
    """The text of a message without ``/ask``, and without the bot's name if it stands there."""
    if _mentions(message):
        return _ASK.sub("", _unnamed(message)).strip(_EDGE)
    return _ASK.sub("", _said(message))


def _said(message: Message) -> str:
    """What a message says, or what stands below a file that it carries."""
    return message.text or message.caption or ""


def _calls_another(message: Message) -> bool:
    """Whether the text begins with somebody's name, and is so meant for them."""
    named = (MessageEntity.MENTION, MessageEntity.TEXT_MENTION)
    return any(one.offset == 0 and one.type in named for one in message.entities)


def _replies_to_us(message: Message) -> bool:
    replied = message.reply_to_message
    topic = message.message_thread_id if message.is_topic_message else None
    if replied is None or replied.from_user is None or replied.message_id == topic:
        return False
    return replied.from_user.id == _me(message)[0]


def _quoted(message: Message) -> str:
    """What a message replies to: the part that its writer picked, or all of it."""
    if message.quote is not None:
        return message.quote.text
    replied = message.reply_to_message
    return ((replied.text or replied.caption) if replied else "") or ""


def _me(message: Message) -> tuple[int, str]:
    """The bot's number and name; none for a message that no running bot received."""
    try:
        me: User = message.get_bot().bot
    except RuntimeError:
        return 0, ""
    return me.id, me.username or ""
