"""Words that only say what kind of answer is wanted: "tell", "summary", "thing".

Tested with the routes that leave them out in `tests/retrieval/routing/test_routes.py`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from retrieval.tokens import tokenize_query

_WISH_WORDS = Path(__file__).parents[1] / "data" / "wish_words_en.txt"


@cache
def load_wish_words() -> frozenset[str]:
    """The terms that only say what kind of answer is wanted."""
    lines = _WISH_WORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(tokenize_query([line for line in lines if not line.startswith("#")]))


def drop_wish_terms(terms: list[str]) -> list[str]:
    """Keep the terms that say what a message is about; all of them where none does.

    Example:
        >>> drop_wish_terms(["cordelia", "street", "thing"]), drop_wish_terms(["thing"])
        (['cordelia', 'street'], ['thing'])
    """
    return [term for term in terms if term not in load_wish_words()] or terms
