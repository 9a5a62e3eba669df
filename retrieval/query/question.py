"""What a question names: publishers, days, quoted words, and the clauses it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from retrieval.period import Period, find_periods
from retrieval.tokens import tokenize_query

_MASTHEADS = Path(__file__).parents[1] / "data" / "mastheads_en.txt"
_CLAUSE_TERMS = 4
"""A clause of fewer terms says too little to be searched for; it stays with its neighbour."""
_PHRASE_WORDS = 2


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing a question asks for.

    Attributes:
        text: The question, or a clause of it.
        publishers: Whose articles it is about, as the archive spells them; empty for any.
        periods: When they were published; empty for any time.
    """

    text: str
    publishers: tuple[str, ...] = ()
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for.

    Attributes:
        whole: The whole question.
        aspects: A comparison's clauses, each with one publisher that it names; empty where the
            question asks for one thing only.
        phrases: What stands in quotation marks, two words or longer.
        names: Terms with a capital within a sentence, those of the publishers apart.
        newest: Whether it asks for how things stand now.
        own: What of it is the reader's own, where the rest was taken over from before; else empty.
    """

    whole: Aspect
    aspects: tuple[Aspect, ...] = ()
    phrases: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    newest: bool = False
    own: str = ""


class Publishers:
    """Finds the archive's publishers in a question, by the names people use for them.

    Args:
        names: As the archive spells them: "The Verge", "FOX News - Health", "cnn.com".
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._known: dict[str, set[str]] = {}
        for name in names:
            for short in _short_names(name):
                self._known.setdefault(short.casefold(), set()).add(name)
        longest_first = sorted(self._known, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first)) or "(?!)"
        self._pattern = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-])", re.IGNORECASE)

    def named_in(self, text: str) -> list[tuple[str, ...]]:
        """Return the publishers a text names, in its order, each as the archive spells it.

        A name counts only with a capital: "Fortune" is a publisher, a fortune is not. In a
        question without any capital every name counts.
        """
        careless = text.islower()
        found = dict.fromkeys(
            match.group().casefold()
            for match in self._pattern.finditer(text)
            if careless
            or any(word[0].isupper() for word in match.group().removeprefix("The ").split())
        )
        return [tuple(sorted(self._known[name])) for name in found]

    def without(self, text: str, *, instead: str = "") -> str:
        """Take the publishers that a text names out of it, with what leads up to them.

        Args:
            text: As typed.
            instead: What to put in the place of the first.

        Example:
            >>> Publishers(["The Gazette"]).without("What was in the Gazette on trams?")
            'What was on trams?'
        """
        careless, names = text.islower(), [instead] if instead else []

        def cut(match: re.Match[str]) -> str:
            name = match["name"].removeprefix("The ")
            if not careless and not any(word[0].isupper() for word in name.split()):
                return match.group()
            return f"{match['led'] or ''}{names.pop()}" if names else ""

        led = r"(?P<led>\b(?:in|by|from|to|of|with|according to)\s+)?(?:\bthe\s+)?"
        whole = rf"{led}(?P<name>{self._pattern.pattern})"
        return " ".join(re.sub(whole, cut, text, flags=re.IGNORECASE).split())


def understand(text: str, *, publishers: Publishers, today: date, own: str = "") -> Question:
    """Read a question.

    Args:
        text: As asked.
        publishers: Those of the archive.
        today: The day from which "yesterday" and "last week" count.
        own: What of it is the reader's own, where the rest was taken over.

    Example:
        >>> asked = "Did The Gazette praise the tram in May 2026, but The Post rue its rising cost?"
        >>> names = Publishers(["The Gazette", "The Post"])
        >>> question = understand(asked, publishers=names, today=date(2026, 11, 23))
        >>> [(a.publishers, [str(p) for p in a.periods]) for a in question.aspects]
        [(('The Gazette',), ['May 2026']), (('The Post',), [])]
    """
    named = publishers.named_in(text)
    everyone = tuple(dict.fromkeys(name for names in named for name in names))
    aspects = [
        Aspect(clause, names, find_periods(clause, today=today))
        for clause in split_clauses(text)
        for names in publishers.named_in(clause) or [()]
    ]
    return Question(
        whole=Aspect(text, everyone, find_periods(text, today=today)),
        aspects=tuple(aspects) if len(aspects) > 1 else (),
        phrases=_phrases(text),
        names=_names(text, everyone),
        newest=_NEWEST.search(text) is not None,
        own=own,
    )


def split_clauses(text: str) -> list[str]:
    """Cut a comparison or an enumeration into its clauses, in order.

    Example:
        >>> split_clauses("Did the mayor promise new pumps, while engineers asked for a new wall?")
        ['Did the mayor promise new pumps', 'engineers asked for a new wall']
        >>> split_clauses("Who won, and who lost?")
        ['Who won, who lost']
    """
    joined: list[str] = []
    for part in _BOUNDARY.split(text):
        clause = part.strip(" ,.?")
        if not clause:
            continue
        if joined and min(_size(joined[-1]), _size(clause)) < _CLAUSE_TERMS:
            joined[-1] += f", {clause}"
        else:
            joined.append(clause)
    return joined


_NEWEST = re.compile(
    r"(?<![\w-])(?:latest|newest|most recent(?:ly)?|currently|now|so far|as of today|these days)"
    r"(?![\w-])",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"(?<!^)(?<![.?!]\s)(?<![.?!]\s[“\"'])\b[A-Z][\w’'-]*")
_QUOTED = re.compile('[“"«]([^”"»“«]+)[”"»]')


def _phrases(text: str) -> tuple[str, ...]:
    found = (match[1].strip(" ,.?!") for match in _QUOTED.finditer(text))
    return tuple(phrase for phrase in found if len(phrase.split()) >= _PHRASE_WORDS)


def _names(text: str, publishers: tuple[str, ...]) -> tuple[str, ...]:
    known = tokenize_query(publishers)
    named = tokenize_query(match.group() for match in _CAPITAL.finditer(text))
    return tuple(term for term in named if term not in known)


def _size(clause: str) -> int:
    return len(tokenize_query([clause]))


def _short_names(name: str) -> Iterator[str]:
    """Yield what people call a publisher: without its desk, its domain, its article."""
    yield name
    outlet = re.split(r"\s+[-|–]\s+|:\s", name)[0].strip()
    yield outlet
    if "." in outlet and " " not in outlet:
        yield outlet.rsplit(".", 1)[0]
    bare = outlet.removeprefix("The ")
    if " " in bare:
        yield bare
    if (last := bare.split()[-1:]) and last[0] in _mastheads():
        yield f"the {last[0]}"


@cache
def _mastheads() -> frozenset[str]:
    lines = _MASTHEADS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


_ARTICLE = r"(?:articles?|reports?|pieces?|stor(?:y|ies))"
_BOUNDARY = re.compile(
    rf"""
      ;\s*
    | ,?\s*\b(?:while|whereas|but|although|though)\b\s*
    | ,\s*(?:and|or|as|is|did|does|then)\b\s*
    | \s+and\s+(?=(?:the|an?|another|one|subsequent|that|how)\b[^,]*\b{_ARTICLE}\b)
    | \s+and\s+(?:is\s+)?(?:also|then|subsequently)\s+
    | \s+(?:and|or)\s+(?=(?:is|are|was|were|has|have|had|did|does)\b)
    | \s*\b(?:compared|in\ contrast)\ (?:to|with)\b\s*
    """,
    re.IGNORECASE | re.VERBOSE,
)
