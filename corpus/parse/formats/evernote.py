"""Notes exported from Evernote (ENEX): pages that its clipper saved, many in one file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial

from lxml import etree

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.page import read_page
from corpus.parse.records import read_record
from corpus.parse.safe_xml import parse_xml
from corpus.text import squeeze, strip_markup

_RESOURCE, _RESOURCE_END = b"<resource>", b"</resource>"


def read_notes(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read every note of an export ("FILE:NUMBER" where one fails).

    When a note was made says nothing of when the page was published.

    Raises:
        UnreadableError: It holds none.
    """
    _, root = parse_xml(_without_resources(data))
    notes = [] if root is None else list(root.iter("note"))
    if not notes:
        raise UnreadableError("an export of Evernote without notes")
    for number, note in enumerate(notes, start=1):
        yield attempt(partial(_read, note), f"{where}:{number}", fatal=(MemoryError,))


def _without_resources(data: bytes) -> bytes:
    """Leave out pictures and other files, which are most of an export."""
    kept, at = list[bytes](), 0
    while (start := data.find(_RESOURCE, at)) >= 0:
        kept.append(data[at:start])
        end = data.find(_RESOURCE_END, start)
        at = len(data) if end < 0 else end + len(_RESOURCE_END)
    return b"".join([*kept, data[at:]])


def _read(note: etree._Element) -> Article:
    content = _text(note, "content")
    html = content[max(0, content.find("<en-note")) :]
    title = _text(note, "title")
    facts = {
        "headline": title,
        "authors": _text(note, ".//author"),
        "url": _text(note, ".//source-url"),
    }
    plain = strip_markup(f"<div>{html}</div>")
    told = read_record({**facts, "body": plain, "encodingFormat": "text/plain"})
    with suppress(UnreadableError):
        page = read_page(f"<html><body>{html}</body></html>".encode(errors="replace"), url=told.url)
        if len(page.body) * 2 > len(plain):
            return replace(
                told,
                headline=(title and told.headline) or page.headline,
                body=page.body,
                authors=told.authors or page.authors,
                published=page.published,
                day_only=page.day_only,
            )
    return told


def _text(note: etree._Element, path: str) -> str:
    found = note.find(path)
    text = "" if found is None else str(found.text or "")
    return text if path == "content" else squeeze(text)
