"""What a language model is given at once: a paragraph, or less of one that no person wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.nlp.segment import Slice

MOST_CHARS = 5_000
"""Of one paragraph. One sentence of that length is walked through in half a second."""
MOST_WORD_CHARS = 300
"""Of one word: spaCy peels marks off its ends one by one, and looks at all the rest each time."""

_PARAGRAPH = re.compile(r"[^\n]*\n*")
_MONSTER = re.compile(rf"\S{{{MOST_WORD_CHARS}}}")
_ENDS = (". ", " ")
"""Where a paragraph is cut, the best first."""


def cut_pieces(text: str, start: int = 0, end: int | None = None) -> Iterator[Slice]:
    """Cut a text into pieces, none of them empty, that together are all of it.

    Args:
        text: Any.
        start: Where to begin.
        end: Where to stop; None for the end of the text.

    Example:
        >>> list(cut_pieces("One. Two."))
        [(0, 9)]
    """
    for paragraph in _PARAGRAPH.finditer(text, start, len(text) if end is None else end):
        at, stop = paragraph.span()
        while stop - at > MOST_CHARS:
            cut = _find_cut(text, at)
            yield from _cut_words(text, at, cut)
            at = cut
        yield from _cut_words(text, at, stop)


def _find_cut(text: str, start: int) -> int:
    limit = start + MOST_CHARS
    for mark in _ENDS:
        if (found := text.rfind(mark, limit - MOST_CHARS // 2, limit)) >= 0:
            return found + len(mark)
    return limit


def _cut_words(text: str, start: int, end: int) -> Iterator[Slice]:
    for monster in _MONSTER.finditer(text, start, end):
        yield start, monster.end()
        start = monster.end()
    if start < end:
        yield start, end
