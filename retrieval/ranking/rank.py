"""Rank every passage for a question that was understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

import numpy as np

from retrieval.index.searchable import Searchable
from retrieval.index.snapshot import Index
from retrieval.index.wanted import FIRST_NAMED, Limits, Wanted
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
        index: The index, or of one in an engine what had to be seen of it. Where it was not seen,
            a passage is not among the best.
        rows: The best passages' places there, best first.
        aspects: What each of them was ranked for: the whole question, or that one of a
            comparison's aspects that ranks it highest.
        scores: Fused score of every passage, with boosts, shape (n,).
        dense: Cosine of every passage, shape (n,).
    """

    index: Index
    rows: list[int]
    aspects: dict[int, Aspect]
    scores: Scores
    dense: Scores

    @property
    def keys(self) -> list[int]:
        """The best passages' keys in the store, best first."""
        return [int(self.index.keys[row]) for row in self.rows]


def rank(  # noqa: PLR0913 - one parameter a thing that moves a passage
    question: Question,
    index: Searchable,
    encoder: Encoder,
    count: int,
    *,
    taste: PublisherPreference = ANY,
    at_hand: Sequence[int] = (),
    among: Sequence[Limits] = (),
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
        at_hand: Keys of the passages of what was talked about before: an answer to a follow-up
            stands there more often than not. That of the last answer says no more than those
            before it, since an answer may have strayed from the story.
        among: Parts of the index of which the best have to be seen too, whatever else is better.
    """
    aspects = (question.whole, *question.aspects)
    texts = list(dict.fromkeys(aspect.text for aspect in aspects))
    texts += [question.own] if question.own and question.own not in texts else []
    parts = {
        text: Wanted(tuple(tokenize_query([text])), vector)
        for text, vector in zip(texts, encoder.encode(texts), strict=True)
    }
    if (parted := part_numbered_names(question.whole.text)) != question.whole.text:
        parts.setdefault(parted, Wanted((), encoder.encode([parted])[0]))
    seen = index.gather(_wanted(question, parts, taste, among), at_hand)
    scores, dense = _score(question, seen, parts)
    if len(at_hand):
        scores = scores + _AT_HAND * np.isin(seen.keys, at_hand)
    liking = taste.weights(seen.facets)
    if not question.aspects:
        scores = scores * liking
        rows = take_best(scores, count)
        return Ranking(seen, rows, dict.fromkeys(rows, question.whole), scores, dense)
    rankings = {
        aspect: take_best(_aspect_scores(aspect, seen, parts[aspect.text], scores) * liking, count)
        for aspect in question.aspects
    }
    scores = scores * liking
    order = sorted(filter(rankings.get, rankings), key=lambda aspect: -scores[rankings[aspect][0]])
    rankings = {aspect: rankings[aspect] for aspect in order}
    rows = interleave(rankings.values(), count)
    return Ranking(seen, rows, _owners(rankings), scores, dense)


def _wanted(
    question: Question,
    parts: Mapping[str, Wanted],
    taste: PublisherPreference,
    among: Sequence[Limits],
) -> Iterator[Wanted]:
    """Yield what has to be seen: the best of all, and of each part that gets a boost."""
    yield from parts.values()
    whole = parts[question.whole.text]
    for aspect in (question.whole, *question.aspects):
        if aspect.publishers:
            yield _among(parts[aspect.text], Limits(publishers=frozenset(aspect.publishers)))
        for period in aspect.periods:
            yield _among(parts[aspect.text], Limits(period=period))
    if taste.preferred:
        yield _among(whole, Limits(publishers=taste.preferred))
    if taste.left_out:
        yield from (replace(part, limits=Limits(without=taste.left_out)) for part in parts.values())
    for limits in among:
        yield replace(whole, limits=replace(limits, without=taste.left_out))


def _among(part: Wanted, limits: Limits) -> Wanted:
    return replace(part, count=FIRST_NAMED, limits=limits)


def _score(question: Question, index: Index, parts: Mapping[str, Wanted]) -> tuple[Scores, Scores]:
    """Score every passage for the whole question, with boosts; its cosine comes beside it."""
    whole = parts[question.whole.text]
    dense = _compare(index, whole)
    if (parted := part_numbered_names(question.whole.text)) != question.whole.text:
        dense = np.maximum(dense, _compare(index, parts[parted]))
    fused = fuse(index.bm25.get_scores(whole.terms), dense)
    if question.own:
        fused = (1 - _OWN) * fused + _OWN * _fuse(index, parts[question.own])
    scores = fused * (1 + _LEAD * index.facets.leads) + _boosts(
        question.whole, index, publisher=_PUBLISHER
    )
    if question.newest:
        scores = scores + _NEWEST * index.facets.recency(_HALF_LIFE_DAYS) * (fused > 0)
    return scores, dense


def _owners(rankings: dict[Aspect, list[int]]) -> dict[int, Aspect]:
    """Say which aspect ranks each place highest; on a tie it is the earlier one's."""
    owners: dict[int, Aspect] = {}
    for turn in zip_longest(*rankings.values()):
        for aspect, row in zip(rankings, turn, strict=True):
            if row is not None:
                owners.setdefault(row, aspect)
    return owners


def _aspect_scores(aspect: Aspect, index: Index, part: Wanted, whole: Scores) -> Scores:
    boosts = _boosts(aspect, index, publisher=_ASPECT_PUBLISHER)
    return _WHOLE * whole + (1 - _WHOLE) * _fuse(index, part) + boosts


def _fuse(index: Index, part: Wanted) -> Scores:
    return fuse(index.bm25.get_scores(part.terms), _compare(index, part))


def _compare(index: Index, part: Wanted) -> Scores:
    """Return every passage's cosine."""
    assert part.vector is not None  # noqa: S101 - every part was embedded
    return index.vectors @ part.vector


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
