"""JSON Feed, versions 1 and 1.1 (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urljoin

from corpus.dates import parse_time
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.authors import read_authors
from corpus.parse.bounds import MOST_ENTRIES
from corpus.parse.charset import decode
from corpus.parse.feed import Entry, Feed, join_address, read_address, read_line
from corpus.text import cut_first_sentence, split_paragraphs, strip_markup

KIND = "JSON Feed"

_VERSION = "jsonfeed.org/version/"
_HEAD_BYTES = 4096
_OPENING = re.compile(rb"\{[^\x00]*jsonfeed\.org\\?/version\\?/", re.DOTALL)


def looks_like_json_feed(data: bytes) -> bool:
    """Tell one by the version that it names; whatever else is JSON holds records."""
    return bool(_OPENING.match(data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")))


def read_json_feed(data: bytes, *, url: str) -> Feed:
    """Read a JSON Feed.

    Args:
        data: The document as it was served.
        url: Its address, against which links are resolved.

    Returns:
        The feed; items without a link are left out, and of those with the same link all but the
        first.

    Raises:
        UnreadableError: If it is none.
    """
    try:
        found = json.loads(decode(data).lstrip("\ufeff"))
    except (ValueError, RecursionError):
        raise UnreadableError("not a feed: it is no proper JSON") from None
    if not isinstance(found, dict) or _VERSION not in _text(found.get("version")):
        raise UnreadableError("not a feed: its JSON names no version of JSON Feed")
    entries: dict[str, Entry] = {}
    failures: list[Failure] = []
    for item in _list(found.get("items"))[:MOST_ENTRIES]:
        entry = attempt(partial(_entry, item, url), url, fatal=(MemoryError,))
        if isinstance(entry, Failure):
            failures.append(entry)
        elif entry:
            entries.setdefault(entry.url, entry)
    hubs = [hub for hub in _list(found.get("hubs")) if isinstance(hub, dict)]
    hub = next((_text(one.get("url")) for one in hubs if _text(one.get("type")) == "WebSub"), "")
    return Feed(
        read_line(found.get("title")),
        tuple(entries.values()),
        tuple(failures),
        kind=KIND,
        hub=join_address(url, hub),
        topic=_text(found.get("feed_url")),
    )


def _entry(item: object, base: str) -> Entry | None:
    if not isinstance(item, dict):
        return None
    link = _text(item.get("url")) or _text(item.get("id"))
    address = read_address(urljoin(base, link)) if link else None
    if address is None:
        return None
    plain = _text(item.get("content_text"))
    markup = strip_markup(_text(item.get("content_html")))
    printed = max(plain, markup, _text(item.get("summary")), key=len)
    text = "\n\n".join(split_paragraphs(printed))
    return Entry(
        url=address,
        headline=read_line(item.get("title")) or (cut_first_sentence(text) if text else address),
        authors=_authors(item),
        published=_time(item.get("date_published")),
        text=text,
        updated=_time(item.get("date_modified")),
    )


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    listed = [*_list(item.get("authors")), item.get("author")]
    return read_authors(_text(one.get("name")) for one in listed if isinstance(one, dict))


def _time(value: object) -> datetime | None:
    found = parse_time(_text(value)) if value else None
    return found.time if found else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
