"""Find near copies: the same wire text as several publishers carried it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TypeVar

from corpus.article import Article
from corpus.nlp.segment import count_words
from retrieval.ranking.publisher_preference import ANY, PublisherPreference
from retrieval.results import Hit

_Text = TypeVar("_Text")
_Run = tuple[str, ...]
_Prints = frozenset[_Run]

_SHINGLE = 5
_SHARED = 0.6
"""Share of the longer text's five-word runs that make two texts copies of one."""
_WORD = re.compile(r"\w+")
_LATEST = datetime.max.replace(tzinfo=UTC)


def merge_copies(
    hits: Sequence[Hit],
    count: int,
    *,
    taste: PublisherPreference = ANY,
    apart: Callable[[Hit, Hit], bool] | None = None,
) -> list[Hit]:
    """Keep one hit of every group of near copies: the fullest, which answers what the others do.

    A preferred publisher's goes before a fuller one, since every other tells nearly the same; of
    equals the first printed stands.

    Args:
        hits: Best first.
        count: Most hits to return.
        taste: Which publishers the reader prefers.
        apart: Tells of two near copies whether both must be found all the same.

    Returns:
        Hits in the order in which a first member of their group came, each with its group's
        best score and the other articles as copies, earliest first.
    """
    groups = group_copies(
        hits,
        text=lambda hit: hit.passage.text,
        article=lambda hit: hit.article,
        most=count,
        apart=apart,
    )
    return [_merged(group, taste) for group in groups]


def group_copies(
    texts: Iterable[_Text],
    *,
    text: Callable[[_Text], str],
    article: Callable[[_Text], Article],
    most: int | None = None,
    apart: Callable[[_Text, _Text], bool] | None = None,
) -> list[list[_Text]]:
    """Put texts together that are near copies of one another, each of each.

    A text that is like some of a group and unlike others does not join it: any of them may stand
    for the group, and a chain of small changes ends at another text.

    Args:
        texts: In the order wanted; two of one article are never together.
        text: Reads the words by which copies are told.
        article: Where they stand.
        most: Stop at the text that would open one group more; None for no limit.
        apart: Tells of two near copies whether they must not be together; None for never.

    Returns:
        Groups in the order of their first members, each in the order given.
    """
    groups: list[list[_Text]] = []
    prints: list[list[_Prints]] = []
    holding: dict[_Run, list[int]] = {}

    def fits(one: _Text, own: _Prints, number: int) -> bool:
        others = (article(other).id for other in groups[number])
        if article(one).id in others or not all(is_copy(own, p) for p in prints[number]):
            return False
        return apart is None or not any(apart(one, other) for other in groups[number])

    for one in texts:
        own = make_shingles(text(one))
        near = sorted({number for run in own if run in holding for number in holding[run]})
        number = next((group for group in near if fits(one, own, group)), len(groups))
        if number == len(groups):
            if number == most:
                break
            groups.append([])
            prints.append([])
        groups[number].append(one)
        prints[number].append(own)
        for run in _enough(own):
            holding.setdefault(run, []).append(number)
    return groups


def _enough(own: _Prints) -> Iterator[_Run]:
    """Yield runs of a text, so many that every copy of it has one of them."""
    return islice(own, len(own) - math.ceil(_SHARED * len(own)) + 1)


def make_shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return a text's runs of five words; a shorter text is one run."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(_SHINGLE)), strict=False)
    return frozenset(runs) or frozenset([tuple(words)])


def is_copy(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> bool:
    """Whether two texts' shingles make them near copies: the same text, not a part of it.

    The longer text is the measure. A wire's first sentence stands in every longer report of it,
    which says more; measured by the shorter, that sentence would be a copy of each of them, and
    would hide the one that answers.

    Example:
        >>> told = "The ferry sank off the pier on Monday with nobody on board"
        >>> is_copy(make_shingles(told), make_shingles(f"{told} at all"))
        True
        >>> longer = f"{told}. Its owner blames a log, the harbour him."
        >>> is_copy(make_shingles(told), make_shingles(longer))
        False
    """
    return len(a & b) >= _SHARED * max(len(a), len(b))


def _merged(group: list[Hit], taste: PublisherPreference) -> Hit:
    by_date = sorted(group, key=lambda hit: _printed(hit.article))
    in_order = sorted(by_date, key=lambda hit: not taste.prefers(hit.article))
    fullest = min(
        in_order,
        key=lambda hit: (not taste.prefers(hit.article), -count_words(hit.passage.text)),
    )
    others = tuple(hit.article for hit in in_order if hit is not fullest)
    return replace(fullest, score=group[0].score, copies=others)


def _printed(article: Article) -> tuple[datetime, str]:
    return article.published or _LATEST, article.id
