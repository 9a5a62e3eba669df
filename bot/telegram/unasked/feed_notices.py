"""Tell the admins, once, of a feed that is not asked any more.

Tested with the admins' commands in `tests/telegram/test_feeds.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot import texts
from bot.message_context import MessageContext
from bot.reply.reply import Note, Reply
from bot.telegram.limits import Limits
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from corpus.storage.sources import Source, Sources

_log = structlog.get_logger(__name__)


class FeedNotices:
    """Looks now and then for feeds that were paused.

    Args:
        sources: The feeds.
        admins: Whom to tell; where there are none, the log is.
        timing: How often to look.
    """

    def __init__(self, sources: Sources, admins: Collection[int], timing: Limits) -> None:
        self._sources = sources
        self._admins = admins
        self._timing = timing

    async def tell_often(self, bot: ExtBot[Before]) -> None:
        """Tell of each feed as soon as it is paused, for ever."""
        while True:
            for source in await asyncio.to_thread(self._sources.untold):
                await self._tell(bot, source)
            await asyncio.sleep(self._timing.look_s)

    async def _tell(self, bot: ExtBot[Before], source: Source) -> None:
        """Tell everybody who can be written to; noted first, so that nobody is told twice."""
        await asyncio.to_thread(self._sources.change, source.url, told=True)
        _log.warning("a feed is not asked any more", feed=source.url, reason=source.error)
        reason = source.error if source.error.endswith(".") else f"{source.error}."
        name = source.title or source.url
        words = texts.say("admin-feed-paused", name=name, reason=reason, url=source.url)
        for admin in self._admins:
            try:
                await send.send(bot, MessageContext(admin), Reply((Note(words),)))
            except (TelegramError, UncertainError) as error:
                _log.warning("cannot tell an admin", admin=admin, reason=str(error))
