"""Cut a body into sentences and passages, keeping character offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import sentencex

from corpus.article import Passage

PASSAGE_WORDS = 180
"""Most words in a passage; a passage of the default model's 256 tokens holds about as many."""

_WORD = re.compile(r"\S+")
_PARAGRAPH = re.compile(r"[^\n]+")

Slice = tuple[int, int]
"""Start and end of a stretch of a body, in characters."""


def split_sentences(text: str, *, language: str = "en") -> list[Slice]:
    """Find the sentences of a text, in order.

    Args:
        text: Paragraphs separated by line breaks.
        language: ISO 639-1 code; an unknown one falls back to English rules.

    Returns:
        Slices without surrounding white space. Together they cover every character of the text
        that is not white space, and none runs over a line break.
    """
    return [
        piece
        for paragraph in _PARAGRAPH.finditer(text)
        for piece in _sentences_of(paragraph.group(), paragraph.start(), language)
    ]


def _sentences_of(paragraph: str, offset: int, language: str) -> Iterator[Slice]:
    # It breaks where a line break of two bytes stands; in prepared bodies there is none.
    even = paragraph.replace("\x85", " ")
    for found in sentencex.get_sentence_boundaries(language, even):
        start, end = found["start_index"], found["end_index"]
        piece = paragraph[start:end]
        kept = piece.strip()
        if kept:
            start += len(piece) - len(piece.lstrip())
            yield offset + start, offset + start + len(kept)


def split_passages(
    article_id: str, body: str, *, language: str = "en", words: int = PASSAGE_WORDS
) -> list[Passage]:
    """Cut a body into passages that follow one another without overlap.

    Paragraphs stay together where they fit; a paragraph that is too long is cut between
    sentences, and a sentence that is too long between words.

    Args:
        article_id: The article that the body belongs to.
        body: Paragraphs separated by blank lines.
        language: ISO 639-1 code, for finding sentences.
        words: Most words in a passage, at least 1.

    Returns:
        Passages in order; every sentence lies in one of them. Empty for a blank body.
    """
    pieces = _pack(_fitting(body, language, words), body, words)
    return [Passage(article_id, start, end, body[start:end]) for start, end in pieces]


def count_words(text: str) -> int:
    """Count what white space separates.

    Example:
        >>> count_words("Ferries, at last, run again.")
        5
    """
    return sum(1 for _ in _WORD.finditer(text))


def _fitting(body: str, language: str, words: int) -> Iterator[Slice]:
    """Yield paragraphs, or sentences, or parts of a sentence, none longer than the limit."""
    for paragraph in _PARAGRAPH.finditer(body):
        if not paragraph.group().strip():
            continue
        if count_words(paragraph.group()) <= words:
            yield paragraph.span()
            continue
        for start, end in _sentences_of(paragraph.group(), paragraph.start(), language):
            yield from _word_runs(body, (start, end), words)


def _word_runs(body: str, piece: Slice, words: int) -> Iterator[Slice]:
    spans = [found.span() for found in _WORD.finditer(body, *piece)]
    for first in range(0, len(spans), words):
        run = spans[first : first + words]
        yield run[0][0], run[-1][1]


def _pack(pieces: Iterable[Slice], body: str, words: int) -> Iterator[Slice]:
    """Join neighbours for as long as they fit together."""
    start = end = held = 0
    for piece in pieces:
        size = count_words(body[slice(*piece)])
        if held and held + size > words:
            yield start, end
            held = 0
        if not held:
            start = piece[0]
        held, end = held + size, piece[1]
    if held:
        yield start, end
