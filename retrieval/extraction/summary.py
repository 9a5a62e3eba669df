"""The sentences that sum up an article, chosen, never written."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.extraction.self_contained import find_supports
from retrieval.tokens import tokenize

SENTENCES = 3
"""How many sentences a summary has where nobody asks for more or fewer."""
WORDS = 100
"""Most words of a summary of no more than `SENTENCES` sentences."""
_TAU = 3.0
"""Sentences after which the worth of coming early has fallen to 1/e: news puts the news first."""
_SHORT = 10
"""Words that a sentence may have before it has to earn its length."""
_LONG = 0.02
"""What each further word costs, in units of the worth of being first."""
_TELLING, _THEME, _BARE = 8, 5, 0.25
"""A sentence of fewer words than the first, with no term that its article has as often as the
second, carries no news; each missing word costs the third. Being short must earn nothing by
itself, or "What a night it was." outdoes the sentence that tells what happened."""
_SPOKEN = 0.3
"""What it costs to open with a quotation, in the same units."""
_SAME = 2 / 3
"""Share of the shorter sentence's terms from which on two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What carries an article, in its own words.

    Attributes:
        article: The article.
        sentences: Whole sentences of its body, in its order; at least one.
    """

    article: Article
    sentences: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    terms: frozenset[str]
    words: int
    bare: bool
    worth: float


def summarize(
    article: Article, *, attributions: Sequence[Attribution] = (), count: int = SENTENCES
) -> Summary:
    """Choose the sentences that carry an article.

    The first that can be shown and tells something opens the summary. Of the others, one is worth
    more the earlier it comes, the more of the article's frequent terms it holds, and the less it
    runs on; one of a few words only is worth less. The best are taken one after another; one that
    repeats what was taken, as a caption does, is passed over.
    A sentence that leans on another (see `retrieval.extraction.self_contained`) is taken together
    with it or not at all.

    Args:
        article: With a body that is not blank.
        attributions: Who said what in it, so that no quotation comes without its speaker.
        count: Most sentences, at least 1. There are fewer where no more can be shown, or where a
            summary of no more than `SENTENCES` would have more than `WORDS` words.
    """
    pieces = split_sentences(article.body, language=article.language)
    units = [unit for unit in dict.fromkeys(find_supports(article, pieces, attributions)) if unit]
    rated = _rated(article, pieces, {number for unit in units for number in unit})
    most = WORDS if count <= SENTENCES else math.inf
    fitting = list(_fitting(units, rated, frozenset(), count=count, words=most))
    telling = [unit for unit in fitting if not all(rated[number].bare for number in unit)]
    chosen = min(telling or fitting, key=min, default=frozenset())
    while unit := _best(units, rated, chosen, count=count, words=most):
        chosen |= unit
    return Summary(article, tuple(pieces[number] for number in sorted(chosen or {0})))


def _rated(article: Article, pieces: Sequence[Slice], shown: set[int]) -> dict[int, _Sentence]:
    """Rate the sentences that can be shown."""
    texts = [article.body[start:end] for start, end in pieces]
    held = [Counter(tokenize(text)) for text in texts]
    whole = Counter(tokenize(article.headline))
    for counts in held:  # in place: sum() would copy the whole for every sentence
        whole.update(counts)
    size = _square(whole)
    return {
        number: _Sentence(
            texts[number],
            frozenset(held[number]),
            words := count_words(texts[number]),
            bare := words < _TELLING and all(whole[term] < _THEME for term in held[number]),
            math.exp(-rank / _TAU)
            + _cosine(held[number], whole, size)
            - _LONG * max(0, words - _SHORT)
            - _BARE * bare * (_TELLING - words)
            - _SPOKEN * (not texts[number][0].isalnum()),
        )
        for rank, number in enumerate(sorted(shown))
    }


def _best(
    units: Sequence[tuple[int, ...]],
    rated: Mapping[int, _Sentence],
    chosen: frozenset[int],
    *,
    count: int,
    words: float,
) -> frozenset[int]:
    """Return what to take next: one sentence with what it leans on; empty where nothing fits."""
    fitting = list(_fitting(units, rated, chosen, count=count, words=words))

    def worth(unit: frozenset[int]) -> float:
        return sum(rated[number].worth for number in unit) / len(unit)

    return max(fitting, key=worth, default=frozenset())


def _fitting(
    units: Sequence[tuple[int, ...]],
    rated: Mapping[int, _Sentence],
    chosen: frozenset[int],
    *,
    count: int,
    words: float,
) -> Iterator[frozenset[int]]:
    room = words - sum(rated[number].words for number in chosen)
    for unit in units:
        fresh = frozenset(unit) - chosen
        if not fresh or len(chosen) + len(fresh) > count:
            continue
        if sum(rated[number].words for number in fresh) > room:
            continue
        if not any(_same(rated[one], rated[other]) for one in fresh for other in chosen):
            yield fresh


def _same(one: _Sentence, other: _Sentence) -> bool:
    fewer = min(len(one.terms), len(other.terms))
    return len(one.terms & other.terms) >= _SAME * max(1, fewer)


def _cosine(some: Counter[str], whole: Counter[str], size: int) -> float:
    if not some:
        return 0.0
    product = sum(count * whole[term] for term, count in some.items())
    return product / math.sqrt(_square(some) * size)


def _square(counts: Counter[str]) -> int:
    return sum(count * count for count in counts.values())
