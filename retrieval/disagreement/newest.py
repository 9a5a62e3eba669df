"""Which of the articles that answer counts: of two that say otherwise of one thing, the newer.

What only the newer article decides is told by `retrieval.disagreement.compare`; here it comes first
where the model that reads found it as good an answer, and is named where it did not. How sure the
answer is does not change by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.article import Article
from corpus.nlp.segment import Slice, split_sentences
from retrieval.disagreement.compare import Claim, Question, compare
from retrieval.extraction.answer_sentence import Excerpt
from retrieval.extraction.self_contained import is_leaning
from retrieval.reading.windows import weigh_hit
from retrieval.results import Encoder, Hit, Result, Verdict, Window

_BEHIND = 0.4
"""Most that what was read of the newer article may weigh less than the older one, and still be as
good an answer."""
_FORMERLY = re.compile(
    r"\b(?:original(?:ly)?|at first|initial(?:ly)?|first (?:planned|said|estimate\w{0,2})|used to"
    r"|previous(?:ly)?|earlier|former(?:ly)?|back then|at the time)\b",
    re.IGNORECASE,
)
"""In a question: who asks for what was once so is not told what is so now."""


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What another article says otherwise.

    Attributes:
        article: Where it stands.
        piece: Which stretch of its body, whole sentences.
        is_newer: Whether it was printed after the answer, not before.
    """

    article: Article
    piece: Slice
    is_newer: bool


@dataclass(frozen=True, slots=True)
class Settled:
    """What answers, once it is known what other articles say.

    Attributes:
        result: With the hit that answers first.
        excerpt: What to show of that.
        otherwise: What another article says; None where none says otherwise.
    """

    result: Result
    excerpt: Excerpt
    otherwise: Otherwise | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What another hit says, compared with the first."""

    number: int
    claim: Claim
    same: bool


def prefer_newest(
    result: Result,
    excerpt: Excerpt,
    mark: Callable[[Hit], Excerpt],
    *,
    encoder: Encoder,
    rarity: Callable[[str], float],
) -> Settled:
    """Put the newest article that answers first, where it says otherwise than the best one.

    Args:
        result: With at least one hit.
        excerpt: What answers in the first one.
        mark: Chooses what answers in another that was read.
        encoder: Embeds sentences.
        rarity: Inverse document frequency of a term, above 0.

    Returns:
        As it was, and nothing said otherwise, wherever that is in doubt.
    """
    settled = Settled(result, excerpt)
    first = result.hits[0]
    if result.verdict is Verdict.NOTHING or first.article.published is None:
        return settled
    question = Question.read(result.query, rarity)
    best = Claim(first.article, excerpt.marked, _reach(first, excerpt.marked))
    found = list(_compare_all(question, best, result.hits, _closeness(encoder)))
    newer = [one for one in found if one.claim.day > best.day]
    newest = max(newer, key=lambda one: one.claim.day, default=None)
    if newest is None:
        return replace(settled, otherwise=_latest_before(found))
    if newest.same:  # the last word is that of the first hit again
        return settled
    return _lead(settled, newest, mark) or replace(
        settled, otherwise=_name(newest.claim, newer=True)
    )


def _latest_before(found: Sequence[_Found]) -> Otherwise | None:
    """Name the latest of the earlier articles that say otherwise."""
    others = [one for one in found if not one.same]
    last = max(others, key=lambda one: one.claim.day, default=None)
    return _name(last.claim, newer=False) if last else None


def _name(claim: Claim, *, newer: bool) -> Otherwise:
    return Otherwise(claim.article, claim.piece, newer)


def _compare_all(
    question: Question,
    best: Claim,
    hits: Sequence[Hit],
    closeness: Callable[[str, str], float],
) -> Iterator[_Found]:
    """Yield what each hit of another day says to the question, where it is of the same thing."""
    for number, hit in enumerate(hits[1:], 1):
        if hit.article.published is None or hit.article.published.date() == best.day:
            continue
        told: dict[bool, Claim] = {}
        for claim in _claims(hit):
            old, new = sorted((best, claim), key=lambda one: one.day)
            same = compare(question, old, new, closeness)
            if same is not None:
                told.setdefault(same, claim)
        if len(told) == 1:  # who says both says neither
            ((same, claim),) = told.items()
            yield _Found(number, claim, same)


def _claims(hit: Hit) -> Iterator[Claim]:
    """Yield the sentences of a hit that may answer: those that stand alone, or were read so."""
    article, passage = hit.article, hit.passage
    for start, end in split_sentences(passage.text, language=article.language):
        piece = passage.start + start, passage.start + end
        window = _reach(hit, piece)
        read = window is not None and window.begins_within(*piece) >= 0.5
        if read or not is_leaning(article.body[slice(*piece)]):
            yield Claim(article, piece, window)


def _reach(hit: Hit, piece: Slice) -> Window | None:
    """What was read of a stretch; None where the window that was read lies elsewhere."""
    window = hit.window
    return window if window and window.start < piece[1] and piece[0] < window.end else None


def _closeness(encoder: Encoder) -> Callable[[str, str], float]:
    def closeness(one: str, other: str) -> float:
        first, second = encoder.encode([one, other])
        return float(first @ second)

    return closeness


def _lead(settled: Settled, newest: _Found, mark: Callable[[Hit], Excerpt]) -> Settled | None:
    """Let the newer article answer; None where it is not as good an answer, or not wanted."""
    result = settled.result
    first, other = result.hits[0], result.hits[newest.number]
    if not _is_as_good(first, other) or not _is_wanted(result, first, other):
        return None
    excerpt = mark(other)
    if not (excerpt.marked[0] <= newest.claim.piece[0] < excerpt.marked[1]):
        return None
    rest = (hit for number, hit in enumerate(result.hits) if number != newest.number)
    before = Otherwise(first.article, settled.excerpt.marked, is_newer=False)
    return Settled(replace(result, hits=(other, *rest)), excerpt, before)


def _is_as_good(first: Hit, other: Hit) -> bool:
    return (
        first.window is not None
        and other.window is not None
        and weigh_hit(other) >= weigh_hit(first) - _BEHIND
    )


def _is_wanted(result: Result, first: Hit, other: Hit) -> bool:
    """Whether the question leaves open of which time and publisher the answer is."""
    asked_of = [
        (hit.article.publisher in result.publishers)
        + any(
            hit.article.published is not None and hit.article.published.date() in period
            for period in result.periods
        )
        for hit in (first, other)
    ]
    return asked_of[1] >= asked_of[0] and not _FORMERLY.search(result.query)
