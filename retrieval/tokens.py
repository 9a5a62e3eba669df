"""One tokenizer for indexing and querying."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol

_STOPWORDS = Path(__file__).parent / "data" / "stopwords_en.txt"
_WORD = re.compile(r"(?<![^\W\d_]['’])[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_TERM = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|\w")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - snowball's name


def tokenize(text: str) -> list[str]:
    """Cut a text into the terms that lexical search compares.

    A term is a word or a number in lower case, without "'s", reduced to its stem by Snowball's
    English rules (words of other languages mostly pass through); stop words are left out.

    Returns:
        Terms in the order of the text, repeated as often as they stand there.

    Example:
        >>> tokenize("Who opposed the ferry’s 4.50 fares?")
        ['oppos', 'ferri', '4.50', 'fare']
    """
    words = _TERM.findall(text.casefold().replace("’", "'"))
    return [term for word in words if (term := _term(word))]


def list_printed_words(text: str) -> list[str]:
    """Cut a text into its words as printed, without "'s"; numbers are none.

    Example:
        >>> list_printed_words("Okafor’s 58 boats")
        ['Okafor', 'boats']
    """
    return _WORD.findall(text)


def tokenize_query(texts: Iterable[str]) -> list[str]:
    """Cut questions into distinct terms, in the order of their first appearance.

    Example:
        >>> tokenize_query(["Ferry fares", "fares of the tram"])
        ['ferri', 'fare', 'tram']
    """
    return list(dict.fromkeys(term for text in texts for term in tokenize(text)))


def describe_rules() -> tuple[str, ...]:
    """Say what decides about terms and is no code of ours: Snowball's release, the stop words."""
    from Stemmer import version

    return (version(), *sorted(_stopwords()))


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    """Return the word's stem, or an empty string for a stop word."""
    word = word.removesuffix("'s")
    return "" if word in _stopwords() else _stemmer().stemWord(word)


@cache
def _stemmer() -> _Stemmer:
    from Stemmer import Stemmer

    stemmer: _Stemmer = Stemmer("english", 0)
    return stemmer


@cache
def _stopwords() -> frozenset[str]:
    lines = _STOPWORDS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=2048)
def collect_terms(text: str) -> frozenset[str]:
    """Collect the terms of a text, kept for a while: the same articles are looked at often.

    Args:
        text: Of an article, so that it is of bounded length; not a reader's.
    """
    return frozenset(tokenize(text))
