"""Taking the updates that Telegram posts to a webhook.

Tested in `tests/telegram/receiving/test_webhook.py`.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from types import TracebackType

import structlog
from telegram import Bot
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler

from bot.logs import named
from bot.telegram.receiving.polling import Take
from bot.telegram.receiving.reading import UnstoredError, parse_payload
from corpus.following import websub
from corpus.storage.sources import Sources

_log = structlog.get_logger(__name__)

Route = tuple[str, type[RequestHandler], dict[str, object]]

_LARGEST = 1 << 20
"""Longest body, in bytes; Telegram sends a few thousand."""
_SENDING_S, _IDLE_S = 30, 60
"""How long somebody may take to send a body, and stay without sending anything."""
_HUB_SAYS = ("mode", "topic", "challenge", "lease_seconds")
_CHALLENGE_CHARS = 1000
_SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


class Webhook:
    """Listens for updates; believes only who knows the secret.

    What cannot be read is taken all the same: whatever is not answered with a 200, Telegram sends
    again, for a day, and meanwhile little else. That is just what is wanted where an update cannot
    be stored and another process might answer it.
    """

    def __init__(
        self, path: str, *, secret: str, bot: Bot, take: Take, sources: Sources | None = None
    ) -> None:
        given: dict[str, object] = {"secret": secret, "bot": bot, "take": take}
        own = re.escape(path.rstrip("/"))
        routes: list[Route] = [(f"{own}/?", _Receiver, given)]
        if sources is not None:
            routes.append((f"{own}/feeds/([0-9a-f]{{32}})", _Hub, {"sources": sources}))
        self._server = HTTPServer(
            Application(routes, log_function=lambda _: None),
            max_body_size=_LARGEST,
            body_timeout=_SENDING_S,
            idle_connection_timeout=_IDLE_S,
        )

    def listen(self, port: int, address: str) -> None:
        """Begin.

        Raises:
            OSError: Nobody may listen there.
        """
        self._server.listen(port, address)

    async def close(self) -> None:
        """Take no more."""
        self._server.stop()
        await self._server.close_all_connections()


class _Hub(RequestHandler):
    """Hears hubs (https://www.w3.org/TR/websub/): nothing of what they send is read as news."""

    def initialize(self, sources: Sources) -> None:
        self._sources = sources

    async def get(self, name: str) -> None:
        """Confirm that we asked to be told."""
        told = {key: self.get_query_argument(f"hub.{key}", "") for key in _HUB_SAYS}
        mode, topic, lease = (told[key] for key in ("mode", "topic", "lease_seconds"))
        agreed = await asyncio.to_thread(
            websub.confirm, self._sources, name, mode=mode, topic=topic, lease=lease
        )
        if not agreed:
            raise HTTPError(404)
        self.set_header("Content-Type", "text/plain")
        self.finish(told["challenge"][:_CHALLENGE_CHARS])

    async def post(self, name: str) -> None:
        """Have the feed asked."""
        signature = self.request.headers.get("X-Hub-Signature", "")
        body = self.request.body
        if not await asyncio.to_thread(websub.hear, self._sources, name, body, signature):
            raise HTTPError(410)
        self.set_status(202)

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a fault without what was posted; who is refused is not worth a line."""
        del typ, tb
        if value is not None and not isinstance(value, HTTPError):
            _log.error("cannot hear a hub", error=named(value))


class _Receiver(RequestHandler):
    def initialize(self, secret: str, bot: Bot, take: Take) -> None:
        self._secret = secret
        self._bot = bot
        self._take = take

    async def post(self) -> None:
        given = self.request.headers.get(_SECRET, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            raise HTTPError(403)
        try:
            raw = parse_payload(self.request.body)
        except ValueError:
            raw = None  # an update that cannot be read, like any other
        try:
            await self._take(raw, self._bot)
        except UnstoredError as error:
            raise HTTPError(503) from error
        except Exception as error:  # noqa: BLE001 - or Telegram would send it for a day
            _log.error("cannot take an update", error=named(error))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a fault without what was posted; who is refused is not worth a line."""
        del typ, tb
        if value is not None and not isinstance(value, HTTPError):
            _log.error("cannot take an update", error=named(value))
