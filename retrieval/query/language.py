"""Which language a message is in, where that is certain.

Most messages are a few words, many of them names, which no detector can tell a language by. So two
things have to agree: the detector (py3langid), and a word of that language which is no name and no
English word, or its script.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from corpus.nlp.language import ENGLISH, rank_language

_WORDS = Path(__file__).parents[1] / "data" / "function_words.json"
_SCRIPTS = frozenset(["ru", "uk", "zh", "ja", "ko", "ar", "he", "hi", "el"])
"""Languages that are told by their letters."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_LIKELY = 0.8
"""Least probability; of 2,400 English messages of our own the detector takes one for another."""
_FEWEST = 3
"""Words below which a message in Latin letters may be a name, whatever it looks like."""
_MOST_LETTERS = 400


def detect_language(text: str) -> str:
    """Tell the language of a message as an ISO 639-1 code; English where it is not certain.

    Example:
        >>> detect_language("wer hat das Finale gewonnen"), detect_language("viktor orbán szeged")
        ('de', 'en')
    """
    words = [word.casefold() for word in _WORD.findall(text[:_MOST_LETTERS])]
    latin = [word for word in words if _LATIN.search(word)]
    if not words or (latin and len(words) < _FEWEST):
        return ENGLISH
    language, likely = rank_language(text[:_MOST_LETTERS], (ENGLISH, *list_languages()))
    if likely < _LIKELY:
        return ENGLISH
    if language in _SCRIPTS:
        return ENGLISH if 2 * len(latin) > len(words) else language
    return language if not function_words(language).isdisjoint(words) else ENGLISH


@cache
def function_words(language: str) -> frozenset[str]:
    """The words of a language that ask and join, none of them an English word or part of a name."""
    listed = _listed()
    return frozenset(listed.get(language, "").split()) - frozenset(listed["ambiguous"].split())


def list_languages() -> tuple[str, ...]:
    """Those that a message may be told to be in, English apart."""
    return (*sorted(_listed().keys() - {"ambiguous"}), *sorted(_SCRIPTS))


@cache
def _listed() -> dict[str, str]:
    """The words by language, and those that are English too or join names ("van", "de")."""
    listed: dict[str, str] = json.loads(_WORDS.read_text(encoding="utf-8"))
    return listed
