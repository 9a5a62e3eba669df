"""Files and folders of articles, in every format that Byline reads.

Nothing here trusts a file. Decompression is streamed and bounded, so that a small archive cannot
swell into all of the memory, and one unreadable file is one `Failure` beside the articles.
"""

from __future__ import annotations

import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt_all
from corpus.parse.formats.document import name_single, read_file_title
from corpus.parse.formats.kinds import OPENING_BYTES, Format, tell_format
from corpus.parse.formats.mailbox import MAX_MESSAGE_BYTES
from corpus.parse.formats.zipped import Unpacked, open_folder
from corpus.parse.telegram.export import looks_like_export
from corpus.parse.telegram.page import looks_like_export_page
from corpus.readers.exports import Exports, choose_files, read_export_file, read_export_page
from corpus.readers.pieces import cut_file, read_pieces
from corpus.readers.reading import FileReading, Reading, measure
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.checkpoints import Checkpoint

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
    reading: Reading
    unpacking: bool = False


@dataclass(frozen=True, slots=True)
class _Held:
    """What a file holds, or one that is packed into an archive.

    Attributes:
        path: Its name.
        where: It, for failures.
        opening: How it begins.
        format: What that says it is.
        blocks: All of it, unpacked.
    """

    path: Path
    where: str
    opening: bytes
    format: Format
    blocks: Iterable[bytes]

    @classmethod
    def of(cls, path: Path, where: str, blocks: Iterator[bytes]) -> _Held:
        """Look how it begins."""
        opening = _opening(blocks)
        format = tell_format(opening, _kind(path))
        return cls(path, where, opening, format, chain([opening], blocks))


def read_path(
    path: Path,
    *,
    sandbox: Sandbox | None = None,
    exports: Exports | None = None,
    reading: Reading | None = None,
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
        reading: Is told how far that came, and knows where an interrupted import goes on.

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
    tools = _Tools(sandbox or Sandbox(), exports or Exports(), reading or Reading())
    yield from attempt_all(read(path, tools), str(path))


def _read_folder(folder: Path, tools: _Tools) -> Iterator[Article | Failure]:
    refused: list[OSError] = []
    for path in _walk(folder, refused):
        yield from _drain(refused)
        yield from attempt_all(_read_file(path, tools), str(path))
    yield from _drain(refused)


def _walk(folder: Path, refused: list[OSError]) -> Iterator[Path]:
    """List the files that are read of a folder; of what is closed to us the errors are added."""
    for parent, folders, names in os.walk(folder, onerror=refused.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        seen = sorted(name for name in names if not name.startswith("."))
        for name in choose_files(Path(parent), folders, seen):
            yield Path(parent, name)


def measure_path(path: Path) -> int:
    """Add up the bytes that `read_path` would read; packed, as the files are."""
    try:
        return measure(_walk(path, []) if path.is_dir() else [path])
    except OSError:  # reading it will say why
        return 0


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
    finally:
        tools.reading.close(path)


def _why(error: OSError) -> str:
    if isinstance(error, gzip.BadGzipFile):
        return "not a gzip file, though its name ends in .gz"
    return f"cannot be read: {(error.strerror or 'unknown reason').lower()}"


def _read_known(path: Path, tools: _Tools) -> Iterator[Article | Failure]:
    held = _Held.of(path, str(path), _bounded(_blocks(path, tools.reading.move)))
    export = _read_export(held, tools)
    if export is not None:
        yield from export
        return
    file = tools.reading.open(path, held.opening)
    if not file.place.done:
        yield from _read_from(file, held, tools)
    tools.reading.end()


def _read_export(held: _Held, tools: _Tools) -> Iterator[Article | Failure] | None:
    """Read an exported channel, if it is one.

    It tells by what it lacks which posts are gone, so it is always read as a whole.
    """
    where, sandbox, exports = held.where, tools.sandbox, tools.exports
    if (
        held.format is Format.RECORDS
        and _kind(held.path) == ".json"
        and looks_like_export(held.opening)
    ):
        return read_export_file(held.blocks, where=where, sandbox=sandbox, exports=exports)
    if held.format in _SMALL and looks_like_export_page(held.opening):
        page = _whole(held.blocks, MAX_PAGE_BYTES)
        return read_export_page(page, where=where, sandbox=sandbox, exports=exports)
    return None


def _read_from(file: FileReading, held: _Held, tools: _Tools) -> Iterator[Article | Failure]:
    pieces = cut_file(
        held.format, held.blocks, held.opening, where=held.where, kind=_kind(held.path)
    )
    if pieces is not None:
        yield from read_pieces(pieces, tools.sandbox, file)
    elif held.format is Format.ZIPPED:
        yield from file.take(_read_zipped(held, tools))
    elif held.format is Format.MESSAGE:
        data = _beginning(held.blocks, MAX_MESSAGE_BYTES)
        yield from file.take(tools.sandbox.read_format(held.format, data, where=held.where))
    else:
        limit = MAX_PAGE_BYTES if held.format in _SMALL else MAX_FILE_BYTES
        yield from file.take(_read_named(held, _whole(held.blocks, limit), tools.sandbox))


def _read_zipped(held: _Held, tools: _Tools) -> Iterator[Article | Failure]:
    """Read a document, or else what is packed into an archive, as of a folder."""
    data = _whole(held.blocks, MAX_FILE_BYTES)
    folder = open_folder(data)
    if folder is None:
        yield from _read_named(held, data, tools.sandbox)
        return
    if tools.unpacking:
        raise UnreadableError("a ZIP archive in a ZIP archive; unpack it and add what it holds")
    inside = replace(tools, unpacking=True)
    for name in folder.files():
        place = f"{held.where}/{name}"
        yield from attempt_all(_read_member(folder, name, place, inside), place)


def _read_member(
    folder: Unpacked, name: str, where: str, tools: _Tools
) -> Iterator[Article | Failure]:
    held = _Held.of(Path(name), where, iter([folder.read(name)]))
    export = _read_export(held, tools)
    if export is None:
        export = _read_from(FileReading(Checkpoint(where, "")), held, tools)
    yield from export


def _read_named(held: _Held, data: bytes, sandbox: Sandbox) -> list[Article | Failure]:
    """Read a file whose name may be a headline, where it prints none."""
    found = _read_whole(held.format, data, held.where, sandbox)
    return name_single(found, read_file_title(_stem(held.path)))


def _read_whole(
    format: Format, data: bytes, where: str, sandbox: Sandbox
) -> list[Article | Failure]:
    if not data.strip():
        raise UnreadableError("empty file")
    if format is Format.FEED:
        return sandbox.read_saved_feed(data, where=where)
    if format is Format.PAGE:
        return [sandbox.read_page(data)]
    if format is Format.TEXT:
        return [sandbox.read_text(data)]
    return sandbox.read_format(format, data, where=where)


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


def _blocks(path: Path, move: Callable[[int], None]) -> Iterator[bytes]:
    """Read a file in small blocks, decompressed; `move` is told how far it was read."""
    suffix = path.suffix.lower()
    with path.open("rb") as packed:
        if suffix == ".xz":
            blocks = _unpack_xz(packed)
        elif suffix == ".gz":
            blocks = _read_blocks(gzip.GzipFile(fileobj=packed))
        else:
            blocks = _read_blocks(packed)
        for block in blocks:
            move(packed.tell())
            yield block


def _read_blocks(stream: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block


def _unpack_xz(stream: BinaryIO) -> Iterator[bytes]:
    """Decompress xz, whose headers may ask for gigabytes before the first byte is out."""
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
