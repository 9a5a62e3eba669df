"""Find near copies: the same wire text as several publishers carried it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from corpus.article import Article
from retrieval.hit import Hit
from retrieval.taste import ANY, Taste

_SHINGLE = 5
_SHARED = 0.6
"""Share of the shorter passage's five-word runs that make two passages copies of one text."""
_WORD = re.compile(r"\w+")
_LATEST = datetime.max.replace(tzinfo=UTC)


def merge_copies(hits: Sequence[Hit], count: int, *, taste: Taste = ANY) -> list[Hit]:
    """Keep one hit of every group of near copies: a preferred publisher's, or else the first.

    Args:
        hits: Best first.
        count: Most hits to return.
        taste: Which publishers the reader prefers.

    Returns:
        Hits in the order in which a first member of their group came, each with its group's
        best score and the other articles as copies, earliest first.
    """
    groups: list[list[Hit]] = []
    prints: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        own = shingles(hit.passage.text)
        for group, of_group in zip(groups, prints, strict=True):
            if copied(own, of_group) and all(hit.article.id != h.article.id for h in group):
                group.append(hit)
                break
        else:
            if len(groups) == count:
                break
            groups.append([hit])
            prints.append(own)
    return [_merged(group, taste) for group in groups]


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Return a text's runs of five words; a shorter text is one run."""
    words = _WORD.findall(text.casefold())
    runs = zip(*(words[start:] for start in range(_SHINGLE)), strict=False)
    return frozenset(runs) or frozenset([tuple(words)])


def copied(a: frozenset[tuple[str, ...]], b: frozenset[tuple[str, ...]]) -> bool:
    """Whether two texts' shingles make them near copies."""
    return len(a & b) >= _SHARED * min(len(a), len(b))


def _merged(group: list[Hit], taste: Taste) -> Hit:
    by_date = sorted(group, key=lambda hit: _printed(hit.article))
    first, *others = sorted(by_date, key=lambda hit: not taste.prefers(hit.article))
    return replace(first, score=group[0].score, copies=tuple(hit.article for hit in others))


def _printed(article: Article) -> tuple[datetime, str]:
    return article.published or _LATEST, article.id
