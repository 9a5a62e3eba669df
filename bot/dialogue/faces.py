"""Which face a reply has: a rich message where the chat set that and the reply has what needs it.

Tested on the emulated Telegram in `tests/telegram/test_rich.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

from bot.reply.reply import Outcome, Quote, Reply

if TYPE_CHECKING:
    from bot.message_context import MessageContext

_Said = TypeVar("_Said")


def in_face(context: MessageContext, said: _Said) -> _Said:
    """What was said, to be drawn as the chat set; whatever chose its face itself keeps it.

    Only quotations gain by a rich message: all else stays as every app shows it.
    """
    if isinstance(said, Outcome) and said.reply is not None:
        return cast(_Said, replace(said, reply=in_face(context, said.reply)))
    if not isinstance(said, Reply) or said.rich is not None or not context.preferences.rich:
        return said
    quotes = any(isinstance(block, Quote) for block in said.blocks)
    return cast(_Said, replace(said, rich=quotes))
