"""What somebody may do in a chat, by their own rights there, not by the chat's.

Tested with forgetting in `tests/telegram/test_privacy.py`.
"""

from __future__ import annotations

from typing import Any

import structlog
from telegram import Update
from telegram.constants import ChatID, ChatMemberStatus, ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

_log = structlog.get_logger(__name__)

_DECIDING = (ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR)


async def may_decide(bot: ExtBot[Any], update: Update) -> bool:
    """Whether who writes or presses may decide for the chat.

    In a private chat, its reader may; in a group, only its administrators, among them those who
    write in the group's name. Where Telegram does not tell, the answer is no.
    """
    chat, user = update.effective_chat, update.effective_user
    if chat is None or user is None:
        return False
    if chat.type == ChatType.PRIVATE or user.id == ChatID.ANONYMOUS_ADMIN:
        return True
    try:
        member = await bot.get_chat_member(chat.id, user.id)
    except TelegramError as error:
        _log.info("cannot ask what somebody may do", reason=error.message)
        return False
    return member.status in _DECIDING
