"""The phrases of a question: runs of words that say what it is about."""

from __future__ import annotations

import re
from itertools import pairwise

from retrieval.tokens import tokenize

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*")
_OPENING = re.compile(
    r"^(?:(?:please|tell me|do you know|can you tell me|i want to know|and|but)(?![\w-])[\s,]*)*"
    r"(?:(?:by|for|to|from|with|in|on|at|of|since|until)\s+)?"
    r"(?:(?:who|whom|whose|what|when|where|why|which)(?:['’]s)?(?:\s+(?:about|else|exactly))?"
    r"|how(?:\s+(?:many|much|long|often|far|old|big|high|come|about|soon))?)(?![\w-])[\s:]*",
    re.IGNORECASE,
)
_LIGHT = frozenset(
    tokenize(
        "happen happened happening go goes going went get gets got make makes made come comes came "
        "take takes took need needs want wants think thinks many much long old big else exactly "
        "far often soon ever really also just only mean means now still again said call one"
    )
)
"""Verbs and adverbs that any question may have: they are no topic."""

_VAGUE = frozenset(
    tokenize(
        "anyone anybody someone somebody something everyone everybody anything everything nothing "
        "nobody others other else people guy guys thing things say says saying tell tells told "
        "find found finds whats whos wheres hows youre thats theres there ppl"
    )
)
"""Words that name nobody and nothing."""


def load_light_terms() -> frozenset[str]:
    """Terms that say nothing of what a question is about."""
    return _LIGHT | _VAGUE


def shorten(question: str) -> str:
    """Take the question word off the front of a question, and the mark off its end.

    Example:
        >>> shorten("How many ships were turned away?")
        'ships were turned away'
    """
    return _OPENING.sub("", question.strip().rstrip("?.! "), count=1).strip()


def swap(text: str, old: str, new: str) -> str:
    """Put a phrase in the place of another, wherever that stands as words of its own.

    Example:
        >>> swap("Did Annapolis hear Ann?", "Ann", "Ida")
        'Did Annapolis hear Ida?'
    """
    return _whole(old).sub(lambda _: new, text)


def holds(text: str, phrase: str) -> bool:
    """Whether a phrase stands in a text as words of its own, in whatever case.

    Example:
        >>> holds("The party won", "the party"), holds("The party won", "art")
        (True, False)
    """
    return _whole(phrase, re.IGNORECASE).search(text) is not None


def _whole(phrase: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(phrase)}(?!\w)", flags)


def extract_keyphrases(text: str) -> tuple[str, ...]:
    """Find the phrases of a text, each once: names, and the words that are no stop words.

    Example:
        >>> extract_keyphrases("Who pays Haldry Rail Works for the tram contract?")
        ('pays', 'Haldry Rail Works', 'tram contract')
    """
    words = [match for match in _WORD.finditer(text) if _says(match.group())]
    found: list[list[re.Match[str]]] = [[word] for word in words[:1]]
    for last, word in pairwise(words):
        gap = text[last.end() : word.start()]
        same = last.group()[:1].isupper() == word.group()[:1].isupper()
        if gap.isspace() and same:
            found[-1].append(word)
        else:
            found.append([word])
    runs = (text[run[0].start() : run[-1].end()] for run in found)
    return tuple(dict.fromkeys(runs))


def _says(word: str) -> bool:
    return any(term not in _LIGHT for term in tokenize(word))
