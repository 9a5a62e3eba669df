"""Which articles tell of one event: those about a topic, and like one another.

Tested with whole stories in `tests/retrieval/timeline/test_build.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from statistics import mean, median

import numpy as np
from numpy.typing import NDArray

from corpus.article import Article
from corpus.nlp.segment import split_sentences
from retrieval.context import SearchContext
from retrieval.index.searchable import Searchable
from retrieval.index.snapshot import Index
from retrieval.index.wanted import Limits
from retrieval.period import Period
from retrieval.query.question import understand
from retrieval.query.wish_words import drop_wish_terms
from retrieval.ranking.answerability import Evidence, estimate_confidence
from retrieval.ranking.fusion import Scores, take_best
from retrieval.ranking.rank import Ranking, rank
from retrieval.timeline.description import find_described
from retrieval.tokens import collect_terms, tokenize_query

_OPENINGS = 80
"""Opening passages that are looked at."""
_LEAD_SENTENCES = 2
_ABOUT = 0.75
"""Least share of the topic that headline and first sentences hold; less may be a mention."""
_SURE, _ALIKE = 0.5, 0.45
"""Least confidence in such an article, and least mean cosine of its opening to the event's."""
_FAIRLY_SURE, _NEAR = 0.1, 0.6
"""The same where its opening is nearer to the event's."""
_VERY_SURE, _NEAREST = 0.9, 0.7
"""The same, but for the cosine to the nearest, of one that says the topic in other words."""
_DESCRIBED, _AS_WELL = 6, 0.25
"""Most articles that are taken for a topic which no opening holds, and how far behind the best."""
_MENTION = 1 / 3
"""Share of what is usual of how often an article says the topic, below which it is a mention."""
_GAP_DAYS = 200
"""Days without an article from which on what comes next is another event."""
_FRAME = re.compile(
    r"(?<![\w-])(?:articles?|stor(?:y|ies)|reports?|pieces?|items?|news|headlines?|coverage|latest|newest"
    r"|updates?|developments?|happen(?:s|ed|ing)?|became|summary|timeline)(?![\w-])",
    re.IGNORECASE,
)
_UNKNOWN = 0.34
"""Largest share of a topic's terms that may stand nowhere in the archive."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Telling:
    """An article whose opening may be about the topic.

    Attributes:
        article: The article.
        row: Its opening passage's place in the index.
        sure: Confidence that the opening is about the topic, in [0, 1].
        about: Share of the topic that headline and first sentences hold, in [0, 1].
    """

    article: Article
    row: int
    sure: float
    about: float


@dataclass(frozen=True, slots=True)
class Sought:
    """What a story is asked about.

    Attributes:
        topic: Without what it says of the time.
        periods: Articles of other times are left out, if there are any.
        since: So are those of earlier days.
    """

    topic: str
    periods: tuple[Period, ...] = ()
    since: Period | None = None

    @property
    def limits(self) -> tuple[Period, ...]:
        """All that limits the articles."""
        return self.periods if self.since is None else (*self.periods, self.since)


def find_event(sought: Sought, context: SearchContext) -> list[Article]:
    """Find the articles that tell of the event that a topic means.

    An article is about a topic when its headline and first sentences are. Of several events the
    topic fits, such as two ships of one name, it is the one whose article fits best.

    Returns:
        The newest first, those without date last; empty where no article is about the topic.
    """
    terms = _known(drop_wish_terms(tokenize_query([drop_frame(sought.topic)])), context.index)
    if not terms or not len(context.index):
        return []
    alike = _alike(*_tellings(sought, terms, context))
    found = [telling.article for telling in alike] or _in_other_words(sought, context)
    return sort_newest_first(_without_mentions(found, terms, context.index))


def _in_other_words(sought: Sought, context: SearchContext) -> list[Article]:
    """Find the articles that a topic describes where no opening holds it: "the speaker race"."""
    if sought.limits:
        return []
    rated = find_described(drop_frame(sought.topic), context, today=datetime.now(UTC).date())
    best = rated[0].score if rated else 0.0
    return [
        one.article
        for one in rated[:_DESCRIBED]
        if one.sure >= _VERY_SURE and one.held >= _ABOUT and one.score >= best - _AS_WELL
    ]


def _without_mentions(
    articles: Sequence[Article], terms: Sequence[str], index: Searchable
) -> list[Article]:
    """Leave out the articles that only touch on the topic, so that no list of news leads a story.

    Those whose headlines hold it tell how often an article about it comes back to it.
    """
    weights = {term: index.rarity(term) for term in terms}
    headed = {one for one in articles if _share(one.headline, weights) >= _ABOUT}
    if not headed:
        return list(articles)
    often = {one: _often(one, weights) for one in articles}
    least = _MENTION * median(often[one] for one in headed)
    return [one for one in articles if one in headed or often[one] >= least]


def _often(article: Article, weights: Mapping[str, float]) -> float:
    """How much of the topic an article's sentences hold on average, in [0, 1]."""
    pieces = split_sentences(article.body, language=article.language)
    return mean(_share(article.body[start:end], weights) for start, end in pieces)


def _share(text: str, weights: Mapping[str, float]) -> float:
    held = weights.keys() & collect_terms(text)
    return sum(weights[term] for term in held) / sum(weights.values())


def _known(terms: list[str], index: Searchable) -> list[str]:
    """Drop the terms that no article holds, where they are the fewer: "the flood memo scandal".

    Where they are many, the topic is something else than what is left of it.
    """
    known = [term for term in terms if index.count_holding(term)]
    return known if len(terms) - len(known) <= _UNKNOWN * len(terms) else terms


def drop_frame(text: str) -> str:
    """Take the words for stories out of what a reader calls one, unless nothing else is left.

    Example:
        >>> drop_frame("the latest news about the tram"), drop_frame("the story")
        ('the about the tram', 'the story')
    """
    bare = " ".join(_FRAME.sub(" ", text).split())
    return bare if tokenize_query([bare]) else text


def sort_newest_first(articles: Iterable[Article]) -> list[Article]:
    """Sort articles by date, those without last; ties by id."""
    return sorted(articles, key=get_sort_key, reverse=True)


def get_sort_key(article: Article) -> tuple[datetime, str]:
    """Return what articles are sorted by to be in the order of their dates."""
    return article.published or _EARLIEST, article.id


def _tellings(
    sought: Sought, terms: Sequence[str], context: SearchContext
) -> tuple[list[_Telling], Index]:
    """Rate the openings that do best on the topic, best first, and say where their places are."""
    today = datetime.now(UTC).date()  # the topic says nothing of the time
    question = understand(drop_frame(sought.topic), publishers=context.publishers, today=today)
    parts = [Limits(period=period) for period in sought.limits] or [Limits()]
    openings = [replace(part, leads=True) for part in parts]
    among = [*(parts if sought.limits else ()), *openings]
    ranking = rank(question, context.index, context.encoder, 1, taste=context.taste, among=among)
    index = ranking.index
    rows = _openings(np.where(_within(sought, index), ranking.scores, 0.0), index)
    keys = {int(index.keys[row]): row for row in rows}
    found = context.store.passages(list(keys))
    return [
        _Telling(
            article,
            row,
            _sureness(ranking, index, terms, row),
            _aboutness(article, passage.text, terms, index),
        )
        for key, row in keys.items()
        if key in found
        for article, passage in [found[key]]
        if not article.body[: passage.start].strip()
    ], index


def _within(sought: Sought, index: Index) -> NDArray[np.bool_]:
    """Say which passages are of the times that limit the articles."""
    mask = np.ones(len(index), np.bool_)
    if sought.periods:
        mask = np.any([index.facets.published_in(period) for period in sought.periods], axis=0)
    return mask & index.facets.published_in(sought.since) if sought.since else mask


def _openings(scores: Scores, index: Index) -> list[int]:
    """Return the best places, enough of them openings.

    The index knows only the openings of articles that go on; a short article's only passage is
    among the best of all if it is any good.
    """
    leads = take_best(np.where(index.facets.leads, scores, 0.0), _OPENINGS)
    return sorted({*leads, *take_best(scores, _OPENINGS)}, key=lambda row: -scores[row])


def _sureness(ranking: Ranking, index: Index, terms: Sequence[str], row: int) -> float:
    covered = index.covered(terms, row)
    return estimate_confidence(Evidence(float(ranking.dense[row]), covered, covered))


def _aboutness(article: Article, opening: str, terms: Sequence[str], index: Index) -> float:
    pieces = split_sentences(opening, language=article.language)[:_LEAD_SENTENCES]
    weights = {term: index.rarity(term) for term in terms}
    return _share(f"{article.headline}\n{opening[: pieces[-1][1]]}", weights)


def _alike(tellings: Sequence[_Telling], index: Index) -> list[_Telling]:
    """Take the best article, then whichever is most like those taken, while any is."""
    first = next((row for row, one in enumerate(tellings) if _fits(one, _SURE)), None)
    if first is None:
        return []
    rows = [one.row for one in tellings]
    vectors, days = _vectors(index, rows), index.facets.days[rows]
    cosines = vectors @ vectors.T
    undated = days == 0
    together = (abs(days - days[:, None]) <= _GAP_DAYS) | undated | undated[:, None]
    taken, left = [first], {row for row in range(len(tellings)) if row != first}
    while near := [row for row in left if together[taken, row].any()]:
        means = cosines[:, taken].mean(axis=1)
        nearest = max(near, key=lambda row: means[row])
        left.remove(nearest)
        if _fits(tellings[nearest], _SURE, means[nearest]):
            taken.append(nearest)
    highest = cosines[:, taken].max(axis=1)
    others = {
        row
        for row, one in enumerate(tellings)
        if together[taken, row].any()
        and (
            (highest[row] >= _NEAR and _fits(one, _FAIRLY_SURE))
            or (highest[row] >= _NEAREST and one.sure >= _VERY_SURE)
        )
    }
    return [tellings[row] for row in sorted(others.union(taken))]


def _fits(one: _Telling, sure: float, alike: float = 1.0) -> bool:
    """Whether an article is about the topic by its own words."""
    return one.sure >= sure and one.about >= _ABOUT and alike >= _ALIKE


def _vectors(index: Index, rows: Sequence[int]) -> NDArray[np.float32]:
    starts = np.cumsum([0, *map(len, index.vectors.pieces)])
    pieces = np.searchsorted(starts, rows, side="right") - 1
    return np.stack(
        [
            index.vectors.pieces[piece][row - starts[piece]]
            for piece, row in zip(pieces.tolist(), rows, strict=True)
        ]
    )
