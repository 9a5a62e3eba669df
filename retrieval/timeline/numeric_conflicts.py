"""Figures as two publishers print them: where they differ for one thing.

Tested with whole stories in `tests/retrieval/timeline/test_build.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from corpus.article import Article
from corpus.nlp.segment import Slice, split_sentences
from retrieval.extraction.self_contained import is_leaning
from retrieval.timeline.timeline import Entry
from retrieval.tokens import tokenize

_APART = timedelta(days=3)
"""Printed longer apart, the later figure is news and no disagreement."""
_ALIKE = 0.7
"""Least share of the shorter sentence's terms, figures apart, that both must hold."""
_TERMS = 5
"""Least number of them."""
_SCALE = r"(?:hundred|thousand|million|billion|trillion|mn|bn|m|bn|k)"
_FIGURE = re.compile(
    rf"""(?P<before>\b(?:more|less|fewer)\ than\ |\b(?:over|under|about|around|some|nearly|almost
        |roughly|up\ to|at\ (?:least|most)|approximately|above|below|some|between|from)\ )?
    (?P<sign>[$€£¥])?(?P<value>\d+(?:[.,]\d+)*)(?:\s?(?P<scale>{_SCALE})\b)?
    \s?(?P<unit>%|(?:per\ cent|percent)\b|[^\W\d_]+)?""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class _Stated:
    """A sentence with figures.

    Attributes:
        article: Where it stands.
        piece: Where in it.
        terms: Of its other words.
        figures: By what is counted, each once in the sentence and without "about" or "over".
    """

    article: Article
    piece: Slice
    terms: frozenset[str]
    figures: dict[tuple[str, str], str]


def find_conflicts(articles: Sequence[Article]) -> Iterator[tuple[Entry, Entry]]:
    """Yield pairs of sentences that say nearly the same, but for a figure.

    They are of two publishers and printed within days; who printed first comes first.

    Args:
        articles: Of one event.
    """
    stated = [one for article in articles if article.published for one in _stated(article)]
    stated.sort(key=lambda one: (one.article.published, one.article.id))
    for first, second in combinations(stated, 2):
        if (
            _of_one_time(first.article, second.article)
            and _differ(first, second)
            and not any(is_leaning(one.article.body[slice(*one.piece)]) for one in (first, second))
        ):
            yield Entry(first.article, first.piece), Entry(second.article, second.piece)


def _stated(article: Article) -> Iterator[_Stated]:
    for start, end in split_sentences(article.body, language=article.language):
        text = article.body[start:end]
        figures = _figures(text)
        if figures:
            terms = frozenset(term for term in tokenize(text) if not term[0].isdigit())
            yield _Stated(article, (start, end), terms, figures)


def _figures(text: str) -> dict[tuple[str, str], str]:
    found = [
        ((_unit(one), (one["scale"] or "").casefold()), one["value"], bool(one["before"]))
        for one in _FIGURE.finditer(text)
        if one["unit"] or one["sign"]
    ]
    times = Counter(unit for unit, _, _ in found)
    return {unit: value for unit, value, vague in found if times[unit] == 1 and not vague}


def _unit(found: re.Match[str]) -> str:
    counted = " ".join(tokenize(found["unit"] or ""))
    return (found["sign"] or "") + ("%" if found["unit"] == "%" else counted)


def _of_one_time(one: Article, other: Article) -> bool:
    assert one.published is not None  # noqa: S101 - articles without date were left out
    assert other.published is not None  # noqa: S101
    return one.publisher != other.publisher and other.published - one.published <= _APART


def _differ(one: _Stated, other: _Stated) -> bool:
    shared, fewer = one.terms & other.terms, min(len(one.terms), len(other.terms))
    if len(shared) < _TERMS or len(shared) < _ALIKE * fewer:
        return False
    both = one.figures.keys() & other.figures.keys()
    return any(unit[0] and one.figures[unit] != other.figures[unit] for unit in both)
