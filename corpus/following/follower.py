"""Follow all feeds at once: who is due is asked, a few at a time, without getting in the way."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from corpus.article import Article
from corpus.errors import FATAL, Failure, explain
from corpus.following.desk import Desk, Take
from corpus.following.looks import look
from corpus.following.polling import give_up, poll
from corpus.following.websub import subscribe
from corpus.readers.fetch import Fetcher
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.entries import Listed
from corpus.storage.sources import Source
from corpus.storage.store import Store
from corpus.storage.times import read_now

_log = logging.getLogger(__name__)

_WORKERS = 6
"""How many feeds are asked at a time, for the most part waiting for servers."""
_LOOKING = 2
"""How many of them may look at pages again, so that news never wait for that."""
_CLAIM = timedelta(minutes=5)
"""For how long a feed that is being asked is left alone by others, and by us after a kill."""
_FETCHER_LASTS = timedelta(hours=1)
"""As old become the rules of robots.txt that it keeps."""
_FORGET = timedelta(days=90)
_SOME = 20
"""Articles let go at a time, and twenty times as many entries forgotten."""
_OUTAGE, _OUTAGE_LASTS = 5, timedelta(minutes=30)
"""Feeds that fail one after the other, for so long: the fault may be ours."""
_TIDY = timedelta(minutes=1)
_LOOK_AGAIN = timedelta(hours=6)
"""When a page is looked at again that broke something of ours."""


class Follower:
    """Follows the feeds of an archive, in threads of its own.

    Args:
        store: The archive.
        take: Stores an article; called in one thread, one article after another.
        make_fetcher: Makes what fetches pages; it is made anew every hour.
        make_sandbox: Makes what reads them.
        clock: What time it is, in UTC.
        chance: From 0 to 1.
        keep: How long articles are kept; None for ever.
        callback: Where hubs can tell us of news; empty where they cannot.
        step_back: Called in each thread that it starts, to leave the processors to others.
    """

    def __init__(  # noqa: PLR0913 - what tests replace
        self,
        store: Store,
        take: Take,
        *,
        make_fetcher: Callable[[Sandbox], Fetcher] = lambda sandbox: Fetcher(sandbox=sandbox),
        make_sandbox: Callable[[], Sandbox] = Sandbox,
        clock: Callable[[], datetime] = read_now,
        chance: Callable[[], float] = random.random,
        keep: timedelta | None = None,
        callback: str = "",
        step_back: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._take = take
        self._make_fetcher = make_fetcher
        self._make_sandbox = make_sandbox
        self._clock = clock
        self._chance = chance
        self._keep = keep
        self._callback = callback
        self._step_back = step_back
        self._stopping = threading.Event()
        self._asking: dict[str, Future[None]] = {}
        self._looking: dict[str, Future[None]] = {}
        self._tools: _Tools | None = None
        self._failed = 0
        self._succeeded = self._tidied = clock()

    def step(self) -> None:
        """Ask who is due, without waiting for an answer, and let go what is old.

        Raises:
            StoreError: Articles cannot be stored.
            ToolError: Nothing can be read at all.
        """
        self._collect()
        now, room = self._clock(), _WORKERS - len(self._asking)
        self._tidy(now)
        for source in self._store.sources.due(now, 2 * _WORKERS)[: max(0, room)]:
            if source.url not in self._asking and self._store.sources.claim(source, now + _CLAIM):
                self._asking[source.url] = self._ready(now).pool.submit(self._poll, source)
        room = _LOOKING - len(self._looking)
        for listed in self._store.entries.due(now, 2 * _LOOKING)[: max(0, room)]:
            if listed.url not in self._looking:
                self._looking[listed.url] = self._ready(now).lookers.submit(self._look, listed)

    def settle(self) -> None:
        """Wait until everybody who was asked has answered."""
        while futures := [*self._asking.values(), *self._looking.values()]:
            for future in futures:
                with suppress(Exception):
                    future.result()
            self._collect()

    def close(self) -> None:
        """Leave off; what was not taken yet is taken by the next one."""
        self._stopping.set()
        if self._tools:
            self._tools.close()

    def _collect(self) -> None:
        for running in (self._asking, self._looking):
            for url in [url for url, future in running.items() if future.done()]:
                running.pop(url).result()

    def _tidy(self, now: datetime) -> None:
        if abs(now - self._tidied) < _TIDY:
            return
        self._tidied = now
        self._store.entries.forget(now - _FORGET, 20 * _SOME)
        if self._keep:
            self._store.let_go(now - self._keep, _SOME)

    def _ready(self, now: datetime) -> _Tools:
        """What fetching takes, made when it is first needed, and parts of it every hour."""
        if self._tools is None:
            self._tools = _Tools(self._make_sandbox(), self._step_back)
        tools = self._tools
        if tools.fetcher is None or abs(now - tools.made) > _FETCHER_LASTS:
            # Who still uses the one before goes on with it.
            tools.fetcher, tools.made = self._make_fetcher(tools.sandbox), now
        return tools

    def _desk(self) -> Desk:
        tools = self._tools
        assert tools is not None  # noqa: S101 - whoever asks was started with them
        assert tools.fetcher is not None  # noqa: S101 - likewise
        taking = tools.taking

        def take(article: Article) -> Failure | None:
            return taking.submit(self._take, article).result()

        return Desk(
            self._store,
            tools.fetcher,
            tools.sandbox,
            take,
            self._clock,
            self._chance,
            self._stopping.is_set,
            self._clock() - self._keep if self._keep else None,
        )

    def _poll(self, source: Source) -> None:
        desk = self._desk()
        try:
            read = poll(source, desk)
        except FATAL:
            raise
        except Exception as error:  # noqa: BLE001 - one feed must not keep us from the others
            if self._stopping.is_set():
                return
            give_up(source, error, desk, reason=explain(error))
            read = False
        if not read:
            self._failed += 1
            return
        now = self._clock()
        if self._failed >= _OUTAGE and now - self._succeeded > _OUTAGE_LASTS:
            self._store.sources.hasten(now)
        self._failed, self._succeeded = 0, now
        if self._callback and not self._stopping.is_set():
            subscribe(source.url, self._callback, desk.fetcher, self._store, now)

    def _look(self, listed: Listed) -> None:
        try:
            look(listed, self._desk())
        except FATAL:
            raise
        except Exception as error:  # noqa: BLE001 - one page must not keep us from the others
            if not self._stopping.is_set():
                _log.warning("cannot look at a page again: %s", explain(error))
                later = self._clock() + _LOOK_AGAIN
                self._store.entries.keep(replace(listed, next_look=later))


class _Tools:
    """The threads that ask and the one that stores, and what they share."""

    def __init__(self, sandbox: Sandbox, step_back: Callable[[], None]) -> None:
        self.sandbox = sandbox
        self.fetcher: Fetcher | None = None
        self.made = datetime.min.replace(tzinfo=UTC)
        self.pool = ThreadPoolExecutor(_WORKERS, "following", initializer=step_back)
        self.lookers = ThreadPoolExecutor(_LOOKING, "looking", initializer=step_back)
        self.taking = ThreadPoolExecutor(1, "taking", initializer=step_back)

    def close(self) -> None:
        for pool in (self.pool, self.lookers):
            pool.shutdown(wait=False, cancel_futures=True)
        self.taking.shutdown(cancel_futures=True)
        if self.fetcher is not None:
            self.fetcher.__exit__()
