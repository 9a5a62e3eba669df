"""Posts of channels as they come in: stored before Telegram is told that they arrived.

They are no questions and get no answer. What becomes of them is seen to beside the answers, by
`bot.telegram.channel_keeper`, from the database: so none is lost when the process dies, and none
is taken in twice.

Tested on the emulated Telegram in `tests/telegram/test_channels.py`.
"""

from __future__ import annotations

import asyncio
from collections import deque

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import (
    Chat,
    ChatMemberUpdated,
    Message,
    MessageEntity,
    MessageOriginChannel,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
)
from telegram.constants import ChatMemberStatus, ChatType

from bot.logs import named
from bot.settings import Settings
from bot.storage.channels import Channels
from corpus.parse.telegram.post import Post

_log = structlog.get_logger(__name__)

_REMEMBERED = 1000
"""How many updates are remembered while they cannot be stored."""
_LINKS: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]


class ChannelPosts:
    """Keeps what comes of channels that the bot may take in.

    Attributes:
        came: Set whenever there is something new.

    Args:
        channels: Where to keep it.
        settings: Who may add the bot to a channel.
    """

    def __init__(self, channels: Channels, settings: Settings) -> None:
        self.came = asyncio.Event()
        self._channels = channels
        self._admins = settings.admins
        self._by_anybody = settings.channels == "anybody"
        self._unstored: deque[Update] = deque(maxlen=_REMEMBERED)

    def concerns(self, update: Update) -> bool:
        """Whether an update is of a channel, and none for whoever answers."""
        if update.my_chat_member is not None:
            return update.my_chat_member.chat.type == ChatType.CHANNEL
        return update.channel_post is not None or update.edited_channel_post is not None

    def keep(self, update: Update) -> None:
        """Store what an update brings; where that cannot be, remember it for the time being.

        What comes behind one that could not be stored waits behind it: a channel's posts mean
        nothing before it is known who let the bot in.
        """
        if self._unstored:
            self._unstored.append(update)
            return
        try:
            self._keep(update)
        except SQLAlchemyError as error:  # a full disk, say
            _log.error("cannot store a channel's post", update=update.update_id, error=named(error))
            self._unstored.append(update)

    def keep_now(self, update: Update) -> None:
        """Store what an update brings, if it is of a channel, and remember nothing.

        Raises:
            SQLAlchemyError: It cannot be stored.
        """
        if self.concerns(update):
            self._keep(update)
        elif update.message is not None:
            self.note_copy(update.message)

    def keep_again(self) -> None:
        """Try once more to store what could not be.

        Raises:
            SQLAlchemyError: It still cannot be.
        """
        while self._unstored:
            self._keep(self._unstored[0])
            self._unstored.popleft()

    def note_copy(self, message: Message) -> None:
        """Learn from the copy of a post in which group a channel is discussed."""
        channel = message.sender_chat
        if not message.is_automatic_forward or channel is None:
            return
        known = self._channels.get(channel.id)
        if known is not None and known.discussion != message.chat.id:
            self._channels.change(channel.id, discussion=message.chat.id)

    def _keep(self, update: Update) -> None:
        if update.my_chat_member is not None:
            self._joined(update.my_chat_member)
        elif (message := update.channel_post or update.edited_channel_post) is not None:
            self._came(message)

    def _joined(self, change: ChatMemberUpdated) -> None:
        """Somebody added the bot to a channel, or took it out."""
        chat = change.chat
        if change.new_chat_member.status != ChatMemberStatus.ADMINISTRATOR:
            if self._channels.get(chat.id):
                self._channels.change(chat.id, taking=False)
            return
        if change.old_chat_member.status == ChatMemberStatus.ADMINISTRATOR:
            return  # only what it may do there has changed
        if self._by_anybody or change.from_user.id in self._admins:
            self._channels.add(chat.id, _title(chat), _name(chat), added_by=change.from_user.id)
        else:
            _log.info("added to a channel by somebody who may not; its posts are not taken in")

    def _came(self, message: Message) -> None:
        chat = message.chat
        known = self._channels.get(chat.id)
        if known is None or not known.taking:
            return
        if (known.title, known.name) != (_title(chat), _name(chat)):
            self._channels.change(chat.id, title=_title(chat), name=_name(chat))
        if message.text or message.caption or message.effective_attachment:
            self._channels.keep(chat.id, read_message(message))


def read_message(message: Message) -> Post:
    """Read a channel's message as a post."""
    marked = message.parse_entities(_LINKS) if message.text else {}
    if message.caption:
        marked = message.parse_caption_entities(_LINKS)
    return Post(
        number=message.message_id,
        text=message.text or message.caption or "",
        sent=message.date,
        edited=message.edit_date,
        author=message.author_signature or "",
        origin=_origin(message),
        links=tuple(entity.url or text for entity, text in marked.items()),
        album=message.media_group_id or "",
    )


def _origin(message: Message) -> str:
    """Whom a post was forwarded from; empty where it was not."""
    match message.forward_origin:
        case MessageOriginChannel(chat=chat):
            return chat.title or ""
        case MessageOriginUser(sender_user=user):
            return user.full_name
        case MessageOriginHiddenUser(sender_user_name=name):
            return name
        case None:
            return ""
        case origin:
            sender = getattr(origin, "sender_chat", None)
            return (sender.title if sender else "") or ""


def _title(chat: Chat) -> str:
    return chat.title or ""


def _name(chat: Chat) -> str:
    return (chat.username or "").casefold()
