"""Reads a file of a known format, or a piece of one; runs inside the sandbox."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.charset import decode
from corpus.parse.formats.evernote import read_notes
from corpus.parse.formats.front_matter import read_note
from corpus.parse.formats.kinds import Format
from corpus.parse.formats.mail import read_message
from corpus.parse.formats.pdf import read_pdf
from corpus.parse.formats.press_texts import read_press_texts
from corpus.parse.formats.table import read_table
from corpus.parse.formats.web_archive import read_archive
from corpus.parse.formats.wires import read_wires
from corpus.parse.formats.zipped import read_zipped


def read_format(
    format: Format, data: bytes, *, where: str, first: int = 1
) -> Iterable[Article | Failure]:
    """Read the articles of a file, or of a piece of it.

    Args:
        format: What it is.
        data: It.
        where: Its name, for failures.
        first: On which line of the file the piece begins.

    Raises:
        UnreadableError: Nothing can be read.
    """
    match format:
        case Format.TABLE:
            return read_table(data, where=where, first=first)
        case Format.MESSAGE:
            return [read_message(data)]
        case Format.NOTE:
            return [read_note(decode(data))]
        case Format.PRESS_TEXTS:
            return read_press_texts(decode(data), where=where)
        case Format.WIRES:
            return read_wires(data, where=where)
        case Format.NOTES:
            return read_notes(data, where=where)
        case Format.ZIPPED:
            return read_zipped(data, where=where)
        case Format.WEB_ARCHIVE:
            return read_archive(data)
        case Format.PDF:
            return [read_pdf(data)]
    raise UnreadableError("cannot be read")
