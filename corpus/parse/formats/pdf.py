"""PDF: printed pages, whose lines are joined into paragraphs again."""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.document import read_document

if TYPE_CHECKING:
    from pypdf import PageObject

MOST_PAGES = 300

_SCAN = "a PDF without text, a scan perhaps; run text recognition (OCR) on it first"
_LOCKED = "a PDF locked by a password; save it without"
_DAMAGED = "a damaged PDF; save it again, or copy its text into a file"
_TITLE_LINES = 15
_ENDS = (".", "!", "?", "”", '"', ":", ";")

_Line = tuple[str, float]
"""Text, and the size of its letters."""


def read_pdf(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read a PDF of one article, as press offices hand out: its largest line is the headline.

    Columns come in the order in which they were set. One whose end is missing, as a broken download
    leaves it, is read as far as it goes.

    Raises:
        UnreadableError: It is locked or damaged, or holds pictures of text.
    """
    try:
        title, pages = _read(data)
    except UnreadableError as error:
        if str(error) != _DAMAGED:
            raise
        title, pages = _read(_mended(data))
        if not any(char.isalpha() for page in pages for text, _ in page for char in text):
            raise
    lines = _without_running_heads(pages)
    if not any(char.isalpha() for text, _ in lines for char in text):
        raise UnreadableError(_SCAN)
    text = "\n\n".join(_paragraphs(lines))
    yield from read_document(text, where=where, title=title, is_marked=True)


def _read(data: bytes) -> tuple[str, list[list[_Line]]]:
    from pypdf import PdfReader  # a tenth of a second to import, and seldom needed
    from pypdf.errors import DependencyError, FileNotDecryptedError, PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells of every flaw
    try:
        reader = PdfReader(io.BytesIO(data))
        pages = [_lines(page) for page in reader.pages[:MOST_PAGES]]
        about = reader.metadata
        return str((about and about.title) or ""), pages
    except (FileNotDecryptedError, DependencyError):
        raise UnreadableError(_LOCKED) from None
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, OSError):
        raise UnreadableError(_DAMAGED) from None


def _mended(data: bytes) -> bytes:
    """Give a PDF the end that it lacks; its objects are then looked for one by one."""
    kept = data[: data.rfind(b"endobj") + len(b"endobj")]
    at = kept.rfind(b"/Catalog")
    number = kept[: kept.rfind(b" obj", 0, max(at, 0))].split()[-2:-1] if at >= 0 else []
    root = b"/Root %s 0 R" % number[0] if number and number[0].isdigit() else b""
    return kept + b"\ntrailer<<%s>>\nstartxref\n0\n%%%%EOF\n" % root


def _lines(page: PageObject) -> list[_Line]:
    sizes: list[_Line] = []

    def see(text: str, _: object, matrix: list[float], __: object, size: float) -> None:
        sizes.append((text.strip(), abs(size * (matrix[3] or 1.0))))

    text = page.extract_text(visitor_text=see)
    known = {piece: size for piece, size in sizes if piece}
    lines = [line.strip() for line in text.splitlines()]
    # What was not seen as one piece is as large as the piece that it begins with.
    return [(line, known.get(line) or _size(line, sizes)) for line in lines]


def _size(line: str, sizes: list[_Line]) -> float:
    return next((size for piece, size in sizes if piece and line.startswith(piece)), 0.0)


def _without_running_heads(pages: list[list[_Line]]) -> list[_Line]:
    """Leave out page numbers, and what stands on top or at the foot of most pages."""
    edges = Counter(text for page in pages for text, _ in {*_filled(page)[:2], *_filled(page)[-2:]})
    often = {text for text, count in edges.items() if count > max(1, len(pages) // 2)}
    return [
        (text, size)
        for page in pages
        for text, size in [*page, ("", 0.0)]
        if text not in often and not text.isdigit()
    ]


def _filled(page: list[_Line]) -> list[_Line]:
    return [line for line in page if line[0]]


def _paragraphs(lines: list[_Line]) -> list[str]:
    """Join lines: a line goes on unless it ends short of the others, or a sentence with them."""
    filled = [line for line in lines if line[0]]
    widths = sorted(len(text) for text, _ in filled)
    usual = widths[len(widths) * 3 // 4]
    largest = max(size for _, size in filled[:_TITLE_LINES])
    body_size = Counter(size for _, size in filled).most_common(1)[0][0]
    joined = [_marked(filled[0], largest, body_size)]
    for (before, size), (text, next_size) in pairwise(filled):
        same = abs(size - next_size) < 0.5
        short = len(before) < 0.7 * usual and (before.endswith(_ENDS) or not text[:1].islower())
        is_title = largest > body_size and size == next_size == largest
        if is_title or (same and not short):
            joined[-1] = _continued(joined[-1], text)
        else:
            joined.append(_marked((text, next_size), largest, body_size))
    return joined


def _marked(line: _Line, largest: float, body_size: float) -> str:
    text, size = line
    return f"# {text}" if size == largest > body_size else text


def _continued(before: str, text: str) -> str:
    if before.endswith("-") and before[-2:-1].islower() and text[:1].islower():
        return before[:-1] + text
    return f"{before} {text}"
