"""What Telegram Desktop exports of a channel as pages: ``messages.html`` and those after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lxml import etree, html

from corpus.errors import UnreadableError
from corpus.parse.telegram.export import Posts, read_posts
from corpus.parse.telegram.post import Channel, Post
from corpus.text import squeeze

OF_SEVERAL = (
    "a chat of several people: its pages do not say whether it is private; export it as JSON"
)

_MARKS = (b"<title>Exported Data</title>", b"page_wrap")
_NUMBER = re.compile(r"message(\d{1,15})", re.ASCII)
_TIME = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d:\d\d)(?: UTC([+-]\d\d:\d\d))?", re.ASCII)
_PAIRED = frozenset({"blockquote", "pre", "div"})
_BLOCKS = _PAIRED | {"br"}


def looks_like_export_page(data: bytes) -> bool:
    """Whether a page is one of Telegram Desktop's."""
    return all(mark in data[:5_000] for mark in _MARKS)


def read_export_page(data: bytes, *, name: str = "") -> Posts:
    """Read a page of an export.

    Args:
        data: The page.
        name: By which the channel is public. Without it the posts have no address, for the page
            says neither name nor number of the channel.

    Raises:
        UnreadableError: It is no such page, or others than the channel itself write there.
    """
    try:
        root = html.fromstring(data.decode(errors="replace"))
    except (etree.ParserError, ValueError):
        raise UnreadableError("not a page of an export") from None
    title = _words(_first(root, "page_header"))
    numbers, posts = list[int](), list[Post]()
    sender = ""
    for message in _all(root, "message"):
        if not (found := _NUMBER.fullmatch(message.get("id") or "")):
            continue
        numbers.append(int(found[1]))
        sender = _words(_first(message, "from_name", of="body")) or sender
        if sender != title:
            raise UnreadableError(OF_SEVERAL)
        posts.append(_post(message, numbers[-1]))
    channel = Channel(0, title, name)
    return Posts(channel, tuple(numbers), tuple(read_posts(posts, channel)))


def _post(message: html.HtmlElement, number: int) -> Post:
    forwarded = _first(message, "forwarded")
    origin = None if forwarded is None else _first(forwarded, "from_name")
    text = _first(message, "text")
    time = _first(message, "date")
    return Post(
        number=number,
        text="" if text is None else _text(text),
        sent=None if time is None else _moment(time.get("title") or ""),
        author=_words(_first(message, "signature")),
        origin="" if origin is None else squeeze(origin.text or ""),
        links=() if text is None else tuple(one.get("href") or "" for one in text.iter("a")),
    )


def _all(root: html.HtmlElement, kind: str) -> Iterator[html.HtmlElement]:
    """Elements of a class, in the order of the page."""
    return (one for one in root.iter("div", "span") if kind in (one.get("class") or "").split())


def _first(root: html.HtmlElement, kind: str, *, of: str = "") -> html.HtmlElement | None:
    """The first element of a class, if any; only where it stands right in one of another class."""
    found = (one for one in _all(root, kind) if not of or _is_right_in(one, of))
    return next(found, None)


def _is_right_in(element: html.HtmlElement, kind: str) -> bool:
    parent = element.getparent()
    classes = "" if parent is None else parent.get("class") or ""
    return classes.split() == [kind]


def _words(element: html.HtmlElement | None) -> str:
    return "" if element is None else squeeze(element.text_content())


def _text(element: html.HtmlElement) -> str:
    """The text of a message; in HTML only some elements break lines."""
    pieces = list[str]()
    for event, one in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            pieces += ["\n" if one.tag in _BLOCKS else "", _flat(one.text)]
        elif one is not element:
            pieces += ["\n" if one.tag in _PAIRED else "", _flat(one.tail)]
    return "".join(pieces)


def _flat(text: str | None) -> str:
    return " ".join(re.split(r"\s+", text or ""))


def _moment(printed: str) -> datetime | None:
    """Read "01.03.2026 09:00:00 UTC+01:00"; older exports say no zone, which counts as UTC."""
    if not (found := _TIME.fullmatch(printed.strip())):
        return None
    day, month, year, clock, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{zone or '+00:00'}")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
