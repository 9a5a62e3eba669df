"""Feeds (RSS, Atom, RDF) and lists of feeds (OPML), with XML that attacks the reader refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from io import BytesIO
from time import struct_time
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import parse_time
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse import byline
from corpus.parse.bounds import cut_attributes, cut_entries
from corpus.parse.records import read_record
from corpus.text import cut_first_sentence, split_paragraphs, squeeze, strip_markup

_HEAD_BYTES = 8192
_UNTITLED = "(untitled)"
_PROLOG = re.compile(rb"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!doctype[^<>\[]*>\s*)*", re.S | re.I)
_FEED_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_OPML_ROOT = re.compile(rb"<opml[\s>]", re.IGNORECASE)
_ENTITY = re.compile(rb"<!(?:ENTITY|ATTLIST)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed.

    Attributes:
        url: Canonical address of the article; empty where it has none of its own.
        headline: One line, never empty.
        authors: Names as printed.
        published: UTC time, or None.
        text: What the feed itself prints of the article, paragraphs joined by a blank line; often
            only a teaser, or empty.
    """

    url: str
    headline: str
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed: its title, empty where it has none, and its entries in the order of the feed.

    Attributes:
        failures: Entries that could not be read.
        unlinked: Entries without an address of their own: theirs is empty.
    """

    title: str
    entries: tuple[Entry, ...]
    failures: tuple[Failure, ...] = ()
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
    _refuse_entities(data)
    if not looks_like_feed(data):
        raise UnreadableError("not a feed: expected RSS or Atom")
    kept, left_out = cut_entries(cut_attributes(data))
    # Whoever only tells feeds from pages does without it.
    import feedparser

    # A stream, because feedparser would open bytes as a file name.
    # What it would clean we strip, and its way of finding comments is quadratic.
    parsed = feedparser.parse(
        BytesIO(kept),
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
    for found in parsed.entries:
        entry = attempt(partial(_entry, found, base), url, fatal=(MemoryError,))
        if isinstance(entry, Failure):
            failures.append(entry)
        elif not entry.url or entries.setdefault(entry.url, entry).text != entry.text:
            unlinked[replace(entry, url="")] = None
    return Feed(
        _line(parsed.feed.get("title")),
        tuple(entries.values()),
        tuple(failures),
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
    _refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )
    try:
        root = etree.fromstring(cut_attributes(data.strip()), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None or str(root.tag).rpartition("}")[2].casefold() != "opml":
        raise UnreadableError("not a list of feeds: expected OPML")
    found = (_address(value) for outline in root.iter("{*}outline") for value in _links(outline))
    return list(dict.fromkeys(address for address in found if address))


def looks_like_feed(data: bytes) -> bool:
    """Tell a feed by its first element."""
    return bool(_FEED_ROOT.match(_root(data)))


def looks_like_opml(data: bytes) -> bool:
    """Tell a list of feeds by its first element."""
    return bool(_OPML_ROOT.match(_root(data)))


def _root(data: bytes) -> bytes:
    # UTF-16 documents look like ASCII ones once their zeros are gone.
    head = data[:_HEAD_BYTES].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    prolog = _PROLOG.match(head)
    return head[prolog.end() :] if prolog else head


def _refuse_entities(data: bytes) -> None:
    """Refuse documents that declare entities, which can swell a page into gigabytes."""
    plain = data.replace(b"\x00", b"")
    doctype = _DOCTYPE.search(plain)
    if doctype and _ENTITY.search(plain, doctype.end()):
        raise UnreadableError("the XML declares entities, which are not read for safety")


def _read_printed(entry: Entry, title: str, where: str) -> Article | Failure:
    fields = {
        "url": entry.url,
        "headline": entry.headline,
        "authors": list(entry.authors),
        "publisher": title or urlsplit(entry.url).hostname,
        "published": entry.published.isoformat() if entry.published else None,
        "encodingFormat": "text/plain",
        "body": entry.text,
    }
    try:
        return read_record(fields)
    except UnreadableError as error:
        return Failure(f"{where}: {entry.url or entry.headline}", str(error))


def _entry(entry: Mapping[str, Any], base: str) -> Entry:
    link = _text(entry.get("link"))
    # What only tells entries apart may look like a part of an address, and is none.
    is_name = link == entry.get("id") and "://" not in link
    address = "" if is_name or not link else _address(urljoin(base, link)) or ""
    text = "\n\n".join(split_paragraphs(strip_markup(_longest(entry))))
    return Entry(
        url=address,
        headline=_line(entry.get("title"))
        or (cut_first_sentence(text) if text else address)
        or _UNTITLED,
        authors=_authors(entry),
        published=_published(entry),
        text=text,
    )


def _longest(entry: Mapping[str, Any]) -> str:
    """Take the fullest of an entry's contents and its summary."""
    contents = [_text(content.get("value")) for content in entry.get("content", ())]
    return max((*contents, _text(entry.get("summary"))), key=len)


def _authors(entry: Mapping[str, Any]) -> tuple[str, ...]:
    listed = [_text(author.get("name")) for author in entry.get("authors", ())]
    printed = [name for name in listed if name] or [_text(entry.get("author"))]
    return byline.keep_distinct(name for text in printed for name in byline.read_names(text))


def _published(entry: Mapping[str, Any]) -> datetime | None:
    for key in ("published_parsed", "created_parsed", "updated_parsed"):
        # Asking for a key that is absent makes feedparser warn about the one it gives instead.
        parsed = entry[key] if key in entry else None  # noqa: SIM401
        if isinstance(parsed, struct_time):
            found = parse_time("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*parsed[:6]))
            return found.time if found else None
    return None


def _links(outline: etree._Element) -> list[str]:
    return [str(value) for key, value in outline.attrib.items() if str(key).casefold() == "xmlurl"]


def _address(url: str) -> str | None:
    try:
        return canonicalize(url)
    except ValueError:
        return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _line(value: object) -> str:
    line = squeeze(strip_markup(_text(value)))
    return line if any(map(str.isalnum, line)) else ""
