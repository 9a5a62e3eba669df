"""The running bot: connect, listen by polling or webhook, stop without losing anything."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from telegram.request import HTTPXRequest

from bot.conversation import Conversation
from bot.settings import Settings
from bot.state import State
from bot.telegram.delivery import Lanes, Pacing
from bot.telegram.handlers import App, Handlers
from bot.telegram.inbox import Inbox
from bot.telegram.timing import STANDARD, Timing

_log = structlog.get_logger(__name__)

_UPDATES = ("message", "edited_message", "callback_query")
_COMMANDS = (
    BotCommand("ask", "Ask about the news"),
    BotCommand("quotes", "What somebody said"),
    BotCommand("summary", "Sum up an article: reply to an answer, or name it"),
    BotCommand("story", "What is new on a topic, and how it came"),
    BotCommand("latest", "The newest articles"),
    BotCommand("help", "What I can do"),
    BotCommand("privacy", "What I keep, and for how long"),
    BotCommand("forget", "Delete what I know of this chat"),
)
_THREADS = 16

REFUSED_TOKEN = 2
TAKEN_TOKEN = 3
CANNOT_LISTEN = 4


class StoppedError(Exception):
    """The bot cannot go on; the message says in one line what to do.

    Attributes:
        code: Exit status of the process.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def build(
    settings: Settings, conversation: Conversation, state: State, *, timing: Timing = STANDARD
) -> App:
    """Assemble the application, connected to nothing yet."""
    return Service(settings, conversation, state, timing=timing).application


def run(
    settings: Settings, conversation: Conversation, state: State, *, timing: Timing = STANDARD
) -> None:
    """Serve until SIGTERM or SIGINT; blocks.

    Raises:
        SystemExit: With `REFUSED_TOKEN`, `TAKEN_TOKEN` or `CANNOT_LISTEN`, after one log line
            that says why.
    """
    service = Service(settings, conversation, state, timing=timing)
    if code := asyncio.run(_serve_until_told(service)):
        sys.exit(code)


async def _serve_until_told(service: Service) -> int:
    """Serve until a signal comes; returns the exit status."""
    stop, code = asyncio.Event(), 0
    loop = asyncio.get_running_loop()
    # A slow answer holds a thread, so there are more than the few that asyncio starts with.
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="answer"))
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        await service.serve(stop)
    except StoppedError as error:
        _log.error(str(error))
        code = error.code
    if service.overran:
        # A thread cannot be ended from outside, and Python would wait for it.
        logging.shutdown()
        os._exit(code)
    return code


class Service:
    """The application and what keeps it going."""

    def __init__(
        self,
        settings: Settings,
        conversation: Conversation,
        state: State,
        *,
        timing: Timing = STANDARD,
    ) -> None:
        self._settings = settings
        self._state = state
        self._timing = timing
        self._inbox = Inbox(state, timing)
        self._lanes = Lanes()
        self._polling = _Polling(timing)
        self.overran = False
        self.application = self._built()
        self._handlers = Handlers(
            conversation, state, inbox=self._inbox, timing=timing, admins=settings.admins
        )
        self._handlers.attach(self.application)

    def _built(self) -> App:
        token, base = self._settings.telegram_bot_token, str(self._settings.telegram_api_url)
        return (
            Application.builder()
            .token(token.get_secret_value() if token else "")
            .base_url(f"{base.rstrip('/')}/bot")
            .connect_timeout(self._timing.connect_s)
            .read_timeout(self._timing.read_s)
            .write_timeout(self._timing.read_s)
            .pool_timeout(self._timing.connect_s)
            .get_updates_request(self._polling)
            .rate_limiter(Pacing(self._timing))
            .concurrent_updates(self._lanes)
            .update_queue(self._inbox)
            .build()
        )

    async def serve(self, stop: asyncio.Event) -> None:
        """Connect, listen and answer until told to stop, then finish what is in hand.

        Raises:
            StoppedError: It cannot start, or not go on.
        """
        working = asyncio.create_task(self._work())
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
            if working.done():
                await working
        finally:
            working.cancel()
            told.cancel()
            await asyncio.gather(working, told, return_exceptions=True)
            await self._finish()

    async def _work(self) -> None:
        await self._connect()
        await self._inbox.replay(self.application)
        try:
            await self._listen()
        except InvalidToken as error:
            raise _refused_token() from error
        except OSError as error:
            place = f"{self._settings.webhook_listen}:{self._settings.webhook_port}"
            raise StoppedError(f"cannot listen on {place}: {error}", CANNOT_LISTEN) from error
        await self.application.start()
        _log.info("listening", bot=self.application.bot.username)
        beside = [asyncio.create_task(self._show_commands())]
        beside += [asyncio.create_task(self._purge_often())]
        try:
            raise await self._polling.ended()
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _connect(self) -> None:
        """Greet Telegram; without a connection `Pacing` tries and warns for as long as it takes."""
        delay_s = self._timing.first_delay_s
        while True:
            try:
                await self.application.initialize()
            except InvalidToken as error:
                raise _refused_token() from error
            except TelegramError as error:
                _log.warning("Telegram does not let us start; trying again", reason=error.message)
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, self._timing.longest_delay_s)
            else:
                return

    async def _listen(self) -> None:
        updater, hook = self.application.updater, self._settings.webhook_url
        if updater is None:
            return
        if hook is None:
            await updater.start_polling(
                timeout=timedelta(seconds=self._timing.poll_s),
                bootstrap_retries=-1,
                allowed_updates=_UPDATES,
                drop_pending_updates=False,
                error_callback=self._polling.failed,
            )
            return
        secret = self._settings.webhook_secret
        await updater.start_webhook(
            listen=self._settings.webhook_listen,
            port=self._settings.webhook_port,
            url_path=hook.path or "",
            webhook_url=str(hook),
            secret_token=secret.get_secret_value() if secret else secrets.token_urlsafe(32),
            bootstrap_retries=-1,
            allowed_updates=_UPDATES,
            drop_pending_updates=False,
        )

    async def _show_commands(self) -> None:
        try:
            await self.application.bot.set_my_commands(_COMMANDS)
        except TelegramError as error:
            _log.warning("cannot show the list of commands", reason=error.message)

    async def _purge_often(self) -> None:
        while True:
            try:
                age = timedelta(seconds=self._timing.keep_s)
                await asyncio.to_thread(self._state.purge, age)
            except SQLAlchemyError:
                _log.exception("cannot delete old questions")
            await asyncio.sleep(self._timing.purge_every_s)

    async def _finish(self) -> None:
        """Take no more updates; answer those in hand, or leave them to the inbox."""
        application, updater = self.application, self.application.updater
        try:
            async with asyncio.timeout(self._timing.stop_s):
                if updater and updater.running:
                    with suppress(TelegramError):  # what ended the polling is known by now
                        await updater.stop()
                if application.running:
                    await application.stop()
        except TimeoutError:
            self.overran = True
            _log.warning("not all questions could be answered in time; the next start will")
        await self._lanes.shutdown()
        await self._handlers.close()
        await application.shutdown()
        await application.bot.shutdown()  # where the application never came up
        self._inbox.close()


class _Polling(HTTPXRequest):
    """Asks for updates, and notices refusals that python-telegram-bot would retry or hide."""

    def __init__(self, timing: Timing) -> None:
        super().__init__(1, timing.read_s, timing.read_s, timing.connect_s, timing.connect_s)
        self._timing = timing
        self._conflicts = 0
        self._warned_at = -float("inf")
        self._reason: StoppedError | None = None
        self._ended = asyncio.Event()

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Look at the status on the way."""
        status, content = await super().do_request(*args, **kwargs)
        self._conflicts = self._conflicts + 1 if status == httpx.codes.CONFLICT else 0
        if self._conflicts >= self._timing.conflicts:
            self._end(_taken_token())
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
            self._end(_refused_token())
        return status, content

    def failed(self, error: TelegramError) -> None:
        """Log a failed request, once in a while."""
        now = asyncio.get_running_loop().time()
        if now - self._warned_at >= self._timing.warn_every_s:
            self._warned_at = now
            _log.warning("cannot fetch updates; trying again", reason=error.message)

    async def ended(self) -> StoppedError:
        """Wait until going on makes no sense; returns why."""
        await self._ended.wait()
        return self._reason or _refused_token()

    def _end(self, reason: StoppedError) -> None:
        self._reason = reason
        self._ended.set()


def _refused_token() -> StoppedError:
    words = (
        "Telegram refuses the bot token; copy the line that @BotFather gave you into "
        "TELEGRAM_BOT_TOKEN (and check BYLINE_TELEGRAM_API_URL if you set it)"
    )
    return StoppedError(words, REFUSED_TOKEN)


def _taken_token() -> StoppedError:
    words = (
        "another process answers with this bot token; stop it, or make a bot of your own "
        "with @BotFather"
    )
    return StoppedError(words, TAKEN_TOKEN)
