"""What a question names: publishers, days, quoted words, and the clauses it is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from retrieval.period import Period, find_periods
from retrieval.query.common_words import load_common_words
from retrieval.tokens import tokenize_query

_MASTHEADS = Path(__file__).parents[1] / "data" / "mastheads_en.txt"
_CLAUSE_TERMS = 4
"""A clause of fewer terms says too little to be searched for; it stays with its neighbour."""
_PHRASE_WORDS = 2
_ACRONYM = 4
"""Letters up to which a name is an acronym, and no everyday word: "cnn", "nme"."""


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
        self._loose: dict[str, set[str]] = {}
        for name in names:
            for short in list_short_names(name):
                self._known.setdefault(short.casefold(), set()).add(name)
            for short in _loose_names(name):
                self._loose.setdefault(short.casefold(), set()).add(name)
        longest_first = sorted({*self._known, *self._loose}, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first)) or "(?!)"
        self._pattern = re.compile(rf"(?<![\w.-])(?:{either})(?![\w-])", re.IGNORECASE)

    def named_in(self, text: str) -> list[tuple[str, ...]]:
        """Return the publishers a text names, in its order, each as the archive spells it.

        A name counts only with a capital: "Fortune" is a publisher, a fortune is not. Where a
        capital tells nothing, in a text without any or where a sentence opens, a name of everyday
        words counts only where the words around it are about a paper: "in the age", "fortune
        reports", and not "the age of reason".
        """
        found = dict.fromkeys(
            match.group().casefold()
            for match in self._pattern.finditer(text)
            if self._counts(match.group(), text, match.span())
        )
        known = [self._known.get(name) or self._loose[name] for name in found]
        return [tuple(sorted(names)) for names in known]

    def without(self, text: str, *, instead: str = "") -> str:
        """Take the publishers that a text names out of it, with what leads up to them.

        Args:
            text: As typed.
            instead: What to put in the place of the first.

        Example:
            >>> Publishers(["The Gazette"]).without("What was in the Gazette on trams?")
            'What was on trams?'
        """
        kept, position = [], 0
        for match in self._pattern.finditer(text):
            if not self._counts(match.group(), text, match.span()):
                continue
            start = match.start()
            led = _LED.search(text[max(position, start - _NEAR) : start])
            assert led is not None  # noqa: S101 - it matches the empty string too
            kept.append(text[position : start - len(led.group())])
            if instead:
                kept.append(f"{led['by']}{instead}")
                instead = ""
            position = match.end()
        return " ".join("".join([*kept, text[position:]]).split())

    def _counts(self, name: str, text: str, at: tuple[int, int]) -> bool:
        """Whether what reads as a publisher's name is one where it stands."""
        start, end = at
        near = text[max(0, start - _NEAR) : start], text[end : end + _NEAR]
        folded = name.casefold()
        if folded not in self._known:
            return bool(_OF_PAPER.match(near[1]) or _OPENS_WISH.search(near[0] + "\0" + near[1]))
        if not text.islower():
            if not any(word[0].isupper() for word in name.removeprefix("The ").split()):
                return False
            before = text[:start].rstrip()
            opens = not name.startswith("The ") and (not before or before[-1] in ".?!:")
            if not opens and not (_is_everyday(folded) and _GOES_ON.match(near[1])):
                return True
        return not _is_everyday(folded) or _is_paper(near)


_NEAR = 40
"""Letters around a name that tell whether it is a paper's."""
_LED = re.compile(
    r"(?P<by>(?:\b(?:in|by|from|to|of|with|according to)\s+)?)(?:\bthe\s+)?$", re.IGNORECASE
)
_OF_PAPER = re.compile(
    r"(?:['’]s?)?\s+(?:articles?|stor(?:y|ies)|reports?|pieces?|reviews?|interviews?|coverage"
    r"|reporting|headlines?|columns?|explainer|analysis)\b",
    re.IGNORECASE,
)
"""Follows upon a paper's name, and hardly upon any other word."""
_SAYS = re.compile(
    r"['’]s\s+\w|\s+(?:says?|said|reports?|reported|writes?|wrote|claims?|claimed|calls?|called"
    r"|describes?|described|published|prints?|printed|covers?|covered|agree|think|thinks|and\s)",
    re.IGNORECASE,
)
_IN_PAPER = re.compile(
    r"(?:\b(?:according\s+to|did|does|do|has|and|or|in|by|from|per|via)\s+|^\W*)(?:the\s+)?$",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\W*$|\s*[,;?]|\s+(?:on|about|in|that|this|last|yesterday|today)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"\s+(?:of\b|\d|[A-Z])")
"""What makes another name of it: "The Age of Reason", "Fortune 500"."""
_OPENS_WISH = re.compile(r"^\W*(?:the\s+)?\0(?:['’]s)?\s+(?:on|about)\b", re.IGNORECASE)


def _is_paper(near: tuple[str, str]) -> bool:
    """Whether the words around a name of everyday words are about a paper."""
    before, after = near
    if _OF_PAPER.match(after) or _SAYS.match(after):
        return True
    return bool(_IN_PAPER.search(before) and _ENDS.match(after))


@cache
def _is_everyday(name: str) -> bool:
    """Whether a publisher's name consists of words that anyone may use: "the age", "fortune".

    Example:
        >>> _is_everyday("the age"), _is_everyday("the harbour light"), _is_everyday("cnn")
        (True, False, False)
    """
    words = name.removeprefix("the ").split()
    short = len(name) <= _ACRONYM and name not in _mastheads()
    return len(words) == 1 and not short and words[0] in load_common_words()


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
        Aspect(clause, names, _periods(clause, publishers, today))
        for clause in split_clauses(text)
        for names in publishers.named_in(clause) or [()]
    ]
    return Question(
        whole=Aspect(text, everyone, _periods(text, publishers, today)),
        aspects=tuple(aspects) if len(aspects) > 1 else (),
        phrases=_phrases(text),
        names=_names(text, everyone),
        newest=_NEWEST.search(text) is not None,
        own=own,
    )


def _periods(text: str, publishers: Publishers, today: date) -> tuple[Period, ...]:
    """The times a text names; "today" in "Business Today" is none."""
    named = publishers.named_in(text)
    return find_periods(publishers.without(text) if named else text, today=today)


def part_numbered_names(text: str) -> str:
    """Write a name with a number at its end as two words, as articles may print it.

    Lexical search takes it for two anyhow; the encoder has seldom seen the one.

    Example:
        >>> part_numbered_names("who hosts euro2028 after G7"), part_numbered_names("7pm")
        ('who hosts euro 2028 after G7', '7pm')
    """
    return _NUMBERED.sub(r"\1 \2", text)


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
_NUMBERED = re.compile(r"(?<!\w)([^\W\d_]{3,})(\d{1,4})(?!\w)")
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


def list_short_names(name: str) -> Iterator[str]:
    """Yield what people call a publisher: as it is, without its desk, its domain, its article."""
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


def _loose_names(name: str) -> Iterator[str]:
    """Yield what a publisher is called beside a word for an article: "the fox article"."""
    outlet = re.split(r"\s+[-|–]\s+|:\s", name)[0].strip().removeprefix("The ")
    words = outlet.split()
    yield outlet
    if len(words) > 1 and words[-1].casefold() in ("news", "online", "magazine", "media"):
        yield " ".join(words[:-1])
    if len(words) > 1 and words[-1] in _mastheads():
        yield words[-1]


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
