"""What is handed on from channels: a post is an article, however short an article is else.

Tested on the emulated Telegram in `tests/telegram/test_hand_ins.py`.
"""

from __future__ import annotations

from telegram import Message, MessageOriginChannel

from bot.intents.handed import Handed, Origin
from corpus.parse.telegram.post import Channel

_POST_CHARS = 200
"""A channel's post from this length on is something to read; what is shorter may be asked about."""


def read_forwarded(message: Message) -> Handed | None:
    """Read a post that somebody forwards from a channel; None for anything else."""
    origin, said = message.forward_origin, message.text or message.caption or ""
    if not isinstance(origin, MessageOriginChannel) or len(said) < _POST_CHARS:
        return None
    # As its channel's own posts are known, so that it is not handed in once more.
    channel = Channel(0, origin.chat.title or "", (origin.chat.username or "").casefold())
    url = channel.address(origin.message_id)
    return Handed(text=said, origin=Origin(channel.title or channel.name, url, origin.date))
