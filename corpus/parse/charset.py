"""From bytes to text: what a file or a server may have written them in.

Nothing says what a pasted text is written in. Where it is no UTF-8, the old charset of its country
is told by what would else stand inside words, or, of other scripts, by how often its letters occur.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress

from corpus.errors import UnreadableError
from corpus.text import is_web_charset

_SAMPLE_BYTES = 1 << 14
_LATIN = ("cp1252", "cp1250", "cp1254", "cp1257")
_ODD = re.compile(
    r"(?<=[^\W\d_])(?:[²³¹¼½¾ªº]|[^\w\s.,:;!?'\"’“”«»()/&%@+*=_<>|\\\[\]{}~^$#–—…-])(?=[^\W\d_])"
)
"""What stands in no word, unless it was read in the wrong charset."""
_NULLS, _LETTERS, _FEWEST_BYTES = 0.02, 0.6, 16
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\r\f\x1b")


def decode(data: bytes) -> str:
    """Decode plain text: UTF-8, UTF-16, or else an old charset of the country.

    Raises:
        UnreadableError: If it is no text.
    """
    if wide := find_wide(data):
        text = data.decode(wide, errors="replace")
    elif b"\x00" in data:
        raise UnreadableError("not text: it holds null bytes")
    else:
        text = _decode_narrow(data)
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


def _decode_narrow(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _decode_other(data, error.start)


def _decode_other(data: bytes, bad: int) -> str:
    # A file cut short ends inside a character; the rest of it is sound.
    if bad >= len(data) - 3 and bad > 0:
        return data[:bad].decode("utf-8-sig")
    return data.decode(guess_charset(data))


def find_wide(opening: bytes) -> str:
    """The charset of a text of two bytes a letter, by its mark or its zeros; else empty."""
    if opening.startswith((b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff")):
        return "utf-32"
    if opening.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = opening[: _SAMPLE_BYTES - _SAMPLE_BYTES % 2]
    first, second = sample[::2].count(0), sample[1::2].count(0)
    if len(sample) < _FEWEST_BYTES or max(first, second) < _NULLS * len(sample):
        return ""
    wide = "utf-16-be" if first > second else "utf-16-le"
    text = sample.decode(wide, errors="replace")
    return wide if sum(map(str.isalpha, text)) > _LETTERS * len(text) else ""


def recode(blocks: Iterable[bytes], opening: bytes) -> Iterable[bytes]:
    """Put wide text into UTF-8, and the ends of lines of old Macs into ours.

    Args:
        blocks: The text, piece by piece.
        opening: How it begins.
    """
    if wide := find_wide(opening):
        decoder = codecs.getincrementaldecoder(wide)("replace")
        blocks = (decoder.decode(block).encode(errors="replace") for block in blocks)
        opening = opening.decode(wide, errors="ignore").encode(errors="ignore")
    if b"\r" in opening.strip() and b"\n" not in opening:
        blocks = (block.replace(b"\r", b"\n") for block in blocks)
    return blocks


def guess_charset(data: bytes) -> str:
    """Tell the charset of a text that is no UTF-8.

    Raises:
        UnreadableError: It is in none.
    """
    sample = data[:_SAMPLE_BYTES]
    foreign = sum(byte > 127 for byte in sample)
    letters = foreign + sum(map(str.isalpha, sample.decode("ascii", errors="ignore")))
    likely = list(_rank_latin(data, sample))
    if likely and 2 * foreign <= letters:
        return likely[0]
    # Whoever reads UTF-8 does without it.
    from trafilatura.utils import detect_encoding

    for name in (*detect_encoding(sample), *likely):
        with suppress(LookupError, ValueError):
            if is_web_charset(name):
                data.decode(name)
                return name
    raise UnreadableError("not text: save it as UTF-8")


def _rank_latin(data: bytes, sample: bytes) -> Iterator[str]:
    """Charsets for Latin letters that can be, the one with the fewest odd signs in words first."""
    counted = {name: len(_ODD.findall(sample.decode(name, errors="replace"))) for name in _LATIN}
    for name in sorted(counted, key=lambda one: counted[one]):
        with suppress(UnicodeDecodeError):
            data.decode(name)
            yield name
