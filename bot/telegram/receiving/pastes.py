"""Pastes that were too long for one message: the pieces that Telegram's programs cut them into.

Tested on the emulated Telegram in `tests/telegram/test_hand_ins.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from telegram import Message

from bot.intents.handed import join_pieces, may_go_on

_TOGETHER_S = 3.0
"""How far apart in time Telegram dates two pieces, at most."""
_LOOKS = 4
_MOST_PIECES = 16
_REMEMBERED = 500


@dataclass(slots=True)
class _Run:
    """The pieces of one paste so far.

    Attributes:
        sender: Who pastes.
        pieces: By the message's number.
        last: When the last was sent.
    """

    sender: int | None
    last: datetime
    pieces: dict[int, str] = field(default_factory=dict)

    def takes(self, message: Message) -> bool:
        """Whether a message goes on where this ends."""
        *_, last = self.pieces.values()
        apart = abs((message.date - self.last).total_seconds())
        long = may_go_on(last) and len(self.pieces) < _MOST_PIECES
        return long and apart <= _TOGETHER_S and _sender(message) == self.sender


class Pastes:
    """Puts the pieces of pastes together.

    Args:
        wait_s: How long a piece that may go on waits for the next.
    """

    def __init__(self, wait_s: float) -> None:
        self._wait_s = wait_s
        self._runs: dict[int, _Run] = {}

    def arrived(self, message: Message | None) -> None:
        """Note a message as it comes in."""
        if message is None or not message.text or message.text.startswith("/"):
            return
        chat_id = message.chat.id
        run = self._runs.pop(chat_id, None)
        if run is None or not run.takes(message):
            if not may_go_on(message.text):
                return
            run = _Run(_sender(message), message.date)
        run.pieces[message.message_id], run.last = message.text, message.date
        self._runs[chat_id] = run  # the chat heard last stands last
        if len(self._runs) > _REMEMBERED:
            del self._runs[next(iter(self._runs))]

    async def gather(self, message: Message) -> str | None:
        """Put the text of a message together with the pieces that follow it.

        Returns:
            Empty where none do; None where it goes on an earlier one, which is handled with
            that.
        """
        run = self._runs.get(message.chat.id)
        if run is None or message.message_id not in run.pieces:
            return ""
        first = next(iter(run.pieces))
        if message.message_id != first:
            return None
        looked = 0
        while looked < _LOOKS:
            count = len(run.pieces)
            *_, last = run.pieces.values()
            if not may_go_on(last):
                break
            await asyncio.sleep(self._wait_s / _LOOKS)
            looked = 0 if len(run.pieces) > count else looked + 1
        return join_pieces(list(run.pieces.values())) if len(run.pieces) > 1 else ""


def _sender(message: Message) -> int | None:
    return message.from_user.id if message.from_user else None
