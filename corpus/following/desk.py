"""What following takes: where to fetch, what to do with an article, which clock to go by.

Tested with what uses it in `tests/corpus/following/test_polling.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from corpus.article import Article
from corpus.errors import Failure
from corpus.parse.feed import Entry
from corpus.readers.fetch import Fetcher
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.store import Store

Take = Callable[[Article], Failure | None]
"""Stores an article before it returns, or says why it could not."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What following a feed takes.

    Attributes:
        store: Where articles and feeds are kept.
        fetcher: Fetches feeds and pages.
        sandbox: Reads them.
        take: Stores an article.
        clock: What time it is, in UTC.
        chance: From 0 to 1, so that not everything happens at the same time.
        stopping: Whether to leave off.
        oldest: Articles published before this are not taken; None for all.
    """

    store: Store
    fetcher: Fetcher
    sandbox: Sandbox
    take: Take
    clock: Callable[[], datetime]
    chance: Callable[[], float]
    stopping: Callable[[], bool]
    oldest: datetime | None = None


def stamp(entry: Entry) -> str:
    """Tell what a feed prints of an article from what it prints of it once it was changed."""
    updated = entry.updated.isoformat() if entry.updated else ""
    printed = "\n".join((entry.headline, updated, entry.text))
    return hashlib.sha256(printed.encode(errors="replace")).hexdigest()[:16]
