"""Files of any length, cut into pieces that are read some at a time, and never held as a whole.

Tested with the files that they are of in `tests/corpus/readers/test_files.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from corpus.article import Article
from corpus.errors import Failure, UnreadableError, attempt
from corpus.parse.charset import recode
from corpus.parse.formats.kinds import Format
from corpus.parse.formats.mailbox import MAX_MESSAGE_BYTES, cut_mailbox
from corpus.parse.formats.table import Rows, cut_table, split_rows
from corpus.parse.formats.web_archive import cut_archive
from corpus.parse.records import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES, Piece, cut_records
from corpus.readers.reading import FileReading
from corpus.sandbox.messages import Job, Kind
from corpus.sandbox.process import Asked
from corpus.sandbox.sandbox import Sandbox
from corpus.storage.checkpoints import Checkpoint

_AT_ONCE = 64
_AT_ONCE_BYTES = 500_000
"""So many pieces are read in one go: one by one, each would wait for the process to wake."""


def cut_file(
    format: Format, blocks: Iterable[bytes], opening: bytes, *, where: str, kind: str = ""
) -> Iterator[Asked | Failure] | None:
    """Cut a file into what is read by itself; None where all of it is read at once.

    Args:
        format: What it is.
        blocks: It.
        opening: How it begins.
        where: Its name, for failures.
        kind: Its suffix; records of a ``.json`` may be one document, in one line.
    """
    if format is Format.RECORDS:
        limit = MAX_DOCUMENT_BYTES if kind == ".json" else MAX_LINE_BYTES
        lines = part_lines(recode(blocks, opening), limit)
        return map(_ask_for, cut_records(lines, where=where))
    if format is Format.TABLE:
        lines = part_lines(recode(blocks, opening), MAX_LINE_BYTES)
        return map(partial(_ask_for, where=where), cut_table(lines, where=where))
    if format is Format.MAILBOX:
        lines = part_lines(blocks, MAX_MESSAGE_BYTES)
        return map(partial(_ask_for, format=Format.MESSAGE), cut_mailbox(lines, where=where))
    if format is Format.WEB_ARCHIVE:
        return map(partial(_ask_for, format=format), cut_archive(blocks, where=where))
    return None


def _ask_for(
    piece: Piece | Rows | tuple[str, bytes] | Failure,
    *,
    where: str = "",
    format: Format = Format.TABLE,
) -> Asked | Failure:
    """Say as what a piece is to be read.

    Args:
        piece: It.
        where: The file, where the piece does not say.
        format: What it is, if no record.
    """
    if isinstance(piece, Failure):
        return piece
    if isinstance(piece, Piece):
        return Job(Kind.DOCUMENT if piece.whole else Kind.LINE, piece.where), piece.data
    if isinstance(piece, Rows):
        return Job(Kind.FILE, where, format=format, first=piece.first), piece.data
    place, data = piece
    return Job(Kind.FILE, place, format=format), data


def read_pieces(
    pieces: Iterator[Asked | Failure], sandbox: Sandbox, file: FileReading
) -> Iterator[Article | Failure]:
    """Read the pieces of a file that were not read before an interruption."""
    for some in _gather(file.skip(pieces)):
        asked = [one for one in some if not isinstance(one, Failure)]
        answers = iter(_ask_all(asked, sandbox))
        for one in some:
            yield from file.take([one] if isinstance(one, Failure) else next(answers))


def read_records(
    lines: Iterable[bytes], *, where: str, sandbox: Sandbox
) -> Iterator[Article | Failure]:
    """Read JSON Lines, or one JSON document (see `corpus.parse.records`)."""
    pieces = map(_ask_for, cut_records(lines, where=where))
    yield from read_pieces(pieces, sandbox, FileReading(Checkpoint(where, "")))


def _gather(pieces: Iterator[Asked | Failure]) -> Iterator[list[Asked | Failure]]:
    """Put together what is read in one go; what came before an error, before it."""
    some, size = list[Asked | Failure](), 0
    try:
        for piece in pieces:
            some.append(piece)
            size += 0 if isinstance(piece, Failure) else len(piece[1])
            if len(some) == _AT_ONCE or size > _AT_ONCE_BYTES:
                yield some
                some, size = [], 0
    except Exception:
        yield some
        raise
    yield some


def _ask_all(asked: Sequence[Asked], sandbox: Sandbox) -> list[list[Article | Failure]]:
    """Have pieces read; whatever that raises is a failure of the one that is to blame."""
    found = attempt(partial(sandbox.read_all, asked), asked[0][0].where if asked else "")
    if not isinstance(found, Failure):
        pairs = zip(asked, found, strict=True)
        return [
            told if isinstance(told, list) else _explain(one, told, sandbox) for one, told in pairs
        ]
    if len(asked) == 1:
        return [[found]]
    return [told for one in asked for told in _ask_all([one], sandbox)]


def _explain(asked: Asked, error: UnreadableError, sandbox: Sandbox) -> list[Article | Failure]:
    """Say why a piece was not read; rows that cannot be read together are read one by one."""
    job, data = asked
    if job.format is not Format.TABLE:
        return [Failure.of(job.where, error)]
    apart = split_rows(data, first=job.first)
    if len(apart) < 2:
        return [Failure.of(f"{job.where}:{job.first}", error)]
    rows = [(replace(job, first=one.first), one.data) for one in apart]
    return [item for told in _ask_all(rows, sandbox) for item in told]


def part_lines(blocks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Part blocks into lines; of one over the limit only the first ``limit + 1`` bytes are kept."""
    line = bytearray()
    for block in blocks:
        *ended, rest = block.split(b"\n")
        for piece in ended:
            line += piece[: limit + 1 - len(line)]
            line += b"\n"
            told, line = bytes(line), bytearray()
            yield told
        line += rest[: limit + 1 - len(line)]
    if line:
        yield bytes(line)
