"""No question is lost: each is stored before Telegram is told that it arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot, Message, Update, User
from telegram.constants import ChatType
from telegram.ext import Application

from bot.state import Kept, State
from bot.telegram.groups import Pairs, asked, is_asked_by_reply, is_noise, question
from bot.telegram.timing import Timing

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Leftover:
    """Questions of one chat that are from before a restart and get an apology, no answer.

    Attributes:
        updates: In the order they were sent; one only unless ``late``.
        late: Whether they are too old; otherwise an answer may have been delivered.
    """

    updates: tuple[Update, ...]
    late: bool

    @property
    def chat_id(self) -> int | None:
        """Where they came from."""
        chat = self.updates[-1].effective_chat
        return chat.id if chat else None


class Inbox(asyncio.Queue[object]):
    """The application's update queue, with a copy of every question in the database.

    python-telegram-bot acknowledges an update once it is in the queue, long before it is
    answered. Buttons pressed are not stored: whoever presses sees at once that nothing happens.
    """

    def __init__(self, state: State, timing: Timing) -> None:
        super().__init__()
        self._state = state
        self._timing = timing
        self.pairs = Pairs()
        # One thread, so that updates are stored in the order they came, and never wait for the
        # threads that look for answers.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")

    async def put(self, item: object) -> None:
        """Store the update, then queue it; one that is known already is dropped."""
        self.pairs.arrived(item.message if isinstance(item, Update) else None)
        if isinstance(item, Update) and carries_question(item) and not await self._is_new(item):
            _log.debug("update known already", update=item.update_id)
            return
        await super().put(item)

    async def begin(self, update_id: int) -> None:
        """Note that the answer goes out now."""
        await self._store(self._state.begin, update_id)

    async def done(self, update_id: int) -> None:
        """Note that the update needs nothing more."""
        await self._store(self._state.done, update_id)

    async def replay(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Queue what a former process left unfinished, in order; call it before polling starts."""
        kept = await self._store(self._state.unfinished)
        for item in _sorted_out(kept, application.bot, self._timing.stale_s):
            await super().put(item)
        if kept:
            _log.info("questions left over from before", count=len(kept))

    def close(self) -> None:
        """Finish writing."""
        self._thread.shutdown()

    async def _is_new(self, update: Update) -> bool:
        chat = update.effective_chat
        payload = json.dumps(_anonymous(update), ensure_ascii=False)
        received = datetime.now(UTC)
        try:
            return await self._store(
                self._state.keep, update.update_id, chat.id if chat else 0, payload, received
            )
        except SQLAlchemyError:
            # A full disk must not silence the bot: such a question is answered, and lost only
            # if the process dies meanwhile.
            _log.exception("cannot store an update", update=update.update_id)
            return True

    async def _store(self, write: Callable[..., _T], *args: object) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, write, *args)


def carries_question(update: Update) -> bool:
    """Whether losing the update would leave somebody without an answer."""
    message = update.message or update.edited_message
    if message is None or not message.text or is_noise(message):
        return False
    private, command = message.chat.type == ChatType.PRIVATE, message.text.startswith("/")
    return private or command or asked(message) is not None


def question_of(update: Update) -> str:
    """The question as typed, without ``/ask`` and the bot's name; other commands stand as is."""
    message = update.message or update.edited_message
    return question(message) if message else ""


def _sorted_out(kept: list[Kept], bot: Bot, stale_s: float) -> list[Update | Leftover]:
    now = datetime.now(UTC)
    items: list[Update | Leftover] = []
    late: dict[int, list[Update]] = {}
    for one in kept:
        update = Update.de_json(json.loads(one.payload), bot)
        if one.begun:
            items.append(Leftover((update,), late=False))
        elif (now - one.received).total_seconds() > stale_s and not _never_lapses(update):
            late.setdefault(one.chat_id, []).append(update)
        else:
            items.append(update)
    return [Leftover(tuple(updates), late=True) for updates in late.values()] + items


def _never_lapses(update: Update) -> bool:
    """A wish to be forgotten is granted however late."""
    return question_of(update).lower().startswith("/forget")


def _anonymous(update: Update) -> dict[str, object]:
    """The update as the Bot API writes it, without names and anything else we do not need."""
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
        "date": date,
        "edit_date": int(message.edit_date.timestamp()) if message.edit_date else None,
        "chat": chat,
        "message_thread_id": message.message_thread_id,
        "is_topic_message": message.is_topic_message,
        "from": sender and _nameless(sender),
        "text": message.text,
        "entities": [
            {"type": entity.type, "offset": entity.offset, "length": entity.length}
            | ({"user": _nameless(entity.user)} if entity.user else {})
            for entity in message.entities
        ],
        "reply_to_message": replied and _replied(message, replied),
        "quote": message.quote and {"text": message.quote.text, "position": 0},
        "sender_chat": message.sender_chat and {"id": message.sender_chat.id, "type": "channel"},
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
    return {"id": user.id, "is_bot": user.is_bot, "first_name": "-", "language_code": language}
