"""Figures for Prometheus, and whether all is well, over HTTP on a local port."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import version
from socket import AF_INET6, SOCK_STREAM, getaddrinfo
from socketserver import TCPServer, ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    Info,
    ProcessCollector,
    make_wsgi_app,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from bot.admin.feed_metrics import FeedMetrics
from bot.admin.health import Health
from bot.request_trace import Trace
from corpus.sandbox.process import Reason, shared

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_LONGEST_REQUEST_S = 10


class Metrics:
    """What is counted while the bot runs; nothing of it tells who asked, or what.

    Attributes:
        registry: All of it, to be served or read.
        retries: Requests to Telegram that are made again, by reason.
    """

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self._updates = Counter(
            "byline_updates", "Updates handled, by kind", ["kind"], registry=registry
        )
        self._answers = Counter(
            "byline_answers",
            "Updates answered, by kind, by the kind of answer found and how far that answers",
            ["kind", "answer", "verdict"],
            registry=registry,
        )
        self._seconds = Histogram(
            "byline_answer_seconds",
            "From an update's arrival to the end of its answer",
            buckets=_SECONDS,
            registry=registry,
        )
        self._errors = Counter("byline_errors", "Updates that broke something", registry=registry)
        self.retries = Counter(
            "byline_telegram_retries",
            "Requests to Telegram that are made again: told to slow down (flood, a 429), "
            "no connection (connection), or a fault of theirs (server)",
            ["reason"],
            registry=registry,
        )
        for reason in ("flood", "connection", "server"):
            self.retries.labels(reason)
        about = {"version": version("byline"), "python": platform.python_version()}
        Info("byline", "The running program", registry=registry).info(about)
        ProcessCollector(registry=registry)
        GCCollector(registry=registry)

    def handled(self, trace: Trace, seconds: float) -> None:
        """Count an update that needs nothing more."""
        self._updates.labels(trace.kind).inc()
        if trace.failed:
            self._errors.inc()
        if trace.answered:
            verdict = "fault" if trace.failed else trace.verdict or "none"
            self._answers.labels(trace.kind, trace.answer or "none", verdict).inc()
            self._seconds.observe(seconds)

    def watch(self, health: Health, queue: Callable[[], int]) -> None:
        """Report, whenever somebody reads the figures, how things stand then.

        Args:
            health: What to report of.
            queue: How many updates wait or are in hand.
        """
        for name, text, read in (
            ("byline_queue_length", "Updates that wait or are in hand", queue),
            ("byline_articles", "Articles in the archive", health.articles),
            ("byline_shelf_articles", "Articles on readers' shelves", health.shelved),
            ("byline_index_passages", "Passages in the index", lambda: health.passages),
            (
                "byline_index_revision",
                "Revision of the archive that the index shows",
                lambda: health.revision,
            ),
            (
                "byline_telegram_quiet_seconds",
                "Since Telegram last answered",
                lambda: health.quiet_s,
            ),
        ):
            Gauge(name, text, registry=self.registry).set_function(_or_unknown(read))
        self.registry.register(FeedMetrics(health.feeds))
        self.registry.register(_Unread(health))
        self.registry.register(_Replicas(health))
        self.registry.register(_Stopped())


class _Unread(Collector):
    """What the reader counts by itself."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[CounterMetricFamily]:
        text = "Windows of hits left unread for want of time"
        yield CounterMetricFamily("byline_windows_unread", text, value=self._health.unread)


class _Replicas(Collector):
    """Which process this is among those over the same database, and which of them leads."""

    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        names = {"replica": self._health.replica, "leader": self._health.leader or ""}
        about = "This process, the one that leads, and the database that they are over"
        family = GaugeMetricFamily("byline_replica", about, labels=[*names, "database"])
        family.add_metric([*names.values(), self._health.database], 1)
        yield family
        text = "Processes over the same database, this one among them"
        yield GaugeMetricFamily("byline_replicas", text, value=self._health.replicas)
        text = "Whether this process does what only one does"
        leads = names["replica"] == names["leader"]
        yield GaugeMetricFamily("byline_leads", text, value=float(leads))


class _Stopped(Collector):
    """What the process that reads articles counts by itself."""

    def collect(self) -> Iterator[CounterMetricFamily]:
        text = "Times that reading a page, feed or file had to be stopped"
        family = CounterMetricFamily("byline_reading_stopped", text, labels=["reason"])
        for reason in Reason:
            family.add_metric([reason.value], shared().stopped[reason])
        yield family


@contextmanager
def serve(metrics: Metrics, health: Health, *, listen: str, port: int) -> Iterator[int]:
    """Serve ``/metrics`` and ``/healthz`` from a thread, for as long as the context lasts.

    Being apart from the bot's event loop, it answers even while that hangs.

    Args:
        metrics: What is counted.
        health: What is checked.
        listen: Address, a name or numbers.
        port: 0 for any that is free.

    Yields:
        The port.

    Raises:
        OSError: Nobody may listen there.
    """
    family, *_, address = getaddrinfo(listen, port, type=SOCK_STREAM)[0]
    kind = _SixServer if family == AF_INET6 else _Server
    server = make_server(str(address[0]), port, _app(metrics, health), kind, _Quiet)
    thread = Thread(target=server.serve_forever, args=(0.05,), name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        """Listen, without asking a name server what this machine is called."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]
        self.setup_environ()


class _SixServer(_Server):
    address_family = AF_INET6


class _Quiet(WSGIRequestHandler):
    """Logs nothing, and does not wait for ever for somebody who connects and says nothing."""

    timeout = _LONGEST_REQUEST_S

    def log_message(self, *_: object) -> None:
        pass


def _app(metrics: Metrics, health: Health) -> WSGIApplication:
    figures: WSGIApplication = make_wsgi_app(metrics.registry)

    def app(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        if path == "/metrics":
            return figures(environ, start)
        if path == "/healthz":
            return _say_health(health, start)
        return _say(start, "404 Not Found", {"paths": ["/metrics", "/healthz"]})

    return app


def _say_health(health: Health, start: StartResponse) -> Iterable[bytes]:
    checkup = health.check()
    known = {"ok": not checkup.problems, **asdict(checkup)}
    if checkup.quiet_s is not None:
        known["quiet_s"] = round(checkup.quiet_s, 1)
    return _say(start, "503 Service Unavailable" if checkup.problems else "200 OK", known)


def _say(start: StartResponse, status: str, body: dict[str, object]) -> Iterable[bytes]:
    start(status, [("Content-Type", "application/json"), ("Cache-Control", "no-store")])
    return [json.dumps(body).encode() + b"\n"]


def _or_unknown(read: Callable[[], float | None]) -> Callable[[], float]:
    """What cannot be told now is no number, and keeps nobody from the other figures."""

    def known() -> float:
        try:
            found = read()
        except SQLAlchemyError:
            return math.nan
        return math.nan if found is None else found

    return known
