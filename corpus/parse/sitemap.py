"""News sitemaps: the lists of new articles that publishers make for search engines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from corpus.address import canonicalize
from corpus.dates import parse_time
from corpus.errors import UnreadableError
from corpus.parse.bounds import MOST_ENTRIES
from corpus.parse.feed import Entry, Feed
from corpus.parse.safe_xml import parse_xml
from corpus.text import squeeze

KIND = "sitemap"
MOST_SITEMAPS = 10

_MOST_UNNAMED = 3

_NEWS = "{*}news"
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def read_sitemap(data: bytes) -> Feed:
    """Read a news sitemap.

    Args:
        data: The document as it was served.

    Returns:
        A feed of the pages that it calls news, newest first, those without date last; its title
        is the name of the publication. Of those with the same address all but the first are left
        out.

    Raises:
        UnreadableError: If it is no sitemap, lists other sitemaps or no news, or declares XML
            entities.
    """
    name, root = parse_xml(data)
    if root is None or name not in ("urlset", "sitemapindex"):
        raise UnreadableError("not a sitemap")
    if name == "sitemapindex":
        raise UnreadableError(_name_nested(root))
    entries: dict[str, Entry] = {}
    for page in islice(root.iter("{*}url"), MOST_ENTRIES):
        if entry := _entry(page):
            entries.setdefault(entry.url, entry)
    if not entries:
        raise UnreadableError("the sitemap lists no news, only pages")
    newest = sorted(entries.values(), key=lambda one: one.published or _LONG_AGO, reverse=True)
    return Feed(_text(root, f"{_NEWS}/{{*}}publication/{{*}}name"), tuple(newest), kind=KIND)


def list_sitemaps(data: bytes) -> list[str]:
    """List the sitemaps that a list of them names and that may hold news.

    Returns:
        At most `MOST_SITEMAPS` canonical addresses, none twice: those whose names speak of news, or
        else those that changed last.

    Raises:
        UnreadableError: If it is no such list, or declares XML entities.
    """
    name, root = parse_xml(data)
    if root is None or name != "sitemapindex":
        raise UnreadableError("not a list of sitemaps")
    dated: dict[str, datetime] = {}
    for listed in islice(root.iter("{*}sitemap"), MOST_ENTRIES):
        with suppress(ValueError):
            url = canonicalize(_text(listed, "{*}loc"))
            dated.setdefault(url, _time(_text(listed, "{*}lastmod")) or _LONG_AGO)
    newest = sorted(dated, key=lambda url: dated[url], reverse=True)
    return [url for url in newest if _is_of_news(url)][:MOST_SITEMAPS] or newest[:_MOST_UNNAMED]


def _entry(page: etree._Element) -> Entry | None:
    """One page; None where it is no news or has no proper address."""
    news = page.find(_NEWS)
    if news is None:
        return None
    try:
        url = canonicalize(_text(page, "{*}loc"))
    except ValueError:
        return None
    return Entry(
        url=url,
        headline=_text(news, "{*}title") or url,
        published=_time(_text(news, "{*}publication_date")),
        updated=_time(_text(page, "{*}lastmod")),
    )


def _text(parent: etree._Element, path: str) -> str:
    found = next(parent.iterfind(f".//{path}" if "/" in path else path), None)
    return squeeze(found.text or "") if found is not None else ""


def _time(text: str) -> datetime | None:
    found = parse_time(text) if text else None
    return found.time if found else None


def _name_nested(root: etree._Element) -> str:
    """Say that a list of sitemaps is none of news, with those that may be."""
    likely = [url for url in _locations(root) if _is_of_news(url)][:1]
    hint = f"; try {likely[0]}" if likely else ""
    return f"a list of sitemaps, not a sitemap of news{hint}"


def _is_of_news(url: str) -> bool:
    return "news" in urlsplit(url).path.casefold()


def _locations(root: etree._Element) -> Iterator[str]:
    for found in root.iter("{*}loc"):
        with suppress(ValueError):
            yield canonicalize(squeeze(found.text or "")[:500])
