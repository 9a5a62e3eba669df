"""The table of commands as python-telegram-bot takes it: where they are heard, and their menus.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from telegram import BotCommand
from telegram.ext import filters

from bot.intents.commands import Command, Where, describe

_CHATS: dict[Where, filters.BaseFilter] = {
    Where.PRIVATE: filters.ChatType.PRIVATE,
    Where.GROUPS: ~filters.ChatType.PRIVATE,
    Where.REPLIES: filters.ChatType.GROUPS & filters.REPLY,
}


def hear_in(where: Where) -> filters.BaseFilter:
    """Let messages of these chats through."""
    return reduce(or_, (_CHATS[one] for one in where))


def make_menu(commands: Iterable[Command]) -> list[BotCommand]:
    """The commands that a menu lists, in the language that is spoken."""
    return [BotCommand(one.name, describe(one)) for one in commands if one.menu]
