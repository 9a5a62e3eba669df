"""Serves the pages on a port, from the bot's own process and loop."""

from __future__ import annotations

import re
from socket import SOCK_STREAM, create_server, getaddrinfo
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application

from bot.pages.addresses import ARTICLE, SIGNED
from bot.pages.article_handlers import (
    AskingApp,
    ReadersArticle,
    ReadersInApp,
    SharedArticle,
    SharedInApp,
)
from bot.pages.handling import Desk, Handler, Missing, StaticHandler
from bot.pages.markup import load_static

_LARGEST_BODY, _LARGEST_HEAD = 16 << 10, 16 << 10
"""Most bytes of what is sent to a page; Telegram's word for who asks has one thousand."""
_SENDING_S, _IDLE_S = 10, 30
_FILES = ("page.css", "app.js")

Route = tuple[str, type[Handler], dict[str, object]]


class Server:
    """Listens for readers.

    Args:
        desk: What the pages are made of.
        more: Further pages.
    """

    def __init__(self, desk: Desk, *more: Route) -> None:
        self._desk = desk
        given: dict[str, object] = {"desk": desk}
        root = re.escape(desk.root)
        routes: list[Route] = [
            (rf"{root}/a/({ARTICLE})", SharedArticle, given),
            (rf"{root}/r/({SIGNED})/({ARTICLE})", ReadersArticle, given),
            (rf"{root}/m/a/({ARTICLE})", SharedInApp, given),
            (rf"{root}/m/r/({SIGNED})/({ARTICLE})", ReadersInApp, given),
            (rf"{root}/m/s/({ARTICLE})", AskingApp, given),
            *((f"{root}/{re.escape(one.name)}", StaticHandler, {**given, "file": one})
              for one in map(load_static, _FILES)),
            *more,
        ]  # fmt: skip
        application = Application(
            routes,
            default_handler_class=Missing,
            default_handler_args=given,
            log_function=lambda _: None,  # whose shelf is read, and what, is nobody's to log
            compress_response=True,
        )
        self._server = HTTPServer(
            application,
            max_body_size=_LARGEST_BODY,
            max_header_size=_LARGEST_HEAD,
            body_timeout=_SENDING_S,
            idle_connection_timeout=_IDLE_S,
        )

    def listen(self, port: int, address: str) -> int:
        """Begin; port 0 stands for any that is free.

        Returns:
            The port.

        Raises:
            OSError: Nobody may listen there.
        """
        family, *_, found = getaddrinfo(address, port, type=SOCK_STREAM)[0]
        listening = create_server((str(found[0]), port), family=family)
        listening.setblocking(False)
        self._server.add_socket(listening)
        return int(listening.getsockname()[1])

    async def close(self) -> None:
        """Show nothing more."""
        self._server.stop()
        await self._server.close_all_connections()
        self._desk.gate.close()


def read_root(base: str) -> str:
    """The path of an address, without a slash at the end.

    Example:
        >>> read_root("https://news.example/pages/"), read_root("https://news.example")
        ('/pages', '')
    """
    return urlsplit(base).path.rstrip("/")
