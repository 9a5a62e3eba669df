"""A quotation as it is shown: with its sentences, and once for all who carried it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from rapidfuzz import fuzz

from corpus.article import Article
from corpus.attribution.attribution import Attribution
from corpus.nlp.segment import Slice, count_words, split_sentences
from retrieval.ranking.near_duplicates import group_copies

_ALIKE = 86
"""Least likeness of words to a quotation's, in per cent, for which they are the same words."""
_ALIKE_LETTERS = 12
"""Shorter words are like too many others."""
_FAR = 700
"""Letters between quotation and mention from which on the mention is not shown with it."""
_COPY_WORDS = 6
"""Shorter quotations are copies only when their whole sentences are."""
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Something somebody said, where it is printed.

    Attributes:
        article: The article; of several that carry it, the one that prints most of it.
        attribution: Quote, speaker and cue in it.
        sentence: The whole sentences of the body that hold quote, cue and speaker.
        score: In [0, 1], how it fits the question; above 1 where it holds the very words.
        copies: Other articles that carry it, earliest first.
    """

    article: Article
    attribution: Attribution
    sentence: Slice
    score: float
    copies: tuple[Article, ...] = ()

    @property
    def quote(self) -> str:
        """What was said."""
        return self.article.body[slice(*self.attribution.quote)]


def find_sentence(article: Article, attribution: Attribution) -> Slice:
    """Find the whole sentences that hold quote, cue and speaker.

    A speaker or cue far from the quote is left out.
    """
    start, end = attribution.quote
    for part in (attribution.cue, attribution.speaker):
        if part and start - _FAR <= part[0] and part[1] <= end + _FAR:
            start, end = min(start, part[0]), max(end, part[1])
    body = article.body
    low = body.rfind("\n", 0, start) + 1
    high = body.find("\n", end)
    high = len(body) if high < 0 else high
    held = [
        (low + first, low + last)
        for first, last in split_sentences(body[low:high], language=article.language)
        if low + first < end and low + last > start
    ]
    return (held[0][0], held[-1][1]) if held else (start, end)


def merge_quotations(quotations: Iterable[Quotation]) -> list[Quotation]:
    """Keep each quotation once: as printed in full, with the other articles as copies.

    A few words of a quotation are no copy of it: they leave out what may be asked for. Of two that
    overlap in an article the first is kept: a fragment, and speech within speech.

    Args:
        quotations: In the order wanted.

    Returns:
        Of near copies the longest quote, of equals the first printed, each in the place and with
        the score of the first of its group.
    """
    groups = group_copies(_apart(quotations), text=_telling, article=lambda one: one.article)
    return [_fullest(group) for group in groups]


def _apart(quotations: Iterable[Quotation]) -> Iterator[Quotation]:
    """Yield the quotations that overlap none before them."""
    taken: defaultdict[str, list[Slice]] = defaultdict(list)
    for one in quotations:
        start, end = one.attribution.quote
        spans = taken[one.article.id]
        if all(end <= low or high <= start for low, high in spans):
            spans.append((start, end))
            yield one


def _telling(quotation: Quotation) -> str:
    """Say what makes a quotation the same in another article."""
    quote = quotation.quote
    if count_words(quote) < _COPY_WORDS:
        return quotation.article.body[slice(*quotation.sentence)]
    return quote


def _fullest(group: Sequence[Quotation]) -> Quotation:
    by_date = sorted(group, key=lambda one: (one.article.published or _LATEST, one.article.id))
    fullest = max(by_date, key=lambda one: count_words(one.quote))
    others = tuple(one.article for one in by_date if one is not fullest)
    return replace(fullest, score=group[0].score, copies=others)


def measure_likeness(words: str, quote: str) -> float:
    """Say how like a quotation is to words supposed to be in it.

    Args:
        words: As the reader remembers them.
        quote: As printed.

    Returns:
        1 for the very words but for case and punctuation, less for nearly those, 0 for others.

    Example:
        >>> measure_likeness("Today is for pumps!", "“today is for pumps,”")
        1.0
        >>> measure_likeness("Today's for pumps", "tomorrow is for brooms")
        0.0
    """
    wanted, printed = _letters(words), _letters(quote)
    if not wanted.strip():
        return 0.0
    if wanted in printed:
        return 1.0
    if printed in wanted and 2 * len(printed) > len(wanted):  # a fragment that was quoted
        return len(printed) / len(wanted)
    if len(wanted) < _ALIKE_LETTERS or len(wanted) > 1.2 * len(printed):
        return 0.0
    found = fuzz.partial_ratio(wanted, printed)
    return found / 101 if found >= _ALIKE else 0.0


def _letters(text: str) -> str:
    """Reduce a text to its words, so that marks make no difference."""
    plain = text.casefold().replace("’", "'")
    kept = "".join(char if char.isalnum() or char == "'" else " " for char in plain)
    return f" {' '.join(kept.split())} "
