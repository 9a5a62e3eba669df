"""Tables (CSV, TSV) whose first row names the columns, of any length."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.charset import guess_charset
from corpus.parse.formats.links import write_refusal
from corpus.parse.records import MAX_LINE_BYTES, find_meanings, read_record

CHUNK_BYTES = 300_000

_SEPARATORS = ",\t;|"
_NOTHING = frozenset(("nan", "null", "none", "n/a", "\\n"))
"""How programs write that a cell is empty."""
_LINKS = "a list of links without text; add the addresses by themselves"
_MARK = b"\xef\xbb\xbf"
_ENDS = "\r\n "
_MAX_COLUMNS = 1000
_MAX_HEADER_BYTES = 100_000
_JUDGED, _FEWEST = 100, 10
"""Lines of one row that are looked at, where there are more than so few."""
_NOT_CLOSED = "over 5 MB in one row, or a quotation mark is not closed"


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


def cut_table(
    lines: Iterable[bytes], *, where: str, chunk_bytes: int | None = None
) -> Iterator[Rows | Failure]:
    """Cut a table between rows, into parts that are a little larger than a size.

    A row of over 5 MB is left out. Where it comes of a quotation mark that nobody closed, the rows
    that seemed to be its text are read after all.

    Args:
        lines: As a binary file yields them; ASCII is the same in their charset. Of one over 5 MB
            no more than its beginning is needed.
        where: Name of the file, for failures.
        chunk_bytes: The size; `CHUNK_BYTES` where None.
    """
    source, most = _Source(lines), CHUNK_BYTES if chunk_bytes is None else chunk_bytes
    header = source.next_filled().removeprefix(_MARK)
    if header[:4].lower() == b"sep=":  # as Excel says it
        header = source.next_filled()
    if len(header) > _MAX_HEADER_BYTES:
        yield Failure(where, "a table without header: its first line is over 100 kB")
        return
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
    for line, row in _cut_rows(source, separator, columns=len(_split(names, separator))):
        if kept and (not row or size > most):
            yield Rows(head + b"".join(kept), first)
            kept, size = [], 0
        if not row:
            yield Failure(f"{where}:{line}", _NOT_CLOSED)
        first = first if kept else line
        kept += row
        size += sum(map(len, row))
    if kept:
        yield Rows(head + b"".join(kept), first)


def _cut_rows(
    source: _Source, separator: str, *, columns: int
) -> Iterator[tuple[int, list[bytes]]]:
    """Cut a table into rows.

    Yields:
        On which line each begins, and its lines; none of a row that is left out.
    """
    while not source.ended:
        try:
            for _ in csv.reader(source, delimiter=separator):
                row = source.take()
                first = source.line - len(row) + 1
                if _are_rows(row[1:], separator, columns=columns):
                    source.put_back(row[1:])
                    row = []
                yield first, row
        except csv.Error:
            row = source.take()
            first = source.line - len(row) + 1
            if _are_rows(row[1:], separator, columns=columns):
                source.put_back(row[1:])
            else:
                source.close_mark(row)
            yield first, []


def split_rows(data: bytes, *, first: int) -> list[Rows]:
    """Cut rows that `cut_table` cut once more, each of them from the others.

    Args:
        data: The header and the rows.
        first: On which line of the file the first row stands.
    """
    cut = cut_table(io.BytesIO(data), where="", chunk_bytes=0)
    return [replace(one, first=first + one.first - 2) for one in cut if isinstance(one, Rows)]


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


def _are_rows(lines: list[bytes], separator: str, *, columns: int) -> bool:
    """Whether what a cell seems to hold are rows of their own, below a mark that nobody closed.

    Of two columns that is never said: many a line of prose holds one comma.
    """
    some = [line for line in lines[:_JUDGED] if line.strip()]
    whole = [line for line in some if not _is_odd([line]) and len(line) <= MAX_LINE_BYTES]
    cells = csv.reader((line.decode("latin-1") for line in whole), delimiter=separator)
    return (
        len(some) > _FEWEST
        and columns > 2
        and sum(len(row) == columns for row in cells) > 0.9 * len(some)
    )


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(guess_charset(data), errors="replace")


class _Source:
    """Lines as csv wants them, which remembers those that csv took since somebody asked."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._again = deque[bytes]()
        self._taken: list[bytes] = []
        self._size = 0
        self.line = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line.

        Raises:
            csv.Error: The lines taken are over 5 MB.
        """
        line = self._again.popleft() if self._again else next(self._lines, None)
        if line is None:
            self.ended = True
            raise StopIteration
        self.line += 1
        self._taken.append(line)
        self._size += len(line)
        if self._size > MAX_LINE_BYTES:
            raise csv.Error
        return line.decode("latin-1")

    def next_filled(self) -> bytes:
        """The next line that is not blank; of one that is too long, nothing but its beginning."""
        while not self.ended:
            with suppress(csv.Error, StopIteration):
                next(self)
            for line in self.take():
                if line.strip():
                    return line
        return b""

    def take(self) -> list[bytes]:
        """The lines taken since this was last asked."""
        taken, self._taken, self._size = self._taken, [], 0
        return taken

    def put_back(self, lines: list[bytes]) -> None:
        """Take the last lines once more."""
        self._again.extendleft(reversed(lines))
        self.line -= len(lines)
        self.ended = False

    def close_mark(self, row: list[bytes]) -> None:
        """Pass over what is left of a row of which only a beginning was taken."""
        is_open = _is_odd(row)
        while is_open and row and len(row[-1]) <= MAX_LINE_BYTES:  # a longer one was cut off itself
            with suppress(csv.Error, StopIteration):
                next(self)
            row = self.take()
            is_open ^= _is_odd(row)


def _is_odd(lines: list[bytes]) -> bool:
    """Whether lines hold an odd number of quotation marks, and so end inside of a cell."""
    return sum(line.count(b'"') for line in lines) % 2 == 1
