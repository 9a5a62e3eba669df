"""Whether two articles are one text, so that a wire's story in five papers is told once."""

from __future__ import annotations

from functools import lru_cache

from corpus.article import Article
from corpus.attribution.attribution import MOST_CHARS
from retrieval.ranking.near_duplicates import is_copy as are_copies
from retrieval.ranking.near_duplicates import make_shingles


def is_copy(one: Article, other: Article) -> bool:
    """Whether two articles are near copies: the same text, not a part of it.

    Headlines count only where there is no body. An article is a copy of its own earlier version
    where little of it changed.
    """
    return are_copies(_make_prints(read_text(one)), _make_prints(read_text(other)))


def read_text(article: Article) -> str:
    """Return the text by which copies are told; of a very long article its beginning."""
    return article.body[:MOST_CHARS].strip() or article.headline


@lru_cache(maxsize=256)
def _make_prints(text: str) -> frozenset[tuple[str, ...]]:
    return make_shingles(text)
