"""From a hit to what is shown of it: the sentences that answer, and the words around them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from corpus.article import Article, Passage
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.extraction.self_contained import Part, classify_sentences
from retrieval.ranking.fusion import DENSE_WEIGHT
from retrieval.reading.windows import LEAST_BEGIN, cut_window, weigh_terms
from retrieval.results import Encoder, Window
from retrieval.tokens import tokenize

_LIKELY = 4
"""Sentences that are embedded at most, those with most of the question's terms: embedding takes
longest, and the best sentence is nearly always among them."""
_CLOSE = 0.1
"""Share of the question by which a sentence may fall behind and still win by its embedding."""
_SHARE = 1.0
"""Weight of the share of the question that a sentence holds, against the logarithm of the
probability that the answer begins in it; `benchmarks/reader_fit.py` fits it."""
_LENT = 0.5
"""Weight of the terms of a heading or question for the sentence below, which it is about."""
_AS_WELL = 0.2
"""Probability that the answer begins in a neighbour from which on it is marked too."""
_MOST_MARKED = 70
"""Words up to which a neighbour is marked beside: bold that goes on and on marks nothing."""
_ADDED = 0.3
"""Share of the question that a neighbour must add to be marked beside the best sentence."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What to show of a passage. All slices are of the article's body.

    Attributes:
        shown: The stretch to show, whole sentences of the passage.
        marked: The stretch within it that answers.
        passage: The whole passage.
    """

    shown: Slice
    marked: Slice
    passage: Slice


def choose_excerpt(  # noqa: PLR0913 - one parameter a thing that the choice depends on
    query: str,
    article: Article,
    passage: Passage,
    *,
    encoder: Encoder,
    rarity: Callable[[str], float],
    window: Window | None = None,
) -> Excerpt:
    """Choose the sentence or two of a passage that answer, and what to show around them.

    Where a window of the passage was read, the sentence in which the answer likeliest begins is
    chosen. Otherwise a sentence is scored by the terms of the question that it holds and by the
    cosine of its embedding, as passages are. Terms that headline, publisher or date hold already
    say little about which of the article's sentences is meant, so they weigh less. The sentence
    next to the best one is marked too where it adds much of the question that the best one lacks,
    or where the answer may well begin there.

    Headings, questions, captions, sign-ups and pointers elsewhere are marked only where nothing
    else is left; a heading or question speaks for the sentence below it.

    About `WINDOW_WORDS` words are shown; a marked stretch that is longer is shown whole.

    Args:
        query: The question.
        article: The passage's article.
        passage: With at least one word.
        encoder: Embeds question and sentences.
        rarity: Inverse document frequency of a term, above 0.
        window: What was read of the passage.
    """
    pieces = [
        (passage.start + start, passage.start + end)
        for start, end in split_sentences(passage.text, language=article.language)
    ]
    texts = [article.body[start:end] for start, end in pieces]
    weights = weigh_terms(query, article, rarity)
    kinds = classify_sentences(article.body, pieces)
    begins = [window.begins_within(*piece) if window else 0.0 for piece in pieces]
    first, last = _marked(query, texts, kinds, weights, encoder, begins)
    marked = pieces[first][0], pieces[last][1]
    low, high = cut_window([count_words(text) for text in texts], first, last=last)
    return Excerpt((pieces[low][0], pieces[high][1]), marked, (passage.start, passage.end))


def _marked(  # noqa: PLR0913 - the same
    query: str,
    texts: Sequence[str],
    kinds: Sequence[Part],
    weights: dict[str, float],
    encoder: Encoder,
    begins: Sequence[float],
) -> tuple[int, int]:
    """Return the places of the first and last sentence that answer."""
    held = [weights.keys() & set(tokenize(text)) for text in texts]
    stated = [number for number, kind in enumerate(kinds) if kind is Part.STATEMENT]
    fit = stated or list(range(len(texts)))
    shares = [
        _sum(weights, terms) + _lent(number, held, kinds, weights)
        for number, terms in enumerate(held)
    ]
    if any(begins[number] for number in fit):
        best = max(fit, key=lambda number: _weigh_read(shares[number], begins[number]))
    else:
        likely = sorted(fit, key=lambda number: -shares[number])[:_LIKELY]
        likely = [number for number in likely if shares[number] >= shares[likely[0]] - _CLOSE]
        best = _closest(query, texts, shares, likely, encoder) if len(likely) > 1 else likely[0]
    beside = [number for number in (best - 1, best + 1) if number in fit]
    beside = [
        number
        for number in beside
        if (_sum(weights, held[number] - held[best]) >= _ADDED or begins[number] >= _AS_WELL)
        and count_words(texts[best]) + count_words(texts[number]) <= _MOST_MARKED
    ]
    if not beside:
        return best, best
    second = max(beside, key=lambda number: (begins[number] >= _AS_WELL, shares[number]))
    return min(best, second), max(best, second)


def _weigh_read(share: float, begins: float) -> float:
    """Weigh a sentence by the terms it holds, and by how likely the answer begins in it."""
    return _SHARE * share + math.log(begins + LEAST_BEGIN)


def _lent(
    number: int, held: Sequence[Set[str]], kinds: Sequence[Part], weights: dict[str, float]
) -> float:
    """What the heading or question above a sentence says for it."""
    if not number or kinds[number - 1] not in (Part.HEADING, Part.QUESTION):
        return 0.0
    return _LENT * _sum(weights, held[number - 1] - held[number])


def _closest(
    query: str, texts: Sequence[str], shares: list[float], likely: list[int], encoder: Encoder
) -> int:
    """Return the place of the sentence that does best by terms and embedding together."""
    vectors = encoder.encode([query, *(texts[number] for number in likely)])
    cosines = (vectors[1:] @ vectors[0]).tolist()
    scores = {
        number: (1 - DENSE_WEIGHT) * shares[number] + DENSE_WEIGHT * cosine
        for number, cosine in zip(likely, cosines, strict=True)
    }
    return max(likely, key=scores.__getitem__)


def _sum(weights: dict[str, float], terms: Set[str]) -> float:
    return sum(weights[term] for term in terms)
