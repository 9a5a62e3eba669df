"""Whether a near copy is a newer version: the same text, but for what changed since.

A copy stands for the other and hides it, a newer version must not be hidden.
"""

from __future__ import annotations

import calendar
from functools import cache
from itertools import product

from corpus.article import Article, Passage
from corpus.nlp.segment import Slice, split_sentences
from retrieval.disagreement.compare import Claim, differs
from retrieval.results import Hit
from retrieval.tokens import collect_terms, tokenize

_ALIKE = 0.5
"""Least share of the shorter sentence's terms, figures apart, that both must hold: it is one
sentence, which changed."""


def is_newer_version(one: Hit, other: Hit) -> bool:
    """Whether two near copies of different days give another figure, day or state somewhere."""
    if not one.article.published or not other.article.published:
        return False
    if one.article.published.date() == other.article.published.date():
        return False
    first, second = (_list_sentences(hit.article, hit.passage) for hit in (one, other))
    changed = (
        [first[text] for text in first.keys() - second.keys()],
        [second[text] for text in second.keys() - first.keys()],
    )
    return any(_are_alike(a, b) and differs(a, b) for a, b in product(*changed))


def has_changed(one: tuple[Article, Slice], other: tuple[Article, Slice]) -> bool:
    """Whether two stretches of different days are in nearly the same words, with another value."""
    if not one[0].published or not other[0].published:
        return False
    claims = Claim(*one), Claim(*other)
    return _are_alike(*claims) and differs(*claims)


def _list_sentences(article: Article, passage: Passage) -> dict[str, Claim]:
    return {
        passage.text[start:end]: Claim(article, (passage.start + start, passage.start + end))
        for start, end in split_sentences(passage.text, language=article.language)
    }


def _are_alike(one: Claim, other: Claim) -> bool:
    terms = [_collect(claim.text) for claim in (one, other)]
    return len(terms[0] & terms[1]) >= _ALIKE * max(1, min(map(len, terms)))


def _collect(text: str) -> set[str]:
    """Collect the terms of a sentence but for figures and months, which may have changed."""
    return {term for term in collect_terms(text) - _months() if not term[0].isdigit()}


@cache
def _months() -> frozenset[str]:
    return frozenset(tokenize(" ".join(calendar.month_name)))
