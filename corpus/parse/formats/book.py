"""Books (EPUB), as programs make them of a day's news or of saved pages: a chapter an article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree, html

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.records import read_record
from corpus.parse.safe_xml import parse_xml
from corpus.text import squeeze, strip_markup

_PAGES = (".xhtml", ".html", ".htm")
_MIN_WORDS = 20
_MOST_LINKED = 0.5


@dataclass(frozen=True, slots=True)
class _Book:
    pages: Sequence[str]
    title: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    day: str = ""
    language: str = ""


def read_book(
    names: Sequence[str], read: Callable[[str], bytes], *, where: str
) -> Iterator[Article | Failure]:
    """Read every chapter that is more than a title page or a table of contents.

    Args:
        names: Of the archive's members.
        read: Unpacks one.
        where: Name of the file, for failures.

    Raises:
        UnreadableError: There is no such chapter.
    """
    book = _open(names, read)
    found = 0
    for name in book.pages:
        page = _page(read(name))
        if page is not None and _is_chapter(page):
            found += 1
            yield attempt(partial(_read, page, book), f"{where}:{found}", fatal=(MemoryError,))
    if not found:
        raise UnreadableError("a book (EPUB) without text")


def _open(names: Sequence[str], read: Callable[[str], bytes]) -> _Book:
    by_name = sorted(name for name in names if name.casefold().endswith(_PAGES))
    _, container = parse_xml(read("META-INF/container.xml"))
    files = [] if container is None else list(container.iter("{*}rootfile"))
    path = str(files[0].get("full-path", "")) if files else ""
    _, package = parse_xml(read(path)) if path else ("", None)
    if package is None:
        return _Book(by_name)
    manifest = {
        str(one.get("id")): normpath(join(dirname(path), unquote(str(one.get("href", "")))))
        for one in package.iter("{*}item")
        if "nav" not in str(one.get("properties", "")).split()
    }
    order = [manifest.get(str(one.get("idref"))) for one in package.iter("{*}itemref")]
    return _Book(
        pages=[name for name in order if name] or by_name,
        title=_told(package, "title"),
        authors=tuple(filter(_is_author, _all(package, "creator"))),
        publisher=_told(package, "publisher"),
        day=_told(package, "date"),
        language=_told(package, "language"),
    )


def _all(package: etree._Element, name: str) -> list[str]:
    return [squeeze(str(one.text or "")) for one in package.iter("{*}" + name)]


def _told(package: etree._Element, name: str) -> str:
    return next(filter(None, _all(package, name)), "")


def _is_author(name: str) -> bool:
    return bool(name) and name.casefold() not in ("calibre", "unknown")


def _page(data: bytes) -> html.HtmlElement | None:
    parser = html.HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        root = html.document_fromstring(data, parser=parser) if data.strip() else None
    except (etree.ParserError, ValueError):
        return None
    return None if root is None else root.find("body")


def _is_chapter(page: html.HtmlElement) -> bool:
    text = squeeze(str(page.text_content()))
    linked = sum(len(str(link.text_content())) for link in page.iter("a"))
    return len(text.split()) >= _MIN_WORDS and linked <= _MOST_LINKED * len(text)


def _read(page: html.HtmlElement, book: _Book) -> Article:
    headings = (page.find(f".//{name}") for name in ("h1", "h2", "h3"))
    heading = next((one for one in headings if one is not None), None)
    printed = "" if heading is None else squeeze(str(heading.text_content()))
    inside = etree.tostring(page, encoding="unicode", method="html")
    lines = strip_markup(f"<div>{inside}</div>").split("\n")
    at = lines.index(printed) if printed in lines[:10] else -1
    return read_record(
        {
            "headline": printed or (book.title if len(book.pages) == 1 else ""),
            "body": lines[at + 1 :],
            "authors": list(book.authors),
            "publisher": book.publisher or book.title,
            "published": book.day,
            "language": book.language,
            "encodingFormat": "text/plain",
        }
    )
