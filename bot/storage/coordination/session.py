"""One connection in a thread of its own: what it locks is ours for as long as it lasts.

Tested with what uses it in `tests/bot/storage/coordination/test_replica.py`.
"""

from __future__ import annotations

import os
import queue
import random
import selectors
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import structlog

from bot.logs import named
from corpus.storage.database.postgres import Schema, connect_alone

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_log = structlog.get_logger(__name__)
_Found = TypeVar("_Found")

_AGAIN_S = 0.3
"""After how long a lost connection is opened anew."""


class LostError(Exception):
    """There is no connection just now, or it broke: nothing is ours any more."""


class Listener(Protocol):
    """What a session calls, in its own thread."""

    def opened(self, connection: Connection) -> None:
        """There is a connection, and nothing is locked."""
        ...

    def beat(self, connection: Connection) -> None:
        """Some time went by."""
        ...

    def heard(self, words: str) -> None:
        """Somebody said something."""
        ...

    def lost(self) -> None:
        """The connection broke."""
        ...


class Session:
    """Keeps a connection open, opens it anew where it breaks, and works on it one thing at a time.

    Args:
        schema: Where to connect to.
        name: By which the server knows the connection.
        channel: What to listen to.
        listener: Whom to tell.
        beat_s: How often something is said to be alive; that is jittered.
    """

    def __init__(
        self, schema: Schema, name: str, channel: str, listener: Listener, *, beat_s: float
    ) -> None:
        self._schema = schema
        self._name = name
        self._channel = channel
        self._listener = listener
        self._beat_s = beat_s
        self._orders: queue.SimpleQueue[Callable[[Connection | None], None]] = queue.SimpleQueue()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        self._closing = False
        self._warned = False
        self._thread = threading.Thread(target=self._run, name="coordination", daemon=True)

    def start(self) -> None:
        """Connect, now and whenever that broke."""
        self._thread.start()

    def close(self) -> None:
        """End the connection, and with it all that it locks."""
        self._closing = True
        self._nudge()
        if self._thread.is_alive():
            self._thread.join()
        os.close(self._woken)
        os.close(self._wake)
        self._refuse_orders()

    def run(self, work: Callable[[Connection], _Found]) -> Future[_Found]:
        """Do something on the connection, in turn.

        Returns:
            What comes of it; `LostError` where there is no connection or it broke.
        """
        future: Future[_Found] = Future()

        def order(connection: Connection | None) -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                if connection is None:
                    raise LostError("the database cannot be reached")
                found = work(connection)
            except Exception as error:  # noqa: BLE001 - whoever waits for it sees to it
                broken = connection is not None and connection.closed
                future.set_exception(LostError(named(error)) if broken else error)
            else:
                future.set_result(found)

        self._orders.put(order)
        self._nudge()
        return future

    def _nudge(self) -> None:
        with suppress(OSError):  # it is closed
            os.write(self._wake, b".")

    def _run(self) -> None:
        while not self._closing:
            try:
                with closing(connect_alone(self._schema, self._name)) as connection:
                    self._work(connection)
            except Exception as error:  # noqa: BLE001 - it is opened anew, whatever it was
                self._warn(error)
            self._listener.lost()
            self._refuse_orders()
            until = time.monotonic() + _AGAIN_S
            while not self._closing and (left_s := until - time.monotonic()) > 0:
                self._wait(left_s)
                self._refuse_orders()

    def _work(self, connection: Connection) -> None:
        connection.execute(f"LISTEN {self._channel}".encode())
        self._listener.opened(connection)
        self._warned, beat_at = False, 0.0
        while not self._closing:
            if time.monotonic() >= beat_at:
                self._listener.beat(connection)
                jitter = random.uniform(0.7, 1)  # noqa: S311 - it spreads load
                beat_at = time.monotonic() + self._beat_s * jitter
            wait_s = max(0.0, beat_at - time.monotonic())
            self._wait(wait_s, connection)
            with suppress(queue.Empty):
                while True:
                    self._orders.get_nowait()(connection)
            for told in connection.notifies(timeout=0):
                self._listener.heard(told.payload)

    def _wait(self, longest_s: float, *others: Connection) -> None:
        with selectors.DefaultSelector() as selector:
            for one in (self._woken, *(other.fileno() for other in others)):
                selector.register(one, selectors.EVENT_READ)
            selector.select(longest_s)
        with suppress(BlockingIOError):
            while os.read(self._woken, 4096):
                pass

    def _refuse_orders(self) -> None:
        with suppress(queue.Empty):
            while True:
                self._orders.get_nowait()(None)

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            _log.warning("the database cannot be reached; trying again", reason=named(error))
        self._warned = True
