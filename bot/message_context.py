"""Where a message came from.

Tested with the conversation in `tests/bot/dialogue/test_conversation.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.storage.preferences import Preferences

UNREAD = Preferences()
"""Stands for settings that nobody has looked up yet."""


@dataclass(frozen=True, slots=True)
class MessageContext:
    """Where a message came from.

    Attributes:
        chat_id: The chat; 0 for the terminal.
        thread_id: The topic within it.
        private: Whether nobody else reads along.
        admin: Whether the writer runs this bot.
        replied: Which message it replies to, if any.
        quoted: The part of that message which it quotes, or empty.
        edited: Our answer to what it is an edited version of, if any.
        language: The writer's, as their Telegram speaks it ("pt-br"); empty for unknown.
        may_set: Whether the writer may change the chat's settings.
        preferences: What the chat set, read once for each update; `UNREAD` until then.
    """

    chat_id: int
    thread_id: int | None = None
    private: bool = True
    admin: bool = False
    replied: int | None = None
    quoted: str = ""
    edited: int | None = None
    language: str = ""
    may_set: bool = True
    preferences: Preferences = UNREAD
