"""A newspaper on this machine whose feed changes, and `byline add` of it in a process of its own.

    PYTHONPATH=. python benchmarks/newspaper.py PORT    # adds what stands in the feed there

Byline reads nothing from private networks, so that process says, for itself alone, that this one is
none.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

_HOST = "gazette.example"
_ENTRIES = 10
_PARAGRAPHS = (
    "The harbour office counted {n} boats on its quays on Monday, more than in any week of spring.",
    "“We never had {n} of them at once,” said Ilse Brandner, who keeps the book of berths.",
    "A berth costs {n} florins a night, and the council wants the price to stand until autumn.",
)


class Newspaper:
    """Serves a feed of the latest stories, and each story as a page; a context manager."""

    def __init__(self) -> None:
        self._count = 0
        paper = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = paper.page(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._server.server_address[1])

    def publish(self) -> None:
        """Write one more story."""
        self._count += 1

    def page(self, path: str) -> tuple[str, bytes]:
        """Media type and body of a path; no body where there is no such page."""
        if path == "/feed":
            return "application/rss+xml", self._feed().encode()
        number = path.removeprefix("/story/")
        if not number.isdecimal() or int(number) > self._count:
            return "text/plain", b""
        return "text/html", _story(int(number)).encode()

    def _feed(self) -> str:
        items = "".join(
            f"<item><title>{_headline(n)}</title>"
            f"<link>http://{_HOST}:{self.port}/story/{n}</link></item>"
            for n in range(max(1, self._count - _ENTRIES + 1), self._count + 1)
        )
        return (
            '<?xml version="1.0"?><rss version="2.0"><channel><title>Soak Gazette</title>'
            f"{items}</channel></rss>"
        )


def _headline(number: int) -> str:
    return f"Boats at berth {number} wait for the tide"


def _story(number: int) -> str:
    body = "".join(f"<p>{line.format(n=1000 + number)}</p>" for line in _PARAGRAPHS)
    title = _headline(number)
    return (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}"
        "</article></body></html>"
    )


def _add(port: int) -> None:
    from bot.cli.main import main
    from corpus.readers.fetch import Fetcher

    ours: Mapping[str, object] = {
        "resolve": lambda _host, _port: ["127.0.0.1"],
        "is_public": lambda _address: True,
        "ports": (port,),
    }
    Fetcher.__init__.__kwdefaults__.update(ours)
    sys.argv = ["byline", "add", f"http://{_HOST}:{port}/feed", "--json"]
    main()


if __name__ == "__main__":
    _add(int(sys.argv[1]))
