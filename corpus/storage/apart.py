"""Articles without address that share headline, publisher and day: told apart by their text."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from corpus.article import Article

_GRAM = 8
_CHARS = 20_000
_SHARED = 0.5


def tell_apart(article: Article, other: Article | None) -> Article:
    """Give an article an id of its own, unless its text is that of the other one, corrected.

    Args:
        article: Without address; one that has an address is known by that.
        other: The one that is kept under its id.

    Returns:
        The article, kept under an id that also comes from its text where that is another.
    """
    known = article.url or article.kept_as
    if other is None or known or is_same_text(article.body, other.body):
        return article
    text = hashlib.sha256("".join(article.body.split()).encode()).hexdigest()
    return replace(
        article, kept_as=hashlib.sha256(f"{article.id}\n{text}".encode()).hexdigest()[:12]
    )


def is_same_text(one: str, other: str) -> bool:
    """Whether one text is the other one, corrected, cut or carried on.

    Example:
        >>> is_same_text("The bridge is shut.", "The bridge is shut for a year.")
        True
        >>> is_same_text("The bridge is shut.", "The mill is to let.")
        False
    """
    grams, others = _grams(one), _grams(other)
    return len(grams & others) >= _SHARED * min(len(grams), len(others))


def _grams(text: str) -> set[str]:
    """Runs of letters: words are not parted in every script."""
    plain = "".join(filter(str.isalnum, text[:_CHARS].casefold()))
    return {plain[at : at + _GRAM] for at in range(max(1, len(plain) - _GRAM + 1))}
