"""What lies in a ZIP archive: books (EPUB) and Word files (DOCX); others are refused by name.

Members are unpacked one by one and up to a size, so that a small archive does not fill the memory.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.book import read_book
from corpus.parse.formats.word import read_word

MOST_BYTES = 100_000_000
"""Unpacked, in all."""

_REFUSED = (
    ("xl/workbook.xml", "an Excel file; save its table as CSV"),
    ("ppt/presentation.xml", "a PowerPoint file; save its text as a text file"),
    ("content.xml", "an OpenDocument file; save it as Word file (DOCX), text or HTML"),
    ("META-INF/MANIFEST.MF", "a program"),
)
_UNKNOWN = "a ZIP archive; unpack it and add what it holds"
_MOST_MEMBERS = 10_000


class Unpacked:
    """The members of an archive, each unpacked when it is asked for.

    Raises:
        UnreadableError: The archive is damaged.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UnreadableError("a damaged ZIP archive; save it again") from None
        self.names = self._archive.namelist()[:_MOST_MEMBERS]
        self._room = MOST_BYTES

    def read(self, name: str) -> bytes:
        """A member; empty where there is none.

        Raises:
            UnreadableError: It is damaged, locked, or larger than all may be.
        """
        if name not in self.names:
            return b""
        try:
            with self._archive.open(name) as member:
                data = member.read(self._room + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
            raise UnreadableError("a damaged ZIP archive; save it again") from None
        except RuntimeError:
            raise UnreadableError("locked by a password; save it without") from None
        self._room -= len(data)
        if self._room < 0:
            raise UnreadableError("over 100 MB once unpacked; split it")
        return data


def read_zipped(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read a book or a Word file.

    Raises:
        UnreadableError: It is something else, or holds no text.
    """
    unpacked = Unpacked(data)
    names = set(unpacked.names)
    if "word/document.xml" in names:
        yield read_word(unpacked.read("word/document.xml"))
    elif unpacked.read("mimetype").strip() == b"application/epub+zip":
        yield from read_book(unpacked.names, unpacked.read, where=where)
    else:
        raise UnreadableError(next((told for name, told in _REFUSED if name in names), _UNKNOWN))
