"""Which stretches of a passage are read with a question, and what that weighs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from corpus.article import Article, Passage
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.index.header import add_header
from retrieval.results import Hit, Reading
from retrieval.tokens import tokenize, tokenize_query

WINDOW_WORDS = 90
"""Words of a window: whole passages are rated worse, and take twice as long."""
_SCORE, _RELEVANCE, _ANSWERS, _BEGINS = 1.0, 0.05, 0.1, 0.2
"""Weights of a hit's score, and of what was read: the logits, and the logarithm of the likeliest
begin, as `benchmarks/reader_fit.py` fits them. It gives relevance 0.14 over the 52 articles of the
sample; among hundreds more hits are relevant, and more than 0.05 does harm."""
LEAST_BEGIN = 0.01
"""Added to the probability that an answer begins somewhere, before its logarithm is taken."""
_KNOWN = 0.1
"""Weight of a term that stands in the article's header, against 1 for any other."""


def weigh_terms(
    question: str, article: Article, rarity: Callable[[str], float]
) -> dict[str, float]:
    """Weigh a question's terms by how much they tell the sentences of an article apart.

    Terms that headline, publisher or date hold already say little about which of the article's
    sentences is meant.

    Args:
        question: As asked.
        article: The article.
        rarity: Inverse document frequency of a term, above 0.

    Returns:
        A weight for each term; together they are 1.
    """
    known = frozenset(tokenize(add_header(article, "")))
    weights = {
        term: rarity(term) * (_KNOWN if term in known else 1.0)
        for term in tokenize_query([question])
    }
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()}


def choose_window(
    question: str, article: Article, passage: Passage, rarity: Callable[[str], float]
) -> Slice | None:
    """Choose the whole sentences of a passage that are read, around what holds most of a question.

    One window a passage: of several the best is right less often, since each is another chance to
    look like an answer.

    Returns:
        A slice of the body; None for a passage without words.
    """
    pieces = [
        (passage.start + start, passage.start + end)
        for start, end in split_sentences(passage.text, language=article.language)
    ]
    if not pieces:
        return None
    texts = [article.body[start:end] for start, end in pieces]
    weights = weigh_terms(question, article, rarity)
    shares = [sum(weights[term] for term in weights.keys() & set(tokenize(text))) for text in texts]
    best = max(range(len(pieces)), key=shares.__getitem__)
    first, last = cut_window([count_words(text) for text in texts], best)
    return pieces[first][0], pieces[last][1]


def split_windows(article: Article, passage: Passage) -> list[Slice]:
    """Cut all of a passage into windows of whole sentences, about as long as one another.

    For a question that leans on the article it stands in: its own words are few and general, so
    that they do not tell which part of the passage is meant.

    Returns:
        Slices of the body, in order; none for a passage without words.
    """
    pieces = split_sentences(passage.text, language=article.language)
    sizes = [count_words(passage.text[start:end]) for start, end in pieces]
    words = max(1, sum(sizes))
    count, before = -(-words // WINDOW_WORDS), 0
    windows: dict[int, Slice] = {}
    for (start, end), size in zip(pieces, sizes, strict=True):
        number = int((before + size / 2) * count / words)  # of the window its middle falls into
        begin, _ = windows.get(number, (passage.start + start, 0))
        windows[number] = begin, passage.start + end
        before += size
    return list(windows.values())


def weigh_hit(hit: Hit) -> float:
    """Weigh what was read of a hit, if anything, together with its score."""
    read = weigh_reading(hit.window.reading) if hit.window else 0.0
    return _SCORE * hit.score + read


def weigh_reading(reading: Reading) -> float:
    """Weigh what was read of a window."""
    return (
        _RELEVANCE * reading.relevance
        + _ANSWERS * (reading.answers or 0.0)
        + _BEGINS * math.log(reading.likeliest + LEAST_BEGIN)
    )


def cut_window(sizes: Sequence[int], place: int, *, last: int | None = None) -> tuple[int, int]:
    """Widen a run of sentences to a window, the nearest first, while it stays short enough.

    Args:
        sizes: Words of each sentence.
        place: The run's first sentence; the run is taken however long it is.
        last: The run's last sentence; by default its first.

    Returns:
        The first and the last sentence of the window.

    Example:
        >>> cut_window([50, 30, 30, 40], 1)
        (0, 1)
    """
    begin, end = place, place if last is None else last
    low, high = begin, end
    held = sum(sizes[begin : end + 1])
    while True:
        beside = [number for number in (low - 1, high + 1) if 0 <= number < len(sizes)]
        fitting = [number for number in beside if held + sizes[number] <= WINDOW_WORDS]
        if not fitting:
            return low, high
        nearest = min(fitting, key=lambda number: max(begin - number, number - end))
        held += sizes[nearest]
        low, high = min(low, nearest), max(high, nearest)
