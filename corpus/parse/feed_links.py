"""The feeds that a page names in its head."""

from __future__ import annotations

from lxml import etree, html

from corpus.parse.bounds import cut_attributes
from corpus.parse.feed import join_address, read_address

MOST_LINKS = 10
_TYPES = {
    "application/rss+xml": 0,
    "application/atom+xml": 0,
    "application/feed+json": 1,
    "application/rdf+xml": 1,
    "application/json": 2,
}
_ASIDE = ("comment", "kommentar", "comentario")
"""In the title or address of a feed that holds no news."""


def find_feed_links(data: bytes, *, url: str) -> list[str]:
    """List the feeds that a page names, the likeliest first.

    Args:
        data: The page, as UTF-8.
        url: Its address, against which links are resolved.

    Returns:
        At most ten canonical addresses, none twice; feeds of comments last.
    """
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = html.document_fromstring(cut_attributes(data), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return []
    base = next((str(one.get("href") or "") for one in root.iter("base")), "")
    ranked: dict[str, tuple[bool, int]] = {}
    for link in root.iter("link"):
        rels = str(link.get("rel") or "").casefold().split()
        kind = str(link.get("type") or "").casefold().partition(";")[0].strip()
        href = str(link.get("href") or "")
        if "alternate" not in rels or kind not in _TYPES or not href:
            continue
        if address := _resolved(url, base, href):
            about = f"{link.get('title') or ''} {href}".casefold()
            rank = any(word in about for word in _ASIDE), _TYPES[kind]
            ranked.setdefault(address, rank)
    return sorted(ranked, key=lambda one: ranked[one])[:MOST_LINKS]


def _resolved(url: str, base: str, href: str) -> str | None:
    return read_address(join_address(join_address(url, base) or url, href))
