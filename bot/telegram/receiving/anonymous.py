"""What is stored of an update: nobody's name, and nothing that its answer does not need.

Tested in `tests/telegram/receiving/test_inbox.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from telegram import (
    Document,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    Update,
    User,
)

from bot.telegram.receiving.group_messages import is_asked_by_reply

NAMELESS = "-"
"""What everybody is called where Telegram wants a name."""


def write_anonymous(update: Update) -> str:
    """A message or its edit as the Bot API's JSON, without names and all that we do not need."""
    return json.dumps(_anonymous(update), ensure_ascii=False)


def _anonymous(update: Update) -> dict[str, object]:
    if update.message is not None:
        return {"update_id": update.update_id, "message": _message(update.message)}
    edited = update.edited_message
    return {"update_id": update.update_id, "edited_message": _message(edited) if edited else None}


def _message(message: Message) -> dict[str, object]:
    sender, replied = message.from_user, message.reply_to_message
    chat = {"id": message.chat.id, "type": message.chat.type}
    date = int(message.date.timestamp())
    return {
        "message_id": message.message_id,
        "ephemeral_message_id": message.api_kwargs.get("ephemeral_message_id"),
        "date": date,
        "edit_date": int(message.edit_date.timestamp()) if message.edit_date else None,
        "chat": chat,
        "message_thread_id": message.message_thread_id,
        "is_topic_message": message.is_topic_message,
        "from": sender and _nameless(sender),
        "text": message.text,
        "entities": _entities(message.entities),
        "caption": message.caption,
        "caption_entities": _entities(message.caption_entities),
        "document": message.document and _document(message.document),
        "reply_to_message": replied and _replied(message, replied),
        "media_group_id": message.media_group_id,
        "quote": message.quote and {"text": message.quote.text, "position": 0},
        "forward_origin": _origin(message.forward_origin),
        "sender_chat": message.sender_chat and {"id": message.sender_chat.id, "type": "channel"},
    }


def _entities(entities: Iterable[MessageEntity]) -> list[dict[str, object]]:
    return [
        {"type": entity.type, "offset": entity.offset, "length": entity.length}
        | ({"user": _nameless(entity.user)} if entity.user else {})
        for entity in entities
    ]


def _document(document: Document) -> dict[str, object]:
    return {
        "file_id": document.file_id,
        "file_unique_id": document.file_unique_id,
        "file_name": document.file_name,
        "file_size": document.file_size,
    }


def _origin(origin: MessageOrigin | None) -> dict[str, object] | None:
    """Where a channel's post stands; of others who are forwarded no more than that they are."""
    if origin is None:
        return None
    date = int(origin.date.timestamp())
    if not isinstance(origin, MessageOriginChannel):
        return {"type": "hidden_user", "date": date, "sender_user_name": NAMELESS}
    chat = origin.chat
    return {
        "type": "channel",
        "date": date,
        "chat": {"id": chat.id, "type": "channel", "title": chat.title, "username": chat.username},
        "message_id": origin.message_id,
    }


def _replied(message: Message, replied: Message) -> dict[str, object]:
    """What a message replies to, with its text only where that text is the question."""
    sender = replied.from_user
    asks = (replied.text or replied.caption) if is_asked_by_reply(message) else None
    return {
        "message_id": replied.message_id,
        "date": int(message.date.timestamp()),
        "chat": {"id": message.chat.id, "type": message.chat.type},
        "from": sender and _nameless(sender),
        "text": asks,
    }


def _nameless(user: User) -> dict[str, object]:
    language = user.language_code
    return {"id": user.id, "is_bot": user.is_bot, "first_name": NAMELESS, "language_code": language}
