"""Which article a reader means by a name: "the tram story"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from datetime import date

from corpus.address import canonicalize
from corpus.article import Article
from retrieval.context import SearchContext
from retrieval.index.wanted import Limits, Wanted
from retrieval.period import Period, drop_periods, find_periods
from retrieval.ranking.fusion import take_best
from retrieval.ranking.near_duplicates import is_copy, make_shingles
from retrieval.timeline.clustering import drop_frame, get_sort_key
from retrieval.tokens import collect_terms, tokenize_query

_MOST = 8
_PASSAGES = 300
"""Passages whose headlines are looked at."""
_NEARLY = 0.75
"""Least share of a name that a headline must hold."""
_OPENING = 600
"""Letters by which copies of one text are told."""
_WORD = re.compile(r"\w+")


def find_named_articles(text: str, context: SearchContext, *, today: date) -> tuple[Article, ...]:
    """Find the articles that a reader means.

    Args:
        text: An id, an address, a headline, or what the reader remembers of one: "the tram story".
            A publisher or a time that it names limits the articles, where any is left.
        context: Where to look.
        today: The day from which "yesterday" counts.

    Returns:
        The article with that id or address, whoever published it; else those with just that
        headline; else those whose headlines hold nearly all the terms, best first, near copies
        once, at most eight; empty where none does.
    """
    if given := _given(text.strip(), context):
        return (given,)
    found = _scoped(text, context, today) or _headed(tokenize_query([drop_frame(text)]), context)
    same = [article for article in found if _plain(article.headline) == _plain(text)]
    return tuple(_once(same or found))


def _given(text: str, context: SearchContext) -> Article | None:
    """Return the article with an id or address."""
    if found := context.store.get(text):
        return found
    try:
        return context.store.get(canonicalize(text))
    except ValueError:
        return None


def _scoped(text: str, context: SearchContext, today: date) -> list[Article]:
    """Find what is meant among the articles of the publishers and times that a text names."""
    times = find_periods(text, today=today)
    names = {name for some in context.publishers.named_in(text) for name in some}
    if not times and not names:
        return []
    known = tokenize_query(names)
    bare = tokenize_query([drop_frame(drop_periods(text, today=today))])
    terms = [term for term in bare if term not in known]
    return [
        article
        for article in _headed(terms, context)
        if (not names or article.publisher in names)
        and (not times or any(_printed_in(article, period) for period in times))
    ]


def _headed(terms: Sequence[str], context: SearchContext) -> list[Article]:
    """Find the articles whose headlines hold nearly all the terms, best first.

    Of two that hold as much the one whose headline says less besides comes first, then that of a
    preferred publisher, then the newer.
    """
    weights = {term: context.index.rarity(term) for term in terms}
    least = _NEARLY * sum(weights.values())
    rated = [
        (_held(held, weights), len(weights.keys() & held) / len(held), article)
        for article in _candidates(terms, context)
        if (held := collect_terms(article.headline))
    ]
    fitting = [one for one in rated if one[0] >= least]
    fitting.sort(key=lambda one: get_sort_key(one[2]), reverse=True)
    prefers = context.taste.prefers
    fitting.sort(key=lambda one: (-round(one[0], 6), -one[1], not prefers(one[2])))
    return [article for _, _, article in fitting]


def _held(held: Set[str], weights: dict[str, float]) -> float:
    return sum(weights[term] for term in weights.keys() & held)


def _candidates(terms: Sequence[str], context: SearchContext) -> list[Article]:
    """Return the articles whose passages, below their headlines, hold the terms best."""
    if not terms or not len(context.index):
        return []
    allowed = Limits(without=context.taste.left_out)
    index = context.index.gather([Wanted(tuple(terms), count=_PASSAGES, limits=allowed)])
    scores = index.bm25.get_scores(terms) * context.taste.weights(index.facets)
    rows = take_best(scores, _PASSAGES)
    hits = context.store.passages([int(index.keys[row]) for row in rows])
    found = dict.fromkeys(article for article, _ in hits.values())
    return list(filter(context.taste.allows, found))


def _once(articles: Iterable[Article]) -> list[Article]:
    """Keep the first of near copies, and no more than a reader can choose from."""
    kept: list[Article] = []
    prints: list[frozenset[tuple[str, ...]]] = []
    for article in articles:
        own = make_shingles(article.body[:_OPENING])
        if len(kept) < _MOST and not any(is_copy(own, other) for other in prints):
            kept.append(article)
            prints.append(own)
    return kept


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))


def _printed_in(article: Article, period: Period) -> bool:
    return article.published is not None and article.published.date() in period
