"""Pressed buttons as they come in: what they say, and that they were heard.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from telegram import CallbackQuery
from telegram.error import TelegramError

from bot.reply.actions import Action, decode

_log = structlog.get_logger(__name__)

_TOAST = 200
"""Most characters of a toast."""


def read_action(data: object) -> Action | None:
    """What callback data says; None for none, and for what no button of ours ever said."""
    return decode(data) if isinstance(data, str) else None


def says(*kinds: type[Action]) -> Callable[[object], bool]:
    """Make a pattern for `telegram.ext.CallbackQueryHandler`: buttons of these kinds."""
    return lambda data: isinstance(read_action(data), kinds)


async def acknowledge(query: CallbackQuery, toast: str = "") -> None:
    """Stop the button's spinner; whether that works changes nothing else."""
    try:
        await query.answer(toast[:_TOAST] or None)
    except TelegramError as error:
        _log.info("cannot answer a press", reason=error.message)
