"""From the address of a site to its feed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

from corpus.address import canonicalize
from corpus.errors import FetchError, UnreadableError
from corpus.parse.any_feed import looks_like_any_feed, looks_like_sitemap_index
from corpus.parse.feed import Feed
from corpus.readers.fetch import Fetcher, Page
from corpus.readers.guard import Deadline
from corpus.sandbox.sandbox import Sandbox

_ALLOWED_S = 60.0
_USUAL = (
    *("/feed", "/rss", "/feed.xml", "/rss.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml"),
)
"""Where sites keep what their pages do not name."""


@dataclass(frozen=True, slots=True)
class Found:
    """A feed, and the address at which to follow it."""

    url: str
    feed: Feed


def discover(address: str, fetcher: Fetcher, sandbox: Sandbox) -> Found:
    """Find the feed of an address: the feed itself, one that it names, or a usual place.

    Args:
        address: Of a site, a page or a feed; without "https://" that is meant.
        fetcher: Fetches it.
        sandbox: Reads it.

    Raises:
        FetchError: The address cannot be fetched.
        UnreadableError: No feed is found.
    """
    url = address if "://" in address else f"https://{address}"
    within = Deadline.start(_ALLOWED_S)
    page = fetcher.get(url, within=within)
    if looks_like_any_feed(page.body) and not looks_like_sitemap_index(page.body):
        return Found(_address_of(page, url), sandbox.read_feed(page.body, url=page.url))
    for place in _places(page, sandbox):
        if within.is_over:
            break
        if found := _try(place, fetcher, sandbox, within):
            return found
    raise UnreadableError("no feed is found there; name the address of the feed itself")


def _places(page: Page, sandbox: Sandbox) -> Iterator[str]:
    """Where a feed may be, the likeliest first."""
    named = sandbox.find_feed_links(page.body, url=page.url, charset=page.charset)
    yield from named
    yield from (url for url in (urljoin(page.url, path) for path in _USUAL) if url not in named)


def _try(url: str, fetcher: Fetcher, sandbox: Sandbox, within: Deadline) -> Found | None:
    try:
        page = fetcher.get(url, within=within)
        if not looks_like_any_feed(page.body):
            return None
        return Found(_address_of(page, url), sandbox.read_feed(page.body, url=page.url))
    except (FetchError, UnreadableError):
        return None


def _address_of(page: Page, url: str) -> str:
    """The address at which a feed is to be asked for from now on."""
    return canonicalize(page.moved or url)
