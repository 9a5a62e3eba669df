"""Reading what is handed in, beside the answers: fetching and reading take a while.

Tested on the emulated Telegram in `tests/telegram/test_hand_ins.py`.
"""

from __future__ import annotations

import asyncio
import contextvars
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog
from telegram import Document, Update
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.dialogue.conversation import Conversation
from bot.message_context import MessageContext
from bot.priority import step_back
from bot.reply.reply import Reply
from bot.telegram.error_replies import contain
from bot.telegram.limits import Limits
from bot.telegram.line import Line
from bot.telegram.sending import send
from bot.telegram.sending.rate_limiter import Before, UncertainError
from bot.telegram.sending.typing_indicator import TypingIndicator

_log = structlog.get_logger(__name__)

Make = Callable[[MessageContext], Reply]

_AT_ONCE = 2
_SUFFIXES = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}$")
"""What of a file's name says how to read it; no name of a stranger's becomes one of ours."""


class ReadingRoom:
    """Makes replies that take long, a few at a time, and says meanwhile that it reads.

    Args:
        conversation: Finds the words.
        timing: How long things take.
        typing: Shows "typing".
    """

    def __init__(self, conversation: Conversation, timing: Limits, typing: TypingIndicator) -> None:
        self._conversation = conversation
        self._timing = timing
        self._typing = typing
        self._line = Line(_AT_ONCE, timing.handed_in, timing.lane_told_s)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "reading", initializer=step_back)

    def close(self) -> None:
        """Take on nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def think(
        self, update: Update, bot: ExtBot[Before], make: Make, here: MessageContext
    ) -> tuple[Reply, int | None]:
        """Make a reply when it is its turn.

        Returns:
            The reply, and the message that said meanwhile that it is being made, if any did.
        """
        async with self._turn(update, here) as before:
            if before is not None:
                return await asyncio.to_thread(self._conversation.crowded, here, "", before), None
            async with self._typing.shown(bot, here):
                making = asyncio.ensure_future(self._beside(contain, make, here))
                done, _ = await asyncio.wait({making}, timeout=self._timing.reading_told_s)
                told = None if done else await self._tell(bot, here)
                return await making, told

    @asynccontextmanager
    async def _turn(self, update: Update, here: MessageContext) -> AsyncIterator[int | None]:
        """Wait for a turn; how many wait before it where too many do."""
        place = self._line.join(update.update_id)
        if not place.taken and not here.admin:
            yield place.before
            return
        try:
            async with self._line.turn(update.update_id):
                yield None
        finally:
            self._line.leave(update.update_id)

    async def _beside(self, work: Callable[..., Reply], *values: object) -> Reply:
        """Run something in a thread that steps back, as `asyncio.to_thread` would in another."""
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, context.run, work, *values)

    async def _tell(self, bot: ExtBot[Before], here: MessageContext) -> int | None:
        reply = await asyncio.to_thread(self._conversation.notice, here, "handed-reading")
        try:
            return await send.send(bot, here, reply)
        except (TelegramError, UncertainError) as error:
            _log.info("cannot say that something is being read", reason=str(error))
            return None


@asynccontextmanager
async def download(document: Document, bot: ExtBot[Before]) -> AsyncIterator[Path | None]:
    """Fetch a file, for as long as the context lasts; None where it is larger than bots may have.

    Raises:
        TelegramError: It cannot be fetched.
    """
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        yield None
        return
    file = await bot.get_file(document.file_id)
    suffix = _SUFFIXES.search(document.file_name or "")
    with TemporaryDirectory(prefix="byline-") as folder:
        path = Path(folder, f"handed{suffix[0] if suffix else '.txt'}")
        yield await file.download_to_drive(path)
