"""What lies in a ZIP archive: a book (EPUB), a document (DOCX, ODT), or a folder of files.

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
from corpus.parse.formats.word import read_open_document, read_word

MOST_BYTES = 100_000_000
"""Unpacked, in all."""

MOST_MEMBERS = 10_000

_REFUSED = (
    ("xl/workbook.xml", "an Excel file; save its table as CSV"),
    ("xl/workbook.bin", "an Excel file; save its table as CSV"),
    ("ppt/presentation.xml", "a PowerPoint file; save its text as a text file"),
    ("Index/Document.iwa", "a Pages, Numbers or Keynote file; export it as Word file or PDF"),
    ("META-INF/MANIFEST.MF", "a program"),
)
_WORD, _OPEN, _KIND = "word/document.xml", "content.xml", "mimetype"
_BOOK = b"application/epub+zip"
_TABLE = "an OpenDocument table or presentation; save it as CSV or text"
_NESTED = "a ZIP archive in a ZIP archive; unpack it and add what it holds"
_DAMAGED = "a damaged ZIP archive; save it again"
_TOO_LARGE = "over 100 MB once unpacked; split it"
_MEMBER = b"PK\x01\x02"
_MOST_SWELLING, _SMALL = 500, 1_000_000


class Unpacked:
    """The members of an archive, each unpacked when it is asked for.

    Raises:
        UnreadableError: The archive is damaged, or holds too many files.
    """

    def __init__(self, data: bytes) -> None:
        if data.count(_MEMBER) > MOST_MEMBERS:
            raise UnreadableError(f"over {MOST_MEMBERS:,} files in one ZIP archive; unpack it")
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise UnreadableError(_DAMAGED) from None
        self.names = self._archive.namelist()
        self.size = sum(one.file_size for one in self._archive.infolist())
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
            raise UnreadableError(_DAMAGED) from None
        except RuntimeError:
            raise UnreadableError("locked by a password; save it without") from None
        self._room -= len(data)
        if self._room < 0:
            raise UnreadableError(_TOO_LARGE)
        packed = self._archive.getinfo(name).compress_size
        if len(data) > _SMALL and len(data) > _MOST_SWELLING * packed:
            raise UnreadableError(f"unpacks to over {_MOST_SWELLING} times its size")
        return data

    def files(self) -> list[str]:
        """Members that are files of a folder, sorted: nothing hidden, nothing a system added."""
        return sorted(name for name in self.names if not name.endswith("/") and _is_shown(name))


def open_folder(data: bytes) -> Unpacked | None:
    """Open an archive that somebody packed files into; None for one that is itself a file.

    Raises:
        UnreadableError: It is damaged, empty, or of a kind that is not read.
    """
    unpacked = Unpacked(data)
    names = set(unpacked.names)
    if told := next((told for name, told in _REFUSED if name in names), ""):
        raise UnreadableError(told)
    if _WORD in names or _KIND in names:
        return None
    if not unpacked.files():
        raise UnreadableError("an empty ZIP archive")
    if unpacked.size > MOST_BYTES:
        raise UnreadableError(_TOO_LARGE)
    return unpacked


def read_zipped(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read a book or a document.

    Raises:
        UnreadableError: It is something else, or holds no text.
    """
    unpacked = Unpacked(data)
    names = set(unpacked.names)
    kind = unpacked.read(_KIND).strip()
    if _WORD in names:
        document, core = unpacked.read(_WORD), unpacked.read("docProps/core.xml")
        yield from read_word(document, core, where=where)
    elif kind == _BOOK:
        yield from read_book(unpacked.names, unpacked.read, where=where)
    elif kind.endswith((b".text", b".text-template")) and _OPEN in names:
        content, meta = unpacked.read(_OPEN), unpacked.read("meta.xml")
        yield from read_open_document(content, meta, where=where)
    else:
        raise UnreadableError(_TABLE if b"opendocument" in kind else _NESTED)


def _is_shown(name: str) -> bool:
    return not any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
