"""How many questions a chat may ask in a short time."""

from __future__ import annotations

import asyncio


class ChatQuota:
    """How many questions a chat may still ask; nothing is kept of a chat that is silent."""

    def __init__(self, questions: int, period_s: float) -> None:
        self._questions = questions
        self._period_s = period_s
        self._spent: dict[int, list[float]] = {}

    def wait_s(self, chat_id: int) -> float:
        """Seconds until the chat may ask again, 0 where it may now."""
        back_at = self._spent.get(chat_id, [])
        return max(0.0, back_at[0] - _now()) if len(back_at) >= self._questions else 0.0

    def spend(self, chat_id: int) -> None:
        """Count a question; it comes back after the period."""
        loop = asyncio.get_running_loop()
        back_at = loop.time() + self._period_s
        self._spent.setdefault(chat_id, []).append(back_at)
        loop.call_at(back_at, self._give_back, chat_id)

    def _give_back(self, chat_id: int) -> None:
        del self._spent[chat_id][0]
        if not self._spent[chat_id]:
            del self._spent[chat_id]


def _now() -> float:
    now: float = asyncio.get_running_loop().time()
    return now
