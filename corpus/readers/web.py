"""Articles from the web: a page, the pages a feed lists, or every feed of an OPML list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from corpus.address import find_host
from corpus.article import Article
from corpus.errors import Cause, Failure, FetchError, UnreadableError, attempt, attempt_all
from corpus.parse.any_feed import looks_like_sitemap, looks_like_sitemap_index
from corpus.parse.feed import Entry, Feed, looks_like_feed, looks_like_opml, read_unlinked
from corpus.readers.fetch import MAX_BYTES, Fetcher, Page
from corpus.readers.guard import Deadline
from corpus.readers.pieces import read_records
from corpus.sandbox.sandbox import Sandbox
from corpus.text import cut_first_sentence, join, split_paragraphs

MAX_ENTRIES = 500
"""Most entries read of one feed, and most feeds of one list."""

FEED_S = 600.0
"""Seconds for all of one feed, its entries' pages included."""
LIST_S = 3600.0
"""Seconds for all feeds of a list."""

_WORKERS = 4
_FULLER, _FEWEST_TOLD_WORDS = 1.3, 60
"""By how much and from how many words on a feed's own text counts before a page's."""


class FeedMemory(Protocol):
    """Remembers what servers said of their feeds, so that an unchanged one is not read again."""

    def recall(self, url: str) -> tuple[str | None, str | None]:
        """The ``ETag`` and ``Last-Modified`` of a feed, None where unknown."""
        ...

    def remember(self, url: str, *, etag: str | None, modified: str | None) -> None:
        """Keep them."""
        ...


@dataclass(frozen=True, slots=True)
class Web:
    """What reading an address takes.

    Attributes:
        fetcher: Fetches it.
        seen: Asked and told about feeds.
        sandbox: Reads what was fetched.
        feed_s: Seconds for one feed.
        list_s: Seconds for a list of feeds.
    """

    fetcher: Fetcher
    seen: FeedMemory
    sandbox: Sandbox = field(default_factory=Sandbox)
    feed_s: float = FEED_S
    list_s: float = LIST_S


def read_url(url: str, web: Web) -> Iterator[Article | Failure]:
    """Read whatever an address holds: a page, a feed, a list of feeds, records, plain text.

    A sitemap of news is a feed; of a list of sitemaps those of news are read.

    Of a feed every entry's page is fetched where robots.txt allows it. Where that fails the text
    that the feed itself prints serves, and what a page does not tell the entry does. A page in a
    feed is never taken for another feed, nor a list in a list. A feed whose time is over is read
    up to there, and said to be.

    Args:
        url: As a person gave it.
        web: Fetches and reads it. Its memory of feeds is told only when the caller comes back
            for more after the last entry, so that a crash before repeats the feed.

    Yields:
        Articles and failures, in the order of the feed; nothing where a feed is unchanged.
    """
    yield from attempt_all(_read_address(url, web), url)


def read_page_at(url: str, web: Web, *, within: Deadline | None = None) -> Article | Failure:
    """Read the one article that an address holds; a feed, list or record is a failure.

    Args:
        url: As a person gave it; its robots.txt is asked, since that person may be a stranger.
        web: Fetches and reads it.
        within: When to give up, where that does not hang on this page alone.
    """
    try:
        page = web.fetcher.get(url, robots=True, within=within)
    except FetchError as error:
        return Failure.of(url, error)
    if looks_like_opml(page.body) or looks_like_feed(page.body):
        return Failure(url, "a feed, and no article", Cause.A_LIST)
    return _read_alone(page, url, web)


def _read_address(url: str, web: Web) -> Iterator[Article | Failure]:
    page = _get(url, web)
    if isinstance(page, Failure):
        yield page
    elif looks_like_opml(page.body):
        yield from _read_opml(page, url, web)
    elif looks_like_sitemap_index(page.body):
        yield from _read_index(page, url, web)
    elif page.unchanged or looks_like_feed(page.body) or looks_like_sitemap(page.body):
        yield from _read_feed(page, url, web, Deadline.start(web.feed_s))
    elif "json" in page.content_type or page.body.lstrip().startswith((b"{", b"[")):
        lines = page.body.splitlines(keepends=True)
        yield from read_records(lines, where=url, sandbox=web.sandbox)
    else:
        yield _read_alone(page, url, web)


def _read_index(page: Page, url: str, web: Web) -> Iterator[Article | Failure]:
    try:
        addresses = web.sandbox.find_feed_links(page.body, url=page.url)
    except UnreadableError as error:
        yield Failure(url, str(error))
        return
    if not addresses:
        yield Failure(url, "a list of sitemaps that names none")
    yield from read_opml_feeds(addresses, web)


def read_opml_feeds(addresses: Sequence[str], web: Web) -> Iterator[Article | Failure]:
    """Read the feeds of an OPML list, one after another, as `read_url` does.

    Args:
        addresses: Of feeds; anything else there is a failure. At most 500 are read.
        web: As for `read_url`; its memory is told of each feed as soon as it has been taken.

    Yields:
        Articles and failures, in the order of the list and of each feed.
    """
    whole = Deadline.start(web.list_s)
    for number, address in enumerate(addresses[:MAX_ENTRIES]):
        if whole.is_over:
            reason = f"{number} of {len(addresses)} feeds were read in {whole.allowed_s:g} s"
            yield Failure(address, f"{reason}; add the others by themselves")
            return
        yield from attempt_all(_read_listed(address, web, whole), address)
    if len(addresses) > MAX_ENTRIES:
        yield Failure(addresses[MAX_ENTRIES], f"only the first {MAX_ENTRIES} feeds are read")


def _read_listed(address: str, web: Web, whole: Deadline) -> Iterator[Article | Failure]:
    page = _get(address, web)
    if isinstance(page, Failure):
        yield page
    else:
        yield from _read_feed(page, address, web, Deadline.start(web.feed_s, within=whole))


def read_opml_file(path: Path, web: Web) -> Iterator[Article | Failure]:
    """Read the feeds that a saved OPML list names, as `read_opml_feeds` does."""
    try:
        with path.open("rb") as file:
            addresses = web.sandbox.read_opml(file.read(MAX_BYTES))
    except OSError as error:
        yield Failure(str(path), error.strerror or "cannot be read")
    except UnreadableError as error:
        yield Failure(str(path), str(error))
    else:
        yield from read_opml_feeds(addresses, web)


def _get(url: str, web: Web) -> Page | Failure:
    etag, modified = web.seen.recall(url)
    try:
        return web.fetcher.get(url, etag=etag, modified=modified)
    except FetchError as error:
        return Failure.of(url, error)


def _read_opml(page: Page, url: str, web: Web) -> Iterator[Article | Failure]:
    try:
        addresses = web.sandbox.read_opml(page.body)
    except UnreadableError as error:
        yield Failure(url, str(error))
        return
    yield from read_opml_feeds(addresses, web)


def _read_feed(page: Page, url: str, web: Web, budget: Deadline) -> Iterator[Article | Failure]:
    if page.unchanged:
        return
    try:
        feed = web.sandbox.read_feed(page.body, url=page.url)
    except UnreadableError as error:
        yield Failure(url, str(error))
        return
    entries = feed.entries[:MAX_ENTRIES]

    def attempt_entry(entry: Entry) -> Article | Failure | None:
        return attempt(partial(_read_entry, entry, feed, web, budget), entry.url)

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="feed") as pool:
        found = pool.map(attempt_entry, entries)
        read = 0
        for item in found:
            if item is not None:
                read += 1
                yield item
    if read < len(entries):
        reason = f"{read} of its {len(entries)} entries were read in {budget.allowed_s:g} s"
        yield Failure(url, f"{reason}; its servers are slow, try again later")
        return
    yield from read_unlinked(feed, where=url)
    yield from feed.failures
    if len(feed.entries) > MAX_ENTRIES:
        yield Failure(url, f"only the first {MAX_ENTRIES} entries of the feed are read")
    web.seen.remember(url, etag=page.etag, modified=page.modified)


def _read_alone(page: Page, url: str, web: Web) -> Article | Failure:
    try:
        if page.content_type == "text/plain":
            return web.sandbox.read_text(page.body, url=page.url, charset=page.charset)
        return read_html(page, web.sandbox)
    except UnreadableError as error:
        return Failure.of(url, error)


def read_html(page: Page, sandbox: Sandbox) -> Article:
    """Read the article of a page.

    Raises:
        UnreadableError: If it is none.
    """
    if "html" not in page.content_type:
        raise UnreadableError(f"{page.content_type} is neither a page nor a feed")
    return sandbox.read_page(page.body, url=page.url, charset=page.charset)


def _read_entry(entry: Entry, feed: Feed, web: Web, budget: Deadline) -> Article | Failure | None:
    """Read one entry; None where the feed's time is over."""
    if budget.is_over:
        return None
    try:
        page = web.fetcher.get(entry.url, robots=True, within=budget)
        article = read_html(page, web.sandbox)
    except (FetchError, UnreadableError) as error:
        if budget.is_over:
            return None
        return make_from_feed(entry, feed, why_no_page=str(error))
    return complete(article, entry)


def complete(article: Article, entry: Entry) -> Article:
    """Fill in from the entry what the page does not tell, the rest of a cut text too."""
    unnamed = article.headline == cut_first_sentence(article.body)
    article = _take_fuller(article, entry)
    undated = article.published is None
    return replace(
        article,
        headline=entry.headline if unnamed else article.headline,
        authors=article.authors or entry.authors,
        published=entry.published if undated else article.published,
        day_only=entry.day_only if undated else article.day_only,
    )


def _take_fuller(article: Article, entry: Entry) -> Article:
    """Take the feed's own text where it is real and the page shows much less."""
    told, shown = len(entry.text.split()), len(article.body.split())
    if told < _FEWEST_TOLD_WORDS or told < _FULLER * shown:
        return article
    return replace(article, body=join(split_paragraphs(entry.text)), language=entry.language)


def make_from_feed(entry: Entry, feed: Feed, *, why_no_page: str) -> Article | Failure:
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
        publisher=entry.publisher or feed.title or find_host(entry.url),
        published=entry.published,
        day_only=entry.day_only,
        language=entry.language,
    )
