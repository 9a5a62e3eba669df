"""Posts of a Telegram channel, from an export or as they come in, as articles.

Both ways lead through here, so that a post has one text, one address and with it one id, whichever
way it came first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from urllib.parse import urlsplit

from corpus.address import TELEGRAM, canonicalize
from corpus.article import Article
from corpus.errors import UnreadableError
from corpus.nlp.language import detect_article_language
from corpus.parse.boilerplate import is_sentence
from corpus.text import cut_first_sentence, join, split_paragraphs, squeeze

_HOSTS = frozenset({TELEGRAM, "telegram.me", "telegram.dog"})
_NAME = re.compile(r"[a-z][a-z0-9_]{3,31}")
_SPELLED = re.compile(r"https?://\S+", re.IGNORECASE)
_HEADLINE_WORDS = 30
_NOTE_WORDS = 12
"""So few words beside a link only say what it leads to."""


@dataclass(frozen=True, slots=True)
class Channel:
    """Where posts stand.

    Attributes:
        id: As in ``t.me/c/ID``: without the -100 that the Bot API puts before it; 0 for none.
        title: As its readers see it.
        name: By which it is public, in small letters and without "@"; empty where it is not, or
            where nobody told.
    """

    id: int
    title: str
    name: str = ""

    @property
    def prefix(self) -> str:
        """What the addresses of its posts begin with; empty where nobody knows."""
        if self.name:
            return f"https://{TELEGRAM}/{self.name}/"
        return f"https://{TELEGRAM}/c/{self.id}/" if self.id else ""

    def address(self, number: int) -> str | None:
        """The address of a post; None where nobody knows it."""
        return f"{self.prefix}{number}" if self.prefix else None


@dataclass(frozen=True, slots=True)
class Post:
    """One message of a channel.

    Attributes:
        number: Of the message; they ascend.
        text: As written; a caption is text. Empty where there is only a picture, say.
        sent: When, in UTC.
        edited: When its text was changed last, or None.
        author: Who signed it, or empty.
        origin: Whom it was forwarded from, or empty.
        links: Addresses that the text spells out, or opens where it is tapped.
        album: Tells the pictures and films that were sent together from others; empty for what
            was sent by itself.
    """

    number: int
    text: str
    sent: datetime | None
    edited: datetime | None = None
    author: str = ""
    origin: str = ""
    links: tuple[str, ...] = ()
    album: str = ""


@dataclass(frozen=True, slots=True)
class LinkedArticle:
    """A post that only links to an article elsewhere.

    Attributes:
        link: The article's address.
        post: The post itself, for where the article cannot be had; None where it says nothing.
    """

    link: str
    post: Article | None


def read_channel_name(text: str) -> str:
    """Read a public name as people write it: "@Name", "t.me/Name"; empty where it is none.

    Example:
        >>> read_channel_name("https://t.me/OstrelCourier"), read_channel_name("no name")
        ('ostrelcourier', '')
    """
    name = text.strip().casefold().removeprefix("https://").removeprefix(f"{TELEGRAM}/")
    name = name.removeprefix("s/").strip("@/")
    return name if _NAME.fullmatch(name) else ""


def join_albums(posts: Sequence[Post]) -> list[Post]:
    """Make one post of those that follow one another and were sent as one album.

    It has the captions, one below another, and the number of the first that has one: whoever
    opens any picture of an album sees all of it.
    """
    groups = groupby(posts, key=lambda one: (one.album, one.album or one.number))
    return [_join(list(group)) for _, group in groups]


def _join(album: list[Post]) -> Post:
    if len(album) == 1:
        return album[0]
    captioned = [one for one in album if one.text.strip()] or album[:1]
    edits = [one.edited for one in album if one.edited]
    return replace(
        captioned[0],
        text="\n\n".join(one.text for one in captioned),
        edited=max(edits, default=None),
        links=tuple(dict.fromkeys(link for one in captioned for link in one.links)),
    )


def read_post(post: Post, channel: Channel) -> Article | LinkedArticle:
    """Read a post as an article.

    Its first line is the headline, unless it is a sentence or all there is: then its first
    sentence stands in, and stays in the body. Nothing else is taken out or put right. Whoever
    signed it is its author, and for what was forwarded, whom it is from; that is its credit too.

    Returns:
        The article; where the post only links to one, that link.

    Raises:
        UnreadableError: It says too little to be an article, and links to none.
    """
    link = find_link(post)
    try:
        article = _read(post, channel)
    except UnreadableError:
        if link:
            return LinkedArticle(link, None)
        raise
    return LinkedArticle(link, article) if link else article


def _read(post: Post, channel: Channel) -> Article:
    join(split_paragraphs(_SPELLED.sub(" ", post.text)))  # or it says nothing but addresses
    headline, body = _part(split_paragraphs(post.text))
    title, origin = squeeze(channel.title), squeeze(post.origin)
    origin = "" if origin == title else origin  # it repeats itself
    authors = (origin, squeeze(post.author))
    return Article(
        headline=headline,
        body=body,
        url=channel.address(post.number),
        authors=tuple(dict.fromkeys(name for name in authors if name)),
        publisher=title or None,
        published=post.sent,
        language=detect_article_language(_SPELLED.sub(" ", post.text)),
        credit=f"Forwarded from {origin}" if origin else None,
    )


def find_link(post: Post) -> str:
    """The one address that a post leads to, where it says little else; empty where there is none.

    Addresses within Telegram lead to no article.
    """
    if len(_SPELLED.sub(" ", post.text).split()) > _NOTE_WORDS:
        return ""
    found = {address for link in post.links if (address := _outside(link))}
    return found.pop() if len(found) == 1 else ""


def _outside(link: str) -> str:
    try:
        address = canonicalize(link if "://" in link else f"https://{link}")
    except ValueError:
        return ""
    host = (urlsplit(address).hostname or "").removeprefix("www.")
    return "" if host in _HOSTS else address


def _part(lines: list[str]) -> tuple[str, str]:
    """Part a post into headline and body."""
    at = next((n for n, line in enumerate(lines) if _says_something(line)), 0)
    if at + 1 < len(lines) and _is_title(lines[at]):
        try:
            return lines[at], join(lines[:at] + lines[at + 1 :])
        except UnreadableError:  # what is left is no article, but all of it may be
            pass
    body = join(lines)
    return cut_first_sentence(body), body


def _says_something(line: str) -> bool:
    """Whether there is more in a line than hashtags, names and signs."""
    words = (word for word in line.split() if not word.startswith(("#", "@")))
    return any(char.isalnum() for word in words for char in word)


def _is_title(line: str) -> bool:
    short = len(line.split()) <= _HEADLINE_WORDS
    return short and (not is_sentence(line) or line.endswith(("?", "...", "…")))
