"""An article's body in pieces that a page can hold: paragraphs, of enormous ones parts.

Tested with the pages in `tests/bot/pages/test_article_page.py`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.nlp.segment import Slice

SHEET_CHARS = 150_000
"""Characters from which on an article is shown on several sheets."""
_PIECE_CHARS = 6_000
_PART = "\n\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph, or a part of an enormous one.

    Attributes:
        place: Slice of the body.
        paragraph: Number of the paragraph, from 1.
        first: Whether the paragraph begins here.
    """

    place: Slice
    paragraph: int
    first: bool


@dataclass(frozen=True, slots=True)
class Sheets:
    """A whole body in pieces, gathered on sheets.

    Attributes:
        pieces: In order.
        firsts: On each sheet, the number of its first piece, from 0.
    """

    pieces: tuple[Piece, ...]
    firsts: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.firsts)

    def of(self, number: int) -> tuple[Piece, ...]:
        """The pieces on a sheet, from 0."""
        end = self.firsts[number + 1] if number + 1 < len(self) else None
        return self.pieces[self.firsts[number] : end]

    def find(self, place: int) -> tuple[int, int]:
        """The sheet, from 0, and the paragraph, from 1, on which a place lies."""
        at = bisect_right(self.pieces, place, key=lambda piece: piece.place[0]) - 1
        sheet = max(0, bisect_right(self.firsts, max(0, at)) - 1)
        return sheet, self.pieces[max(0, at)].paragraph if self.pieces else 1


def cut_sheets(body: str) -> Sheets:
    """Cut a body into pieces, and these into sheets; at least one sheet."""
    pieces = tuple(_cut(body))
    firsts, size = [0], 0
    for number, piece in enumerate(pieces):
        length = piece.place[1] - piece.place[0]
        if size and size + length > SHEET_CHARS:
            firsts.append(number)
            size = 0
        size += length
    return Sheets(pieces, tuple(firsts))


def _cut(body: str) -> Iterator[Piece]:
    number, start = 1, 0
    while start < len(body):
        end = body.find(_PART, start)
        end = len(body) if end < 0 else end
        at = start
        while at < end:
            stop = _stop(body, at, end)
            yield Piece((at, stop), number, at == start)
            at = stop
        number, start = number + 1, end + len(_PART)


def _stop(body: str, start: int, end: int) -> int:
    """Where a piece ends: between words, if there are any."""
    if end - start <= _PIECE_CHARS:
        return end
    between = body.rfind(" ", start + 1, start + _PIECE_CHARS)
    return between + 1 if between > start else start + _PIECE_CHARS
