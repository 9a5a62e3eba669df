"""Following feeds beside the answers: what they bring is stored, for the most part resting.

Tested with the bot that follows feeds in `tests/bot/test_services.py`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.priority import step_back
from corpus.article import Article
from corpus.attribution.extractor import Attributor
from corpus.errors import Failure
from corpus.ingest import ingest
from corpus.prepare import Embedder
from corpus.readers.sample import unseed
from corpus.storage.store import Store

if TYPE_CHECKING:
    from corpus.following.follower import Follower
    from corpus.readers.fetch import Fetcher
    from corpus.sandbox.process import Worker
    from corpus.sandbox.sandbox import Sandbox

REST = 2
"""How many times as long as it took to store an article it waits before the next: so news take at
most a third of one processor, and a few articles that come together are stored in seconds."""
_FETCH_S = 15.0
"""Seconds that a feed or a page may take."""


class Following:
    """Follows the feeds of an archive, once there are any.

    Args:
        home: The archive's folder.
        store: The archive.
        embedder: Makes an embedder; a model loads with the first article, not before.
        attributor: Finds who said what.
        stop: Ends its rest.
        keep_days: How many days articles are kept; None for ever.
        callback: Where hubs can tell of news; empty where they cannot.
    """

    def __init__(  # noqa: PLR0913 - what a bot has, and how it is told to stop
        self,
        home: Path,
        store: Store,
        *,
        embedder: Callable[[], Embedder],
        attributor: Attributor,
        stop: threading.Event,
        keep_days: int | None,
        callback: str = "",
    ) -> None:
        self._home = home
        self._store = store
        self._embedder = embedder
        self._attributor = attributor
        self._stop = stop
        self._keep = timedelta(days=keep_days) if keep_days else None
        self._callback = callback
        self._rests_until = 0.0
        self._follower: Follower | None = None
        self._worker: Worker | None = None

    def step(self) -> None:
        """Ask the feeds that are due, without waiting for an answer.

        Raises:
            StoreError: The archive cannot be written.
            ToolError: Nothing can be read at all.
        """
        if self._follower is None and (self._keep or self._store.sources.count()):
            self._follower = self._make()
        if self._follower:
            self._follower.step()

    def close(self) -> None:
        """Leave off."""
        if self._follower:
            self._follower.close()
        if self._worker:
            self._worker.close()

    def pause(self) -> None:
        """Leave off until the next step."""
        self.close()
        self._follower = self._worker = None

    def take(self, article: Article) -> Failure | None:
        """Store an article with its vectors and with who said what, or say why it cannot be.

        Raises:
            StoreError: The archive cannot be written.
            RetrievalError: The model cannot be loaded.
        """
        self._stop.wait(max(0.0, self._rests_until - time.monotonic()))
        start = time.monotonic()
        tally = ingest(
            [article],
            store=self._store,
            embedder=self._embedder(),
            attributor=self._attributor,
        )
        if tally.articles:
            unseed(self._store, self._home)
        end = time.monotonic()
        self._rests_until = end + REST * (end - start)
        return tally.failures[0] if tally.failures else None

    def _make(self) -> Follower:
        # What reads pages takes half a second to import, and who follows nothing does without it.
        from corpus.following.follower import Follower
        from corpus.sandbox.process import Worker
        from corpus.sandbox.sandbox import Sandbox

        # A process of its own, which steps back too: a reader's page never waits for the news.
        worker = self._worker = Worker()
        return Follower(
            self._store,
            self.take,
            make_fetcher=make_fetcher,
            make_sandbox=lambda: Sandbox(self._store.strikes, worker=worker),
            keep=self._keep,
            callback=self._callback,
            step_back=step_back,
        )


def make_fetcher(sandbox: Sandbox) -> Fetcher:
    """Make what fetches feeds and the pages that they list."""
    from corpus.readers.fetch import Fetcher

    return Fetcher(deadline_s=_FETCH_S, sandbox=sandbox)


def name_callback(webhook: str) -> str:
    """Where hubs tell of news, beside the address at which Telegram delivers.

    Example:
        >>> name_callback("https://bot.example.org/byline/")
        'https://bot.example.org/byline/feeds'
    """
    return f"{webhook.rstrip('/')}/feeds"
