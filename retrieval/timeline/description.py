"""Which article a reader describes in other words than its headline's: "the bird count article"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from corpus.article import Article
from corpus.nlp.segment import split_sentences
from retrieval.context import SearchContext
from retrieval.period import drop_periods, find_periods
from retrieval.query.question import understand
from retrieval.query.wish_words import drop_wish_terms
from retrieval.ranking.answerability import Evidence, estimate_confidence
from retrieval.ranking.rank import Ranking, rank
from retrieval.tokens import collect_terms, tokenize, tokenize_query

_PASSAGES = 60
"""Passages whose articles are looked at."""
_HELD, _HEADED = 0.3, 0.3
"""What it is worth that the article, and that its headline, holds all the terms; in units of the
best passage's fused score, which is about 1."""
_SURE = 0.5
"""Least confidence that the best passage is about the description."""
_HOLDS = 0.4
"""Least share of the description that the article holds, by rarity."""
_APART = 0.05
"""Least lead over the second by which one article alone is meant."""
_MOST_ROWS = 60
"""Passages with a topic's words from which on no one article tells most of it."""
_MOSTLY, _COMES_BACK = 0.6, 3
"""Least share of those passages, and least sentences with its words, of the one that does."""


@dataclass(frozen=True, slots=True)
class Described:
    """An article that a description may mean.

    Attributes:
        article: The article.
        score: How well it fits; comparable within one description only.
        sure: Confidence that it is about the description at all, in [0, 1].
        held: Share of the description's terms that it holds, by rarity, in [0, 1].
    """

    article: Article
    score: float
    sure: float
    held: float

    @property
    def fits(self) -> bool:
        """Whether it is about the description, and not only the best of a bad lot."""
        return self.sure >= _SURE and self.held >= _HOLDS


def find_described(text: str, context: SearchContext, *, today: date) -> tuple[Described, ...]:
    """Rate articles by how well a description fits them as a whole, best first.

    A passage that answers, an article that holds the words, a headline that does: none of them
    alone tells, since a description takes its words from anywhere in the article, and some from
    nowhere.

    Args:
        text: What the reader remembers: "the woman who lost her leg". Publishers and times that
            it names count as in a search.
        context: Where to look.
        today: The day from which "yesterday" counts.
    """
    terms = _terms(text, context, today)
    if not terms or not len(context.index):
        return ()
    question = understand(text, publishers=context.publishers, today=today)
    ranking = rank(question, context.index, context.encoder, _PASSAGES, taste=context.taste)
    found = context.store.passages(ranking.keys)
    rows: dict[Article, list[int]] = {}
    for key, row in zip(ranking.keys, ranking.rows, strict=True):
        if located := found.get(key):
            rows.setdefault(located[0], []).append(row)
    limits = find_periods(text, today=today)
    rated = [
        _rated(article, own, terms, ranking, context)
        for article, own in rows.items()
        if not limits or any(map(bool, ranking.index.facets.published_in(limits[0])[own]))
    ]
    return tuple(sorted(rated, key=lambda one: -one.score))


def choose_described(rated: Sequence[Described]) -> Article | None:
    """Return the one article that a description means; None where none fits, or several do."""
    if not rated or not rated[0].fits:
        return None
    second = rated[1].score if len(rated) > 1 else 0.0
    return rated[0].article if rated[0].score - second >= _APART else None


def tells_most(topic: str, article: Article, context: SearchContext) -> bool:
    """Whether an article says most of what is said of a topic, and comes back to it.

    So the only one on somebody does; the one that is most about a place does not.
    """
    terms = drop_wish_terms(tokenize_query([topic]))
    keys = context.index.find_holding(terms, _MOST_ROWS)
    if not keys or len(keys) > _MOST_ROWS:
        return False
    found = context.store.passages(keys)
    own = sum(one.id == article.id for one, _ in found.values())
    pieces = split_sentences(article.body, language=article.language)
    said = sum(not set(terms).isdisjoint(tokenize(article.body[slice(*one)])) for one in pieces)
    return own >= _MOSTLY * len(found) and said >= _COMES_BACK


def _terms(text: str, context: SearchContext, today: date) -> list[str]:
    """The terms that describe: none of the wish, of a publisher's name or of the time."""
    names = {name for some in context.publishers.named_in(text) for name in some}
    known = tokenize_query(names)
    bare = tokenize_query([drop_periods(text, today=today)])
    return drop_wish_terms([term for term in bare if term not in known])


def _rated(
    article: Article,
    rows: Sequence[int],
    terms: Sequence[str],
    ranking: Ranking,
    context: SearchContext,
) -> Described:
    weights = {term: context.index.rarity(term) for term in terms}
    total = sum(weights.values()) or 1.0
    headed = sum(weights[term] for term in weights.keys() & collect_terms(article.headline))
    printed = collect_terms(article.headline) | collect_terms(article.body)
    held = sum(weights[term] for term in weights.keys() & printed) / total
    best = max(float(ranking.scores[row]) for row in rows)
    cosine = max(float(ranking.dense[row]) for row in rows)
    return Described(
        article=article,
        score=best + _HELD * held + _HEADED * headed / total,
        sure=estimate_confidence(Evidence(cosine, held, held)),
        held=held,
    )
