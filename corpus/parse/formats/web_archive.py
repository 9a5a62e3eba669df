"""Web archives (WARC): the pages that a crawler took, in files of any length."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http.client import HTTPException, HTTPResponse

from corpus.article import Article
from corpus.errors import Failure, UnreadableError

MOST_BYTES = 5_000_000
"""Of a page as it was sent."""

_VERSION = b"WARC/"
_BLANK = b"\r\n\r\n"
_HEAD_BYTES = 16_000
_TAKEN = (b"response", b"resource")
_DAMAGED = "a damaged web archive (WARC); what stands before that was read"


def cut_archive(blocks: Iterable[bytes], *, where: str) -> Iterator[tuple[str, bytes] | Failure]:
    """Cut an archive into the records that hold pages, each with where it stands ("FILE:NUMBER").

    Raises:
        UnreadableError: It is damaged.
    """
    stream, number = _Stream(blocks), 0
    while head := stream.read_head():
        number += 1
        fields = dict(_field(line) for line in head.split(b"\r\n")[1:])
        size = fields.get(b"content-length", b"")
        if not head.startswith(_VERSION) or not size.isdigit():
            raise UnreadableError(_DAMAGED)
        taken = fields.get(b"warc-type") in _TAKEN
        data = stream.take(int(size), MOST_BYTES + 1 if taken else 0)
        if not taken or b"html" not in data[:_HEAD_BYTES].lower():
            continue
        if len(data) > MOST_BYTES:
            yield Failure(f"{where}:{number}", "over 5 MB in one page")
        else:
            yield f"{where}:{number}", head + _BLANK + data


def read_archive(data: bytes) -> Iterator[Article]:
    """Read the page of a record; nothing where it is none, or was not answered with one.

    Raises:
        UnreadableError: The page holds no article.
    """
    from corpus.parse.charset import to_utf8
    from corpus.parse.page import read_page

    head, _, body = data.partition(_BLANK)
    given = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    fields = {
        name.strip().lower(): value.strip().decode(errors="replace") for name, _, value in given
    }
    kind = fields.get(b"content-type", "")
    page: bytes | None = body
    if kind.startswith("application/http"):
        kind, page = _answer(body)
    if page is not None and "html" in kind:
        _, named, charset = kind.partition("charset=")
        url = fields.get(b"warc-target-uri", "").strip("<>") or None
        yield read_page(to_utf8(page, charset.strip("\"' ") if named else None), url=url)


def _answer(body: bytes) -> tuple[str, bytes | None]:
    """What a server sent: its kind and the page; None where it sent something else."""
    try:
        answer = HTTPResponse(_Sent(body))  # type: ignore[arg-type]
        answer.begin()
        page = answer.read(MOST_BYTES)
    except (HTTPException, ValueError, OSError):
        return "", None
    coding = answer.getheader("Content-Encoding", "")
    if coding in ("gzip", "x-gzip", "deflate"):
        page = _unpacked(page)
    known = coding in ("", "identity", "gzip", "x-gzip", "deflate") and answer.status == 200
    return answer.getheader("Content-Type", ""), page if known else None


def _unpacked(page: bytes) -> bytes:
    """A page that was packed with either way of zlib, up to its size."""
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        with suppress(zlib.error):
            return zlib.decompressobj(window).decompress(page, MOST_BYTES)
    return b""


class _Sent:
    """As much of a socket as is needed to read from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object, **__: object) -> io.BytesIO:
        """The data as a file."""
        return io.BytesIO(self._data)


def _field(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.strip().lower(), value.strip().lower()


class _Stream:
    """Blocks as a stream, of which only what is asked for is held."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._held = bytearray()

    def read_head(self) -> bytes:
        """The header lines of the next record; empty at the end."""
        end = -1
        while end < 0:
            del self._held[: len(self._held) - len(self._held.lstrip(b"\r\n"))]
            end = self._held.find(_BLANK)
            if end < 0 and (len(self._held) > _HEAD_BYTES or not self._more()):
                end = len(self._held)
        head = bytes(self._held[:end])
        del self._held[: end + 4]
        return head

    def take(self, size: int, most: int) -> bytes:
        """The first bytes of a body, whose rest is passed over."""
        kept = bytearray()
        while size > 0 and (self._held or self._more()):
            some = self._held[:size]
            kept += some[: most - len(kept)]
            del self._held[: len(some)]
            size -= len(some)
        return bytes(kept)

    def _more(self) -> bool:
        block = next(self._blocks, b"")
        self._held += block
        return bool(block)
