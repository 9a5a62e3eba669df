"""Reads what strangers publish without ever letting them hold, swell or break Byline itself.

Each call hands bytes to a process of its own (`corpus.sandbox.worker`) and gets values back. What
takes that process longer than ten seconds, or a gigabyte, or breaks it, is a short error; what did
so twice is set aside, and not tried again by this version of Byline.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol, TypeVar

from corpus.address import canonicalize
from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.feed import Feed
from corpus.parse.formats.kinds import Format
from corpus.parse.records import GivenRecord, Piece
from corpus.parse.telegram.export import Posts
from corpus.sandbox.messages import Answer, Job, Kind, Permission
from corpus.sandbox.process import Asked, StoppedError, Worker, shared

MOST_STRIKES = 2
SET_ASIDE = "set aside: reading it had to be stopped twice"

_DISTRIBUTION = "byline"
_REASON_CHARS = 200
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class Strikes(Protocol):
    """Remembers what reading had to be stopped at."""

    def count(self, item: str) -> int:
        """How often at this item."""
        ...

    def add(self, item: str) -> None:
        """Once more."""
        ...


class Forgetful:
    """Remembers it for as long as it lives."""

    def __init__(self) -> None:
        self._struck: Counter[str] = Counter()

    def count(self, item: str) -> int:
        """How often at this item."""
        return self._struck[item]

    def add(self, item: str) -> None:
        """Once more."""
        self._struck[item] += 1


class Sandbox:
    """Reads pages, texts, records and feeds; safe to share between threads.

    Every method raises `UnreadableError` where nothing can be read, of which `StoppedError` is
    one, and `SandboxError` where no process can be started.

    Args:
        strikes: Where to remember what reading had to be stopped at.
        worker: The process; the one that this process shares where None.
    """

    def __init__(self, strikes: Strikes | None = None, *, worker: Worker | None = None) -> None:
        self._strikes = strikes or Forgetful()
        self._worker = worker or shared()

    def read_page(self, data: bytes, *, url: str = "", charset: str | None = None) -> Article:
        """Read a news page (see `corpus.parse.page`); without an address, as a file holds it."""
        return self._read_article(Kind.PAGE, data, url, charset)

    def read_text(self, data: bytes, *, url: str = "", charset: str | None = None) -> Article:
        """Read plain text (see `corpus.parse.clipping`); without an address, as a file."""
        return self._read_article(Kind.TEXT, data, url, charset)

    def read_given(self, piece: Piece) -> list[GivenRecord | Failure]:
        """Read a line of JSON, or a document of it, with what it says beside its articles."""
        kind = Kind.GIVEN_DOCUMENT if piece.whole else Kind.GIVEN_LINE
        try:
            found = self._ask(Job(kind, piece.where), piece.data)
        except UnreadableError as error:
            return [Failure(piece.where, str(error))]
        return [item for item in found if isinstance(item, GivenRecord | Failure)]

    def read_feed(self, data: bytes, *, url: str) -> Feed:
        """Read a feed of any kind (see `corpus.parse.any_feed`)."""
        return _only(self._ask(Job(Kind.FEED, url), data), Feed)

    def find_feed_links(self, data: bytes, *, url: str, charset: str | None = None) -> list[str]:
        """List the feeds that a page names, or the sitemaps of news that a list names."""
        found = self._ask(Job(Kind.FEED_LINKS, url, charset), data)
        return [item for item in found if isinstance(item, str)]

    def read_saved_feed(self, data: bytes, *, where: str) -> list[Article | Failure]:
        """Read the articles that a feed itself prints."""
        found = self._ask(Job(Kind.SAVED_FEED, where), data)
        return [item for item in found if isinstance(item, Article | Failure)]

    def read_format(
        self, format: Format, data: bytes, *, where: str, first: int = 1
    ) -> list[Article | Failure]:
        """Read a file, or a piece of it (see `corpus.parse.formats`)."""
        found = self._ask(Job(Kind.FILE, where, format=format, first=first), data)
        return [item for item in found if isinstance(item, Article | Failure)]

    def read_export(self, data: bytes, *, name: str = "") -> Posts:
        """Read a piece of an exported channel (see `corpus.parse.telegram.export`)."""
        return _only(self._ask(Job(Kind.EXPORT, channel=name), data), Posts)

    def read_export_page(self, data: bytes, *, name: str = "") -> Posts:
        """Read a page of an exported channel (see `corpus.parse.telegram.page`)."""
        return _only(self._ask(Job(Kind.EXPORT_PAGE, channel=name), data), Posts)

    def read_all(self, asked: Sequence[Asked]) -> list[list[Article | Failure] | UnreadableError]:
        """Read pieces of files, all at once; of each what is in it, or why nothing is."""
        names = [name_item(data) for _, data in asked]
        struck = [self._strikes.count(name) >= MOST_STRIKES for name in names]
        fresh = [one for one, is_struck in zip(asked, struck, strict=True) if not is_struck]
        answers = iter(self._worker.ask_all(fresh))
        found = list[list[Article | Failure] | UnreadableError]()
        for (job, _), name, is_struck in zip(asked, names, struck, strict=True):
            try:
                if is_struck:
                    raise UnreadableError(SET_ASIDE)
                told = self._judge(job, name, next(answers))
                found.append([one for one in told if isinstance(one, Article | Failure)])
            except UnreadableError as error:
                found.append(error)
        return found

    def read_opml(self, data: bytes) -> list[str]:
        """Read the addresses of a list of feeds."""
        return [item for item in self._ask(Job(Kind.OPML), data) if isinstance(item, str)]

    def ask_robots(self, rules: bytes, *, url: str, robot: str) -> Permission:
        """Ask a site's robots.txt about one of its addresses."""
        return _only(self._ask(Job(Kind.ROBOTS, url, robot=robot), rules), Permission)

    def _read_article(self, kind: Kind, data: bytes, url: str, charset: str | None) -> Article:
        found = self._ask(Job(kind, url, charset), data, item=url.encode() or data)
        article = _only(found, Article)
        # No page says under which address it is kept, whatever becomes of what reads it.
        return replace(article, url=canonicalize(url)) if url else article

    def _ask(self, job: Job, data: bytes, *, item: bytes = b"") -> list[object]:
        """Have something read, unless it is set aside.

        Args:
            job: What it is.
            data: It.
            item: What tells it from others; what it holds where nothing else does.
        """
        name = name_item(item or data)
        if self._strikes.count(name) >= MOST_STRIKES:
            raise UnreadableError(SET_ASIDE)
        try:
            found: list[Answer] | StoppedError = self._worker.ask(job, data)
        except StoppedError as error:
            found = error
        return self._judge(job, name, found)

    def _judge(self, job: Job, name: str, found: list[Answer] | StoppedError) -> list[object]:
        """Take what the process answered; what it was stopped at is remembered by its name."""
        if isinstance(found, StoppedError):
            self._strikes.add(name)
            _log.warning("stopped reading a %s: it %s", job.kind, found)
            raise found
        if reason := next((one.unreadable for one in found if one.unreadable), ""):
            raise UnreadableError(" ".join(reason[:_REASON_CHARS].split()))
        return [one.found for one in found]


def _only(found: list[object], kind: type[_T]) -> _T:
    for one in found:
        if isinstance(one, kind):
            return one
    raise UnreadableError("cannot be read")


def name_item(item: bytes) -> str:
    """A name for something, and for this version: the next may be able to read it."""
    named = hashlib.sha256(find_version())
    named.update(item)
    return named.hexdigest()


@cache
def find_version() -> bytes:
    """Which version of Byline this is; empty where it is not installed."""
    try:
        return version(_DISTRIBUTION).encode()
    except PackageNotFoundError:
        return b""
