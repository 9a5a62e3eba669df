"""Tables (CSV, TSV) whose first row names the columns, of any length."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.charset import guess_charset
from corpus.parse.formats.links import write_refusal
from corpus.parse.records import MAX_LINE_BYTES, find_meanings, read_record

CHUNK_BYTES = 1_000_000

_SEPARATORS = ",\t;|"
_NOTHING = frozenset(("nan", "null", "none", "n/a", "\\n"))
"""How programs write that a cell is empty."""
_LINKS = "a list of links without text; add the addresses by themselves"
_MARK = b"\xef\xbb\xbf"
_ENDS = "\r\n "
_MAX_COLUMNS = 1000


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, with its header before them.

    Attributes:
        data: The header and the rows.
        first: On which line of the file the first row stands.
    """

    data: bytes
    first: int


def opens_table(head: bytes) -> bool:
    """Tell a table from prose: its first line names a text or an address, and something else."""
    line = head.partition(b"\n")[0][:2000].decode(errors="replace").strip(_ENDS)
    names = _split(line, _separator(line))
    known = find_meanings(names)
    short = max(map(len, names), default=0) <= 40 and len(names) >= 2
    return short and len(known) >= 2 and not known.isdisjoint(("body", "url"))


def cut_table(lines: Iterable[bytes], *, where: str) -> Iterator[Rows | Failure]:
    """Cut a table into parts of about a megabyte, between rows.

    Args:
        lines: As a binary file yields them; ASCII is the same in their charset.
        where: Name of the file, for failures.
    """
    source = _Source(lines)
    header = source.next_filled().removeprefix(_MARK)
    if header[:4].lower() == b"sep=":  # as Excel says it
        header = source.next_filled()
    names = header.decode(errors="replace").strip(_ENDS)
    separator = _separator(names)
    if not header.strip():
        yield Failure(where, "empty file: expected a table")
        return
    if reason := _refusal(_split(names, separator)):
        count = sum(bool(line.strip()) for line in source) if reason == _LINKS else 0
        yield Failure(where, write_refusal(count) if count else reason)
        return
    csv.field_size_limit(MAX_LINE_BYTES)
    head = header.rstrip(b"\r\n") + b"\n"
    first, kept, size = source.line + 1, list[bytes](), 0
    while not source.ended:
        try:
            for _ in csv.reader(source, delimiter=separator):
                row = source.take()
                kept += row
                size += sum(map(len, row))
                if size > CHUNK_BYTES:
                    yield Rows(head + b"".join(kept), first)
                    first, kept, size = source.line + 1, [], 0
        except csv.Error:
            taken = source.line - len(source.take()) + 1
            if kept:
                yield Rows(head + b"".join(kept), first)
            yield Failure(f"{where}:{taken}", "over 5 MB in one row; is a quotation mark open?")
            first, kept, size = source.line + 1, [], 0
    if kept:
        yield Rows(head + b"".join(kept), first)


def read_table(data: bytes, *, where: str, first: int) -> Iterator[Article | Failure]:
    """Read rows that `cut_table` cut.

    Args:
        data: The header and rows, in UTF-8 or else Windows-1252.
        where: Name of the file.
        first: On which line of it the first row stands.

    Yields:
        An article or a failure for each row that is not blank.
    """
    text = _decode(data)
    header = text.partition("\n")[0].strip(_ENDS)
    separator = _separator(header)
    names = _split(header, separator)
    csv.field_size_limit(MAX_LINE_BYTES)
    source = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    next(source)
    line = first
    for cells in source:
        if any(map(str.strip, cells)):
            read = partial(_read_row, names, cells, separator)
            yield attempt(read, f"{where}:{line}", fatal=(MemoryError,))
        line = first + source.line_num - 1


def _read_row(names: list[str], cells: list[str], separator: str) -> Article:
    if len(cells) > len(names) and "body" in find_meanings(names[-1:]):
        cells = [*cells[: len(names) - 1], separator.join(cells[len(names) - 1 :])]
    if len(cells) > len(names):
        raise UnreadableError("more cells than columns; a text with commas stands between quotes")
    return read_record(
        {name: _value(cell) for name, cell in zip(names, cells, strict=False) if name}
    )


def _value(cell: str) -> str:
    return "" if cell.strip().casefold() in _NOTHING else cell


def _refusal(names: list[str]) -> str:
    """Why a table with this header holds no articles; empty where it may."""
    known = find_meanings(names)
    if "body" in known:
        return ""
    if not known:
        return "a table without header; name the columns in its first row: title, text, date, url"
    if "url" in known:
        return _LINKS
    columns = ", ".join(name[:20] for name in names[:6])
    return f"a table without a column of text ({columns}); expected text, body or content"


def _separator(header: str) -> str:
    """By what cells are parted: with which most columns are known, or else most are made."""
    return max(_SEPARATORS, key=lambda one: _score(_split(header, one)))


def _score(names: list[str]) -> tuple[int, int]:
    return len(find_meanings(names)), len(names)


def _split(header: str, separator: str) -> list[str]:
    try:
        found = next(csv.reader([header], delimiter=separator), [])
    except csv.Error:
        return []
    return [name.strip() for name in found[:_MAX_COLUMNS]]


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(guess_charset(data), errors="replace")


class _Source:
    """Lines as csv wants them, which remembers those that csv took since somebody asked."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._taken: list[bytes] = []
        self.line = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.line += 1
        self._taken.append(line)
        return line.decode("latin-1")

    def next_filled(self) -> bytes:
        """The next line that is not blank."""
        for _ in self:
            (line,) = self.take()
            if line.strip():
                return line
        return b""

    def take(self) -> list[bytes]:
        """The lines taken since this was last asked."""
        taken, self._taken = self._taken, []
        return taken
