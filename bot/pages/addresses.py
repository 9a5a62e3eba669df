"""The addresses of pages, and who may open them.

An article that everybody may see has a plain one that lasts::

    /a/<article>?m=<start>-<end>-<digest>#p<paragraph>

One on a shelf has a signed one, which names the chat that may read it and holds for a day::

    /r/<token>/<article>?m=...

Under ``/m`` lies the same for a Mini App; there, what is on a shelf is asked for without a token
(``/m/s/<article>``), since Telegram says who asks. ``m`` names what is to be marked: a stretch of
the body with a digest of its words, so that of a text that was corrected nothing else is marked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import named
from bot.reply.page_links import PageLink, Pages
from bot.storage.clock import Clock
from bot.storage.pages.keys import PageKey, PageKeys
from corpus.address import link_passage
from corpus.article import Article
from corpus.nlp.segment import Slice

_log = structlog.get_logger(__name__)

HOLDS = timedelta(hours=24)
"""For how long a link to an article on a shelf opens it."""
SIGNED = r"[A-Za-z0-9_-]{48}"
_SIGNED = re.compile(SIGNED)
ARTICLE = r"[0-9a-f]{12}"
_MARK = re.compile(r"(\d{1,9})-(\d{1,9})-([0-9a-f]{6})", re.ASCII)
_HEAD = struct.Struct(">IqQ")
"""Key, chat, and until when."""
_SIGNATURE_BYTES = 16
_KEY_KEPT = timedelta(minutes=1)
_PARAGRAPHS = "\n\n"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a signed link says.

    Attributes:
        chat_id: Who may read.
        until: Until when, UTC.
    """

    chat_id: int
    until: datetime


class Signer:
    """Signs, and believes what was signed.

    Args:
        keys: By which.
        clock: Says what time it is.
    """

    def __init__(self, keys: PageKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._lock = Lock()
        self._kept: tuple[datetime, PageKey] | None = None

    def sign(self, purpose: str, chat_id: int, holds: timedelta) -> str:
        """Say by a token of 48 characters that a chat may do something for a while.

        Args:
            purpose: What: it is no part of the token, and has to be named again to read it.
            chat_id: Who.
            holds: For how long.
        """
        key = self._key()
        until = int((self._clock() + holds).timestamp())
        head = _HEAD.pack(key.number, chat_id, until)
        return base64.urlsafe_b64encode(head + _sign(key, purpose, head)).decode()

    def read(self, purpose: str, token: str) -> Grant | None:
        """What a token says; None for one that is forged, of another purpose, or too old."""
        if not _SIGNED.fullmatch(token):
            return None
        signed = base64.urlsafe_b64decode(token)
        head, signature = signed[: _HEAD.size], signed[_HEAD.size :]
        number, chat_id, until = _HEAD.unpack(head)
        now = self._clock()
        key = self._keys.find(number, now)
        if key is None or not hmac.compare_digest(_sign(key, purpose, head), signature):
            return None
        return (
            Grant(chat_id, datetime.fromtimestamp(until, UTC)) if now.timestamp() < until else None
        )

    def _key(self) -> PageKey:
        """The current key, looked up once a minute: a reply has a dozen links."""
        now = self._clock()
        with self._lock:
            if self._kept is None or not timedelta() <= now - self._kept[0] < _KEY_KEPT:
                self._kept = now, self._keys.current(now)
            return self._kept[1]


class Addresses:
    """Names the pages of articles.

    Args:
        base: The address that all pages begin with, of https.
        signer: Signs the addresses of what is not everybody's.
    """

    def __init__(self, base: str, signer: Signer) -> None:
        self._base = base.rstrip("/")
        self._signer = signer

    def of(self, chat_id: int) -> Pages:
        """The pages that a chat may open."""

        def find(article: Article, words: Slice | None) -> PageLink | None:
            try:
                page = self._base + self.name(article, chat_id)
            except SQLAlchemyError as error:  # an answer without a link is an answer
                _log.warning("cannot sign a link", error=named(error))
                return None
            app = self._base + self.name_app(article) + _query(article, words)
            return PageLink(link_words(page, article, words), app)

        return find

    def name(self, article: Article, chat_id: int) -> str:
        """The path of an article's page for a chat."""
        if not article.shelf:
            return f"/a/{article.id}"
        return f"/r/{self._signer.sign(article.id, chat_id, HOLDS)}/{article.id}"

    def name_app(self, article: Article) -> str:
        """The path under which a Mini App opens it."""
        return f"/m/{'s' if article.shelf else 'a'}/{article.id}"


def link_words(page: str, article: Article, words: Slice | None) -> str:
    """Link to some words of a page; it is scrolled to them by the browser itself."""
    if words is None:
        return page
    url = f"{page}{_query(article, words)}#p{count_paragraphs(article.body, words[0])}"
    return link_passage(url, article.body, start=words[0], end=words[1])


def count_paragraphs(body: str, at: int) -> int:
    """The number, from 1, of the paragraph in which a place lies."""
    return body.count(_PARAGRAPHS, 0, at) + 1


def write_mark(article: Article, words: Slice) -> str:
    """Name what is to be marked."""
    return f"{words[0]}-{words[1]}-{_digest(article.body[slice(*words)])}"


def is_mark(written: str) -> bool:
    """Whether something names what is to be marked, in whichever article."""
    return _MARK.fullmatch(written) is not None


def read_mark(article: Article, written: str) -> Slice | None:
    """What is to be marked; None where those words are not there (any more)."""
    found = _MARK.fullmatch(written)
    if found is None:
        return None
    start, end = int(found[1]), int(found[2])
    held = 0 <= start < end <= len(article.body)
    return (start, end) if held and _digest(article.body[start:end]) == found[3] else None


def _query(article: Article, words: Slice | None) -> str:
    return f"?m={write_mark(article, words)}" if words else ""


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode(errors="replace")).hexdigest()[:6]


def _sign(key: PageKey, purpose: str, head: bytes) -> bytes:
    told = b"byline page\0" + purpose.encode() + b"\0" + head
    return hmac.digest(key.secret, told, "sha256")[:_SIGNATURE_BYTES]
