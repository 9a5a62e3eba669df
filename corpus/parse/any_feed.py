"""Whatever can be followed: RSS, Atom and RDF, JSON Feed, news sitemaps."""

from __future__ import annotations

import re

from corpus.parse.feed import Feed, find_root, looks_like_feed, read_feed
from corpus.parse.json_feed import looks_like_json_feed, read_json_feed
from corpus.parse.sitemap import read_sitemap

_INDEX_ROOT = re.compile(rb"<(?:\w+:)?sitemapindex[\s>]", re.IGNORECASE)
_SITEMAP_ROOT = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)


def looks_like_any_feed(data: bytes) -> bool:
    """Tell what can be followed by its beginning."""
    return looks_like_feed(data) or looks_like_json_feed(data) or looks_like_sitemap(data)


def read_any_feed(data: bytes, *, url: str) -> Feed:
    """Read a feed of any kind.

    Args:
        data: The document as it was served.
        url: Its address, against which links are resolved.

    Raises:
        UnreadableError: If it is none.
    """
    if looks_like_sitemap(data):
        return read_sitemap(data)
    if looks_like_json_feed(data):
        return read_json_feed(data, url=url)
    return read_feed(data, url=url)


def looks_like_sitemap(data: bytes) -> bool:
    """Tell a sitemap, or a list of them."""
    return bool(_SITEMAP_ROOT.match(find_root(data)))


def looks_like_sitemap_index(data: bytes) -> bool:
    """Tell a list of sitemaps."""
    return bool(_INDEX_ROOT.match(find_root(data)))
