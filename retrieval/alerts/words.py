"""The words by which an article is told to be what somebody wants, of both sides alike.

They are the terms of lexical search, with what an alert needs beside: accents count for nothing,
"U.S." is "US", and a stop word that is a name ("Will Smith", "US") is a term by its capitals.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from corpus.nlp.given_names import is_given
from retrieval.query.people import load_titles
from retrieval.tokens import tokenize

_WORD = re.compile(
    r"[^\W\d_]{1,3}\d+|\d+[^\W\d_]{1,2}(?![^\W_])|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)*|\w"
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.)+[A-Z]\.?(?!\w)")
_NEAR = 30
"""Characters around a surname among which another name is looked for."""
_LAST = re.compile(r"(?<!\w)([A-ZÀ-Þ][\w.'’-]*) $")
_NEXT = re.compile(r" ([A-ZÀ-Þ][\w'’-]*)")
_ARTICLES = frozenset(("a", "an", "the"))
_ASKING = frozenset(
    tokenize(
        "news latest newest update updates story stories article articles headline headlines info "
        "information anything something everything stuff happening"
    )
)
"""Terms that only say that news is wanted."""
CASED = "="
"""Stands before a stop word that counts by its capitals."""
_COUNTRY = "us"
"""The one stop word that a topic in small letters may mean as a name without being given to
people: "us economy"."""


def list_terms(text: str) -> Iterable[str]:
    """List the terms of a printed text in its order, one a word, stop words as printed.

    Example:
        >>> list(list_terms("Will Kovač leave the U.S. ferries?"))
        ['=Will', 'kovac', 'leav', '=the', '=US', 'ferri']
    """
    return map(_term, _WORD.findall(join_initials(text)))


def join_initials(text: str) -> str:
    """Write abbreviations without their full stops."""
    return _INITIALS.sub(lambda found: found.group().replace(".", ""), text)


def list_wanted(topic: str) -> list[tuple[str, bool]]:
    """List the distinct terms that a topic wants, each with whether a given name is meant by it.

    Words that only ask for news count where nothing else is left.

    Example:
        >>> list_wanted("the tram of Ana Kovač")
        [('tram', False), ('ana', True), ('kovac', False)]
        >>> list_wanted("will smith"), list_wanted("us economy")
        ([('=Will', True), ('smith', False)], [('=US', False), ('economi', False)])
    """
    words = [found.group() for found in _WORD.finditer(join_initials(topic))]
    careless = _is_careless(topic)
    wanted: dict[str, bool] = {}
    telling: dict[str, bool] = {}
    for number, word in enumerate(words):
        given = _is_given_before(words, number, careless=careless)
        term = _term(word)
        if term.startswith(CASED):
            term = _as_name(word, given=given, careless=careless)
        if not term:
            continue
        wanted.setdefault(term, given)
        named = (
            not careless
            and _is_capital(words, number)
            and (_is_capital(words, number - 1) or _is_capital(words, number + 1))
        )
        if named or term not in _ASKING:
            telling.setdefault(term, given)
    return list((telling or wanted).items())


def _is_careless(topic: str) -> bool:
    """Whether capitals tell nothing in a topic: it has none, or nothing else."""
    return topic.islower() or (topic.isupper() and " " in topic)


def _is_given_before(words: Sequence[str], number: int, *, careless: bool) -> bool:
    """Whether a word of a topic is somebody's given name, with a surname behind it."""
    word = words[number]
    if number + 1 == len(words) or word.casefold() in _ARTICLES or not is_given(word):
        return False
    if not tokenize(words[number + 1]):
        return False
    return careless or (_is_capital(words, number) and _is_capital(words, number + 1))


def _is_capital(words: Sequence[str], number: int) -> bool:
    return 0 <= number < len(words) and words[number][0].isupper()


def find_surname(topic: str) -> str:
    """Return the surname of the one person whom a topic names in full; empty for nobody.

    Example:
        >>> find_surname("the tram of Ana Kovač"), find_surname("Kovač"), find_surname("tram")
        ('Kovač', '', '')
    """
    words = [found.group() for found in _WORD.finditer(join_initials(topic))]
    careless = _is_careless(topic)
    given = [n for n in range(len(words)) if _is_given_before(words, n, careless=careless)]
    return words[given[0] + 1] if len(given) == 1 else ""


def is_alone(surname: str, text: str) -> bool:
    """Whether a text prints a surname, and never beside another name of a person.

    Example:
        >>> is_alone("Varga", "Mayor Varga denied it."), is_alone("Varga", "Niko Varga scored.")
        (True, False)
    """
    found = [one for one in _whole(surname).finditer(text) if one.group()[0].isupper()]
    near = (
        (text[max(0, s - _NEAR) : s], text[e : e + _NEAR]) for s, e in (m.span() for m in found)
    )
    return bool(found) and not any(
        _is_name(_LAST.search(before)) or _is_name(_NEXT.match(after)) for before, after in near
    )


def _is_name(found: re.Match[str] | None) -> bool:
    word = found[1] if found else ""
    return bool(tokenize(word)) and word.casefold().rstrip(".") not in load_titles()


@lru_cache(maxsize=1024)
def _whole(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)


def _as_name(word: str, *, given: bool, careless: bool) -> str:
    """Return the term of a stop word that a topic may mean as a name, or nothing."""
    if given:
        return CASED + word.capitalize()
    if careless:
        return CASED + word.upper() if word.casefold() == _COUNTRY else ""
    named = word[0].isupper() and is_given(word) and word.casefold() not in _ARTICLES
    return CASED + word if named or (word.isupper() and len(word) > 1) else ""


@lru_cache(maxsize=200_000)
def _term(word: str) -> str:
    """Return a word's term; a stop word's is itself as printed."""
    plain = word if word.isascii() else _fold(word)
    if any(map(str.isdigit, plain)) and any(map(str.isalpha, plain)):
        return plain.casefold()
    terms = tokenize(plain)
    return terms[0] if terms else CASED + plain


def _fold(word: str) -> str:
    parts = unicodedata.normalize("NFKD", word)
    return "".join(part for part in parts if not unicodedata.combining(part))
