"""What an emulated Telegram remembers: users, chats, messages, pending updates, webhook.

Nothing here refuses anything (`telegram_rules`, `telegram_methods`) or speaks HTTP
(`telegram_server`). One lock, held by the server, guards it all.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from telegram import Message as TelegramMessage

from tests.support.telegram_rich import Rich
from tests.support.telegram_rules import JSON, Webhook, utf16_slice

BY_DEFAULT_WITHHELD = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat, and its forum topics by thread id.

    Channels may have a name by which they are public, and a group that discusses them.
    """

    id: int
    type: str = "private"
    title: str = ""
    threads: dict[int, str] = field(default_factory=dict)
    username: str = ""
    linked: int | None = None

    @property
    def is_group(self) -> bool:
        return self.type != "private"

    def json(self) -> JSON:
        known: JSON = {"id": self.id, "type": self.type}
        if not self.is_group:
            return known | {"first_name": self.title}
        named = {"username": self.username} if self.username else {}
        return known | {"title": self.title} | named | ({"is_forum": True} if self.threads else {})


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now.

    Attributes:
        text: Text or caption as the reader sees it.
        entities: ``MessageEntity`` objects, offsets in UTF-16 units.
        buttons: Rows of ``InlineKeyboardButton`` objects.
        reply_to: Id of the message replied to, or None.
        quote: The part of it that is quoted, or None.
        edits: How often it was edited.
        sent_at: Seconds since the epoch, as are the other times.
        parse_mode: As the bot sent it, or None.
        media: Fields such as ``photo`` or ``voice``; then ``text`` is a caption.
        rich: What a rich message holds, of which ``text`` is what the reader sees; else None.
        extra: Further fields of the Bot API's ``Message``.
    """

    chat: Chat
    message_id: int
    sender: JSON
    text: str
    entities: tuple[JSON, ...] = ()
    buttons: tuple[tuple[JSON, ...], ...] = ()
    reply_to: int | None = None
    quote: str | None = None
    thread: int | None = None
    edits: int = 0
    sent_at: float = 0.0
    edited_at: float | None = None
    link_preview_options: JSON | None = None
    parse_mode: str | None = None
    media: JSON = field(default_factory=dict)
    extra: JSON = field(default_factory=dict)
    rich: Rich | None = None

    @property
    def labels(self) -> list[list[str]]:
        """The keyboard's labels, by row."""
        return [[str(button["text"]) for button in row] for row in self.buttons]

    @property
    def every_button(self) -> tuple[tuple[JSON, ...], ...]:
        """The rows of the keyboard, and the buttons within the text."""
        return (*self.buttons, self.rich.buttons if self.rich else ())

    @property
    def html(self) -> str:
        """Text or caption with its entities written as Telegram HTML; a rich one as it was sent."""
        if self.rich is not None:
            return self.rich.html
        message = TelegramMessage.de_json(self.json(), None)
        return message.caption_html if self.media else message.text_html

    def json(self) -> JSON:
        """The Bot API's ``Message``, without the message replied to."""
        text, entities = ("caption", "caption_entities") if self.media else ("text", "entities")
        known: JSON = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": self.chat.json(),
            "date": int(self.sent_at),
            "edit_date": self.edited_at and int(self.edited_at),
            text: self.text,
            entities: list(self.entities),
            "link_preview_options": self.link_preview_options,
            "message_thread_id": self.thread,
            "is_topic_message": self.thread is not None,
            "reply_markup": self.buttons and {"inline_keyboard": [*map(list, self.buttons)]},
            "quote": self.quote and {"text": self.quote, "position": 0, "is_manual": True},
        }
        if self.rich is not None:
            known |= {"rich_message": self.rich.json(), text: "", entities: []}
        known |= self.media | self.extra
        return {name: value for name, value in known.items() if value or name == "message_id"}


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """An accepted ``answerCallbackQuery``."""

    id: str
    text: str
    show_alert: bool
    url: str
    at: float


@dataclass(frozen=True, slots=True)
class InlineAnswer:
    """An accepted ``answerInlineQuery``; ``cache_time`` in seconds, ``at`` since the epoch."""

    results: list[JSON]
    button: JSON | None
    cache_time: int
    personal: bool
    at: float


class World:
    """Everything an emulated Telegram knows of one bot."""

    def __init__(self, bot: JSON, *, privacy: bool = True) -> None:
        self.bot = bot
        self.privacy = privacy
        self.users: dict[int, JSON] = {}
        self.chats: dict[int, Chat] = {}
        self.blocked: set[int] = set()
        self.left: set[int] = set()
        self.owners: set[tuple[int, int]] = set()
        self.messages: dict[tuple[int, int], Message] = {}
        self.webhook = Webhook()
        self.webhook_error = ""
        self.updates: list[JSON] = []
        self.callbacks: dict[str, CallbackAnswer | None] = {}
        self.inline = True
        self.knows_rich = True
        self.reactions: dict[tuple[int, int, int], str] = {}
        self.knows_ephemeral = True
        self.administered: set[int] = set()
        self.whispers: dict[tuple[int, int], Message] = {}
        self.heard: dict[tuple[int, int], float] = {}
        self.whisper_s = 15.0
        self.inline_queries: dict[str, InlineAnswer | None] = {}
        self.guest_queries: dict[str, Message] = {}
        self.guest_answers: dict[str, Message] = {}
        self.files: dict[str, bytes] = {}
        self.migrated: dict[int, int] = {}
        self.commands: dict[tuple[str, str], list[JSON]] = {}
        self.descriptions: dict[str, str] = {}
        self.hear: Callable[[Message], None] | None = None
        self._ids: defaultdict[int, count[int]] = defaultdict(lambda: count(1))
        self._query_ids = count(4_000_000_001)
        self._last_update_id = 100_000

    def user(self, user_id: int, **known: object) -> JSON:
        """The user with this id, met now if need be; ``known`` overrides fields."""
        new = {"id": user_id, "is_bot": False, "first_name": f"Reader {user_id}"}
        self.users[user_id] = self.users.get(user_id, new | {"language_code": "en"}) | known
        return self.users[user_id]

    def next_message_id(self, chat: Chat) -> int:
        """Ids ascend for each supergroup and channel, and across all others, as a bot sees them."""
        return next(self._ids[chat.id if chat.type in ("supergroup", "channel") else 0])

    def next_query_id(self) -> str:
        return str(next(self._query_ids))

    def put(self, message: Message) -> None:
        self.messages[message.chat.id, message.message_id] = message
        if self.hear is not None:
            self.hear(message)

    def json(self, message: Message) -> JSON:
        """The Bot API's ``Message``, with the message replied to."""
        known = message.json()
        if replied := self.messages.get((message.chat.id, message.reply_to or 0)):
            known["reply_to_message"] = replied.json()
        return known

    def sees(self, message: Message) -> bool:
        """Whether the bot gets this message: not all in a group, under privacy mode."""
        if message.chat.id in self.left:
            return False
        if "ephemeral_message_id" in message.extra:
            return True
        moved = message.extra.keys() & {"migrate_to_chat_id", "migrate_from_chat_id"}
        if moved or not (message.chat.is_group and self.privacy):
            return True
        replied = self.messages.get((message.chat.id, message.reply_to or 0))
        return self._addressed(message) or (replied is not None and replied.sender == self.bot)

    def _addressed(self, message: Message) -> bool:
        name = f"@{self.bot['username']}".lower()
        for entity in message.entities:
            word = utf16_slice(message.text, entity["offset"], entity["length"]).lower()
            if entity["type"] == "mention" and word == name:
                return True
            if entity["type"] == "bot_command" and (word.endswith(name) or "@" not in word):
                return True
        return False

    def enqueue(self, kind: str, payload: JSON, *, update_id: int | None = None) -> None:
        """Hold an update for the bot, if it asked for this kind when it last said."""
        allowed = self.webhook.allowed_updates
        if kind not in allowed if allowed else kind in BY_DEFAULT_WITHHELD:
            return
        given = self._last_update_id + 1 if update_id is None else update_id
        self._last_update_id = max(self._last_update_id, given)
        self.updates.append({"update_id": given, kind: payload})

    def hold(self, update: Any) -> None:
        """Hold an update as it is; those said later have higher numbers."""
        self.updates.append(update)
        if isinstance(update, dict):
            self._last_update_id = max(self._last_update_id, update.get("update_id", 0) % 2**63)

    def acknowledge(self, offset: int) -> None:
        """Forget updates before ``offset``, with any that have no number and stand before those.

        A negative one keeps that many of the last.
        """
        if offset < 0:
            self.updates = self.updates[offset:]
        while any(
            isinstance(one, dict) and one.get("update_id", offset) < offset for one in self.updates
        ):
            del self.updates[0]


def now() -> float:
    """Seconds since the epoch."""
    return time.time()


def button_named(buttons: Sequence[Sequence[JSON]], name: str) -> JSON | None:
    """The button with this callback data or, failing that, this label."""
    every = [button for row in buttons for button in row]
    for key in ("callback_data", "text"):
        for button in every:
            if button.get(key) == name:
                return button
    return None
