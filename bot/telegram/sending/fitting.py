"""What both faces of a reply share: fields, runs of quoted text, and making it all fit.

Tested with drawing in `tests/telegram/sending/test_render.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Protocol, TypeVar

from bot import texts
from bot.reply.reply import Block, Quote, Span
from bot.telegram.sending.text_limits import clean, count_units, flatten, isolate, shorten
from retrieval.citation import Citation, join_credit

_FIELD_UNITS = 300  # a headline, a list of authors or of other publishers


class _Drawn(Protocol):
    @property
    def fits(self) -> bool: ...


_Piece = TypeVar("_Piece", bound=_Drawn)


def fit(
    blocks: Sequence[Block],
    draw: Callable[[Sequence[Block], int], _Piece],
    *,
    least: int,
    most: int,
) -> _Piece:
    """Draw blocks within what Telegram takes, with as much room for each quote as there is.

    All quotes are shortened alike; only where that does not suffice, the last blocks are left out.

    Args:
        blocks: From top to bottom.
        draw: Draws them, each quote in at most so much room.
        least: The room of a quote that is cut the most.
        most: That of one that is not cut.
    """
    whole = draw(blocks, most)
    if whole.fits:
        return whole
    while not (best := draw(blocks, least)).fits:
        blocks = _without_last(blocks)
    low, high = least, most
    while high - low > 1:
        middle = (low + high) // 2
        piece = draw(blocks, middle)
        best, low, high = (piece, middle, high) if piece.fits else (best, low, middle)
    return best


def _without_last(blocks: Sequence[Block]) -> Sequence[Block]:
    """Leave out the last quote, or the citation that has no quote left; what cites stays last."""
    *rest, last = blocks
    if isinstance(last, Citation) and rest and isinstance(rest[-1], Quote):
        several = len(rest) > 1 and isinstance(rest[-2], Quote)
        return [*rest[:-1], last] if several else rest[:-1]
    return rest


def join_runs(spans: Sequence[Span]) -> list[Span]:
    """The spans cleaned, equal neighbours joined, without white space at the ends."""
    text = "".join(span.text for span in spans)
    left, right = len(text) - len(text.lstrip()), len(text.rstrip())
    runs = []
    cut = slice_runs(spans, left, right)
    for (marked, url), group in groupby(cut, key=lambda span: (span.marked, span.url)):
        runs.append(Span(_inner("".join(span.text for span in group)), marked, url))
    return [run for run in runs if run.text]


def _inner(text: str) -> str:
    """`clean`, but white space at the ends counts: it stands between two spans."""
    return clean(f".{text}.")[1:-1]


def slice_runs(spans: Sequence[Span], start: int, end: int) -> Iterator[Span]:
    """Yield what stands between two characters of them all."""
    position = 0
    for span in spans:
        text = span.text[max(0, start - position) : max(0, end - position)]
        position += len(span.text)
        if text:
            yield Span(text, span.marked, span.url)


def find_marked(runs: Sequence[Span]) -> tuple[int, int]:
    """From the first marked character to the last, or ``(0, 0)``."""
    ends = []
    position = 0
    for run in runs:
        if run.marked:
            ends += [position, position + len(run.text)]
        position += len(run.text)
    return (ends[0], ends[-1]) if ends else (0, 0)


def write_byline(citation: Citation) -> str:
    """Write publisher, authors and day, as far as they are known."""
    date = texts.format_day(citation.published)
    return join_credit(write_field(citation.publisher or ""), write_fields(citation.authors), date)


def write_copies(publishers: Sequence[str]) -> str:
    """Say who else carries it; nothing where nobody does."""
    copies = write_fields(publishers)
    return texts.say("also-carried", publishers=copies) if copies else ""


def write_fields(names: Sequence[str]) -> str:
    """The names, as many as have room."""
    shown: list[str] = []
    for text in filter(None, map(write_field, names)):
        if count_units(", ".join((*shown, text))) > _FIELD_UNITS:
            return ", ".join((*shown, "…"))
        shown.append(text)
    return ", ".join(shown)


def write_field(text: str) -> str:
    """One line that is no link, no command, and no longer than there is room for."""
    return isolate(shorten(texts.unlink(flatten(text)), _FIELD_UNITS - 10))
