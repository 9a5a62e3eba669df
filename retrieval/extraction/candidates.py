"""Where it is not sure that the first hit answers: what else may, by its likeliest sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpus.nlp.segment import Slice, count_words
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.reading.windows import weigh_hit
from retrieval.results import Hit, Result, Verdict

_MOST = 2
"""Hits that are shown beside the first. Of our messages over the sample that are answered unsurely,
the right sentence is the first hit's in 59 of 100, one of two hits' in 68, of three in 70; from
there on hardly more."""
_BEHIND = 0.5
"""Most that a hit may weigh less than the first: those further behind are hardly ever right."""
_MOST_MARKED = 80
"""Words that are marked on one screen at most: who has to read more might as well turn pages."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A hit that may answer as well as the first.

    Attributes:
        number: Of the hit, from 0.
        hit: The hit.
        marked: The stretch of its article's body that would answer.
    """

    number: int
    hit: Hit
    marked: Slice


def choose_candidates(
    result: Result, first: Excerpt, excerpt: Callable[[Hit], Excerpt]
) -> tuple[Candidate, ...]:
    """Choose the hits to show beside the first; only those that were read come into question.

    Args:
        result: With at least one hit.
        first: What is marked of the first.
        excerpt: Chooses what to mark of another that was read.

    Returns:
        Likeliest first; none where the first hit surely answers.
    """
    hits = result.hits
    if result.verdict is not Verdict.CLOSEST or hits[0].window is None:
        return ()
    least = weigh_hit(hits[0]) - _BEHIND
    seen = {hits[0].article.body[slice(*first.marked)]}
    left = _MOST_MARKED - sum(map(count_words, seen))
    chosen: list[Candidate] = []
    for number, hit in enumerate(hits[1:], 1):
        if len(chosen) == _MOST or hit.window is None or weigh_hit(hit) < least:
            break
        marked = excerpt(hit).marked
        text = hit.article.body[slice(*marked)]
        if text not in seen and count_words(text) <= left:
            seen.add(text)
            left -= count_words(text)
            chosen.append(Candidate(number, hit, marked))
    return tuple(chosen)
