"""What news agencies send: NITF, and NewsML that holds NITF, XHTML or plain text."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from lxml import etree

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.records import read_record
from corpus.parse.safe_xml import parse_xml
from corpus.text import squeeze

_PARAGRAPHS = frozenset(("p", "h1", "h2", "h3", "h4", "hl2", "li", "blockquote"))
_LEFT_OUT = frozenset(("media", "figure", "figcaption", "script", "style", "head", "body.head"))
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def read_wires(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read every item of a document ("FILE:NUMBER" where one fails).

    Raises:
        UnreadableError: It holds none, or declares XML entities.
    """
    _, root = parse_xml(data)
    items = [] if root is None else _items(root)
    if not items:
        raise UnreadableError("a message of a news agency without an item of text")
    for number, item in enumerate(items, start=1):
        yield attempt(partial(_read, item), f"{where}:{number}", fatal=(MemoryError,))


def _items(root: etree._Element) -> list[etree._Element]:
    """The elements that hold an article each; those in others belong to them."""
    for name in ("newsItem", "NewsItem", "nitf"):
        items = root.iter("{*}" + name)
        if found := [one for one in items if _find(one, *_PARAGRAPHS, "inlineData")]:
            return found
    return []


def _read(item: etree._Element) -> Article:
    body = _find(item, "body.content") or _find(item, "inlineXML", "DataContent") or [item]
    printed = _paragraphs(body[0])
    data = _find(item, "inlineData")
    text = printed or [_text(one) for one in data]
    return read_record(
        {
            "headline": _first(item, "hl1", "headline", "HeadLine"),
            "authors": _names(item),
            "publisher": _publisher(item),
            "published": _day(item),
            "language": _language(item),
            "body": text,
            "encodingFormat": "text/plain",
        }
    )


def _find(item: etree._Element, *names: str) -> list[etree._Element]:
    """Elements of the first of these names of which there are any."""
    for name in names:
        if found := list(item.iter("{*}" + name)):
            return found
    return []


def _first(item: etree._Element, *names: str) -> str:
    return next(filter(None, map(_text, _find(item, *names))), "")


def _names(item: etree._Element) -> str:
    for line in _find(item, "byline", "by", "ByLine"):
        people = [_text(one) for one in _find(line, "person")]
        # What somebody is stands in an element of its own.
        found = ", ".join(people) or _text(line, without="byttl")
        if found:
            return found.title() if found.isupper() or found[3:].isupper() else found
    return ""


def _publisher(item: etree._Element) -> str:
    for name in ("distributor", "provider", "infoSource", "copyrightHolder", "doc.copyright"):
        for one in _find(item, name):
            told = _first(one, "name") or _text(one) or one.get("holder") or one.get("literal")
            if told:
                return str(told)
    return ""


def _day(item: etree._Element) -> str:
    for one in _find(item, "date.issue", "date.release"):
        if norm := one.get("norm"):
            return str(norm)
    names = (
        "contentCreated",
        "firstCreated",
        "versionCreated",
        "FirstCreated",
        "ThisRevisionCreated",
    )
    found = _first(item, *names)
    root = item.getroottree().getroot()
    return found or _first(root, "sent", "DateAndTime")


def _language(item: etree._Element) -> str:
    told = next((one.get("tag") for one in _find(item, "language") if one.get("tag")), None)
    return str(told or item.get(_LANGUAGE) or "")


def _paragraphs(body: etree._Element) -> list[str]:
    """The text of paragraphs that hold no others, in their order."""
    found: list[str] = []
    skipped: etree._Element | None = None
    for event, element in etree.iterwalk(body, events=("start", "end")):
        name = _name(element)
        if skipped is not None:
            skipped = None if event == "end" and element is skipped else skipped
        elif event == "start" and name in _LEFT_OUT and element is not body:
            skipped = element
        elif event == "start" and name in _PARAGRAPHS and not _nested(element, body):
            found.append(_text(element))
    return [line for line in found if line]


def _nested(element: etree._Element, body: etree._Element) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not body:
        if _name(parent) in _PARAGRAPHS:
            return True
        parent = parent.getparent()
    return False


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: etree._Element, *, without: str = "") -> str:
    pieces: list[str] = []
    inside = 0  # of what is left out
    for event, one in etree.iterwalk(element, events=("start", "end")):
        left_out = _name(one) == without
        inside += left_out if event == "start" else -left_out
        piece = one.text if event == "start" else one.tail if one is not element else ""
        pieces += [str(piece or "")] * (not inside)
    return squeeze("".join(pieces))
