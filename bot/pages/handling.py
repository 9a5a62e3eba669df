"""What all pages have in common: what their browser may do, who asks too much, and what went wrong.

Tested over HTTP in `tests/bot/pages/test_server.py`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from types import TracebackType
from typing import TypeVar

import structlog
from tornado.web import HTTPError, RequestHandler

from bot import texts
from bot.logs import named
from bot.pages.addresses import Signer
from bot.pages.gate import BusyError, Gate
from bot.pages.markup import Static, make, write_page
from bot.storage.chats import ChatStore
from bot.storage.clock import Clock
from corpus.storage.store import Store

_log = structlog.get_logger(__name__)
_Drawn = TypeVar("_Drawn")

WEB = "https://web.telegram.org"
"""Telegram in a browser, which shows Mini Apps in a frame."""
_NONE = "default-src 'none'; base-uri 'none'; style-src 'self'"
_PLAIN = f"{_NONE}; form-action 'none'; frame-ancestors 'none'"
_FORM = f"{_NONE}; form-action 'self'; frame-ancestors 'none'"
_APP = f"{_NONE}; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors {WEB}"
_SAID = {
    HTTPStatus.FORBIDDEN: "refused",
    HTTPStatus.GONE: "gone",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
    HTTPStatus.SERVICE_UNAVAILABLE: "busy",
    HTTPStatus.INTERNAL_SERVER_ERROR: "fault",
}
_LANGUAGES = 10
_RETRY_S = 30


@dataclass(frozen=True)
class Desk:
    """What the pages are made of.

    Attributes:
        store: All articles, whoever's.
        state: Knows the keys, and whose channels a chat reads.
        signer: Believes what was signed.
        clock: Says what time it is.
        root: Path under which all pages lie, without a slash at the end.
        token: The bot's, by which Telegram signs; empty where there is no bot.
        gate: Lets requests in.
    """

    store: Store
    state: ChatStore
    signer: Signer
    clock: Clock
    root: str = ""
    token: str = field(default="", repr=False)
    gate: Gate = field(default_factory=Gate)


class Handler(RequestHandler):
    """Answers with pages, errors too; tells nobody anything about who reads them."""

    policy = _PLAIN

    def initialize(self, desk: Desk) -> None:
        """Know what pages are made of."""
        self._desk = desk

    def set_default_headers(self) -> None:
        """Allow nothing but our own style; no third party learns of the page."""
        self.clear_header("Server")
        for name, value in (
            ("Content-Security-Policy", self.policy),
            ("Content-Type", "text/html; charset=utf-8"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Robots-Tag", "noindex, nofollow, noarchive"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"),
            ("Cache-Control", "no-store"),
        ):
            self.set_header(name, value)

    def prepare(self) -> None:
        """Turn away who asks for too much."""
        if not self._desk.gate.admit(find_client(self.request.remote_ip or "", self._forwarded())):
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS)

    def _forwarded(self) -> str:
        return self.request.headers.get("X-Forwarded-For", "")

    async def draw(self, work: Callable[[], _Drawn]) -> _Drawn:
        """Do some work in a thread, in the language that the browser asks for."""
        language = read_languages(self.request.headers.get("Accept-Language", ""))

        def speaking() -> _Drawn:
            with texts.speak(language):
                return work()

        try:
            return await self._desk.gate.draw(speaking)
        except BusyError:
            raise HTTPError(HTTPStatus.SERVICE_UNAVAILABLE) from None

    def write_error(self, status_code: int, **_: object) -> None:
        """Say in a page of ours what is wrong."""
        if status_code in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            self.set_header("Retry-After", str(_RETRY_S))
        with texts.speak(read_languages(self.request.headers.get("Accept-Language", ""))):
            self.finish(draw_error(status_code, self._desk.root))

    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Log a fault without what was asked for; who is refused is not worth a line."""
        del typ, tb
        if value is not None and not isinstance(value, HTTPError):
            _log.error("cannot show a page", error=named(value))


class AppHandler(Handler):
    """The same within Telegram, where a script of ours runs."""

    policy = _APP


class FormHandler(Handler):
    """The same, with a form."""

    policy = _FORM


class Missing(Handler):
    """Says that there is no such page."""

    def prepare(self) -> None:
        """Whatever is asked of it."""
        super().prepare()
        raise HTTPError(HTTPStatus.NOT_FOUND)


class StaticHandler(Handler):
    """Hands out the style and the script; their names change with what they hold."""

    def initialize(self, desk: Desk, file: Static) -> None:  # type: ignore[override]  # a route's own
        """Know which file it is."""
        super().initialize(desk)
        self._file = file

    async def get(self) -> None:
        """Hand it out, for as long as the browser likes."""
        self.set_header("Content-Type", self._file.kind)
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.finish(self._file.content)

    head = get


def draw_error(status: int, root: str) -> bytes:
    """Draw the page that says what is wrong, in the language that is spoken."""
    match _SAID.get(HTTPStatus(status)):
        case "refused":
            title, said = texts.say("page-refused-title"), texts.say("page-refused")
        case "gone":
            title, said = texts.say("page-gone-title"), texts.say("page-gone")
        case "busy":
            title, said = texts.say("page-busy-title"), texts.say("page-busy")
        case "fault":
            title, said = texts.say("page-fault-title"), texts.say("page-fault")
        case _:
            title, said = texts.say("page-missing-title"), texts.say("page-missing")
    body = make("main", make("h1", title), make("p", said), class_="plain")
    return write_page(title, (body,), root=root)


def read_languages(header: str) -> str:
    """The first of a browser's languages that Byline speaks; English where there is none.

    Example:
        >>> read_languages("fr-CH, de;q=0.9"), read_languages("*")
        ('de', 'en')
    """
    for one in header[:200].split(",")[:_LANGUAGES]:
        code = one.partition(";")[0].strip()
        if (known := texts.known(code)) != texts.ENGLISH or code.casefold().startswith("en"):
            return known
    return texts.ENGLISH


def find_client(peer: str, forwarded: str) -> str:
    """Who asks: what a proxy of ours says last, or else who connects.

    Only a proxy on this machine or in its network is believed.

    Example:
        >>> find_client("127.0.0.1", "6.6.6.6, 203.0.113.9"), find_client("9.9.9.9", "1.1.1.1")
        ('203.0.113.9', '9.9.9.9')
    """
    try:
        near = not ipaddress.ip_address(peer).is_global
        told = ipaddress.ip_address(forwarded.rpartition(",")[2].strip())
    except ValueError:
        return peer
    # A reader of IPv6 has a whole network of addresses.
    whole = ipaddress.ip_network((told, 64), strict=False) if told.version == 6 else told
    return str(whole) if near else peer
