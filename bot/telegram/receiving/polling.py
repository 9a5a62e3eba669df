"""Asking Telegram for updates, and noticing when going on makes no sense.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import structlog
from telegram import Bot, WebhookInfo
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from bot.admin.health import Health
from bot.logs import named
from bot.telegram.limits import Limits, count_seconds
from bot.telegram.receiving.reading import UnstoredError, parse_payload, read_number

_log = structlog.get_logger(__name__)

Take = Callable[[object, Bot], Awaitable[None]]
"""Takes one update as it came out of Telegram's JSON; raises `UnstoredError` alone."""

UPDATES = (
    *("message", "edited_message", "callback_query"),
    *("inline_query", "guest_message", "my_chat_member"),
    *("channel_post", "edited_channel_post"),
    "message_reaction",
)

_CONTESTED = "receiving updates"
_HOOK = "having the webhook to itself"
_CLAIMED = 3
"""As many looks at a webhook that was taken from somebody show that it is ours."""
_PATIENCE = 4
"""How many times as many refusals one puts up with who has long listened."""

REFUSED_TOKEN = 2
TAKEN_TOKEN = 3
CANNOT_LISTEN = 4
CANNOT_GO_ON = 5


class StoppedError(Exception):
    """The bot cannot go on; the message says in one line what to do.

    Attributes:
        code: Exit status of the process.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def refused_token() -> StoppedError:
    """Telegram knows no bot of this token."""
    words = (
        "Telegram refuses the bot token; copy the line that @BotFather gave you into "
        "TELEGRAM_BOT_TOKEN (and check BYLINE_TELEGRAM_API_URL if you set it)"
    )
    return StoppedError(words, REFUSED_TOKEN)


def taken_token() -> StoppedError:
    """Somebody else gets this bot's updates."""
    words = (
        "another process answers with this bot token; stop it, or make a bot of your own "
        "with @BotFather"
    )
    return StoppedError(words, TAKEN_TOKEN)


def cannot_listen(message_context: str, setting: str, error: OSError) -> StoppedError:
    """A port is taken, or the address is not ours."""
    words = (
        f"cannot listen on {message_context}: {error.strerror or error}; choose another {setting}"
    )
    return StoppedError(words, CANNOT_LISTEN)


def cannot_go_on(what: str) -> StoppedError:
    """Something that the bot needs dies whenever it is started."""
    words = f"{what} does not work, however often it is started again; the log says why"
    return StoppedError(words, CANNOT_GO_ON)


class Polling(HTTPXRequest):
    """Asks for updates, and notices refusals that python-telegram-bot would retry or hide.

    It asks by itself, and not through ``Bot.get_updates``, which drops all updates of an answer
    where one cannot be read, asks for the same ones again, and writes them into the log.

    Telegram serves whoever asked last and refuses the one before (409), so two processes of one
    token refuse each other in turn. Whoever was refused too often, the newcomer first (see
    `Limits.settled_s`), steps aside for a moment, then asks once more; refused again, it ends.
    Two that step aside at once do not both end by that: it takes another that asks after them.
    """

    def __init__(self, timing: Limits, health: Health) -> None:
        super().__init__(1, timing.read_s, timing.read_s, timing.connect_s, timing.connect_s)
        self._timing = timing
        self._health = health
        self._offset = 0
        self._since: float | None = None
        self._conflicts = 0
        self._contested_at = -float("inf")
        self._yielded = False
        self._claims = 0
        self._pause_s = 0.0
        self._warned_at = -float("inf")
        self._reason: StoppedError | None = None
        self._ended = asyncio.Event()

    async def listen(self, bot: Bot, take: Take) -> None:
        """Hand on updates for ever, one by one; each is acknowledged once it was taken."""
        delay_s = self._timing.first_delay_s
        while True:
            try:
                await self._take_some(bot, take)
            except TimedOut:
                continue
            except RetryAfter as error:
                await asyncio.sleep(count_seconds(error))
            except Conflict:  # told already, and better
                await asyncio.sleep(self._pause_s)
            except TelegramError as error:
                self.failed(error)
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, self._timing.longest_delay_s)
            else:
                delay_s = self._timing.first_delay_s

    async def confirm(self, bot: Bot) -> None:
        """Tell Telegram what was taken, so that the next start does not get it again.

        Another process that uses the token would be refused by that.
        """
        if self._offset and not self._yielded:
            with suppress(TelegramError):
                await self._fetch(bot, 0)

    async def _take_some(self, bot: Bot, take: Take) -> None:
        batch, before = await self._fetch(bot, self._timing.poll_s), self._offset
        for raw in batch:
            try:
                await take(raw, bot)
            except UnstoredError as error:
                raise TelegramError(f"cannot take updates: {error}") from error
            except Exception as error:  # noqa: BLE001 - or it would be fetched for ever
                _log.error("cannot take an update", error=named(error))
            number = read_number(raw)
            self._offset = max(self._offset, 0 if number is None else number + 1)
        if batch and self._offset == before:
            raise TelegramError("updates without a number come again and again")
        self._health.heard()

    async def _fetch(self, bot: Bot, wait_s: float) -> list[object]:
        wanted = {"offset": self._offset, "timeout": int(wait_s)}
        query = urlencode(wanted | {"allowed_updates": json.dumps(UPDATES)})
        read_s = wait_s + self._timing.read_s
        batch: object = await self.post(f"{bot.base_url}/getUpdates?{query}", read_timeout=read_s)
        if not isinstance(batch, list):
            raise TelegramError("Telegram sent no list of updates")
        return batch

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer, without a word of it in the log where that fails.

        Raises:
            TelegramError: It is no JSON, or not Telegram's.
        """
        try:
            answer = parse_payload(payload)
        except ValueError as error:
            raise TelegramError("Telegram sent no JSON") from error
        if not isinstance(answer, dict):
            raise TelegramError("Telegram sent no object")
        return answer

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Look at the status on the way."""
        status, content = await super().do_request(*args, **kwargs)
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.NOT_FOUND):
            self.end(refused_token())
        if contested := status == httpx.codes.CONFLICT:
            self._pause_s = self._timing.first_delay_s
        if contested and self._yielded:
            self.end(taken_token())
        elif self._count(contested=contested, forget_s=self._timing.aside_s):
            self._yielded, self._conflicts, self._pause_s = True, 0, self._timing.aside_s
        return status, content

    def take_over(self) -> None:
        """Begin anew in place of another process of ours.

        That may still have a request open, or make one more before it learns of it: who refuses
        us then is no stranger, and we put up with as much as who has long listened.
        """
        self.leave_off()
        self._since = -math.inf

    def leave_off(self) -> None:
        """Leave it to another process of ours from now on."""
        self._offset, self._conflicts, self._yielded = 0, 0, False
        self._health.broken.pop(_CONTESTED, None)

    def claimed(self, wanted: str, found: WebhookInfo) -> None:
        """Take note of where the webhook led before it was set to us.

        An owner may have moved the bot. Where another bot uses the token, the two take it from each
        other at each start: that stays on `/healthz` until some looks found it to be ours.
        """
        if not found.url or found.url == wanted:
            return
        self._claims = _CLAIMED
        self._health.broken[_HOOK] = "it led to another address; does another bot use this token?"
        host = urlsplit(found.url).hostname
        _log.warning("the webhook led to another address, and leads here now", former=host)

    def looked(self, wanted: str, found: WebhookInfo) -> None:
        """Take note of how the webhook is; one that is not ours was set by another process."""
        self._health.heard()
        self._claims -= found.url == wanted
        if self._claims <= 0:
            self._health.broken.pop(_HOOK, None)
        if self._count(contested=found.url != wanted, forget_s=math.inf):
            self.end(taken_token())
        if found.last_error_message and found.pending_update_count:
            self._warn("Telegram cannot reach the webhook", found.last_error_message)

    def unseen(self, error: TelegramError) -> None:
        """Take note that Telegram did not say how the webhook is."""
        if isinstance(error, InvalidToken):
            self.end(refused_token())
        else:
            self._warn("cannot ask how the webhook is; trying again", error.message)

    def failed(self, error: TelegramError) -> None:
        """Log a failed request, once in a while."""
        self._warn("cannot fetch updates; trying again", error.message)

    async def ended(self) -> StoppedError:
        """Wait until going on makes no sense; returns why."""
        await self._ended.wait()
        return self._reason or refused_token()

    def end(self, reason: StoppedError) -> None:
        """See to it that the bot stops."""
        self._reason = self._reason or reason
        self._ended.set()

    def _count(self, *, contested: bool, forget_s: float) -> bool:
        """Count refusals in a row; whether they are so many that this process gives way.

        A poll may wait for so long that only the time tells that nobody refuses it any more.
        """
        now = asyncio.get_running_loop().time()
        self._since = now if self._since is None else self._since
        quiet_s = now - self._contested_at
        if not contested:
            self._conflicts = 0
            self._health.broken.pop(_CONTESTED, None)
            self._yielded &= quiet_s < self._timing.settled_s
            return False
        self._conflicts = self._conflicts + 1 if quiet_s < forget_s else 1
        self._contested_at = now
        self._health.broken[_CONTESTED] = "another process uses this bot token"
        self._warn("another process uses this bot token", "stop it, or one of the two will")
        settled = now - self._since > self._timing.settled_s
        return self._conflicts >= self._timing.conflicts * (_PATIENCE if settled else 1)

    def _warn(self, event: str, reason: str) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._warned_at >= self._timing.warn_every_s:
            self._warned_at = now
            _log.warning(event, reason=reason)
