"""How the bot comes to its updates: Telegram posts them to a webhook, or is asked for them.

Several processes that share it are tested in `tests/telegram/test_replicas.py`.

Tested on the emulated Telegram in `tests/telegram/test_app.py`.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from functools import partial

import structlog
from telegram.error import InvalidToken, TelegramError

from bot.admin.health import Health
from bot.settings import Settings
from bot.storage.coordination.coordination import Coordination
from bot.telegram.context import App
from bot.telegram.limits import Limits
from bot.telegram.receiving.polling import UPDATES, Polling, Take, cannot_listen, refused_token
from bot.telegram.receiving.webhook import Webhook
from corpus.storage.sources import Sources

_log = structlog.get_logger(__name__)


class Listening:
    """Begins to listen, and sees that it stays ours.

    Of several processes all listen at the webhook's port, and the leader has Telegram post there;
    without a webhook the leader alone asks.

    Args:
        application: Whose bot asks Telegram.
        settings: Whether there is a webhook, and where.
        polling: Asks for updates.
        coordination: Says who leads.
        take: Takes an update.
        sources: Hears what hubs say of these feeds; None where there are none.
        health: Told when Telegram answers.
        timing: How long things take.
    """

    def __init__(  # noqa: PLR0913 - what listens, and to whom it tells
        self,
        application: App,
        settings: Settings,
        polling: Polling,
        coordination: Coordination,
        *,
        take: Take,
        sources: Sources | None,
        health: Health,
        timing: Limits,
    ) -> None:
        self._application = application
        self._settings = settings
        self._polling = polling
        self._coordination = coordination
        self._take = take
        self._sources = sources
        self._health = health
        self._timing = timing
        self._webhook: Webhook | None = None
        chosen = settings.webhook_secret
        self._secret = chosen.get_secret_value() if chosen else secrets.token_urlsafe(32)

    async def close(self) -> None:
        """Take no more by the webhook."""
        if self._webhook:
            await self._webhook.close()

    async def insist(self, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask Telegram until it does; without a connection, for as long as it takes.

        Raises:
            StoppedError: It refuses the token.
        """
        delay_s = self._timing.first_delay_s
        while True:
            try:
                await ask()
            except InvalidToken as error:
                raise refused_token() from error
            except TelegramError as error:
                _log.warning("Telegram does not let us start; trying again", reason=error.message)
                await asyncio.sleep(delay_s)
                delay_s = min(2 * delay_s, self._timing.longest_delay_s)
            else:
                return

    async def begin(self) -> None:
        """Take updates from a webhook, or see that they can be fetched."""
        bot, hook = self._application.bot, self._settings.webhook_url
        if hook is None:
            if not self._coordination.shared:
                await self.insist(bot.delete_webhook)
            return
        listen, port = self._settings.webhook_listen, self._settings.webhook_port
        self._webhook = Webhook(
            hook.path or "",
            secret=self._secret,
            bot=bot,
            take=self._take,
            sources=self._sources,
        )
        try:
            self._webhook.listen(port, listen)
        except OSError as error:
            raise cannot_listen(f"{listen}:{port}", "BYLINE_WEBHOOK_PORT", error) from error
        if not self._coordination.shared:
            await self.insist(partial(self._claim, str(hook), self._secret))

    async def _claim(self, hook: str, secret: str) -> None:
        """Have Telegram post updates to us, and not in silence where it posted them elsewhere."""
        bot = self._application.bot
        try:
            self._polling.claimed(hook, await bot.get_webhook_info())
        except TelegramError as error:
            self._polling.unseen(error)
        await bot.set_webhook(hook, allowed_updates=UPDATES, secret_token=secret)

    async def fetch(self) -> None:
        """Have Telegram post updates, or ask for them for ever."""
        bot, hook = self._application.bot, self._settings.webhook_url
        if not self._coordination.shared:
            if hook is None:
                await self._polling.listen(bot, self._take)
        elif hook is not None:  # all listen, and the leader has Telegram post to them
            await self.insist(partial(self._claim, str(hook), self._secret))
        else:
            self._polling.take_over()
            try:
                await self.insist(bot.delete_webhook)
                await self._polling.listen(bot, self._take)
            finally:
                if not self._coordination.leads:
                    self._polling.leave_off()

    async def look_often(self) -> None:
        """With a webhook, see whether Telegram is there, and that nobody took the webhook over."""
        hook = self._settings.webhook_url
        while hook is not None or self._coordination.shared:
            try:
                found = await self._application.bot.get_webhook_info()
            except TelegramError as error:
                self._polling.unseen(error)
            else:
                if hook is not None and self._coordination.leads:
                    self._polling.looked(str(hook), found)
                self._health.heard()
            await asyncio.sleep(self._timing.look_s)
