"""Files and folders of articles, in every format that Byline reads.

Nothing here trusts a file. Decompression is streamed and bounded, so that a small archive cannot
swell into all of the memory, and one unreadable file is one `Failure` beside the articles.
"""

from __future__ import annotations

import gzip
import lzma
import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt, attempt_all
from corpus.parse.charset import recode
from corpus.parse.formats.document import name_single, read_file_title
from corpus.parse.formats.kinds import OPENING_BYTES, Format, tell_format
from corpus.parse.formats.mailbox import MAX_MESSAGE_BYTES, cut_mailbox
from corpus.parse.formats.table import cut_table
from corpus.parse.formats.web_archive import cut_archive
from corpus.parse.formats.zipped import Unpacked, open_folder
from corpus.parse.records import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES, cut_records
from corpus.parse.telegram.export import looks_like_export
from corpus.parse.telegram.page import looks_like_export_page
from corpus.readers.exports import Exports, choose_files, read_export_file, read_export_page
from corpus.sandbox.sandbox import Sandbox

MAX_PAGE_BYTES = 5_000_000
MAX_FILE_BYTES = 50_000_000
MAX_UNPACKED_BYTES = 4_000_000_000

_BLOCK_BYTES = 1 << 16
_XZ_MEMORY_BYTES = 1 << 28
_PACKED = (".gz", ".xz")
_SMALL = (Format.FEED, Format.PAGE, Format.TEXT, Format.NOTE)


@dataclass(frozen=True, slots=True)
class _Tools:
    """What reading takes."""

    sandbox: Sandbox
    exports: Exports
    unpacking: bool = False


def read_path(
    path: Path, *, sandbox: Sandbox | None = None, exports: Exports | None = None
) -> Iterator[Article | Failure]:
    """Read a file, or every file of a folder and the folders in it.

    Hidden files and folders are skipped, and links to folders are not followed. What a file is, is
    told by how it begins (see `corpus.parse.formats.kinds`), and where that leaves it open by its
    suffix, which ``.gz`` or ``.xz`` may follow; else it is read as pasted text.
    Of the folder of an exported Telegram channel only the messages are read.

    Args:
        path: Of the file or folder.
        sandbox: Reads what they hold; one that remembers nothing where None.
        exports: Knows of exported channels, and is told of those that are read.

    Yields:
        Articles and failures, files in sorted order. A page or pasted text may be 5 MB once
        decompressed, a line of JSON Lines or a row of a table too, a file 4 GB in all.
    """
    try:
        is_folder = path.is_dir()
    except OSError as error:  # the name is too long, or a folder above it closed to us
        yield Failure(str(path), _why(error))
        return
    read = _read_folder if is_folder else _read_file
    tools = _Tools(sandbox or Sandbox(), exports or Exports())
    yield from attempt_all(read(path, tools), str(path))


def _read_folder(folder: Path, tools: _Tools) -> Iterator[Article | Failure]:
    refused: list[OSError] = []
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen = sorted(name for name in names if not name.startswith("."))
        for name in choose_files(Path(parent), folders, seen):
            path = Path(parent, name)
            yield from attempt_all(_read_file(path, tools), str(path))
        yield from _drain(refused)
    yield from _drain(refused)


def _drain(refused: list[OSError]) -> Iterator[Failure]:
    while refused:
        error = refused.pop(0)
        yield Failure(str(error.filename), _why(error))


def _read_file(path: Path, tools: _Tools) -> Iterator[Article | Failure]:
    try:
        # A pipe or a device may never end.
        if path.exists() and not path.is_file():
            raise UnreadableError("not a regular file")
        yield from _read_known(path, tools)
    except OSError as error:
        yield Failure(str(path), _why(error))
    except (EOFError, zlib.error, lzma.LZMAError):
        yield Failure(str(path), "the archive is damaged or cut short; save it again")
    except UnreadableError as error:
        yield Failure(str(path), str(error))


def _why(error: OSError) -> str:
    if isinstance(error, gzip.BadGzipFile):
        return "not a gzip file, though its name ends in .gz"
    return f"cannot be read: {(error.strerror or 'unknown reason').lower()}"


def _read_known(path: Path, tools: _Tools) -> Iterator[Article | Failure]:
    yield from _read_blocks(_bounded(_blocks(path)), path, str(path), tools)


def _read_blocks(
    blocks: Iterator[bytes], path: Path, where: str, tools: _Tools
) -> Iterator[Article | Failure]:
    """Read what a file of some name holds, in an archive too.

    Args:
        blocks: What it holds, unpacked.
        path: Its name.
        where: It, for failures.
        tools: What reading takes.
    """
    sandbox = tools.sandbox
    opening = _opening(blocks)
    kind = _kind(path)
    format = tell_format(opening, kind)
    blocks = chain([opening], blocks)
    if format is Format.RECORDS and kind == ".json" and looks_like_export(opening):
        yield from read_export_file(blocks, where=where, sandbox=sandbox, exports=tools.exports)
    elif format is Format.RECORDS:
        limit = MAX_DOCUMENT_BYTES if kind == ".json" else MAX_LINE_BYTES
        lines = _lines(recode(blocks, opening), limit)
        yield from read_records(lines, where=where, sandbox=sandbox)
    elif format is Format.TABLE:
        lines = _lines(recode(blocks, opening), MAX_LINE_BYTES)
        yield from _read_table(lines, where, sandbox)
    elif format is Format.MAILBOX:
        messages = cut_mailbox(_lines(blocks, MAX_MESSAGE_BYTES), where=where)
        yield from _read_pieces(Format.MESSAGE, messages, sandbox)
    elif format is Format.WEB_ARCHIVE:
        yield from _read_pieces(format, cut_archive(blocks, where=where), sandbox)
    elif format is Format.ZIPPED:
        yield from _read_zipped(_whole(blocks, MAX_FILE_BYTES), path, where, tools)
    elif format is Format.MESSAGE:
        yield from sandbox.read_format(format, _beginning(blocks, MAX_MESSAGE_BYTES), where=where)
    else:
        limit = MAX_PAGE_BYTES if format in _SMALL else MAX_FILE_BYTES
        yield from _read_named(format, _whole(blocks, limit), path, where, tools)


def _read_zipped(data: bytes, path: Path, where: str, tools: _Tools) -> Iterator[Article | Failure]:
    """Read a document, or else what is packed into an archive, as of a folder."""
    folder = open_folder(data)
    if folder is None:
        yield from _read_named(Format.ZIPPED, data, path, where, tools)
        return
    if tools.unpacking:
        raise UnreadableError("a ZIP archive in a ZIP archive; unpack it and add what it holds")
    inside = replace(tools, unpacking=True)
    for name in folder.files():
        place = f"{where}/{name}"
        yield from attempt_all(_read_member(folder, name, place, inside), place)


def _read_member(
    folder: Unpacked, name: str, where: str, tools: _Tools
) -> Iterator[Article | Failure]:
    yield from _read_blocks(iter([folder.read(name)]), Path(name), where, tools)


def _read_named(
    format: Format, data: bytes, path: Path, where: str, tools: _Tools
) -> list[Article | Failure]:
    """Read a file whose name may be a headline, where it prints none."""
    found = _read_whole(format, data, where, tools)
    return name_single(found, read_file_title(_stem(path)))


def _read_whole(
    format: Format, data: bytes, where: str, tools: _Tools
) -> Iterator[Article | Failure]:
    sandbox = tools.sandbox
    if not data.strip():
        raise UnreadableError("empty file")
    if looks_like_export_page(data):
        yield from read_export_page(data, where=where, sandbox=sandbox, exports=tools.exports)
    elif format is Format.FEED:
        yield from sandbox.read_saved_feed(data, where=where)
    elif format is Format.PAGE:
        yield sandbox.read_page(data)
    elif format is Format.TEXT:
        yield sandbox.read_text(data)
    else:
        yield from sandbox.read_format(format, data, where=where)


def _read_table(
    lines: Iterable[bytes], where: str, sandbox: Sandbox
) -> Iterator[Article | Failure]:
    for rows in cut_table(lines, where=where):
        if isinstance(rows, Failure):
            yield rows
            continue
        read = partial(sandbox.read_format, Format.TABLE, rows.data, where=where, first=rows.first)
        found = attempt(read, f"{where}:{rows.first}")
        yield from [found] if isinstance(found, Failure) else found


def _read_pieces(
    format: Format, pieces: Iterable[tuple[str, bytes] | Failure], sandbox: Sandbox
) -> Iterator[Article | Failure]:
    for piece in pieces:
        if isinstance(piece, Failure):
            yield piece
            continue
        place, data = piece
        found = attempt(partial(sandbox.read_format, format, data, where=place), place)
        yield from [found] if isinstance(found, Failure) else found


def read_records(
    lines: Iterable[bytes], *, where: str, sandbox: Sandbox
) -> Iterator[Article | Failure]:
    """Read JSON Lines, or one JSON document (see `corpus.parse.records`)."""
    for piece in cut_records(lines, where=where):
        if isinstance(piece, Failure):
            yield piece
            continue
        read = attempt(partial(sandbox.read_piece, piece), piece.where)
        yield from [read] if isinstance(read, Failure) else read


def _kind(path: Path) -> str:
    """The suffix that says what a file holds, in lower case, without that of a packer."""
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _stem(path: Path) -> str:
    """The name of a file without its suffixes."""
    stem = path.stem if path.suffix.lower() in _PACKED else path.name
    return Path(stem).stem


def _opening(blocks: Iterator[bytes]) -> bytes:
    opening = bytearray()
    for block in blocks:
        opening += block
        if len(opening) >= OPENING_BYTES:
            break
    return bytes(opening)


def _beginning(blocks: Iterable[bytes], most: int) -> bytes:
    data = bytearray()
    for block in blocks:
        data += block
        if len(data) >= most:
            break
    return bytes(data[:most])


def _bounded(blocks: Iterable[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        if size > MAX_UNPACKED_BYTES:
            raise UnreadableError("over 4 GB once decompressed; split it")
        yield block


def _whole(blocks: Iterable[bytes], limit: int) -> bytes:
    """Read all that is read at once.

    Raises:
        UnreadableError: If it is larger than that may be.
    """
    data = bytearray()
    for block in blocks:
        data += block
        if len(data) > limit:
            size = f"over {limit // 1_000_000} MB of text"
            raise UnreadableError(f"{size}; split it, or save articles as JSON Lines")
    return bytes(data)


def _lines(blocks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Part blocks into lines; of one over the limit only the first ``limit + 1`` bytes are kept."""
    line = bytearray()
    for block in blocks:
        *ended, rest = block.split(b"\n")
        for piece in ended:
            line += piece[: limit + 1 - len(line)]
            yield bytes(line + b"\n")
            line.clear()
        line += rest[: limit + 1 - len(line)]
    if line:
        yield bytes(line)


def _blocks(path: Path) -> Iterator[bytes]:
    """Read a file in small blocks, decompressed."""
    suffix = path.suffix.lower()
    if suffix == ".xz":
        yield from _unpack_xz(path)
        return
    with gzip.open(path) if suffix == ".gz" else path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            yield block


def _unpack_xz(path: Path) -> Iterator[bytes]:
    """Decompress xz, whose headers may ask for gigabytes before the first byte is out."""
    with path.open("rb") as stream:
        packed = stream.read(_BLOCK_BYTES)
        while packed:
            unpacker = lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)
            while not unpacker.eof:
                if unpacker.needs_input and not packed:
                    packed = stream.read(_BLOCK_BYTES)
                    if not packed:
                        raise EOFError
                yield unpacker.decompress(packed, _BLOCK_BYTES)
                packed = b""
            packed = (unpacker.unused_data or stream.read(_BLOCK_BYTES)).lstrip(b"\x00")
