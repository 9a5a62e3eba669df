"""A publisher on this machine that stands in for the internet: feeds and pages over real HTTP."""

from __future__ import annotations

import hashlib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from corpus.article import Article
from corpus.errors import Failure
from corpus.following.follower import Follower
from corpus.ingest import ingest
from corpus.readers.fetch import Fetcher
from corpus.storage.sources import Source
from corpus.storage.store import Store
from tests.support.models import FakeAttributor, FakeEncoder

Route = Callable[[BaseHTTPRequestHandler], None]

START = datetime(2031, 3, 4, 12, tzinfo=UTC)
NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts no authority. Loading the usual ones for every test would take most of the time."""


class Clock:
    """Stands still until it is moved on."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):  # type: ignore[no-untyped-def]
        """Expect clients to hang up: leaving a bad server is what they are here for."""


class FeedSite:
    """A web server; every host name leads to it.

    Attributes:
        routes: What a path answers; anything else is not there.
        asked: The paths that were asked for, in order, with the headers in small letters.
        posted: The paths that forms were sent to, with these.
    """

    def __init__(self) -> None:
        self.routes: dict[str, Route] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def do_GET(self) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                site.asked.append((self.path, headers))
                site.routes.get(self.path, refuse(404))(self)

            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                site.posted.append((self.path, dict(parse_qsl(self.rfile.read(size).decode()))))
                site.routes.get(self.path, refuse(404))(self)

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port

    def url(self, path: str, host: str = "weir.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def count(self, path: str) -> int:
        """How often a path was asked for."""
        return [one for one, _ in self.asked].count(path)

    def fetcher(self, **changes: object) -> Fetcher:
        """What fetches from it, and from nowhere else."""
        usual: dict[str, object] = {
            "resolve": lambda _host, _port: ["127.0.0.1"],
            "is_public": lambda _address: True,
            "ports": {self.port},
            "tls": NOBODY,
        }
        return Fetcher(**usual | changes)  # type: ignore[arg-type]

    def publish(self, name: str, text: str = "", *, headline: str = "") -> str:
        """Put an article online; returns its address."""
        self.routes[f"/{name}"] = send(write_page(headline or f"Otters {name}", text))
        return self.url(f"/{name}")

    def feed(self, *names: str, path: str = "/feed", more: str = "", **headers: str) -> None:
        """Put a feed online that lists some articles, which need not be there."""
        items = "".join(
            f"<item><title>Otters {name}</title><link>{self.url(f'/{name}')}</link>{more}</item>"
            for name in names
        )
        self.routes[path] = send(write_rss(items), kind="application/rss+xml", **headers)


@contextmanager
def feed_site() -> Iterator[FeedSite]:
    """One that serves as long as the context lasts."""
    site = FeedSite()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        site.server.shutdown()
        thread.join()
        site.server.server_close()


def send(body: bytes, code: int = 200, *, kind: str = "text/html", **headers: str) -> Route:
    """Answer with a body; with 304 to who has it already."""
    etag = headers.get("etag", f'"{hashlib.sha256(body).hexdigest()[:8]}"')

    def route(request: BaseHTTPRequestHandler) -> None:
        known = request.headers.get("If-None-Match") == etag
        request.send_response(304 if known and code == 200 else code)
        for name, value in ({"content_type": kind, "etag": etag} | headers).items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        if not known:
            request.wfile.write(body)

    return route


def refuse(code: int, **headers: str) -> Route:
    return send(b"", code, **headers)


def redirect(target: str, code: int = 302) -> Route:
    return send(b"", code, location=target)


def drip(seconds: float) -> Route:
    """Send a byte now and then, without end."""

    def route(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/rss+xml")
        request.end_headers()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            request.wfile.write(b" ")
            time.sleep(0.02)

    return route


def pour(request: BaseHTTPRequestHandler) -> None:
    """Send a feed that never ends, as fast as it is read."""
    request.send_response(200)
    request.send_header("Content-Type", "application/rss+xml")
    request.end_headers()
    request.wfile.write(b'<rss version="2.0"><channel>')
    while True:
        request.wfile.write(b"<item><title>Once more</title></item>" * 1000)


def write_page(headline: str, text: str = "") -> bytes:
    body = text or f"{headline} were seen on the weir this morning. " * 4
    printed = "".join(f"<p>{escape(part)}</p>" for part in body.split("\n\n"))
    return (
        f"<html><head><title>{escape(headline)}</title></head><body><article>"
        f"<h1>{escape(headline)}</h1>{printed}</article></body></html>"
    ).encode()


def write_rss(items: str, title: str = "The Weir", head: str = "") -> bytes:
    channel = f"<channel><title>{title}</title>{head}{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


def take_into(store: Store) -> Callable[[Article], Failure | None]:
    """Stores articles without a model."""

    def take(article: Article) -> Failure | None:
        tally = ingest([article], store=store, embedder=FakeEncoder(), attributor=FakeAttributor())
        return tally.failures[0] if tally.failures else None

    return take


@contextmanager
def following(site: FeedSite, store: Store, clock: Clock, **changes: object) -> Iterator[Follower]:
    """A follower of feeds on a site."""
    usual: dict[str, object] = {
        "make_fetcher": lambda sandbox: site.fetcher(sandbox=sandbox),
        "clock": clock,
        "chance": lambda: 0.5,
    }
    follower = Follower(store, take_into(store), **usual | changes)  # type: ignore[arg-type]
    try:
        yield follower
    finally:
        follower.close()


def follow(store: Store, url: str, clock: Clock) -> None:
    """Follow a feed from now on."""
    assert store.sources.add(Source(url, clock()))
