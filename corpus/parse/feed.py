"""Feeds (RSS, Atom, RDF) and lists of feeds (OPML), with XML that attacks the reader refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import Published, is_day_first, parse_past
from corpus.errors import Failure, UnreadableError, attempt
from corpus.nlp.language import detect_article_language
from corpus.parse import byline
from corpus.parse.authors import read_authors
from corpus.parse.boilerplate import is_furniture
from corpus.parse.bounds import cut_attributes, cut_entries
from corpus.parse.records import read_record
from corpus.parse.safe_xml import parse_xml, refuse_entities
from corpus.text import cut_first_sentence, split_paragraphs, squeeze, strip_markup

_HEAD_BYTES = 8192
_BLANK = b"\xef\xbb\xbf \t\r\n"
_SHORTCODE = re.compile(r"\[/?[a-z][\w-]{1,40}(?: [^\[\]]{0,300})?\]")
_UNTITLED = "(untitled)"
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^<>\[]*>\s*)*", re.S | re.I)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_OPML_ROOT = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_DIGITS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Attributes:
        url: Canonical address of the article; empty where it has none of its own.
        headline: One line, never empty.
        authors: Names as printed.
        published: With the offset that it was printed with, or None.
        text: What the feed itself prints of the article, paragraphs joined by a blank line; often
            only a teaser, or empty.
        updated: When it says that the article was changed last, in UTC, or None.
        day_only: True where only the day is known.
        language: Of the text: as the feed declares it, else as it looks.
        publisher: Of an entry that the feed took from elsewhere; else empty.
    """

    url: str
    headline: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    text: str = ""
    updated: datetime | None = None
    day_only: bool = False
    language: str = "en"
    publisher: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, empty where it has none, and its entries in the order of the feed.

    Attributes:
        failures: Entries that could not be read.
        kind: "RSS", "Atom" or what else it is.
        pause_s: Seconds that it asks readers to wait before they come back; 0 where it does not.
        hub: Address of the WebSub hub that tells of news, or empty.
        topic: By which address the hub knows the feed, or empty.
        unlinked: Entries without an address of their own: theirs is empty.
    """

    title: str
    entries: tuple[Entry, ...]
    failures: tuple[Failure, ...] = ()
    kind: str = ""
    pause_s: float = 0.0
    hub: str = ""
    topic: str = ""
    unlinked: tuple[Entry, ...] = ()


def read_feed(data: bytes, *, url: str) -> Feed:
    """Read a feed, broken ones included as long as they hold entries.

    Args:
        data: The document as it was served.
        url: Its address, against which links are resolved.

    Returns:
        The feed. Of entries with the same link only the first has it; the others that differ
        from it, and those without a link to an article, stand apart.

    Raises:
        UnreadableError: If it is no feed, or declares XML entities.
    """
    refuse_entities(data)
    if not looks_like_feed(data):
        raise UnreadableError("not a feed: expected RSS or Atom")
    kept, left_out = cut_entries(cut_attributes(data))
    # Whoever only tells feeds from pages does without it.
    import feedparser

    # A stream, because feedparser would open bytes as a file name.
    # What it would clean we strip, and its way of finding comments is quadratic.
    parsed = feedparser.parse(
        BytesIO(kept.lstrip(_BLANK)),
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.version and not parsed.entries:
        raise UnreadableError("not a feed: expected RSS or Atom")
    entries: dict[str, Entry] = {}
    unlinked: dict[Entry, None] = {}
    base = url or _text(parsed.feed.get("link"))
    failures: list[Failure] = []
    if left_out:
        failures.append(Failure(url, f"the last {left_out} entries were left out: too many"))
    for found in filter(_is_out, parsed.entries):
        read = partial(_entry, found, base, _text(parsed.feed.get("language")))
        entry = attempt(read, url, fatal=(MemoryError,))
        if isinstance(entry, Failure):
            failures.append(entry)
        elif not entry.url or entries.setdefault(entry.url, entry).text != entry.text:
            unlinked[replace(entry, url="")] = None
    head = parsed.feed
    return Feed(
        read_line(head.get("title")),
        tuple(entries.values()),
        tuple(failures),
        kind="Atom" if parsed.version.startswith("atom") else "RSS",
        pause_s=_read_pause(head),
        hub=_linked(head, "hub", url),
        topic=_linked(head, "self", url),
        unlinked=tuple(unlinked),
    )


def read_saved_feed(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read the articles that a feed itself prints.

    Args:
        data: As for `read_feed`; its links are absolute, or cannot be resolved.
        where: Name of the file, for failures.

    Raises:
        UnreadableError: If it is no feed, or prints no text.
    """
    if looks_like_opml(data):
        raise UnreadableError(
            "a list of feeds holds no articles; name it .opml and add it by itself"
        )
    feed = read_feed(data, url="")
    if not feed.failures and not any(entry.text for entry in (*feed.entries, *feed.unlinked)):
        raise UnreadableError("the feed holds no text; add its address instead")
    for entry in feed.entries:
        if entry.text:
            read = partial(_read_printed, entry, feed.title, where)
            yield attempt(read, f"{where}: {entry.url}", fatal=(MemoryError,))
    yield from read_unlinked(feed, where=where)
    yield from feed.failures


def read_unlinked(feed: Feed, *, where: str) -> Iterator[Article | Failure]:
    """Read the text of entries without an address of their own, and count those without text."""
    for entry in feed.unlinked:
        if entry.text:
            read = partial(_read_printed, entry, feed.title, where)
            yield attempt(read, f"{where}: {entry.headline}", fatal=(MemoryError,))
    if lost := sum(not entry.text for entry in feed.unlinked):
        yield Failure(where, f"{lost} of its entries left out: no text, and no link of their own")


def read_opml(data: bytes) -> list[str]:
    """List the addresses of the feeds in an OPML document, each once, in its order.

    Raises:
        UnreadableError: If it is no OPML, or declares XML entities.
    """
    name, root = parse_xml(data)
    if root is None or name != "opml":
        raise UnreadableError("not a list of feeds: expected OPML")
    found = (
        read_address(value) for outline in root.iter("{*}outline") for value in _links(outline)
    )
    return list(dict.fromkeys(address for address in found if address))


def looks_like_feed(data: bytes) -> bool:
    """Tell a feed by its first element."""
    return bool(_FEED_ROOT.match(find_root(data)))


def looks_like_opml(data: bytes) -> bool:
    """Tell a list of feeds by its first element."""
    return bool(_OPML_ROOT.match(find_root(data)))


def find_root(data: bytes) -> bytes:
    """The beginning of a document from its first element on."""
    # UTF-16 documents look like ASCII ones once their zeros are gone.
    head = data[:_HEAD_BYTES].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    prolog = _PROLOG.match(head)
    return head[prolog.end() :] if prolog else head


def _read_printed(entry: Entry, title: str, where: str) -> Article | Failure:
    publisher = entry.publisher or title or urlsplit(entry.url).hostname or ""
    fields = {
        "url": entry.url,
        "headline": entry.headline,
        "authors": list(read_authors(entry.authors, publisher=publisher)),
        "publisher": publisher,
        "published": entry.published.isoformat()[: 10 if entry.day_only else None]
        if entry.published
        else None,
        "language": entry.language,
        "encodingFormat": "text/plain",
        "body": entry.text,
    }
    try:
        return read_record(fields)
    except UnreadableError as error:
        return Failure(f"{where}: {entry.url or entry.headline}", str(error))


def _entry(entry: Mapping[str, Any], base: str, language: str) -> Entry:
    link = _text(entry.get("link"))
    # What only tells entries apart may look like a part of an address, and is none.
    is_name = link == entry.get("id") and "://" not in link
    address = "" if is_name or not link else read_address(urljoin(base, link)) or ""
    day_first = is_day_first(language, byline.read_host(address or base))
    when = _time(entry, "published", "created", "updated", day_first=day_first)
    changed = _time(entry, "updated", day_first=day_first)
    publisher = read_line((entry.get("source") or {}).get("title"))
    title = read_line(entry.get("title"))
    text = _printed(entry, publisher)
    return Entry(
        url=address,
        headline=_without(title, publisher)
        or (cut_first_sentence(text) if text else address)
        or _UNTITLED,
        authors=_authors(entry),
        published=when.time if when else None,
        text=text,
        day_only=bool(when and when.day_only),
        language=detect_article_language(f"{title}\n{text}", declared=language),
        publisher=publisher,
        updated=changed.time if changed else None,
    )


def _is_out(entry: Mapping[str, Any]) -> bool:
    """Whether an entry is published: WordPress exports drafts, pictures and menus too."""
    kind, state = _text(entry.get("wp_post_type")), _text(entry.get("wp_status"))
    return kind in ("", "post", "page") and state in ("", "publish")


def _printed(entry: Mapping[str, Any], publisher: str) -> str:
    """What the feed prints of an entry, without what programs put around it."""
    lines = split_paragraphs(strip_markup(_longest(entry)))
    kept = [line for line in lines if not (is_furniture(line) or _SHORTCODE.fullmatch(line))]
    kept = kept or lines
    return _without("\n\n".join(kept), publisher)


def _without(line: str, publisher: str) -> str:
    """Drop where an entry was taken from off its end, as lists of other sites' news print it."""
    if not publisher or not line.endswith(publisher):
        return line
    return line.removesuffix(publisher).rstrip(" \n-–—|·") or line


def _longest(entry: Mapping[str, Any]) -> str:
    """Take the fullest of an entry's contents and its summary."""
    contents = [_text(content.get("value")) for content in entry.get("content", ())]
    return max((*contents, _text(entry.get("summary"))), key=len)


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    raw = _text(entry.get("author"))
    listed = [_text(author.get("name")) for author in entry.get("authors", ())]
    # feedparser cuts an address at its fourth letter after the dot, and takes the rest for a name.
    printed = [raw] if "@" in raw else [name for name in listed if name] or [raw]
    return read_authors(printed)


def _time(entry: Mapping[str, Any], *keys: str, day_first: bool = False) -> Published | None:
    """Read the first of some times that can be read, as printed: feedparser guesses months."""
    for key in keys:
        # Asking for a key that is absent makes feedparser warn about the one it gives instead.
        printed = _text(entry[key]) if key in entry else ""
        if found := parse_past(printed, day_first=day_first):
            return found
    return None


def _read_pause(head: Mapping[str, Any]) -> float:
    """What ``ttl`` or the syndication module ask for."""
    minutes = _text(head.get("ttl")).strip()
    ttl_s = 60.0 * int(minutes) if _DIGITS.fullmatch(minutes) else 0.0
    period_s = _PERIODS_S.get(_text(head.get("sy_updateperiod")).strip().casefold(), 0)
    times = _text(head.get("sy_updatefrequency")).strip()
    often = int(times) if _DIGITS.fullmatch(times) else 1
    return max(ttl_s, period_s / max(1, often))


def _linked(head: Mapping[str, Any], rel: str, base: str) -> str:
    """The address of the first link of a feed with a relation; empty where there is none."""
    links = (link for link in head.get("links", ()) if _text(link.get("rel")) == rel)
    return join_address(base, next((_text(link.get("href")) for link in links), ""))


def _links(outline: etree._Element) -> list[str]:
    return [str(value) for key, value in outline.attrib.items() if str(key).casefold() == "xmlurl"]


def join_address(base: str, href: str) -> str:
    """Resolve a link against an address; empty where there is none, or none that could be."""
    try:
        return urljoin(base, href) if href else ""
    except ValueError:
        return ""


def read_address(url: str) -> str | None:
    """The canonical form of an address; None for what is none."""
    try:
        return canonicalize(url)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def read_line(value: object) -> str:
    """Text of a title in one line, without markup; empty where it holds no letter."""
    line = squeeze(strip_markup(_text(value)))
    return line if any(map(str.isalnum, line)) else ""
