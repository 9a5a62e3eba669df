"""Rank every passage for a question that was understood."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from retrieval.index.snapshot import Index
from retrieval.period import Period
from retrieval.query.question import Aspect, Question, part_numbered_names
from retrieval.ranking.fusion import Scores, fuse, interleave, take_best
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.results import Encoder
from retrieval.tokens import tokenize_query

# What a passage gains, in units of the best fused score, which is at most 1. They are boosts and
# no filters: where the named publisher wrote nothing of the kind, others still come up.
_PUBLISHER = 0.15
_PERIODS = {1: 0.2, 31: 0.1, 366: 0.05}  # by the period's length in days, at most
_ASPECT_PUBLISHER = 0.55
_AT_HAND = 0.4
_NEWEST = 0.05
_HALF_LIFE_DAYS = 30.0
_LEAD = 0.1
"""Share of its score that an article's opening passage gains: news says first what matters most."""
_OWN = 0.5
"""Share of a follow-up's own words in its score, the rest being that of all its words: what it
took over finds the articles, and the words of its own the place in them."""
_WHOLE = 0.4
"""Share of the whole question in the score for one of its aspects."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """How the passages do on one question.

    Attributes:
        rows: The best passages' places in the index, best first.
        aspects: What each of them was ranked for: the whole question, or that one of a
            comparison's aspects that ranks it highest.
        scores: Fused score of every passage, with boosts, shape (n,).
        dense: Cosine of every passage, shape (n,).
    """

    rows: list[int]
    aspects: dict[int, Aspect]
    scores: Scores
    dense: Scores


def rank(  # noqa: PLR0913 - one parameter a thing that moves a passage
    question: Question,
    index: Index,
    encoder: Encoder,
    count: int,
    *,
    taste: PublisherPreference = ANY,
    at_hand: Scores | None = None,
) -> Ranking:
    """Rank the passages of an index.

    A question with several aspects gets a ranking for each; they are interleaved, beginning with
    the one whose first passage does best on the whole question.

    Args:
        question: What is asked.
        index: What to search; at least one passage.
        encoder: Embeds the question.
        count: Most places to return.
        taste: Whose passages score more, and whose score nothing.
        at_hand: How much each passage belongs to what was talked about before, in [0, 1], shape
            (n,); None where nothing was.
    """
    aspects = (question.whole, *question.aspects)
    texts = list(dict.fromkeys(aspect.text for aspect in aspects))
    texts += [question.own] if question.own and question.own not in texts else []
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    dense = index.vectors @ vectors[question.whole.text]
    if (parted := part_numbered_names(question.whole.text)) != question.whole.text:
        dense = np.maximum(dense, index.vectors @ encoder.encode([parted])[0])
    fused = fuse(index.bm25.get_scores(tokenize_query([question.whole.text])), dense)
    if question.own:
        lexical = index.bm25.get_scores(tokenize_query([question.own]))
        fused = (1 - _OWN) * fused + _OWN * fuse(lexical, index.vectors @ vectors[question.own])
    scores = fused * (1 + _LEAD * index.facets.leads) + _boosts(
        question.whole, index, publisher=_PUBLISHER
    )
    if question.newest:
        scores = scores + _NEWEST * index.facets.recency(_HALF_LIFE_DAYS) * (fused > 0)
    if at_hand is not None:
        scores = scores + _AT_HAND * at_hand
    liking = taste.weights(index.facets)
    if not question.aspects:
        scores = scores * liking
        rows = take_best(scores, count)
        return Ranking(rows, dict.fromkeys(rows, question.whole), scores, dense)
    rankings = {
        aspect: take_best(
            _aspect_scores(aspect, index, vectors[aspect.text], scores) * liking, count
        )
        for aspect in question.aspects
    }
    scores = scores * liking
    order = sorted(filter(rankings.get, rankings), key=lambda aspect: -scores[rankings[aspect][0]])
    rankings = {aspect: rankings[aspect] for aspect in order}
    rows = interleave(rankings.values(), count)
    return Ranking(rows, _owners(rankings), scores, dense)


def _owners(rankings: dict[Aspect, list[int]]) -> dict[int, Aspect]:
    """Say which aspect ranks each place highest; on a tie it is the earlier one's."""
    owners: dict[int, Aspect] = {}
    for turn in zip_longest(*rankings.values()):
        for aspect, row in zip(rankings, turn, strict=True):
            if row is not None:
                owners.setdefault(row, aspect)
    return owners


def _aspect_scores(aspect: Aspect, index: Index, vector: Scores, whole: Scores) -> Scores:
    lexical = index.bm25.get_scores(tokenize_query([aspect.text]))
    fused = fuse(lexical, index.vectors @ vector)
    boosts = _boosts(aspect, index, publisher=_ASPECT_PUBLISHER)
    return _WHOLE * whole + (1 - _WHOLE) * fused + boosts


def _boosts(aspect: Aspect, index: Index, *, publisher: float) -> Scores:
    boosts = np.zeros(len(index))
    if aspect.publishers:
        boosts += publisher * index.facets.published_by(aspect.publishers)
    for period in aspect.periods:
        boosts += _boost(period) * index.facets.published_in(period)
    return boosts


def _boost(period: Period) -> float:
    """The less time a period leaves, the more it says."""
    return next((boost for days, boost in _PERIODS.items() if period.days <= days), 0.0)
