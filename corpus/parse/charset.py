"""From bytes to text: what a file or a server may have written them in."""

from __future__ import annotations

from contextlib import suppress

from corpus.errors import UnreadableError
from corpus.text import is_web_charset

_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1b")


def decode(data: bytes) -> str:
    """Decode plain text: UTF-8, UTF-16 with its mark, or else Windows-1252.

    Raises:
        UnreadableError: If it is no text.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if b"\x00" in data:
        raise UnreadableError("not text: it holds null bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = _decode_other(data, error.start)
    if sum(char in _CONTROLS for char in text) > len(text) // 100:
        raise UnreadableError("not text: it holds control characters")
    return text


def to_utf8(data: bytes, charset: str | None) -> bytes:
    """Put a page into UTF-8 where it is not, and its server names a charset of the web."""
    try:
        data.decode()
    except UnicodeDecodeError:
        if charset and is_web_charset(charset):
            with suppress(LookupError, ValueError):
                return data.decode(charset, errors="replace").encode()
    return data


def _decode_other(data: bytes, bad: int) -> str:
    # A file cut short ends inside a character; the rest of it is sound.
    if bad >= len(data) - 3 and bad > 0:
        return data[:bad].decode("utf-8-sig")
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableError("not text: save it as UTF-8") from None
