"""What the bot does for its channels beside the answers: takes posts in, and looks at cited ones.

Tested on the emulated Telegram in `tests/telegram/test_channels.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import structlog
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.admin.cited_posts import CitedPosts
from bot.admin.take_posts import PostTaker
from bot.message_context import MessageContext
from bot.priority import step_back
from bot.storage.channels import Channels
from bot.telegram.limits import Limits
from bot.telegram.receiving.channel_posts import ChannelPosts
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class ChannelKeeper:
    """Works until it is cancelled; whatever it raises, it can be started again.

    Args:
        posts: Stores what comes.
        taker: Takes it in.
        cited: Looks at cited posts again.
        channels: Knows the channels.
        timing: How long to wait for the parts of an album, and between two looks.
        admins: Who is told of cited posts that are gone.
    """

    def __init__(  # noqa: PLR0913 - one parameter a thing that it works with
        self,
        posts: ChannelPosts,
        taker: PostTaker,
        cited: CitedPosts,
        *,
        channels: Channels,
        timing: Limits,
        admins: frozenset[int],
    ) -> None:
        self._posts = posts
        self._taker = taker
        self._cited = cited
        self._channels = channels
        self._timing = timing
        self._admins = admins
        self._asked: set[int] = set()
        # One takes posts in, and one looks at those that were cited.
        self._beside = ThreadPoolExecutor(2, "channels", initializer=step_back)
        self._working: set[Future[Any]] = set()

    async def take(self, bot: ExtBot[Before]) -> None:
        """Take in posts as they come, for ever."""
        await self._run(self._taker.settle)
        while True:
            self._posts.came.clear()
            await self._run(self._posts.keep_again)
            await self._find_groups(bot)
            if not await self._run(lambda: self._taker.take(self._timing.album_s)):
                await self._rest()

    async def look(self, bot: ExtBot[Before]) -> None:
        """Look at cited posts again, for ever, and tell the admins of those that are gone."""
        while True:
            await asyncio.sleep(self._timing.posts_s)
            for article_id in await self._run(self._cited.find_gone):
                for admin in self._admins:
                    await self._tell(bot, admin, article_id)

    def close(self) -> bool:
        """Take in no more; what waits is stored. Returns whether a thread still works."""
        self._beside.shutdown(wait=False, cancel_futures=True)
        return any(one.running() for one in self._working)

    async def _tell(self, bot: ExtBot[Before], admin: int, article_id: str) -> None:
        here = MessageContext(admin, admin=True)
        reply = await asyncio.to_thread(self._cited.describe, here, article_id)
        try:
            if reply is not None:
                await send.send(bot, here, reply)
        except (TelegramError, UncertainError) as error:
            _log.warning("cannot tell an admin", admin=admin, reason=str(error))

    async def _rest(self) -> None:
        """Wait for something new, or until an album may be whole."""
        try:
            async with asyncio.timeout(self._timing.album_s):
                await self._posts.came.wait()
        except TimeoutError:
            pass

    async def _find_groups(self, bot: ExtBot[Before]) -> None:
        """Ask once in which groups channels are discussed."""
        for member in await asyncio.to_thread(self._channels.all):
            if member.chat_id in self._asked or not member.taking:
                continue
            self._asked.add(member.chat_id)
            try:
                found = await bot.get_chat(member.chat_id)
            except TelegramError as error:
                _log.info("cannot ask where a channel is discussed", reason=error.message)
            else:
                group = found.linked_chat_id
                if group != member.discussion:
                    await asyncio.to_thread(self._channels.change, member.chat_id, discussion=group)

    async def _run(self, work: Callable[[], _T]) -> _T:
        working = self._beside.submit(work)
        self._working.add(working)
        working.add_done_callback(self._working.discard)
        return await asyncio.wrap_future(working)
