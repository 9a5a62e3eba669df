"""Which groups became supergroups, whichever process heard of it.

Tested with groups that become one in `tests/telegram/test_groups.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from bot.storage.chats import ChatStore
from bot.storage.coordination.coordination import Coordination

_TOPIC = "moved"


class GroupMoves:
    """Knows groups by their former numbers.

    Args:
        state: Keeps them.
        coordination: Tells other processes.
        move: Takes along what is known of a group, which `state` notes.
    """

    def __init__(
        self, state: ChatStore, coordination: Coordination, move: Callable[[int, int], None]
    ) -> None:
        self._state = state
        self._coordination = coordination
        self._move = move
        self._moves: dict[int, int] = {}

    def now(self, chat_id: int) -> int:
        """The number by which a chat is known now."""
        return self._moves.get(chat_id, chat_id)

    async def note(self, chat_id: int, new_chat_id: int) -> None:
        """Take what is known of a group along to the supergroup that it has become."""
        self._moves[chat_id] = new_chat_id
        await asyncio.to_thread(self._move, chat_id, new_chat_id)
        if self._coordination.shared:
            self._coordination.tell(_TOPIC, f"{chat_id} {new_chat_id}")

    async def load(self) -> None:
        """Learn what was heard before."""
        with suppress(SQLAlchemyError):  # Telegram tells of it once more when a message goes there
            self._moves |= await asyncio.to_thread(self._state.moves)

    async def learn_often(self) -> None:
        """Learn what other processes hear, for ever, and what they said while nobody heard them."""
        loop, changed = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(changed.set)

        self._coordination.listen(_TOPIC, self._heard)
        self._coordination.watch(wake)
        while True:
            await self.load()
            await changed.wait()
            changed.clear()

    def _heard(self, words: str) -> None:
        chat_id, new_chat_id = map(int, words.split())
        self._moves[chat_id] = new_chat_id
