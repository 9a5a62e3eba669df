"""Text as Telegram wants it: cleaned, measured, and cut where a reader would cut it.

Tested with drawing in `tests/telegram/sending/test_render.py`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from functools import lru_cache
from itertools import accumulate
from urllib.parse import urlsplit

import regex

from corpus.readers.guard import leads_outside

_URL_LENGTH = 2000
# Controls, bidirectional overrides and embeddings, stray isolates, byte order marks, halves of
# surrogate pairs, and what Unicode says is no character.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
# ``\X`` alone looks back from every flag to the first of its row, to know which letters pair.
_GRAPHEME = regex.compile(
    r"[\U0001F1E6-\U0001F1FF]{2}"
    r"[\p{Grapheme_Cluster_Break=Extend}\p{Grapheme_Cluster_Break=SpacingMark}\u200d]*+|\X"
)
_BLANK = re.compile("[\t\u2028\u2029]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


def clean(text: str) -> str:
    r"""Without characters that a message cannot hold or that would disturb what stands around.

    Example:
        >>> clean("a\x00b\u202ec")
        'abc'
    """
    return _BLANK.sub(" ", _UNWANTED.sub("", text)).strip()


def flatten(text: str) -> str:
    """`clean`, with every run of white space as one blank."""
    return " ".join(clean(text).split())


def isolate(text: str) -> str:
    """Text between Unicode isolates where it holds right-to-left letters.

    So a Hebrew headline cannot reorder the publisher and date that follow it.
    """
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"\u2068{text}\u2069"
    return text


def count_units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units.

    Example:
        >>> count_units("a😀")
        3
    """
    return len(text) + sum(character > "\uffff" for character in text)


def shorten(text: str, room: int) -> str:
    """Text of at most ``room`` units, cut after a word and ended by "…" where it was longer."""
    start, end = cut_window(text, (0, 0), room)
    return text if (start, end) == (0, len(text)) else f"{text[:end]}…"


def cut_window(text: str, keep: tuple[int, int], room: int) -> tuple[int, int]:
    """Choose the part of a text to show when not all of it fits.

    Args:
        text: Cleaned text.
        keep: The characters to show above all, as a slice; ``(0, 0)`` shows the beginning.
        room: Most UTF-16 units, 16 or more; four are set aside for "… " and " …".

    Returns:
        A slice of the text, cut between words where there are any, never within what a reader
        sees as one character. It holds all of ``keep`` if that fits, else as much of its
        beginning as does.
    """
    offsets = _offsets(text)
    if offsets[-1] <= room:
        return 0, len(text)
    room -= 4
    start, end = keep
    spare = room - (offsets[end] - offsets[start])
    if spare < 0:
        return start, _cut_left(text, start, bisect_right(offsets, offsets[start] + room) - 1)
    after = offsets[-1] - offsets[end]
    before = max(spare // 2, spare - after)
    begin = _cut_right(text, bisect_left(offsets, max(0, offsets[start] - before)), start)
    last = min(len(text), bisect_right(offsets, offsets[begin] + room) - 1)
    return begin, max(end, _cut_left(text, max(end, begin), last))


def read_web_address(url: str | None, *, longest: int = _URL_LENGTH) -> str | None:
    """An address that Telegram accepts as a link, without its fragment where that is too long.

    Args:
        url: Whatever the article has.
        longest: Most characters.

    Returns:
        The address, or None where it is no http(s) address of an internet host: one that may lead
        a reader into their own network is none.
    """
    if not url or re.search(r"[\s\x00-\x20\x7f]", url) or _UNWANTED.search(url):
        return None
    url = url if len(url) <= longest else url.partition("#")[0]
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:
        return None
    return url if sound and leads_outside(url) and len(url) <= longest else None


@lru_cache(maxsize=64)
def _offsets(text: str) -> list[int]:
    """UTF-16 units before each character, and in all."""
    return [0, *accumulate(1 + (character > "\uffff") for character in text)]


@lru_cache(maxsize=64)
def _graphemes(text: str) -> list[int]:
    return [match.start() for match in _GRAPHEME.finditer(text)] + [len(text)]


def _cut_left(text: str, start: int, end: int) -> int:
    """The last place to end at, between ``start`` and ``end``: after a word if one is near."""
    if end == len(text):
        return end
    places = [match.start() for match in re.finditer(r"\s+", text[start : end + 1])]
    if places and places[-1] >= (end - start) // 2:
        end = start + places[-1]
    graphemes = _graphemes(text)
    return max(start, graphemes[bisect_right(graphemes, end) - 1])


def _cut_right(text: str, start: int, end: int) -> int:
    """The first place to begin at, between ``start`` and ``end``: before a word if one is near."""
    if start == 0:
        return 0
    found = re.compile(r"\s+").search(text, start - 1, end)
    if found and found.end() - start <= (end - start + 1) // 2 + 1:
        start = found.end()
    graphemes = _graphemes(text)
    return min(end, graphemes[bisect_left(graphemes, start)])
