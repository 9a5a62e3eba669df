"""Mail: messages, newsletters, and the web pages that browsers save as mail."""

from __future__ import annotations

import email
import email.policy
from collections import deque
from contextlib import suppress
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parseaddr

from corpus.address import canonicalize
from corpus.article import Article
from corpus.dates import Published, parse_time
from corpus.errors import UnreadableError
from corpus.parse import byline
from corpus.parse.authors import read_authors
from corpus.parse.clipping import read_clipping
from corpus.parse.formats.mailbox import MAX_MESSAGE_BYTES
from corpus.parse.page import read_page
from corpus.text import is_web_charset, squeeze, strip_markup

_BULK = ("List-Id", "List-Unsubscribe", "List-Post")
_SERVANTS = frozenset(
    ("news", "newsletter", "newsletters", "info", "noreply", "no-reply", "editor", "hello")
)
_FURNITURE = (
    "unsubscribe", "in your browser", "in browser", "email preferences", "you received this",
    "you are receiving this", "you're receiving this", "forwarded this email", "online version",
    "no longer wish to receive", "update your preferences", "privacy policy",
)  # fmt: skip
_FURNITURE_WORDS = 25
_ENDS = "<>()[]|•·-–— \t"


def read_message(data: bytes) -> Article:
    """Read a message, or a web page that was saved as one.

    The subject is the headline. Who sends letters to a list is their publisher, anybody else
    their author. Of text and HTML the text is read, where it is no mere hint at the HTML.

    Of one over 5 MB the beginning is enough, where the text ends before attachments.

    Raises:
        UnreadableError: It holds no text, or too much.
    """
    try:
        return _read(email.message_from_bytes(data, policy=email.policy.default), len(data))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        raise UnreadableError("a mail with broken headers; save it as HTML or text") from None


def _read(message: EmailMessage, size: int) -> Article:
    if _is_saved_page(message):
        return _read_saved_page(message)
    subject = _header(message, "Subject")
    if size >= MAX_MESSAGE_BYTES and not _is_whole(message):
        raise UnreadableError("over 5 MB of text in one message")
    plain, html = _part(message, "plain"), _part(message, "html")
    if len(plain.split()) * 2 < len(strip_markup(html).split()):
        article = _read_html(html, subject)
    elif plain.strip():
        article = _read_plain(plain, subject)
    else:
        raise UnreadableError("a mail without text; only attachments, perhaps")
    return _signed(article, message, subject)


def _is_saved_page(message: EmailMessage) -> bool:
    saved = "Snapshot-Content-Location" in message or "Saved by" in _header(message, "From")
    related = message.get_content_type() == "multipart/related"
    located = any("Content-Location" in part for part in message.walk())
    return saved or (related and located and "Received" not in message)


def _read_saved_page(message: EmailMessage) -> Article:
    address = _header(message, "Snapshot-Content-Location")
    for part in message.walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)  # noqa: S101 - it has no parts of its own
            url = _canonical(address or str(part.get("Content-Location", "")))
            return replace(read_page(data, url=url), url=url)
    raise UnreadableError("a saved page without its HTML; save it anew")


def _signed(article: Article, message: EmailMessage, subject: str) -> Article:
    """Add what the headers say; what the text itself prints stays."""
    name, address = parseaddr(_header(message, "From"))
    name, (user, _, host) = squeeze(name).strip("\"'"), address.partition("@")
    bulk = any(header in message for header in _BULK) or user.casefold() in _SERVANTS
    is_outlet = bulk or byline.is_outlet(name)
    when = _date(message)
    authors = () if is_outlet else read_authors([name])
    found = article.published or (when.time if when else None)
    return replace(
        article,
        headline=subject or article.headline,
        authors=article.authors or authors,
        publisher=article.publisher or (name or host if is_outlet else None) or None,
        published=found,
        day_only=article.day_only if article.published else bool(when and when.day_only),
    )


def _read_plain(text: str, subject: str) -> Article:
    lines = [line for line in text.splitlines() if not _is_furniture(line)]
    marked = [f"# {subject}", ""] if subject else []
    return read_clipping("\n".join(marked + lines))


def _read_html(html: str, subject: str) -> Article:
    """Read HTML mail, whose tables a page's reader may see nothing in."""
    lines = [line for line in strip_markup(html).split("\n") if not _is_furniture(line)]
    plain = "\n\n".join(lines)
    with suppress(UnreadableError):
        found = replace(read_page(html.encode(errors="replace")), url=None, publisher=None)
        if len(found.body) * 2 > len(plain):
            kept = [line for line in found.body.split("\n\n") if not _is_furniture(line)]
            return replace(found, body="\n\n".join(kept) or found.body)
    return _read_plain(plain, subject)


def _is_furniture(line: str) -> bool:
    """Whether a line is only an address, or leads away from the letter."""
    words = line.split()
    bare = line.strip(_ENDS)
    if bare.startswith(("http://", "https://")) and len(words) == 1:
        return True
    folded = line.casefold()
    return len(words) <= _FURNITURE_WORDS and any(sign in folded for sign in _FURNITURE)


def _is_whole(message: EmailMessage) -> bool:
    """Whether all of the text stands in a message that was cut: it is not the last part."""
    last = deque(message.walk(), 1).pop()
    return all(message.get_body(preferencelist=(kind,)) is not last for kind in ("plain", "html"))


def _part(message: EmailMessage, kind: str) -> str:
    """The text of the first part of a kind that is no attachment; empty where there is none."""
    part = message.get_body(preferencelist=(kind,))
    if part is None:
        return ""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    for name in ("utf-8", charset) if is_web_charset(charset) else ("utf-8",):
        with suppress(LookupError, ValueError):
            return data.decode(name)
    return data.decode("cp1252", errors="replace")


def _header(message: EmailMessage, name: str) -> str:
    return squeeze(str(message.get(name, "")))


def _date(message: EmailMessage) -> Published | None:
    """When it was sent, without the remark on the zone: "... +0100 (CET)"."""
    return parse_time(_header(message, "Date").partition("(")[0].strip())


def _canonical(url: str) -> str | None:
    try:
        return canonicalize(url)
    except ValueError:
        return None
