"""Articles from the web: a page, the pages a feed lists, or every feed of an OPML list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from corpus.address import canonicalize, find_host
from corpus.article import Article
from corpus.errors import Failure, FetchError, UnreadableError
from corpus.parse.clipping import read_clipping
from corpus.parse.feed import (
    Entry,
    Feed,
    looks_like_feed,
    looks_like_opml,
    read_feed,
    read_opml,
)
from corpus.parse.page import read_page
from corpus.parse.records import read_records
from corpus.readers.fetch import MAX_BYTES, Fetcher, Page
from corpus.text import cut_first_sentence, is_web_charset, join, split_paragraphs

MAX_ENTRIES = 500
"""Most entries read of one feed, and most feeds of one list."""

_WORKERS = 4


class FeedMemory(Protocol):
    """Remembers what servers said of their feeds, so that an unchanged one is not read again."""

    def recall(self, url: str) -> tuple[str | None, str | None]:
        """The ``ETag`` and ``Last-Modified`` of a feed, None where unknown."""
        ...

    def remember(self, url: str, *, etag: str | None, modified: str | None) -> None:
        """Keep them."""
        ...


def read_url(url: str, *, fetcher: Fetcher, seen: FeedMemory) -> Iterator[Article | Failure]:
    """Read whatever an address holds: a page, a feed, an OPML list of feeds, records, plain text.

    Of a feed every entry's page is fetched where robots.txt allows it. Where that fails the text
    that the feed itself prints serves, and what a page does not tell the entry does. A page in a
    feed is never taken for another feed, nor a list in a list.

    Args:
        url: As a person gave it.
        fetcher: Fetches it.
        seen: Asked and told about feeds. It is told only when the caller comes back for more
            after the last entry, so that a crash before repeats the feed.

    Yields:
        Articles and failures, in the order of the feed; nothing where a feed is unchanged.
    """
    page = _get(url, fetcher=fetcher, seen=seen)
    if isinstance(page, Failure):
        yield page
    elif looks_like_opml(page.body):
        yield from _read_opml(page, url, fetcher=fetcher, seen=seen)
    elif page.unchanged or looks_like_feed(page.body):
        yield from _read_feed(page, url, fetcher=fetcher, seen=seen)
    elif "json" in page.content_type or page.body.lstrip().startswith((b"{", b"[")):
        yield from read_records(page.body.splitlines(keepends=True), where=url)
    else:
        yield _read_alone(page, url)


def read_opml_feeds(
    addresses: Sequence[str], *, fetcher: Fetcher, seen: FeedMemory
) -> Iterator[Article | Failure]:
    """Read the feeds of an OPML list, one after another, as `read_url` does.

    Args:
        addresses: Of feeds; anything else there is a failure. At most 500 are read.
        fetcher: Fetches them.
        seen: As for `read_url`; told of each feed as soon as it has been taken.

    Yields:
        Articles and failures, in the order of the list and of each feed.
    """
    for address in addresses[:MAX_ENTRIES]:
        page = _get(address, fetcher=fetcher, seen=seen)
        if isinstance(page, Failure):
            yield page
        else:
            yield from _read_feed(page, address, fetcher=fetcher, seen=seen)
    if len(addresses) > MAX_ENTRIES:
        yield Failure(addresses[MAX_ENTRIES], f"only the first {MAX_ENTRIES} feeds are read")


def read_opml_file(
    path: Path, *, fetcher: Fetcher, seen: FeedMemory
) -> Iterator[Article | Failure]:
    """Read the feeds that a saved OPML list names, as `read_opml_feeds` does."""
    try:
        addresses = read_opml(path.read_bytes()[:MAX_BYTES])
    except OSError as error:
        yield Failure(str(path), error.strerror or "cannot be read")
    except UnreadableError as error:
        yield Failure(str(path), str(error))
    else:
        yield from read_opml_feeds(addresses, fetcher=fetcher, seen=seen)


def _get(url: str, *, fetcher: Fetcher, seen: FeedMemory) -> Page | Failure:
    etag, modified = seen.recall(url)
    try:
        return fetcher.get(url, etag=etag, modified=modified)
    except FetchError as error:
        return Failure(url, str(error))


def _read_opml(
    page: Page, url: str, *, fetcher: Fetcher, seen: FeedMemory
) -> Iterator[Article | Failure]:
    try:
        addresses = read_opml(page.body)
    except UnreadableError as error:
        yield Failure(url, str(error))
        return
    yield from read_opml_feeds(addresses, fetcher=fetcher, seen=seen)


def _read_feed(
    page: Page, url: str, *, fetcher: Fetcher, seen: FeedMemory
) -> Iterator[Article | Failure]:
    if page.unchanged:
        return
    try:
        feed = read_feed(page.body, url=page.url)
    except UnreadableError as error:
        yield Failure(url, str(error))
        return
    read = partial(_read_entry, feed=feed, fetcher=fetcher)
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="feed") as pool:
        yield from pool.map(read, feed.entries[:MAX_ENTRIES])
    if len(feed.entries) > MAX_ENTRIES:
        yield Failure(url, f"only the first {MAX_ENTRIES} entries of the feed are read")
    seen.remember(url, etag=page.etag, modified=page.modified)


def _read_alone(page: Page, url: str) -> Article | Failure:
    try:
        return _read_text(page) if page.content_type == "text/plain" else _read_html(page)
    except UnreadableError as error:
        return Failure(url, str(error))


def _read_text(page: Page) -> Article:
    article = read_clipping(_utf8(page).decode(errors="replace"))
    return replace(
        article, url=canonicalize(page.url), publisher=article.publisher or find_host(page.url)
    )


def _read_html(page: Page) -> Article:
    if "html" not in page.content_type:
        raise UnreadableError(f"{page.content_type} is neither a page nor a feed")
    return read_page(_utf8(page), url=page.url)


def _utf8(page: Page) -> bytes:
    """Put a page into UTF-8 where it is not, and its server names a charset of the web."""
    try:
        page.body.decode()
    except UnicodeDecodeError:
        if page.charset and is_web_charset(page.charset):
            with suppress(LookupError):
                return page.body.decode(page.charset, errors="replace").encode()
    return page.body


def _read_entry(entry: Entry, *, feed: Feed, fetcher: Fetcher) -> Article | Failure:
    try:
        article = _read_html(fetcher.get(entry.url, robots=True))
    except (FetchError, UnreadableError) as error:
        return _from_feed(entry, feed, why_no_page=str(error))
    return _completed(article, entry)


def _completed(article: Article, entry: Entry) -> Article:
    """Fill in from the entry what the page does not tell."""
    unnamed = article.headline == cut_first_sentence(article.body)
    undated = article.published is None
    return replace(
        article,
        headline=entry.headline if unnamed else article.headline,
        authors=article.authors or entry.authors,
        published=entry.published if undated else article.published,
    )


def _from_feed(entry: Entry, feed: Feed, *, why_no_page: str) -> Article | Failure:
    """Make do with what the feed prints of an article."""
    try:
        body = join(split_paragraphs(entry.text))
    except UnreadableError as error:
        return Failure(entry.url, f"{why_no_page}; and the feed holds {error}")
    return Article(
        headline=entry.headline,
        body=body,
        url=entry.url,
        authors=entry.authors,
        publisher=feed.title or find_host(entry.url),
        published=entry.published,
    )
