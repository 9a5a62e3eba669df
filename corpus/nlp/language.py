"""Which language a text is in, where nothing declares it."""

from __future__ import annotations

import re
import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

ENGLISH = "en"
PRINTED = (
    *("ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es"),
    *("et", "eu", "fa", "fi", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id"),
    *("is", "it", "ja", "ka", "kk", "ko", "ky", "lt", "lv", "mk", "ml", "mn", "mr", "ms"),
    *("mt", "ne", "nl", "no", "pa", "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "sq"),
    *("sr", "sv", "sw", "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "zh"),
)
"""Languages that articles are told to be in."""

_TAG = re.compile(r"\s*([A-Za-z]{2})(?:[-_][\w-]{0,30})?\s*")
_LIKELY = 0.8
_MOST_CHARS, _FEWEST_LETTERS = 3000, 40
_MOST_LATIN = 0.3
_detecting = threading.Lock()


def rank_language(text: str, languages: tuple[str, ...]) -> tuple[str, float]:
    """Tell which of some languages a text is likeliest in, and how likely: 0 to 1."""
    with _detecting:
        (language, likely), *_ = _detector(languages).rank(text)
    return str(language), float(likely)


def detect_article_language(text: str, *, declared: str = "") -> str:
    """Tell the language of an article as an ISO 639-1 code.

    Args:
        text: Its body, or the beginning of it.
        declared: The tag by which it is declared ("de-AT"), or empty. It is believed, except that
            what is written in another script is not English.

    Returns:
        English where nothing is declared and the text is too short to tell, or nothing certain.

    Example:
        >>> detect_article_language("", declared="de-AT")
        'de'
        >>> detect_article_language("Die Fähre legt am Montag wieder ab, und der Rat freut sich.")
        'de'
    """
    tag = _TAG.fullmatch(declared)
    language = tag[1].lower() if tag else ""
    beginning = text[:_MOST_CHARS]
    letters = [char for char in beginning if char.isalpha()]
    foreign = sum(char < "\u0250" for char in letters) < _MOST_LATIN * len(letters)
    if language and not (language == ENGLISH and foreign):
        return language
    if not letters or (len(letters) < _FEWEST_LETTERS and not foreign):
        return ENGLISH
    found, likely = rank_language(beginning, PRINTED)
    return found if likely >= _LIKELY or foreign else ENGLISH


def load_article_detector() -> None:
    """Load what `detect_article_language` needs, for a process that may load nothing later."""
    _detector(PRINTED)


@cache
def _detector(languages: tuple[str, ...]) -> LanguageIdentifier:
    """Load the detector for some languages, which takes a third of a second, once for each."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    detector = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    detector.set_languages(sorted(set(languages) & set(detector.labels)))
    return detector
