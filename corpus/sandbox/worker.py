"""Inside the process: read what comes, answer, and hold nothing worth stealing.

Run by `corpus.sandbox.process` as ``python -m corpus.sandbox.worker``; it imports what reads, and
neither models nor the bot.

Tested in `tests/corpus/sandbox/test_worker.py`.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import BinaryIO

from protego import Protego

from corpus.address import canonicalize
from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.nlp.language import load_article_detector
from corpus.parse.any_feed import looks_like_sitemap_index, read_any_feed
from corpus.parse.byline import read_host
from corpus.parse.charset import decode, to_utf8
from corpus.parse.clipping import read_clipping
from corpus.parse.feed import Feed, read_opml, read_saved_feed
from corpus.parse.feed_links import find_feed_links
from corpus.parse.formats.reading import read_format
from corpus.parse.page import read_page
from corpus.parse.records import GivenRecord, Piece, read_given, read_piece
from corpus.parse.sitemap import list_sitemaps
from corpus.parse.telegram.export import Posts, read_export
from corpus.parse.telegram.page import read_export_page
from corpus.sandbox.confine import confine
from corpus.sandbox.messages import Answer, Job, Kind, Permission, answers, jobs
from corpus.sandbox.process import OUT_OF_MEMORY

_ORPHANED_S = 600
"""Whoever asked kills this process long before, unless it was killed itself."""

_Found = Article | Failure | Feed | GivenRecord | Permission | Posts | str


def serve(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer jobs until there are no more."""
    _tell(told, Answer())  # ready
    waiting = deque[tuple[Job, bytes]]()
    while line := asked.readline():
        job = jobs().validate_json(line)
        waiting.append((job, asked.read(job.size)))
        while waiting and not job.more:
            signal.setitimer(signal.ITIMER_REAL, _ORPHANED_S)
            for answer in answer_job(*waiting.popleft()):
                _tell(told, answer)
            signal.setitimer(signal.ITIMER_REAL, 0)
            _tell(told, Answer())


def answer_job(job: Job, data: bytes) -> Iterator[Answer]:
    """Read something; whatever that raises is why it was not read.

    Raises:
        MemoryError: There is not enough; nothing can be trusted after that.
    """
    try:
        for found in _READERS[job.kind](job, data):
            yield Answer(found)
    except UnreadableError as error:
        yield Answer(unreadable=str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - strangers wrote what is read
        yield Answer(unreadable=f"cannot be read: {type(error).__name__}")


def _tell(told: BinaryIO, answer: Answer) -> None:
    try:
        line = answers().dump_json(answer)
    except ValueError:  # half of a character, say
        line = answers().dump_json(Answer(unreadable="cannot be read: it holds broken characters"))
    told.write(line + b"\n")
    told.flush()


def _page(job: Job, data: bytes) -> Iterable[Article]:
    yield read_page(to_utf8(data, job.charset), url=job.where or None)


def _text(job: Job, data: bytes) -> Iterable[Article]:
    if not job.where:
        yield read_clipping(decode(data))
        return
    article = read_clipping(to_utf8(data, job.charset).decode(errors="replace"))
    publisher = article.publisher or read_host(job.where)
    yield replace(article, url=canonicalize(job.where), publisher=publisher)


def _feed_links(job: Job, data: bytes) -> Iterable[str]:
    if looks_like_sitemap_index(data):
        return list_sitemaps(data)
    return find_feed_links(to_utf8(data, job.charset), url=job.where)


def _robots(job: Job, data: bytes) -> Iterable[Permission]:
    rules = _rules(data)
    yield Permission(
        allowed=rules.can_fetch(job.where, job.robot),
        delay_s=rules.crawl_delay(job.robot) or 0.0,
    )


@lru_cache(maxsize=8)
def _rules(data: bytes) -> Protego:
    return Protego.parse(data.decode(errors="replace"))


_READERS: Mapping[Kind, Callable[[Job, bytes], Iterable[_Found]]] = {
    Kind.PAGE: _page,
    Kind.TEXT: _text,
    Kind.LINE: lambda job, data: read_piece(Piece(job.where, data)),
    Kind.DOCUMENT: lambda job, data: read_piece(Piece(job.where, data, whole=True)),
    Kind.GIVEN_LINE: lambda job, data: read_given(Piece(job.where, data)),
    Kind.GIVEN_DOCUMENT: lambda job, data: read_given(Piece(job.where, data, whole=True)),
    Kind.FEED: lambda job, data: [read_any_feed(data, url=job.where)],
    Kind.FEED_LINKS: _feed_links,
    Kind.SAVED_FEED: lambda job, data: read_saved_feed(data, where=job.where),
    Kind.OPML: lambda _, data: read_opml(data),
    Kind.ROBOTS: _robots,
    Kind.FILE: lambda job, data: read_format(job.format, data, where=job.where, first=job.first),
    Kind.EXPORT: lambda job, data: [read_export(data, name=job.channel)],
    Kind.EXPORT_PAGE: lambda job, data: [read_export_page(data, name=job.channel)],
}


def main() -> None:  # pragma: no cover - runs where nobody counts lines
    """Serve whoever started this process, through its standard streams."""
    told = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    load_article_detector()
    confine()
    try:
        serve(sys.stdin.buffer, told)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


if __name__ == "__main__":  # pragma: no cover - likewise
    main()
