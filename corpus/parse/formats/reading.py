"""Reads a file of a known format, or a piece of one; runs inside the sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.charset import decode
from corpus.parse.formats.evernote import read_notes
from corpus.parse.formats.front_matter import read_note
from corpus.parse.formats.kinds import Format
from corpus.parse.formats.links import refuse_links
from corpus.parse.formats.mail import read_message
from corpus.parse.formats.pdf import read_pdf
from corpus.parse.formats.press_texts import read_press_texts
from corpus.parse.formats.rich_text import read_rich_text
from corpus.parse.formats.table import read_table
from corpus.parse.formats.web_archive import read_archive
from corpus.parse.formats.wires import read_wires
from corpus.parse.formats.zipped import read_zipped

_Found = Iterable[Article | Failure]
_READERS: Mapping[Format, Callable[[bytes, str, int], _Found]] = {
    Format.TABLE: lambda data, where, first: read_table(data, where=where, first=first),
    Format.MESSAGE: lambda data, _, __: [read_message(data)],
    Format.NOTE: lambda data, _, __: [read_note(decode(data))],
    Format.PRESS_TEXTS: lambda data, where, _: read_press_texts(decode(data), where=where),
    Format.WIRES: lambda data, where, _: read_wires(data, where=where),
    Format.NOTES: lambda data, where, _: read_notes(data, where=where),
    Format.ZIPPED: lambda data, where, _: read_zipped(data, where=where),
    Format.PDF: lambda data, where, _: read_pdf(data, where=where),
    Format.RICH_TEXT: lambda data, where, _: read_rich_text(data, where=where),
    Format.LINKS: lambda data, _, __: refuse_links(data),
    Format.WEB_ARCHIVE: lambda data, _, __: read_archive(data),
}


def read_format(format: Format, data: bytes, *, where: str, first: int = 1) -> _Found:
    """Read the articles of a file, or of a piece of it.

    Args:
        format: What it is.
        data: It.
        where: Its name, for failures.
        first: On which line of the file the piece begins.

    Raises:
        UnreadableError: Nothing can be read.
    """
    if format not in _READERS:
        raise UnreadableError("cannot be read")
    return _READERS[format](data, where, first)
